import fc from 'fast-check'
import type { InjectOptions } from 'fastify'
import { openapiDocument, registeredRoutes } from '../../src/platform/http/openapi.ts'
import type { JsonObject } from '../../src/platform/http/openapi-tidy.ts'
import type { Server } from '../../src/platform/http/server.ts'
import { fromSchema, type Sent, sent, spoiled } from './bodies.ts'
import { value, word } from './values.ts'
import type { World } from './world.ts'

export interface Operation {
  readonly method: string
  /** With `{name}` where a parameter is. */
  readonly path: string
  readonly documented: boolean
  readonly query: readonly { name: string; schema: JsonObject }[]
  readonly body: { readonly schema: JsonObject; readonly example: unknown } | undefined
  /** Of the answers it documents, by status: a Zod schema, or what is said of another kind of content. */
  readonly answers: Readonly<Record<string, unknown>>
}

/** What takes away what the others need comes last. */
const isLast = ({ method, path }: Operation) =>
  Number(method === 'DELETE' || path.endsWith('/erase')) + 2 * Number(path.endsWith('/sign-out'))

/** Every operation of the document, and every route beside it. */
export function operations(server: Server): Operation[] {
  const { paths } = openapiDocument(server)
  return registeredRoutes(server)
    .flatMap((route) =>
      [route.method].flat().map((method): Operation => {
        const path = route.url.replace(/:(\w+)/g, '{$1}').replace('*', '{rest}')
        const operation = paths[path]?.[method.toLowerCase()]
        const json = operation?.requestBody?.content['application/json'] as
          | { schema: JsonObject; example: unknown }
          | undefined
        return {
          method,
          path,
          documented: operation !== undefined,
          query: ((operation?.parameters ?? []) as { in: string; name: string; schema: JsonObject }[]).filter(
            (one) => one.in === 'query',
          ),
          body: json,
          answers: (route.schema?.response ?? {}) as Record<string, unknown>,
        }
      }),
    )
    .filter(({ method, path }) => method !== 'HEAD' && path !== '/metrics')
    .sort((one, other) => isLast(one) - isLast(other))
}

export interface Asked {
  readonly who: string
  readonly options: InjectOptions & {
    readonly method: string
    readonly url: string
    readonly headers: Record<string, string>
  }
}

const OTHER_METHODS = [
  'HEAD',
  'OPTIONS',
  'PUT',
  'PATCH',
  'DELETE',
  'POST',
  'GET',
  'TRACE',
  'PROPFIND',
  'MKCOL',
  'SEARCH',
] as const

/** A made-up object may have a `toString` that is no function. */
const asText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

/** Requests to one operation, from as they should be to as they should never be, by every kind of caller. */
export function requestsTo(operation: Operation, { callers, known, theirs, product }: World): fc.Arbitrary<Asked> {
  const schemas = openapiDocument(product.app.http).components.schemas
  const ids = fc.constantFrom(...Object.values(known).flat(), ...theirs)
  const at = (segment: string, name: string): fc.Arbitrary<string> => {
    const right = known[segment] ?? known[name] ?? []
    return fc.oneof(
      { weight: 9, arbitrary: right.length > 0 ? fc.constantFrom(...right) : ids },
      { weight: 1, arbitrary: ids },
      { weight: 1, arbitrary: fc.constantFrom(...theirs) },
      { weight: 1, arbitrary: word },
    )
  }
  const segments = operation.path.split('/')
  const url = fc
    .tuple(
      ...segments.map((part, index) =>
        part.startsWith('{') ? at(segments[index - 1] ?? '', part.slice(1, -1)) : fc.constant(part),
      ),
    )
    .map((parts) => parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/'))
  const mangled = fc.oneof(
    { weight: 30, arbitrary: url },
    {
      weight: 1,
      arbitrary: fc
        .tuple(url, fc.constantFrom('/', '//', '/..', '/%2e%2e/', '%00', '%', ';a=b', '.json', '?', '#x', '/%ff'))
        .map(([one, end]) => one + end),
    },
  )
  const parameter = (schema: JsonObject) =>
    fc.oneof({ weight: 3, arbitrary: fromSchema(schema, schemas, ids) }, { weight: 2, arbitrary: word }, ids)
  const query = fc
    .record(Object.fromEntries(operation.query.map(({ name, schema }) => [name, parameter(schema)])), {
      requiredKeys: [],
      noNullPrototype: true,
    })
    .map((given) => {
      const asked = Object.entries(given as Record<string, unknown>)
      // One or two of many: together they would mostly be refused for one of them.
      return asked.length > 3 ? asked.slice(asked.length - 2) : asked
    })
  const search = fc
    .tuple(
      query,
      fc.oneof(
        { weight: 9, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(fc.oneof(word, fc.constantFrom('limit', 'cursor', 'limit[]', 'a[b]')), word)
            .map((pair) => [pair]),
        },
      ),
    )
    .map(([given, more]) =>
      [...given, ...more]
        .map(
          ([name, it]) =>
            `${encodeURIComponent(String(name).toWellFormed())}=${encodeURIComponent(asText(it).toWellFormed())}`,
        )
        .join('&'),
    )
  const takesBody = operation.method !== 'GET'
  const base = operation.body
    ? fc.oneof(
        fc.constant(operation.body.example),
        fc.constant(operation.body.example),
        fromSchema(operation.body.schema, schemas, ids),
      )
    : value
  const none: fc.Arbitrary<Sent | undefined> = fc.constant(undefined)
  const body = takesBody
    ? fc.oneof({ weight: operation.body ? 12 : 1, arbitrary: sent(spoiled(base, ids)) }, { weight: 1, arbitrary: none })
    : fc.oneof({ weight: 1, arbitrary: sent(value) }, { weight: 15, arbitrary: none })
  const header = fc.oneof(
    { weight: 12, arbitrary: fc.constant({}) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...HEADERS), word)
        .map(([name, it]) => ({ [name]: it.replace(/[^\x20-\x7e\x80-\xff]/g, '?').slice(0, 8000) })),
    },
    { weight: 1, arbitrary: fc.constantFrom(...BAD_HEADERS) },
  )
  const method = fc.oneof(
    { weight: 25, arbitrary: fc.constant(operation.method) },
    { weight: 1, arbitrary: fc.constantFrom<string>(...OTHER_METHODS) },
  )
  // Most by somebody who may, or little would get past the door.
  const able = operation.path.startsWith('/ops/') || operation.path.startsWith('/v1/platform/') ? [8] : [0, 0, 6]
  const caller = fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...callers) },
    { weight: 2, arbitrary: fc.constantFrom(...able.map((index) => callers[index]!)) },
  )
  return fc
    .record({ caller, method, mangled, search, body, header })
    .map(({ caller, method, mangled, search, body, header }) => ({
      who: caller.who,
      options: {
        method: method as 'POST',
        url: search ? `${mangled}${mangled.includes('?') ? '&' : '?'}${search}` : mangled,
        headers: {
          ...caller.headers,
          ...(body?.type === undefined ? {} : { 'content-type': body.type }),
          ...header,
        },
        ...(body === undefined ? {} : { payload: body.bytes }),
      },
    }))
}

const HEADERS = [
  'idempotency-key',
  'x-request-id',
  'x-organization-id',
  'accept',
  'accept-language',
  'user-agent',
  'authorization',
  'cookie',
  'origin',
  'if-none-match',
  'range',
  'x-forwarded-for',
  'host',
]
const BAD_HEADERS: readonly Record<string, string>[] = [
  { authorization: 'Bearer ' },
  { authorization: 'Bearer crl_' },
  { authorization: `Bearer crl_${'a'.repeat(43)}` },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
  { authorization: 'Basic YTpi' },
  { authorization: `Bearer ${'a'.repeat(10_000)}` },
  { cookie: 'carillon.session_token=' },
  { cookie: 'carillon.session_token=a.b; carillon.session_token=%' },
  { 'idempotency-key': 'again' },
  { 'idempotency-key': 'k'.repeat(2000) },
  { 'content-encoding': 'gzip' },
  { expect: '100-continue' },
  { upgrade: 'websocket', connection: 'upgrade' },
  { 'x-http-method-override': 'DELETE' },
  { 'content-length': '3' },
  { range: 'bytes=0-18446744073709551615' },
]
