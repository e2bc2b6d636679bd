import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import english from '../../../dashboard/src/locales/en.json' with { type: 'json' }
import french from '../../../dashboard/src/locales/fr.json' with { type: 'json' }
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openapiDocument, registeredRoutes } from '../../platform/http/openapi.ts'
import { createServer } from '../../platform/http/server.ts'
import { ACT_NAMES, actOf } from './acts.ts'
import { ownAct, recordRequests } from './recording.ts'
import type { Entry } from './schemas.ts'

let product: TestApp
beforeAll(async () => {
  product = await startTestApp()
})
afterAll(() => product.stop())

const call = (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, as: { key: string | null }, body?: object) =>
  product.call(method, url, body, { key: as.key })

const entriesOf = async ({
  organizationId,
}: {
  organizationId: string
}): Promise<(Entry & { actor_kind: string; actor_id: string })[]> =>
  product.database.query(
    'select n::int, at, kind, act, outcome, actor_kind, actor_id, actor_name, subjects, details, ip, user_agent, request_id from audit_entry where organization_id = $1 order by n',
    [organizationId],
  )
const actsOf = async (tenant: { organizationId: string }) =>
  (await entriesOf(tenant)).map(({ act, outcome }) => [act, outcome])

describe('every route has its act', () => {
  const routes = () => registeredRoutes(product.app.http)

  test('each operation of the API is in the table, or a pack’s that says so itself', () => {
    const own = new Set(routes().flatMap((route) => (ownAct(route) ? [route.url] : [])))
    const missing = Object.entries(openapiDocument(product.app.http).paths).flatMap(([path, methods]) =>
      Object.keys(methods)
        .map((method) => [method.toUpperCase(), path.replace(/\{(\w+)\}/g, ':$1')] as const)
        .filter(([method, url]) => !actOf(method, url) && !own.has(url)),
    )
    expect(missing).toEqual([])
  })

  test('and each act a sentence in both languages', () => {
    const ofPacks = routes().flatMap((route) => {
      const act = ownAct(route)
      return act && act.kind !== 'none' ? [act.act] : []
    })
    const names = [...new Set([...ACT_NAMES, ...ofPacks])]
    for (const { auditAct } of [english, french])
      expect(Object.keys(auditAct).sort()).toEqual(names.map((name) => name.replace('.', '__')).sort())
  })

  test('a route that nobody has thought about is not taken', async () => {
    const server = await createServer({
      log: pino({ level: 'silent' }),
      version: 'test',
      publicUrl: 'http://127.0.0.1:1',
      health: { ready: {}, metrics: async () => '' },
    })
    const unused = () => Promise.reject(new Error('Nothing is asked'))
    recordRequests(server, {
      auth: { knownCaller: () => undefined, sessionOf: unused },
      organizations: { membershipsOf: unused },
      audit: { write: unused, keep: unused, ready: unused },
      valuesBefore: unused,
      onError: () => {},
    })
    expect(() => server.get('/v1/new', async () => ({}))).toThrow('GET /v1/new is not in src/engine/audit/acts.ts')
    await server.close()
  })
})

describe('what is written', () => {
  test('a change: who, what, about whom, which fields, from where, and nothing of what they hold', async () => {
    const tenant = await product.otherOrganization()
    const person = { name: 'Marguerite Sample', email: 'marguerite@example.org', phone: '+33639980077' }
    const { body: contact } = await call('POST', '/v1/contacts', tenant, { ...person, attributes: { floor: 'third' } })
    await product.call(
      'PATCH',
      `/v1/contacts/${contact.id}`,
      { name: 'Margot Sample' },
      {
        key: tenant.key,
        headers: { 'user-agent': 'sample-shop/1', 'x-request-id': 'sample-request-1' },
      },
    )
    await call('GET', `/v1/contacts?email=${encodeURIComponent(person.email)}`, tenant)
    // However its id is written.
    await call('GET', `/v1/messages?contactId=${contact.id.toUpperCase()}`, tenant)

    const [created, updated, listed, messages] = await entriesOf(tenant)
    expect(created).toMatchObject({ n: 1, kind: 'change', act: 'contact.created', subjects: [contact.id] })
    expect(created!.details.fields).toEqual(['attributes', 'email', 'name', 'phone'])
    expect(updated).toMatchObject({
      act: 'contact.updated',
      outcome: 'done',
      actor_kind: 'api_key',
      actor_name: 'Test key',
      subjects: [contact.id],
      details: { fields: ['name'] },
      ip: '127.0.0.1',
      user_agent: 'sample-shop/1',
      request_id: 'sample-request-1',
    })
    expect(listed).toMatchObject({ kind: 'look', act: 'contacts.listed', details: { filters: ['email'], count: 1 } })
    expect(messages).toMatchObject({ act: 'messages.listed', subjects: [contact.id] })
    const text = JSON.stringify(await product.database.query('select e::text from audit_entry e'))
    for (const personal of [...Object.values(person), 'Margot', '39980077', 'marguerite', 'third'])
      expect(text).not.toContain(personal)
  })

  test('a setting that is nobody’s: what it was and became', async () => {
    const tenant = await product.otherOrganization()
    const { body: account } = await call('POST', '/v1/providers', tenant, {
      provider: 'sandbox',
      channel: 'email',
      name: 'Ours',
    })
    await call('PATCH', `/v1/providers/${account.id}`, tenant, { enabled: false, name: 'Not ours', weight: 100 })
    await call('PATCH', '/v1/delivery-settings', tenant, { contactCapPerHour: 7 })
    await call('PATCH', '/v1/delivery-settings', tenant, { contactCapPerHour: 8 })
    const details = (await entriesOf(tenant)).map((entry) => entry.details)
    expect(details[0]!.values).toMatchObject({ provider: [null, 'sandbox'], enabled: [null, true] })
    expect(details.slice(1)).toEqual([
      { fields: ['enabled', 'name'], values: { enabled: [true, false] } },
      { fields: ['contactCapPerHour'], values: { contactCapPerHour: [null, 7] } },
      { fields: ['contactCapPerHour'], values: { contactCapPerHour: [7, 8] } },
    ])
  })

  test('an attempt at what one may not do; but nothing of what failed otherwise, or of strangers', async () => {
    const tenant = await product.otherOrganization()
    const { key } = await product.app.apiKeys.create({
      organizationId: tenant.organizationId,
      name: 'Reader',
      scopes: ['read'],
    })
    const sample = { type: 'message.custom', to: { email: 'a@example.org' }, payload: { subject: 's', body: 'b' } }
    for (const [method, url, body, as, status] of [
      ['POST', '/v1/contacts', { email: 'b@example.org' }, key, 403],
      ['POST', '/v1/notifications', sample, key, 403],
      ['DELETE', '/v1/contacts/jane@example.org', undefined, key, 403],
      ['POST', '/v1/api-keys', { name: 'More', scopes: ['manage'] }, key, 403],
      ['POST', '/v1/contacts', { email: 'not an address' }, tenant.key, 422],
      ['GET', '/v1/contacts/00000000-0000-7000-8000-000000000000', undefined, tenant.key, 404],
      ['GET', '/v1/contacts', undefined, null, 401],
    ] as const)
      expect((await call(method, url, { key: as }, body)).status, url).toBe(status)
    expect(await actsOf(tenant)).toEqual([
      ['contact.created', 'refused'],
      ['request.refused', 'refused'],
      ['contact.removed', 'refused'],
      ['api_key.created', 'refused'],
    ])
    const entries = await entriesOf(tenant)
    expect(entries[1]!.details).toEqual({ route: 'POST /v1/notifications' })
    expect(JSON.stringify(entries)).not.toContain('@example.org')
  })

  test('nothing of sending, of a rehearsal, or of what somebody does with their own feed', async () => {
    const tenant = await product.otherOrganization()
    const { body: contact } = await call('POST', '/v1/contacts', tenant, {
      email: 'own@example.org',
      externalId: 'own',
    })
    const sample = { type: 'message.custom', to: { contactId: contact.id }, payload: { subject: 's', body: 'b' } }
    expect((await call('POST', '/v1/notifications', tenant, { ...sample, channels: ['in_app'] })).status).toBe(202)
    expect((await call('POST', '/v1/notifications/batch', tenant, { notifications: [sample] })).status).toBe(202)
    expect((await call('POST', '/v1/dead-letters/requeue', tenant, { filter: {}, dryRun: true })).status).toBe(200)
    const { body: own } = await call('POST', `/v1/contacts/${contact.id}/token`, tenant)
    expect((await call('GET', '/v1/in-app', { key: own.token })).status).toBe(200)
    expect((await call('GET', `/v1/in-app?contactId=${contact.id}`, tenant)).status).toBe(200)
    expect((await actsOf(tenant)).map(([act]) => act)).toEqual(['contact.created', 'contact.token_issued', 'feed.read'])
  })

  test('who signs in, looks, and signs out', async () => {
    const headers = await product.signedIn('owner@example.org')
    await product.call('GET', '/v1/messages', undefined, { key: null, headers })
    await product.call('POST', '/api/auth/sign-out', {}, { key: null, headers })
    const mine = (await entriesOf(product)).filter((entry) => entry.actor_kind !== 'api_key')
    expect(mine.map(({ act }) => act)).toEqual(['session.began', 'messages.listed', 'session.ended'])
    expect(new Set(mine.map(({ actor_id }) => actor_id)).size).toBe(1)
  })
})

describe('who may read it', () => {
  test('filters, pages and files, for those who manage the organization, and never for another', async () => {
    const tenant = await product.otherOrganization()
    const { id: keyId, key } = await product.app.apiKeys.create({
      organizationId: tenant.organizationId,
      name: '=cmd|"/C calc"!A0, "quoted"',
      scopes: ['read', 'send'],
    })
    const { body: contact } = await call('POST', '/v1/contacts', { key }, { email: 'file@example.org' })
    for (let n = 0; n < 4; n++) await call('GET', `/v1/contacts/${contact.id}`, tenant)
    expect((await call('GET', '/v1/audit', { key })).status).toBe(403)

    const ask = async (query: string) => (await call('GET', `/v1/audit?${query}`, tenant)).body
    const first = await ask('limit=3&kind=look&act=contact')
    expect(first.items.map(({ n }: Entry) => n)).toEqual([5, 4, 3])
    const rest = await ask(`limit=3&kind=look&act=contact&cursor=${first.nextCursor}`)
    expect([rest.items.map(({ n }: Entry) => n), rest.nextCursor]).toEqual([[2], null])
    expect((await ask(`actor=${keyId}`)).items.map(({ n }: Entry) => n)).toEqual([6, 1])
    for (const id of [contact.id, contact.id.toUpperCase()]) expect((await ask(`subject=${id}`)).items).toHaveLength(5)
    expect((await ask('outcome=refused')).items).toMatchObject([{ act: 'audit.listed' }])
    expect((await ask(`to=${contact.createdAt}`)).items).toEqual([])
    expect((await ask(`from=${contact.createdAt}&act=contact.created`)).items).toHaveLength(1)
    expect((await ask('act=contac')).items).toEqual([])
    expect((await call('GET', '/v1/audit?cursor=made-up', tenant)).body.code).toBe('invalid_cursor')

    const file = (query: string, as: string) =>
      product.app.http.inject({ url: `/v1/audit/export?${query}`, headers: { authorization: `Bearer ${as}` } })
    const lines = (await file('act=contact', tenant.key)).body.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).n)).toEqual([1, 2, 3, 4, 5])
    const csv = await file(`format=csv&actor=${keyId}&kind=change`, tenant.key)
    expect(csv.headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(csv.headers['content-disposition']).toMatch(/^attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"$/)
    const [names, row] = csv.body.split('\r\n')
    expect(names).toMatch(/^\uFEFFn,at,kind,act,outcome,actor_kind,/)
    expect(row).toContain(`,"'=cmd|""/C calc""!A0, ""quoted""",${contact.id},email,`)

    const other = await product.otherOrganization()
    expect((await call('GET', `/v1/audit?subject=${contact.id}`, other)).body.items).toEqual([])
    expect((await file('', other.key)).body).not.toContain(contact.id)
    // Each look at the log is in the log.
    expect((await ask('act=audit.exported')).items).toHaveLength(2)
  })

  test('it says of itself that it is whole', async () => {
    const tenant = await product.otherOrganization()
    expect((await call('GET', '/v1/audit/verify', tenant)).body).toMatchObject({
      complete: true,
      entries: 0,
      last: null,
    })
    const { body } = await call('GET', '/v1/audit/verify', tenant)
    expect(body).toMatchObject({ complete: true, entries: 1, last: { n: 1 }, faults: [] })
    expect(body.last.hash).toMatch(/^[0-9a-f]{64}$/)
  })
})
