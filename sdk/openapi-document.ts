import { tmpdir } from 'node:os'
import pg from 'pg'
import { pino } from 'pino'
import { createApp } from '../src/app.ts'
import { systemClock } from '../src/platform/clock.ts'
import { openapiDocument } from '../src/platform/http/openapi.ts'
import type { OpenApiDocument } from '../src/platform/http/openapi-tidy.ts'
import { databaseUrl, startTestServer, TEMPLATE } from '../test/database-server.ts'

/** The document of the product as it is wired, without listening. */
export async function readDocument(): Promise<OpenApiDocument> {
  const server = await startTestServer()
  try {
    const admin = new pg.Client({ connectionString: server.url })
    await admin.connect()
    await admin.query(`create database document template ${TEMPLATE}`)
    await admin.end()
    const app = await createApp({
      databaseUrl: databaseUrl(server.url, 'document'),
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
    const document = openapiDocument(app.http)
    await app.stop()
    return document
  } finally {
    await server.stop()
  }
}
