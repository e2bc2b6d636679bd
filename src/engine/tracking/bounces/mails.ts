import { createHash } from 'node:crypto'
import type { Inbound } from '../../channels/inbound.ts'
import type { Report, WebhookCall, WebhookResult } from '../../channels/report.ts'
import { type Bounce, readBounce } from './bounce.ts'
import { idIn, type ParsedMail, parseMail, valuesOf } from './parsed-mail.ts'
import { messageIdIn, type ReturnPaths } from './return-path.ts'

/** As in `webhook_receipt.provider`; no carrier is called so. */
export const BOUNCES = 'bounce'
/** One account stands for every way that mail comes back by. */
export const BOUNCES_ACCOUNT_ID = '00000000-0000-7000-8000-000000000041'

/** What is kept beside the raw mail: the envelope, as far as it is known. */
export interface MailEnvelope {
  /** `smtp` or `imap`. */
  readonly via: string
  /** Undefined where a mailbox does not tell; empty when nobody sent it, as notifications are. */
  readonly from?: string
  readonly to?: string
}

export type MailKind = Bounce['kind'] | 'forged' | 'unknown' | 'unreadable'

interface Deps {
  readonly returnPaths: Pick<ReturnPaths, 'read'>
  /** Told of each mail that was read. */
  readonly observe?: (mail: { readonly via: string; readonly kind: MailKind }) => void
}

const LONGEST_TEXT = 50_000

/**
 * Says what a mail that came back means: a report about one of our messages, or what somebody wrote. Which message: by the
 * signed address it came to, else by our Message-ID in what it returns. One that a made-up address is in says nothing.
 */
export function createBounceMails({ returnPaths, observe }: Deps) {
  return {
    async receive({
      body,
      query,
      receivedAt,
    }: Pick<WebhookCall, 'body' | 'query' | 'receivedAt'>): Promise<WebhookResult> {
      const via = query.via ?? 'smtp'
      const tell = (kind: MailKind) => observe?.({ via, kind })
      const mail = await parseMail(body)
      if (!mail) {
        tell('unreadable')
        return {
          ok: false,
          reason: 'unreadable',
          detail: 'This mail cannot be read: empty, cut off or nested without end',
        }
      }
      const bounce = readBounce(mail, query.from === undefined ? undefined : query.from === '')
      const about = messageOf(mail, query.to)
      if (about === 'forged') {
        tell('forged')
        return { ok: true, reports: [], unknown: ['forged return path'] }
      }
      if (bounce.kind === 'reply') {
        tell('reply')
        return { ok: true, reports: [], inbound: [inboundOf(mail, body, about, query.to, receivedAt)] }
      }
      tell(about || bounce.kind === 'auto_reply' || bounce.kind === 'automatic' ? bounce.kind : 'unknown')
      const report = about && reportOf(bounce, about, eventIdOf(mail, body), receivedAt)
      return { ok: true, reports: report ? [report] : [] }
    },
  }

  function messageOf(mail: ParsedMail, envelopeTo: string | undefined): string | 'forged' | undefined {
    let forged = false
    for (const address of addressesIn(mail, envelopeTo)) {
      const read = returnPaths.read(address)
      if (read.kind === 'message') return read.messageId
      if (read.kind === 'forged') forged = true
    }
    return forged ? 'forged' : [...messageIdsIn(mail)].find((id) => id !== undefined)
  }
}

function reportOf(bounce: Bounce, messageId: string, eventId: string, at: Date): Report | undefined {
  switch (bounce.kind) {
    case 'hard':
    case 'soft':
    case 'delayed': {
      const [{ code, detail, reason }] = bounce.failures
      return {
        eventId,
        messageId,
        status: bounce.kind === 'delayed' ? 'deferred' : 'bounced',
        at,
        ...(bounce.kind === 'hard' ? { suppress: 'hard_bounce' } : {}),
        code: code ?? (reason || 'bounced'),
        ...(detail ? { detail } : {}),
      }
    }
    case 'complaint':
      return { eventId, messageId, status: 'bounced', at, suppress: 'complaint', code: 'complaint' }
    case 'opted_out':
      return { eventId, messageId, status: 'bounced', at, suppress: 'opted_out', code: 'opted_out' }
    default:
      return undefined
  }
}

/** Where a mail was delivered to, by its envelope first, then by what servers noted down; and what it returns was sent under. */
function* addressesIn(mail: ParsedMail, envelopeTo: string | undefined): Iterable<string> {
  if (envelopeTo) yield envelopeTo
  for (const name of DELIVERED_TO) for (const value of valuesOf(mail, name)) yield* addresses(value)
  for (const value of valuesOf(mail, 'received').slice(0, 5))
    yield* addresses(/\bfor\s+(<[^>]{1,320}>)/i.exec(value)?.[1] ?? '')
  for (const { type, text } of mail.parts) {
    if (RETURNED.test(type)) yield* addresses(/^return-path:[^\n]{0,400}/im.exec(text)?.[0] ?? '')
    if (type === 'message/feedback-report') yield* addresses(/^original-mail-from:[^\n]{0,400}/im.exec(text)?.[0] ?? '')
  }
}

const DELIVERED_TO = [
  'delivered-to',
  'x-original-to',
  'envelope-to',
  'x-envelope-to',
  'x-delivered-to',
  'to',
  'cc',
  'resent-to',
]
const RETURNED = /^(message\/(rfc822|global|rfc822-headers|global-headers)|text\/rfc822(-headers)?)$/

const addresses = (value: string): string[] =>
  [...value.slice(0, 4_000).matchAll(/[^\s<>,;:"()]{1,100}@[^\s<>,;:"()]{1,255}/g)].map(([address]) => address)

/** Our message's id, as what came back has it: in the message it returns, in its report, in what it answers. */
function* messageIdsIn(mail: ParsedMail): Iterable<string | undefined> {
  const header = /^(?:x-)?(?:original-)?message-id\s*:\s*(<[^>\n]{1,400}>)/gim
  for (const { type, text } of mail.parts) {
    if (RETURNED.test(type) || /^message\//.test(type))
      for (const [, id] of text.matchAll(header)) yield messageIdIn(id!)
  }
  for (const [, id] of `${mail.text}\n${mail.body}`.matchAll(header)) yield messageIdIn(id!)
  for (const name of ['in-reply-to', 'references', 'x-original-message-id'])
    for (const value of valuesOf(mail, name))
      for (const id of value.match(/<[^<>\s]{1,400}>/g) ?? []) yield messageIdIn(id)
}

/** The same mail, brought twice, is one. */
const eventIdOf = (mail: ParsedMail, body: Uint8Array): string =>
  mail.messageId?.slice(0, 300) ?? createHash('sha256').update(body).digest('hex')

function inboundOf(
  mail: ParsedMail,
  body: Uint8Array,
  messageId: string | undefined,
  envelopeTo: string | undefined,
  receivedAt: Date,
): Inbound {
  const to = envelopeTo ?? addresses(valuesOf(mail, 'to')[0] ?? '')[0]
  const inReplyTo = idIn(valuesOf(mail, 'in-reply-to')[0])
  return {
    eventId: eventIdOf(mail, body),
    channel: 'email',
    ...(mail.from.address ? { from: mail.from.address } : {}),
    ...(mail.from.name ? { name: mail.from.name } : {}),
    ...(to ? { to } : {}),
    at: mail.date && mail.date < receivedAt ? mail.date : receivedAt,
    kind: 'text',
    text: [mail.subject, mail.text.trim()].filter(Boolean).join('\n\n').slice(0, LONGEST_TEXT),
    media: mail.parts.map(({ type, filename, bytes }, index) => ({
      reference: `part ${index + 1}`,
      contentType: type,
      ...(filename ? { filename } : {}),
      bytes,
    })),
    ...(inReplyTo ? { inReplyTo } : {}),
    ...(messageId ? { messageId } : {}),
    raw: { subject: mail.subject, headers: Object.fromEntries([...mail.headers].slice(0, 100)) },
  }
}
