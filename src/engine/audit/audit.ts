import { randomFillSync } from 'node:crypto'
import { AppError } from '../../errors.ts'
import { type Batcher, createBatcher } from '../../platform/batch.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Crypto, SealError } from '../../platform/crypto.ts'
import { type Database, runWithin } from '../../platform/database/database.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import { newId } from '../../platform/ids.ts'
import type { Spool } from '../../platform/spool.ts'
import type { OWN_ACTS } from './acts.ts'
import type { Head } from './chain.ts'
import { beginChain, type Chain, type ChainRow, extend, findWritten, headOf, keyOf, lockChain } from './chain-store.ts'
import { type Draft, rowOf } from './entry.ts'

interface Deps {
  readonly db: Pick<Database, 'run' | 'engine'>
  readonly clock: Clock
  readonly crypto: Crypto
  /** Where changes wait that were made just before the database went away. */
  readonly spool: Spool
  readonly onError: (error: unknown) => void
}

/** Entries one statement takes. */
const LARGEST_WRITE = 500
/** Organizations whose chain is kept in memory. */
const MOST_CHAINS = 5_000
const SALT_BYTES = 16
const DRAIN_EVERY_MS = 5_000
const KEY_LOST =
  'The audit log was begun with another CARILLON_SECRET: whoever runs this server puts it into CARILLON_OLD_SECRETS, or, if it is lost, runs npm run audit-begin-again'

/** A draft without what is made here. */
export type Note = Omit<Draft, 'id' | 'at'>

/** What the product itself changed: a loop, an automation. */
export const platformAct = (
  organizationId: string,
  act: (typeof OWN_ACTS)[number],
  subjects: readonly string[],
): Note => ({
  organizationId,
  kind: 'change',
  act,
  outcome: 'done',
  actor: { kind: 'platform', id: null, name: 'Carillon' },
  subjects,
})

/** Of one organization. */
interface Writer {
  readonly write: Batcher<Draft, undefined>
  /** Throws what writing would, as far as that can be known before. */
  readonly ready: () => Promise<void>
  /** Callers who wait. */
  open: number
}

export type Audit = ReturnType<typeof createAudit>

/**
 * Writes the audit log. Callers of one moment share a statement and a commit; the entries of an organization are chained
 * one after the other, by however many processes.
 */
export function createAudit({ db, clock, crypto, spool, onError }: Deps) {
  const writers = new Map<string, Writer>()
  let timer: NodeJS.Timeout | undefined

  return {
    /** Before something is changed: throws if it could not be written down. */
    ready: (organizationId: string): Promise<void> => writerOf(organizationId).ready(),

    /** Resolves once it is durable. A change that is told here has happened already: see {@link keep}. */
    write: (note: Note): Promise<void> => write(drafted(note)),

    /**
     * As `write`, for a change that has been made and cannot be taken back: should the database be away just now, the
     * entry is kept on this machine's disk and added when it is back.
     */
    async keep(note: Note): Promise<void> {
      const draft = drafted(note)
      try {
        await write(draft)
      } catch (error) {
        if (!isUnreachable(error)) throw error
        onError(error)
        await spool.append(JSON.stringify(draft))
      }
    },

    /** Adds what is on the disk; the number of entries. */
    drain,

    start(): void {
      timer ??= setInterval(() => void drain().catch(onError), DRAIN_EVERY_MS)
    },

    async stop(): Promise<void> {
      clearInterval(timer)
      timer = undefined
      await Promise.all([...writers.values()].map((writer) => writer.write.drain()))
      await spool.close()
    },
  }

  function drafted(note: Note): Draft {
    const at = clock.now()
    return { ...note, id: newId(at), at }
  }

  async function write(draft: Draft): Promise<void> {
    const writer = writerOf(draft.organizationId)
    writer.open++
    try {
      await writer.write(draft)
    } finally {
      writer.open--
    }
  }

  function writerOf(organizationId: string): Writer {
    const known = writers.get(organizationId)
    if (known) return known
    if (writers.size >= MOST_CHAINS) for (const [id, { open }] of writers) if (open === 0) writers.delete(id)
    const made = createWriter(organizationId)
    writers.set(organizationId, made)
    return made
  }

  /** One write at a time: each entry needs the hash of the one before it. */
  function createWriter(organizationId: string): Writer {
    let chain: Chain | undefined
    const write = createBatcher<Draft, undefined>({
      run: async (drafts) => {
        try {
          chain ??= await open(organizationId)
          chain = (await goOn(db.run, chain, drafts)) ?? (await goOnLocked(organizationId, drafts))
        } catch (error) {
          // Whether it was written is not known: look again.
          chain = undefined
          throw error
        }
        return drafts.map(() => undefined)
      },
      maxItems: LARGEST_WRITE,
      maxConcurrent: 1,
    })
    const ready = async () => {
      if (!chain) await open(organizationId)
    }
    return { write, ready, open: 0 }
  }

  async function open(organizationId: string): Promise<Chain> {
    const row = await beginChain(db.run, crypto, organizationId, clock.now())
    return chainOf(row)
  }

  function chainOf(row: ChainRow): Chain {
    try {
      return { organizationId: row.organization_id, key: keyOf(row, crypto), head: headOf(row), stamp: row.stamp }
    } catch (error) {
      if (!(error instanceof SealError)) throw error
      throw new AppError('unavailable', KEY_LOST, { cause: error })
    }
  }

  /** Another process was faster. Waiting for its turn, each comes to it; trying again, one may never. */
  function goOnLocked(organizationId: string, drafts: readonly Draft[]): Promise<Chain> {
    return db.engine.transaction().execute(async (tx) => {
      const run = runWithin(tx)
      const row = await lockChain(run, organizationId)
      if (!row) throw new AppError('internal', `The audit chain of ${organizationId} is gone`)
      const next = await goOn(run, chainOf(row), drafts)
      if (!next) throw new AppError('internal', `The audit chain of ${organizationId} cannot be gone on with`)
      return next
    })
  }

  async function goOn(run: Database['run'], chain: Chain, drafts: readonly Draft[]): Promise<Chain | undefined> {
    const { organizationId, key } = chain
    const salts = randomFillSync(Buffer.allocUnsafe(SALT_BYTES * drafts.length))
    let { n, hash, at } = chain.head
    const rows = drafts.map((draft, index) => {
      n++
      if (draft.at > at) at = draft.at
      const salt = salts.subarray(SALT_BYTES * index, SALT_BYTES * (index + 1))
      const row = rowOf(draft, { n, at, previous: hash, key, salt })
      hash = row.hash
      return row
    })
    const head: Head = { ...chain.head, n, hash, at }
    const stamp = await extend(run, chain, rows, head)
    return stamp && { organizationId, key, head, stamp }
  }

  function drain(): Promise<number> {
    return spool.drain(async (texts) => {
      const drafts = texts.map((text) => {
        const draft = JSON.parse(text) as Draft & { at: string }
        return { ...draft, at: new Date(draft.at) }
      })
      for (const [organizationId, own] of Map.groupBy(drafts, (draft) => draft.organizationId)) {
        const since = new Date(Math.min(...own.map(({ at }) => at.getTime())))
        const ids = own.map(({ id }) => id)
        const written = await findWritten(db.run, organizationId, ids, since)
        await Promise.all(own.filter(({ id }) => !written.has(id)).map(write))
      }
    })
  }
}
