import { WHATSAPP_ID } from '../../channels/address.ts'
import type { Inbound, InboundKind, InboundMedia } from '../../channels/inbound.ts'

type Json = Readonly<Record<string, unknown>>

/** Who wrote, as the call's `contacts` name them; found by phone number or by user id, either of which may be missing. */
export interface Person {
  readonly phone?: string
  readonly userId?: string
  readonly name?: string
}

export function peopleOf(value: Json): readonly Person[] {
  return objects(value.contacts).map((contact) => {
    const profile = isJson(contact.profile) ? contact.profile : {}
    const name = text(profile.name) ?? text(profile.username)
    const userId = userIdIn(contact.user_id) ?? userIdIn(contact.wa_id)
    const phone = phoneIn(contact.wa_id)
    return { ...(phone ? { phone } : {}), ...(userId ? { userId } : {}), ...(name ? { name } : {}) }
  })
}

/** One message of a call; one of a kind that nobody knows yet is kept as such. Undefined: it has no id. */
export function inboundOf(
  message: Json,
  people: readonly Person[],
  value: Json,
  receivedAt: Date,
): Inbound | undefined {
  const id = text(message.id)
  if (!id) return undefined
  const phone = phoneIn(message.from)
  const userId = userIdIn(message.from_user_id) ?? userIdIn(message.from)
  const person =
    people.find((one) => phone !== undefined && one.phone === phone) ??
    people.find((one) => userId !== undefined && one.userId === userId)
  const from = phone ?? person?.phone
  const by = userId ?? person?.userId
  const context = isJson(message.context) ? message.context : {}
  const { kind, inReplyTo = text(context.id), ...said } = readerOf(message.type)(message)
  const group = text(message.group_id)
  return {
    eventId: id,
    channel: 'whatsapp',
    ...(from ? { from } : {}),
    ...(by ? { userId: by } : {}),
    ...(person?.name ? { name: person.name } : {}),
    ...(group ? { to: group } : ourNumber(value)),
    at: timeOf(message.timestamp) ?? receivedAt,
    kind,
    ...said,
    ...(inReplyTo ? { inReplyTo } : {}),
    raw: message,
  }
}

/** A person switched this business's marketing off or on again, in WhatsApp itself: nothing else of it. */
export function preferenceOf(preference: Json, value: Json, receivedAt: Date): Inbound | undefined {
  const consent = { stop: 'stop_marketing', resume: 'start_marketing' } as const
  const wanted = text(preference.value)
  const said = wanted === 'stop' || wanted === 'resume' ? consent[wanted] : undefined
  if (preference.category !== 'marketing_messages' || !said) return undefined
  const from = phoneIn(preference.wa_id)
  const userId = userIdIn(preference.user_id) ?? userIdIn(preference.wa_id)
  const at = timeOf(preference.timestamp) ?? receivedAt
  return {
    // Meta gives it no id: who, when and what make it one.
    eventId: `preference ${userId ?? from ?? ''} ${at.getTime()} ${said}`,
    channel: 'whatsapp',
    ...(from ? { from } : {}),
    ...(userId ? { userId } : {}),
    ...ourNumber(value),
    at,
    kind: 'system',
    ...withText(preference.detail),
    consent: said,
    raw: preference,
  }
}

/** Meta writes seconds since 1970, as text. */
export function timeOf(timestamp: unknown): Date | undefined {
  const seconds = Number(timestamp)
  return Number.isInteger(seconds) && seconds > 0 && seconds < 1e11 ? new Date(seconds * 1000) : undefined
}

type Said = Pick<Inbound, 'text' | 'payload' | 'media' | 'inReplyTo'> & { readonly kind: InboundKind }
type Reader = (message: Json) => Said

/** How each type tells what was said. */
const READERS: Readonly<Record<string, Reader>> = {
  text: ({ text: part }) => ({ kind: 'text', ...withText(isJson(part) && part.body) }),
  image: file('image'),
  video: file('video'),
  audio: file('audio'),
  voice: file('audio', 'voice'),
  document: file('document'),
  sticker: file('sticker'),
  location: ({ location }) => {
    const { name, address } = isJson(location) ? location : {}
    return { kind: 'location', ...withText([text(name), text(address)].filter((one) => one).join(', ')) }
  },
  contacts: ({ contacts }) => {
    const names = objects(contacts).map(({ name }) => (isJson(name) ? text(name.formatted_name) : undefined))
    return { kind: 'contacts', ...withText(names.filter((one) => one).join(', ')) }
  },
  button: ({ button }) => {
    const { text: title, payload } = isJson(button) ? button : {}
    return { kind: 'button', ...withText(title), ...withPayload(payload) }
  },
  interactive: ({ interactive }) => {
    const { type, ...parts } = isJson(interactive) ? interactive : {}
    const part = (parts as Json)[`${type}`]
    const { id, title, body, response_json: filled } = isJson(part) ? part : {}
    return { kind: 'button', ...withText(title ?? body), ...withPayload(id ?? filled) }
  },
  // Without an emoji it takes the last one back.
  reaction: ({ reaction }) => {
    const { emoji, message_id: to } = isJson(reaction) ? reaction : {}
    const about = text(to)
    return { kind: 'reaction', ...withText(emoji), ...(about ? { inReplyTo: about } : {}) }
  },
  order: ({ order }) => ({ kind: 'order', ...withText(isJson(order) && order.text) }),
  system: ({ system }) => ({ kind: 'system', ...withText(isJson(system) && system.body) }),
  // What was said before is not what is meant now: told as an event about that message.
  edit: ({ edit }) => {
    const { original_message_id: about, message } = isJson(edit) ? edit : {}
    const now = isJson(message) ? readerOf(message.type)(message) : undefined
    return { kind: 'system', ...withText(now?.text), ...(text(about) ? { inReplyTo: `${about}` } : {}) }
  },
  revoke: ({ revoke }) => {
    const about = isJson(revoke) ? text(revoke.original_message_id) : undefined
    return { kind: 'system', ...(about ? { inReplyTo: about } : {}) }
  },
  unsupported: () => ({ kind: 'unsupported' }),
}

const readerOf = (type: unknown): Reader =>
  Object.hasOwn(READERS, `${type}`) ? READERS[`${type}`]! : () => ({ kind: 'unknown' })

function file(
  kind: Extract<InboundKind, 'image' | 'video' | 'audio' | 'document' | 'sticker'>,
  part = kind as string,
): Reader {
  return (message) => {
    const given = message[part]
    if (!isJson(given) || typeof given.id !== 'string') return { kind }
    const contentType = text(given.mime_type)
    const filename = text(given.filename)
    const sha256 = hashOf(given.sha256)
    const media: InboundMedia = {
      reference: given.id,
      ...(contentType ? { contentType } : {}),
      ...(filename ? { filename } : {}),
      ...(sha256 ? { sha256 } : {}),
    }
    return { kind, ...withText(given.caption), media: [media] }
  }
}

/** Meta writes it in base64, at times in hexadecimal. */
function hashOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  if (/^[0-9a-f]{64}$/i.test(value)) return value.toLowerCase()
  const bytes = Buffer.from(value, 'base64')
  return bytes.length === 32 ? bytes.toString('hex') : undefined
}

/** Numbers come without the plus; a user id is letters of a country, a dot and more. */
const phoneIn = (value: unknown): string | undefined =>
  /^\+?[1-9]\d{5,14}$/.test(`${value}`) ? `+${`${value}`.replace('+', '')}` : undefined
const userIdIn = (value: unknown): string | undefined =>
  typeof value === 'string' && WHATSAPP_ID.test(value) ? value : undefined

function ourNumber({ metadata }: Json): { to?: string } {
  const to = isJson(metadata) ? phoneIn(`${metadata.display_phone_number}`.replace(/[\s()-]/g, '')) : undefined
  return to ? { to } : {}
}

const withText = (value: unknown): { text?: string } => {
  const words = text(value)
  return words ? { text: words } : {}
}
const withPayload = (value: unknown): { payload?: string } => {
  const payload = text(value)
  return payload ? { payload } : {}
}

/** Postgres keeps no zero bytes. */
const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.replaceAll('\0', '') : undefined
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : [])
