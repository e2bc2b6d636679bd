import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compile } from 'json-schema-to-typescript'
import { z } from 'zod'
import { type CatalogueEntry, createCatalogue } from '../src/engine/catalogue/catalogue.ts'
import { packs } from '../src/packs/packs.ts'
import type { OpenApiDocument } from '../src/platform/http/openapi-tidy.ts'

type Schema = { [key: string]: unknown }

const BANNER = '// Generated from the OpenAPI document by sdk/generate.ts; do not edit.'
const REF = '#/components/schemas/'
const STYLE = {
  additionalProperties: false,
  unreachableDefinitions: true,
  unknownAny: true,
  ignoreMinAndMaxItems: true,
  format: true,
  style: { printWidth: 120, semi: false, singleQuote: true, trailingComma: 'all' },
} as const

/**
 * The SDK's types: one per named schema, and `Operations`, which says for `'POST /v1/notifications'` what goes in
 * (params, query, body) and what comes out (reply).
 */
export async function generate(document: OpenApiDocument): Promise<string> {
  const schema = {
    definitions: Object.fromEntries(
      Object.entries(document.components.schemas).map(([name, value]) => [name, toDraft4(value)]),
    ),
    ...object(operations(document)),
    description: 'Every operation of the API, by method and path.',
  }
  const source = await compile(schema as never, 'Operations', { ...STYLE, bannerComment: BANNER })
  return source.replace(/\n{3,}/g, '\n\n')
}

function operations(document: OpenApiDocument): Record<string, Schema> {
  const all: Record<string, Schema> = {}
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const parameters = (operation.parameters ?? []) as {
        in: string
        name: string
        required?: boolean
        schema: Schema
      }[]
      const [, reply] = Object.entries(operation.responses).find(([status]) => status.startsWith('2')) ?? []
      const parts: Record<string, Schema> = {}
      for (const place of ['path', 'query'] as const) {
        const own = parameters.filter((parameter) => parameter.in === place)
        if (own.length > 0) parts[place === 'path' ? 'params' : 'query'] = parameterObject(own)
      }
      const body = operation.requestBody?.content['application/json']?.schema
      if (body) parts.body = toDraft4(body)
      const answer = reply?.content?.['application/json']?.schema
      if (answer) parts.reply = toDraft4(answer)
      const description = [operation.summary, operation.description].filter(Boolean).join('\n\n')
      all[`${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`] = { ...object(parts), description }
    }
  }
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const object = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

const parameterObject = (parameters: { name: string; required?: boolean; schema: Schema }[]): Schema =>
  object(
    Object.fromEntries(parameters.map(({ name, schema }) => [name, toDraft4(schema)])),
    parameters.filter((parameter) => parameter.required).map((parameter) => parameter.name),
  )

/** OpenAPI 3.1 (JSON Schema 2020-12) in the older words the type writer reads. */
function toDraft4(value: unknown): Schema {
  return JSON.parse(JSON.stringify(value), (key, child) => {
    if (key === '$ref' && typeof child === 'string') return child.replace(REF, '#/definitions/')
    if (typeof child !== 'object' || child === null || Array.isArray(child)) return child
    const { const: constant, examples: _examples, example: _example, propertyNames: _names, ...rest } = child
    // A schema with keys that are values of a map (`properties`) is not a schema: leave those alone.
    if (key === 'properties') return child
    return constant === undefined ? rest : { ...rest, enum: [constant] }
  })
}

/** `EventPayloads`: what each event of the catalogue tells, as a caller writes it. */
export async function generateEvents(entries: readonly CatalogueEntry[]): Promise<string> {
  const payloads = new Map(entries.map(({ type, payload }) => [type, payload]))
  const properties = Object.fromEntries(
    [...payloads]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([type, payload]) => [type, toDraft4(z.toJSONSchema(payload, { io: 'input', target: 'draft-7' }))]),
  )
  const source = await compile(
    { ...object(properties), description: 'What each event of the catalogue tells.' } as never,
    'EventPayloads',
    { ...STYLE, bannerComment: BANNER.replace('the OpenAPI document', 'the catalogue') },
  )
  return source.replace(/\n{3,}/g, '\n\n')
}

/** Writes src/generated/ from the running product's document and its catalogue; with --check it only compares. */
async function main(): Promise<void> {
  const { readDocument } = await import('./openapi-document.ts')
  const sources = {
    'api.ts': await generate(await readDocument()),
    'events.ts': await generateEvents(createCatalogue(packs).entries),
  }
  for (const [name, source] of Object.entries(sources)) {
    const file = fileURLToPath(new URL(`./src/generated/${name}`, import.meta.url))
    if (!process.argv.includes('--check')) writeFileSync(file, source)
    else if (readFileSync(file, 'utf8') !== source) process.exitCode = 1
  }
}

if (import.meta.main) await main()
