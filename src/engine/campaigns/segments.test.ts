import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const contact = async (fields: object) => (await app.post('/v1/contacts', fields)).body.id as string
const found = async (filter: object) => {
  const { status, body } = await app.post('/v1/segments/preview', { filter })
  expect({ status, body }).toMatchObject({ status: 200 })
  return body.examples.map(({ id }: { id: string }) => id).sort()
}

describe('a filter that cannot be one is refused with its place', () => {
  test.each([
    [{ all: [{ attribute: 'city', is: 'is' }] }, 'filter.all.0.value'],
    [{ all: [{ field: 'password', is: 'exists' }] }, 'filter.all.0.field'],
    [{ any: [] }, 'filter.any'],
    [{ all: [{ any: [{ all: [{ any: [{ field: 'name', is: 'exists' }] }] }] }] }, 'filter.all.0.list'],
    [{ all: [{ list: '019a9f00-0000-7000-8000-000000000001' }] }, 'filter'],
  ])('%j', async (filter, path) => {
    const { status, body } = await app.post('/v1/segments', { name: 'Sample', filter })
    expect([status, body.errors[0].path]).toEqual([422, path])
  })

  test('and what it says is a value, never a statement', async () => {
    const evil = "x' or true; drop table contact; --"
    expect(await found({ all: [{ attribute: evil, is: 'is', value: evil }] })).toEqual([])
    expect((await app.get('/v1/contacts')).status).toBe(200)
  })
})

test('a filter finds by fields, attributes, consent, suppression, lists and what happened', async () => {
  const [ada, bob] = [
    await contact({ name: 'Ada', email: 'ada@example.org', locale: 'fr', attributes: { city: 'Lyon', spent: 120 } }),
    await contact({
      name: 'Bob',
      email: 'bob@example.org',
      attributes: { city: 'Paris', spent: 9, since: '2024-03-01' },
    }),
  ]
  const mine = {
    any: [
      { field: 'name', is: 'is', value: 'ada' },
      { field: 'name', is: 'is', value: 'Bob' },
    ],
  }
  const among = (...all: object[]) => found({ all: [mine, ...all] })
  const both = [ada, bob].sort()
  expect(await among()).toEqual(both)
  expect(await among({ field: 'locale', is: 'missing' })).toEqual([bob])
  expect(await among({ attribute: 'city', is: 'is_not', value: 'lyon' })).toEqual([bob])
  expect(await among({ attribute: 'spent', is: 'more_than', value: 10 })).toEqual([ada])
  expect(await among({ attribute: 'city', is: 'more_than', value: 10 })).toEqual([])
  expect(await among({ attribute: 'since', is: 'less_than', value: '2025-01-01' })).toEqual([bob])
  expect(await among({ addedWithinDays: 1, is: true })).toEqual(both)
  expect(await among({ consent: 'email', is: false })).toEqual(both)
  await app.post(`/v1/contacts/${ada}/consents`, {
    channel: 'email',
    state: 'granted',
    source: 'form',
    wording: 'I agree',
  })
  expect(await among({ consent: 'email', is: true })).toEqual([ada])
  await app.post('/v1/suppressions', { channel: 'email', address: 'bob@example.org' })
  expect(await among({ suppressed: 'email', is: true })).toEqual([bob])
  const { body: list } = await app.post('/v1/segments', { name: 'A list' })
  expect((await app.post(`/v1/segments/${list.id}/contacts`, { contactIds: [bob, bob] })).body).toEqual({ added: 1 })
  expect(await among({ list: list.id, is: true })).toEqual([bob])
  expect((await app.get(`/v1/segments/${list.id}`)).body).toMatchObject({ count: 1, isList: true })
  await app.call('DELETE', `/v1/segments/${list.id}/contacts/${bob}`)
  expect(await among({ list: list.id, is: true })).toEqual([])
  await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { contactId: ada },
    payload: { subject: 's', body: 'b' },
    channels: ['email'],
  })
  await app.settled()
  expect(await among({ happened: 'sent', withinDays: 1, channel: 'email', is: true })).toEqual([ada])
  expect(await among({ happened: 'opened', withinDays: 1, is: false })).toEqual(both)
})

test('a list that a filter names stays: who is left out by it would not be any more', async () => {
  const { body: list } = await app.post('/v1/segments', { name: 'Not to these' })
  const filter = {
    all: [
      {
        any: [
          { list: list.id, is: false },
          { field: 'name', is: 'missing' },
        ],
      },
    ],
  }
  const { body: others } = await app.post('/v1/segments', { name: 'Everybody else', filter })
  expect((await app.call('DELETE', `/v1/segments/${list.id}`)).body).toMatchObject({ status: 409, code: 'conflict' })
  expect((await app.call('DELETE', `/v1/segments/${others.id}`)).status).toBe(204)
  expect((await app.call('DELETE', `/v1/segments/${list.id}`)).status).toBe(204)
})

test('a segment that a campaign waits for stays', async () => {
  const { body: segment } = await app.post('/v1/segments', { name: 'Everybody', filter: { all: [] } })
  const { body: campaign } = await app.post('/v1/campaigns', {
    name: 'Sample',
    segmentId: segment.id,
    channels: ['email'],
    variants: [{ payload: { subject: 's', body: 'b' } }],
  })
  expect((await app.call('DELETE', `/v1/segments/${segment.id}`)).body.code).toBe('conflict')
  expect((await app.call('DELETE', `/v1/campaigns/${campaign.id}`)).status).toBe(204)
  expect((await app.call('DELETE', `/v1/segments/${segment.id}`)).status).toBe(204)
})

describe('whatever the attributes', () => {
  const values = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom('Lyon', 'lyon', 'Paris', ''), fc.boolean())
  const condition = fc.oneof(
    fc.record({ attribute: fc.constantFrom('a', 'b'), is: fc.constantFrom('exists', 'missing') }),
    fc.record({ attribute: fc.constantFrom('a', 'b'), is: fc.constantFrom('is', 'is_not', 'contains'), value: values }),
    fc.record({
      attribute: fc.constantFrom('a', 'b'),
      is: fc.constantFrom('more_than', 'less_than'),
      value: fc.integer({ min: -50, max: 50 }),
    }),
  )
  const filter = fc.record({
    all: fc.array(fc.oneof(condition, fc.record({ any: fc.array(condition, { minLength: 1, maxLength: 3 }) })), {
      maxLength: 3,
    }),
  })
  type One = { attribute: string; is: string; value?: unknown }
  type Two = One | { any: One[] } | { all: Two[] }

  const holds = (one: Two, attributes: Record<string, unknown>): boolean => {
    if ('all' in one) return one.all.every((inner) => holds(inner, attributes))
    if ('any' in one) return one.any.some((inner) => holds(inner, attributes))
    const has = one.attribute in attributes
    const text = has ? String(attributes[one.attribute]) : ''
    const wanted = String(one.value)
    switch (one.is) {
      case 'exists':
        return text !== ''
      case 'missing':
        return text === ''
      case 'is':
        return has && text.toLowerCase() === wanted.toLowerCase()
      case 'is_not':
        return !(has && text.toLowerCase() === wanted.toLowerCase())
      case 'contains':
        return has && text.toLowerCase().includes(wanted.toLowerCase())
      default: {
        const number = /^-?\d+$/.test(text) ? Number(text) : Number.NaN
        return one.is === 'more_than' ? number > Number(one.value) : number < Number(one.value)
      }
    }
  }

  test('a filter finds exactly those it means', async () => {
    const { organizationId, key } = await app.otherOrganization()
    const people = fc.sample(fc.dictionary(fc.constantFrom('a', 'b'), values, { maxKeys: 2 }), { numRuns: 60, seed: 7 })
    await app.database.query(
      `insert into contact (id, organization_id, attributes, created_at, updated_at)
       select new_id(now()), $1, a::jsonb, now(), now() from unnest($2::text[]) a`,
      [organizationId, people.map((one) => JSON.stringify(one))],
    )
    await fc.assert(
      fc.asyncProperty(filter, async (wanted) => {
        const { body } = await app.call('POST', '/v1/segments/preview', { filter: wanted }, { key })
        expect(body.count).toBe(people.filter((one) => holds(wanted as Two, one)).length)
      }),
      { numRuns: 60 },
    )
  })
})
