import { createHash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import { AppError } from '../../errors.ts'
import type { AcceptOptions } from './prepare.ts'

const KEY = /^[\x21-\x7e]{1,255}$/

/** The `Idempotency-Key` header and what it was sent with, so that reuse for something else is noticed. */
export function idempotency(request: FastifyRequest): AcceptOptions['idempotency'] {
  const key = request.headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !KEY.test(key))
    throw new AppError('bad_request', 'Idempotency-Key must be 1 to 255 visible ASCII characters')
  return {
    key: `${request.routeOptions.url} ${key}`,
    requestHash: createHash('sha256').update(JSON.stringify(request.body)).digest(),
  }
}
