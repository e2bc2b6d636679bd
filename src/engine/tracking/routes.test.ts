import { deflateSync, gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { startHttpServer } from '../../../test/http-server.ts'
import { createMovableClock } from '../../platform/clock.ts'
import type { Webhook, WebhookCall, WebhookRefusal } from '../channels/report.ts'
import type { NewReceipt } from './receipt-store.ts'
import { webhookRoutes } from './routes.ts'

const ACCOUNT = '00000000-0000-7000-8000-000000000021'
const AT = `/webhooks/vendor/${ACCOUNT}`

let kept: NewReceipt[]
let unverified: NewReceipt[]
let isCurrent: boolean
let seen: WebhookCall[]
let heard: [string, string | undefined][]
beforeEach(() => {
  kept = []
  unverified = []
  isCurrent = true
  seen = []
  heard = []
})

/** The door alone, with one account of a vendor that is like this. */
const door = (vendor: Omit<Webhook, 'receive'> & { finds?: WebhookRefusal } = {}) => {
  const { finds, ...rest } = vendor
  const webhook: Webhook = {
    receive: (call) => {
      seen.push(call)
      return finds ? { ok: false, reason: finds, detail: 'It is not right' } : { ok: true, reports: [] }
    },
    ...rest,
  }
  return startHttpServer((server) =>
    server.register(
      webhookRoutes({
        clock: createMovableClock(),
        heard: (accountId, refused) => heard.push([accountId, refused]),
        accounts: {
          webhookOf: (provider, accountId) => (provider === 'vendor' && accountId === ACCOUNT ? webhook : undefined),
          isCurrent: () => isCurrent,
        },
        receipts: {
          keep: async (receipt) => void kept.push(receipt),
          keepUnverified: async (receipt) => void unverified.push(receipt),
        },
      }),
    ),
  )
}

describe('a refused call is answered as its vendor must hear it, and nothing is kept', () => {
  test.each([
    ['bad_signature', undefined, 401, 'unauthenticated'],
    ['stale', undefined, 401, 'unauthenticated'],
    ['unreadable', undefined, 400, 'bad_request'],
    ['bad_signature', 403, 403, 'forbidden'],
    ['unreadable', 503, 503, 'unavailable'],
    ['stale', 200, 200, undefined],
  ] as const)('%s, refused with %s', async (finds, as, status, code) => {
    const server = await door({ finds, ...(as ? { refuses: { [finds]: as } } : {}) })
    const reply = await server.inject({ method: 'POST', url: AT, payload: '{}' })
    expect([reply.statusCode, code ? reply.json().code : reply.body]).toEqual([status, code ?? ''])
    expect([kept, heard]).toEqual([[], [[ACCOUNT, 'It is not right']]])
  })

  test('no such account, another vendor’s name, an id that is none, another method', async () => {
    const server = await door()
    for (const url of [
      '/webhooks/vendor/00000000-0000-7000-8000-000000000022',
      `/webhooks/other/${ACCOUNT}`,
      '/webhooks/vendor/1',
    ])
      for (const method of ['GET', 'POST'] as const)
        expect((await server.inject({ method, url })).json()).toMatchObject({ status: 404, code: 'not_found' })
    const put = await server.inject({ method: 'PUT', url: AT, payload: '{}' })
    expect([put.statusCode, put.headers.allow, put.json().code]).toEqual([405, 'POST, GET', 'method_not_allowed'])
    expect((await server.inject({ method: 'HEAD', url: AT })).statusCode).toBe(405)
    expect([kept, seen, heard]).toEqual([[], [], []])
  })
})

describe('GET', () => {
  test('answers a vendor that asks whether the address is ours, as text, and refuses who does not know the token', async () => {
    const server = await door({ answerChallenge: (query) => (query.token === 'right' ? query.challenge : undefined) })
    const right = await server.inject(`${AT}?token=right&challenge=%3Cb%3E42`)
    expect([right.statusCode, right.headers['content-type'], right.body]).toEqual([
      200,
      'text/plain; charset=utf-8',
      '<b>42',
    ])
    const wrong = await server.inject(`${AT}?token=wrong&challenge=42`)
    expect([wrong.statusCode, wrong.json().code]).toEqual([403, 'forbidden'])
    expect([kept, seen]).toEqual([[], []])
  })

  test('is a report like any other for vendors that report by it', async () => {
    const server = await door()
    expect((await server.inject(`${AT}?id=1&status=delivered`)).statusCode).toBe(204)
    expect(kept).toMatchObject([{ method: 'GET', query: { id: '1', status: 'delivered' }, accountId: ACCOUNT }])
  })
})

test('a body is kept byte by byte, whatever it is', async () => {
  const server = await door()
  const bytes = Buffer.from([0, 255, 13, 10, 0xd8, 0x00])
  for (const type of [
    'application/json',
    'application/x-www-form-urlencoded',
    'image/png',
    'text/plain; charset',
    undefined,
  ])
    expect(
      (
        await server.inject({
          method: 'POST',
          url: AT,
          payload: bytes,
          ...(type ? { headers: { 'content-type': type } } : {}),
        })
      ).statusCode,
    ).toBe(204)
  expect(kept.map(({ body }) => body)).toEqual(Array.from({ length: 5 }, () => bytes))
})

describe('a packed body', () => {
  const text = Buffer.from(JSON.stringify({ hello: 'é'.repeat(1000) }))
  const post = async (payload: Buffer, encoding: string) =>
    (await door()).inject({ method: 'POST', url: AT, payload, headers: { 'content-encoding': encoding } })

  test.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', text],
  ])('by %s is unpacked before its signature is checked', async (encoding, payload) => {
    expect((await post(payload, encoding)).statusCode).toBe(204)
    expect(seen[0]?.body).toEqual(text)
    expect(kept[0]?.body).toEqual(text)
  })

  test('that is a bomb, broken or packed in a way we do not know is refused unread', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
    for (const [payload, encoding, status, code] of [
      [bomb, 'gzip', 413, 'payload_too_large'],
      [gzipSync(text).subarray(0, 20), 'gzip', 400, 'bad_request'],
      [text, 'gzip', 400, 'bad_request'],
      [text, 'br', 415, 'unsupported_media_type'],
    ] as const) {
      const reply = await post(payload, encoding)
      expect([reply.statusCode, reply.json().code]).toEqual([status, code])
    }
    expect([seen, kept]).toEqual([[], []])
  })
})

test('three megabytes are taken, six are not', async () => {
  const server = await door()
  const post = (bytes: number) => server.inject({ method: 'POST', url: AT, payload: Buffer.alloc(bytes, 'a') })
  expect((await post(3 * 1024 * 1024)).statusCode).toBe(204)
  expect((await post(6 * 1024 * 1024)).json().code).toBe('payload_too_large')
  expect(kept.map(({ body }) => body.length)).toEqual([3 * 1024 * 1024])
})

test('an account that cannot be looked up now is not told that it is none', async () => {
  isCurrent = false
  const url = '/webhooks/vendor/00000000-0000-7000-8000-000000000022'
  expect((await (await door()).inject({ method: 'POST', url, payload: 'x' })).statusCode).toBe(204)
  expect([kept.length, unverified.map(({ body }) => String(body))]).toEqual([0, ['x']])
})
