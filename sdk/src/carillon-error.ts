import type { Problem } from './generated/api.ts'

export type ErrorCode = Problem['code']
export type FieldError = NonNullable<Problem['errors']>[number]

/** A refusal, in the server's words (RFC 9457), or `network` when no answer came. `code` is stable; decide by it. */
export class CarillonError extends Error {
  readonly code: ErrorCode | 'network'
  /** 0 when no answer came. */
  readonly status: number
  /** Which fields were not accepted, for `validation_failed`. */
  readonly errors: readonly FieldError[]
  /** To find it in the server's log. */
  readonly requestId: string | undefined
  /** When to try again, where the server said so. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: ErrorCode | 'network',
    detail: string,
    about: {
      status?: number
      errors?: readonly FieldError[] | undefined
      requestId?: string | undefined
      retryAfterSeconds?: number | undefined
      cause?: unknown
    } = {},
  ) {
    super(detail, { cause: about.cause })
    this.name = 'CarillonError'
    this.code = code
    this.status = about.status ?? 0
    this.errors = about.errors ?? []
    this.requestId = about.requestId
    this.retryAfterSeconds = about.retryAfterSeconds
  }
}

/** What a failed response says, whoever wrote it: this server, or a proxy in front of it. */
export async function errorOf(response: Response): Promise<CarillonError> {
  const { status, headers } = response
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return new CarillonError(problem.code ?? codeFor(status), problem.detail ?? `The server answered ${status}`, {
    status,
    errors: problem.errors,
    requestId: problem.requestId ?? headers.get('x-request-id') ?? undefined,
    retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
  })
}

const CODES: Record<number, ErrorCode> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  405: 'method_not_allowed',
  409: 'conflict',
  413: 'payload_too_large',
  415: 'unsupported_media_type',
  422: 'validation_failed',
  429: 'rate_limited',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
}

const codeFor = (status: number): ErrorCode => CODES[status] ?? (status < 500 ? 'bad_request' : 'internal')
