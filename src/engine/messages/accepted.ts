import { AppError } from '../../errors.ts'
import type { Database } from '../../platform/database/database.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import { findPrior, type NewNotification, readFirstAnswers, type Written } from './accept-store.ts'
import type { Reason } from './decide.ts'
import { statusOf } from './status.ts'

export interface AcceptedMessage {
  readonly id: string
  readonly channel: Channel
  readonly status: 'scheduled' | 'queued' | 'suppressed'
  /** Why it waits, or will not go. */
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
 * Every draft's answer, in order: what was written, and for those whose key an earlier notification has (`earlier`) what
 * that was answered with.
 */
export async function answerAll(
  run: Database['run'],
  drafts: readonly (NewNotification | AppError)[],
  { earlier: known, repeated }: { earlier: ReadonlySet<string>; repeated: Written['repeated'] },
  now: Date,
): Promise<(Accepted | AppError)[]> {
  const answer = (row: NewNotification | AppError) => (row instanceof AppError ? row : accepted(row, repeated))
  if (known.size === 0) return drafts.map(answer)
  const duplicates = drafts.filter((row): row is NewNotification => !(row instanceof AppError) && known.has(row.id))
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
    if (row instanceof AppError || !known.has(row.id)) return answer(row)
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
          : message.due_at > message.created_at
            ? { status: 'scheduled' as const, ...firstWait(message.reasons, channelOf(message.channel)) }
            : { status: 'queued' as const }),
      })),
    }
  })
}

const accepted = (row: NewNotification, repeated: Written['repeated']): Accepted => ({
  id: row.id,
  status: 'accepted',
  duplicate: false,
  messages: row.messages.map((message) => {
    const { id } = message
    const channel = channelOf(message.channel)
    if (repeated.has(id)) return { id, channel, status: 'suppressed', reason: 'repeated_content' }
    const reason = message.reason ?? message.waitsFor
    const status = statusOf(message.status) as AcceptedMessage['status']
    return reason ? { id, channel, status, reason } : { id, channel, status }
  }),
})

/** As the first answer said it. */
function firstWait(reasons: readonly Reason[], channel: Channel): { reason?: string } {
  const wait = reasons.findLast((reason) => reason.channel === channel && reason.decision === 'deferred')
  return wait ? { reason: wait.reason } : {}
}
