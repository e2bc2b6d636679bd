import fc from 'fast-check'
import type { JsonObject } from '../../src/platform/http/openapi-tidy.ts'
import { value, word } from './values.ts'

type Schemas = Readonly<Record<string, JsonObject>>

/** What a schema of the document allows, with its bounds and its optional parts; near enough to it to get past the door. */
export function fromSchema(schema: JsonObject, schemas: Schemas, known: fc.Arbitrary<string>): fc.Arbitrary<unknown> {
  const walk = (node: JsonObject, depth: number): fc.Arbitrary<unknown> => {
    if (typeof node.$ref === 'string') return walk(schemas[node.$ref.split('/').at(-1)!] ?? {}, depth)
    if (node.const !== undefined) return fc.constant(node.const)
    if (Array.isArray(node.enum)) return fc.constantFrom(...(node.enum as unknown[]))
    const forms = (node.anyOf ?? node.oneOf) as JsonObject[] | undefined
    if (forms) return fc.oneof(...forms.map((form) => walk(form, depth)))
    const parts = node.allOf as JsonObject[] | undefined
    if (parts) return fc.tuple(...parts.map((part) => walk(part, depth))).map((all) => Object.assign({}, ...all))
    const type = Array.isArray(node.type) ? node.type[0] : node.type
    if (type === 'object') return object(node, depth)
    if (type === 'array') {
      const least = Number(node.minItems ?? 0)
      const items = depth > 5 ? fc.constant(null) : walk((node.items ?? {}) as JsonObject, depth + 1)
      return fc.array(items, { minLength: least, maxLength: Math.min(Number(node.maxItems ?? 3), least + 3) })
    }
    if (type === 'integer' || type === 'number') return number(node, type)
    if (type === 'boolean') return fc.boolean()
    if (type === 'null') return fc.constant(null)
    return type === 'string' ? text(node) : value
  }

  function object(node: JsonObject, depth: number): fc.Arbitrary<unknown> {
    const properties = Object.entries((node.properties ?? {}) as Record<string, JsonObject>)
    const required = (node.required ?? []) as string[]
    const fields = Object.fromEntries(properties.map(([name, child]) => [name, walk(child, depth + 1)]))
    const record = fc.record(fields, { requiredKeys: required.filter((name) => name in fields), noNullPrototype: true })
    const { additionalProperties: more } = node
    if (typeof more !== 'object' || more === null || depth > 5) return record
    const free = fc.dictionary(word, walk(more as JsonObject, depth + 1), { maxKeys: 2, noNullPrototype: true })
    return fc.tuple(free, record).map(([extra, own]) => ({ ...extra, ...(own as object) }))
  }

  const number = (node: JsonObject, type: string) => {
    const low = Number(node.minimum ?? node.exclusiveMinimum ?? -5)
    const high = Number(node.maximum ?? node.exclusiveMaximum ?? low + 100_000)
    const inside =
      type === 'integer'
        ? fc.integer({ min: Math.ceil(low), max: Math.floor(high) })
        : fc.double({ min: low, max: high, noNaN: true })
    return fc.oneof(inside, fc.constantFrom(low, high, low - 1, high + 1))
  }

  const text = (node: JsonObject) => {
    const plausible =
      node.format === 'uuid'
        ? known
        : node.format === 'date-time'
          ? fc
              .date({ noInvalidDate: true, min: new Date('2026-01-01'), max: new Date('2027-12-31') })
              .map((at) => at.toISOString())
          : node.format === 'email'
            ? fc.constant('someone@example.org')
            : fc.oneof(
                fc.string({
                  minLength: Number(node.minLength ?? 0),
                  maxLength: Math.min(Number(node.maxLength ?? 30), 200),
                }),
                known,
              )
    const { maxLength } = node
    const edges =
      typeof maxLength === 'number'
        ? [fc.constantFrom('x'.repeat(Math.min(maxLength, 100_000)), 'x'.repeat(Math.min(maxLength, 100_000) + 1))]
        : []
    return fc.oneof({ weight: 5, arbitrary: plausible }, { weight: 1, arbitrary: word }, ...edges)
  }

  return walk(schema, 0)
}

interface Edit {
  readonly at: number
  readonly does: 'put' | 'drop' | 'many' | 'wrap' | 'more' | 'rename'
  readonly value: unknown
}

const edits = (known: fc.Arbitrary<string>): fc.Arbitrary<Edit[]> =>
  fc.array(
    fc.record({
      at: fc.nat(10_000),
      does: fc.constantFrom<Edit['does']>('put', 'put', 'put', 'drop', 'many', 'wrap', 'more', 'rename'),
      value: fc.oneof({ weight: 5, arbitrary: value }, { weight: 2, arbitrary: known }),
    }),
    { maxLength: 2 },
  )

/** A body with up to two of its places made into something else. */
export const spoiled = (base: fc.Arbitrary<unknown>, known: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.tuple(base, edits(known)).map(([body, all]) => all.reduce(edited, body))

function edited(body: unknown, { at, does, value }: Edit): unknown {
  const places = placesIn(body)
  const place = places[at % places.length] ?? []
  if (place.length === 0) return does === 'put' ? value : does === 'wrap' ? [body] : body
  return change(body, place, (parent, key) => {
    if (does === 'put') parent[key] = value
    else if (does === 'wrap') parent[key] = [parent[key]]
    else if (does === 'many') parent[key] = many(parent[key])
    else if (does === 'more') Object.defineProperty(parent, `more${at}`, { value, enumerable: true })
    else {
      const old = parent[key]
      if (Array.isArray(parent)) parent.splice(Number(key), 1)
      else delete parent[key]
      if (does === 'rename' && !Array.isArray(parent))
        Object.defineProperty(parent, asName(value), { value: old, enumerable: true, configurable: true })
    }
  })
}

/** Of whatever it is: an object whose `toString` is none cannot be made a string of otherwise. */
const asName = (value: unknown): string =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined')).slice(0, 50)

function many(value: unknown): unknown[] {
  const one = Array.isArray(value) ? (value[0] ?? 0) : value
  return new Array(JSON.stringify(one ?? null).length < 200 ? 1200 : 2).fill(one)
}

const placesIn = (node: unknown, place: string[] = []): string[][] => [
  place,
  ...(node !== null && typeof node === 'object' && place.length < 8
    ? Object.entries(node)
        .slice(0, 30)
        .flatMap(([key, child]) => placesIn(child, [...place, key]))
    : []),
]

function change(node: unknown, [key, ...rest]: string[], how: (parent: JsonObject, key: string) => void): unknown {
  if (node === null || typeof node !== 'object' || key === undefined) return node
  const copy = (Array.isArray(node) ? [...node] : { ...node }) as JsonObject
  if (rest.length === 0) how(copy, key)
  else copy[key] = change(copy[key], rest, how)
  return copy
}

export interface Sent {
  readonly type: string | undefined
  readonly bytes: string | Buffer
}

const JSON_TYPE = 'application/json'
const OTHER_TYPES = [
  undefined,
  '',
  'application/json; charset=utf-16',
  'application/json;charset=utf-8;x=',
  'application/problem+json',
  'text/plain',
  'text/csv',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'nonsense',
  'application/',
  `a/${'b'.repeat(5000)}`,
]

/** The body on the wire: mostly as it should be, else cut off, garbled or under another name. */
export const sent = (body: fc.Arbitrary<unknown>): fc.Arbitrary<Sent> =>
  fc.oneof(
    { weight: 14, arbitrary: body.map((it) => ({ type: JSON_TYPE, bytes: JSON.stringify(it) ?? 'null' })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(body, fc.constantFrom(...OTHER_TYPES))
        .map(([it, type]) => ({ type, bytes: JSON.stringify(it) ?? '' })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(body, fc.constantFrom(...GARBLED))
        .map(([it, garble]) => ({ type: JSON_TYPE, bytes: garble(JSON.stringify(it) ?? 'null') })),
    },
  )

const GARBLED: readonly ((text: string) => string | Buffer)[] = [
  (text) => text.slice(0, text.length >> 1),
  (text) => `${text}${text}`,
  (text) => `\ufeff${text}`,
  (text) => text.replace(/"(?=[,}\]])/, '\\u0000"'),
  (text) => text.replace(/"(?=[,}\]])/, '\\ud800"'),
  (text) => text.replace('{', '{"__proto__":{"admin":true},'),
  (text) => text.replace('{', '{"constructor":{"prototype":{}},'),
  (text) => text.replace(/:\s*[^{["]+?(?=[,}])/, ':1e999'),
  (text) => text.replace(/:\s*"[^"]*"/, ':12345678901234567890123456789012345678901234567890'),
  (text) => text.replace('{', `{"a":${'['.repeat(3000)}${']'.repeat(3000)},`),
  (text) => Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xed, 0xa0, 0x80, 0xff])]),
  (text) => Buffer.from(text, 'utf16le'),
  () => '',
  () => '\0',
  () => ' \n ',
  () => '[]',
  () => '{}',
  () => 'null',
  () => 'NaN',
  () => `{"subject":"${'x'.repeat(1_100_000)}"}`,
]
