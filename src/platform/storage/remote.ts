import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Dispatcher } from 'undici'
import { request } from 'undici'
import { AppError } from '../../errors.ts'

/** The storage refuses what it will refuse again until somebody changes its settings or rights. */
export class StorageConfigurationError extends Error {
  override readonly name = 'StorageConfigurationError'
}

/** Somebody else’s storage is away, busy or full: the same may work later. */
export const storageAway = (what: string, why: string): AppError =>
  new AppError('unavailable', `${what} ${why}`, { retryAfterSeconds: 30 })

export interface Answer {
  readonly status: number
  readonly headers: Dispatcher.ResponseData['headers']
  readonly body: Dispatcher.ResponseData['body']
}

export interface Asking {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'HEAD' | 'DELETE'
  readonly url: string
  readonly headers: Record<string, string>
  /** Made anew for each try. */
  readonly body?: () => Buffer | Readable
}

const TRIES = 3
const FIRST_PAUSE_MS = 200
/** Until the answer begins, and between two of its parts; a whole file may take longer. */
const SILENCE_MS = 30_000
const BUSY = new Set([408, 429, 500, 502, 503, 504])

/**
 * Asks up to three times, or `tries`, while the service is busy or cannot be reached: every request here may be repeated. `ask` makes
 * the request of each try, since signatures carry the time. @throws AppError `unavailable`
 */
export async function persistently(what: string, ask: () => Promise<Asking>, tries = TRIES): Promise<Answer> {
  for (let left = tries - 1; ; left--) {
    const answer = await once(await ask())
    if (typeof answer !== 'string' && !BUSY.has(answer.status)) return answer
    if (typeof answer !== 'string') await answer.body.dump()
    if (left === 0)
      throw storageAway(
        what,
        typeof answer === 'string' ? `cannot be reached (${answer})` : `answered ${answer.status}`,
      )
    await sleep(FIRST_PAUSE_MS * 2 ** (tries - 1 - left))
  }
}

/** The code of what went wrong on the way, alone: an error’s words may hold the address and what is in it. */
async function once({ method, url, headers, body }: Asking): Promise<Answer | string> {
  try {
    const {
      statusCode,
      headers: answered,
      body: content,
    } = await request(url, {
      method,
      headers,
      headersTimeout: SILENCE_MS,
      bodyTimeout: SILENCE_MS,
      ...(body ? { body: body() } : {}),
    })
    return { status: statusCode, headers: answered, body: content }
  } catch (error) {
    return (error as { code?: string }).code ?? 'ENETWORK'
  }
}

/** A file to be sent: how long it is, what it is, and as often as it is needed. */
export interface Sendable {
  readonly bytes: number
  readonly sha256: string
  readonly content: () => Buffer | Readable
}

/**
 * What comes as a stream is written to a file of this machine first: services want to know its length, it may have to be
 * sent twice, and a source that breaks must not leave half a file there.
 */
export async function sendable<Result>(
  given: Uint8Array | Readable,
  send: (file: Sendable) => Promise<Result>,
): Promise<Result> {
  const hash = createHash('sha256')
  if (given instanceof Uint8Array) {
    const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
    return await send({ bytes: bytes.length, sha256: hash.update(bytes).digest('hex'), content: () => bytes })
  }
  const path = join(tmpdir(), `carillon-${randomUUID()}`)
  try {
    let bytes = 0
    const counted = new Transform({
      transform(chunk: Buffer, _, done) {
        bytes += chunk.length
        hash.update(chunk)
        done(null, chunk)
      },
    })
    await pipeline(given, counted, createWriteStream(path, { mode: 0o600 }))
    return await send({ bytes, sha256: hash.digest('hex'), content: () => createReadStream(path) })
  } finally {
    await rm(path, { force: true })
  }
}

/** All of an answer. @throws AppError `unavailable` for one that breaks off. */
export async function wholeOf(what: string, { body }: Answer): Promise<Buffer> {
  try {
    return Buffer.from(await body.arrayBuffer())
  } catch (error) {
    throw storageAway(what, `broke off (${(error as { code?: string }).code ?? 'ENETWORK'})`)
  }
}
