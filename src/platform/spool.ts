import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { createBatcher } from './batch.ts'
import type { Clock } from './clock.ts'

export interface SpoolOptions {
  readonly folder: string
  readonly clock: Clock
  /** All files together. */
  readonly mostBytes: number
  /** Told of lines that were damaged on the disk; their file is kept beside the others. */
  readonly onError: (error: unknown) => void
}

/** The folder is full. */
export class SpoolFull extends Error {
  override readonly name = 'SpoolFull'
}

const FILE_BYTES = 32 * 1024 * 1024
const APPENDED_AT_ONCE = 500
/** A line in the middle of being written is the last of its file; these are read and handed on together. */
const HANDED_ON_AT_ONCE = 100

export type Spool = ReturnType<typeof createSpool>

/**
 * Lines kept on this machine's disk while there is nowhere else to put them. A line is durable when `append` resolves. Each
 * is handed on at least once, oldest file first, by whichever process of this machine comes to it: whoever takes them must
 * know one that it has had.
 *
 * Each process appends to files of its own, `….spool`. To read a file is to rename it first (`….taken`); whoever has appended
 * looks afterwards whether its file still has its name, and writes the lines again elsewhere if not. So no line is written
 * where nobody looks any more, without a lock that could outlive its process.
 */
export function createSpool({ folder, clock, mostBytes, onError }: SpoolOptions) {
  let current: { readonly path: string; readonly file: FileHandle; bytes: number; isTaken: boolean } | undefined
  let draining: Promise<number> | undefined

  const append = createBatcher<string, undefined>({
    run: async (texts) => {
      const bytes = Buffer.from(texts.map(toLine).join(''))
      if ((await size()) + bytes.length > mostBytes) throw new SpoolFull('The spool is full')
      for (;;) if (await wrote(bytes)) return texts.map(() => undefined)
    },
    maxItems: APPENDED_AT_ONCE,
    maxConcurrent: 1,
  })

  return {
    append: (text: string): Promise<undefined> => append(text),

    /** Bytes in all files. */
    size,

    /**
     * Hands on what is there, and removes each file once all of it was taken; resolves to the number of lines. What `take`
     * throws ends it: the rest is for the next time.
     */
    drain(take: (texts: readonly string[]) => Promise<void>): Promise<number> {
      draining ??= drainOnce(take).finally(() => {
        draining = undefined
      })
      return draining
    },

    async close(): Promise<void> {
      await append.drain()
      await draining?.catch(() => {})
      await current?.file.close()
      current = undefined
    },
  }

  /** False: the file was taken meanwhile, and it may have been read before these lines came. */
  async function wrote(bytes: Buffer): Promise<boolean> {
    if (current?.isTaken) await letGo()
    current ??= await create()
    const { file, path } = current
    try {
      await file.appendFile(bytes)
      await file.datasync()
      current.bytes += bytes.length
      const isThere = await hasName(file, path)
      if (!isThere || current.bytes >= FILE_BYTES) await letGo()
      return isThere
    } catch (error) {
      // Half a line may be in it: nothing is appended to it any more.
      await letGo().catch(() => {})
      throw error
    }
  }

  async function create() {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const name = `${String(clock.now().getTime()).padStart(15, '0')}-${randomBytes(6).toString('hex')}.spool`
    const path = join(folder, name)
    const file = await open(path, 'ax', 0o600)
    // The name is durable only with its folder.
    const directory = await open(folder, 'r')
    await directory.sync().finally(() => directory.close())
    return { path, file, bytes: 0, isTaken: false }
  }

  async function letGo(): Promise<void> {
    const { file } = current ?? {}
    current = undefined
    await file?.close()
  }

  async function drainOnce(take: (texts: readonly string[]) => Promise<void>): Promise<number> {
    let handedOn = 0
    for (const name of (await names()).filter((name) => /\.(spool|taken)$/.test(name)).sort()) {
      const path = join(folder, name)
      const taken = path.replace(/\.spool$/, '.taken')
      if (current?.path === path) current.isTaken = true
      if (taken !== path && !(await moved(path, taken))) continue
      const bytes = await unlessGone(readFile(taken))
      if (!bytes) continue
      const { texts, damaged } = linesOf(bytes)
      for (let i = 0; i < texts.length; i += HANDED_ON_AT_ONCE) await take(texts.slice(i, i + HANDED_ON_AT_ONCE))
      handedOn += texts.length
      if (damaged > 0) {
        onError(new Error(`${damaged} lines of ${name} are damaged; the file is kept as ….damaged`))
        await moved(taken, `${taken}.damaged`)
      } else await rm(taken, { force: true })
    }
    return handedOn
  }

  async function size(): Promise<number> {
    const sizes = await Promise.all(
      (await names()).map(async (name) => (await unlessGone(stat(join(folder, name))))?.size ?? 0),
    )
    return sizes.reduce((sum, bytes) => sum + bytes, 0)
  }

  async function names(): Promise<string[]> {
    return (await unlessGone(readdir(folder))) ?? []
  }
}

const toLine = (text: string): string => `${crc32(text).toString(16).padStart(8, '0')} ${JSON.stringify(text)}\n`

/** What comes after the last line end was never acknowledged: whoever wrote it died there. */
function linesOf(bytes: Buffer): { texts: string[]; damaged: number } {
  const lines = bytes.toString().split('\n').slice(0, -1)
  const texts = lines.map(textOf).filter((text) => text !== undefined)
  return { texts, damaged: lines.length - texts.length }
}

function textOf(line: string): string | undefined {
  try {
    const text: unknown = JSON.parse(line.slice(9))
    return typeof text === 'string' && toLine(text) === `${line}\n` ? text : undefined
  } catch {
    return undefined
  }
}

async function hasName(file: FileHandle, path: string): Promise<boolean> {
  const [itself, named] = await Promise.all([file.stat(), unlessGone(stat(path))])
  return named !== undefined && named.ino === itself.ino && named.dev === itself.dev
}

const moved = async (from: string, to: string): Promise<boolean> =>
  (await unlessGone(rename(from, to).then(() => true))) ?? false

async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
