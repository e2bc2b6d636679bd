import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { laneOf } from '../catalogue/lane.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import type { Fingerprints } from '../contacts/fingerprints.ts'
import type { Organization } from '../organizations/organization.ts'
import type { AcceptedMessage } from './accepted.ts'
import { holdMessages, ofNotifications, suppressedNow } from './actions-store.ts'
import { writeAgain } from './again-store.ts'
import { deliveryOf } from './delivery-settings.ts'
import { laneRule } from './lane.ts'
import { existingNotification, type MessageRow, messagesOf } from './read-store.ts'
import { noLaterThan, SUBJECT_GONE, whyNotRemind } from './reminded.ts'
import { remindedOf } from './reminded-store.ts'
import { isSettled, statusOf } from './status.ts'

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly clock: Clock
  readonly fingerprints: Pick<Fingerprints, 'all'>
  readonly organization: (id: string) => Promise<Organization>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
}

export interface Resent {
  readonly id: string
  readonly status: 'accepted'
  readonly messages: AcceptedMessage[]
  /** Channels that were left out, with why. */
  readonly skipped: { readonly channel: Channel; readonly reason: string }[]
}

/**
 * Sends its messages once more, the latest of each channel as a new message with the same pinned template. Those still
 * waiting are left alone, and so are addresses that were suppressed since; what came in a digest is sent on its own. A
 * reminder is sent only while its subject is still to come, at the time it reminds of.
 *
 * @throws AppError `conflict` when nothing could be sent again.
 */
export const createResend =
  ({ db, clock, fingerprints, organization, nudge, changed }: Deps) =>
  async (organizationId: string, notificationId: string): Promise<Resent> => {
    const now = clock.now()
    const settings = deliveryOf(await organization(organizationId))
    const { messages, skipped } = await db.as(organizationId, async (tx) => {
      const notification = await existingNotification(tx, notificationId)
      await holdMessages(tx, organizationId, ofNotifications([notificationId]))
      const latest = latestOf(await messagesOf(tx, [notificationId]))
      const suppressed = await suppressedNow(tx, fingerprints, organizationId, latest)
      const gone = await contactIsGone(tx, notification.contact_id)
      const reminded = (await remindedOf(runWithin(tx), [notificationId])).get(notificationId)
      const subjectGone = whyNotRemind(reminded, now)
      if (subjectGone && !gone) throw new AppError('conflict', `Nothing to send again: ${SUBJECT_GONE[subjectGone]}`)
      const whyNot = (row: MessageRow): string | undefined =>
        gone || row.address === ''
          ? 'contact_removed'
          : !isSettled(statusOf(row.status))
            ? 'still_waits'
            : suppressed.get(`${row.channel} ${row.address}`)
      const again = latest
        .filter((row) => whyNot(row) === undefined)
        .map((row) => ({
          of: row.id,
          id: newId(now),
          eventId: newId(now),
          channel: channelOf(row.channel),
          lane: notification.lane,
          deadlineAt: noLaterThan(
            new Date(now.getTime() + laneRule(settings, laneOf(notification.lane)).deadlineMs),
            reminded,
          ),
        }))
      if (again.length === 0)
        throw new AppError(
          'conflict',
          gone
            ? 'Nothing to send again: the contact was removed'
            : 'Nothing to send again: every message still waits, or its address is suppressed',
        )
      await writeAgain(tx, again, null, now)
      return {
        messages: again.map(({ id, channel }) => ({ id, channel, status: 'queued' as const })),
        skipped: latest.flatMap((row) => {
          const reason = whyNot(row)
          return reason ? [{ channel: channelOf(row.channel), reason }] : []
        }),
      }
    })
    nudge()
    changed(organizationId)
    return { id: notificationId, status: 'accepted', messages, skipped }
  }

/** The latest of each channel stands for it: a resend of a resend is one message, not two. */
function latestOf(rows: readonly MessageRow[]): MessageRow[] {
  // Not by their ids alone: those of two requests at one moment need not sort as they were written.
  const repeated = new Set(rows.map((row) => row.resend_of))
  return [...new Map(rows.filter((row) => !repeated.has(row.id)).map((row) => [row.channel, row])).values()]
}

const contactIsGone = async (tx: Tx, contactId: string): Promise<boolean> =>
  !(await tx
    .selectFrom('contact')
    .select('id')
    .where('id', '=', contactId)
    .where('erased_at', 'is', null)
    .executeTakeFirst())
