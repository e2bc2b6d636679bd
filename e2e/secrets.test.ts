import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { createLab } from '../bench/lab/processes.ts'
import { type Product, startProduct } from '../bench/lab/product.ts'
import { type PostgresServer, query, startPostgres, startRedis, temporaryFolder } from '../bench/lab/servers.ts'
import { formsOf, found, MARKERS } from './secrets/markers.ts'
import { startRefusingMailServer } from './secrets/refusing-mail-server.ts'

const KEY = `crl_${randomBytes(32).toString('base64url')}`
const OTHER_KEY = `crl_${randomBytes(32).toString('base64url')}`
const lab = createLab({ outputLimit: Number.POSITIVE_INFINITY })
/** Everything that came out, by where. */
const outputs = new Map<string, string>()
/** What was made on the way: keys, tokens, cookies. */
const made: Record<string, string> = { key: KEY }
let product: Product
let postgres: PostgresServer
let databaseUrl: string

beforeAll(async () => {
  const folder = temporaryFolder(lab)
  postgres = await startPostgres(lab, folder)
  const redis = await startRedis(lab, folder)
  databaseUrl = await postgres.database('carillon')
  product = await startProduct(lab, {
    roles: ['api', 'worker'],
    dataDir: folder,
    databaseUrl,
    redisUrl: redis.url,
    env: { CARILLON_DEMO: '0', CARILLON_DEMO_API_KEY: '', LOG_LEVEL: 'trace', CARILLON_ALLOW_PRIVATE_HOSTS: '1' },
  })
  for (const key of [KEY, OTHER_KEY]) await organizationWith(key)
  await everythingHappens()
  await product.stop()
  for (const [name, running] of product.processes) outputs.set(name, running.output())
  outputs.set('postgres', postgres.process.output())
  outputs.set('redis', redis.process.output())
}, 240_000)
afterAll(() => lab.close())

async function organizationWith(key: string): Promise<void> {
  const id = randomUUID()
  const now = new Date()
  await query(databaseUrl, 'insert into organization (id, name, created_at) values ($1, $2, $3)', [id, 'Sample', now])
  await query(
    databaseUrl,
    'insert into api_key (id, organization_id, name, prefix, hash, scopes, created_at) values ($1, $2, $3, $4, $5, $6, $7)',
    [
      randomUUID(),
      id,
      'Sample',
      key.slice(0, 8),
      createHash('sha256').update(key).digest(),
      ['send', 'read', 'manage'],
      now,
    ],
  )
}

// biome-ignore lint/suspicious/noExplicitAny: a body is whatever came
type Json = any

interface Answer {
  readonly status: number
  readonly said: string
  readonly body: Json
  readonly cookies: string[]
}

interface Asked {
  readonly key?: string | null
  readonly headers?: Record<string, string>
  readonly text?: string
}

async function ask(
  method: string,
  path: string,
  body?: unknown,
  { key = KEY, headers = {}, text }: Asked = {},
): Promise<Answer> {
  const sent = text ?? (body === undefined ? undefined : JSON.stringify(body))
  const answer = await fetch(product.origin + path, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
    redirect: 'manual',
  })
  const said = await answer.text()
  const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '')
  return {
    status: answer.status,
    said,
    body: isJson && said ? JSON.parse(said) : said,
    cookies: answer.headers.getSetCookie(),
  }
}

async function eventually<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
  for (const until = Date.now() + 60_000; Date.now() < until; await sleep(100)) {
    const seen = await look()
    if (seen) return seen
  }
  throw new Error(`It did not come to this: ${what}`)
}

const message = (more: object) => ({
  type: 'message.custom',
  channels: ['email'],
  payload: { subject: MARKERS.subject, body: MARKERS.body },
  metadata: { note: MARKERS.metadata },
  attachments: [
    {
      filename: MARKERS.fileName,
      contentType: 'text/plain',
      content: Buffer.from(MARKERS.attachment).toString('base64'),
    },
  ],
  ...more,
})

const reached: Record<string, number> = {}
const note = (what: string, { status }: { status: number }) => {
  reached[what] = status
}

async function everythingHappens(): Promise<void> {
  const contact = await messagesGoWellAndBadly()
  await somebodySignsIn()
  await carriersAreRefused()
  await hookIsCalled()
  await requestsAreRefused(contact)
  await theDatabaseIsNotAsExpected()
  await theDatabaseGoesAway()
  await lookFromOutside('later')
}

async function messagesGoWellAndBadly(): Promise<string> {
  const { MARKED_PHONE, FAILING_PHONE } = {
    MARKED_PHONE: `+33${MARKERS.phone}`,
    FAILING_PHONE: `+33${MARKERS.failingPhone}`,
  }
  const contact = await ask('POST', '/v1/contacts', {
    name: MARKERS.name,
    email: MARKERS.mailbox,
    phone: MARKED_PHONE,
    externalId: MARKERS.externalId,
  })
  note('a contact', contact)
  const to = { contactId: contact.body.id }
  note('a message', await ask('POST', '/v1/notifications', message({ to, channels: ['email', 'sms', 'in_app'] })))
  for (const email of [MARKERS.failing, MARKERS.bouncing])
    note(
      `a message to ${email.split('+')[0]}`,
      await ask('POST', '/v1/notifications', message({ to: { email, name: MARKERS.name } })),
    )
  await ask('POST', '/v1/notifications', {
    ...message({ to: { phone: FAILING_PHONE } }),
    channels: ['sms'],
    attachments: [],
  })
  await eventually('what fails has failed', async () => (await ask('GET', '/v1/dead-letters')).body.items.length >= 2)
  await ask('POST', '/v1/dead-letters/requeue', { reason: 'rejected' })
  await ask('POST', '/v1/sandbox/inbound', { channel: 'email', from: MARKERS.mailbox, text: MARKERS.inbound })
  await ask('POST', `/v1/contacts/${contact.body.id}/consents`, {
    kind: 'granted',
    category: 'mkt',
    channel: 'email',
    source: 'form',
    wording: MARKERS.wording,
  })
  const token = await ask('POST', `/v1/contacts/${contact.body.id}/token`, {})
  made.subscriberToken = token.body.token
  await ask('GET', '/v1/in-app', undefined, { key: made.subscriberToken! })
  const socket = new WebSocket(`${product.origin.replace('http', 'ws')}/v1/realtime?token=${made.subscriberToken}`)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.terminate()
  const run = await ask('POST', `/v1/contacts/${contact.body.id}/export`, {})
  note('an export', run)
  const where = `/v1/contacts/${contact.body.id}/exports/${run.body.id}`
  await eventually('the export is there', async () => (await ask('GET', where)).body.status === 'done')
  note('its download', await ask('GET', `${where}/download`))
  const preset = await ask('POST', '/v1/api-keys', { name: 'Second', scopes: ['read'] })
  made.secondKey = preset.body.key
  note('a key', preset)
  return contact.body.id
}

async function somebodySignsIn(): Promise<void> {
  const email = 'member@quoxwood.example'
  const page = { origin: product.origin, 'sec-fetch-site': 'same-origin' }
  const asNobody = { key: null, headers: page }
  note('an invitation', await ask('POST', '/v1/invitations', { email, role: 'admin' }))
  const mail = await eventually('the invitation has come', async () => {
    const { body } = await ask('GET', '/v1/sandbox/messages?channel=email')
    return body.items.find(({ address }: { address: string }) => address === email)
  })
  const { body: read } = await ask('GET', `/v1/sandbox/messages/${mail.id}`)
  made.invitation = /invitation#([\w-]+)/.exec(`${read.html}${read.text}`)![1]!
  const taken = await ask(
    'POST',
    '/v1/invitations/accept',
    { token: made.invitation, name: 'Member', password: MARKERS.password },
    asNobody,
  )
  note('an accepted invitation', taken)
  const signIn = (address: string, password: string) =>
    ask('POST', '/api/auth/sign-in/email', { email: address, password }, asNobody)
  note('a wrong password', await signIn(email, MARKERS.wrongPassword))
  note('a stranger', await signIn(MARKERS.stranger, MARKERS.wrongPassword))
  const session = await signIn(email, MARKERS.password)
  note('a sign-in', session)
  const cookie = session.cookies[0]!.split(';')[0]!
  made.session = decodeURIComponent(cookie.split('=')[1]!).split('.')[0]!
  const asMember = { key: null, headers: { ...page, cookie } }
  await ask('GET', `/v1/contacts?search=${encodeURIComponent(MARKERS.search)}`, undefined, asMember)
  await ask('GET', `/v1/contacts?email=${encodeURIComponent(MARKERS.mailbox)}`, undefined, asMember)
  await ask('GET', `/v1/messages?address=${encodeURIComponent(`+33${MARKERS.phone}`)}`, undefined, asMember)
  await ask(
    'POST',
    '/api/auth/change-password',
    { currentPassword: MARKERS.wrongPassword, newPassword: MARKERS.password },
    asMember,
  )
  await ask(
    'POST',
    '/v1/contacts',
    { name: MARKERS.name },
    { key: null, headers: { cookie, origin: 'https://evil.example' } },
  )
  await ask('POST', '/api/auth/request-password-reset', { email }, asNobody)
  const link = await eventually('the link for a new password has come', async () => {
    const { body } = await ask('GET', '/v1/sandbox/messages?channel=email')
    return body.items.find((one: Json) => one.address === email && one.id !== mail.id)
  })
  const { body: linked } = await ask('GET', `/v1/sandbox/messages/${link.id}`)
  made.resetToken = /#([\w-]{20,})/.exec(`${linked.html}${linked.text}`)![1]!
  await ask('POST', '/api/auth/reset-password', { token: `${made.resetToken}x`, newPassword: 'x' }, asNobody)
  const factor = await ask('POST', '/api/auth/two-factor/enable', { password: MARKERS.password }, asMember)
  note('a second factor', factor)
  made.factorKey = factor.body.key
  made.backupCode = factor.body.backupCodes[0]
  await ask('POST', '/api/auth/two-factor/activate', { code: '000000' }, asMember)
  note('a support window', await ask('POST', '/v1/support-windows', { hours: 1, reason: MARKERS.reason }, asMember))
}

async function carriersAreRefused(): Promise<void> {
  for (const takesPassword of [true, false]) {
    const server = await startRefusingMailServer(takesPassword)
    lab.afterwards(() => server.close())
    const account = await ask('POST', '/v1/providers', {
      provider: 'smtp',
      channel: 'email',
      name: `Mail ${takesPassword}`,
      settings: {
        host: '127.0.0.1',
        port: server.port,
        user: MARKERS.smtpUser,
        password: MARKERS.smtpPassword,
        from: 'Shop <hello@shop.example>',
      },
    })
    note(`a mail account ${takesPassword}`, account)
    await ask('POST', `/v1/providers/${account.body.id}/test`, {})
    const sent = await ask(
      'POST',
      '/v1/notifications',
      message({ to: { email: `${takesPassword}.${MARKERS.mailbox}`, name: MARKERS.name } }),
    )
    await eventually('the mail server has refused it', async () => {
      const { body } = await ask('GET', `/v1/messages/${sent.body.messages[0].id}`)
      return body.attempts?.length > 0 || ['failed', 'suppressed', 'bounced'].includes(body.status)
    })
    await ask('DELETE', `/v1/providers/${account.body.id}`)
  }
  const sms = await ask('POST', '/v1/providers', {
    provider: 'twilio',
    channel: 'sms',
    name: 'Texts',
    enabled: false,
    settings: {
      accountSid: 'AC0123456789abcdef0123456789abcdef',
      authToken: MARKERS.twilioToken,
      from: '+15005550006',
    },
  })
  note('an SMS account', sms)
  const forged = await ask('POST', `/webhooks/twilio/${sms.body.id}`, undefined, {
    key: null,
    text: `From=%2B33${MARKERS.phone}&Body=${encodeURIComponent(MARKERS.forged)}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': MARKERS.twilioToken },
  })
  note('a forged call', forged)
  outputs.set('what a forger is told', forged.said)
}

async function hookIsCalled(): Promise<void> {
  let calls = 0
  const server = createServer((_request, response) => {
    calls++
    response.writeHead(500).end(`${MARKERS.body} ${KEY}`)
  }).listen(0, '127.0.0.1')
  lab.afterwards(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  const hook = await ask('POST', '/v1/webhook-endpoints', { url: `http://127.0.0.1:${port}/${MARKERS.hookPath}` })
  note('a webhook', hook)
  made.hookSecret = hook.body.secret.replace(/^whsec_/, '')
  await ask('POST', '/v1/webhook-endpoints', { url: `http://127.0.0.1:9/${MARKERS.hookPath}` })
  await ask('POST', `/v1/webhook-endpoints/${hook.body.id}/test`, {})
  await ask('POST', '/v1/notifications', message({ to: { email: MARKERS.mailbox } }))
  await eventually('the webhook was called', async () => calls > 0)
}

async function requestsAreRefused(contactId: string): Promise<void> {
  const refusals = [
    await ask('POST', '/v1/contacts', undefined, {
      text: `{"name": "${MARKERS.garbled}", "email": ${MARKERS.mailbox}`,
    }),
    await ask('POST', '/v1/notifications', message({ to: { email: 'not an address' }, type: MARKERS.garbled })),
    await ask('GET', `/v1/contacts/${contactId}`, undefined, { key: OTHER_KEY }),
    await ask('GET', `/v1/contacts/${contactId}`, undefined, { key: null }),
    await ask('GET', `/v1/contacts/${contactId}`, undefined, { key: `crl_${MARKERS.wrongPassword}` }),
    await ask('GET', '/v1/contacts', undefined, { key: made.subscriberToken! }),
    await ask('GET', `/u/${Buffer.from(MARKERS.mailbox).toString('base64url')}`, undefined, { key: null }),
  ]
  outputs.set(
    'refusals of others',
    refusals
      .slice(2)
      .map(({ said }) => said)
      .join('\n'),
  )
  expect(refusals.map(({ status }) => status)).toEqual([400, 422, 404, 401, 401, 403, 404])
}

/** What anybody, and another organization, can see while it runs. */
async function lookFromOutside(when: string): Promise<void> {
  for (const path of ['/health/live', '/health/ready', '/metrics', '/openapi.json'])
    outputs.set(`${path} ${when}`, (await ask('GET', path, undefined, { key: null })).said)
  const document = JSON.parse(outputs.get(`/openapi.json ${when}`)!)
  const lists = Object.keys(document.paths).filter(
    (path) => path.startsWith('/v1/') && !path.includes('{') && document.paths[path].get,
  )
  const seen = await Promise.all(lists.map((path) => ask('GET', path, undefined, { key: OTHER_KEY })))
  outputs.set(`what another organization sees ${when}`, seen.map(({ said }) => said).join('\n'))
}

/** A fault of ours: what the database says of it quotes the statement. */
async function theDatabaseIsNotAsExpected(): Promise<void> {
  await query(databaseUrl, 'alter table contact rename to contact_away')
  const during = [
    await ask('POST', '/v1/contacts', { name: MARKERS.name, email: MARKERS.mailbox }),
    await ask('POST', '/v1/notifications', message({ to: { email: MARKERS.mailbox, name: MARKERS.name } })),
    await ask('GET', `/v1/contacts?search=${encodeURIComponent(MARKERS.search)}`),
  ]
  await query(databaseUrl, 'alter table contact_away rename to contact')
  outputs.set('answers to faults of ours', during.map(({ said }) => said).join('\n'))
  expect(during.map(({ status }) => status)).toEqual([500, 500, 500])
}

async function theDatabaseGoesAway(): Promise<void> {
  await lookFromOutside('before')
  await postgres.stop('immediate')
  outputs.set('postgres, before it was stopped', postgres.process.output())
  const during = [
    await ask('POST', '/v1/notifications', message({ to: { email: MARKERS.mailbox, name: MARKERS.name } })),
    await ask('GET', `/v1/contacts?search=${encodeURIComponent(MARKERS.search)}`),
    await ask('GET', '/health/ready', undefined, { key: null }),
  ]
  outputs.set('answers without a database', during.map(({ said }) => said).join('\n'))
  expect(during.map(({ status }) => status)).toEqual([503, 503, 503])
  await postgres.startAgain()
  await eventually('it is ready again', async () => (await ask('GET', '/health/ready')).status === 200)
}

describe('a whole run, with everything going well and badly', () => {
  test('everything did happen', () => {
    expect(reached).toEqual({
      'a contact': 201,
      'a message': 202,
      'a message to fail': 202,
      'a message to bounce': 202,
      'an export': 202,
      'its download': 200,
      'a key': 201,
      'an invitation': 201,
      'an accepted invitation': 200,
      'a wrong password': 401,
      'a stranger': 401,
      'a sign-in': 200,
      'a second factor': 200,
      'a support window': 201,
      'a mail account true': 201,
      'a mail account false': 201,
      'an SMS account': 201,
      'a forged call': 401,
      'a webhook': 201,
    })
    for (const name of ['api', 'worker', 'postgres', '/metrics before'])
      expect(outputs.get(name)?.length).toBeGreaterThan(200)
  })

  test('no output holds anything secret or personal, in any form', () => {
    const secrets = { ...MARKERS, ...made }
    for (const [name, secret] of Object.entries(made))
      expect([name, secret.length]).toEqual([name, expect.toSatisfy((length: number) => length > 10)])
    expect([...outputs].flatMap(([where, output]) => found(output, secrets).map((one) => `${where}: ${one}`))).toEqual(
      [],
    )
  })

  test('what is looked for would be found', () => {
    for (const text of Object.values(MARKERS)) {
      const base64 = [0, 1, 2].map((shift) => Buffer.from(`${'x'.repeat(shift)}${text}y`).toString('base64'))
      for (const written of [text, `a=${encodeURIComponent(text)}`, JSON.stringify({ text }), ...base64])
        expect(found(written, { text })).not.toEqual([])
    }
    expect(formsOf('a b')).toContain('a+b')
  })
})
