import { expect, test } from 'vitest'
import { createLogger } from './logging.ts'

function captured(options: { pretty?: boolean } = {}) {
  const lines: string[] = []
  const logger = createLogger({ level: 'trace', destination: { write: (line) => void lines.push(line) }, ...options })
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') }
}

const CANARIES = [
  'canary@example.org',
  'canary%40example.org',
  '+33 6 12 34 56 78',
  '+33612345678',
  '%2B33612345678',
  '0033612345678',
  '33612345678',
  '06 12 34 56 78',
  '06.12.34.56.78',
  '0612345678',
  '+1 (202) 555-0123',
  'crl_0123456789abcdefghijABCDEFGHIJ0123456789',
  'Bearer canary-token',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl',
  'canarycanarycanarycanarycanarycanary',
  'postgres://carillon:canary@db.example/x',
]

const REMAINS = /canary|33\s?6|12\W?34|0612|202|crl_0|eyJ/

test.each(CANARIES)('%s reaches no log, whichever way it is handed in', (secret) => {
  const { logger, lines } = captured()
  const error = Object.assign(
    new Error(`refused ${secret} twice`, { cause: new TypeError(`because ${secret}, yes`) }),
    {
      detail: `Key (email)=(${secret}) already exists`,
      parameters: [secret],
      response: { body: { to: secret } },
    },
  )
  error.stack = `Error: refused ${secret}\n    at deliver (/app/${secret}.ts:1:1)\n    at file:///app/src/main.ts:3:7`

  logger.info(`sent to ${secret}.`)
  logger.info('sent to %s and %o', secret, { to: secret })
  logger.info({ to: secret, contact: { address: { email: secret } }, list: [secret], body: secret }, 'sent')
  logger.info({ contactId: secret, ids: [secret], reason: `no ${secret}`, name: secret }, 'sent')
  logger.error(error)
  logger.error({ err: error }, 'failed')
  logger.error({ error, cause: error, err: { message: secret, stack: secret, anything: secret } })
  logger.error(new AggregateError([error], secret))
  logger.child({ to: secret, organizationId: secret, nested: { to: secret } }).info('from a child')
  logger.child({}, { msgPrefix: `[${secret}] ` }).info('from a child')
  const bound = logger.child({})
  bound.setBindings({ authorization: secret })
  bound.info('from a bound one')
  logger.info({
    req: {
      method: 'GET',
      url: `/v1/contacts/${secret}?token=${secret}`,
      headers: { authorization: secret },
      body: { to: secret },
      remoteAddress: '192.0.2.1',
    },
    res: { statusCode: 200, headers: { 'set-cookie': secret } },
  })
  logger.info({ type: secret, toJSON: () => ({ to: secret }) }, '')

  expect(lines).toHaveLength(13)
  expect(lines.join('')).not.toContain(secret)
  // The time and the process id are digits of their own, and may happen to read like a piece of a phone number.
  const said = lines.join('').replace(/"(?:time|pid)":\d+/g, '')
  expect(said).not.toMatch(REMAINS)
})

test('what a parser or a database quotes of its input is left out', () => {
  const { logger, last } = captured()
  for (const cause of ['{"name": "Sample Person"}x', 'Sample Person']) {
    try {
      JSON.parse(cause)
    } catch (error) {
      logger.error(error)
    }
    expect(JSON.stringify(last())).not.toContain('Sample')
  }
  logger.error(new Error('invalid input syntax for type uuid: "Sample Person"'))
  expect(last().err.message).toBe('invalid input syntax for type uuid: "…"')
  logger.error(new Error('relation "message_work" does not exist'))
  expect(last().err.message).toBe('relation "message_work" does not exist')
})

test('ids, measures and the kind of an error stay readable', () => {
  const { logger, last } = captured()
  const messageId = '0195f3a0-1234-7abc-8def-123456789012'
  const error = Object.assign(new TypeError('no such row'), { code: '23505', cause: new Error('below') })
  logger.warn({ messageId, ids: [messageId], channel: 'email', attempt: 2, tookMs: 12.5, err: error }, 'A send failed')

  expect(last()).toMatchObject({
    level: 40,
    msg: 'A send failed',
    messageId,
    ids: [messageId],
    channel: 'email',
    attempt: 2,
    tookMs: 12.5,
    err: { type: 'TypeError', message: 'no such row', code: '23505', cause: { message: 'below' } },
  })
  expect(last().err.stack).toContain('logging.test.ts')
  expect(last()).not.toHaveProperty('droppedFields')

  logger.info({
    req: { method: 'GET', url: `/v1/messages/${messageId}?limit=3` },
    res: { statusCode: 404 },
    responseTime: 1.5,
  })
  expect(last()).toMatchObject({
    req: { method: 'GET', path: `/v1/messages/${messageId}` },
    res: { statusCode: 404 },
    responseTime: 1.5,
  })
})

test('a field nobody allowed is dropped, and the line says so', () => {
  const { logger, last } = captured()
  logger.info({ subject: 'Sample', html: '<p>', messageId: 'm1' }, 'sent')
  expect(last()).toMatchObject({ msg: 'sent', messageId: 'm1', droppedFields: 2 })
})

test('what is cut off leaves no first half of an address', () => {
  const { logger, last } = captured()
  for (let before = 470; before < 500; before++) {
    logger.info(`${'a b '.repeat(200).slice(0, before)} canary@example.org`)
    expect(last().msg).not.toContain('canary')
  }
})

test('an endless text or list is cut', () => {
  const { logger, last } = captured()
  logger.info({ ids: Array.from({ length: 1000 }, (_, n) => n) }, 'a b '.repeat(10_000))
  expect(last().ids).toHaveLength(50)
  expect(last().msg.length).toBeLessThan(600)
})

test('a person gets one plain line, and the error below it', () => {
  const { logger, lines } = captured({ pretty: true })
  logger.info({ port: 3000 }, 'Listening')
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d info Listening port=3000\n$/)
  logger.error({ err: new RangeError('too far') }, 'Stopped for canary@example.org')
  expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d ERROR Stopped for \[email\]\n {2}RangeError: too far\n {2}at /)
})
