import type { Database } from '../../platform/database/database.ts'
import { type CompiledSource, type CompiledTemplate, readCompiled } from './compiled.ts'
import { COMPILED_VERSIONS } from './store.ts'
import { loadParser } from './syntax.ts'

/** Versions kept ready in one process: a ready mail takes about 75 kB, so 40 MB at most. */
const MOST_READY = 500

/** Published versions ready to render, the ones used last kept. A version never changes, so it is never out of date. */
export function createReadyVersions({ db, most = MOST_READY }: { db: Pick<Database, 'run'>; most?: number }) {
  const ready = new Map<string, CompiledTemplate>()

  return {
    /** Every one that exists, by id; the others are absent. One query for those not ready yet. */
    async load(versionIds: readonly string[]): Promise<Map<string, CompiledTemplate>> {
      const found = new Map<string, CompiledTemplate>()
      const missing: string[] = []
      for (const id of new Set(versionIds)) {
        const template = ready.get(id)
        if (!template) {
          missing.push(id)
          continue
        }
        ready.delete(id)
        ready.set(id, template)
        found.set(id, template)
      }
      if (missing.length === 0) return found

      const [rows, parse] = await Promise.all([
        db.run<{ id: string; compiled: CompiledSource }>('templates.compiled', COMPILED_VERSIONS, [missing]),
        loadParser(),
      ])
      for (const { id, compiled } of rows) {
        const template = ready.get(id) ?? readCompiled(compiled, parse)
        found.set(id, template)
        ready.set(id, template)
      }
      for (const id of ready.keys()) {
        if (ready.size <= most) break
        ready.delete(id)
      }
      return found
    },
  }
}
