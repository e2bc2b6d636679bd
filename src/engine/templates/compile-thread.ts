import { parentPort } from 'node:worker_threads'
import { type CompileJob, compileSource } from './compile-source.ts'

/** Runs in a thread of its own (see `compiler.ts`): a source in; its compiled form, or what is wrong with it, out. */
parentPort?.on('message', async ({ id, job }: { id: number; job: CompileJob }) => {
  parentPort?.postMessage({ id, result: await compileSource(job) })
})
