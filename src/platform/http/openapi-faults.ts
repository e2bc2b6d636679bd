import type { RouteOptions } from 'fastify'
import { z } from 'zod'
import { openapiDocument, registeredRoutes } from './openapi.ts'
import type { JsonObject, OpenApiDocument } from './openapi-tidy.ts'
import type { Server } from './server.ts'

/**
 * What is wrong with the documented routes, one line each: no summary, tag or example; an example its own schema
 * refuses; a body or query that would let unknown keys pass; a schema that documents nothing; one component name for
 * two schemas. A test of the whole product expects none.
 */
export function openapiFaults(server: Server): string[] {
  const document = openapiDocument(server)
  const faults: string[] = []
  const named = new Map<string, z.core.$ZodType>()
  for (const route of registeredRoutes(server)) {
    if (!route.schema || route.schema.hide || route.method === 'HEAD') continue
    const at = `${route.method} ${route.url}`
    faults.push(...routeFaults(route).map((fault) => `${at}: ${fault}`))
    for (const schema of zodSchemas(route).flatMap((one) => [...schemasWithin(one)])) {
      const id = z.globalRegistry.get(schema)?.id
      if (id === undefined) continue
      if (named.has(id) && named.get(id) !== schema) faults.push(`${at}: two schemas are named ${id}`)
      named.set(id, schema)
    }
  }
  const ids = new Map<string, string>()
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const at = `${method.toUpperCase()} ${path}`
      const id = operation.operationId ?? ''
      if (ids.has(id)) faults.push(`${at}: has the operationId of ${ids.get(id)}`)
      ids.set(id, at)
    }
  }
  for (const place of emptySchemas(document)) faults.push(`${place}: a schema that says nothing`)
  return faults
}

function routeFaults({ schema, url }: RouteOptions): string[] {
  if (!schema) return []
  const faults: string[] = []
  if (!schema.summary) faults.push('has no summary')
  if (!schema.tags?.length) faults.push('has no tag')
  const { body, querystring, example } = schema
  const replies = Object.entries((schema.response ?? {}) as Record<string, unknown>).filter(([status]) =>
    status.startsWith('2'),
  )
  if (replies.length === 0) faults.push('documents no reply')
  if (body && !isFile(body as z.ZodType) && example?.body === undefined && !acceptsNothing(body as z.ZodType))
    faults.push('has no example of its body')
  const wantsReply = replies.some(([status, reply]) => status !== '204' && reply instanceof z.ZodType)
  if (wantsReply && example?.response === undefined) faults.push('has no example of its reply')

  if (body instanceof z.ZodType && example?.body !== undefined) {
    const result = body.safeParse(example.body)
    if (!result.success) faults.push(`its example body is refused: ${z.prettifyError(result.error)}`)
  }
  for (const [status, reply] of replies) {
    if (!(reply instanceof z.ZodType) || example?.response === undefined) continue
    const result = reply.safeEncode(example.response as never)
    if (!result.success) faults.push(`its example reply does not match ${status}: ${z.prettifyError(result.error)}`)
  }
  for (const [name, part] of Object.entries({ body, querystring })) {
    if (part && !isFile(part as z.ZodType) && !isStrict(part as z.core.$ZodType))
      faults.push(`its ${name} is not a z.strictObject`)
  }
  const parameters = url.match(/:\w+/g) ?? []
  if (parameters.length > 0 && !schema.params) faults.push('does not describe its path parameters')
  return faults
}

/** The body itself is a file: it has no fields, and nothing to show. */
const isFile = (schema: z.ZodType): boolean => schema.meta()?.format === 'binary'
const acceptsNothing = (schema: z.ZodType): boolean => schema.safeParse(undefined).success

function isStrict(schema: z.core.$ZodType): boolean {
  const { def } = schema._zod
  if (schema instanceof z.ZodObject) return schema.def.catchall instanceof z.ZodNever
  if ('innerType' in def) return isStrict(def.innerType as z.core.$ZodType)
  if (schema instanceof z.ZodPipe) return isStrict(schema.def.in)
  if (schema instanceof z.ZodUnion) return schema.def.options.every(isStrict)
  return false
}

function zodSchemas({ schema }: RouteOptions): z.core.$ZodType[] {
  const { body, querystring, params, headers, response } = schema ?? {}
  const parts = [body, querystring, params, headers, ...Object.values((response ?? {}) as object)]
  return parts.filter((part) => part instanceof z.ZodType)
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0

/** `z.unknown()` says so in words; `{}` without a description is a schema that Zod could not write down. */
function emptySchemas(document: OpenApiDocument): string[] {
  const places: string[] = []
  const visit = (node: unknown, place: string): void => {
    if (typeof node !== 'object' || node === null) return
    const schema = node as JsonObject
    if (isEmpty(schema)) places.push(place)
    // `additionalProperties: {}` is a record of anything, and is meant.
    const nested = [
      'items',
      'not',
      'propertyNames',
      ...(isEmpty(schema.additionalProperties) ? [] : ['additionalProperties']),
    ]
    for (const key of nested) if (key in schema) visit(schema[key], `${place}/${key}`)
    for (const key of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
      if (Array.isArray(schema[key]))
        for (const [index, child] of schema[key].entries()) visit(child, `${place}/${key}/${index}`)
    }
    if (schema.properties) for (const [key, child] of Object.entries(schema.properties)) visit(child, `${place}.${key}`)
  }
  for (const [name, schema] of Object.entries(document.components.schemas)) visit(schema, `schema ${name}`)
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const at = `${method.toUpperCase()} ${path}`
      for (const parameter of (operation.parameters ?? []) as JsonObject[])
        visit(parameter.schema, `${at} parameter ${parameter.name}`)
      for (const [type, media] of Object.entries(operation.requestBody?.content ?? {}))
        visit(media.schema, `${at} body (${type})`)
      for (const [status, response] of Object.entries(operation.responses)) {
        for (const media of Object.values(response.content ?? {})) visit(media.schema, `${at} ${status}`)
      }
    }
  }
  return places
}

/** Every Zod schema inside `schema`, itself included; each once, however it is nested. */
function schemasWithin(schema: z.core.$ZodType, seen = new Set<z.core.$ZodType>()): Set<z.core.$ZodType> {
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
