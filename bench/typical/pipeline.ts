import { join } from 'node:path'
import { BODY, SUBJECT } from '../content.ts'
import { freePort, type Lab, type Running, until } from '../lab/processes.ts'
import { NODE, ROOT } from '../lab/servers.ts'
import type { LoadJob } from '../load.ts'

export interface TypicalOptions {
  databaseUrl: string
  /** Without it the queue lives in Postgres. */
  redisUrl?: string
  smtpPort: number
  concurrency: number
  /** Which of its templates it sends. */
  template?: 'layout' | 'short'
  /** One process for each role, both in one, or the API alone. */
  layout: 'api+worker' | 'all' | 'api'
}

export interface Pipeline {
  readonly processes: readonly Running[]
  /** Where and how to send it mail: everything of a LoadJob but how many. */
  readonly job: Pick<LoadJob, 'origin' | 'path' | 'headers' | 'item' | 'targets'>
  stop(): Promise<void>
}

/** Starts the typical pipeline and waits until it listens. */
export async function startTypical(lab: Lab, options: TypicalOptions): Promise<Pipeline> {
  const port = await freePort()
  const env = (role: string) => ({
    PATH: process.env.PATH,
    NODE_ENV: 'production',
    ROLE: role,
    QUEUE: options.redisUrl === undefined ? 'postgres' : 'redis',
    PORT: String(port),
    DATABASE_URL: options.databaseUrl,
    REDIS_URL: options.redisUrl,
    SMTP_PORT: String(options.smtpPort),
    CONCURRENCY: String(options.concurrency),
    TEMPLATE: options.template ?? 'layout',
  })
  const processes: Running[] = []
  for (const role of options.layout.split('+')) {
    const running = lab.start(`typical ${role}`, NODE, [join(ROOT, 'bench/typical/main.ts')], { env: env(role) })
    processes.push(running)
    await until(`${running.name} to be ready`, 15_000, () => {
      if (!running.alive()) throw new Error(`${running.name} ended:\n${running.output()}`)
      return running.output().includes('"ready":true')
    })
  }
  return {
    processes,
    job: {
      origin: `http://127.0.0.1:${port}`,
      path: '/emails',
      headers: {},
      item: JSON.stringify({ to: '{{to}}', subject: SUBJECT, payload: { body: BODY } }),
      targets: Array.from({ length: 1000 }, (_, i) => `contact-${i}@recipients.test`),
    },
    stop: async () => void (await Promise.all(processes.map((running) => running.stop()))),
  }
}
