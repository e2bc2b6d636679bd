import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { OutboundWhatsapp, WhatsappContent } from '../../channels/outbound.ts'
import document from './fixtures/openapi.json' with { type: 'json' }
import { type AskedFor, type PretendWhatsapp, startPretendWhatsapp } from './pretend-server.ts'
import { whatsappSettings } from './settings.ts'
import { createWhatsappProvider } from './whatsapp.ts'

// biome-ignore lint/suspicious/noExplicitAny: a JSON Schema is whatever it holds; zod checks it
type Schema = any

/** Where the document of November 2025 falls short of Meta's own pages, or of its own examples. All else must be as it says. */
function amended(): Schema {
  const copy: Schema = structuredClone(document)
  const { schemas } = copy.components
  const base = schemas.BaseMessageProperties
  // …/cloud-api/guides/send-messages
  base.properties.biz_opaque_callback_data = { type: 'string', maxLength: 512 }
  // …/business-scoped-user-ids (May 2026): instead of `to`
  base.properties.recipient = { type: 'string' }
  base.required = base.required.filter((field: string) => field !== 'to')
  // Its own examples "Send Document Message by ID" and "by URL" have both.
  for (const branch of schemas.MediaObject.oneOf)
    Object.assign(branch.properties, { caption: { type: 'string', maxLength: 1024 }, filename: { type: 'string' } })
  // Its own example is "0"; buttons that copy a code: …/coupon-code-templates
  Object.assign(schemas.TemplateComponent.properties, {
    index: { type: 'string', pattern: '^[0-9]$' },
    sub_type: { type: 'string', enum: ['quick_reply', 'url', 'catalog', 'copy_code'] },
  })
  // …/interactive-cta-url-messages
  schemas.InteractiveObject.properties.type.enum.push('cta_url')
  schemas.ActionObject.oneOf.push({
    required: ['name', 'parameters'],
    properties: {
      name: { type: 'string', enum: ['cta_url'] },
      parameters: {
        type: 'object',
        required: ['display_text', 'url'],
        properties: { display_text: { type: 'string', maxLength: 20 }, url: { type: 'string' } },
      },
    },
  })
  // Its own example "Send List Message" has one.
  schemas.SectionObject.properties.rows.items.properties.description = { type: 'string', maxLength: 72 }
  // …/reference/media: required there
  const upload = copy.paths['/{Version}/{Phone-Number-ID}/media'].post.requestBody.content['multipart/form-data'].schema
  upload.properties.type = { type: 'string' }
  // What every list of the Graph API takes: developers.facebook.com/docs/graph-api/results
  copy.paths['/{Version}/{WABA-ID}/message_templates'].get.parameters.push(
    ...['fields', 'limit', 'after'].map((name) => ({ name, in: 'query', schema: { type: 'string' } })),
  )
  return copy
}

const api = amended()

/** References resolved, alternatives chosen by the message's type, parts put together, and objects closed. */
function strict(schema: Schema, type?: string): Schema {
  if (Array.isArray(schema)) return schema.map((one) => strict(one))
  if (typeof schema !== 'object' || schema === null) return schema
  if (schema.$ref) return strict(api.components.schemas[schema.$ref.split('/').at(-1)], type)
  if (schema.discriminator && schema.oneOf) return strict({ $ref: schema.discriminator.mapping[type ?? ''] })
  if (schema.allOf) {
    const parts = schema.allOf.map((one: Schema) => strict(one))
    return {
      type: 'object',
      additionalProperties: false,
      required: parts.flatMap((part: Schema) => part.required ?? []),
      properties: Object.assign({}, ...parts.map((part: Schema) => part.properties)),
    }
  }
  const { discriminator: _, format: __, oneOf, ...rest } = schema
  if (oneOf) return { anyOf: oneOf.map((one: Schema) => strict({ type: 'object', ...one })) }
  const copy = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, strict(value)]))
  return rest.properties ? { ...copy, additionalProperties: false } : copy
}

/** What of a request is not as the document says, one line each. */
async function faults({ method, path, query, contentType, body, json }: AskedFor): Promise<string[]> {
  const [, , id, what] = path.split('/')
  const template =
    what === 'message_templates'
      ? '/{Version}/{WABA-ID}/message_templates'
      : `/{Version}/{Phone-Number-ID}${what ? `/${what}` : ''}`
  const operation = api.paths[template]?.[method.toLowerCase()]
  if (!operation || !/^\d+$/.test(id!) || !/^\/v\d+\.\d+\//.test(path)) return [`${method} ${path}: no such operation`]
  const known = operation.parameters.map(({ name }: Schema) => name)
  const lines = [...query.keys()].filter((name) => !known.includes(name)).map((name) => `nobody knows ${name}`)
  if (!operation.requestBody) return lines
  const schema = operation.requestBody.content[contentType.split(';')[0]!]?.schema
  if (!schema) return [...lines, `${contentType} is not taken`]
  const form = json ?? Object.fromEntries(await formOf(contentType, body))
  const result = z.fromJSONSchema(strict(schema, `${json?.type}`), { defaultTarget: 'openapi-3.0' }).safeParse(form)
  return result.success ? lines : [...lines, `${operation.operationId}: ${z.prettifyError(result.error)}`]
}

async function formOf(contentType: string, body: Buffer): Promise<[string, string][]> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
  return Promise.all(
    [...form].map(
      async ([name, part]) => [name, typeof part === 'string' ? part : await part.text()] as [string, string],
    ),
  )
}

const TEMPLATE = { name: 'order_ready', language: 'fr', body: ['Camille', '42'] } as const
const file = (contentType: string) => ({ filename: 'a.pdf', contentType, read: async () => Buffer.from('file') })

/** Everything the adapter can be asked to send. */
const MESSAGES: [Partial<OutboundWhatsapp>, Partial<WhatsappContent>][] = [
  [{}, {}],
  [{ to: 'FR.13491208655302741918' }, { text: 'https://example.org' }],
  [{}, { template: { ...TEMPLATE, body: [] } }],
  [{}, { template: { ...TEMPLATE, header: { kind: 'text', text: 'Bonjour' } } }],
  ...(['image', 'video', 'document'] as const).map((kind): [object, Partial<WhatsappContent>] => [
    {},
    { template: { ...TEMPLATE, header: { kind, link: 'https://example.org/f' } } },
  ]),
  [{ attachments: [file('application/pdf')] }, { template: { ...TEMPLATE, header: { kind: 'file' } } }],
  [
    {},
    {
      template: {
        ...TEMPLATE,
        buttons: [
          { kind: 'quick_reply', index: 0, value: 'yes' },
          { kind: 'url', index: 1, value: 'order/42' },
          { kind: 'copy_code', index: 2, value: 'WELCOME' },
        ],
      },
    },
  ],
  [{}, { buttons: { kind: 'reply', buttons: [{ id: 'a', title: 'Oui' }] } }],
  [{ attachments: [file('image/png')] }, { buttons: { kind: 'reply', buttons: [{ id: 'a', title: 'Oui' }] } }],
  [{}, { buttons: { kind: 'list', label: 'Choisir', rows: [{ id: 'a', title: 'Mardi', description: '9 h' }] } }],
  [{}, { buttons: { kind: 'link', title: 'Voir', url: 'https://example.org' } }],
  ...['image/jpeg', 'video/mp4', 'application/pdf'].map((type): [Partial<OutboundWhatsapp>, object] => [
    { attachments: [file(type)] },
    {},
  ]),
  [{ attachments: [file('audio/ogg')] }, { text: '' }],
  [{ attachments: [{ ...file('image/png'), link: 'https://example.org/f.png' }] }, {}],
]

let server: PretendWhatsapp
beforeAll(async () => {
  server = await startPretendWhatsapp()
  server.templates = [1, 2, 3].map((n) => ({ id: `${n}`, name: `t_${n}`, language: 'fr', status: 'APPROVED' }))
  const connection = createWhatsappProvider({ clock: systemClock }).connect(whatsappSettings.parse(server.settings))
  for (const [change, content] of MESSAGES)
    await connection.send({
      channel: 'whatsapp',
      messageId: newId(new Date()),
      organizationId: newId(new Date()),
      contactId: newId(new Date()),
      attempt: 1,
      idempotencyKey: 'key',
      to: '+33612345678',
      content: { text: 'Été', ...content },
      ...change,
    })
  await connection.templates!()
  await connection.test!()
  await connection.close()
})
afterAll(() => server.stop())

describe('Meta’s own OpenAPI document', () => {
  test('knows every request this adapter makes', async () => {
    expect(server.taken).toHaveLength(MESSAGES.length)
    expect(new Set(server.asked.map(({ method, path }) => `${method} ${path.split('/').slice(3).join('/')}`))).toEqual(
      new Set(['POST messages', 'POST media', 'GET message_templates', 'GET ']),
    )
    expect((await Promise.all(server.asked.map(faults))).flat()).toEqual([])
  })

  test('would notice: a field or parameter of no request, a wrong type, a title that is too long', async () => {
    const of = (type: string) => server.asked.find(({ json }) => json?.type === type)!
    const broken: AskedFor[] = [
      { ...of('text'), json: { ...of('text').json, textt: 'x' } },
      { ...of('text'), json: { ...of('text').json, text: { boddy: 'x' } } },
      { ...of('text'), json: { ...of('text').json, type: 'image' } },
      { ...of('template'), json: { ...of('template').json, template: { name: 'x' } } },
      {
        ...of('interactive'),
        json: {
          ...of('interactive').json,
          interactive: {
            type: 'button',
            body: { text: 'x' },
            action: { buttons: [{ type: 'reply', reply: { id: 'a', title: 'x'.repeat(21) } }] },
          },
        },
      },
      { ...of('text'), query: new URLSearchParams('x=1') },
      { ...of('text'), path: of('text').path.replace('messages', 'message') },
      { ...of('text'), contentType: 'text/plain' },
    ]
    for (const one of broken) expect(await faults(one)).toHaveLength(1)
  })
})
