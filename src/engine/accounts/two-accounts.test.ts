import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { type PretendServer, type Script, startPretendServer } from '../providers/smtp/pretend-server.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

/** Of each test's own organization. */
let key: string
let first: PretendServer
let second: PretendServer
beforeEach(async () => {
  key = (await app.otherOrganization()).key
  first = await startPretendServer()
  second = await startPretendServer()
})
afterEach(async () => {
  await Promise.all([first.stop(), second.stop()])
})
const post = (url: string, body?: object) => app.call('POST', url, body, { key })
const get = (url: string) => app.call('GET', url, undefined, { key })

/** An SMTP account of the organization at a pretended server. */
async function addAccount(server: PretendServer, over: object = {}): Promise<string> {
  const { status, body } = await post('/v1/providers', {
    provider: 'smtp',
    channel: 'email',
    name: `Port ${server.port}`,
    settings: {
      host: '127.0.0.1',
      port: server.port,
      from: 'Sample sender <hello@example.com>',
      timeouts: { sendMs: 900, connectMs: 900, greetingMs: 900 },
    },
    limits: { perSecond: 1_000 },
    ...over,
  })
  expect({ status, body }).toMatchObject({ status: 201 })
  return body.id
}

let recipients = 0
/** Accepts so many mails, each to somebody else; their message ids. */
async function accept(count: number): Promise<string[]> {
  const { body } = await post('/v1/notifications/batch', {
    notifications: Array.from({ length: count }, () => ({
      type: 'message.custom',
      to: { email: `reader${recipients++}@example.org` },
      channels: ['email'],
      payload: { subject: 'Sample subject', body: 'Sample body' },
    })),
  })
  return body.results.map(({ messages }: { messages: { id: string }[] }) => messages[0]!.id)
}

const idsAt = (server: PretendServer): string[] =>
  server.mails.map((mime) => /^Message-ID: <([0-9a-f-]{36})/im.exec(mime.toString())![1]!)

/** How many of these mails each server has; every mail is in one of them, once. */
function sharesOf(ids: readonly string[]): [number, number] {
  const all = [...idsAt(first), ...idsAt(second)].filter((id) => ids.includes(id))
  expect(all.toSorted()).toEqual(ids.toSorted())
  return [idsAt(first).filter((id) => ids.includes(id)).length, idsAt(second).filter((id) => ids.includes(id)).length]
}

const breakerOf = async (id: string) => (await get(`/v1/providers/${id}`)).body.state.breaker

const healthOf = async (id: string) => (await get(`/v1/providers/${id}`)).body.state.health

async function settledOnes(count: number): Promise<string[]> {
  const ids = await accept(count)
  await app.settled()
  return ids
}

const CLOSING: Script = { MAIL: (socket) => socket.end('421 4.3.2 Closing\r\n') }
const HANGING: Script = { MAIL: () => {} }
const FAILING: Script = { MAIL: '451 4.3.0 Local error' }

describe('of two accounts that share, one', () => {
  const faults = { 'ends every session with 421': CLOSING, hangs: HANGING, 'fails with 451': FAILING }
  for (const [what, script] of Object.entries(faults)) {
    test(`${what}: the other sends everything, once, and the share comes back`, async () => {
      const firstId = await addAccount(first)
      await addAccount(second)
      const before = await accept(60)
      await app.settled()
      expect(Math.min(...sharesOf(before))).toBeGreaterThan(10)

      first.become(script)
      const during = await accept(100)
      await app.eventually(async () => during.every((id) => idsAt(second).includes(id)))
      await app.eventually(async () => (await breakerOf(firstId)) !== 'closed')
      expect(sharesOf(during)).toEqual([0, 100])

      first.become({})
      app.clock.advance(60_000)
      await app.eventually(async () => {
        const ids = await accept(5)
        await app.settled()
        return sharesOf(ids)[0] > 0
      })
      app.clock.advance(240_000)
      const after = await accept(100)
      await app.settled()
      expect(Math.min(...sharesOf(after))).toBeGreaterThan(20)
      await app.eventually(async () => (await breakerOf(firstId)) === 'closed')
    })
  }

  test('loses its connections with the whole mail sent: only it may send these again, and does', async () => {
    const firstId = await addAccount(first)
    await addAccount(second)
    first.become({ content: (socket) => socket.destroy() })
    const ids = await accept(60)
    await app.eventually(async () => (await breakerOf(firstId)) !== 'closed')
    await app.settled()
    const uncertain = idsAt(first)
    expect(uncertain.length).toBeGreaterThan(0)

    first.become({})
    await app.eventually(async () => {
      app.clock.advance(10_000)
      await app.settled()
      const { body } = await get('/v1/messages?status=sent&limit=100')
      return body.items.filter(({ id }: { id: string }) => ids.includes(id)).length === ids.length
    })
    expect(idsAt(second).filter((id) => uncertain.includes(id))).toEqual([])
    expect(new Set([...idsAt(first), ...idsAt(second)]).size).toBe(ids.length)
  })

  test('is slow: it gets less, and all are sent once', async () => {
    const firstId = await addAccount(first)
    await addAccount(second)
    await accept(40)
    await app.settled()
    first.become({ content: (socket) => setTimeout(() => socket.write('250 2.0.0 Ok: queued as LATE1\r\n'), 1_300) })
    // Time goes by as it would: an account is judged by how long it has been slow.
    for (let n = 0; n < 6; n++) {
      await accept(10)
      app.clock.advance(2_000)
      await app.settled()
    }
    await app.eventually(async () => (await healthOf(firstId)) < 0.6)
    const ids = await accept(60)
    await app.settled()
    expect(sharesOf(ids)[0]).toBeLessThan(28)
  })
})

test('a back-up sends while the first is wrongly set up, and the first again once it is put right', async () => {
  const firstId = await addAccount(first)
  await addAccount(second, { position: 1 })
  expect(sharesOf(await settledOnes(10))).toEqual([10, 0])
  app.clock.advance(60_000)
  expect(sharesOf(await settledOnes(10))).toEqual([10, 0])

  first.become({
    MAIL: '553 5.7.1 Sender address rejected: not owned by user',
    RCPT: '503 5.5.1 No',
    DATA: '503 5.5.1 No',
  })
  const during = await accept(20)
  await app.eventually(async () => during.every((id) => idsAt(second).includes(id)))
  await app.eventually(async () => (await breakerOf(firstId)) === 'open')
  app.clock.advance(200_000)
  expect(sharesOf(await settledOnes(10))).toEqual([0, 10])

  first.become({})
  expect((await post(`/v1/providers/${firstId}/reset`)).status).toBe(200)
  expect(sharesOf(await settledOnes(10))).toEqual([10, 0])
})
