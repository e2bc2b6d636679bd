import { type CompileJob, compileSource } from './compile-source.ts'

/** A process of its own (see `compiler.ts`): a source in; its compiled form, or what is wrong with it, out. Ends with its parent. */
process.on('message', async ({ id, job }: { id: number; job: CompileJob }) => {
  process.send?.({ id, result: await compileSource(job) })
})
process.on('disconnect', () => process.exit())
