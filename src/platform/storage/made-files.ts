import { Readable } from 'node:stream'
import { FileMissingError, type Storage } from './storage.ts'

/** Makes files that are not there yet: the same key, the same bytes, so that two who make one at once do no harm. */
export interface FileMaker {
  /** Undefined: there is no such file, and there never will be. What throws may work later. */
  make(key: string): Promise<Uint8Array | undefined>
  /** Asked once it was written: what it is made of may have been erased meanwhile, and the file is not to be there then. */
  isWanted?(key: string): Promise<boolean>
}

/** A file that its maker will never make. */
export class FileRefusedError extends FileMissingError {}

/**
 * A storage whose files are made when they are first read: what is promised in a transaction costs nothing there, and what
 * was lost is made again.
 */
export function withMaker<S extends Storage>(storage: S, makerOf: (key: string) => FileMaker | undefined): S {
  /** Those who ask for the same file at the same moment get one. */
  const making = new Map<string, Promise<Buffer>>()

  return {
    ...storage,
    get: (key) => storage.get(key).catch((error: unknown) => made(key, error)),
    stream: (key) =>
      storage
        .stream(key)
        .catch(async (error: unknown) => Readable.from([await made(key, error)], { objectMode: false })),
  }

  function made(key: string, error: unknown): Promise<Buffer> {
    const maker = error instanceof FileMissingError ? makerOf(key) : undefined
    if (!maker) return Promise.reject(error)
    const known = making.get(key)
    if (known) return known
    const file = make(key, maker).finally(() => making.delete(key))
    making.set(key, file)
    return file
  }

  async function make(key: string, maker: FileMaker): Promise<Buffer> {
    const content = await maker.make(key)
    if (!content) throw new FileRefusedError(key)
    await storage.put(key, content)
    if ((await maker.isWanted?.(key)) === false) {
      await storage.delete(key)
      throw new FileRefusedError(key)
    }
    return Buffer.from(content.buffer, content.byteOffset, content.byteLength)
  }
}
