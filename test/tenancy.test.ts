import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './app.ts'

let app: TestApp
let other: { organizationId: string; key: string }
let http: pg.Client
/** Theirs: one of everything that has an address. */
let theirs: { notification: string; message: string; contact: string; inApp: string; sandbox: string; provider: string }

beforeAll(async () => {
  app = await startTestApp()
  other = await app.otherOrganization()
  const { body: contact } = await app.call(
    'POST',
    '/v1/contacts',
    { email: 'theirs@example.org', phone: '+33639980055' },
    { key: other.key },
  )
  const request = {
    type: 'message.custom',
    to: { contactId: contact.id },
    channels: ['email', 'in_app'],
    payload: { subject: 's', body: 'b' },
    dedupeKey: 'k',
    attachments: [{ filename: 'a.txt', contentType: 'text/plain', content: Buffer.from('sample').toString('base64') }],
  }
  const { body } = await app.call('POST', '/v1/notifications', request, { key: other.key })
  await app.settled()
  const sandbox = await app.eventually(
    async () => (await app.call('GET', '/v1/sandbox/messages', undefined, { key: other.key })).body.items[0],
  )
  theirs = {
    notification: body.id,
    message: body.messages[0].id,
    contact: contact.id,
    inApp: body.messages[1].id,
    sandbox: sandbox.id,
    provider: (
      await app.call(
        'POST',
        '/v1/providers',
        { provider: 'sandbox', channel: 'email', name: 'Theirs', enabled: false },
        { key: other.key },
      )
    ).body.id,
  }
  await app.call(
    'POST',
    '/v1/notifications',
    { ...request, dedupeKey: 'later', sendAt: new Date(app.clock.now().getTime() + 3_600_000).toISOString() },
    { key: other.key },
  )
  http = new pg.Client({ connectionString: app.database.url, options: '-c role=carillon_http' })
  await http.connect()
})
afterAll(async () => {
  await http?.end()
  await app.stop()
})

describe('the database keeps tenants apart', () => {
  test('every table with an organization has row-level security', async () => {
    const open = await app.database.query(`
      select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and not c.relrowsecurity
        and (c.relname = 'organization' or exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped))
        and c.relname <> 'webhook_receipt'`)
    expect(open).toEqual([])
  })

  test('a request’s role with no organization sees nothing, in any table', async () => {
    const tables = await app.database.query<{ relname: string; rows: number }>(`
      select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition and has_table_privilege('carillon_http', c.oid, 'select')`)
    expect(tables.length).toBeGreaterThan(12)
    for (const { relname } of tables) {
      // Built-in templates belong to nobody, and everybody reads them.
      const own = relname.startsWith('template') ? 'where organization_id is not null' : ''
      expect([relname, (await http.query(`select count(*)::int as n from ${relname} ${own}`)).rows[0].n]).toEqual([
        relname,
        0,
      ])
    }
  })

  test('nor can it write for another organization', async () => {
    await http.query('begin')
    await http.query(`select set_config('app.organization_id', $1, true)`, [app.organizationId])
    const write = http.query(
      `insert into contact (id, organization_id, created_at, updated_at) values (gen_random_uuid(), $1, now(), now())`,
      [other.organizationId],
    )
    await expect(write).rejects.toThrow('row-level security')
    await http.query('rollback')
  })

  test('nor reach the partitions behind the tables, nor the sign-in', async () => {
    await expect(http.query('select * from message_202611')).rejects.toThrow('permission denied')
    await expect(http.query('select * from auth.session')).rejects.toThrow('permission denied')
  })
})

describe('another organization’s ids are nobody’s', () => {
  test.each([
    ['GET', () => `/v1/notifications/${theirs.notification}`],
    ['POST', () => `/v1/notifications/${theirs.notification}/cancel`],
    ['POST', () => `/v1/notifications/${theirs.notification}/resend`],
    ['GET', () => `/v1/messages/${theirs.message}`],
    ['GET', () => `/v1/contacts/${theirs.contact}`],
    ['PATCH', () => `/v1/contacts/${theirs.contact}`],
    ['DELETE', () => `/v1/contacts/${theirs.contact}`],
    ['POST', () => `/v1/contacts/${theirs.contact}/token`],
    ['POST', () => `/v1/in-app/${theirs.inApp}/read?contactId=${theirs.contact}`],
    ['GET', () => `/v1/sandbox/messages/${theirs.sandbox}`],
    ['GET', () => `/v1/providers/${theirs.provider}`],
    ['PATCH', () => `/v1/providers/${theirs.provider}`],
    ['DELETE', () => `/v1/providers/${theirs.provider}`],
    ['POST', () => `/v1/providers/${theirs.provider}/test`],
    ['POST', () => `/v1/providers/${theirs.provider}/reset`],
  ] as const)('%s %s', async (method, url) => {
    const { status, body } = await app.call(method, url(), method === 'PATCH' ? { name: 'Mine now' } : undefined)
    expect([status, body.code]).toEqual([404, 'not_found'])
  })

  test('and no list shows them', async () => {
    for (const url of [
      '/v1/notifications',
      '/v1/messages',
      '/v1/contacts',
      `/v1/messages?contactId=${theirs.contact}`,
      `/v1/in-app?contactId=${theirs.contact}`,
      '/v1/sandbox/messages',
    ])
      expect([url, (await app.get(url)).body.items]).toEqual([url, []])
  })

  test('the same dedupeKey in two organizations is two keys', async () => {
    const request = {
      type: 'message.custom',
      to: { email: 'theirs@example.org' },
      channels: ['email'],
      payload: { subject: 's', body: 'b' },
      dedupeKey: 'k',
    }
    expect((await app.post('/v1/notifications', request)).body.duplicate).toBe(false)
  })
})
