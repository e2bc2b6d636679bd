import type { SendResult } from '../channels/send-result.ts'
import type { Connection } from '../providers/provider.ts'

export type Refusal = Extract<SendResult, { outcome: 'refused' }>

/** A connection, or why there is none: what every send is then answered. */
export type Opened = { readonly connection: Connection } | { readonly refused: Refusal }

interface InUse {
  readonly connection: Connection
  uses: number
  retired: boolean
}

/**
 * One connection at a time, opened when it is first needed. A retired one takes nothing new, is closed when its last use
 * ends, and is followed by a new one.
 */
export function createConnections({ open, onError }: { open: () => Opened; onError: (error: unknown) => void }) {
  let current: InUse | undefined
  const closing = new Set<Promise<void>>()
  const retired = new Set<InUse>()

  return {
    /** Runs `work` with the connection; answers `refused` when none can be opened. What `work` throws goes on to the caller. */
    async use<T>(work: (connection: Connection) => Promise<T>, refused: (refusal: Refusal) => T): Promise<T> {
      if (!current) {
        const opened = open()
        if ('refused' in opened) return refused(opened.refused)
        current = { connection: opened.connection, uses: 0, retired: false }
      }
      const mine = current
      mine.uses++
      try {
        return await work(mine.connection)
      } finally {
        mine.uses--
        closeIfUnused(mine)
      }
    },

    retire,

    /** Closes now what is still in use as well: a connection lets its running sends end. */
    async close(): Promise<void> {
      retire()
      for (const one of [...retired]) closeNow(one)
      await Promise.all(closing)
    },
  }

  function retire(): void {
    if (!current) return
    const old = current
    current = undefined
    old.retired = true
    retired.add(old)
    closeIfUnused(old)
  }

  function closeIfUnused(one: InUse): void {
    if (one.retired && one.uses === 0) closeNow(one)
  }

  function closeNow(one: InUse): void {
    if (!retired.delete(one)) return
    const closed = one.connection
      .close()
      .catch(onError)
      .finally(() => closing.delete(closed))
    closing.add(closed)
  }
}
