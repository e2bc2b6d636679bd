import { createHash } from 'node:crypto'
import { invalid } from '../../errors.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { NotificationRequest } from './request.ts'

/** All attachments of one notification, decoded. */
const LIMIT_BYTES = 20 * 1024 * 1024

/** A file as a caller gives it: with its content, or as the key of one that is stored already. */
export interface GivenFile {
  readonly filename: string
  readonly contentType: string
  readonly contentId: string | null
  /** Null: it is stored already. */
  readonly content: Buffer | null
  readonly bytes: number
  readonly storageKey: string
  /** Where the request names it. */
  readonly path: string
  /** It is made when it is first read; until then nobody knows how long it is. */
  readonly later?: true | undefined
}

type Given = NonNullable<NotificationRequest['attachments']>[number]

/** @throws AppError `attachment_invalid` for what is not base64, for what is empty and for a key that cannot be this organization's. */
export const givenFiles = (organizationId: string, attachments: readonly Given[] = []): GivenFile[] =>
  attachments.map(({ filename, contentType, contentId = null, content, storageKey }, index) => {
    const path = `attachments.${index}`
    if ((content === undefined) === (storageKey === undefined))
      throw invalid(path, 'needs either its content or a storageKey', 'attachment_invalid')
    const file = { filename, contentType, contentId, path }
    if (storageKey !== undefined) {
      if (!isOwn(organizationId, storageKey)) throw unknownFile(path)
      return { ...file, content: null, bytes: 0, storageKey }
    }
    const base64 = content!.replace(/[\r\n]/g, '')
    const decoded = Buffer.from(base64, 'base64')
    // Node skips what is not base64, so only text that comes out the same is.
    if (base64 === '' || decoded.toString('base64') !== base64)
      throw invalid(`${path}.content`, 'must be base64 and not empty', 'attachment_invalid')
    // Content-addressed, so that a retry writes the same file.
    const hash = createHash('sha256').update(decoded).digest('hex')
    return { ...file, content: decoded, bytes: decoded.length, storageKey: `${organizationId}/attachments/${hash}` }
  })

/** With the length of those that are stored already. @throws AppError `attachment_invalid` for one that is not there. */
export const measuredFiles = (storage: Pick<Storage, 'size'>, files: readonly GivenFile[]): Promise<GivenFile[]> =>
  Promise.all(
    files.map(async (file) => {
      if (file.content || file.later) return file
      const bytes = await storage.size(file.storageKey)
      if (!bytes) throw unknownFile(file.path)
      return { ...file, bytes }
    }),
  )

/**
 * Refuses what one notification cannot carry.
 *
 * @throws AppError `attachments_too_large` over 20 MB in all, `attachment_invalid` for an id used twice.
 */
export function assertCarried(files: readonly GivenFile[]): void {
  let bytes = 0
  const ids = new Set<string>()
  for (const file of files) {
    bytes += file.bytes
    if (bytes > LIMIT_BYTES)
      throw invalid(file.path, 'brings the attachments over 20 MB in all; send a link instead', 'attachments_too_large')
    if (file.contentId === null) continue
    if (ids.has(file.contentId)) throw invalid(`${file.path}.contentId`, 'is used twice', 'attachment_invalid')
    ids.add(file.contentId)
  }
}

/** Files that were sent before and documents the product made. Nothing else: an export of somebody's data lies there too. */
const OWN = /^(attachments|documents)\/[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/
const isOwn = (organizationId: string, key: string): boolean =>
  key.startsWith(`${organizationId}/`) && OWN.test(key.slice(organizationId.length + 1))

/** The same for a key that is somebody else's and one that is nobody's: neither tells what is there. */
const unknownFile = (path: string) =>
  invalid(`${path}.storageKey`, 'names no file of this organization', 'attachment_invalid')
