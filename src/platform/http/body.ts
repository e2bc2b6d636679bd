import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { AppError, type FieldError } from '../../errors.ts'

/** Escapes that Postgres cannot store in text: NUL, and surrogates (a pair is fine; the walk tells them apart). */
const SUSPECT = /\\u(?:0000|d[89a-f])/i
const MOST_ERRORS = 50
/** Writing a value as JSON costs stack for every level, here and in Postgres. */
const DEEPEST = 100

/**
 * JSON bodies, read strictly: UTF-8 only, no `__proto__` or `constructor.prototype`, no NUL and no lone surrogate in any
 * key or value. An empty body is no body, so that `POST …/cancel` may come with or without a content type.
 */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined)
    if (!isUtf8(body as Buffer)) return done(new AppError('invalid_json', 'The body is not valid UTF-8'))
    const text = body.toString()
    parse(request, text, (error, value) => {
      if (error) return done(new AppError('invalid_json', explain(text), { cause: error }))
      if (isDeeper(value, DEEPEST))
        return done(new AppError('invalid_json', `The JSON is nested more than ${DEEPEST} levels deep`))
      const errors = SUSPECT.test(text) ? unstorable(value) : []
      if (errors.length === 0) return done(null, value)
      done(new AppError('validation_failed', `${errors[0]!.path}: ${errors[0]!.message}`, { errors }))
    })
  })
}

/** Hands the routes registered on `server` their bodies as they came (a Buffer): signatures are made over bytes. */
export function takeRawBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((inner) => isDeeper(inner, levels - 1))
  // Parsed JSON: every key is the object's own.
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], levels - 1)) return true
  return false
}

/** Where the JSON breaks, as the engine says it, without quoting the body. */
function explain(text: string): string {
  try {
    JSON.parse(text)
    return 'The keys __proto__ and constructor.prototype are refused'
  } catch (error) {
    const place = /line \d+ column \d+/.exec(String(error))?.[0]
    return place ? `The JSON cannot be read from ${place}` : 'The body could not be parsed as JSON'
  }
}

function unstorable(value: unknown): FieldError[] {
  const errors: FieldError[] = []
  // Not recursive: a body may be nested a hundred thousand deep.
  const queue: [path: string, value: unknown][] = [['', value]]
  for (let next = queue.pop(); next && errors.length < MOST_ERRORS; next = queue.pop()) {
    const [path, current] = next
    if (typeof current === 'string') {
      const message = fault(current)
      if (message) errors.push({ path, message })
    } else if (current !== null && typeof current === 'object') {
      for (const [key, child] of Object.entries(current)) {
        const at = path ? `${path}.${key.toWellFormed().replaceAll('\0', '')}` : key.toWellFormed().replaceAll('\0', '')
        const message = fault(key)
        if (message) errors.push({ path: at, message: `The name of this field: ${message}` })
        queue.push([at, child])
      }
    }
  }
  return errors.reverse()
}

function fault(text: string): string | undefined {
  if (text.includes('\0')) return 'Text must not contain NUL (\\u0000)'
  return text.isWellFormed() ? undefined : 'Text must not contain half a surrogate pair'
}
