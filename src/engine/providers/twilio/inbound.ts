import type { Inbound, InboundKind, InboundMedia } from '../../channels/inbound.ts'
import type { WebhookResult } from '../../channels/report.ts'

const CONSENT = new Map<string, 'stop' | 'start' | 'help'>([
  ['STOP', 'stop'],
  ['START', 'start'],
  ['HELP', 'help'],
])
const MOST_MEDIA = 10
/** By the first half of a media type. What else comes by MMS is a document. */
const KINDS = new Map<string, InboundKind>([
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
])

/**
 * A message that a person sent to a number of ours, SMS or MMS
 * (twilio.com/docs/messaging/guides/webhook-request). `OptOutType` comes where Advanced Opt-Out is on; without it the
 * words are the engine's to read.
 */
export function inboundOf(sid: string, form: URLSearchParams, at: Date): WebhookResult {
  const [from, to, text] = [form.get('From') ?? '', form.get('To') ?? '', form.get('Body') ?? '']
  // A Twilio number may serve several channels at one address; the account here is of one.
  const channel = /^([a-z]+):/.exec(from)?.[1]
  if (channel) return { ok: true, reports: [], unknown: [`inbound ${channel}`] }
  const media = mediaOf(form)
  const consent = CONSENT.get((form.get('OptOutType') ?? '').toUpperCase())
  const inbound: Inbound = {
    eventId: sid,
    channel: 'sms',
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    at,
    kind: kindOf(media),
    ...(text ? { text } : {}),
    ...(media.length > 0 ? { media } : {}),
    ...(consent ? { consent } : {}),
    raw: Object.fromEntries(form),
  }
  return { ok: true, reports: [], inbound: [inbound] }
}

export function mediaOf(form: URLSearchParams): InboundMedia[] {
  const media: InboundMedia[] = []
  for (let n = 0; n < MOST_MEDIA; n++) {
    const reference = form.get(`MediaUrl${n}`)
    if (!reference) break
    const contentType = form.get(`MediaContentType${n}`)
    media.push({ reference, ...(contentType ? { contentType } : {}) })
  }
  return media
}

function kindOf([first]: readonly InboundMedia[]): InboundKind {
  if (!first) return 'text'
  return KINDS.get(first.contentType?.split('/')[0] ?? '') ?? 'document'
}
