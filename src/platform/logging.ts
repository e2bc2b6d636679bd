import { type DestinationStream, destination as fileDescriptor, type Logger, pino, stdSerializers } from 'pino'

export type { Logger }

/** Fields a log line may carry, besides those whose name says that they are an id or a measure (see {@link MEASURE}). */
const FIELDS = new Set(
  `level time pid hostname role version port component job queue channel lane provider type status state outcome reason
  code errorClass method route path statusCode attempt attempts count size waiting depth concurrency items total name`
    .trim()
    .split(/\s+/),
)
const MEASURE = /^(id|ids|[a-z]\w*(Id|Ids|Ms|Seconds|Bytes|Count|At))$|^responseTime$/

const MAX_TEXT = 500
const MAX_ITEMS = 50
const MAX_CAUSES = 4

/**
 * A logger that writes ids and measures, never addresses, contents or tokens.
 *
 * It is an allow-list, applied to the finished line, so that no way of calling it gets past (child loggers, nested
 * objects, serializers, errors): a field that is not named above is dropped and counted in `droppedFields`. Texts that
 * remain (`msg`, error messages) lose what looks like an e-mail address, a phone number, a token or quoted content.
 * Of an error, its type, message, code, stack and causes are kept: not what a driver hangs on it.
 *
 * `pretty` writes for a person at a terminal instead of JSON. `destination` defaults to standard output.
 */
export function createLogger({
  level,
  pretty = false,
  destination = fileDescriptor(1),
}: {
  level: string
  pretty?: boolean
  destination?: DestinationStream
}): Logger {
  return pino(
    {
      level,
      serializers: { err: stdSerializers.errWithCause },
      hooks: {
        streamWrite: pretty ? (line) => forPeople(allowed(line)) : (line) => `${JSON.stringify(allowed(line))}\n`,
      },
    },
    destination,
  )
}

type Fields = Record<string, unknown>

function allowed(line: string): Fields {
  const given = JSON.parse(line) as Fields
  const kept: Fields = {}
  let dropped = 0
  for (const [key, value] of Object.entries(given)) {
    const safe = field(key, value)
    if (safe === undefined) dropped++
    else kept[key] = safe
  }
  if (dropped > 0) kept.droppedFields = dropped
  return kept
}

function field(key: string, value: unknown): unknown {
  if (key === 'msg') return withoutSecrets(String(value))
  if (key === 'err' && isObject(value)) return errorFields(value, 0)
  if (key === 'req' && isObject(value)) return requestFields(value)
  if (key === 'res' && isObject(value)) return { statusCode: scalar(value.statusCode) }
  if (!FIELDS.has(key) && !MEASURE.test(key)) return undefined
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS).map(scalar)
  return scalar(value)
}

function scalar(value: unknown): unknown {
  if (typeof value === 'string') return withoutSecrets(value)
  return typeof value === 'object' && value !== null ? undefined : value
}

function requestFields(request: Fields): Fields {
  const path = typeof request.url === 'string' ? (request.url.split('?')[0] ?? '') : undefined
  return { method: scalar(request.method), path: path && withoutSecrets(path) }
}

function errorFields(error: Fields, depth: number): Fields {
  const frames = typeof error.stack === 'string' ? error.stack.split('\n').filter((line) => FRAME.test(line)) : []
  return {
    type: scalar(error.type),
    message: withoutSecrets(String(error.message ?? '')),
    code: scalar(error.code),
    stack: withoutTokens(
      frames
        .slice(0, 12)
        .map((line) => line.trim())
        .join('\n'),
    ),
    cause: isObject(error.cause) && depth < MAX_CAUSES ? errorFields(error.cause, depth + 1) : undefined,
  }
}

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const FRAME = /^\s+at .{1,300}:\d+:\d+\)?$/
const CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi
const EMAIL = /[\p{L}\p{N}._%+'’&*=!#$^{|}~-]+(?:@|%40)[\p{L}\p{N}.-]+/gu
const KEY = /\bcrl_\w+|\bBearer\s+\S+|\beyJ[\w-]+\.[\w-]+(?:\.[\w-]+)?/gi
/** An international number, a French one, or nine to fifteen digits in a row: ids here are UUIDs and never look so. */
const PHONE =
  /(?:\+|%2B|\b00)\d[\d ().-]{5,18}\d|(?<![\w.-])0\d(?:[ .-]?\d{2}){4}(?![\w-])|(?<![\w.-])\d{9,15}(?![\w-])/gi
const LONG_WORD = /[\w+=-]{32,}/g
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** Parsers and databases quote the input they could not read; short names of things are let through. */
const QUOTED = /"([^"]*)"?/g
const NAME = /^[\w.:-]{0,64}$/

const withoutTokens = (text: string): string =>
  text
    .replace(CREDENTIALS, '$1[credentials]@')
    .replace(EMAIL, '[email]')
    .replace(KEY, '[token]')
    .replace(PHONE, '[number]')
    .replace(LONG_WORD, (word) => (UUID.test(word) ? word : '[token]'))

/** Most texts hold nothing that any of the above could be: one look instead of six. */
const SUSPECT = /[@"+]|%40|%2B|:\/\/|crl_|bearer|eyj|\d[\d ().-]{7}|[\w+=-]{32}/i

/** The text without what looks like an address, a phone number, a token or quoted content; at most 500 characters of it. */
export function withoutSecrets(text: string): string {
  // What crosses the end is seen whole before it is cut off.
  const near = text.length > 2 * MAX_TEXT ? text.slice(0, 2 * MAX_TEXT) : text
  if (UUID.test(near) || !SUSPECT.test(near)) return near.slice(0, MAX_TEXT)
  return withoutTokens(near)
    .replace(QUOTED, (quoted, inside: string) => (NAME.test(inside) ? quoted : '"…"'))
    .slice(0, MAX_TEXT)
}

const LEVELS: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' }

function forPeople({ level, time, pid: _pid, hostname: _hostname, msg, err, ...rest }: Fields): string {
  const at = new Date(Number(time)).toISOString().slice(11, 19)
  const fields = Object.entries(rest).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
  const error = isObject(err) ? `\n  ${err.type}: ${err.message}\n  ${String(err.stack).replaceAll('\n', '\n  ')}` : ''
  return `${at} ${LEVELS[Number(level)] ?? level} ${msg ?? ''}${fields.join('')}${error}\n`
}
