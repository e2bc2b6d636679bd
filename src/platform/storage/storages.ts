import type { Clock } from '../clock.ts'
import { createDriveStorage, type DriveSettings } from './drive-storage.ts'
import { createFolderStorage } from './folder-storage.ts'
import { createS3Storage, type S3Settings } from './s3-storage.ts'
import type { Storage } from './storage.ts'

/** Where files are kept, when not in a folder of this machine. */
export type StorageSettings =
  | { readonly kind: 's3'; readonly s3: S3Settings }
  | { readonly kind: 'drive'; readonly drive: DriveSettings }

/** The storage of a server, and what a crash may have left half-written in it (only a folder can have such). */
export function openStorage(
  settings: StorageSettings | undefined,
  folder: string,
  clock: Clock,
): Storage & { removeUnfinished(time: Date): Promise<number> } {
  if (!settings) return createFolderStorage(folder)
  const storage = settings.kind === 's3' ? createS3Storage(settings.s3) : createDriveStorage(settings.drive, clock)
  return { ...storage, removeUnfinished: async () => 0 }
}
