import { tmpdir } from 'node:os'
import pg from 'pg'
import { pino } from 'pino'
import { type App, createApp } from '../src/app.ts'
import { systemClock } from '../src/platform/clock.ts'
import { databaseUrl, startTestServer, TEMPLATE } from './database-server.ts'

/** The product as it is wired, without listening or working: for what is generated from it. */
export async function withIdleApp<T>(look: (app: App) => T): Promise<T> {
  const server = await startTestServer()
  try {
    const admin = new pg.Client({ connectionString: server.url })
    await admin.connect()
    await admin.query(`create database idle template ${TEMPLATE}`)
    await admin.end()
    const app = await createApp({
      databaseUrl: databaseUrl(server.url, 'idle'),
      redisUrl: undefined,
      roles: { api: true, worker: false },
      secret: 'only to read the document, never to sign',
      publicUrl: 'http://127.0.0.1:3000',
      dataFolder: tmpdir(),
      smtp: undefined,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      version: '0.1.0',
    })
    await app.http.ready()
    const seen = look(app)
    await app.stop()
    return seen
  } finally {
    await server.stop()
  }
}
