import { z } from 'zod'
import { AppError, ERRORS, type ErrorCode, FIELD_RULES, type FieldError, type FieldRule } from '../../errors.ts'

/** The one shape every refusal has (RFC 9457). `code` is stable and meant for programs; `detail` is for people. */
export const Problem = z
  .object({
    type: z.string().describe('A name for this kind of problem'),
    title: z.string(),
    status: z.int(),
    code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
    detail: z.string(),
    requestId: z.string().optional().describe('Also in the x-request-id header, and in the server’s log'),
    errors: z
      .array(
        z.object({
          path: z.string(),
          message: z.string(),
          rule: z
            .enum(FIELD_RULES)
            .optional()
            .describe('What it breaks, where that is a usual rule: for programs that say it in words of their own'),
          limit: z.number().optional().describe('Of `min`, `max`, `min_length` and `max_length`'),
          line: z.int().optional().describe('Of a longer text, from 1'),
          column: z.int().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' })

export type Problem = z.infer<typeof Problem>

/** A problem document for `error`; also what one refused item of a batch holds. */
export function toProblem(error: AppError, requestId?: string): Problem {
  const [status, title] = ERRORS[error.code]
  return {
    type: `urn:carillon:problem:${error.code}`,
    title,
    status,
    code: error.code,
    detail: error.message,
    ...(requestId && { requestId }),
    ...(error.errors && { errors: error.errors.map((one) => ({ ...one })) }),
  }
}

/** What Fastify itself throws, in our words. Its other 4xx become `bad_request`. */
const FRAMEWORK_ERRORS: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', 'Send the body with content-type: application/json'],
  FST_ERR_CTP_BODY_TOO_LARGE: ['payload_too_large', 'The body is larger than this route takes'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['invalid_json', 'The body could not be parsed as JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['bad_request', 'The body is not as long as its content-length says'],
  FST_ERR_BAD_URL: ['bad_request', 'The address is not a valid URL'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found', 'There is no such thing here'],
  FST_ERR_NOT_FOUND: ['not_found', 'There is no such address'],
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  '25006', // read-only transaction: a standby that has not been promoted yet
  '40001', // serialization failure
  '40P01', // deadlock
  '53100', // disk full
  '53200', // out of memory
  '53300', // too many connections
  '53400',
  '55P03', // lock not available
  '57014', // cancelled by statement_timeout
  '57P01', // shutting down
  '57P02', // crash recovery
  '57P03', // starting up
  '57P05',
])
/** pg and ioredis have no code for these. */
const UNREACHABLE_MESSAGE =
  /^(connection terminated|connection ended|timeout exceeded when trying to connect|client has encountered a connection error|client was closed|cannot use a pool after calling end|connection is closed|stream isn't writeable|command timed out|query read timeout|reached the max retries)/i

/** Whether `error`, or what caused it, says that the database or the queue cannot be reached: worth trying again. */
export function isUnreachable(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code, name } = cause as Error & { code?: unknown }
    if (typeof code === 'string' && (UNREACHABLE.has(code) || /^08\w{3}$/.test(code))) return true
    if (name === 'MaxRetriesPerRequestError' || UNREACHABLE_MESSAGE.test(cause.message)) return true
    if (cause instanceof AggregateError && cause.errors.some(isUnreachable)) return true
  }
  return false
}

const RETRY_AFTER_SECONDS = 2

/** Any thrown value as the problem to answer with. `internal` hides what happened; the caller of this logs it. */
export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  const { code, statusCode } = (error ?? {}) as { code?: string; statusCode?: number }
  const known = code === undefined ? undefined : FRAMEWORK_ERRORS[code]
  if (known) return new AppError(known[0], known[1], { cause: error })
  if (isUnreachable(error)) {
    return new AppError(
      'unavailable',
      'A part this needs cannot be reached just now; try again, with the same Idempotency-Key where you sent one',
      {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        cause: error,
      },
    )
  }
  const isFramework = typeof code === 'string' && code.startsWith('FST_')
  if (isFramework && statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new AppError('bad_request', 'The request could not be read', { cause: error })
  }
  return new AppError('internal', 'The error was logged under the request id', { cause: error })
}

const MOST_ERRORS = 50

/**
 * A Zod failure as `validation_failed`. Unknown keys are named one by one; of a union the nearest form is told about.
 * `at` is where in the body the checked part is.
 */
export function fromZod(error: z.core.$ZodError, at: readonly string[] = []): AppError {
  const errors = error.issues.flatMap((issue) => fieldErrors(issue, [...at])).slice(0, MOST_ERRORS)
  const [first] = errors
  return new AppError(
    'validation_failed',
    first ? `${first.path || 'body'}: ${first.message}` : 'Some fields are not valid',
    {
      errors,
    },
  )
}

function fieldErrors(issue: z.core.$ZodIssue, parent: PropertyKey[]): FieldError[] {
  const path = [...parent, ...issue.path]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: 'There is no such field',
      rule: 'unknown',
    }))
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const nearest = issue.errors.reduce((best, branch) => (distance(branch) < distance(best) ? branch : best))
    return nearest.flatMap((inner) => fieldErrors(inner, path))
  }
  return [{ path: path.map(String).join('.'), message: issue.message, ...ruleOf(issue) }]
}

/** Zod's own words begin so; a schema that has words of its own knows better what is wrong. */
const ZODS_OWN = /^(Invalid |Too (small|big): )/
const FORMATS: Readonly<Record<string, FieldRule>> = {
  email: 'email',
  url: 'url',
  date: 'date',
  datetime: 'date',
}

/** The usual rule that a Zod issue is about, if it is one. Pure. */
function ruleOf(issue: z.core.$ZodIssue): Pick<FieldError, 'rule' | 'limit'> {
  if (!ZODS_OWN.test(issue.message)) return {}
  if (issue.code === 'invalid_type') {
    if (issue.message.endsWith('received undefined') || issue.message.endsWith('received null'))
      return { rule: 'required' }
    if (issue.expected === 'int') return { rule: 'whole' }
    return issue.expected === 'number' ? { rule: 'number' } : issue.expected === 'date' ? { rule: 'date' } : {}
  }
  if (issue.code === 'invalid_format') {
    const rule = FORMATS[issue.format]
    return rule ? { rule } : {}
  }
  if (issue.code !== 'too_small' && issue.code !== 'too_big') return {}
  const isSmall = issue.code === 'too_small'
  const limit = Number(isSmall ? issue.minimum : issue.maximum)
  if (issue.origin === 'number' || issue.origin === 'int')
    // Above zero is no least value that could be named.
    return issue.inclusive ? { rule: isSmall ? 'min' : 'max', limit } : {}
  if (isSmall && limit === 1 && (issue.origin === 'string' || issue.origin === 'array')) return { rule: 'required' }
  return issue.origin === 'string' ? { rule: isSmall ? 'min_length' : 'max_length', limit } : {}
}

/** A branch refused at its root is another form altogether; otherwise fewer complaints are nearer. */
const distance = (issues: z.core.$ZodIssue[]): number =>
  issues.reduce((sum, issue) => sum + (issue.path.length === 0 && issue.code === 'invalid_type' ? 100 : 1), 0)
