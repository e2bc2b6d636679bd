import { AppError } from '../../errors.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { Runs, toRun } from '../automations/runs.ts'
import { goneOrErased } from '../contacts/contacts.ts'
import { EXPORT, type Exported, exportExpires } from './export.ts'
import { readContact } from './export-store.ts'

interface Deps {
  readonly db: Pick<Database, 'as'>
  readonly storage: Pick<Storage, 'stream'>
  readonly runs: Pick<Runs, 'start' | 'get' | 'of'>
}

/** Exports of contacts: asked for and fetched here, written by `contactExport`. */
export function createExports({ db, storage, runs }: Deps) {
  const get = async (organizationId: string, contactId: string, id: string) =>
    shown(await runs.get(organizationId, id, { name: EXPORT, subjectId: contactId }))

  return {
    get,

    /** @throws AppError `not_found`, `contact_erased`. */
    async begin(organizationId: string, contactId: string, actor: object) {
      await db.as(organizationId, async (tx) => {
        if (!(await readContact(tx, contactId))) throw await goneOrErased(tx, contactId)
      })
      return shown(await runs.start(organizationId, { name: EXPORT, subjectId: contactId, actor }))
    },

    /** Newest first. */
    list: async (organizationId: string, contactId: string, page: { before?: string | undefined; limit: number }) =>
      (await runs.of(organizationId, { name: EXPORT, subjectId: contactId, ...page })).map(shown),

    /** @throws AppError `not_found`; `conflict` before it is done and when its file has expired. */
    async file(organizationId: string, contactId: string, id: string) {
      const run = await runs.get(organizationId, id, { name: EXPORT, subjectId: contactId })
      const exported = run.state as Exported | null
      if (run.status !== 'done') throw new AppError('conflict', 'This export is not done yet')
      if (!exported?.key) throw new AppError('conflict', 'The file of this export has expired; ask for another one')
      return { bytes: exported.bytes, stream: await storage.stream(exported.key) }
    },
  }
}

export type Exports = ReturnType<typeof createExports>

const shown = (run: ReturnType<typeof toRun>) => {
  const exported = run.state as Exported | null
  const isThere = run.status === 'done' && exported?.key !== undefined
  return {
    ...run,
    bytes: isThere ? exported.bytes : null,
    expiresAt: isThere && run.finishedAt ? exportExpires(run.finishedAt) : null,
  }
}
