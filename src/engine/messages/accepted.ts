import { AppError } from '../../errors.ts'
import type { Database } from '../../platform/database/database.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import { findPrior, type NewNotification, readFirstAnswers } from './accept-store.ts'
import { statusOf } from './status.ts'

export interface AcceptedMessage {
  readonly id: string
  readonly channel: Channel
  readonly status: 'scheduled' | 'queued' | 'suppressed'
  readonly reason?: string
}

/** The answer to a notification: given after its rows are durably committed, never before. */
export interface Accepted {
  readonly id: string
  readonly status: 'accepted'
  readonly duplicate: boolean
  readonly messages: AcceptedMessage[]
}

/**
 * Every draft's answer, in order: what was written, and for the others what the earlier notification with their key was
 * answered with.
 */
export async function answerAll(
  run: Database['run'],
  drafts: readonly (NewNotification | AppError)[],
  written: ReadonlySet<string>,
  now: Date,
): Promise<(Accepted | AppError)[]> {
  const duplicates = drafts.filter((row): row is NewNotification => !(row instanceof AppError) && !written.has(row.id))
  const prior = await findPrior(
    run,
    duplicates.map((row) => ({ organizationId: row.organizationId, key: row.dedupeKey ?? '' })),
    now,
  )
  const byKey = new Map(prior.map((row) => [`${row.organizationId} ${row.key}`, row]))
  const first = Map.groupBy(
    await readFirstAnswers(
      run,
      prior.map((row) => row.notificationId),
    ),
    (row) => row.notification_id,
  )
  return drafts.map((row): Accepted | AppError => {
    if (row instanceof AppError) return row
    if (written.has(row.id)) return accepted(row)
    const earlier = byKey.get(`${row.organizationId} ${row.dedupeKey}`)
    if (!earlier)
      return new AppError('unavailable', 'The earlier request with this key is still being written; try again', {
        retryAfterSeconds: 1,
      })
    if (row.requestHash && earlier.requestHash && !row.requestHash.equals(earlier.requestHash))
      return new AppError(
        'idempotency_key_reused',
        'This Idempotency-Key was used for a different body within 24 hours',
      )
    return {
      id: earlier.notificationId,
      status: 'accepted',
      duplicate: true,
      messages: (first.get(earlier.notificationId) ?? []).map((message) => ({
        id: message.id,
        channel: channelOf(message.channel),
        ...(statusOf(message.status) === 'suppressed'
          ? { status: 'suppressed' as const, reason: message.reason ?? 'suppressed' }
          : { status: message.due_at > message.created_at ? ('scheduled' as const) : ('queued' as const) }),
      })),
    }
  })
}

export const accepted = (row: NewNotification): Accepted => ({
  id: row.id,
  status: 'accepted',
  duplicate: false,
  messages: row.messages.map((message) => ({
    id: message.id,
    channel: channelOf(message.channel),
    status: statusOf(message.status) as AcceptedMessage['status'],
    ...(message.reason ? { reason: message.reason } : {}),
  })),
})
