/**
 * Every error code the API can return, with its HTTP status and title. The reply is RFC 9457 `application/problem+json`
 * with that `code`; the SDK generates its `ErrorCode` from this table. Codes are stable: add, never rename.
 */
export const ERRORS = {
  bad_request: [400, 'The request could not be read'],
  invalid_json: [400, 'The body is not valid JSON'],
  invalid_cursor: [400, 'The cursor is not one this list gave out'],
  unauthenticated: [401, 'Sign in or give a valid API key'],
  forbidden: [403, 'This key or role may not do that'],
  not_found: [404, 'There is no such thing here'],
  method_not_allowed: [405, 'This address does not take that method'],
  conflict: [409, 'The current state does not allow that'],
  contact_erased: [409, 'The contact was erased'],
  already_settled: [409, 'It has already been decided'],
  idempotency_key_reused: [409, 'This Idempotency-Key was used for a different request'],
  payload_too_large: [413, 'The body is larger than this route takes'],
  unsupported_media_type: [415, 'Send application/json'],
  validation_failed: [422, 'Some fields are not valid'],
  unknown_type: [422, 'No catalogue entry has this type'],
  unreachable: [422, 'No asked channel can reach this contact'],
  nobody_to_reach: [422, 'Nobody would be sent this'],
  weak_password: [422, 'The password is easy to guess'],
  invalid_address: [422, 'An e-mail address or phone number is not valid'],
  attachment_invalid: [422, 'An attachment could not be read'],
  attachments_too_large: [413, 'The attachments are larger than 20 MB in all'],
  batch_too_large: [422, 'A batch takes at most 1000 notifications'],
  template_invalid: [422, 'The template cannot be published'],
  rate_limited: [429, 'Too many requests'],
  internal: [500, 'Something went wrong here'],
  unavailable: [503, 'A part this needs is not reachable; try again'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ErrorCode = keyof typeof ERRORS

/** What a field breaks, where that is one of the usual rules: for programs that say it in words of their own. */
export const FIELD_RULES = [
  'required',
  'min',
  'max',
  'min_length',
  'max_length',
  'whole',
  'number',
  'email',
  'url',
  'date',
  'unknown',
] as const
export type FieldRule = (typeof FIELD_RULES)[number]

/**
 * One field that was not accepted. `path` is dotted from the body's root: `to.email`, `notifications.3.type`; line and
 * column, from 1, say where in a longer text.
 */
export interface FieldError {
  readonly path: string
  readonly message: string
  readonly rule?: FieldRule
  /** Of `min`, `max`, `min_length` and `max_length`. */
  readonly limit?: number
  readonly line?: number
  readonly column?: number
}

/** The caller's mistake (or a part that is down), told in full. Anything else that is thrown is a surprise: logged once, answered as `internal`. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly errors: readonly FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode,
    detail: string,
    options: { errors?: readonly FieldError[]; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.errors = options.errors
    this.retryAfterSeconds = options.retryAfterSeconds
  }

  get status(): number {
    return ERRORS[this.code][0]
  }
}

export const notFound = (what: string, id: string) => new AppError('not_found', `${what} ${id} does not exist`)

/** A single bad field, with the remedy in `message`. */
export const invalid = (path: string, message: string, code: ErrorCode = 'validation_failed') =>
  new AppError(code, message, { errors: [{ path, message }] })
