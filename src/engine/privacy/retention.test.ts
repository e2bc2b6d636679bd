import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const send = async (words: string, over: object = {}) =>
  (
    await app.post('/v1/notifications', {
      type: 'message.custom',
      to: { email: 'old@example.org', name: 'Old Sample' },
      channels: ['email'],
      payload: { subject: words, body: words },
      ...over,
    })
  ).body
const delivered = (id: string) =>
  app.eventually(async () => (await app.get(`/v1/messages/${id}`)).body.status === 'delivered')
async function run(body?: object) {
  const { status, body: begun } = await app.post('/v1/automations/contents.anonymise/run', body)
  expect(status).toBe(202)
  return app.eventually(async () => {
    const { body: page } = await app.get('/v1/automations/contents.anonymise/runs')
    const one = page.items.find(({ id }: { id: string }) => id === begun.id)
    return one?.finishedAt && one
  })
}
const payloadOf = async (id: string) =>
  (await app.database.query<{ payload: object }>('select payload from notification where id = $1', [id]))[0]!.payload

describe('contents', () => {
  test('of what is older than the organization keeps are taken out, day by day, and nothing else', async () => {
    await app.call('PATCH', '/v1/delivery-settings', { contentsKeptDays: 10 })
    const later = new Date(app.clock.now().getTime() + 15 * DAY_MS).toISOString()
    const old = await send('long ago')
    const waiting = await send('long ago, for much later', { sendAt: later })
    await delivered(old.messages[0].id)
    app.clock.advance(8 * DAY_MS)
    const recent = await send('lately')
    await app.settled()
    app.clock.advance(3 * DAY_MS)

    const dry = await run({ dryRun: true })
    expect(dry).toMatchObject({ status: 'done', dryRun: true, counts: { notifications: 1, put_off: 1 } })
    expect(await payloadOf(old.id)).toMatchObject({ subject: 'long ago' })

    const done = await run()
    expect(done).toMatchObject({ status: 'done', counts: { notifications: 1, messages: 1, put_off: 1 } })
    expect(done.progress.done).toBe(done.progress.total)
    expect(await payloadOf(old.id)).toEqual({})
    expect(await payloadOf(recent.id)).toMatchObject({ subject: 'lately' })
    expect(await payloadOf(waiting.id)).toMatchObject({ subject: expect.any(String) })
    const { body } = await app.get(`/v1/messages/${old.messages[0].id}`)
    expect(body).toMatchObject({ content: null, address: '', status: 'delivered' })

    expect((await run()).counts).toMatchObject({ notifications: 0, messages: 0 })
    app.clock.advance(4 * DAY_MS + 60_000)
    await delivered(waiting.messages[0].id)
    expect((await run()).counts.notifications).toBeGreaterThanOrEqual(1)
    expect(await payloadOf(waiting.id)).toEqual({})
  })

  test('are kept for as many days as the organization says, from 1 to 3650', async () => {
    for (const contentsKeptDays of [0, 3651, 1.5])
      expect((await app.call('PATCH', '/v1/delivery-settings', { contentsKeptDays })).status).toBe(422)
    const one = await send('of yesterday')
    await app.settled()
    await app.call('PATCH', '/v1/delivery-settings', { contentsKeptDays: 1 })
    app.clock.advance(2 * DAY_MS)
    await run()
    expect(await payloadOf(one.id)).toEqual({})
  })
})

test('automations are listed with their newest run; unknown and internal ones cannot be run', async () => {
  const { body } = await app.get('/v1/automations')
  expect(body.items).toContainEqual(
    expect.objectContaining({
      name: 'contents.anonymise',
      schedule: expect.objectContaining({ cron: '30 3 * * *' }),
      lastRun: expect.objectContaining({ status: 'done' }),
    }),
  )
  expect(body.items.map(({ name }: { name: string }) => name)).not.toContain('contacts.erase')
  for (const name of ['contacts.erase', 'nonsense']) {
    expect((await app.post(`/v1/automations/${name}/run`)).status).toBe(404)
    expect((await app.get(`/v1/automations/${name}/runs`)).status).toBe(404)
  }
  const { key } = await app.otherOrganization()
  expect((await app.call('GET', '/v1/automations/contents.anonymise/runs', undefined, { key })).body.items).toEqual([])
})
