import type { Clock } from '../../../platform/clock.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import { countSegments } from '../../channels/segments.ts'
import { formBody, readJson } from '../http-client/body.ts'
import { createHttpClient } from '../http-client/client.ts'
import { type Connection, defineProvider, type Network, type Provider } from '../provider.ts'
import { createRedactor } from '../redact.ts'
import { withoutPlus } from '../sms-sender.ts'
import { readAnswer } from './message.ts'
import { callbackOf, receiveVonage, referenceOf } from './receive.ts'
import { type VonageSettings, vonageSettings } from './settings.ts'

/**
 * SMS by Vonage's SMS API (`POST /sms/json`). It knows no idempotency key and cannot be asked about a message it has not
 * answered for: only its Reports API could, which is billed apart, lags behind and is not open to every account. So a try
 * whose outcome is unknown stops; the delivery receipt names our message and still settles it when the SMS did leave.
 */
export const createVonageProvider = ({ clock }: { clock: Clock }): Provider<'sms', VonageSettings> =>
  defineProvider({
    name: 'vonage',
    channel: 'sms',
    settings: vonageSettings,
    hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
    whenUncertain: 'stop',
    connect: (settings, network) => connectVonage(settings, network, clock),
    receive: receiveVonage,
    // An address is only saved at Vonage when it answers an empty call with 200. Nothing is lost with one.
    refuses: { unreadable: 200 },
  })

function connectVonage(settings: VonageSettings, network: Network | undefined, clock: Clock): Connection<'sms'> {
  const { apiKey, apiSecret, from, baseUrl, connections, timeouts } = settings
  const client = createHttpClient({
    baseUrl,
    headers: { authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString('base64')}` },
    connections,
    connectMs: timeouts.connectMs,
    limitMs: timeouts.sendMs,
    ...(network?.lookup ? { lookup: network.lookup } : {}),
  })
  const callback = network?.webhookUrl ? callbackOf(network.webhookUrl, settings) : undefined

  return {
    async send(message) {
      const { to, content, messageId } = message
      const { encoding, segments } = countSegments(content.text)
      const body = formBody({
        from: withoutPlus(from),
        to: withoutPlus(to),
        text: content.text,
        // Never found out by Vonage: as `text` it would send question marks.
        type: encoding === 'GSM-7' ? 'text' : 'unicode',
        'client-ref': referenceOf(messageId, segments),
        ...(callback ? { callback } : {}),
      })
      const exchange = await client.send({ method: 'POST', path: '/sms/json', body })
      return readAnswer(exchange, clock.now(), hiderFor(message))
    },

    async test() {
      const exchange = await client.send({ method: 'GET', path: '/account/get-balance' })
      if (exchange.kind === 'answered' && exchange.status < 300)
        return readJson(exchange.body)?.value === undefined
          ? { ok: false, detail: 'This is not Vonage’s API' }
          : { ok: true }
      const result = readAnswer(exchange, clock.now(), createRedactor([apiSecret]))
      return result.outcome === 'sent' ? { ok: true } : { ok: false, detail: result.detail }
    },

    close: () => client.close(),
  }

  function hiderFor({ to, content }: OutboundSms) {
    return createRedactor([content.text, to, withoutPlus(to), apiSecret])
  }
}
