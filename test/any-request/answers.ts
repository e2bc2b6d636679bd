import type { LightMyRequestResponse } from 'fastify'
import { z } from 'zod'
import { ERRORS, type ErrorCode } from '../../src/errors.ts'
import { Problem } from '../../src/platform/http/problems.ts'
import type { Asked, Operation } from './requests.ts'

/** What only we could have written: a place in our code, the database's own words. */
const OURS =
  /\bat .{1,80}\.[cm]?[jt]s:\d|node:internal|node_modules|file:\/\/\/work|carillon-any-|carillon_(?:http|engine)|violates (?:foreign|check|not-null|unique)|duplicate key value|invalid input syntax|syntax error at or near|relation "|column "|ECONNREFUSED|Cannot read prop|is not a function|is not iterable|ZodError/
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const StrictProblem = z.strictObject(Problem.shape)
/** The board of queues says beside it what its page shows. */
const BoardProblem = StrictProblem.extend({ error: z.object({ key: z.string() }).loose().optional() })

/** What is wrong with an answer, one line each. */
export function faultsOf(operation: Operation, { options }: Asked, reply: LightMyRequestResponse): string[] {
  const { statusCode: status } = reply
  if (status >= 500) return [`${status}: our fault`]
  const faults: string[] = []
  const { 'x-content-type-options': nosniff, 'content-security-policy': policy, 'x-request-id': id } = reply.headers
  if (nosniff !== 'nosniff') faults.push('no x-content-type-options')
  if (!/default-src '(?:none|self)'/.test(String(policy)) || /script-src[^;]*unsafe/.test(String(policy)))
    faults.push(`its content-security-policy is ${policy}`)
  if (typeof id !== 'string') faults.push('no x-request-id')
  if (reply.headers['access-control-allow-origin'] !== undefined) faults.push('it lets pages of other sites read it')
  const type = String(reply.headers['content-type'] ?? '')
  if (status >= 400) {
    if (options.method === 'HEAD') return faults
    if (OURS.test(reply.body)) faults.push('it speaks of our insides')
    if (!operation.documented && type.startsWith('text/html')) return faults
    if (!type.startsWith('application/problem+json')) return [...faults, `a refusal as ${type}`]
    const problem = (operation.path.startsWith('/ops/') ? BoardProblem : StrictProblem).safeParse(
      JSON.parse(reply.body),
    )
    if (!problem.success) return [...faults, `its problem is not one: ${problem.error}`]
    if (ERRORS[problem.data.code as ErrorCode][0] !== status || problem.data.status !== status)
      faults.push(`the code ${problem.data.code} does not go with ${status}`)
    return faults
  }
  if (!operation.documented || options.method !== operation.method) return faults
  const path = options.url.split(/[?#]/, 1)[0]!
  // Another operation's answer, when the address was mangled into it.
  if (path.split('/').length !== operation.path.split('/').length) return faults
  const documented = operation.answers[status]
  if (documented === undefined) return REDIRECTS.has(status) ? faults : [...faults, `${status} is not documented`]
  if (documented instanceof z.ZodType && status !== 204) {
    if (!type.startsWith('application/json')) return [...faults, `an answer as ${type}`]
    faults.push(...shapeFaults(documented, JSON.parse(reply.body)))
  }
  return faults
}

/** Whether JSON is what a schema of replies writes: nothing missing, nothing more. */
function shapeFaults(schema: z.ZodType, body: unknown): string[] {
  const read = schema.safeDecode(revived(schema, body) as never)
  if (!read.success) return [`it is not as documented: ${z.prettifyError(read.error)}`]
  const again = JSON.parse(JSON.stringify(schema.encode(read.data)))
  const difference = differenceOf(body, again, '')
  return difference === undefined ? [] : [`${difference} is not documented`]
}

/** `z.date()` is a text on the wire. */
function revived(schema: z.ZodType, body: unknown): unknown {
  const { def } = schema as unknown as {
    def: {
      type: string
      innerType?: z.ZodType
      element?: z.ZodType
      shape?: Record<string, z.ZodType>
      options?: z.ZodType[]
      valueType?: z.ZodType
    }
  }
  if (def.type === 'date') return typeof body === 'string' ? new Date(body) : body
  if (def.innerType) return revived(def.innerType, body)
  if (def.type === 'union' && def.options) {
    const forms = def.options.map((form) => [form, revived(form, body)] as const)
    return (forms.find(([form, value]) => form.safeParse(value).success) ?? forms[0]!)[1]
  }
  if (body === null || typeof body !== 'object') return body
  if (def.type === 'array' && def.element && Array.isArray(body)) return body.map((item) => revived(def.element!, item))
  if (def.type === 'object' && def.shape)
    return Object.fromEntries(
      Object.entries(body).map(([key, value]) => [key, def.shape![key] ? revived(def.shape![key], value) : value]),
    )
  if (def.type === 'record' && def.valueType)
    return Object.fromEntries(Object.entries(body).map(([key, value]) => [key, revived(def.valueType!, value)]))
  return body
}

function differenceOf(one: unknown, other: unknown, at: string): string | undefined {
  if (one === null || other === null || typeof one !== 'object' || typeof other !== 'object')
    return one === other ? undefined : at || 'the answer'
  for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const found = differenceOf((one as never)[key], (other as never)[key], `${at}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}
