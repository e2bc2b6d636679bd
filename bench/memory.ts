import { type Lab, memoryOf, sleep } from './lab/processes.ts'
import { type Findings, megabytes, whole } from './report.ts'
import { prepareSite, startOurs } from './site.ts'

export interface MemoryOptions {
  embedded: boolean
  appendOnly: boolean
  /** Messages sent in all. */
  count: number
}

const TENTHS = 10

/** Resident memory of every process while so many messages go all the way through: it must level off, not climb. */
export async function benchMemory(lab: Lab, options: MemoryOptions): Promise<Findings> {
  const site = await prepareSite(lab, options)
  const { embedded, count } = options
  const ours = await startOurs(lab, site, { embedded, roles: embedded ? ['all'] : ['api', 'worker'], mails: count })
  const processes = [...ours.product.processes.values()]
  const part = Math.ceil(count / TENTHS)
  const samples: { mails: number; memory: number[] }[] = []
  for (let tenth = 0; tenth < TENTHS; tenth++) {
    const sent = await site.load.run({ ...ours.batch(), from: tenth * part, count: part, connections: 2, batch: 500 })
    if (sent.failed > 0) throw new Error(`${sent.failed} refused: ${sent.firstFailure}`)
    const mails = (tenth + 1) * part
    const taken = await site.sink.wait(mails, 180_000)
    if (taken.mails < mails) throw new Error(`${taken.mails} mails came of ${mails}`)
    // Outcomes are still being written, and V8 has had no idle moment: the same pause at every sample.
    await sleep(1500)
    samples.push({ mails, memory: processes.map(({ pid }) => memoryOf(pid)) })
    console.log(`${whole(mails)} mails: ${samples.at(-1)!.memory.map(megabytes).join(', ')}`)
  }
  await ours.product.stop()
  return {
    bench: embedded ? 'memory embedded' : 'memory',
    settings: { ...options },
    table: [
      ['mails sent', ...processes.map(({ name }) => `${name}`)],
      ...samples.map(({ mails, memory }) => [whole(mails), ...memory.map(megabytes)]),
    ],
    notes: [
      'Resident memory (VmRSS) after each tenth has been sent and taken; flat means no growth in the later half.',
    ],
    runs: samples,
  }
}
