import type { Clock } from '../../../platform/clock.ts'
import { parseMailbox } from '../../channels/address.ts'
import type { OutboundEmail } from '../../channels/outbound.ts'
import { jsonBody } from '../http-client/body.ts'
import { createHttpClient } from '../http-client/client.ts'
import { type Connection, defineProvider, type Network, type Provider } from '../provider.ts'
import { createRedactor } from '../redact.ts'
import { readAnswer } from './answer.ts'
import { writeMail } from './mail.ts'
import { createSendgridReceiver } from './receive.ts'
import { type SendgridSettings, sendgridSettings } from './settings.ts'

/** A mail gets one second more for each of these. */
const BYTES_PER_EXTRA_SECOND = 250_000
const PATH = '/v3/mail/send'

/**
 * E-mail by SendGrid's Mail Send (v3). It knows no idempotency key and cannot be asked what became of a request, but it
 * keeps the Message-ID it is given: a try whose outcome is unknown is sent again with the same one, by which mailboxes
 * tell the copy, as with SMTP.
 */
export const createSendgridProvider = ({ clock }: { clock: Clock }): Provider<'email', SendgridSettings> =>
  defineProvider({
    name: 'sendgrid',
    channel: 'email',
    settings: sendgridSettings,
    hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
    whenUncertain: 'resend',
    connect: (settings, network) => connectSendgrid(settings, network, clock),
    receive: createSendgridReceiver(),
    // What is refused here is tried again for a day: long enough to mend a key or a clock. A 4xx might end that.
    refuses: { bad_signature: 503, stale: 503, unreadable: 503 },
  })

function connectSendgrid(settings: SendgridSettings, network: Network | undefined, clock: Clock): Connection<'email'> {
  const { apiKey, baseUrl, connections, timeouts } = settings
  const from = parseMailbox(settings.from)
  if (!from) throw new Error('The sender of this SendGrid account is not an address')
  const client = createHttpClient({
    baseUrl,
    headers: { authorization: `Bearer ${apiKey}` },
    connections,
    connectMs: timeouts.connectMs,
    limitMs: timeouts.sendMs,
    ...(network?.lookup ? { lookup: network.lookup } : {}),
  })

  return {
    async send(message) {
      let mail: Awaited<ReturnType<typeof writeMail>>
      try {
        mail = await writeMail(message, from)
      } catch {
        const detail = 'An attachment could not be read from storage'
        return { outcome: 'refused', class: 'retry', code: 'attachment', detail }
      }
      if (!mail.ok) return mail.refused
      const text = JSON.stringify(mail.body)
      const limitMs = timeouts.sendMs + Math.floor(text.length / BYTES_PER_EXTRA_SECOND) * 1000
      const exchange = await client.send({
        method: 'POST',
        path: PATH,
        body: { type: 'application/json', text },
        limitMs,
      })
      return readAnswer(exchange, clock.now(), (words) => hiderFor(message)(words))
    },

    /** A mail in SendGrid's sandbox mode is checked whole, key and sender included, and not sent: 200 instead of 202. */
    async test() {
      const body = jsonBody({
        personalizations: [{ to: [{ email: from.address }] }],
        from: { email: from.address },
        subject: 'Carillon',
        content: [{ type: 'text/plain', value: 'Carillon' }],
        mail_settings: { sandbox_mode: { enable: true } },
      })
      const exchange = await client.send({ method: 'POST', path: PATH, body })
      if (exchange.kind === 'answered' && exchange.status === 200 && exchange.body === '') return { ok: true }
      const result = readAnswer(exchange, clock.now(), createRedactor([apiKey]))
      if (result.outcome === 'sent') return { ok: true }
      if (exchange.kind === 'answered' && exchange.status < 300)
        return { ok: false, detail: 'This is not SendGrid’s API' }
      const isKey =
        exchange.kind === 'answered' &&
        exchange.status === 401 &&
        result.outcome === 'refused' &&
        result.class === 'configuration'
      return { ok: false, detail: isKey ? `SendGrid refused the API key: ${result.detail}` : result.detail }
    },

    close: () => client.close(),
  }

  function hiderFor({ to, toName, content }: OutboundEmail) {
    return createRedactor([content.subject, toName, to.slice(0, to.lastIndexOf('@')), apiKey])
  }
}
