import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { PASSWORD, SAME_ORIGIN, startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1'
type Headers = Record<string, string>
const as = (headers: Headers) => ({ key: null, headers })
let count = 0
async function somebody() {
  const email = `sessions${++count}@example.org`
  await app.signedIn(email)
  await app.database.query('delete from auth.session')
  return email
}
async function signIn(email: string, userAgent = FIREFOX, more: Headers = {}): Promise<Headers> {
  const headers = { ...SAME_ORIGIN, 'user-agent': userAgent, ...more }
  const answer = await app.call('POST', '/api/auth/sign-in/email', { email, password: PASSWORD }, as(headers))
  return { ...SAME_ORIGIN, cookie: [answer.headers['set-cookie']].flat().join('; ') }
}
const list = async (headers: Headers) => (await app.call('GET', '/v1/sessions', undefined, as(headers))).body.items
const end = (headers: Headers, id: string) => app.call('DELETE', `/v1/sessions/${id}`, undefined, as(headers))
const isIn = async (headers: Headers) => (await app.call('GET', '/v1/session', undefined, as(headers))).status === 200

describe('somebody’s sessions', () => {
  test('are listed with when, where and on what they began, this one marked', async () => {
    const email = await somebody()
    const here = await signIn(email)
    await signIn(email, PHONE)
    await app.database.query(`update auth.session set last_used_at = now() - interval '2 days' where user_agent = $1`, [
      PHONE,
    ])
    expect(await list(here)).toMatchObject([
      { current: true, browser: 'Firefox', system: 'Linux', ip: '127.0.0.1' },
      { current: false, browser: 'Safari', system: 'iPhone' },
    ])
    expect(JSON.stringify(await list(here))).not.toMatch(/token/i)
  })

  test('are in use when they are used, to five minutes', async () => {
    const email = await somebody()
    const here = await signIn(email)
    const hoursAgo = async () => Math.round((Date.now() - Date.parse((await list(here))[0].lastUsedAt)) / 3_600_000)
    const used = `update auth.session set created_at = now() - interval '9 hours', last_used_at = now() - interval`
    await app.database.query(`${used} '3 minutes'`)
    const [{ lastUsedAt }] = await list(here)
    expect((await list(here))[0].lastUsedAt).toBe(lastUsedAt)
    await app.database.query(`${used} '5 hours'`)
    expect(await isIn(here)).toBe(true)
    expect(await hoursAgo()).toBe(0)
  })

  test('end thirty days after they began, however much they are used', async () => {
    const email = await somebody()
    const here = await signIn(email)
    await app.database.query(`update auth.session set created_at = now() - interval '29 days 23 hours'`)
    expect(await isIn(here)).toBe(true)
    await app.database.query(`update auth.session set created_at = now() - interval '30 days 1 minute'`)
    const again = await signIn(email, PHONE)
    expect(await list(again)).toMatchObject([{ current: true, system: 'iPhone' }])
    expect(await isIn(here)).toBe(false)
    expect(await app.database.query('select from auth.session')).toHaveLength(1)
  })

  test('say where they began as the server knows it, whatever headers a client adds', async () => {
    const email = await somebody()
    const forged = { 'x-forwarded-for': '203.0.113.9', 'x-carillon-ip': '203.0.113.9', 'x-real-ip': '203.0.113.9' }
    const here = await signIn(email, `${FIREFOX}${'x'.repeat(5_000)}`, forged)
    expect(await list(here)).toMatchObject([{ ip: '127.0.0.1' }])
    const [{ user_agent }] = (await app.database.query('select user_agent from auth.session')) as [
      { user_agent: string },
    ]
    expect(user_agent.length).toBe(300)
  })

  test('are nobody else’s to see or to end', async () => {
    const [mine, theirs] = [await somebody(), await somebody()]
    const [me, them] = [await signIn(mine), await signIn(theirs)]
    const [{ id }] = await list(them)
    expect(await list(me)).toHaveLength(1)
    expect((await end(me, id)).status).toBe(404)
    expect((await app.call('GET', '/v1/sessions', undefined)).status).toBe(403)
    expect((await app.call('GET', '/v1/sessions', undefined, { key: null })).status).toBe(401)
    expect(await isIn(them)).toBe(true)
  })
})

describe('ending', () => {
  test('one ends it at once, with what it has open, and no other', async () => {
    const email = await somebody()
    const [here, there] = [await signIn(email), await signIn(email, PHONE)]
    await app.app.http.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.app.http.server.address() as AddressInfo
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/realtime`, { headers: there })
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    const { id } = (await list(here)).find(({ current }: { current: boolean }) => !current)
    expect((await end(here, id)).status).toBe(204)
    await closed
    expect([await isIn(here), await isIn(there)]).toEqual([true, false])
    expect((await end(here, id)).status).toBe(404)
  })

  test('all others leaves this one', async () => {
    const email = await somebody()
    const [here, ...others] = [await signIn(email), await signIn(email, PHONE), await signIn(email)]
    const ended = await app.call('POST', '/v1/sessions/end-others', {}, as(here))
    expect(ended.body).toEqual({ ended: 2 })
    expect(await isIn(here)).toBe(true)
    for (const other of others) expect(await isIn(other)).toBe(false)
  })

  test('is not for other sites to ask', async () => {
    const email = await somebody()
    const [here, there] = [await signIn(email), await signIn(email, PHONE)]
    const evil = { ...here, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const { id } = (await list(here)).find(({ current }: { current: boolean }) => !current)
    expect((await end(evil, id)).status).toBe(403)
    expect((await app.call('POST', '/v1/sessions/end-others', {}, as(evil))).status).toBe(403)
    expect(await isIn(there)).toBe(true)
  })
})
