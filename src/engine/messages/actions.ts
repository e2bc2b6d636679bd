import { AppError, invalid } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import { laneOf } from '../catalogue/lane.ts'
import { type Channel, channelCode, channelOf } from '../channels/channel.ts'
import type { Fingerprints } from '../contacts/fingerprints.ts'
import type { Organization } from '../organizations/organization.ts'
import {
  endChains,
  holdMessages,
  moveWork,
  ofNotifications,
  stopWork,
  unwantedBy,
  waitingAt,
  waitingFor,
  waitingOf,
} from './actions-store.ts'
import { deliveryOf } from './delivery-settings.ts'
import { laneRule } from './lane.ts'
import { existingNotification, type MessageRow, messagesOf } from './read-store.ts'
import { noLaterThan, SUBJECT_GONE, whyNotRemind } from './reminded.ts'
import { remindedOf } from './reminded-store.ts'
import { dueAt } from './request.ts'
import { createResend } from './resend.ts'
import { type Status, statusOf } from './status.ts'
import { TASKS } from './task.ts'

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
  readonly fingerprints: Pick<Fingerprints, 'all'>
  readonly organization: (id: string) => Promise<Organization>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
}

/** Why a message was not stopped or moved. */
export const TOO_LATE = ['being_sent', 'in_digest', 'already_left', 'suppressed', 'cancelled', 'failed'] as const
type TooLate = (typeof TOO_LATE)[number]

interface Asked {
  readonly id: string
  readonly channel: Channel
  readonly status: Status
}

export type MessageActions = ReturnType<typeof createMessageActions>

/** What a person may still do about a notification. Every answer is true also when a worker is at it at that moment. */
export function createMessageActions({ db, clock, fingerprints, organization, nudge, changed }: Deps) {
  return {
    cancel,
    stopFor,
    stopAbout,
    stopAt,
    stopUnwanted,
    reschedule,
    resend: createResend({ db, clock, fingerprints, organization, nudge, changed }),
  }

  /**
   * Stops whatever has not begun to leave, and the rest of a fallback chain. Once this says `cancelled: true` for a message,
   * it is never sent; one that a worker already holds says so instead. `mayHaveArrived`: an earlier try never got an answer.
   *
   * @throws AppError `already_settled` when there was nothing left to stop.
   */
  async function cancel(organizationId: string, notificationId: string) {
    const now = clock.now()
    const messages = await db.as(organizationId, async (tx) => {
      const notification = await existingNotification(tx, notificationId)
      const ids = await holdMessages(tx, organizationId, ofNotifications([notificationId]))
      let stopped = await stopWork(tx, ids, 'cancelled', now)
      const chained = await endChains(tx, [notificationId])
      // A worker that was going on with the chain may have written its next message before its work row could be taken.
      const later = (await holdMessages(tx, organizationId, ofNotifications([notificationId]))).filter(
        (id) => !ids.includes(id),
      )
      if (later.length > 0) stopped = [...stopped, ...(await stopWork(tx, later, 'cancelled', now))]
      const byId = new Map(stopped.map((row) => [row.message_id, row]))
      const rows = await messagesOf(tx, [notification.id])
      const answers = rows.map((row) => {
        const own = byId.get(row.id)
        const cancelled = own !== undefined && own.task !== TASKS.fallBack
        const mayFallBack = chained && row.resend_of === null && isUnderWay(row)
        return {
          ...asked(row),
          cancelled,
          ...(cancelled ? {} : { reason: tooLate(row) }),
          ...(cancelled && own.may_have_arrived ? { mayHaveArrived: true } : {}),
          ...(own?.task === TASKS.fallBack || mayFallBack ? { fallbackStopped: true } : {}),
        }
      })
      if (!answers.some((answer) => answer.cancelled || answer.fallbackStopped)) throw nothingLeft(rows, 'stopped')
      return answers
    })
    changed(organizationId)
    return { id: notificationId, messages }
  }

  /** Stops whatever waits for a contact, in the caller's transaction. */
  async function stopFor(tx: Tx, organizationId: string, contactId: string, now: Date): Promise<void> {
    const ids = await holdMessages(tx, organizationId, waitingFor(contactId))
    if (ids.length > 0) await stopWork(tx, ids, 'contact_removed', now)
  }

  /** Stops what waits of notifications that tell of a contact who is removed, in the caller's transaction. Gives how much is on its way. */
  async function stopAbout(
    tx: Tx,
    organizationId: string,
    notificationIds: readonly string[],
    now: Date,
  ): Promise<number> {
    const ids = await holdMessages(tx, organizationId, waitingOf(notificationIds))
    if (ids.length === 0) return 0
    await endChains(tx, notificationIds)
    return ids.length - (await stopWork(tx, ids, 'contact_removed', now)).length
  }

  /** Stops whatever waits for an address that must not be used any more; `reason` says why. */
  async function stopAt(
    tx: Tx,
    organizationId: string,
    { channel, address, reason }: { channel: Channel; address: string; reason: string },
    now: Date,
  ): Promise<void> {
    const ids = await holdMessages(tx, organizationId, waitingAt(channelCode(channel), address))
    if (ids.length > 0) await stopWork(tx, ids, reason, now)
  }

  /** Ends what waits for a contact and is of a kind that it has just said no to. */
  async function stopUnwanted(
    tx: Tx,
    organizationId: string,
    contactId: string,
    unwanted: readonly { readonly category: string; readonly channel: Channel }[],
    now: Date,
  ): Promise<void> {
    const rows = unwanted.map(({ category, channel }) => ({ category, channel: channelCode(channel) }))
    const ids = await holdMessages(tx, organizationId, unwantedBy(contactId, rows))
    if (ids.length > 0) await stopWork(tx, ids, 'unsubscribed', now)
  }

  /**
   * Gives what has not begun to leave another time; null, or a time that has passed, is now. The deadline moves with it,
   * and an item of a digest leaves it.
   *
   * @throws AppError `already_settled` when nothing could be moved, `validation_failed` for a time beyond five years, or when
   * what it reminds of has begun; `conflict` when there is nothing to remind of any more.
   */
  async function reschedule(organizationId: string, notificationId: string, sendAt: string | null) {
    const now = clock.now()
    const due = dueAt(sendAt, now)
    const settings = deliveryOf(await organization(organizationId))
    const messages = await db.as(organizationId, async (tx) => {
      const notification = await existingNotification(tx, notificationId)
      const ids = await holdMessages(tx, organizationId, ofNotifications([notificationId]))
      const reminded = (await remindedOf(runWithin(tx), [notificationId])).get(notificationId)
      const gone = whyNotRemind(reminded, now)
      if (gone) throw new AppError('conflict', `Nothing can be moved: ${SUBJECT_GONE[gone]}`)
      if (whyNotRemind(reminded, due)) throw invalid('sendAt', 'is when what it reminds of has begun')
      const deadlineAt = noLaterThan(
        new Date(due.getTime() + laneRule(settings, laneOf(notification.lane)).deadlineMs),
        reminded,
      )
      const moved = new Map(
        (await moveWork(tx, ids, { dueAt: due, deadlineAt }, now)).map((row) => [row.message_id, row]),
      )
      const rows = await messagesOf(tx, [notificationId])
      if (moved.size === 0) throw nothingLeft(rows, 'moved')
      return rows.map((row) => {
        const own = moved.get(row.id)
        return {
          ...asked(row),
          rescheduled: own !== undefined,
          ...(own ? {} : { reason: tooLate(row) }),
          ...(own?.may_have_arrived ? { mayHaveArrived: true } : {}),
        }
      })
    })
    if (due <= now) nudge()
    changed(organizationId)
    return { id: notificationId, sendAt: due, hadPassed: sendAt !== null && new Date(sendAt) <= now, messages }
  }
}

const asked = (row: MessageRow): Asked => ({
  id: row.id,
  channel: channelOf(row.channel),
  status: statusOf(row.status),
})

/** On its way to its contact, with nothing known of its arrival yet. */
const isUnderWay = (row: MessageRow): boolean => ['sending', 'sent'].includes(statusOf(row.status))

function tooLate(row: MessageRow): TooLate {
  const status = statusOf(row.status)
  switch (status) {
    case 'scheduled':
    case 'queued':
      // Only what another message carries has no work of its own.
      return 'in_digest'
    case 'sending':
      return 'being_sent'
    case 'suppressed':
    case 'cancelled':
    case 'failed':
      return status
    default:
      return 'already_left'
  }
}

function nothingLeft(rows: readonly MessageRow[], verb: 'stopped' | 'moved'): AppError {
  const why = rows.map(tooLate)
  if (why.includes('being_sent'))
    return new AppError('already_settled', `It is being sent at this moment and can no longer be ${verb}`)
  if (why.includes('in_digest'))
    return new AppError('already_settled', `It is part of a digest that is leaving and can no longer be ${verb}`)
  const statuses = [...new Set(rows.map((row) => statusOf(row.status)))]
  return new AppError('already_settled', `Nothing is left that could be ${verb}: ${statuses.join(', ')}`)
}
