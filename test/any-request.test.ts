import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ERRORS } from '../src/errors.ts'
import { openapiDocument } from '../src/platform/http/openapi.ts'
import type { JsonObject } from '../src/platform/http/openapi-tidy.ts'
import { startTestApp, type TestApp } from './app.ts'

const RUNS_PER_OPERATION = 25
const SAMPLE = { type: 'message.custom', payload: { subject: 'Sample', body: 'Sample' } }

let product: TestApp
/** Ids of things there are, so that some requests get past “not found”. */
const known: string[] = []
beforeAll(async () => {
  product = await startTestApp()
  for (const email of ['one@example.org', 'two@example.org']) {
    const channels = ['email', 'in_app']
    const { body } = await product.post('/v1/notifications', { ...SAMPLE, to: { email }, channels })
    const { body: notification } = await product.get(`/v1/notifications/${body.id}`)
    known.push(body.id, notification.contactId, ...body.messages.map((message: { id: string }) => message.id))
  }
  await product.settled()
})
afterAll(() => product.stop())

interface Operation {
  readonly method: string
  readonly path: string
  readonly query: readonly string[]
  readonly example: JsonObject | undefined
}

function operations(): Operation[] {
  return Object.entries(openapiDocument(product.app.http).paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      query: ((operation.parameters ?? []) as { in: string; name: string }[])
        .filter((one) => one.in === 'query')
        .map((one) => one.name),
      example: operation.requestBody?.content['application/json']?.example as JsonObject | undefined,
    })),
  )
}

const word = fc.oneof(
  fc.constantFrom(
    '',
    '0',
    '-1',
    'null',
    '../..',
    '%',
    'é',
    '💌',
    "' or 1=1 --",
    '2026-13-45',
    '9'.repeat(30),
    'a'.repeat(600),
    '00000000-0000-0000-0000-000000000000',
  ),
  fc.uuid(),
  fc.string({ unit: 'binary' }),
)
const value = fc.oneof(
  { weight: 2, arbitrary: word },
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(1e308, -0, 2 ** 53, [], {}, [[[]]], true),
)

/** The example with one of its fields, however deep, made into something else; or with one field too many. */
function spoiled(example: JsonObject): fc.Arbitrary<unknown> {
  const places = placesIn(example)
  return fc.oneof(
    {
      weight: 3,
      arbitrary: fc.tuple(fc.constantFrom(...places), value).map(([place, next]) => put(example, place, next)),
    },
    fc.tuple(fc.string(), value).map(([key, next]) => ({ ...example, [key]: next })),
    value,
  )
}

const placesIn = (node: unknown, place: string[] = []): string[][] => [
  ...(place.length > 0 ? [place] : []),
  ...(node !== null && typeof node === 'object'
    ? Object.entries(node).flatMap(([key, child]) => placesIn(child, [...place, key]))
    : []),
]

function put(node: unknown, [key, ...rest]: string[], next: unknown): unknown {
  if (key === undefined) return next
  const copy = (Array.isArray(node) ? [...node] : { ...(node as object) }) as JsonObject
  copy[key] = put(copy[key], rest, next)
  return copy
}

function requestTo({ method, path, query, example }: Operation): fc.Arbitrary<InjectOptions> {
  const names = (path.match(/\{\w+\}/g) ?? []).length
  return fc
    .record({
      ids: fc.array(fc.oneof(word, fc.constantFrom(...known)), { minLength: names, maxLength: names }),
      query:
        query.length > 0
          ? fc.dictionary(fc.constantFrom(...query, 'more'), fc.oneof(word, fc.constantFrom(...known)), { maxKeys: 3 })
          : fc.constant({}),
      body: example ? spoiled(example) : value,
    })
    .map(({ ids, query, body }) => {
      const rest = [...ids]
      const url = path.replace(/\{\w+\}/g, () => encodeURIComponent((rest.pop() ?? '').toWellFormed()))
      const search = new URLSearchParams(query as Record<string, string>).toString()
      return {
        method: method as 'POST',
        url: search ? `${url}?${search}` : url,
        headers: { authorization: `Bearer ${product.key}`, 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { payload: JSON.stringify(body) }),
      }
    })
}

/** How much there is of what requests make. */
const stored = (): Promise<object[]> =>
  product.database.query(`select (select count(*) from notification) as notifications, (select count(*) from message) as messages,
    (select count(*) from contact) as contacts, (select count(*) from event) as events, (select count(*) from dedupe_key) as keys,
    (select count(*) from attachment) as attachments, (select count(*) from api_key where revoked_at is null) as api_keys`)

test('whatever is asked, of every operation, the answer is an answer, or a problem document and nothing stored, and never our fault', async () => {
  for (const operation of operations()) {
    await fc.assert(
      fc.asyncProperty(requestTo(operation), async (request) => {
        const before = await stored()
        const reply = await product.app.http.inject(request)
        const about = `${operation.method} ${operation.path} → ${reply.statusCode} ${reply.body.slice(0, 300)}`
        expect(reply.statusCode, about).toBeLessThan(500)
        if (reply.statusCode < 400) return
        expect(reply.headers['content-type'], about).toContain('application/problem+json')
        const problem = reply.json() as { code: keyof typeof ERRORS; status: number }
        expect(ERRORS[problem.code]?.[0], about).toBe(reply.statusCode)
        expect(await stored(), about).toEqual(before)
      }),
      { numRuns: RUNS_PER_OPERATION },
    )
  }
}, 120_000)
