import { int2s, texts, uuids } from '../../platform/database/arrays.ts'
import type { Failure } from './outcome.ts'

/** A message that ended failed with nothing to follow, as the statement that ends it writes it down. */
export interface NewDeadLetter {
  readonly messageId: string
  readonly organizationId: string
  readonly notificationId: string
  readonly contactId: string
  readonly channel: number
  readonly type: string
  readonly reason: Failure
  /** The carrier's own. */
  readonly code: string | null
}

/** One array for each column, in the order of the interface. */
export const deadLetterColumns = (letters: readonly NewDeadLetter[]): unknown[] => [
  uuids(letters.map((row) => row.messageId)),
  uuids(letters.map((row) => row.organizationId)),
  uuids(letters.map((row) => row.notificationId)),
  uuids(letters.map((row) => row.contactId)),
  int2s(letters.map((row) => row.channel)),
  texts(letters.map((row) => row.type)),
  texts(letters.map((row) => row.reason)),
  texts(letters.map((row) => row.code)),
]

/** The letter of a message that a worker holds. */
export const newDeadLetter = (
  row: {
    readonly message_id: string
    readonly organization_id: string
    readonly notification_id: string
    readonly contact_id: string
    readonly channel: number
    readonly type: string
  },
  reason: Failure,
  code: string | null,
): NewDeadLetter => ({
  messageId: row.message_id,
  organizationId: row.organization_id,
  notificationId: row.notification_id,
  contactId: row.contact_id,
  channel: row.channel,
  type: row.type,
  reason,
  code,
})
