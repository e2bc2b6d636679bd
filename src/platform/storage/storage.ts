import type { Readable } from 'node:stream'

/**
 * Where files live. A key names one file for ever: lower-case letters, digits, `.`, `_` and `-` in parts joined by `/`
 * (`attachments/0195…/1`), at most 200 characters; no part begins with a dot.
 */
export interface Storage {
  /** All or nothing: a reader sees the former file or the new one. Resolves once it would survive a power cut. */
  put(key: string, content: Uint8Array | Readable): Promise<{ bytes: number }>
  /** Throws {@link FileMissingError}. */
  get(key: string): Promise<Buffer>
  /** Throws {@link FileMissingError} before the first byte. */
  stream(key: string): Promise<Readable>
  exists(key: string): Promise<boolean>
  /** How long a file is; undefined where there is none. */
  size(key: string): Promise<number | undefined>
  /** Deleting what is not there is no error. */
  delete(key: string): Promise<void>
}

export class FileMissingError extends Error {
  readonly key: string

  constructor(key: string, options?: ErrorOptions) {
    super(`No file is stored under ${key}`, options)
    this.name = 'FileMissingError'
    this.key = key
  }
}

const KEY = /^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/

/** Throws a RangeError for a key that is not one; every Storage asks this first. */
export function assertKey(key: string): void {
  if (key.length > 200 || !KEY.test(key))
    throw new RangeError(`Not a storage key: ${JSON.stringify(key.slice(0, 200))}`)
}
