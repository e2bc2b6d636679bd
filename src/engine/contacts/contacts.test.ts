import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const create = async (draft: object) => (await app.post('/v1/contacts', draft)).body

describe('contacts', () => {
  test('are stored with their addresses in one spelling', async () => {
    const { status, body } = await app.post('/v1/contacts', {
      name: 'Sample',
      email: 'Mixed.Case@Example.ORG',
      phone: '06 39 98 00 01',
      locale: 'en-gb',
      timeZone: 'Europe/London',
    })
    expect([status, body.email, body.phone, body.locale]).toEqual([
      201,
      'mixed.case@example.org',
      '+33639980001',
      'en-GB',
    ])
    expect((await app.get(`/v1/contacts/${body.id}`)).body).toEqual(body)
  })

  test('are found by any spelling of an address', async () => {
    const contact = await create({ email: 'findme@example.org', phone: '+33639980077' })
    expect((await app.get('/v1/contacts?email=FindMe@example.org')).body.items).toEqual([contact])
    expect((await app.get(`/v1/contacts?phone=${encodeURIComponent('06.39.98.00.77')}`)).body.items).toEqual([contact])
  })

  test('change where they are told to, and a null empties', async () => {
    const contact = await create({ externalId: 'c-1', name: 'Before', email: 'before@example.org' })
    const { status, body } = await app.call('PATCH', `/v1/contacts/${contact.id}`, { name: 'After', email: null })
    expect([status, body.name, body.email, body.externalId]).toEqual([200, 'After', null, 'c-1'])
  })

  test('a second one with the same externalId is a conflict', async () => {
    await create({ externalId: 'twin' })
    const { status, body } = await app.post('/v1/contacts', { externalId: 'twin' })
    expect([status, body.code]).toEqual([409, 'conflict'])
  })

  test('are listed page by page, each once', async () => {
    for (let n = 0; n < 7; n++) await create({ name: `Page ${n}` })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: { items: { id: string }[]; nextCursor: string | null } = (
        await app.get(`/v1/contacts?limit=3${cursor ? `&cursor=${cursor}` : ''}`)
      ).body
      seen.push(...page.items.map((item) => item.id))
      cursor = page.nextCursor
    } while (cursor)
    const all = await app.database.query<{ id: string }>(
      'select id from contact where organization_id = $1 order by id desc',
      [app.organizationId],
    )
    expect(seen).toEqual(all.map((row) => row.id))
  })

  test('a made-up cursor, another list’s cursor and a wrong limit are refused', async () => {
    for (const [query, code] of [
      ['cursor=nonsense', 'invalid_cursor'],
      [
        `cursor=${Buffer.from('[1,"messages","019a9f00-0000-7000-8000-000000000001"]').toString('base64url')}`,
        'invalid_cursor',
      ],
      ['limit=0', 'validation_failed'],
      ['limit=201', 'validation_failed'],
      ['order=asc', 'validation_failed'],
    ]) {
      expect([query, (await app.get(`/v1/contacts?${query}`)).body.code]).toEqual([query, code])
    }
  })

  test('who is removed is sent nothing more', async () => {
    const contact = await create({ email: 'leaving@example.org' })
    const sendAt = new Date(app.clock.now().getTime() + 60_000).toISOString()
    const { body } = await app.post('/v1/notifications', {
      type: 'message.custom',
      to: { contactId: contact.id },
      channels: ['email'],
      payload: { subject: 's', body: 'b' },
      sendAt,
    })
    expect((await app.call('DELETE', `/v1/contacts/${contact.id}`)).status).toBe(204)
    app.clock.advance(61_000)
    await app.settled()
    expect((await app.get(`/v1/messages/${body.messages[0].id}`)).body).toMatchObject({
      status: 'cancelled',
      reason: 'contact_removed',
    })
    expect((await app.get(`/v1/contacts/${contact.id}`)).status).toBe(404)
  })
})

describe('the forms of one phone number are one contact', () => {
  test.each([
    ['Brazil, with and without the ninth digit', '+5511987654321', ['+55 11 98765-4321', '+55 11 8765-4321']],
    ['Mexico, with and without the old 1', '+525512345678', ['+52 55 1234 5678', '+52 1 55 1234 5678']],
    ['Argentina, with and without the mobile 9', '+5491123456789', ['+54 9 11 2345-6789', '+54 11 2345-6789']],
  ])('%s', async (_where, e164, forms) => {
    // Nobody has the number yet, and it comes in all its forms at once.
    const answers = await Promise.all(
      Array.from({ length: 24 }, (_, n) =>
        app.post('/v1/notifications', {
          type: 'message.custom',
          to: { phone: forms[n % forms.length] },
          channels: ['sms'],
          payload: { subject: 's', body: `Number ${n}` },
        }),
      ),
    )
    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]))
    for (const form of forms) {
      const { items } = (await app.get(`/v1/contacts?phone=${encodeURIComponent(form)}`)).body
      expect(items.map((item: { phone: string }) => item.phone)).toEqual([e164])
      const { body } = await app.call('PATCH', `/v1/contacts/${items[0].id}`, { phone: form })
      expect(body.phone).toBe(e164)
    }
    const made = await app.database.query('select 1 from contact where phone = any($1)', [[e164, ...forms]])
    expect(made).toHaveLength(1)
  })

  test('as they are dialled in the organization’s own country', async () => {
    const brazilian = await app.app.organizations.create({
      name: 'Sample organization in Brazil',
      country: 'BR',
      locale: 'en',
      timeZone: 'America/Sao_Paulo',
      brand: {},
      demo: false,
    })
    const { key } = await app.app.apiKeys.create({
      organizationId: brazilian.id,
      name: 'Test key',
      scopes: ['send', 'read'],
    })
    const made = await app.call('POST', '/v1/contacts', { phone: '11 8765-4321' }, { key })
    const found = await app.call('GET', `/v1/contacts?phone=${encodeURIComponent('(11) 98765-4321')}`, undefined, {
      key,
    })
    expect(found.body.items).toEqual([made.body])
  })
})
