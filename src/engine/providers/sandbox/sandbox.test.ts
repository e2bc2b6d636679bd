import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import fastify, { type FastifyRequest } from 'fastify'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../../test/database.ts'
import { AppError } from '../../../errors.ts'
import { createMovableClock } from '../../../platform/clock.ts'
import { type Database, openDatabase } from '../../../platform/database/database.ts'
import { checkedReply, validateRequest } from '../../../platform/http/schemas.ts'
import { newId } from '../../../platform/ids.ts'
import { channelCode } from '../../channels/channel.ts'
import type { Attachment, OutboundEmail, OutboundSms, OutboundWhatsapp } from '../../channels/outbound.ts'
import type { Report, WebhookCall } from '../../channels/report.ts'
import { providerContract } from '../provider.contract.ts'
import { behaviourFor } from './magic.ts'
import { sandboxRoutes } from './routes.ts'
import { createSandboxCarrier, type Sandbox } from './sandbox.ts'
import { SIGNATURE_HEADER, signedHeaders, signingKey, TIMESTAMP_HEADER } from './signature.ts'

const SECRET = 'a secret of thirty-two characters!'
const ACCOUNTS = { email: newId(new Date()), sms: newId(new Date()), whatsapp: newId(new Date()) }
const organizationId = newId(new Date())
const otherOrganizationId = newId(new Date())
const contactId = newId(new Date())

let database: TestDatabase
let db: Database
let clock = createMovableClock()
let sandbox: Sandbox
let calls: { path: string; call: WebhookCall }[] = []
/** What readers fetched. */
let fetched: string[] = []
/** What the engine's webhook address answers. */
let answer = 204

beforeAll(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url })
})
afterAll(async () => {
  await db.close()
  await database.close()
})
beforeEach(async () => {
  await database.empty()
  clock = createMovableClock()
  await database.query(
    "insert into organization (id, name, created_at) values ($1, 'Sample', now()), ($2, 'Another', now())",
    [organizationId, otherOrganizationId],
  )
  await database.query(
    "insert into contact (id, organization_id, name, email, created_at, updated_at) values ($1, $2, 'Sample Client', 'client@example.org', now(), now())",
    [contactId, organizationId],
  )
  calls = []
  fetched = []
  answer = 204
  sandbox = start()
})
afterEach(() => sandbox.stop())

const start = (change: Partial<Parameters<typeof createSandboxCarrier>[0]> = {}): Sandbox =>
  createSandboxCarrier({
    db,
    clock,
    publicUrl: 'http://127.0.0.1:1',
    secret: SECRET,
    accountIds: ACCOUNTS,
    onError: () => {},
    latencyMs: [0, 0],
    send: 'on demand',
    post: async (path, headers, body) => {
      calls.push({ path, call: { method: 'POST', headers, query: {}, body, receivedAt: clock.now() } })
      return answer
    },
    get: async (path) => {
      fetched.push(path)
      return answer
    },
    ...change,
  })

const base = () => {
  const messageId = newId(clock.now())
  return { messageId, organizationId, contactId, attempt: 1, idempotencyKey: messageId }
}
const mail = (change: Partial<OutboundEmail> = {}): OutboundEmail => ({
  channel: 'email',
  ...base(),
  to: 'client@example.org',
  toName: 'Sample Client',
  content: { subject: 'Votre commande est prête', html: '<p>Été comme hiver</p>', text: 'Été comme hiver' },
  attachments: [],
  ...change,
})
const sms = (to: string): OutboundSms => ({ channel: 'sms', ...base(), to, content: { text: 'Bonjour' } })
const whatsapp = (to: string): OutboundWhatsapp => ({
  channel: 'whatsapp',
  ...base(),
  to,
  content: { text: 'Bonjour 👋' },
})
const email = () => sandbox.email.connect({})

/** Sends what is due and reads it the way the engine does. */
async function reports(): Promise<Report[]> {
  calls = []
  await sandbox.deliverReports()
  const results = await Promise.all(calls.map(({ call }) => sandbox.email.receive?.(call, {})))
  return results.flatMap((result) => (result?.ok ? result.reports : []))
}

for (const channel of ['email', 'sms', 'whatsapp'] as const) {
  const to = { email: (word: string) => `${word}+client.of.ours@example.com`, sms: number, whatsapp: number }[channel]
  const scene = (word: string) => async () => {
    const carrier = start()
    const message =
      channel === 'email' ? mail({ to: to(word) }) : channel === 'sms' ? sms(to(word)) : whatsapp(to(word))
    return { connection: carrier[channel].connect({}) as never, message: message as never, stop: () => carrier.stop() }
  }
  providerContract(`the ${channel} sandbox`, {
    accepts: scene('someone'),
    providerMessageId: /^[0-9a-f]{8}-[0-9a-f-]{27}$/,
    isOverloaded: scene('busy'),
    knowsNoSuchAddress: scene('unknown'),
    refusesTheCredentials: scene('config'),
    neverAnswers: scene('timeout'),
    diesAfterTheLastByte: scene('timeout'),
    isGone: async () => {
      const gone = openDatabase({ url: database.url })
      await gone.close()
      const carrier = start({ db: gone })
      return { connection: carrier.email.connect({}), message: mail(), stop: () => carrier.stop() }
    },
  })
}

function number(word: string): string {
  const digits: Record<string, string> = { fail: '01', busy: '05', timeout: '06', config: '08', unknown: '09' }
  return digits[word] ? `+336399899${digits[word]}` : '+33639980001'
}

describe('a hand-over', () => {
  test('is kept once, however often it is repeated, and every copy is counted', async () => {
    const message = mail()
    const first = await email().send(message)
    const second = await email().send({ ...message, attempt: 2 })
    expect(second).toEqual(first)
    expect(await sandbox.mailbox.list(organizationId, { limit: 10 })).toMatchObject([
      { messageId: message.messageId, copies: 2 },
    ])
  })

  test('is kept once when it is repeated in the same moment', async () => {
    const message = mail()
    const results = await Promise.all([1, 2, 3].map(() => email().send(message)))
    expect(new Set(results.map((result) => result.outcome === 'sent' && result.providerMessageId)).size).toBe(1)
    expect(await sandbox.mailbox.list(organizationId, { limit: 10 })).toMatchObject([{ copies: 3 }])
  })

  test('many at once are all kept, small ones and large ones', async () => {
    const big: Attachment = {
      filename: 'big.bin',
      contentType: 'application/octet-stream',
      read: async () => Buffer.alloc(2_000_000, 7),
    }
    const connection = email()
    const results = await Promise.all(
      Array.from({ length: 150 }, (_, i) => connection.send(mail(i % 50 === 0 ? { attachments: [big] } : {}))),
    )
    expect(results.every(({ outcome }) => outcome === 'sent')).toBe(true)
    expect(await database.query('select count(*)::int as n from sandbox_message')).toEqual([{ n: 150 }])
  })

  test('takes its time when it is told to', async () => {
    const slow = start({ latencyMs: [30, 30] })
    const started = performance.now()
    await slow.sms.connect({}).send(sms('+33612345678'))
    expect(performance.now() - started).toBeGreaterThanOrEqual(29)
    await slow.stop()
  })
})

describe('magic addresses', () => {
  const at = (word: string, attempt = 1) => email().send(mail({ to: `${word}@example.com`, attempt }))

  test('fail, config, unknown and elsewhere are refused, each in its own way, and nothing is kept', async () => {
    expect(await at('fail')).toMatchObject({ class: 'permanent' })
    expect(await at('fail+tag')).toMatchObject({ class: 'permanent' })
    expect(await at('config')).toMatchObject({ class: 'configuration' })
    expect(await at('unknown')).toMatchObject({ class: 'suppress' })
    expect(await at('elsewhere')).toMatchObject({ class: 'other_provider' })
    expect(await sandbox.mailbox.list(organizationId, { limit: 10 })).toEqual([])
  })

  test('an address that only begins like one is delivered', async () => {
    expect(await at('failure')).toMatchObject({ outcome: 'sent' })
    expect(await at('slowly')).toMatchObject({ outcome: 'sent' })
  })

  test('busy is taken at the third try', async () => {
    expect(await at('busy', 1)).toMatchObject({ class: 'retry_later', retryAfterMs: 1000 })
    expect(await at('busy', 2)).toMatchObject({ class: 'retry_later' })
    expect(await at('busy', 3)).toMatchObject({ outcome: 'sent' })
  })

  test('timeout is uncertain once, was kept all the same, and knows the copy', async () => {
    const message = mail({ to: 'timeout@example.com' })
    expect(await email().send(message)).toMatchObject({ outcome: 'uncertain' })
    const [kept] = await sandbox.mailbox.list(organizationId, { limit: 10 })
    expect(await email().send({ ...message, attempt: 2 })).toEqual({ outcome: 'sent', providerMessageId: kept?.id })
    expect(await sandbox.mailbox.list(organizationId, { limit: 10 })).toMatchObject([{ copies: 2 }])
  })

  test('bounce comes back and suppresses, softbounce comes back and does not', async () => {
    await at('bounce')
    expect(await reports()).toMatchObject([{ status: 'bounced', suppress: 'hard_bounce', code: '550' }])
    await at('softbounce')
    const [soft] = await reports()
    expect(soft).toMatchObject({ status: 'bounced', code: '452' })
    expect(soft).not.toHaveProperty('suppress')
  })

  test('complaint is delivered first', async () => {
    await at('complaint')
    clock.advance(60_000)
    const both = await reports()
    expect(both.toSorted((a, b) => a.at.getTime() - b.at.getTime())).toMatchObject([
      { status: 'delivered' },
      { suppress: 'complaint', code: 'complaint' },
    ])
  })

  test('slow is delivered half a minute later', async () => {
    await at('slow')
    expect(await reports()).toEqual([])
    clock.advance(29_000)
    expect(await reports()).toEqual([])
    clock.advance(2_000)
    expect(await reports()).toMatchObject([{ status: 'delivered' }])
  })

  test('silent is never heard of again', async () => {
    expect(await at('silent')).toMatchObject({ outcome: 'sent' })
    clock.advance(86_400_000)
    expect(await reports()).toEqual([])
  })

  test('down, throttle and config are about the account, the others about their message', async () => {
    for (const word of ['down', 'throttle', 'config']) expect(await at(word)).toMatchObject({ about: 'account' })
    for (const word of ['fail', 'busy', 'elsewhere', 'unknown']) expect(await at(word)).not.toHaveProperty('about')
  })

  test('an account that acts as one of them treats every address so, and its test says so', async () => {
    const down = sandbox.email.connect({ actsAs: 'down' })
    expect(await down.send(mail())).toMatchObject({ outcome: 'refused', class: 'retry', code: '503' })
    expect(await down.test?.()).toEqual({ ok: false, detail: 'The sandbox is down' })
    const bouncing = sandbox.email.connect({ actsAs: 'bounce' })
    expect(await bouncing.send(mail())).toMatchObject({ outcome: 'sent' })
    expect(await reports()).toMatchObject([{ status: 'bounced', suppress: 'hard_bounce' }])
    expect(await bouncing.test?.()).toEqual({ ok: true })
  })

  test('numbers for fiction that end in 99 and two digits do the same', async () => {
    const connection = sandbox.sms.connect({})
    expect(await connection.send(sms('+33639989901'))).toMatchObject({ class: 'permanent' })
    expect(await connection.send(sms('+33199009908'))).toMatchObject({ class: 'configuration' })
    expect(await connection.send(sms('+33639980001'))).toMatchObject({ outcome: 'sent' })
    expect(await connection.send(sms('+33612349901'))).toMatchObject({ outcome: 'sent' })
  })
})

describe('the reports', () => {
  test('name the message both ways, go to the account of their channel, and are sent once', async () => {
    const message = mail()
    const sent = await email().send(message)
    expect(await reports()).toEqual([
      {
        eventId: expect.any(String),
        messageId: message.messageId,
        providerMessageId: sent.outcome === 'sent' && sent.providerMessageId,
        status: 'delivered',
        at: expect.any(Date),
      },
    ])
    expect(calls.map(({ path }) => path)).toEqual([`/webhooks/sandbox/${ACCOUNTS.email}`])
    expect(await reports()).toEqual([])
  })

  test('a WhatsApp message is read, an SMS only delivered', async () => {
    await sandbox.whatsapp.connect({}).send(whatsapp('+33612345678'))
    await sandbox.sms.connect({}).send(sms('+33612345678'))
    clock.advance(1000)
    const all = await reports()
    expect(all.map(({ status }) => status).toSorted()).toEqual(['delivered', 'delivered', 'read'])
    expect(calls.map(({ path }) => path).toSorted()).toEqual(
      [`/webhooks/sandbox/${ACCOUNTS.sms}`, `/webhooks/sandbox/${ACCOUNTS.whatsapp}`].toSorted(),
    )
  })

  test('many go in few calls, not in their order', async () => {
    const connection = email()
    const messages = Array.from({ length: 250 }, () => mail())
    await Promise.all(messages.map((message) => connection.send(message)))
    const all = await reports()
    expect(calls).toHaveLength(3)
    expect(new Set(all.map(({ messageId }) => messageId))).toEqual(new Set(messages.map(({ messageId }) => messageId)))
    expect(all.map(({ messageId }) => messageId)).not.toEqual(messages.map(({ messageId }) => messageId))
  })

  test('are sent again until they are acknowledged', async () => {
    await email().send(mail())
    answer = 503
    expect(await sandbox.deliverReports()).toBe(0)
    answer = 204
    expect(await sandbox.deliverReports()).toBe(0)
    clock.advance(10_001)
    expect(await sandbox.deliverReports()).toBe(1)
    expect(await database.query('select from sandbox_report')).toEqual([])
  })

  test('two processes at once do not send the same report twice', async () => {
    const connection = email()
    await Promise.all(Array.from({ length: 100 }, () => connection.send(mail())))
    const other = start()
    const counts = await Promise.all([sandbox.deliverReports(), other.deliverReports()])
    await other.stop()
    expect(counts[0] + counts[1]).toBe(100)
  })

  test('a second copy of a message is not reported a second time', async () => {
    const message = mail()
    await email().send(message)
    await email().send({ ...message, attempt: 2 })
    expect(await reports()).toHaveLength(1)
  })

  test('travel by HTTP, on a timer, with the body as it was signed', async () => {
    const received: WebhookCall[] = []
    const server = createServer((request, reply) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        received.push({
          method: 'POST',
          headers: request.headers as Record<string, string>,
          query: {},
          body: Buffer.concat(chunks),
          receivedAt: clock.now(),
        })
        reply.writeHead(204).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const carrier = createSandboxCarrier({
      db,
      clock,
      publicUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      secret: SECRET,
      accountIds: ACCOUNTS,
      onError: () => {},
      latencyMs: [0, 0],
    })
    carrier.start()
    await carrier.email.connect({}).send(mail())
    await expect.poll(() => received.length).toBe(1)
    expect(carrier.email.receive?.(received[0]!, {})).toMatchObject({ ok: true, reports: [{ status: 'delivered' }] })
    await carrier.stop()
    await new Promise((resolve) => server.close(resolve))
  })
})

describe('a report says what the message has cost', () => {
  const costOf = async (channel: 'sms' | 'whatsapp', text: string) => {
    const message = channel === 'sms' ? sms('+33639980001') : whatsapp('+33639980001')
    await sandbox[channel].connect({}).send({ ...message, content: { text } } as never)
    clock.advance(1000)
    const [report] = await reports()
    return report?.cost
  }

  test('by parts of an SMS, by WhatsApp message, in the money of the organization’s country', async () => {
    expect(await costOf('sms', 'Bonjour')).toEqual({ micros: 45_000, currency: 'EUR' })
    expect(await costOf('sms', 'x'.repeat(161))).toEqual({ micros: 90_000, currency: 'EUR' })
    await database.query("update organization set country = 'GB' where id = $1", [organizationId])
    expect(await costOf('whatsapp', 'x'.repeat(161))).toEqual({ micros: 30_000, currency: 'GBP' })
  })

  test('except of a mail, and where a price for the sandbox was written down', async () => {
    await email().send(mail())
    expect((await reports())[0]).not.toHaveProperty('cost')
    await database.query(
      "insert into price (id, organization_id, provider, channel, country, category, micros, currency, created_at) values ($1, $2, 'sandbox', $3, '*', '*', 1, 'EUR', now())",
      [newId(clock.now()), organizationId, channelCode('sms')],
    )
    expect(await costOf('sms', 'Bonjour')).toBeUndefined()
    expect(await costOf('whatsapp', 'Bonjour')).toBeDefined()
  })
})

describe('a mail is read', () => {
  const OWN = 'http://127.0.0.1:1'
  const HTML = `<a href="https://elsewhere.example/t/c/x">x</a><a href="${OWN}/u/choices">u</a><a href="${OWN}/t/c/first?a=1&amp;b">1</a>
    <a href="${OWN}/t/c/second">2</a><a href="${OWN}/t/c/trap" aria-hidden="true"></a><img src="https://elsewhere.example/t/o/x"><img src="${OWN}/t/o/pixel">`
  const read = async (to: string, html = HTML) => {
    await email().send(mail({ to, content: { subject: 'S', html, text: 'S' } }))
    await sandbox.deliverReports()
    const seen: string[][] = []
    for (const ms of [1_000, 4_000, 3_000]) {
      fetched = []
      clock.advance(ms)
      await sandbox.deliverReports()
      seen.push(fetched)
    }
    return seen
  }

  test('by nobody, unless its address says so', async () => {
    expect(await read('client@example.org')).toEqual([[], [], []])
    expect(await read('opensource@example.org')).toEqual([[], [], []])
  })

  test('by opens, then by clicks too, seconds later, and nothing but our own picture and first link', async () => {
    expect(await read('opens@example.org')).toEqual([[], ['/t/o/pixel'], []])
    expect(await read('clicks+42@example.org')).toEqual([[], ['/t/o/pixel'], ['/t/c/first']])
  })

  test('by a scanner at once, the link nobody sees included, and no more than twenty of its addresses', async () => {
    expect(await read('scanner@example.org')).toEqual([
      ['/t/o/pixel', '/t/c/trap', '/t/c/first', '/t/c/second'],
      [],
      [],
    ])
    const many = Array.from({ length: 50 }, (_, i) => `<a href="${OWN}/t/c/${i}">x</a>`).join('')
    expect((await read('scanner@example.org', many))[0]).toHaveLength(20)
  })

  test('by some of a crowd, always the same ones', () => {
    const visits = Array.from({ length: 1_000 }, (_, i) => behaviourFor(`crowd+${i}@example.org`))
    const seen = visits.map((behaviour, i) => behaviour.reads?.(`crowd+${i}@example.org`) ?? [])
    const share = (visit: 'open' | 'click') => seen.filter((all) => all.includes(visit)).length / seen.length
    expect(share('open')).toBeCloseTo(0.4, 1)
    expect(share('click')).toBeCloseTo(0.12, 1)
    expect(seen.some((all) => all.includes('click') && !all.includes('open'))).toBe(false)
    expect(visits.map((behaviour, i) => behaviour.reads?.(`crowd+${i}@example.org`) ?? [])).toEqual(seen)
  })

  test('to no effect when there is nothing in it to fetch, and once when nobody answers', async () => {
    expect(await read('clicks@example.org', '<p>Words alone</p>')).toEqual([[], [], []])
    await sandbox.stop()
    let tries = 0
    sandbox = start({
      get: async () => {
        tries += 1
        throw new Error('Nobody answers')
      },
    })
    await email().send(mail({ to: 'opens@example.org', content: { subject: 'S', html: HTML, text: 'S' } }))
    for (let i = 0; i < 4; i++) {
      clock.advance(11_000)
      await sandbox.deliverReports()
    }
    expect(tries).toBe(1)
    expect(await database.query('select from sandbox_report')).toEqual([])
  })

  test('no more once the sandbox was stopped', async () => {
    await email().send(mail({ to: 'opens@example.org', content: { subject: 'S', html: HTML, text: 'S' } }))
    clock.advance(10_000)
    const stopped = sandbox
    sandbox = start()
    await stopped.stop()
    await stopped.deliverReports()
    expect(fetched).toEqual([])
  })
})

describe('a call is believed only when', () => {
  const body = Buffer.from(
    JSON.stringify({
      reports: [
        {
          id: newId(new Date()),
          message: newId(new Date()),
          reference: newId(new Date()),
          status: 'delivered',
          at: '2026-05-01T10:00:00.000Z',
        },
      ],
    }),
  )
  const now = new Date('2026-05-01T10:00:00Z')
  const receive = (headers: Record<string, string>, content = body, receivedAt = now) =>
    sandbox.email.receive?.({ method: 'POST', headers, query: {}, body: content, receivedAt }, {})
  const genuine = (content = body) => signedHeaders(signingKey(SECRET), content, now)

  test('it is signed with our key', () => {
    expect(receive(genuine())).toMatchObject({ ok: true })
    expect(receive({})).toMatchObject({ ok: false, reason: 'bad_signature' })
    expect(receive(signedHeaders(signingKey('another secret of 32 characters!!'), body, now))).toMatchObject({
      reason: 'bad_signature',
    })
    expect(receive({ ...genuine(), [SIGNATURE_HEADER]: 'v1=zz' })).toMatchObject({ reason: 'bad_signature' })
  })
  test('not a byte of it was changed', () => {
    expect(receive(genuine(), Buffer.from(body.toString().replace('delivered', 'read')))).toMatchObject({
      reason: 'bad_signature',
    })
    expect(receive(genuine(), Buffer.concat([body, Buffer.from('\n')]))).toMatchObject({ reason: 'bad_signature' })
    expect(receive({ ...genuine(), [TIMESTAMP_HEADER]: '1777629601' })).toMatchObject({ reason: 'bad_signature' })
  })
  test('it is fresh', () => {
    expect(receive(genuine(), body, new Date(now.getTime() + 299_000))).toMatchObject({ ok: true })
    expect(receive(genuine(), body, new Date(now.getTime() + 301_000))).toMatchObject({ reason: 'stale' })
    expect(receive(genuine(), body, new Date(now.getTime() - 301_000))).toMatchObject({ reason: 'stale' })
  })
  test('it can be read', () => {
    for (const text of ['', 'null', '[]', '{"reports":[{"id":1}]}', '{"reports":[{']) {
      expect(receive(genuine(Buffer.from(text)), Buffer.from(text))).toMatchObject({ reason: 'unreadable' })
    }
  })
})

describe('the sandbox page', () => {
  const image: Attachment = {
    filename: 'logo é.png',
    contentType: 'image/png',
    contentId: 'logo',
    read: async () => Buffer.from([137, 80, 78, 71]),
  }
  const page: Attachment = {
    filename: 'page.html',
    contentType: 'text/html',
    read: async () => Buffer.from('<script>alert(1)</script>'),
  }

  async function http(as = organizationId) {
    const app = fastify()
    app.setValidatorCompiler(validateRequest as never)
    app.setSerializerCompiler(checkedReply as never)
    app.setErrorHandler((error, _request, reply) =>
      reply
        .code(error instanceof AppError ? error.status : 500)
        .send({ code: error instanceof AppError ? error.code : String(error) }),
    )
    const auth = {
      guard: () => async () => {},
      callerOf: (_request: FastifyRequest) => ({ organizationId: as, permissions: [] }),
    }
    await app.register(sandboxRoutes({ auth, sandbox, lettingIn: [] }), { prefix: '/v1' })
    return async (url: string) => {
      const reply = await app.inject({ method: 'GET', url })
      return {
        status: reply.statusCode,
        headers: reply.headers,
        body: reply.headers['content-type']?.toString().includes('json') ? reply.json() : reply.rawPayload,
      }
    }
  }

  test('lists what was handed over, newest first, a page at a time, by channel', async () => {
    await email().send(mail({ content: { subject: 'Première', html: '<p>1</p>', text: `${'mot '.repeat(100)}` } }))
    await sandbox.sms.connect({}).send(sms('+33612345678'))
    await email().send(mail({ content: { subject: 'Seconde', html: '<p>2</p>', text: 'Bonjour\n\nà tous' } }))
    const get = await http()

    const all = await get('/v1/sandbox/messages')
    expect(all.body.items.map(({ channel }: { channel: string }) => channel)).toEqual(['email', 'sms', 'email'])
    expect(all.body.items[0]).toEqual({
      id: expect.any(String),
      messageId: expect.any(String),
      channel: 'email',
      address: 'client@example.org',
      contactName: 'Sample Client',
      subject: 'Seconde',
      preview: 'Bonjour à tous',
      text: null,
      copies: 1,
      createdAt: expect.any(String),
    })
    expect(all.body.items[1]).toMatchObject({ subject: null, preview: 'Bonjour', text: 'Bonjour' })
    expect(all.body.items[2].preview).toHaveLength(140)

    const first = await get('/v1/sandbox/messages?channel=email&limit=1')
    expect(first.body.items).toMatchObject([{ subject: 'Seconde' }])
    const second = await get(`/v1/sandbox/messages?channel=email&limit=1&cursor=${first.body.nextCursor}`)
    expect(second.body).toMatchObject({ items: [{ subject: 'Première' }], nextCursor: null })
    expect((await get('/v1/sandbox/messages?cursor=made-up')).body).toEqual({ code: 'invalid_cursor' })
    expect((await get('/v1/sandbox/messages?channel=pigeon')).status).toBe(422)
  })

  test('reads a mail as it was sent, with its headers and files', async () => {
    await email().send(
      mail({
        attachments: [image, page],
        content: { subject: 'Été', html: '<img src="cid:logo"><p>à bientôt</p>', text: 'à bientôt' },
      }),
    )
    const get = await http()
    const { id } = (await get('/v1/sandbox/messages')).body.items[0]
    const { status, body } = await get(`/v1/sandbox/messages/${id}`)
    expect(status).toBe(200)
    expect(body).toMatchObject({
      subject: 'Été',
      html: expect.stringContaining('<img src="cid:logo"><p>à bientôt</p>'),
      text: expect.stringContaining('à bientôt'),
      attachments: [
        { index: 0, filename: 'logo é.png', contentType: 'image/png', bytes: 4, contentId: 'logo' },
        { index: 1, filename: 'page.html', contentType: 'text/html', bytes: 25, contentId: null },
      ],
    })
    expect(body.headers[0]).toEqual({ name: 'From', value: 'Carillon Sandbox <sandbox@carillon.example>' })
    expect(body.headers).toContainEqual({ name: 'Subject', value: 'Été' })
  })

  test('gives a file to be saved, never to be opened here', async () => {
    await email().send(mail({ attachments: [image, page] }))
    const get = await http()
    const { id } = (await get('/v1/sandbox/messages')).body.items[0]
    const logo = await get(`/v1/sandbox/messages/${id}/attachments/0`)
    expect(logo.body.equals(Buffer.from([137, 80, 78, 71]))).toBe(true)
    expect(logo.headers).toMatchObject({
      'content-type': 'image/png',
      'content-disposition': "attachment; filename*=UTF-8''logo%20%C3%A9.png",
    })
    const script = await get(`/v1/sandbox/messages/${id}/attachments/1`)
    expect(script.headers).toMatchObject({
      'content-disposition': expect.stringMatching(/^attachment/),
      'x-content-type-options': 'nosniff',
    })
    expect((await get(`/v1/sandbox/messages/${id}/attachments/2`)).status).toBe(404)
  })

  test('reads an SMS as text', async () => {
    await sandbox.whatsapp.connect({}).send(whatsapp('+33612345678'))
    const get = await http()
    const { id } = (await get('/v1/sandbox/messages')).body.items[0]
    expect((await get(`/v1/sandbox/messages/${id}`)).body).toMatchObject({
      text: 'Bonjour 👋',
      html: null,
      subject: null,
      headers: [],
      attachments: [],
    })
  })

  test("shows nothing of another organization's", async () => {
    await email().send(mail({ attachments: [page] }))
    const [item] = await sandbox.mailbox.list(organizationId, { limit: 1 })
    const get = await http(otherOrganizationId)
    expect((await get('/v1/sandbox/messages')).body.items).toEqual([])
    expect((await get(`/v1/sandbox/messages/${item?.id}`)).body).toEqual({ code: 'not_found' })
    expect((await get(`/v1/sandbox/messages/${item?.id}/attachments/0`)).body).toEqual({ code: 'not_found' })
  })
})
