import type { Readable } from 'node:stream'
import type { FastifySchemaCompiler, FastifySerializerCompiler } from 'fastify'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { fromZod } from './problems.ts'

/**
 * Checks body, query and path against the route's Zod schemas. A path parameter that cannot be an id names nothing: 404.
 * Unknown keys are refused where the schema is a `z.strictObject`, which every body and query schema is.
 */
export const validateRequest: FastifySchemaCompiler<z.ZodType> = ({ schema, httpPart }) => {
  return (data: unknown) => {
    // Fastify says null where no body came: an optional one is then simply not there.
    const result = schema.safeParse(httpPart === 'body' ? (data ?? undefined) : data)
    if (result.success) return { value: result.data }
    return {
      error: httpPart === 'params' ? new AppError('not_found', 'There is no such thing here') : fromZod(result.error),
    }
  }
}

/** Encodes a reply through its Zod schema: unknown keys are dropped, a wrong type is a bug and answered as `internal`. */
export const checkedReply: FastifySerializerCompiler<z.ZodType> = ({ schema, method, url }) => {
  return (data: unknown) => {
    const result = schema.safeEncode(data as never)
    if (!result.success) {
      throw new Error(`The reply of ${method} ${url} does not match its schema`, { cause: result.error })
    }
    return JSON.stringify(result.data)
  }
}

/**
 * For hot routes, as `{ schema, serializerCompiler: plainReply }`: the schema documents the reply and types the handler,
 * and the reply is written as it is. Dates become ISO 8601; nothing is dropped or checked.
 */
export const plainReply: FastifySerializerCompiler<unknown> = () => JSON.stringify

/** Any JSON, documented as `schema` (which has an `id`): for parts that the handler checks one by one. */
export const documentedAs = (schema: z.ZodType) =>
  z.unknown().meta({ $ref: `#/components/schemas/${z.globalRegistry.get(schema)?.id}Input` })

/** As a route's `response: { 200: textReply('What it says') }`: documents a reply of plain text. */
export const textReply = (description: string) => ({
  description,
  content: { 'text/plain': { schema: z.string() } },
})

/** As a route's `response: { 200: bytesReply('A file') }`: documents a reply that is not JSON. */
export const bytesReply = (description: string) => binary<Uint8Array>(description)

/** The same, for what is written while it is sent. */
export const streamReply = (description: string) => binary<Readable>(description)

const binary = <Sent>(description: string) => ({
  description,
  content: { 'application/octet-stream': { schema: z.custom<Sent>().meta({ type: 'string', format: 'binary' }) } },
})
