import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { FIRST_ID, idFloor, idTime } from '../../platform/ids.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import { type Automation, defineAutomation } from '../automations/automation.ts'
import { DEFAULT_DELIVERY, deliveryOf } from '../messages/delivery-settings.ts'
import type { Organization } from '../organizations/organization.ts'
import { anonymiseInbound, anonymiseNotifications, filesOf, ownFiles } from './anonymise-store.ts'
import { pages } from './pages.ts'
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
    schedule: { cron: '30 3 * * *' },
    async run({ organizationId, dryRun, save, counts: before }) {
      const { contentsKeptDays } = deliveryOf(await organization(organizationId))
      const end = new Date(clock.now().getTime() - contentsKeptDays * DAY_MS)
      const counts = { notifications: 0, messages: 0, inbound: 0, files: 0, put_off: 0, ...before }
      const from = (await doneThrough(db.engine, organizationId)) ?? (await beginning(organizationId))
      const days = from === undefined ? 0 : Math.max(0, Math.ceil((end.getTime() - from.getTime()) / DAY_MS))

      for await (const late of pages((after) => nextLate(db.engine, organizationId, after ?? FIRST_ID, PER_STEP))) {
        const ready = late.filter(({ waits }) => !waits)
        await take(ready)
        if (!dryRun) await forgetLate(db.engine, idsOf(ready))
      }
      for (let day = 0; from !== undefined && day < days; day++) {
        const begins = new Date(from.getTime() + day * DAY_MS)
        const ends = new Date(Math.min(begins.getTime() + DAY_MS, end.getTime()))
        const range = { after: idFloor(begins), before: idFloor(ends) }
        const rest = (after: string | null) => ({ ...range, after: after ?? range.after })
        for await (const old of pages((after) => nextOld(db.engine, organizationId, rest(after), PER_STEP))) {
          const waiting = old.filter(({ waits }) => waits)
          await take(old.filter(({ waits }) => !waits))
          counts.put_off += waiting.length
          if (!dryRun) await putOff(db.engine, organizationId, idsOf(waiting))
        }
        for await (const rows of pages((after) => oldInbound(db.engine, organizationId, rest(after), PER_STEP)))
          counts.inbound += dryRun ? rows.length : await within((tx) => anonymiseInbound(tx, idsOf(rows)))
        if (!dryRun)
          await within(async (tx) => {
            await emptyEvents(tx, organizationId, range)
            await setDoneThrough(tx, organizationId, ends)
          })
        await save({ counts, done: day + 1, total: days })
      }
      return counts

      async function take(old: readonly Old[]): Promise<void> {
        const ids = idsOf(old)
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
    const id = await oldestId(db.engine, organizationId)
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

const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id)
