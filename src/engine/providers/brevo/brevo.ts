import type { Clock } from '../../../platform/clock.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import { countSegments } from '../../channels/segments.ts'
import { jsonBody, readJson } from '../http-client/body.ts'
import { createHttpClient } from '../http-client/client.ts'
import { type Connection, defineProvider, type Network, type Provider } from '../provider.ts'
import { createRedactor } from '../redact.ts'
import { withoutPlus } from '../sms-sender.ts'
import { findEarlier } from './find.ts'
import { readAnswer } from './message.ts'
import { receiveBrevo, webUrlOf } from './receive.ts'
import { type BrevoSettings, brevoSettings } from './settings.ts'

/** Brevo puts the way to unsubscribe in its place, and treats the SMS as marketing whatever it was called. */
const STOP_CODE = '[STOP_CODE]'

/**
 * SMS by Brevo's API v3 (`POST /transactionalSMS/send`). It knows no idempotency key; a try whose outcome is unknown is
 * asked about, and never repeated: see `findEarlier`.
 */
export const createBrevoProvider = ({ clock }: { clock: Clock }): Provider<'sms', BrevoSettings> =>
  defineProvider({
    name: 'brevo',
    channel: 'sms',
    settings: brevoSettings,
    hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
    whenUncertain: 'ask',
    connect: (settings, network) => connectBrevo(settings, network, clock),
    receive: receiveBrevo,
    // After a 4xx Brevo never calls again; after 503 it does, up to eight hours later, by which time a token that was
    // changed on one side only may be right again.
    refuses: { bad_signature: 503 },
  })

function connectBrevo(settings: BrevoSettings, network: Network | undefined, clock: Clock): Connection<'sms'> {
  const { apiKey, from, baseUrl, connections, timeouts } = settings
  const client = createHttpClient({
    baseUrl,
    headers: { 'api-key': apiKey },
    connections,
    connectMs: timeouts.connectMs,
    limitMs: timeouts.sendMs,
    ...(network?.lookup ? { lookup: network.lookup } : {}),
  })
  const webhookUrl = network?.webhookUrl

  return {
    async send(message) {
      const { to, content, messageId } = message
      const body = jsonBody({
        sender: withoutPlus(from),
        recipient: withoutPlus(to),
        content: content.text.toWellFormed(),
        // What Brevo makes of it anyway is said openly: marketing waits for the hours that the law allows.
        type: content.text.includes(STOP_CODE) ? 'marketing' : 'transactional',
        unicodeEnabled: countSegments(content.text).encoding === 'UCS-2',
        tag: messageId,
        ...(webhookUrl ? { webUrl: webUrlOf(webhookUrl, settings, messageId) } : {}),
      })
      const exchange = await client.send({ method: 'POST', path: '/transactionalSMS/send', body })
      return readAnswer(exchange, clock.now(), hiderFor(message))
    },

    find: (message, tried) => findEarlier({ client, clock, hide: hiderFor(message) }, message, tried),

    async test() {
      const exchange = await client.send({ method: 'GET', path: '/account' })
      if (exchange.kind === 'answered' && exchange.status < 300)
        return readJson(exchange.body)?.email === undefined
          ? { ok: false, detail: 'This is not Brevo’s API' }
          : { ok: true }
      const result = readAnswer(exchange, clock.now(), createRedactor([apiKey]))
      return result.outcome === 'sent' ? { ok: true } : { ok: false, detail: result.detail }
    },

    close: () => client.close(),
  }

  function hiderFor({ to, content }: OutboundSms) {
    return createRedactor([content.text, to, withoutPlus(to), apiKey])
  }
}
