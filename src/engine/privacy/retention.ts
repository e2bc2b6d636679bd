import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { idFloor, idTime } from '../../platform/ids.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import { type Automation, defineAutomation } from '../automations/automation.ts'
import { DEFAULT_DELIVERY, deliveryOf } from '../messages/delivery-settings.ts'
import type { Organization } from '../organizations/organization.ts'
import { anonymiseInbound, anonymiseNotifications, filesOf, ownFiles } from './anonymise-store.ts'
import {
  doneThrough,
  emptyEvents,
  forgetLate,
  nextLate,
  nextOld,
  nobodysInbound,
  type Old,
  oldestId,
  oldInbound,
  putOff,
  setDoneThrough,
} from './retention-store.ts'

const DAY_MS = 24 * 3_600_000
const PER_STEP = 500
const NO_ID = '00000000-0000-0000-0000-000000000000'

interface Deps {
  readonly db: Pick<Database, 'engine'>
  readonly clock: Clock
  readonly storage: Pick<Storage, 'delete'>
  readonly organization: (id: string) => Promise<Organization>
}

/**
 * Takes the contents out of what is older than the organization keeps, a day of its history after the other, in steps of
 * 500. What still waits for its time is put off, and taken the day after it has left. A dry run counts.
 */
export function contentsRetention({ db, clock, storage, organization }: Deps): Automation {
  return defineAutomation({
    name: 'contents.anonymise',
    description: 'Takes names, addresses and words out of what is older than the organization keeps',
    everyHours: 24,
    async run({ organizationId, dryRun, save, counts: before }) {
      const { contentsKeptDays } = deliveryOf(await organization(organizationId))
      const end = new Date(clock.now().getTime() - contentsKeptDays * DAY_MS)
      const counts = { notifications: 0, messages: 0, inbound: 0, files: 0, put_off: 0, ...before }
      const from = (await within((tx) => doneThrough(tx, organizationId))) ?? (await beginning(organizationId))
      const days = from === undefined ? 0 : Math.max(0, Math.ceil((end.getTime() - from.getTime()) / DAY_MS))

      await eachStep(
        (after) => within((tx) => nextLate(tx, organizationId, after, PER_STEP)),
        async (late) => {
          const ready = late.filter(({ waits }) => !waits)
          await take(ready)
          if (!dryRun)
            await within((tx) =>
              forgetLate(
                tx,
                ready.map(({ id }) => id),
              ),
            )
        },
      )
      for (let day = 0; from !== undefined && day < days; day++) {
        const begins = new Date(from.getTime() + day * DAY_MS)
        const ends = new Date(Math.min(begins.getTime() + DAY_MS, end.getTime()))
        const range = { after: idFloor(begins), before: idFloor(ends) }
        await eachStep(
          (after) =>
            within((tx) => nextOld(tx, organizationId, { ...range, after: later(after, range.after) }, PER_STEP)),
          async (old) => {
            const waiting = old.filter(({ waits }) => waits)
            await take(old.filter(({ waits }) => !waits))
            counts.put_off += waiting.length
            if (!dryRun)
              await within((tx) =>
                putOff(
                  tx,
                  organizationId,
                  waiting.map(({ id }) => id),
                ),
              )
          },
        )
        await eachStep(
          async (after) =>
            (
              await within((tx) =>
                oldInbound(tx, organizationId, { ...range, after: later(after, range.after) }, PER_STEP),
              )
            ).map((id) => ({ id })),
          async (rows) => {
            const ids = rows.map(({ id }) => id)
            counts.inbound += dryRun ? ids.length : await within((tx) => anonymiseInbound(tx, ids))
          },
        )
        if (!dryRun)
          await within(async (tx) => {
            await emptyEvents(tx, organizationId, range)
            await setDoneThrough(tx, organizationId, ends)
          })
        await save({ counts, done: day + 1, total: days })
      }
      return counts

      async function take(old: readonly Old[]): Promise<void> {
        const ids = old.map(({ id }) => id)
        if (ids.length === 0) return
        const files = await within(async (tx) => ownFiles(tx, await filesOf(tx, ids), ids))
        counts.files += files.length
        if (dryRun) {
          counts.notifications += ids.length
          return
        }
        for (const key of files) await storage.delete(key)
        const done = await within((tx) => anonymiseNotifications(tx, organizationId, ids, clock.now()))
        counts.notifications += done.notifications
        counts.messages += done.messages
      }
    },
  })

  async function beginning(organizationId: string): Promise<Date | undefined> {
    const id = await within((tx) => oldestId(tx, organizationId))
    return id === null ? undefined : idTime(id)
  }

  function within<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return db.engine.transaction().execute(work)
  }
}

/** Takes the contents out of what people wrote to shared accounts and nobody was found for, after the days that are kept by default. */
export const createNobodysRetention =
  ({ db, clock }: Pick<Deps, 'db' | 'clock'>) =>
  async (): Promise<void> => {
    const before = idFloor(new Date(clock.now().getTime() - DEFAULT_DELIVERY.contentsKeptDays * DAY_MS))
    for (let n = PER_STEP; n === PER_STEP; )
      n = await db.engine
        .transaction()
        .execute(async (tx) => anonymiseInbound(tx, await nobodysInbound(tx, before, PER_STEP)))
  }

const later = (a: string, b: string): string => (a > b ? a : b)

/** Goes through a list in the order of its ids. */
async function eachStep<Row extends { readonly id: string }>(
  next: (after: string) => Promise<readonly Row[]>,
  work: (rows: readonly Row[]) => Promise<void>,
): Promise<void> {
  for (let after = NO_ID; ; ) {
    const rows = await next(after)
    if (rows.length === 0) return
    await work(rows)
    after = rows.at(-1)!.id
    if (rows.length < PER_STEP) return
  }
}
