import { type RawBuilder, sql } from 'kysely'
import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { laneOf } from '../catalogue/lane.ts'
import { channelOf } from '../channels/channel.ts'
import { writeMessages } from './accept-store.ts'
import type { AcceptedMessage } from './accepted.ts'
import { DEFAULT_DELIVERY } from './delivery-settings.ts'
import { laneRule } from './lane.ts'
import { findNotification, messagesOf } from './read-store.ts'
import { EVENT_KINDS, isSettled, statusCode, statusOf } from './status.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
}

export type MessageActions = ReturnType<typeof createMessageActions>

export const createMessageActions = ({ db, clock, nudge, changed }: Deps) => ({
  /**
   * Stops whatever has not begun to leave. Once this says `cancelled: true` for a message, it is never sent; one that a
   * worker already holds says so instead.
   *
   * @throws AppError `already_settled` when there was nothing left to stop.
   */
  async cancel(organizationId: string, notificationId: string) {
    const now = clock.now()
    const result = await db.as(organizationId, async (tx) => {
      if (!(await findNotification(tx, notificationId))) throw notFound('Notification', notificationId)
      const stopped = await stop(tx, organizationId, sql`m.notification_id = ${notificationId}`, 'cancelled', now)
      return { stopped, messages: await messagesOf(tx, [notificationId]) }
    })
    if (result.stopped.size === 0)
      throw new AppError('already_settled', tooLate(result.messages.map((row) => statusOf(row.status))))
    changed(organizationId)
    return {
      id: notificationId,
      messages: result.messages.map((row) => ({
        id: row.id,
        channel: channelOf(row.channel),
        status: statusOf(row.status),
        cancelled: result.stopped.has(row.id),
      })),
    }
  },

  /** Stops whatever waits for a contact, in the caller's transaction. */
  async stopFor(tx: Tx, organizationId: string, contactId: string, now: Date): Promise<void> {
    await stop(tx, organizationId, sql`m.contact_id = ${contactId}`, 'contact_removed', now)
  },

  /** Sends its messages once more, each as a new message with the same pinned template. Those still waiting are left alone. */
  async resend(
    organizationId: string,
    notificationId: string,
  ): Promise<{ id: string; status: 'accepted'; messages: AcceptedMessage[] }> {
    const now = clock.now()
    const { notification, again } = await db.as(organizationId, async (tx) => {
      const notification = await findNotification(tx, notificationId)
      if (!notification) throw notFound('Notification', notificationId)
      const messages = await messagesOf(tx, [notificationId])
      // The latest of each channel stands for it: a resend of a resend is one message, not two.
      const latest = new Map(messages.map((row) => [row.channel, row]))
      const { rows: suppressed } = await sql<{ channel: number; address: string }>`
        select channel, address from suppression where organization_id = ${organizationId} and address = any(${messages.map((row) => row.address)}::text[])`.execute(
        tx,
      )
      const blocked = new Set(suppressed.map((row) => `${row.channel} ${row.address}`))
      const again = [...latest.values()].filter(
        (row) => isSettled(statusOf(row.status)) && !blocked.has(`${row.channel} ${row.address}`),
      )
      return { notification, again }
    })
    if (again.length === 0)
      throw new AppError('conflict', 'Nothing to send again: every message still waits, or its address is suppressed')

    const deadlineAt = new Date(now.getTime() + laneRule(DEFAULT_DELIVERY, laneOf(notification.lane)).deadlineMs)
    const messages = again.map((row) => ({
      id: newId(now),
      channel: row.channel,
      status: statusCode('queued'),
      templateVersionId: row.template_version_id,
      address: row.address,
      dueAt: now,
      deadlineAt,
      reason: null,
      resendOf: row.id,
      waits: true,
    }))
    await writeMessages(
      db.run,
      {
        id: notificationId,
        organizationId,
        contactId: notification.contact_id,
        lane: notification.lane,
        type: notification.type,
      },
      messages,
      now,
    )
    nudge()
    changed(organizationId)
    return {
      id: notificationId,
      status: 'accepted',
      messages: messages.map((message) => ({
        id: message.id,
        channel: channelOf(message.channel),
        status: 'queued' as const,
      })),
    }
  },
})

/** Takes away the work of messages that nobody has begun to send: a worker that comes now finds nothing to claim. */
async function stop(
  tx: Tx,
  organizationId: string,
  which: RawBuilder<unknown>,
  reason: string,
  now: Date,
): Promise<Set<string>> {
  const { rows } = await sql<{ message_id: string }>`
    delete from message_work w using message m where m.organization_id = ${organizationId} and ${which} and w.message_id = m.id and w.state in (0, 1, 2)
    returning w.message_id`.execute(tx)
  const ids = rows.map((row) => row.message_id)
  if (ids.length === 0) return new Set()
  await sql`update message set status = ${statusCode('cancelled')}, reason = ${reason}, settled_at = ${now} where id = any(${ids}::uuid[])`.execute(
    tx,
  )
  await sql`insert into message_event (message_id, id, organization_id, at, kind)
    select message_id, id, ${organizationId}::uuid, ${now}::timestamptz, ${EVENT_KINDS.cancelled}::smallint
    from unnest(${ids}::uuid[], ${ids.map(() => newId(now))}::uuid[]) as e(message_id, id)`.execute(tx)
  return new Set(ids)
}

const tooLate = (statuses: readonly string[]): string =>
  statuses.includes('sending')
    ? 'It is being sent at this moment and can no longer be stopped'
    : `Nothing is left to stop: ${[...new Set(statuses)].join(', ')}`
