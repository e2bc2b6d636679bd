import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import { type Automation, defineAutomation, type RunContext } from '../automations/automation.ts'
import { leaveCampaigns } from '../campaigns/people-store.ts'
import type { Fingerprints } from '../contacts/fingerprints.ts'
import { endPlansAbout, removePlansOf } from '../reminders/reminder-store.ts'
import { anonymiseInbound, anonymiseNotifications, filesOf, ownFiles } from './anonymise-store.ts'
import {
  addressesOf,
  anonymiseConsents,
  emptyContact,
  emptyReceipts,
  emptySandbox,
  endChainsOf,
  findPerson,
  hashSuppressions,
  isLeft,
  nextInbound,
  nextNotifications,
  type Person,
  toldAbout,
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
const PHASES = ['stop', 'messages', 'others', 'inbound', 'receipts', 'rest'] as const
interface State {
  readonly phase: (typeof PHASES)[number]
  readonly after: string | null
  /** Files whose data is about to go: deleted once it has. */
  readonly files?: readonly string[]
}

interface Deps {
  readonly db: Pick<Database, 'engine'>
  readonly clock: Clock
  readonly storage: Pick<Storage, 'delete'>
  readonly fingerprints: Fingerprints
  readonly stopFor: (tx: Tx, organizationId: string, contactId: string, now: Date) => Promise<void>
  /** Stops what waits of these notifications; gives how much is on its way. */
  readonly stopAbout: (tx: Tx, organizationId: string, notificationIds: readonly string[], now: Date) => Promise<number>
  /** Deletes the files of their exports. */
  readonly dropExports: (organizationId: string, contactId: string) => Promise<number>
  /** What packs hold. */
  readonly holdings: readonly Pick<Holdings, 'erase' | 'files' | 'leave'>[]
  readonly changed: (organizationId: string) => void
}

/**
 * Erases a contact: what waits is cancelled, what is on its way is let through, then everything that says who they are or
 * what they were told, and what others were told about them, is taken out, in steps of one transaction each. Files go after the data
 * they are made of, which would have them made again; the run keeps their names meanwhile, so a crash leaves none behind. The
 * contact itself goes last: until then its addresses say where to look.
 */
export function contactErasure({
  db,
  clock,
  storage,
  fingerprints,
  stopFor,
  stopAbout,
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
      let files = from.files ?? []

      const steps: Record<State['phase'], (after: string | null) => Promise<void>> = {
        stop: () => stop(context, contactId, sum),
        messages: async (start) => {
          for (let after = start; ; ) {
            const next = await within(async (tx) => {
              const { last, notificationIds, eventIds } = await nextNotifications(
                tx,
                contactId,
                after,
                MESSAGES_PER_STEP,
              )
              return { last, ids: [...new Set([...notificationIds, ...(await toldOthers(tx, eventIds))])] }
            })
            if (next.last === null) return
            await takeOut(next.ids, { phase: 'messages', after })
            after = next.last
            await save({ state: { phase: 'messages', after } satisfies State, counts: sum })
          }
        },
        others: async () => {
          const ids = await within(async (tx) => [
            ...(await endPlansAbout(runWithin(tx), organizationId, contactId, clock.now())).notificationIds,
            ...(await toldAbout(tx, organizationId, contactId)),
          ])
          for (let at = 0; at < ids.length; at += MESSAGES_PER_STEP)
            await takeOut(ids.slice(at, at + MESSAGES_PER_STEP), { phase: 'others', after: null })
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
          const theirs = new Set(files)
          for (const one of holdings)
            for (const key of (await within(async (tx) => one.files?.(tx, { id: contactId, organizationId }))) ?? [])
              theirs.add(key)
          files = [...theirs]
          await save({ state: { phase: 'rest', after: null, files } satisfies State, counts: sum })
          count('files', files.length)
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
        if (phase === 'rest' && (await within((tx) => isLeft(tx, organizationId, contactId)))) {
          // Accepted just before the contact was marked, written just after it was looked at.
          await steps.stop(null)
          await steps.messages(null)
          await steps.others(null)
        }
        await steps[phase](phase === from.phase ? from.after : null)
        await dropFiles()
        const next = PHASES[PHASES.indexOf(phase) + 1]
        if (next) await save({ state: { phase: next, after: null } satisfies State, counts: sum })
      }
      changed(organizationId)
      return sum

      /** Takes what these say out of them, and then their files. */
      async function takeOut(ids: readonly string[], state: State): Promise<void> {
        const own = await within(async (tx) => ownFiles(tx, await filesOf(tx, ids), ids))
        if (own.length > 0) {
          files = [...new Set([...files, ...own])]
          await save({ state: { ...state, files } satisfies State, counts: sum })
        }
        const done = await within(async (tx) => {
          await emptySandbox(tx, organizationId, ids)
          return anonymiseNotifications(tx, organizationId, ids, clock.now())
        })
        await dropFiles()
        count('files', own.length)
        count('messages', done.messages)
        count('notifications', done.notifications)
      }

      /** What somebody else was given meanwhile stays. */
      async function dropFiles(): Promise<void> {
        if (files.length === 0) return
        const attached = files.filter((key) => key.includes('/attachments/'))
        const unused = new Set(await within((tx) => ownFiles(tx, attached)))
        for (const key of files) if (unused.has(key) || !attached.includes(key)) await storage.delete(key)
        files = []
      }
    },
  })

  /** Cancels what waits, and waits for what is on its way. */
  async function stop(
    { organizationId, save }: RunContext,
    contactId: string,
    sum: Record<string, number>,
  ): Promise<void> {
    await sleep(ACCEPTED_WITHIN_MS)
    // Others hear of it: what they are told is taken out with the rest.
    for (const { leave } of holdings) await leave?.({ id: contactId, organizationId })
    const until = performance.now() + UNDER_WAY_MS
    for (;;) {
      const left = await within(async (tx) => {
        const planned = await removePlansOf(runWithin(tx), contactId)
        if (planned > 0) sum.reminders = (sum.reminders ?? 0) + planned
        await stopFor(tx, organizationId, contactId, clock.now())
        await endChainsOf(tx, contactId)
        const { ended, notificationIds } = await endPlansAbout(runWithin(tx), organizationId, contactId, clock.now())
        if (ended > 0) sum.reminders = (sum.reminders ?? 0) + ended
        const others = [...notificationIds, ...(await toldAbout(tx, organizationId, contactId))]
        const leaving = others.length === 0 ? 0 : await stopAbout(tx, organizationId, others, clock.now())
        return leaving + (await underWay(tx, contactId))
      })
      if (left === 0) return
      if (performance.now() > until) throw new Error('A message of this contact is still on its way')
      await save({ state: { phase: 'stop', after: null } satisfies State, counts: sum })
      await sleep(LOOK_EVERY_MS)
    }
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
