import type { Clock } from '../../../platform/clock.ts'
import { addressIn, isPublicAddress } from '../../../platform/http/public-host.ts'
import type { EarlierTry } from '../../channels/carrier.ts'
import type { OutboundSms, OutboundWhatsapp } from '../../channels/outbound.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { formBody, readJson } from '../http-client/body.ts'
import { createHttpClient } from '../http-client/client.ts'
import { type Connection, defineProvider, type Network, type Provider } from '../provider.ts'
import { createRedactor } from '../redact.ts'
import { findEarlier } from './find.ts'
import { readAnswer } from './message.ts'
import { receiveTwilio, statusCallback } from './receive.ts'
import { type TwilioSettings, twilioSettings } from './settings.ts'
import { askStatus } from './status.ts'

/**
 * SMS by Twilio's Messages API (2010-04-01). It knows no idempotency key, so a try whose outcome is unknown is asked about:
 * see `findEarlier`.
 */
export const createTwilioProvider = ({ clock }: { clock: Clock }): Provider<'sms', TwilioSettings> =>
  defineProvider({
    name: 'twilio',
    channel: 'sms',
    settings: twilioSettings,
    hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
    whenUncertain: 'ask',
    connect: (settings, network) => connectTwilio(settings, network, clock, SMS),
    receive: receiveTwilio,
  })

/** How one channel says what it says in Twilio's form. */
export interface Speech<M extends OutboundSms | OutboundWhatsapp> {
  /** Before every address. */
  readonly prefix: '' | 'whatsapp:'
  /** The fields of the content, or why it cannot be sent. */
  fieldsOf(message: M): Readonly<Record<string, string>> | SendResult
  /** What Twilio's list will show of it; undefined: words that are not known here. */
  textOf(message: M): string | undefined
}

const SMS: Speech<OutboundSms> = {
  prefix: '',
  fieldsOf: ({ content }) => ({ Body: content.text }),
  textOf: ({ content }) => content.text,
}

type Spoken<M> = Pick<Connection, 'statusOf' | 'test' | 'close'> & {
  send(message: M): Promise<SendResult>
  find(message: M, tried?: EarlierTry): Promise<SendResult | undefined>
}

export function connectTwilio<M extends OutboundSms | OutboundWhatsapp>(
  settings: TwilioSettings,
  network: Network | undefined,
  clock: Clock,
  speech: Speech<M>,
): Spoken<M> {
  const { accountSid, authToken, from, messagingServiceSid, baseUrl, connections, timeouts } = settings
  const client = createHttpClient({
    baseUrl,
    headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
    connections,
    connectMs: timeouts.connectMs,
    limitMs: timeouts.sendMs,
    ...(network?.lookup ? { lookup: network.lookup } : {}),
  })
  const account = `/2010-04-01/Accounts/${accountSid}`
  const path = `${account}/Messages.json`
  const sender = {
    ...(from ? { From: `${speech.prefix}${from}` } : {}),
    ...(messagingServiceSid ? { MessagingServiceSid: messagingServiceSid } : {}),
  }
  const webhookUrl = reachable(network?.webhookUrl, baseUrl)

  return {
    async send(message) {
      const { to, messageId } = message
      const fields = speech.fieldsOf(message)
      if (isResult(fields)) return fields
      const body = formBody({
        To: `${speech.prefix}${to}`,
        ...sender,
        ...fields,
        ...(webhookUrl ? { StatusCallback: statusCallback(webhookUrl, messageId) } : {}),
      })
      const exchange = await client.send({ method: 'POST', path, body })
      return readAnswer(exchange, clock.now(), (text) => hiderFor(message)(text))
    },

    find(message, tried) {
      const { messageId, to, attempt } = message
      const asked = { messageId, attempt, to: `${speech.prefix}${to}`, text: speech.textOf(message) }
      return findEarlier({ client, clock, path, hide: hiderFor(message) }, asked, tried)
    },

    statusOf: (sid) => askStatus({ client, clock, account }, sid),

    async test() {
      const exchange = await client.send({ method: 'GET', path: `${account}.json` })
      const status =
        exchange.kind === 'answered' && exchange.status === 200 ? readJson(exchange.body)?.status : undefined
      if (status === 'active') return { ok: true }
      if (typeof status === 'string') return { ok: false, detail: `Twilio says that the account is ${status}` }
      const result = readAnswer(exchange, clock.now(), createRedactor([authToken]))
      return { ok: false, detail: result.outcome === 'sent' ? 'This is not Twilio’s API' : result.detail }
    },

    close: () => client.close(),
  }

  function hiderFor({ to, content }: M) {
    return createRedactor([content.text, to, to.replace(/^\+/, ''), authToken])
  }
}

const isResult = (fields: Readonly<Record<string, string>> | SendResult): fields is SendResult => 'outcome' in fields

/** Twilio refuses a message whose reports would go where it cannot (21609): such an installation goes without them. */
function reachable(webhookUrl: string | undefined, baseUrl: string): string | undefined {
  if (webhookUrl === undefined || !/(^|\.)twilio\.com$/.test(new URL(baseUrl).hostname)) return webhookUrl
  const { hostname } = new URL(webhookUrl)
  const address = addressIn(hostname)
  const isReachable =
    address === undefined
      ? /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(hostname) && !/\.(local|localhost|internal)$/.test(hostname)
      : isPublicAddress(address)
  return isReachable ? webhookUrl : undefined
}
