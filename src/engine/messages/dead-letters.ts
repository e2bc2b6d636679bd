import { notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { laneCode, laneOf } from '../catalogue/lane.ts'
import { channelOf } from '../channels/channel.ts'
import type { Organization } from '../organizations/organization.ts'
import { holdMessages, oneOf } from './actions-store.ts'
import { type Again, writeAgain } from './again-store.ts'
import { explain, type LetterFilter, whyNot } from './dead-letter.ts'
import {
  advanceRequeue,
  closeLetters,
  countLetters,
  countTaken,
  findRequeue,
  holdRequeue,
  type LetterNowRow,
  type LetterRow,
  listLetters,
  listRequeues,
  nextLetters,
  ownerOf,
  type RequeueRow,
  readLetters,
  strandedRequeues,
  writeRequeue,
} from './dead-letter-store.ts'
import { type DeliverySettings, deliveryOf } from './delivery-settings.ts'
import { redriveDeadLetters } from './jobs.ts'
import { laneRule } from './lane.ts'
import { noLaterThan, type SubjectGone, whyNotRemind } from './reminded.ts'
import { remindedOf } from './reminded-store.ts'
import { statusOf } from './status.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'engine'>
  readonly clock: Clock
  readonly queue: Pick<Queue, 'add'>
  readonly organization: (id: string) => Promise<Organization>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  readonly onError: (error: unknown) => void
}

interface PageOf {
  readonly before: string | undefined
  readonly limit: number
}

/** Letters one transaction sends again: a large share of what a round trip costs is spared, and nobody waits long for its locks. */
const LETTERS_PER_STEP = 500
/** After so many steps a re-drive makes room for the next one and queues again. */
const STEPS_PER_JOB = 20
const SWEEP_EVERY_MS = 5_000
const STRANDED_AFTER_MS = 10_000
const STRANDED_AT_ONCE = 100

export type DeadLetters = ReturnType<typeof createDeadLetters>

/**
 * Messages that ended failed, and their second chance. A re-drive is a row that says how far it is: a job works it off in
 * steps, each one transaction, so a crash goes on where the last step ended and two workers on one do no harm.
 */
export function createDeadLetters({ db, clock, queue, organization, nudge, changed, onError }: Deps) {
  let sweeper: NodeJS.Timeout | undefined
  let stopping = false

  return {
    list: (organizationId: string, filter: LetterFilter, page: PageOf) =>
      db.as(organizationId, async (tx) => (await listLetters(tx, organizationId, filter, page)).map(toLetter)),

    summary: (organizationId: string, filter: LetterFilter) =>
      db.as(organizationId, async (tx) => {
        const { byReason, byChannel, byCode } = await countLetters(tx, organizationId, filter)
        return {
          total: byReason.reduce((sum, { n }) => sum + n, 0),
          byReason: byReason.map(({ reason, n }) => ({ reason: reason!, count: n })),
          byChannel: byChannel.map(({ channel, n }) => ({ channel: channelOf(channel!), count: n })),
          byCode: byCode.map(({ reason, code, n }) => ({ reason: reason!, code, count: n })),
        }
      }),

    /** What `requeue` would take now; changes nothing. */
    preview: (organizationId: string, filter: LetterFilter) =>
      db.as(organizationId, (tx) => countTaken(tx, organizationId, filter)),

    /** Begins a re-drive of the letters there are now: durable when this answers, worked off later. */
    async requeue(organizationId: string, filter: LetterFilter) {
      const now = clock.now()
      const id = newId(now)
      const row = await db.as(organizationId, async (tx) => {
        const { count } = await countTaken(tx, organizationId, filter)
        await writeRequeue(tx, { id, organizationId, filter, total: count }, now)
        return (await findRequeue(tx, id))!
      })
      if (row.finished_at === null) await offer(id)
      return toRequeue(row)
    },

    requeues: (organizationId: string, page: PageOf) =>
      db.as(organizationId, async (tx) => (await listRequeues(tx, organizationId, page)).map(toRequeue)),

    /** @throws AppError `not_found`. */
    requeueOf: (organizationId: string, id: string) =>
      db.as(organizationId, async (tx) => {
        const row = await findRequeue(tx, id)
        if (!row) throw notFound('Re-drive', id)
        return toRequeue(row)
      }),

    /** Works off some steps of a re-drive; what is left is queued again. */
    async redrive(requeueId: string): Promise<void> {
      const organizationId = await ownerOf(db.engine, requeueId)
      if (!organizationId) return
      const settings = deliveryOf(await organization(organizationId))
      for (let steps = 0; steps < STEPS_PER_JOB; steps++) {
        if (stopping || !(await step(requeueId, settings))) return
        nudge()
        changed(organizationId)
      }
      await offer(requeueId)
    },

    /** Offers again what a lost job or a dead worker left behind. */
    start(): void {
      sweeper = setInterval(() => void sweep().catch(onError), SWEEP_EVERY_MS)
    },

    stop(): void {
      stopping = true
      clearInterval(sweeper)
    },
  }

  /** One step: false when another worker is at it, or nothing was left to do. */
  async function step(requeueId: string, settings: DeliverySettings): Promise<boolean> {
    const now = clock.now()
    return db.engine.transaction().execute(async (tx) => {
      const requeue = await holdRequeue(tx, requeueId)
      if (!requeue) return false
      const next = await nextLetters(tx, requeue, LETTERS_PER_STEP)
      const again = await sendAgain(tx, requeue, next, settings, now)
      const requeued = requeue.requeued + again.sent
      const skipped = { ...requeue.skipped }
      const skip = (why: keyof typeof skipped, n: number) => {
        skipped[why] = (skipped[why] ?? 0) + n
      }
      for (const why of again.skipped) skip(why, 1)
      const finished = next.length < LETTERS_PER_STEP
      // What failed just before, but was written just after, was not counted when this was asked for.
      const total = Math.max(requeue.total, requeued + countOf(skipped))
      // What left by itself before its step came: sent again by somebody else, or delivered after all.
      const missing = total - requeued - countOf(skipped)
      if (finished && missing > 0) skip('no_longer_dead', missing)
      const afterId = next.at(-1) ?? requeue.after_id
      await advanceRequeue(tx, requeueId, { afterId, total, requeued, skipped, finished }, now)
      return true
    })
  }

  async function sendAgain(
    tx: Tx,
    requeue: RequeueRow,
    messageIds: readonly string[],
    settings: DeliverySettings,
    now: Date,
  ) {
    if (messageIds.length === 0) return { sent: 0, skipped: [] }
    await holdMessages(tx, requeue.organization_id, oneOf(messageIds))
    const rows = await readLetters(tx, messageIds)
    const reminded = await remindedOf(
      runWithin(tx),
      rows.map((row) => row.notification_id),
    )
    const letters = rows.map((row) => ({
      row,
      why: whyNot(nowOf(row, whyNotRemind(reminded.get(row.notification_id), now))),
    }))
    const again = letters
      .filter(({ why }) => why === undefined)
      .map(
        ({ row }): Again => ({
          of: row.message_id,
          id: newId(now),
          eventId: newId(now),
          deadlineAt: noLaterThan(
            new Date(now.getTime() + laneRule(settings, laneOf(row.lane)).deadlineMs),
            reminded.get(row.notification_id),
          ),
          // Thousands that come back at once let everything new go first; those that somebody picked are what is wanted now.
          lane: requeue.filter.messageIds ? row.lane : laneCode('bulk'),
        }),
      )
    await writeAgain(tx, again, requeue.id, now)
    await closeLetters(
      tx,
      letters.flatMap(({ row }) =>
        row.repeated_as ? [{ messageId: row.message_id, repeatedAs: row.repeated_as }] : [],
      ),
    )
    return { sent: again.length, skipped: letters.flatMap(({ why }) => (why ? [why] : [])) }
  }

  async function sweep(): Promise<void> {
    const now = clock.now()
    const before = new Date(now.getTime() - STRANDED_AFTER_MS)
    for (const id of await strandedRequeues(db.engine, before, now, STRANDED_AT_ONCE)) await offer(id)
  }

  /** The row is kept; should the queue be away, the sweep offers it later. */
  function offer(requeueId: string): Promise<void> {
    return queue.add(redriveDeadLetters, [{ payload: { requeueId } }]).catch(onError)
  }
}

const toLetter = (row: LetterRow) => ({
  id: row.message_id,
  notificationId: row.notification_id,
  contactId: row.contact_id,
  contactName: row.contact_name,
  channel: channelOf(row.channel),
  type: row.type,
  reason: row.reason,
  code: row.code,
  detail: explain(row.reason, row.said),
  failedAt: row.failed_at,
  attemptCount: row.attempt_count ?? 0,
})

const toRequeue = (row: RequeueRow) => ({
  id: row.id,
  status: row.finished_at ? ('done' as const) : ('running' as const),
  filter: row.filter,
  total: row.total,
  requeued: row.requeued,
  skipped: { count: countOf(row.skipped), why: row.skipped },
  createdAt: row.created_at,
  finishedAt: row.finished_at,
})

const countOf = (skipped: RequeueRow['skipped']): number => Object.values(skipped).reduce((sum, n) => sum + n, 0)

const nowOf = (row: LetterNowRow, subjectGone: SubjectGone | undefined) => ({
  subjectGone,
  open: row.open,
  status: row.status === null ? null : statusOf(row.status),
  contactExists: row.contact_exists,
  suppressed: row.suppressed,
})
