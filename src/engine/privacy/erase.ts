import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import { type Automation, defineAutomation, type RunContext } from '../automations/automation.ts'
import { leaveCampaigns } from '../campaigns/people-store.ts'
import type { Fingerprints } from '../contacts/fingerprints.ts'
import { removePlansOf } from '../reminders/reminder-store.ts'
import { anonymiseInbound, anonymiseNotifications, filesOf, ownFiles } from './anonymise-store.ts'
import {
  addressesOf,
  anonymiseConsents,
  emptyContact,
  emptyReceipts,
  endChainsOf,
  findPerson,
  hashSuppressions,
  isLeft,
  nextInbound,
  nextNotifications,
  type Person,
  toldOthers,
  underWay,
  writeProof,
} from './erase-store.ts'
import type { Holdings } from './holdings.ts'

export const ERASE = 'contacts.erase'

const MESSAGES_PER_STEP = 200
const INBOUND_PER_STEP = 500
const RECEIPTS_PER_STEP = 2_000
/** What was being accepted when the contact was marked is written by then. */
const ACCEPTED_WITHIN_MS = 1_000
const LOOK_EVERY_MS = 250
/** Longer than a carrier may take, and than what a dead worker held stays held. */
const UNDER_WAY_MS = 120_000

/** In this order; after a crash the one that was under way is done again. */
const PHASES = ['stop', 'messages', 'inbound', 'receipts', 'rest'] as const
interface State {
  readonly phase: (typeof PHASES)[number]
  readonly after: string | null
}

interface Deps {
  readonly db: Pick<Database, 'engine'>
  readonly clock: Clock
  readonly storage: Pick<Storage, 'delete'>
  readonly fingerprints: Fingerprints
  readonly stopFor: (tx: Tx, organizationId: string, contactId: string, now: Date) => Promise<void>
  /** Deletes the files of their exports. */
  readonly dropExports: (organizationId: string, contactId: string) => Promise<number>
  /** What packs hold. */
  readonly holdings: readonly Pick<Holdings, 'erase' | 'files' | 'leave'>[]
  readonly changed: (organizationId: string) => void
}

/**
 * Erases a contact: what waits is cancelled, what is on its way is let through, then everything that says who they are or
 * what they were told is taken out, in steps of one transaction each. Files go before the rows that name them, so a crash
 * leaves none behind. The contact itself goes last: until then its addresses say where to look.
 */
export function contactErasure({
  db,
  clock,
  storage,
  fingerprints,
  stopFor,
  dropExports,
  holdings,
  changed,
}: Deps): Automation {
  return defineAutomation({
    name: ERASE,
    description: 'Erases a contact',
    internal: true,
    runsKept: true,
    async run(context) {
      const { organizationId, subjectId, runId, save } = context
      const contactId = subjectId!
      const person = await within((tx) => findPerson(tx, organizationId, contactId))
      if (!person?.erased_at) return context.counts
      const sum: Record<string, number> = { ...context.counts }
      const count = (name: string, n: number) => {
        sum[name] = (sum[name] ?? 0) + n
      }
      const print = (channel: number, address: string) => fingerprints.of(organizationId, channel, address)
      const from = (context.state as State | null) ?? { phase: 'stop', after: null }

      const steps: Record<State['phase'], (after: string | null) => Promise<void>> = {
        stop: () => stop(context, contactId, sum),
        messages: async (start) => {
          for (let after = start; ; ) {
            const { last, files, done } = await nextMessages(organizationId, contactId, after)
            if (last === null) return
            count('files', files)
            count('messages', done.messages)
            count('notifications', done.notifications)
            after = last
            await save({ state: { phase: 'messages', after } satisfies State, counts: sum })
          }
        },
        inbound: async () => {
          for (let n = INBOUND_PER_STEP; n === INBOUND_PER_STEP; ) {
            n = await within(async (tx) =>
              anonymiseInbound(tx, await nextInbound(tx, organizationId, person, INBOUND_PER_STEP)),
            )
            count('inbound', n)
            await save({ state: { phase: 'inbound', after: null } satisfies State, counts: sum })
          }
        },
        receipts: async (start) => {
          const words = wordsOf(person)
          for (let after = start; words.length > 0; ) {
            const { last, emptied } = await within((tx) => emptyReceipts(tx, words, after, RECEIPTS_PER_STEP))
            if (last === null) return
            count('receipts', emptied)
            after = last
            await save({ state: { phase: 'receipts', after } satisfies State, counts: sum })
          }
        },
        rest: async () => {
          count('exports', await dropExports(organizationId, contactId))
          for (const { leave } of holdings) await leave?.({ id: contactId, organizationId })
          for (const { files } of holdings) {
            const keys = (await within(async (tx) => files?.(tx, { id: contactId, organizationId }))) ?? []
            for (const key of keys) await storage.delete(key)
            count('files', keys.length)
          }
          await within(async (tx) => {
            count('reminders', await removePlansOf(runWithin(tx), contactId))
            await leaveCampaigns(tx, contactId)
            count('consents', await anonymiseConsents(tx, organizationId, person, print))
            count('suppressions', await hashSuppressions(tx, organizationId, person, print))
            for (const { erase } of holdings)
              for (const [kind, n] of Object.entries(await erase(tx, { ...person, organizationId }))) count(kind, n)
            await emptyContact(tx, organizationId, person, clock.now())
            await writeProof(
              tx,
              {
                id: runId,
                organizationId,
                contactHash: fingerprints.of(organizationId, 0, contactId),
                counts: sum,
                requestedAt: person.erased_at!,
              },
              clock.now(),
            )
          })
        },
      }

      for (const phase of PHASES.slice(PHASES.indexOf(from.phase))) {
        if (phase === 'rest' && (await within((tx) => isLeft(tx, contactId)))) {
          // Accepted just before the contact was marked, written just after it was looked at.
          await steps.stop(null)
          await steps.messages(null)
        }
        await steps[phase](phase === from.phase ? from.after : null)
        const next = PHASES[PHASES.indexOf(phase) + 1]
        if (next) await save({ state: { phase: next, after: null } satisfies State, counts: sum })
      }
      changed(organizationId)
      return sum
    },
  })

  /** Cancels what waits, and waits for what is on its way. */
  async function stop(
    { organizationId, save }: RunContext,
    contactId: string,
    sum: Record<string, number>,
  ): Promise<void> {
    await sleep(ACCEPTED_WITHIN_MS)
    const until = performance.now() + UNDER_WAY_MS
    for (;;) {
      const left = await within(async (tx) => {
        const planned = await removePlansOf(runWithin(tx), contactId)
        if (planned > 0) sum.reminders = (sum.reminders ?? 0) + planned
        await stopFor(tx, organizationId, contactId, clock.now())
        await endChainsOf(tx, contactId)
        return underWay(tx, contactId)
      })
      if (left === 0) return
      if (performance.now() > until) throw new Error('A message of this contact is still on its way')
      await save({ state: { phase: 'stop', after: null } satisfies State, counts: sum })
      await sleep(LOOK_EVERY_MS)
    }
  }

  async function nextMessages(organizationId: string, contactId: string, after: string | null) {
    const { last, notificationIds, all, files } = await within(async (tx) => {
      const next = await nextNotifications(tx, contactId, after, MESSAGES_PER_STEP)
      const all = [...new Set([...next.notificationIds, ...(await toldOthers(tx, next.eventIds))])]
      return { ...next, all, files: await ownFiles(tx, await filesOf(tx, all), all) }
    })
    if (notificationIds.length === 0) return { last, files: 0, done: { messages: 0, notifications: 0 } }
    for (const key of files) await storage.delete(key)
    const done = await within((tx) => anonymiseNotifications(tx, organizationId, all, clock.now()))
    return { last, files: files.length, done }
  }

  function within<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return db.engine.transaction().execute(work)
  }
}

/** How carriers write a person's addresses: as they are, encoded for an address bar, a number without its plus. */
function wordsOf(person: Person): string[] {
  const words = addressesOf(person).flatMap((address) => [
    address,
    encodeURIComponent(address),
    ...(address.startsWith('+') ? [address.slice(1)] : []),
  ])
  return [...new Set(words)]
}
