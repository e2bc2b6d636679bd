import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { Asked, PretendCarrier } from '../http-client/pretend-carrier.ts'
import answers from './fixtures/answers.json' with { type: 'json' }
import document from './fixtures/openapi.json' with { type: 'json' }
import { API_KEY, API_SECRET, refusal, startPretendVonage } from './pretend-server.ts'
import { vonageSettings } from './settings.ts'
import { createVonageProvider } from './vonage.ts'

type Json = Record<string, unknown>

/** A schema of the document as a check. No field may be there that it does not know. */
const checkOf = (schema: unknown): z.ZodType =>
  z.fromJSONSchema(strict(schema) as never, { defaultTarget: 'openapi-3.0' })

/** References resolved, Vonage's own words left out, and objects closed, so that a misspelled field is a fault. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const { $ref, format, oneOf, ...rest } = schema as Json
  if (typeof $ref === 'string')
    return strict((document.components.schemas as Json)[$ref.replace('#/components/schemas/', '')])
  const copy = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, strict(value)]))
  // Of an answer whose parts differ neither alternative holds for all of them: each part is one or the other.
  if (Array.isArray(oneOf)) return { anyOf: oneOf.map(strict) }
  return 'properties' in rest ? { ...copy, additionalProperties: false } : copy
}

const operation = document.paths['/sms/json'].post
const request = checkOf(operation.requestBody.content['application/x-www-form-urlencoded'].schema)
const response = checkOf(operation.responses['200'].content['application/json'].schema)

/** What of a send and its answer is not as the document says. */
function faults({ method, path, query, headers, body, answer }: Asked): string[] {
  const lines: string[] = []
  if (`${method} ${path}` !== 'POST /sms/json') lines.push(`${method} ${path}: no such operation`)
  if (query.size > 0) lines.push('no query is known')
  if (headers['content-type'] !== 'application/x-www-form-urlencoded') lines.push(`${headers['content-type']}`)
  if (!/^Basic \S+$/.test(headers.authorization ?? '')) lines.push('no credentials')
  const told = (check: z.ZodType, value: unknown) => {
    const result = check.safeParse(value)
    if (!result.success) lines.push(z.prettifyError(result.error))
  }
  told(request, Object.fromEntries(new URLSearchParams(body)))
  if (answer?.status !== 200) lines.push(`${answer?.status} is no answer`)
  else told(response, JSON.parse(answer.body))
  return lines
}

let server: PretendCarrier
beforeAll(async () => {
  server = await startPretendVonage()
  const vonage = createVonageProvider({ clock: systemClock })
  for (const signatureSecret of [undefined, 'a-signature-secret'])
    for (const from of ['MaBoite', '36111', '+33199000001'])
      for (const text of ['Bonjour', 'ê'.repeat(200), 'é&=+%'.repeat(99)]) {
        const settings = { apiKey: API_KEY, apiSecret: API_SECRET, from, baseUrl: server.baseUrl, signatureSecret }
        const connection = vonage.connect(vonageSettings.parse(settings), {
          webhookUrl: 'https://carillon.example/webhooks/vonage/00000000-0000-7000-8000-000000000021',
        })
        await connection.send({
          channel: 'sms',
          messageId: newId(new Date()),
          organizationId: newId(new Date()),
          contactId: newId(new Date()),
          attempt: 1,
          idempotencyKey: 'key',
          to: '+33612345678',
          content: { text },
        })
        await connection.close()
      }
})
afterAll(() => server.stop())

describe('Vonage’s own OpenAPI document', () => {
  test('knows every send this adapter makes, and the pretended server answers as it says', () => {
    expect(server.asked).toHaveLength(18)
    expect(server.asked.flatMap(faults)).toEqual([])
  })
  test('knows the answers the tests play', () => {
    for (const answer of [answers.ok, ...answers.errors]) expect(response.safeParse(answer).success).toBe(true)
    const { says } = refusal('4', 'Bad Credentials')
    expect(typeof says === 'object' && response.safeParse(says.body).success).toBe(true)
  })
  test('would notice: a field of no request, an address too long, a plus, an answer that is none', () => {
    const good = server.asked[0]!
    const changed = (field: string, value: string) => {
      const form = new URLSearchParams(good.body)
      form.set(field, value)
      return faults({ ...good, body: `${form}` })
    }
    expect(changed('txt', 'x')).toHaveLength(1)
    expect(changed('type', 'text+emoji')).toHaveLength(1)
    expect(changed('callback', `https://x.example/${'x'.repeat(90)}`)).toHaveLength(1)
    expect(changed('to', '1')).toHaveLength(1)
    expect(faults({ ...good, path: '/sms/xml' })).toHaveLength(1)
    expect(faults({ ...good, headers: {} })).toHaveLength(2)
    expect(faults({ ...good, answer: { status: 201, body: '{}' } })).toHaveLength(1)
    expect(faults({ ...good, answer: { status: 200, body: '{"messages":[{"speed":"1"}]}' } })).toHaveLength(1)
  })
})
