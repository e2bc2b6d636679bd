import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { createGoogleToken, type GoogleIdentity } from './google-token.ts'
import {
  type Answer,
  type Asking,
  persistently,
  type Sendable,
  StorageConfigurationError,
  sendable,
  storageAway,
  wholeOf,
} from './remote.ts'
import { assertKey, FileMissingError, type Storage } from './storage.ts'

export interface DriveSettings {
  readonly identity: GoogleIdentity
  /** Where files are put. */
  readonly folderId: string
  /** The shared drive it is on; a service account cannot own files, so it needs one. */
  readonly driveId: string | undefined
  readonly baseUrl: string
  readonly tokenUrl: string
}

const WHAT = 'Google Drive'
const UPLOAD_TRIES = 3
const MOST_REMEMBERED = 10_000

interface Found {
  readonly id: string
  readonly size: number
}

/**
 * Files in a folder of Google Drive (API v3), each known by the hash of its key in its `appProperties`; its name is the
 * key, for people. Drive has no names of its own that are one file’s alone: two processes that store the same new key at
 * the same moment make two files, of which the older one counts, and the next put takes the other away.
 */
export function createDriveStorage(settings: DriveSettings, clock: Clock): Storage {
  const { folderId, driveId, baseUrl, identity, tokenUrl } = settings
  const tokens = createGoogleToken(identity, tokenUrl, clock)
  const files = `${baseUrl.replace(/\/+$/, '')}/drive/v3/files`
  const uploads = `${baseUrl.replace(/\/+$/, '')}/upload/drive/v3/files`
  /** A search may not know yet what was stored a moment ago. */
  const remembered = new Map<string, string>()

  function remember(key: string, id: string): void {
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    remembered.set(key, id)
  }

  async function call(asking: Asking, tries?: number): Promise<Answer> {
    for (let again = true; ; again = false) {
      const token = await tokens.get()
      const headers = { ...asking.headers, authorization: `Bearer ${token}` }
      const answer = await persistently(WHAT, async () => ({ ...asking, headers }), tries)
      if (answer.status !== 401 || !again) return answer
      await answer.body.dump()
      tokens.forget(token)
    }
  }

  /** @throws what an answer that says no means; a missing file is undefined. */
  async function ask(asking: Asking, tries?: number): Promise<Answer | undefined> {
    const answer = await call(asking, tries)
    if (answer.status < 300) return answer
    const reason = reasonOf(await wholeOf(WHAT, answer))
    if (answer.status === 404) return undefined
    if (TEMPORARY.has(reason)) throw storageAway(WHAT, `answered ${reason}`)
    throw new StorageConfigurationError(`${WHAT} refuses: ${answer.status} ${reason}${ADVICE[reason] ?? ''}`)
  }

  async function json<Body>(asking: Asking): Promise<Body | undefined> {
    const answer = await ask(asking)
    if (!answer) return undefined
    const text = (await wholeOf(WHAT, answer)).toString()
    try {
      return JSON.parse(text) as Body
    } catch {
      throw storageAway(WHAT, 'answered something that is not JSON')
    }
  }

  /** All there are of a key, the one that counts first. */
  async function search(key: string): Promise<Found[]> {
    const query = new URLSearchParams({
      q: `appProperties has { key='carillon' and value='${markOf(key)}' } and '${folderId}' in parents and trashed = false`,
      fields: 'files(id,size)',
      orderBy: 'createdTime',
      pageSize: '10',
      ...SHARED,
      includeItemsFromAllDrives: 'true',
      ...(driveId === undefined ? {} : { corpora: 'drive', driveId }),
    })
    const listed = await json<{ files: { id: string; size?: string }[] }>(get(`${files}?${query}`))
    if (!listed) throw new StorageConfigurationError(`${WHAT} does not know the folder or drive, or does not show it`)
    return listed.files.map(({ id, size }) => ({ id, size: Number(size ?? 0) }))
  }

  /** By its id where that is known and still there, else by a search. */
  async function find<Result>(
    key: string,
    use: (id: string) => Promise<Result | undefined>,
  ): Promise<Result | undefined> {
    assertKey(key)
    const known = remembered.get(key)
    if (known !== undefined) {
      const result = await use(known)
      if (result !== undefined) return result
      remembered.delete(key)
    }
    const [first] = await search(key)
    if (!first) return undefined
    remember(key, first.id)
    return await use(first.id)
  }

  async function upload(key: string, file: Sendable): Promise<void> {
    const known = remembered.get(key)
    const [first, ...others] = await search(key)
    const id = first?.id ?? known
    const opened =
      (id === undefined ? undefined : await ask(session('PATCH', `${uploads}/${id}`, {}, file))) ??
      (await ask(
        session('POST', uploads, { name: key, parents: [folderId], appProperties: { carillon: markOf(key) } }, file),
      ))
    await opened?.body.dump()
    const location = opened?.headers.location
    if (!opened) throw new StorageConfigurationError(`${WHAT} does not know the folder, or does not let files in`)
    if (typeof location !== 'string') throw storageAway(WHAT, 'opened no upload')
    const put = {
      method: 'PUT',
      url: location,
      headers: { 'content-length': String(file.bytes) },
      body: file.content,
    } as const
    const answer = await ask(put, 1)
    if (!answer) throw storageAway(WHAT, 'forgot the upload')
    const stored = JSON.parse((await wholeOf(WHAT, answer)).toString()) as { id: string; sha256Checksum?: string }
    if (stored.sha256Checksum !== undefined && stored.sha256Checksum !== file.sha256)
      throw storageAway(WHAT, 'stored something else than was sent')
    remember(key, stored.id)
    for (const other of others) await remove(other.id)
  }

  async function remove(id: string): Promise<void> {
    const answer = await call({ method: 'DELETE', url: `${files}/${id}?${new URLSearchParams(SHARED)}`, headers: {} })
    const reason = reasonOf(await wholeOf(WHAT, answer))
    if (answer.status < 300 || answer.status === 404) return
    // On a shared drive only its managers delete for good; others put into its bin, which Google empties after 30 days.
    const trashed = await ask({
      method: 'PATCH',
      url: `${files}/${id}?${new URLSearchParams(SHARED)}`,
      headers: { 'content-type': 'application/json' },
      body: () => Buffer.from('{"trashed":true}'),
    })
    await trashed?.body.dump()
    if (!trashed && TEMPORARY.has(reason)) throw storageAway(WHAT, `answered ${reason}`)
  }

  const media = (key: string) =>
    find(key, (id) => ask(get(`${files}/${id}?${new URLSearchParams({ alt: 'media', ...SHARED })}`)))
  const size = (key: string) =>
    find(key, async (id) => {
      const found = await json<{ size?: string; trashed?: boolean }>(
        get(`${files}/${id}?${new URLSearchParams({ fields: 'size,trashed', ...SHARED })}`),
      )
      return found && !found.trashed ? Number(found.size ?? 0) : undefined
    })

  return {
    async put(key, content) {
      assertKey(key)
      return await sendable(content, async (file) => {
        for (let left = UPLOAD_TRIES - 1; ; left--) {
          try {
            await upload(key, file)
            return { bytes: file.bytes }
          } catch (error) {
            // An upload that broke off is begun anew, and looks first whether it arrived after all.
            if (left === 0 || (error as { code?: string }).code !== 'unavailable') throw error
          }
        }
      })
    },
    async get(key) {
      const answer = await media(key)
      if (!answer) throw new FileMissingError(key)
      return await wholeOf(WHAT, answer)
    },
    async stream(key) {
      const answer = await media(key)
      if (!answer) throw new FileMissingError(key)
      return answer.body
    },
    exists: async (key) => (await size(key)) !== undefined,
    size,
    async delete(key) {
      assertKey(key)
      const known = remembered.get(key)
      remembered.delete(key)
      const ids = new Set([...(await search(key)).map(({ id }) => id), ...(known === undefined ? [] : [known])])
      for (const id of ids) await remove(id)
    },
  }
}

const SHARED = { supportsAllDrives: 'true' }
const get = (url: string): Asking => ({ method: 'GET', url, headers: {} })

/** Properties hold 124 bytes with their name, keys may be longer. */
const markOf = (key: string): string => createHash('sha256').update(key).digest('hex')

const session = (method: 'POST' | 'PATCH', url: string, about: object, { bytes }: Sendable): Asking => ({
  method,
  url: `${url}?${new URLSearchParams({ uploadType: 'resumable', fields: 'id,sha256Checksum', ...SHARED })}`,
  headers: {
    'content-type': 'application/json; charset=UTF-8',
    'x-upload-content-type': 'application/octet-stream',
    'x-upload-content-length': String(bytes),
  },
  body: () => Buffer.from(JSON.stringify(about)),
})

/** developers.google.com/drive/api/guides/handle-errors: these are 403s that pass. */
const TEMPORARY = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'sharingRateLimitExceeded', 'backendError'])
const ADVICE: Readonly<Record<string, string>> = {
  storageQuotaExceeded: ': a service account owns no files; put them on a shared drive (DRIVE_ID)',
  teamDriveFileLimitExceeded: ': the shared drive holds as many files as it may',
}

function reasonOf(body: Buffer): string {
  try {
    const { error } = JSON.parse(body.toString()) as { error?: { errors?: { reason?: string }[]; status?: string } }
    return (error?.errors?.[0]?.reason ?? error?.status ?? '').replace(/[^\w.-]/g, '').slice(0, 60)
  } catch {
    return ''
  }
}
