import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { OutboundEmail } from '../../channels/outbound.ts'
import document from './fixtures/openapi.json' with { type: 'json' }
import { type AskedFor, type PretendSendgrid, refusal, startPretendSendgrid } from './pretend-server.ts'
import { createSendgridProvider } from './sendgrid.ts'
import { sendgridSettings } from './settings.ts'

type Json = Record<string, unknown>

/** A schema of the document as a check, its references resolved and its objects closed: a misspelled field is a fault. */
const checkOf = (schema: unknown): z.ZodType =>
  z.fromJSONSchema(strict(schema) as never, { defaultTarget: 'openapi-3.0' })

function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const { $ref, uniqueItems, ...rest } = schema as Json
  if (typeof $ref === 'string') return strict(resolved($ref))
  const copy = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, strict(value)]))
  return 'properties' in rest ? { ...copy, additionalProperties: false } : copy
}

const resolved = (reference: string): Json =>
  reference
    .replace('#/', '')
    .split('/')
    .reduce((at, key) => at[key] as Json, document as unknown as Json)

const operation = document.paths['/v3/mail/send'].post
const body = checkOf(document.components.requestBodies.PostMailSend.content['application/json'].schema)

/** What of a request and its answer is not as the document says, one line each. */
function faults(asked: AskedFor): string[] {
  const lines: string[] = []
  const told = (where: string, check: z.ZodType, value: unknown) => {
    const result = check.safeParse(value)
    if (!result.success) lines.push(`${where}: ${z.prettifyError(result.error)}`)
  }
  if (asked.method !== 'POST' || asked.path !== '/v3/mail/send') lines.push(`${asked.method} ${asked.path} is unknown`)
  if (asked.contentType !== 'application/json') lines.push(`${asked.contentType} is not taken`)
  told('body', body, asked.body)
  // Sandbox mode's 200 is in the words of the document, not among its answers.
  if (asked.answer?.status === 200 && asked.body.mail_settings?.sandbox_mode?.enable === true) return lines
  const said = operation.responses[`${asked.answer?.status}` as '202' | '400']
  if (!said) lines.push(`${asked.answer?.status} is no answer`)
  else if ('$ref' in said) {
    const content = resolved(said.$ref).content as { 'application/json': { schema: Json } }
    told('answer', checkOf(content['application/json'].schema), JSON.parse(asked.answer!.body))
  }
  return lines
}

let server: PretendSendgrid
beforeAll(async () => {
  server = await startPretendSendgrid()
  const { apiKey, baseUrl } = server
  const settings = sendgridSettings.parse({ apiKey, baseUrl, from: 'Atelier <hello@shop.example>' })
  const connection = createSendgridProvider({ clock: systemClock }).connect(settings)
  const plain: OutboundEmail = {
    channel: 'email',
    messageId: newId(new Date()),
    organizationId: newId(new Date()),
    contactId: newId(new Date()),
    attempt: 1,
    idempotencyKey: 'key',
    to: 'customer@bücher.example',
    content: { subject: 'Été', html: '<p>Été</p>', text: 'Été' },
    attachments: [],
  }
  const read = async () => Buffer.from('file')
  const whole: OutboundEmail = {
    ...plain,
    toName: 'Customer, One',
    replyTo: 'Support <help@shop.example>',
    headers: { 'List-Unsubscribe': '<https://shop.example/u/1>', 'X-Campaign': 'Été' },
    attachments: [
      { filename: 'a.pdf', contentType: 'application/pdf', read },
      { filename: 'logo.png', contentType: 'image/png', contentId: 'logo', read },
    ],
  }
  await connection.send(plain)
  await connection.send(whole)
  await connection.test!()
  for (const status of [400, 401, 403, 413, 500]) {
    server.become(refusal(status, 'Refused', 'content.0.value'))
    await connection.send(plain)
  }
  await connection.close()
})
afterAll(() => server.stop())

describe('SendGrid’s own OpenAPI document', () => {
  test('knows every request this adapter makes, and the pretended server answers as it says', () => {
    expect(server.asked).toHaveLength(8)
    expect(
      server.asked
        .map((asked) => faults({ ...asked, answer: withoutHelp(asked.answer) }))
        .filter((lines) => lines.length),
    ).toEqual([])
  })

  test('would notice: a field of no mail, a wrong disposition, an address that is none, an answer that is none', () => {
    const good = { ...server.asked[1]!, answer: server.asked[1]!.answer! }
    expect(faults(good)).toEqual([])
    expect(faults({ ...good, body: { ...good.body, subjekt: 'x' } })).toHaveLength(1)
    expect(faults({ ...good, body: { ...good.body, subject: '' } })).toHaveLength(1)
    expect(faults({ ...good, body: { ...good.body, from: { email: 'Atelier' } } })).toHaveLength(1)
    const [file] = good.body.attachments
    expect(faults({ ...good, body: { ...good.body, attachments: [{ ...file, disposition: 'hidden' }] } })).toHaveLength(
      1,
    )
    expect(faults({ ...good, path: '/v3/mail' })).toHaveLength(1)
    expect(faults({ ...good, answer: { status: 201, body: '' } })).toHaveLength(1)
    expect(faults({ ...good, answer: { status: 400, body: '{"errors":"none"}' } })).toHaveLength(1)
  })
})

/** The document calls `help` an object; SendGrid's own samples, and so the pretended server, have null there. */
function withoutHelp(answer: AskedFor['answer']): { status: number; body: string } {
  const { status, body } = answer!
  return { status, body: body.replaceAll(/,"help":null/g, '') }
}
