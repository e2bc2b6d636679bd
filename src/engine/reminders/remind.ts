import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin } from '../../platform/database/database.ts'
import type { Audience } from '../catalogue/event.ts'
import type { Channel } from '../channels/channel.ts'
import type { Accept } from '../messages/accept.ts'
import { CHOSEN_HOUR, stateCode } from './reminder.ts'
import { type DueReminder, dropWork, giveBack, holdDue, type Outcome, writeOutcomes } from './reminder-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run' | 'engine'>
  readonly clock: Clock
  readonly accept: Pick<Accept, 'eachWithin'>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  readonly onError: (error: unknown, ids: { reminderId?: string }) => void
  readonly observe?: (outcomes: readonly Outcome['state'][]) => void
}

const PLANNED = stateCode('planned')
/** Somebody is planning, moving or cancelling it at this moment. */
const PAUSE_MS = 500

/**
 * Reminders that have come due become notifications. What is decided, that the reminder was sent and that its work is done
 * are one transaction, and its plan is held meanwhile: it is sent once, and never for a subject that moved or was cancelled.
 */
export function createRemind({ db, clock, accept, nudge, changed, onError, observe }: Deps) {
  return async (ids: readonly string[], workerId: string): Promise<void> => {
    try {
      await remind(ids, workerId)
    } catch (error) {
      if (ids.length === 1) return onError(error, { reminderId: ids[0]! })
      // One of them may be odd: the others are not to wait for it.
      for (const id of ids) await remind([id], workerId).catch((alone: unknown) => onError(alone, { reminderId: id }))
    }
  }

  async function remind(ids: readonly string[], workerId: string): Promise<void> {
    const now = clock.now()
    const { held, outcomes } = await db.engine.transaction().execute(async (tx) => {
      const run = runWithin(tx)
      const rows = await holdDue(run, ids)
      // A row that is no longer planned, or not yet due, has lost its work or been given another time by whoever did that.
      const due = rows.filter((row) => row.state === PLANNED && row.due_at <= now && row.cancelled_at === null)
      const begun = due.filter((row) => row.subject_at <= now)
      const leaving = due.filter((row) => row.subject_at > now)
      const answers = await accept.eachWithin(run, leaving.map(requestOf))
      const done: Outcome[] = [
        ...begun.map(({ id }): Outcome => ({ id, state: 'skipped', reason: 'subject_begun', notificationId: null })),
        ...leaving.map(({ id }, index): Outcome => {
          const answer = answers[index]!
          return answer instanceof AppError
            ? { id, state: 'refused', reason: answer.code, notificationId: null }
            : { id, state: 'sent', reason: null, notificationId: answer.id }
        }),
      ]
      if (done.length > 0) {
        await writeOutcomes(run, done, now)
        const dropped = await dropWork(
          run,
          done.map(({ id }) => id),
          workerId,
        )
        if (dropped < done.length) throw new Error('Another worker has taken over some of these reminders')
      }
      return { held: rows, outcomes: done }
    })
    // What this worker still holds of the others is for whoever comes next: their plans were held by somebody else.
    const others = ids.filter((id) => !outcomes.some((one) => one.id === id))
    if (others.length > 0) await giveBack(db.run, others, workerId, new Date(now.getTime() + PAUSE_MS))
    nudge()
    for (const organizationId of new Set(held.map((row) => row.organization_id))) changed(organizationId)
    observe?.(outcomes.map(({ state }) => state))
  }
}

const requestOf = (row: DueReminder) => ({
  organizationId: row.organization_id,
  request: {
    type: row.type,
    to: { contactId: row.contact_id, ...(row.phone !== null && { phone: row.phone }) },
    payload: row.payload,
    allowRepeat: true,
    metadata: { reminder: row.rule },
    // The lane that quiet hours do not hold up.
    ...(row.reason === CHOSEN_HOUR ? { lane: 'immediate' as const } : {}),
    ...(row.audience === null ? {} : { audience: row.audience as Audience }),
    ...(row.channels === null ? {} : { channels: [...row.channels] as Channel[] }),
  },
  options: { remind: { before: row.subject_at } },
})
