import { WHATSAPP_ID } from '../../channels/address.ts'
import type { Inbound, InboundKind } from '../../channels/inbound.ts'
import type { WebhookResult } from '../../channels/report.ts'
import { mediaOf } from './inbound.ts'

/** Twilio's `MessageType` (twilio.com/docs/messaging/guides/webhook-request, WhatsApp-specific parameters). */
const KINDS = new Map<string, InboundKind>(
  Object.entries({
    text: 'text',
    image: 'image',
    video: 'video',
    audio: 'audio',
    voice: 'audio',
    document: 'document',
    sticker: 'sticker',
    location: 'location',
    contacts: 'contacts',
    button: 'button',
    interactive: 'button',
    reaction: 'reaction',
    order: 'order',
    unsupported: 'unsupported',
  } as const),
)

/** A message that a person sent to a WhatsApp number at Twilio. They may be known by WhatsApp's user id alone. */
export function whatsappInboundOf(sid: string, form: URLSearchParams, at: Date): WebhookResult {
  const [channel, address = ''] = split(form.get('From'))
  if (channel !== 'whatsapp') return { ok: true, reports: [], unknown: [`inbound ${channel ?? 'sms'}`] }
  const phone = phoneIn(address) ?? phoneIn(form.get('WaId'))
  const userId = userIdIn(split(form.get('ExternalUserId'))[1]) ?? userIdIn(address)
  const to = phoneIn(split(form.get('To'))[1])
  const media = mediaOf(form)
  const text = wordsOf(form)
  const payload = form.get('ButtonPayload') || form.get('ListId') || undefined
  const about = form.get('OriginalRepliedMessageSid') || undefined
  const name = form.get('ProfileName') || undefined
  const inbound: Inbound = {
    eventId: sid,
    channel: 'whatsapp',
    ...(phone ? { from: phone } : {}),
    ...(userId ? { userId } : {}),
    ...(name ? { name } : {}),
    ...(to ? { to } : {}),
    at,
    kind: KINDS.get(form.get('MessageType') ?? 'text') ?? 'unknown',
    ...(text ? { text } : {}),
    ...(payload ? { payload } : {}),
    ...(media.length > 0 ? { media } : {}),
    ...(about ? { inReplyTo: about } : {}),
    raw: Object.fromEntries(form),
  }
  return { ok: true, reports: [], inbound: [inbound] }
}

function wordsOf(form: URLSearchParams): string {
  const said = form.get('Body') || form.get('ButtonText') || form.get('ListTitle')
  return said || [form.get('Label'), form.get('Address')].filter((part) => part).join(', ')
}

function split(address: string | null): [channel: string | undefined, address: string | undefined] {
  const parts = /^([a-z]+):(.*)$/.exec(address ?? '')
  return parts ? [parts[1], parts[2]] : [undefined, address ?? undefined]
}

/** Number with or without its plus. */
const phoneIn = (value: string | null | undefined): string | undefined =>
  /^\+?[1-9]\d{5,14}$/.test(value ?? '') ? `+${value!.replace('+', '')}` : undefined
const userIdIn = (value: string | undefined): string | undefined =>
  value !== undefined && WHATSAPP_ID.test(value) ? value : undefined
