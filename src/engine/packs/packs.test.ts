import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { visitsPack } from '../../../examples/own-pack.ts'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { packs } from '../../packs/packs.ts'
import { definePack } from './pack.ts'
import { openPacks } from './packs.ts'
import type { PackSurface } from './surface.ts'

/** Automations that go on until they are let go. */
const long = Promise.withResolvers<void>()
const longPack = definePack({
  name: 'long',
  events: [],
  open: () => ({
    automations: ['long.one', 'long.other', 'long.third'].map((name) => ({
      name,
      description: 'Takes long',
      run: async () => {
        await long.promise
        return {}
      },
    })),
  }),
})

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ packs: [...packs, visitsPack, longPack] })
})
afterAll(async () => {
  long.resolve()
  await app.stop()
})

const body = { email: 'visited@example.com', place: 'Lyon', at: '2099-03-18T07:00:00Z' }
const count = async (what: string) =>
  (await app.database.query<{ n: number }>(`select count(*)::int as n from ${what}`))[0]!.n

describe('a pack of one’s own, beside the product’s', () => {
  test('is guarded and checked like everything else', async () => {
    expect((await app.call('POST', '/v1/visits', body, { key: null })).status).toBe(401)
    expect((await app.post('/v1/visits', { ...body, email: 'nobody' })).body.code).toBe('validation_failed')
  })

  test('writes, tells and starts work in one transaction', async () => {
    const { status } = await app.post('/v1/visits', body)
    expect(status).toBe(201)
    const mail = await app.eventually(async () => {
      const { body: page } = await app.get('/v1/sandbox/messages')
      return page.items.find(({ address }: { address: string }) => address === body.email)
    })
    expect(mail.subject).toContain('Lyon')
    await app.eventually(
      async () => (await count("automation_run where name = 'visits.look' and outcome = 'done'")) === 1,
    )
    const audited = (await app.get('/v1/audit?act=visit.announced')).body.items
    expect(audited).toHaveLength(1)
  })

  test('has its work done while automations take all of their places', async () => {
    for (const name of ['long.one', 'long.other', 'long.third'])
      expect((await app.post(`/v1/automations/${name}/run`)).status).toBe(202)
    await app.eventually(
      async () => (await count("automation_run where name like 'long.%' and started_at is not null")) === 2,
    )
    expect((await app.post('/v1/visits', { ...body, email: 'meanwhile@example.com' })).status).toBe(201)
    await app.eventually(
      async () => (await count("automation_run where name = 'visits.look' and outcome = 'done'")) === 2,
    )
    expect(await count("automation_run where name like 'long.%' and finished_at is not null")).toBe(0)
    long.resolve()
  })

  test('takes everything back when a part of it fails', async () => {
    const before = [await count('contact'), await count('notification'), await count('automation_run')]
    await app.database.query(`
      create function no_runs() returns trigger language plpgsql as $$ begin raise exception 'no runs today'; end $$;
      create trigger no_runs before insert on automation_run for each row execute function no_runs()`)
    expect((await app.post('/v1/visits', { ...body, email: 'never@example.com' })).status).toBe(500)
    await app.database.query('drop trigger no_runs on automation_run; drop function no_runs()')
    expect([await count('contact'), await count('notification'), await count('automation_run')]).toEqual(before)
  })

  test('has pages that only its own links open', async () => {
    expect((await app.call('GET', '/visit/made.up', undefined, { key: null })).status).toBe(404)
    const [row] = await app.database.query<{ payload: { confirmUrl: string } }>(
      "select payload from notification where type = 'visit.announced' limit 1",
    )
    const page = await app.call('GET', new URL(row!.payload.confirmUrl).pathname, undefined, { key: null })
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('See you then.')])
  })

  test('is in the catalogue and among the automations, without the work it starts itself', async () => {
    const names = (await app.get('/v1/automations')).body.items.map(({ name }: { name: string }) => name)
    expect(names).toContain('visits.count')
    expect(names).not.toContain('visits.look')
    expect(
      (await app.get('/v1/catalogue')).body.items.some(({ type }: { type: string }) => type === 'visit.announced'),
    ).toBe(true)
  })
})

test('two packs cannot have the same vendor', () => {
  const greedy = (name: string) =>
    definePack({
      name,
      events: [],
      open: () => ({ webhooks: [{ provider: 'paypal', webhookOf: () => undefined, take: async () => {} }] }),
    })
  expect(() => openPacks([greedy('one'), greedy('other')], {} as PackSurface)).toThrow('same vendor')
})

test('docs/packs.md shows the example that is tried here', () => {
  const shown = readFileSync(new URL('../../../docs/packs.md', import.meta.url), 'utf8')
  const example = readFileSync(new URL('../../../examples/own-pack.ts', import.meta.url), 'utf8')
  expect(shown).toContain(example.trim())
})
