import { createHash } from 'node:crypto'
import { getPriority, setPriority } from 'node:os'
import { parentPort } from 'node:worker_threads'
import { z } from 'zod'
import { Document, makeDocument } from './document.ts'

/** What a thread is asked: the document as JSON, but for the logo's bytes. */
export interface ThreadJob {
  readonly id: number
  readonly document: string
  readonly logo: Uint8Array | undefined
}

export type ThreadAnswer =
  | {
      readonly id: number
      readonly bytes: Uint8Array<ArrayBuffer>
      readonly sha256: string
      readonly pages: number
      readonly replaced: readonly string[]
    }
  | { readonly id: number; readonly refused: string }
  | { readonly id: number; readonly failed: string }

async function answer({ id, document, logo }: ThreadJob): Promise<ThreadAnswer> {
  try {
    const { brand, ...rest } = JSON.parse(document) as { brand?: object }
    const given = Document.safeParse({ ...rest, brand: { ...brand, ...(logo ? { logo } : {}) } })
    if (!given.success) return { id, refused: z.prettifyError(given.error).slice(0, 2_000) }
    const { bytes, pages, replaced } = await makeDocument(given.data)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    return { id, bytes: new Uint8Array(bytes), sha256, pages, replaced }
  } catch (error) {
    if (error instanceof RangeError) return { id, refused: error.message }
    return { id, failed: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

const LEAST_PRIORITY = 19

/**
 * On Linux each thread has a niceness of its own, and requests go before documents; elsewhere it would be the whole process's.
 * Five more than the process has: to take less than that is forbidden.
 */
if (parentPort && process.platform === 'linux') setPriority(0, Math.min(LEAST_PRIORITY, getPriority(0) + 5))

parentPort?.on('message', (job: ThreadJob) => {
  void answer(job).then((made) => parentPort?.postMessage(made, 'bytes' in made ? [made.bytes.buffer] : []))
})
