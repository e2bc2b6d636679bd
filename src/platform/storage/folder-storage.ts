import { createHash, randomUUID } from 'node:crypto'
import { access, type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../errors.ts'
import { assertKey, FileMissingError, type Storage } from './storage.ts'

export interface FolderStorage extends Storage {
  /** Deletes what a crash left half-written, if it was begun before `time`. Says how many files. */
  removeUnfinished(time: Date): Promise<number>
}

/**
 * Files in a folder of this machine, readable by its owner alone. They are spread over 65,536 subfolders by their
 * key's hash, so that no folder grows long.
 */
export function createFolderStorage(folder: string): FolderStorage {
  const unfinished = join(folder, 'unfinished')

  function pathOf(key: string): string {
    assertKey(key)
    const hash = createHash('sha256').update(key).digest('hex')
    return join(folder, hash.slice(0, 2), hash.slice(2, 4), key.replaceAll('/', '~'))
  }

  return {
    async put(key, content) {
      const path = pathOf(key)
      await mkdir(unfinished, { recursive: true, mode: 0o700 })
      const temporary = join(unfinished, randomUUID())
      const file = await open(temporary, 'wx', 0o600).catch((error: unknown) => {
        throw noRoom(error)
      })
      try {
        const bytes = await write(file, content)
        await mkdir(dirname(path), { recursive: true, mode: 0o700 })
        await rename(temporary, path)
        await syncFolder(dirname(path))
        return { bytes }
      } catch (error) {
        await rm(temporary, { force: true })
        throw noRoom(error)
      }
    },

    async get(key) {
      return await readFile(pathOf(key)).catch((error) => missing(key, error))
    },

    async stream(key) {
      const file = await open(pathOf(key)).catch((error) => missing(key, error))
      return file.createReadStream()
    },

    async exists(key) {
      const path = pathOf(key)
      return await access(path).then(
        () => true,
        (error) => isAbsence(error, false),
      )
    },

    async size(key) {
      const found = await stat(pathOf(key)).catch((error) => isAbsence(error, undefined))
      return found?.size
    },

    async delete(key) {
      const path = pathOf(key)
      await unlink(path).catch((error) => isAbsence(error, undefined))
    },

    async removeUnfinished(time) {
      const names = await readdir(unfinished).catch((error) => isAbsence(error, []))
      let removed = 0
      for (const name of names) {
        const path = join(unfinished, name)
        const found = await stat(path).catch((error) => isAbsence(error, undefined))
        if (!found || found.mtime >= time) continue
        await rm(path, { force: true })
        removed++
      }
      return removed
    },
  }
}

/** Writes, flushes to the disk and closes, whatever happens. */
async function write(file: FileHandle, content: Uint8Array | Readable): Promise<number> {
  try {
    if (content instanceof Uint8Array) {
      await file.writeFile(content)
      await file.sync()
      return content.byteLength
    }
    const sink = file.createWriteStream({ flush: true })
    await pipeline(content, sink)
    return sink.bytesWritten
  } finally {
    await file.close()
  }
}

/** A rename is durable once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT'

function isAbsence<Absent>(error: unknown, absent: Absent): Absent {
  if (isMissing(error)) return absent
  throw error
}

function missing(key: string, error: unknown): never {
  throw isMissing(error) ? new FileMissingError(key, { cause: error }) : error
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'])

/** A disk that takes no more is said plainly, and may be tried again: somebody is making room. */
const noRoom = (error: unknown): unknown =>
  FULL.has((error as { code?: string }).code ?? '')
    ? new AppError('unavailable', 'Files cannot be stored at the moment: the disk is full or cannot be written', {
        retryAfterSeconds: 5,
        cause: error,
      })
    : error
