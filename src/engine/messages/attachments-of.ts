import type { Database } from '../../platform/database/database.ts'
import { FileRefusedError } from '../../platform/storage/made-files.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { Attachment } from '../channels/outbound.ts'
import { type Claimed, type File, measureFile, readFiles } from './delivery-store.ts'

/** The files of claimed messages, by their notification; each is read from storage when a carrier asks for it. */
export async function attachmentsOf(
  run: Database['run'],
  storage: Pick<Storage, 'get'>,
  rows: readonly Claimed[],
): Promise<ReadonlyMap<string, readonly Attachment[]>> {
  const ids = rows.filter((row) => row.attachment_count > 0).map((row) => row.notification_id)
  if (ids.length === 0) return new Map()
  const files = Map.groupBy(await readFiles(run, ids), (file) => file.notification_id)
  return new Map([...files].map(([id, own]) => [id, own.map((file) => attachment(run, storage, file))]))
}

const attachment = (run: Database['run'], storage: Pick<Storage, 'get'>, file: File): Attachment => ({
  filename: file.filename,
  contentType: file.content_type,
  ...(file.content_id === null ? {} : { contentId: file.content_id }),
  async read() {
    try {
      const content = await storage.get(file.storage_key)
      if (file.bytes === 0) await measureFile(run, file, content.length)
      return content
    } catch (error) {
      if (error instanceof FileRefusedError) return undefined
      throw error
    }
  },
})
