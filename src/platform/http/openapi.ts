import swagger from '@fastify/swagger'
import type { RouteOptions } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from './problems.ts'
import type { Server } from './server.ts'

declare module 'fastify' {
  interface FastifySchema {
    /** One line that says what the operation does. Required, as is `example`. */
    summary?: string
    description?: string
    tags?: readonly string[]
    operationId?: string
    /** Keeps the route out of the document. */
    hide?: boolean
    security?: readonly Record<string, readonly string[]>[]
    /** What goes in and what comes out, checked against the schemas by `openapiFaults`. */
    example?: { readonly body?: unknown; readonly response?: unknown }
  }
}

export type JsonObject = { [key: string]: unknown }

interface OperationObject extends JsonObject {
  operationId?: string
  requestBody?: { content: Record<string, JsonObject> }
  responses: Record<string, { description?: string; content?: Record<string, JsonObject> }>
}

export interface OpenApiDocument extends JsonObject {
  openapi: string
  paths: Record<string, Record<string, OperationObject>>
  components: { schemas: Record<string, JsonObject>; securitySchemes: Record<string, JsonObject> }
}

/** The document at /openapi.json. Ready once the server is. */
export const openapiDocument = (server: Server): OpenApiDocument => server.swagger() as unknown as OpenApiDocument

const routesOf = new WeakMap<object, RouteOptions[]>()

/** Every route registered on the server, in order; those the plugins made as well. */
export const registeredRoutes = (server: Server): readonly RouteOptions[] => routesOf.get(server) ?? []

/** Collects every route registered from now on, and describes the documented ones as OpenAPI 3.1. */
export async function describeRoutes(server: Server, options: { version: string }): Promise<void> {
  const routes: RouteOptions[] = []
  routesOf.set(server, routes)
  server.addHook('onRoute', (route) => {
    routes.push(route)
  })
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Carillon',
        version: options.version,
        description: 'Notifications by e-mail, SMS, WhatsApp and in-app, and everything that can be known about them.',
      },
      // Relative: the page at /docs tries things out at whatever address it was opened.
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'An organization’s API key, `crl_…`, or a subscriber token',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'carillon.session_token',
            description: 'The dashboard’s sign-in',
          },
        },
      },
    },
    transform: (document) => {
      const { schema, url, ...rest } = document
      const named =
        schema?.hide || !schema
          ? schema
          : {
              operationId: operationId(document.route),
              ...securityOf(document.route),
              ...schema,
              response: withProblems(schema.response),
            }
      return jsonSchemaTransform({ ...rest, schema: named as never, url })
    },
    transformObject: (document) => {
      const described = jsonSchemaTransformObject(document) as unknown as OpenApiDocument
      const tidied = tidy(described)
      addExamples(tidied, routes)
      return tidied as never
    },
  })
}

/** A guard in `onRequest` carries how its need is written in the document. */
function securityOf(route: RouteOptions): { security?: unknown } {
  const hooks = [route.onRequest ?? []].flat() as { security?: unknown }[]
  const guard = hooks.find((hook) => hook.security !== undefined)
  return guard ? { security: guard.security } : {}
}

const withProblems = (response: unknown) => ({
  ...(response as object),
  default: { description: 'A problem', content: { 'application/problem+json': { schema: Problem } } },
})

/** `POST /v1/contacts/:id/token` → `postV1ContactsByIdToken`. */
function operationId(route: RouteOptions): string {
  const method = String(route.method).toLowerCase()
  const words = route.url.split('/').filter(Boolean)
  return (
    method +
    words
      .map((word) => word.replace(/^:/, 'by-').replace(/(?:^|[-.])(\w)/g, (_, letter: string) => letter.toUpperCase()))
      .join('')
  )
}

function addExamples(document: OpenApiDocument, routes: readonly RouteOptions[]): void {
  for (const route of routes) {
    const example = route.schema?.example
    if (!example || route.schema?.hide) continue
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    const operation = document.paths[path]?.[String(route.method).toLowerCase()]
    for (const media of Object.values(operation?.requestBody?.content ?? {})) media.example = toJson(example.body)
    for (const [status, response] of Object.entries(operation?.responses ?? {})) {
      if (!status.startsWith('2') || example.response === undefined) continue
      for (const media of Object.values(response.content ?? {})) media.example = toJson(example.response)
    }
  }
}

const toJson = (value: unknown): unknown => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))

/**
 * Two clean-ups after the Zod provider. It names every schema twice, `X` for replies and `XInput` for requests; here one
 * name is left where both are the same but for strictness, or only one is used. And schemas that no route reaches go:
 * the registry is one per process.
 */
function tidy(document: OpenApiDocument): OpenApiDocument {
  const { schemas } = document.components
  const used = reachedFrom(document)
  const rename = new Map<string, string>()
  for (const input of Object.keys(schemas).filter((name) => name.endsWith('Input'))) {
    const name = input.slice(0, -'Input'.length)
    const isOnlyOne = used.has(input) && !used.has(name)
    if (name in schemas && (isOnlyOne || sameShape(schemas[name], schemas[input]))) rename.set(input, name)
  }
  const inputs = new Map([...rename].map(([input, name]) => [name, input]))
  const kept = [...used].map((name) => {
    const to = rename.get(name) ?? name
    // Of two that are one now, the request's says that unknown keys are refused.
    return [to, schemas[used.has(inputs.get(to) ?? '') ? inputs.get(to)! : name]!] as const
  })
  const sorted = Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
  const tidied = mapRefs(
    { ...document, components: { ...document.components, schemas: sorted } },
    (name) => rename.get(name) ?? name,
  ) as OpenApiDocument
  simplify(tidied)
  return tidied
}

function reachedFrom(document: OpenApiDocument): Set<string> {
  const reached = new Set<string>()
  const visit = (value: unknown) =>
    mapRefs(value, (name) => {
      if (!reached.has(name)) {
        reached.add(name)
        visit(document.components.schemas[name])
      }
      return name
    })
  visit(document.paths)
  return reached
}

/** What the provider writes and no reader needs: the bounds of a safe integer, the pattern behind a format, “Default Response”. */
function simplify(value: unknown): void {
  if (Array.isArray(value)) {
    value.forEach(simplify)
    return
  }
  if (value === null || typeof value !== 'object') return
  const node = value as JsonObject
  if (node.type === 'integer' && node.minimum === Number.MIN_SAFE_INTEGER) delete node.minimum
  if (node.type === 'integer' && node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum
  if (typeof node.format === 'string') delete node.pattern
  if (node.description === 'Default Response') node.description = 'Done'
  if (isRecord(node.responses) && isRecord(node.responses['204'])) delete node.responses['204'].content
  Object.values(node).forEach(simplify)
}

const isRecord = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null

const REF = '#/components/schemas/'

function mapRefs(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => mapRefs(item, rename))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (key === '$ref' && typeof child === 'string' && child.startsWith(REF))
        return [key, REF + rename(child.slice(REF.length))]
      return [key, mapRefs(child, rename)]
    }),
  )
}

const sameShape = (a: unknown, b: unknown): boolean => shape(a) === shape(b)
const shape = (value: unknown): string =>
  JSON.stringify(value, (key, child) =>
    key === 'additionalProperties' && child === false ? undefined : child,
  ).replaceAll(/Input"/g, '"')

/** Every Zod schema inside `schema`, itself included; each once, however it is nested. */
export function schemasWithin(schema: z.core.$ZodType, seen = new Set<z.core.$ZodType>()): Set<z.core.$ZodType> {
  if (seen.has(schema)) return seen
  seen.add(schema)
  const visit = (value: unknown): void => {
    if (value instanceof z.core.$ZodType) schemasWithin(value, seen)
    else if (Array.isArray(value)) value.forEach(visit)
    else if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
      Object.values(value).forEach(visit)
  }
  visit(schema._zod.def)
  if (schema instanceof z.core.$ZodLazy) schemasWithin(schema._zod.innerType, seen)
  return seen
}
