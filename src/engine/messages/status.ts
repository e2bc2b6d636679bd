/**
 * The life of a message. `sending` is never stored on the message: it is a claimed row of message_work, so that a
 * message is written once when accepted and once when settled. The numbers are what the tables hold.
 */
export const STATUSES = [
  'scheduled',
  'queued',
  'sending',
  'sent',
  'delivered',
  'opened',
  'clicked',
  'read',
  'bounced',
  'failed',
  'suppressed',
  'cancelled',
] as const
export type Status = (typeof STATUSES)[number]

export const statusCode = (status: Status): number => STATUSES.indexOf(status)
export function statusOf(code: number): Status {
  const status = STATUSES[code]
  if (!status) throw new Error(`No status has the code ${code}`)
  return status
}

/**
 * Every legal move. Carriers report late, twice and in any order, so whatever is not a move from here is simply not
 * made: a status never goes back. What comes later may know better: one that failed was delivered
 * after all, one that came back was read after all. From `sent` on, of every two statuses one leads to the other, so the
 * same reports end in the same status whatever order they come in.
 */
const MOVES: Record<Status, readonly Status[]> = {
  scheduled: [
    'queued',
    'sending',
    'sent',
    'delivered',
    'opened',
    'clicked',
    'read',
    'bounced',
    'failed',
    'suppressed',
    'cancelled',
  ],
  queued: [
    'scheduled',
    'sending',
    'sent',
    'delivered',
    'opened',
    'clicked',
    'read',
    'bounced',
    'failed',
    'suppressed',
    'cancelled',
  ],
  sending: ['scheduled', 'queued', 'sent', 'delivered', 'opened', 'clicked', 'read', 'bounced', 'failed', 'suppressed'],
  sent: ['delivered', 'opened', 'clicked', 'read', 'bounced', 'failed'],
  failed: ['delivered', 'opened', 'clicked', 'read', 'bounced'],
  delivered: ['opened', 'clicked', 'read', 'bounced'],
  bounced: ['opened', 'clicked', 'read'],
  opened: ['clicked', 'read'],
  read: ['clicked'],
  clicked: [],
  suppressed: [],
  cancelled: [],
}

export const mayMove = (from: Status, to: Status): boolean => MOVES[from].includes(to)

/** Where a run of reports, in the order they came, leaves a message. */
export const statusAfter = (from: Status, reports: readonly Status[]): Status =>
  reports.reduce((status, report) => (mayMove(status, report) ? report : status), from)

/** Nothing is left to do for it: no work row exists. */
export const isSettled = (status: Status): boolean => statusCode(status) >= statusCode('sent')

/** What a timeline row says. A status that was reached, or something that happened on the way. */
export const EVENT_KINDS = {
  ...Object.fromEntries(STATUSES.map((status) => [status, statusCode(status)])),
  deferred: 20,
  uncertain: 21,
  resent: 22,
  rescheduled: 23,
  fell_back: 24,
  digested: 25,
  opened_again: 26,
  clicked_again: 27,
  opened_by_machine: 28,
  clicked_by_machine: 29,
  complained: 30,
} as Record<EventKind, number>
export type EventKind =
  | Status
  | 'deferred'
  | 'uncertain'
  | 'resent'
  | 'rescheduled'
  | 'fell_back'
  | 'digested'
  | 'opened_again'
  | 'clicked_again'
  | 'opened_by_machine'
  | 'clicked_by_machine'
  | 'complained'

const KIND_BY_CODE = new Map(Object.entries(EVENT_KINDS).map(([kind, code]) => [code, kind as EventKind]))
export function eventKindOf(code: number): EventKind {
  const kind = KIND_BY_CODE.get(code)
  if (!kind) throw new Error(`No timeline kind has the code ${code}`)
  return kind
}
