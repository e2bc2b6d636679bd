import { setTimeout as sleep } from 'node:timers/promises'
import { AppError, notFound } from '../../errors.ts'
import { createBatcher } from '../../platform/batch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { type Spool, SpoolFull } from '../../platform/spool.ts'
import type { Webhook } from '../channels/report.ts'
import { applyReports, takeEvents } from '../messages/jobs.ts'
import { fromLine, toLine } from './receipt-line.ts'
import {
  type Arrival,
  hurryReceipt,
  keepReceipts,
  type NewReceipt,
  sweepReceipts,
  type UnsettledRow,
  unsettledReceipts,
} from './receipt-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly queue: Queue
  /** On this machine's disk, for while the database is away. */
  readonly spool: Spool
  /** Where an account is called back; undefined when there is no such account. */
  readonly webhookOf: (provider: string, accountId: string) => Webhook | undefined
  /** Reads the accounts anew. */
  readonly refreshAccounts: () => Promise<void>
  /** Receipts whose job was lost, or that are to be tried again. */
  readonly stranded: () => Promise<Arrival[]>
  /** Whether a pack has this vendor: its calls are worked through apart from carriers’. */
  readonly isPacks: (provider: string) => boolean
  readonly onError: (error: unknown) => void
  /** Told of what was kept on the disk, of what came back from there, and of what was not genuine after all. */
  readonly observe?: (what: 'spooled' | 'recovered' | 'refused', receipts: number) => void
}

const KEPT_AT_ONCE = 500
/** Calls that come so soon after others are worked through together: a job and its statements cost the same for one as for many. */
const OFFERED_EVERY_MS = 50
const SWEEP_EVERY_MS = 5_000
const DRAIN_EVERY_MS = 1_000
/** A carrier waits no longer for a database that does not answer. */
const PATIENCE_MS = 3_000
/** Anybody can send calls to accounts we do not know: they get no more of the disk than this. */
const MOST_UNVERIFIED_BYTES = 64 * 1024 * 1024
const RETENTION_DAYS = 30
const SWEPT_AT_ONCE = 10_000

export type Receipts = ReturnType<typeof createReceipts>

/**
 * What carriers sent, as it came: durable before it is acknowledged, worked through by a job, offered again until it is.
 * While the database is away it is durable in the spool, and comes back from there by the same path.
 */
export function createReceipts({
  db,
  clock,
  queue,
  spool,
  webhookOf,
  refreshAccounts,
  stranded,
  isPacks,
  onError,
  observe,
}: Deps) {
  let sweeper: NodeJS.Timeout | undefined
  let drainer: NodeJS.Timeout | undefined
  /** The database did not take the last ones: until the spool could be emptied, what comes goes there at once. */
  let isAway = false
  let unverifiedBytes = 0
  let toOffer: Arrival[] = []
  let offering: NodeJS.Timeout | undefined

  async function offer(arrived: readonly Arrival[]): Promise<void> {
    // The row is kept; should the queue be away, the sweep offers it later.
    for (const [packs, own] of Map.groupBy(arrived, ({ provider }) => isPacks(provider)))
      await queue
        .add(packs ? takeEvents : applyReports, [{ payload: { receiptIds: own.map(({ id }) => id) } }])
        .catch(onError)
  }

  /** The first at once; those that follow it closely, together a little later. */
  function offerSoon(arrived: readonly Arrival[]): void {
    toOffer.push(...arrived.map(({ id, provider }) => ({ id, provider })))
    if (!offering) offerGathered()
  }
  function offerGathered(): void {
    offering = toOffer.length > 0 ? setTimeout(offerGathered, OFFERED_EVERY_MS) : undefined
    const arrived = toOffer
    toOffer = []
    if (arrived.length > 0) void offer(arrived)
  }

  const keepInDatabase = createBatcher<NewReceipt, undefined>({
    run: async (receipts) => {
      await keepReceipts(db.run, receipts)
      offerSoon(receipts)
      return receipts.map(() => undefined)
    },
    maxItems: KEPT_AT_ONCE,
    maxConcurrent: 2,
  })

  return {
    /** Resolves when it is durable; throws `unavailable` when it cannot be made so. */
    async keep(receipt: NewReceipt): Promise<void> {
      if (isAway) return keepOnDisk(receipt, true)
      try {
        await soon(keepInDatabase(receipt))
      } catch (error) {
        if (!(error instanceof TooLate) && !isUnreachable(error)) throw error
        isAway = true
        // Should the database have taken it after all: the same id is one receipt.
        await keepOnDisk(receipt, true)
      }
    },

    /** For whoever can wait: in the database, or it throws. */
    keepInDatabase: (receipt: NewReceipt): Promise<undefined> => keepInDatabase(receipt),

    /** For an account that this process cannot look up now: whether it is genuine is found out later. */
    async keepUnverified(receipt: NewReceipt): Promise<void> {
      if (unverifiedBytes + receipt.body.length > MOST_UNVERIFIED_BYTES)
        throw new AppError('unavailable', 'Too many calls wait to be verified', { retryAfterSeconds: 60 })
      unverifiedBytes += receipt.body.length
      await keepOnDisk(receipt, false)
      isAway = true
    },

    /** Brings what is on the disk to the database; resolves to how many receipts there were. */
    recover,

    /** In every process that is called back. */
    startSpool(): void {
      drainer = setInterval(() => void recover().catch(onError), DRAIN_EVERY_MS)
    },
    /** In workers. */
    start(): void {
      sweeper = setInterval(() => {
        stranded().then(offer).catch(onError)
      }, SWEEP_EVERY_MS)
    },
    async stop(): Promise<void> {
      clearInterval(sweeper)
      clearInterval(drainer)
      clearTimeout(offering)
      if (toOffer.length > 0) await offer(toOffer)
      await spool.close()
    },

    /** Those that could not be worked off yet. */
    unsettled: (before: string | null, limit: number) => unsettledReceipts(db.run, before, limit),

    /** Tries one again at once. @throws AppError `not_found` when nothing is left to try */
    async retry(id: string): Promise<UnsettledRow> {
      const row = await hurryReceipt(db.run, id, clock.now())
      if (!row) throw notFound('Call', id)
      await offer([row])
      return row
    },

    /** Forgets what was worked through long ago; what is not settled stays. */
    async sweep(): Promise<void> {
      const before = new Date(clock.now().getTime() - RETENTION_DAYS * 24 * 3_600_000)
      while ((await sweepReceipts(db.run, before, SWEPT_AT_ONCE)) === SWEPT_AT_ONCE) await sleep(100)
    },
  }

  async function keepOnDisk(receipt: NewReceipt, verified: boolean): Promise<void> {
    try {
      await spool.append(toLine(receipt, verified))
      observe?.('spooled', 1)
    } catch (error) {
      if (!(error instanceof SpoolFull)) onError(error)
      throw new AppError('unavailable', 'This call could not be kept; send it again later', {
        retryAfterSeconds: 60,
        cause: error,
      })
    }
  }

  async function recover(): Promise<number> {
    let taken = 0
    try {
      taken = await spool.drain(async (lines) => {
        const found = lines.map(fromLine)
        if (found.some(({ verified }) => !verified)) await soon(refreshAccounts())
        const receipts = await Promise.all(
          found.map(async ({ receipt, verified }) => (verified || (await isGenuine(receipt)) ? receipt : undefined)),
        )
        const kept = receipts.filter((receipt) => receipt !== undefined)
        if (kept.length > 0) {
          await soon(keepReceipts(db.run, kept))
          offerSoon(kept)
        }
        observe?.('recovered', kept.length)
        if (kept.length < lines.length) observe?.('refused', lines.length - kept.length)
      })
    } catch (error) {
      if (error instanceof TooLate || isUnreachable(error)) return taken
      throw error
    }
    // Empty, and whatever was in it has reached the database.
    if (isAway && taken === 0) await soon(db.run('receipts.ping', 'select 1', [])).then(back, () => {})
    return taken
  }

  function back(): void {
    isAway = false
    unverifiedBytes = 0
  }

  async function isGenuine(receipt: NewReceipt): Promise<boolean> {
    const result = await webhookOf(receipt.provider, receipt.accountId)?.receive(receipt)
    return result?.ok ?? false
  }
}

class TooLate extends Error {}

async function soon<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TooLate('The database does not answer')), PATIENCE_MS)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
