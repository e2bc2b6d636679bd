import type { Clock } from '../../../platform/clock.ts'
import type { Attachment, OutboundWhatsapp } from '../../channels/outbound.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { jsonBody, multipartBody, readJson } from '../http-client/body.ts'
import { createHttpClient } from '../http-client/client.ts'
import { type Connection, defineProvider, type Network, type Provider } from '../provider.ts'
import { createRedactor } from '../redact.ts'
import { readRefusal, readSent } from './answer.ts'
import { composeMessage, type Media, mediaKind, misfit, templateOf } from './compose.ts'
import { answerWhatsapp, receiveWhatsapp } from './receive.ts'
import { type WhatsappSettings, whatsappSettings } from './settings.ts'
import { listTemplates } from './templates.ts'

/** How long a report that names our message is waited for, before a try without an answer is shown as such. */
const PATIENCE_MS = 10 * 60_000
const ASK_AGAIN_MS = 15_000

/** WhatsApp by Meta's Cloud API. */
export const createWhatsappProvider = ({ clock }: { clock: Clock }): Provider<'whatsapp', WhatsappSettings> =>
  defineProvider({
    name: 'whatsapp',
    channel: 'whatsapp',
    settings: whatsappSettings,
    // …/cloud-api/overview#throughput, and one message in six seconds to one person (131056).
    limits: { perSecond: 80, secondsBetweenToOneAddress: 6 },
    hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
    // Meta knows neither idempotency keys nor a list of what was sent: nothing is sent again, its report is waited for.
    whenUncertain: 'ask',
    replyWindow: true,
    firstContacts: ({ portfolioId, phoneNumberId, messagingLimit }) =>
      messagingLimit === 'unlimited' ? undefined : { key: portfolioId ?? phoneNumberId, perDay: messagingLimit },
    connect: (settings, network) => connectWhatsapp(settings, network, clock),
    receive: receiveWhatsapp,
    answerChallenge: answerWhatsapp,
  })

function connectWhatsapp(
  settings: WhatsappSettings,
  network: Network | undefined,
  clock: Clock,
): Connection<'whatsapp'> {
  const { accessToken, phoneNumberId, businessAccountId, apiVersion, baseUrl, connections, timeouts } = settings
  const client = createHttpClient({
    baseUrl,
    headers: { authorization: `Bearer ${accessToken}` },
    connections,
    connectMs: timeouts.connectMs,
    limitMs: timeouts.sendMs,
    ...(network?.lookup ? { lookup: network.lookup } : {}),
  })
  const number = `/${apiVersion}/${phoneNumberId}`

  return {
    async send(message) {
      const files = (message.attachments ?? []).filter(({ contentId }) => contentId === undefined)
      const fault = misfit(message, files.length)
      if (fault) return { outcome: 'refused', class: 'permanent', code: 'EFILES', detail: fault }
      const hide = hiderFor(message)
      const [file] = files
      const media = file && (await mediaOf(file, message, hide))
      if (media && 'outcome' in media) return media
      const body = jsonBody(composeMessage(message, media))
      const exchange = await client.send({ method: 'POST', path: `${number}/messages`, body })
      return readSent(exchange, { now: clock.now(), hide })
    },

    /** Only its report can say, and that settles it by itself; until then nothing is sent, and at last it is shown. */
    async find(_, tried) {
      const waited = tried ? clock.now().getTime() - tried.since.getTime() : PATIENCE_MS
      return {
        outcome: 'uncertain',
        code: 'EUNKNOWN',
        detail: 'Meta did not answer the last try, and cannot be asked about it: only its report can tell',
        ...(waited < PATIENCE_MS ? { retryAfterMs: ASK_AGAIN_MS } : {}),
      }
    },

    ...(businessAccountId
      ? { templates: () => listTemplates({ client, clock, apiVersion, businessAccountId, hide: hideSecrets() }) }
      : {}),

    async test() {
      const exchange = await client.send({
        method: 'GET',
        path: `${number}?fields=id,display_phone_number,verified_name`,
      })
      const found = exchange.kind === 'answered' && exchange.status === 200 ? readJson(exchange.body) : undefined
      if (found?.id === phoneNumberId) return { ok: true }
      if (found) return { ok: false, detail: 'This is not Meta’s API' }
      return { ok: false, detail: readRefusal(exchange, { now: clock.now(), hide: hideSecrets() }).detail }
    },

    close: () => client.close(),
  }

  /** The file, as Meta may be told of it: uploaded first, unless it can fetch it. */
  async function mediaOf(
    file: Attachment,
    message: OutboundWhatsapp,
    hide: (text: string) => string,
  ): Promise<Media | SendResult> {
    const { filename, contentType, link } = file
    const kind = mediaKind(contentType, templateOf(message) !== undefined || message.content.text !== '')
    if (link) return { kind, filename, source: { link } }
    const content = await file.read().catch(() => undefined)
    if (!content) return { outcome: 'refused', class: 'retry', code: 'EFILE', detail: 'The file could not be read' }
    const body = multipartBody(
      { messaging_product: 'whatsapp', type: contentType },
      { name: 'file', filename, contentType, content },
    )
    const exchange = await client.send({ method: 'POST', path: `${number}/media`, body })
    const id = exchange.kind === 'answered' && exchange.status < 300 ? readJson(exchange.body)?.id : undefined
    if (typeof id === 'string' && id) return { kind, filename, source: { id } }
    return readRefusal(exchange, { now: clock.now(), hide, repeatIsSafe: true })
  }

  function hiderFor({ to, content }: OutboundWhatsapp) {
    return createRedactor([content.text, ...(content.template?.body ?? []), to, to.replace(/^\+/, ''), accessToken])
  }

  function hideSecrets() {
    return createRedactor([accessToken])
  }
}
