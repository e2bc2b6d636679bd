import { createBatcher } from '../../platform/batch.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Queue } from '../../platform/queue/queue.ts'
import { applyReports } from '../messages/jobs.ts'
import { keepReceipts, type NewReceipt } from './reports-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly queue: Queue
  /** Receipts whose job was lost. */
  readonly stranded: () => Promise<string[]>
  readonly onError: (error: unknown) => void
}

const KEPT_AT_ONCE = 100
const SWEEP_EVERY_MS = 5_000

/** What carriers sent, as it came: durable before it is acknowledged, worked through by a job, offered again until it is. */
export function createReceipts({ db, queue, stranded, onError }: Deps) {
  let sweeper: NodeJS.Timeout | undefined
  const offer = (receiptIds: readonly string[]) =>
    // The row is kept; should the queue be away, the sweep offers it later.
    queue.add(applyReports, [{ payload: { receiptIds: [...receiptIds] } }]).catch(onError)

  return {
    keep: createBatcher<NewReceipt, undefined>({
      run: async (receipts) => {
        await keepReceipts(db.run, receipts)
        void offer(receipts.map((receipt) => receipt.id))
        return receipts.map(() => undefined)
      },
      maxItems: KEPT_AT_ONCE,
      maxConcurrent: 2,
    }),
    start(): void {
      sweeper = setInterval(() => {
        stranded()
          .then((ids) => (ids.length ? offer(ids) : undefined))
          .catch(onError)
      }, SWEEP_EVERY_MS)
    },
    stop(): void {
      clearInterval(sweeper)
    },
  }
}
