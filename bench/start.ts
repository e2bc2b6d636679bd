import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { request } from 'undici'
import { freePort, type Lab, memoryOf, sleep, until } from './lab/processes.ts'
import { productEnvironment } from './lab/product.ts'
import { NODE, ROOT, startLoad, startPostgres, startRedis, startSink, temporaryFolder } from './lab/servers.ts'
import { type Findings, median, megabytes, whole } from './report.ts'
import { startOurs } from './site.ts'

export interface StartOptions {
  rounds: number
  /** Messages that wait while memory is read. */
  queued: number
}

const IDLE_MS = 10_000

/** Warm start to ready, as `npm start` does it; memory idle, and while so many messages wait behind a mail server that does not answer. */
export async function benchStart(lab: Lab, options: StartOptions): Promise<Findings> {
  const folder = temporaryFolder(lab)
  const warm: Record<string, number[]> = { 'npm start': [], 'src/main.ts': [] }
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  const cold = await timeToReady(lab, 'src/main.ts', dataDir)
  for (let round = 0; round < options.rounds; round++) {
    for (const [how, times] of Object.entries(warm)) {
      times.push(await timeToReady(lab, how, dataDir))
    }
  }
  const memory = [
    ...(await memoryWhenQueued(lab, folder, options.queued, true)),
    ...(await memoryWhenQueued(lab, folder, options.queued, false)),
  ]
  return {
    bench: 'start',
    settings: { ...options, idleMs: IDLE_MS },
    table: [
      ['what', 'found'],
      ['first start of an empty data folder (initdb, migrations, demo)', `${whole(cold)} ms`],
      ...Object.entries(warm).map(([how, times]) => [
        `warm start to ready, ${how}`,
        times.length === 0 ? 'not measured' : `${whole(median(times))} ms`,
      ]),
      ...memory.map(({ what, idle, queued }) => [
        `memory of ${what}: idle; with ${whole(options.queued)} queued`,
        `${megabytes(idle)}; ${megabytes(queued)}`,
      ]),
    ],
    notes: [
      `Warm start: median of ${options.rounds}, from the command to the first 200 of /health/ready.`,
      'Memory is resident memory of the one process (VmRSS); Postgres and Redis are apart.',
    ],
    runs: [{ cold, warm, memory }],
  }
}

async function timeToReady(lab: Lab, how: string, dataDir: string): Promise<number> {
  const port = await freePort()
  const env = productEnvironment({ roles: ['all'], dataDir }, 'all', port)
  const began = performance.now()
  const [command, ...args] = how === 'npm start' ? ['npm', 'start'] : [NODE, join(ROOT, 'src/main.ts')]
  const running = lab.start(how, command!, args, { cwd: ROOT, env })
  await until(`${how} to be ready`, 60_000, async () => {
    if (!running.alive()) throw new Error(`${how} ended:\n${running.output()}`)
    const answer = await request(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined)
    await answer?.body.dump()
    return answer?.statusCode === 200
  })
  const took = performance.now() - began
  await running.stop()
  return took
}

interface Memory {
  what: string
  idle: number
  queued: number
}

/** The sink takes mails but does not say so, hence nothing settles and everything else waits. */
async function memoryWhenQueued(lab: Lab, folder: string, queued: number, embedded: boolean): Promise<Memory[]> {
  const site = {
    folder,
    postgres: await startPostgres(lab, temporaryFolder(lab)),
    redis: await startRedis(lab, folder),
    sink: await startSink(lab),
    load: await startLoad(lab),
  }
  const ours = await startOurs(lab, site, { embedded, roles: embedded ? ['all'] : ['api', 'worker'], mails: queued })
  await sleep(IDLE_MS)
  const processes = [...ours.product.processes.values()]
  const idle = processes.map(({ pid }) => memoryOf(pid))
  await site.sink.behave({ hold: true })
  const sent = await site.load.run({ ...ours.batch(), from: 1, count: queued, connections: 2, batch: 1000 })
  if (sent.failed > 0) throw new Error(`${sent.failed} refused: ${sent.firstFailure}`)
  await sleep(3000)
  const full = processes.map(({ pid }) => memoryOf(pid))
  await Promise.all(processes.map((running) => running.kill()))
  await ours.product.stop()
  await Promise.all([site.load, site.sink, site.redis, site.postgres].map((part) => part.process.stop()))
  const setting = embedded ? 'embedded Postgres, no Redis' : 'Postgres and Redis'
  return processes.map(({ name }, i) => ({ what: `${name} (${setting})`, idle: idle[i]!, queued: full[i]! }))
}
