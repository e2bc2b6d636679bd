import type { Report, SuppressionReason } from '../../channels/report.ts'
import { createRedactor } from '../redact.ts'
import { MESSAGE_ID_ARGUMENT } from './mail.ts'

type Json = Readonly<Record<string, unknown>>
/** What an event tells, beside whose it is and when. */
type Told = Pick<Report, 'status'> & Partial<Pick<Report, 'suppress' | 'automatic' | 'link' | 'code' | 'detail'>>

/**
 * SendGrid's events in our words. Null: known, and nothing of ours follows from it. Somebody who complains or unsubscribes
 * has the mail: it was delivered. From the event webhook's reference; see SOURCE.md.
 */
const EVENTS: Readonly<Record<string, (event: Json, hide: (text: string) => string) => Told | null>> = {
  processed: () => ({ status: 'sent' }),
  deferred: (event, hide) => ({ status: 'deferred', ...reason(event.response, 'deferred', event, hide) }),
  delivered: () => ({ status: 'delivered' }),
  // Apple's and others' proxies fetch every picture.
  open: ({ sg_machine_open: machine }) => ({ status: 'opened', ...(machine === true ? { automatic: true } : {}) }),
  click: ({ url }) => ({ status: 'clicked', ...(typeof url === 'string' && url ? { link: url } : {}) }),
  bounce: (event, hide) => ({
    status: 'bounced',
    ...reason(event.reason, text(event.type) || 'bounce', event, hide),
    ...(isHard(event) ? { suppress: 'hard_bounce' } : {}),
  }),
  dropped: (event, hide) => {
    const why = DROPPED.find(([words]) => words.test(text(event.reason)))?.[1]
    return {
      status: 'failed',
      code: 'dropped',
      detail: `SendGrid did not try: ${hide(text(event.reason)) || 'no reason given'}`,
      ...(why ? { suppress: why } : {}),
    }
  },
  spamreport: () => ({ status: 'delivered', suppress: 'complaint', code: 'spamreport' }),
  unsubscribe: () => ({ status: 'delivered', suppress: 'opted_out', code: 'unsubscribe' }),
  group_unsubscribe: () => ({ status: 'delivered', suppress: 'opted_out', code: 'group_unsubscribe' }),
  // Consent is given here, not there: a stop is lifted by the person or an operator.
  group_resubscribe: () => null,
}

/** Why SendGrid drops a mail that it will never try to send; the reasons that are not here are about this mail alone. */
const DROPPED: readonly (readonly [RegExp, SuppressionReason])[] = [
  [/^bounced address/i, 'hard_bounce'],
  [/^unsubscribed address/i, 'opted_out'],
  [/^spam reporting address/i, 'complaint'],
  [/^invalid$/i, 'invalid_address'],
]

/** SendGrid's classes of bounces that are not about the address, or may pass. */
const SOFT_CLASSES = new Set([
  'technical',
  'content',
  'reputation',
  'frequency or volume too high',
  'mailbox unavailable',
])
/** RFC 3463: not about where the mail goes to (x.1), or not for good (4.x.x): a full mailbox, a policy, a spam verdict. */
const SOFT_STATUS = /^(4\.|5\.[2-7]\.)/

/** `blocked` (and `expired`) is about this mail at this time; `bounce` is for good, unless it says otherwise itself. */
function isHard({ type, status, bounce_classification: classification }: Json): boolean {
  if (type !== undefined && type !== 'bounce') return false
  return !SOFT_STATUS.test(text(status)) && !SOFT_CLASSES.has(text(classification).toLowerCase())
}

function reason(words: unknown, otherwise: string, { status }: Json, hide: (text: string) => string) {
  const said = text(words)
  const code = /^[245]\.\d{1,3}\.\d{1,3}$/.test(text(status)) ? text(status) : /^[245]\d\d\b/.exec(said)?.[0]
  const detail = hide(said)
  return { code: code ?? otherwise, ...(detail ? { detail } : {}) }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** One entry of a call: what it reports, nothing, or what it is that this version does not know. */
export function readEvent(event: unknown, receivedAt: Date): { report?: Report; unknown?: string } {
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    return { unknown: 'an entry that is no object' }
  const entry = event as Json
  const name = text(entry.event)
  if (!Object.hasOwn(EVENTS, name))
    return { unknown: `event ${name.replace(/[^\w-]+/g, ' ').slice(0, 40) || 'without a name'}` }
  const email = text(entry.email)
  const told = EVENTS[name]!(entry, createRedactor([email.slice(0, Math.max(0, email.lastIndexOf('@')))]))
  if (!told) return {}

  const ours = entry[MESSAGE_ID_ARGUMENT]
  const theirs = text(entry.sg_message_id)
  // The id the request was answered with, before what SendGrid adds for each server that handled the mail.
  const providerMessageId = theirs.replace(/\.(recvd|filter)[\w-]*\d[\w.-]*$/, '')
  const at = Number(entry.timestamp)
  return {
    report: {
      eventId: text(entry.sg_event_id) || `${theirs} ${name} ${at}`,
      ...(typeof ours === 'string' && UUID.test(ours) ? { messageId: ours } : {}),
      ...(providerMessageId ? { providerMessageId } : {}),
      at: Number.isFinite(at) && at > 0 && at < 1e11 ? new Date(at * 1000) : receivedAt,
      ...told,
    },
  }
}
