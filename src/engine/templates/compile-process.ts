import { enableCompileCache, flushCompileCache } from 'node:module'
import type { CompileJob } from './compile-source.ts'

/** A process of its own (see `compiler.ts`): a source in; its compiled form, or what is wrong with it, out. Ends with its parent. */
const [cacheFolder] = process.argv.slice(2)
// Before anything is loaded: reading its own code takes longer than all that follows.
if (cacheFolder) enableCompileCache(cacheFolder)

const compiling = import('./compile-source.ts')

/** It is ended from outside, and then Node keeps nothing of what it read: that is done once, after the first answer. */
let isKept = !cacheFolder

process.on('message', async ({ id, job }: { id: number; job: CompileJob | null }) => {
  const { compileSource, loadAll } = await compiling
  process.send?.({ id, result: job ? await compileSource(job) : await loadAll() })
  if (isKept) return
  isKept = true
  setImmediate(flushCompileCache)
})
process.on('disconnect', () => process.exit())
