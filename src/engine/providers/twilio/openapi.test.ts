import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { OutboundSms, OutboundWhatsapp } from '../../channels/outbound.ts'
import document from './fixtures/openapi.json' with { type: 'json' }
import { type AskedFor, type PretendTwilio, startPretendTwilio } from './pretend-server.ts'
import { twilioSettings } from './settings.ts'
import { createTwilioProvider } from './twilio.ts'
import { createTwilioWhatsappProvider, twilioWhatsappSettings } from './whatsapp.ts'

type Json = Record<string, unknown>
interface Parameter {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required?: boolean
  readonly schema: Json
}
interface Operation {
  readonly operationId: string
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Record<string, { readonly schema: Json }> }
  readonly responses: Record<string, { readonly content: Record<string, { readonly schema: Json }> }>
}

/** A schema of the document as a check. No field may be there that it does not know. */
function checkOf(schema: unknown): z.ZodType {
  return z.fromJSONSchema(strict(schema) as never, { defaultTarget: 'openapi-3.0' })
}

/** References resolved, Twilio's own formats left out, and objects closed, so that a misspelled field is a fault. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict)
  if (typeof schema !== 'object' || schema === null) return schema
  const { $ref, format, ...rest } = schema as Json
  if (typeof $ref === 'string')
    return strict((document.components.schemas as Json)[$ref.replace('#/components/schemas/', '')])
  const copy = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, strict(value)]))
  return 'properties' in rest ? { ...copy, additionalProperties: false } : copy
}

/** What of a request and its answer is not as the document says, one line each. */
function faults({ method, path, query, form, contentType, answer }: AskedFor): string[] {
  const found = Object.entries(document.paths).find(([template]) => matches(template, path))
  const operation = found && (found[1] as Record<string, Operation>)[method.toLowerCase()]
  if (!operation) return [`${method} ${path}: no such operation`]
  const values = { ...pathValues(found[0], path), ...Object.fromEntries(query) }
  const lines: string[] = []
  const told = (where: string, schema: unknown, value: unknown) => {
    const result = checkOf(schema).safeParse(value)
    if (!result.success) lines.push(`${operation.operationId} ${where}: ${z.prettifyError(result.error)}`)
  }
  for (const { name, required, schema } of operation.parameters ?? []) {
    const text = values[name]
    delete values[name]
    if (text === undefined && required) lines.push(`${operation.operationId}: ${name} is missing`)
    if (text !== undefined) told(name, schema, schema.type === 'integer' ? Number(text) : text)
  }
  for (const name of Object.keys(values)) lines.push(`${operation.operationId}: nobody knows ${name}`)
  if (operation.requestBody) {
    const content = operation.requestBody.content[contentType]
    if (content)
      told(
        'body',
        content.schema,
        Object.fromEntries([...form].map(([name, text]) => [name, name === 'MediaUrl' ? [text] : text])),
      )
    else lines.push(`${operation.operationId}: ${contentType} is not taken`)
  }
  const said = answer && operation.responses[`${answer.status}`]
  if (!said) lines.push(`${operation.operationId}: ${answer?.status} is no answer`)
  else told(`answer ${answer.status}`, said.content['application/json']!.schema, JSON.parse(answer.body))
  return lines
}

const pattern = (template: string) =>
  new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{(\w+)\}/g, '(?<$1>[^/.]+)')}$`)
const matches = (template: string, path: string) => pattern(template).test(path)
const pathValues = (template: string, path: string): Record<string, string> => ({
  ...pattern(template).exec(path)?.groups,
})

let server: PretendTwilio
beforeAll(async () => {
  server = await startPretendTwilio()
  const twilio = createTwilioProvider({ clock: systemClock })
  const base = { accountSid: server.accountSid, authToken: server.authToken, baseUrl: server.baseUrl }
  const senders = [{ from: '+33937000000' }, { from: 'Atelier' }, { messagingServiceSid: `MG${'a'.repeat(32)}` }]
  for (const sender of senders) {
    const connection = twilio.connect(twilioSettings.parse({ ...base, ...sender }), {
      webhookUrl: 'https://carillon.example/webhooks/twilio/00000000-0000-7000-8000-000000000021',
    })
    const message: OutboundSms = {
      channel: 'sms',
      messageId: newId(new Date()),
      organizationId: newId(new Date()),
      contactId: newId(new Date()),
      attempt: 1,
      idempotencyKey: 'key',
      to: '+33612345678',
      content: { text: 'Été' },
    }
    await connection.send(message)
    for (let n = 0; n < 250; n++) server.taken.push(server.taken[0]!)
    server.report(server.taken[0]!.sid, 'delivered')
    await connection.find!(message)
    await connection.statusOf!(server.taken[0]!.sid)
    await connection.test!()
    await connection.close()
  }
})
beforeAll(async () => {
  const { accountSid, authToken, baseUrl } = server
  const connection = createTwilioWhatsappProvider({ clock: systemClock }).connect(
    twilioWhatsappSettings.parse({ accountSid, authToken, baseUrl, from: '+33757590000' }),
  )
  const link = 'https://example.org/a.png'
  const file = { filename: 'a.png', contentType: 'image/png', read: async () => Buffer.from('x'), link }
  const template = { name: 'news', language: 'fr', body: ['1'], contentSid: `HX${'a'.repeat(32)}` }
  const message: OutboundWhatsapp = {
    channel: 'whatsapp',
    messageId: newId(new Date()),
    organizationId: newId(new Date()),
    contactId: newId(new Date()),
    attempt: 1,
    idempotencyKey: 'key',
    to: '+33612345678',
    content: { text: 'Été' },
  }
  await connection.send(message)
  await connection.send({ ...message, attachments: [file] })
  await connection.send({ ...message, to: 'FR.1349', content: { text: 'Été', template } })
  await connection.find!(message)
  await connection.close()
})
afterAll(() => server.stop())

describe('Twilio’s own OpenAPI document', () => {
  test('knows every request this adapter makes, and the pretended server answers as it says', () => {
    expect(server.asked.map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual(
      expect.arrayContaining([
        'POST Messages.json',
        'GET Messages.json',
        `GET ${server.taken[0]!.sid}.json`,
        `GET ${server.accountSid}.json`,
      ]),
    )
    expect(server.asked.flatMap(faults)).toEqual([])
  })

  test('would notice: a field of no request, a wrong id, an answer that is none', () => {
    const good = server.asked.find(({ method }) => method === 'POST')!
    const changed = (field: string, value: string) => new URLSearchParams([...good.form, [field, value]])
    expect(faults({ ...good, form: changed('Boddy', 'x') })).toHaveLength(1)
    expect(faults({ ...good, form: changed('MessagingServiceSid', 'MG1') })).toHaveLength(1)
    expect(faults({ ...good, query: new URLSearchParams('x=1') })).toHaveLength(1)
    expect(faults({ ...good, path: good.path.replace(/AC\w+/, 'XX1') })).toHaveLength(1)
    expect(faults({ ...good, contentType: 'application/json' })).toHaveLength(1)
    const answer = (change: object) => ({
      status: 201,
      body: JSON.stringify({ ...JSON.parse(good.answer!.body), ...change }),
    })
    expect(faults({ ...good, answer: answer({ sid: 'SM1' }) })).toHaveLength(1)
    expect(faults({ ...good, answer: answer({ status: 'flying' }) })).toHaveLength(1)
    expect(faults({ ...good, answer: answer({ speed: 1 }) })).toHaveLength(1)
  })
})
