import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { postAsSandbox, SANDBOX_ACCOUNTS } from '../../../test/sandbox-call.ts'
import { openTcpLink, type TcpLink } from '../../../test/tcp-link.ts'

let database: TestDatabase
let link: TcpLink
let dataFolder: string
let app: TestApp
const start = () => startTestApp({ database, databaseUrl: link.url, dataFolder, sandbox: { send: 'on demand' } })
beforeEach(async () => {
  database = await testDatabase()
  link = await openTcpLink(database.url)
  dataFolder = await mkdtemp(join(tmpdir(), 'carillon-spooling-'))
  app = await start()
})
afterEach(async () => {
  await link.mend()
  await app.stop()
  await link.close()
  await database.close()
  await rm(dataFolder, { recursive: true, force: true })
})

let n = 0
async function send(): Promise<string> {
  const { body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { email: `spooled${n++}@example.org` },
    channels: ['email'],
    payload: { subject: 's', body: 'b' },
  })
  await app.settled()
  return body.messages[0].id
}
const report = (reference: string, status = 'delivered') => ({
  id: crypto.randomUUID(),
  message: crypto.randomUUID(),
  reference,
  status,
  at: app.clock.now().toISOString(),
})
const post = (call: object, account: string = SANDBOX_ACCOUNTS.email) => postAsSandbox(app, account, call)
const status = async (id: string) =>
  (await database.query<{ status: number }>('select status from message where id = $1', [id]))[0]?.status
const spooled = async () => readdir(join(dataFolder, 'spool')).catch(() => [])
const DELIVERED = 4
const unused = '01a0b1c2-d3e4-7f00-8000-0123456789ab'

test('while the database is away carriers are acknowledged, and what they said is applied when it is back', async () => {
  const ids = [await send(), await send()]
  await link.cut()
  for (const id of ids) expect(await post({ reports: [report(id)] })).toBe(204)
  expect(await spooled()).not.toEqual([])
  expect(await post({ reports: [] }, unused)).toBe(404)
  await link.mend()
  for (const id of ids) await app.eventually(async () => (await status(id)) === DELIVERED)
  await app.eventually(async () => (await spooled()).length === 0)
  const [kept] = await database.query<{ n: number }>('select count(*)::int as n from webhook_receipt')
  expect(kept?.n).toBe(2)
})

test('and is still applied when the process ended meanwhile', async () => {
  const id = await send()
  await link.cut()
  expect(await post({ reports: [report(id)] })).toBe(204)
  await app.stop()
  await link.mend()
  expect(await status(id)).not.toBe(DELIVERED)
  app = await start()
  await app.eventually(async () => (await status(id)) === DELIVERED)
})

test('an account that could not be looked up is verified once it can be: what is not genuine is dropped', async () => {
  const id = await send()
  const { body: account } = await app.post('/v1/providers', { provider: 'sandbox', channel: 'email', name: 'Own' })
  await database.query('update attempt set provider_account_id = $2 where message_id = $1', [id, account.id])
  await app.stop()
  // Another process, that has never seen the account.
  await database.query('update provider_account set removed_at = now() where id = $1', [account.id])
  await database.query(
    "update provider_account set updated_at = '2020-01-01', removed_at = '2020-01-01' where id = $1",
    [account.id],
  )
  app = await start()
  await database.query('update provider_account set updated_at = now(), removed_at = null where id = $1', [account.id])
  await link.cut()
  await app.eventually(async () => (await post({ reports: [report(id)] }, account.id)) === 204)
  const forged = await app.app.http.inject({ method: 'POST', url: `/webhooks/sandbox/${account.id}`, payload: '{}' })
  expect(forged.statusCode).toBe(204)
  await link.mend()
  await app.eventually(async () => (await status(id)) === DELIVERED)
  await app.eventually(async () => (await spooled()).length === 0)
  const [kept] = await database.query<{ n: number }>('select count(*)::int as n from webhook_receipt')
  expect(kept?.n).toBe(1)
})
