import { generateKeyPairSync } from 'node:crypto'
import type { Socket } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { OutboundEmail } from '../../channels/outbound.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import type { Connection } from '../provider.ts'
import { type PretendServer, REFUSES_RECIPIENT, type Script, startPretendServer } from './pretend-server.ts'
import type { SmtpSettings } from './settings.ts'
import { createSmtpProvider } from './smtp.ts'

const smtp = createSmtpProvider({
  clock: systemClock,
  returnPathOf: (id, at) => ('domain' in at ? `b+${id}@${at.domain}` : at.address.replace('@', `+${id}@`)),
})

const mail = (change: Partial<OutboundEmail> = {}): OutboundEmail => ({
  channel: 'email',
  messageId: newId(new Date()),
  organizationId: newId(new Date()),
  contactId: newId(new Date()),
  attempt: 1,
  idempotencyKey: 'key',
  to: 'customer.one@example.com',
  toName: 'Customer One',
  content: { subject: 'Votre commande est prête', html: '<p>Été comme hiver</p>', text: 'Été comme hiver' },
  attachments: [],
  ...change,
})

type SettingsInput = Partial<Omit<SmtpSettings, 'timeouts'>> & { timeouts?: Partial<SmtpSettings['timeouts']> }

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const part of opened.splice(0).reverse()) await part.close()
})

function connect(port: number, settings: SettingsInput = {}): Connection<'email'> {
  const connection = smtp.connect(
    smtp.settings.parse({ host: '127.0.0.1', port, from: 'Atelier <hello@shop.example>', ...settings }),
  )
  opened.push(connection)
  return connection
}

async function pretend(script: Script = {}): Promise<PretendServer> {
  const server = await startPretendServer(script)
  opened.push({ close: server.stop })
  return server
}

const scene =
  (script: Script, settings: SettingsInput = {}) =>
  async (): Promise<Scene<'email'>> => {
    const server = await startPretendServer(script)
    return {
      connection: smtp.connect(
        smtp.settings.parse({
          host: '127.0.0.1',
          port: server.port,
          from: 'hello@shop.example',
          timeouts: { sendMs: 2_000, connectMs: 2_000, greetingMs: 2_000 },
          ...settings,
        }),
      ),
      message: mail(),
      stop: server.stop,
    }
  }

providerContract('smtp', {
  accepts: scene({}),
  providerMessageId: '4F2A1B3C',
  isOverloaded: scene({ MAIL: '451 4.3.2 Too much to do for customer.one@example.com' }),
  knowsNoSuchAddress: scene(
    REFUSES_RECIPIENT('550 5.1.1 <customer.one@example.com>: Recipient address rejected: User customer.one unknown'),
  ),
  refusesTheCredentials: scene({ AUTH: '535 5.7.8 Bad user or password' }, { user: 'shop', password: 'wrong' }),
  neverAnswers: scene({ content: () => {} }),
  diesAfterTheLastByte: scene({ content: (socket) => socket.destroy() }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

describe('a server that misbehaves', () => {
  const outcomes: [string, Script, object][] = [
    [
      'turns callers away with 554',
      { greeting: '554 No service here' },
      { outcome: 'refused', class: 'retry_later', code: '554' },
    ],
    [
      'is full at the door (421)',
      { greeting: '421 4.7.0 Too many connections' },
      { outcome: 'refused', class: 'retry_later', code: '421 4.7.0' },
    ],
    ['closes without a word', { greeting: (socket) => socket.destroy() }, { outcome: 'refused', class: 'retry' }],
    ['never greets', { greeting: () => {} }, { outcome: 'refused', class: 'retry', code: 'ETIMEDOUT' }],
    [
      'speaks HTTP',
      { greeting: 'HTTP/1.1 400 Bad Request' },
      { outcome: 'refused', class: 'retry', code: 'EPROTOCOL' },
    ],
    ['closes after EHLO', { EHLO: (socket) => socket.destroy() }, { outcome: 'refused', class: 'retry' }],
    [
      'says 421 to MAIL',
      { MAIL: (socket) => socket.end('421 4.3.2 Shutting down\r\n') },
      { outcome: 'refused', class: 'retry_later', code: '421 4.3.2' },
    ],
    [
      'closes instead of answering MAIL',
      { MAIL: (socket) => socket.destroy() },
      { outcome: 'refused', class: 'retry', code: 'ECONNRESET' },
    ],
    ['never answers RCPT', { RCPT: () => {} }, { outcome: 'refused', class: 'retry', code: 'ETIMEDOUT' }],
    [
      'answers RCPT with garbage',
      { RCPT: '\u0000\u0001 what is this' },
      { outcome: 'refused', class: 'retry', code: 'EPROTOCOL' },
    ],
    [
      'refuses the sender',
      {
        MAIL: '553 5.7.1 Sender address rejected: not owned by user',
        RCPT: '503 5.5.1 No sender',
        DATA: '503 5.5.1 No sender',
      },
      { outcome: 'refused', class: 'configuration', code: '553 5.7.1' },
    ],
    [
      'asks to sign in first',
      { MAIL: '530 5.7.0 Authentication required', RCPT: '503 no', DATA: '503 no' },
      { outcome: 'refused', class: 'configuration', code: '530 5.7.0' },
    ],
    [
      'refuses to relay',
      REFUSES_RECIPIENT('554 5.7.1 Relay access denied'),
      { outcome: 'refused', class: 'configuration', code: '554 5.7.1' },
    ],
    [
      'greylists',
      REFUSES_RECIPIENT('450 4.2.0 Greylisted, try again in 300 seconds'),
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 300_000 },
    ],
    [
      'knows no such user',
      REFUSES_RECIPIENT('550 5.1.1 User unknown'),
      { outcome: 'refused', class: 'suppress', code: '550 5.1.1' },
    ],
    [
      'has a full mailbox',
      REFUSES_RECIPIENT('552 5.2.2 Mailbox full'),
      { outcome: 'refused', class: 'permanent', code: '552 5.2.2' },
    ],
    [
      'refuses the recipient and takes DATA all the same',
      { RCPT: '550 5.1.1 User unknown' },
      { outcome: 'refused', class: 'suppress' },
    ],
    ['refuses DATA', { DATA: '451 4.3.0 Queue full' }, { outcome: 'refused', class: 'retry', code: '451 4.3.0' }],
    [
      'refuses the content as spam',
      { content: '554 5.7.1 Message contains spam' },
      { outcome: 'refused', class: 'permanent', code: '554 5.7.1' },
    ],
    [
      'says 421 after the final dot',
      { content: (socket) => socket.end('421 4.3.2 Shutting down\r\n') },
      { outcome: 'refused', class: 'retry_later' },
    ],
    [
      'says 421 after the final dot, cut in the middle',
      { content: (socket) => socket.end('421 4.3.2 Shutting') },
      { outcome: 'refused', class: 'retry_later' },
    ],
    [
      'resets after the final dot',
      { content: (socket) => socket.resetAndDestroy() },
      { outcome: 'uncertain', code: 'ECONNRESET' },
    ],
    ['says half a yes after the final dot', { content: (socket) => socket.end('250 2.0') }, { outcome: 'uncertain' }],
    ['answers the content with garbage', { content: 'yes' }, { outcome: 'uncertain', code: 'EPROTOCOL' }],
    ['never answers the content', { content: () => {} }, { outcome: 'uncertain', code: 'ETIMEDOUT' }],
    [
      'answers on many lines',
      { content: '250-2.0.0 Ok\r\n250-2.0.0 It is\r\n250 2.0.0 queued as ABCD' },
      { outcome: 'sent' },
    ],
    [
      'never ends a line',
      { content: (socket) => socket.write('250 '.repeat(40_000)) },
      { outcome: 'uncertain', code: 'EPROTOCOL' },
    ],
    [
      'answers byte by byte',
      { content: (socket) => dribble(socket, '250 2.0.0 Ok: queued as SLOW1\r\n') },
      { outcome: 'sent', providerMessageId: 'SLOW1' },
    ],
  ]
  for (const [does, script, expected] of outcomes) {
    test(`${does}, pipelining or not`, async () => {
      const timeouts = { sendMs: 2_000, connectMs: 2_000, greetingMs: 2_000 }
      for (const extensions of [['PIPELINING'], []]) {
        const server = await pretend({ extensions, ...script })
        expect(await connect(server.port, { timeouts }).send(mail())).toMatchObject(expected)
      }
    })
  }
})

function dribble(socket: import('node:net').Socket, text: string) {
  let i = 0
  const next = () => {
    if (i < text.length && socket.writable) socket.write(text[i++]!, () => setImmediate(next))
  }
  next()
}

describe('the pool', () => {
  test('opens one connection for one mail and uses it again for the next', async () => {
    const server = await pretend()
    const connection = connect(server.port)
    await connection.send(mail())
    await connection.send(mail())
    expect(server.mails).toHaveLength(2)
    expect(server.connections.made).toBe(1)
  })

  test('grows to its size and no further when many mails come at once', async () => {
    const server = await pretend()
    const connection = connect(server.port, { pool: 3 })
    const results = await Promise.all(Array.from({ length: 30 }, () => connection.send(mail())))
    expect(results.every(({ outcome }) => outcome === 'sent')).toBe(true)
    expect(server.connections.made).toBeGreaterThan(1)
    expect(server.connections.made).toBeLessThanOrEqual(3)
  })

  test('a refused recipient costs a RSET, not a connection', async () => {
    const server = await pretend(REFUSES_RECIPIENT('550 5.1.1 No such user'))
    const connection = connect(server.port)
    await connection.send(mail())
    server.become({})
    expect(await connection.send(mail())).toMatchObject({ outcome: 'sent' })
    expect(server.connections.made).toBe(1)
    expect(server.commands).toContain('RSET')
  })

  test('a connection is renewed after its share of mails', async () => {
    const server = await pretend()
    const connection = connect(server.port, { messagesPerConnection: 2 })
    for (let i = 0; i < 5; i++) await connection.send(mail())
    expect(server.mails).toHaveLength(5)
    expect(server.connections.made).toBe(3)
  })

  test('a resting connection that the server has closed is replaced without anyone noticing', async () => {
    const server = await pretend({ content: (socket) => socket.end('250 2.0.0 Ok: queued as AAAA\r\n') })
    const connection = connect(server.port)
    for (let i = 0; i < 3; i++) expect(await connection.send(mail())).toMatchObject({ outcome: 'sent' })
    expect(server.connections.made).toBe(3)
  })

  test('a resting connection that answers 421 is replaced too', async () => {
    const server = await pretend()
    const connection = connect(server.port)
    await connection.send(mail())
    let isFirst = true
    server.become({
      MAIL: (socket) => {
        if (isFirst) socket.end('421 4.4.2 Idle for too long\r\n')
        else socket.write('250 2.1.0 Ok\r\n')
        isFirst = false
      },
    })
    expect(await connection.send(mail())).toMatchObject({ outcome: 'sent' })
  })

  test('an unused connection is closed', async () => {
    const server = await pretend()
    const connection = connect(server.port, { timeouts: { idleMs: 20 } })
    await connection.send(mail())
    await expect.poll(() => server.connections.open).toBe(0)
    expect(server.commands).toContain('QUIT')
    expect(await connection.send(mail())).toMatchObject({ outcome: 'sent' })
  })

  test('a wrong password is tried once, however many mails are waiting', async () => {
    const server = await pretend({ AUTH: '535 5.7.8 Bad user or password' })
    const connection = connect(server.port, { user: 'shop', password: 'wrong' })
    const results = await Promise.all(Array.from({ length: 20 }, () => connection.send(mail())))
    expect(new Set(results.map((result) => (result.outcome === 'refused' ? result.class : result.outcome)))).toEqual(
      new Set(['configuration']),
    )
    expect(server.commands.filter((line) => line.startsWith('AUTH'))).toHaveLength(1)
  })

  test('mails that wait too long for a connection are handed back, unsent', async () => {
    const server = await pretend({ content: () => server.become({ greeting: '421 4.3.2 One connection is enough' }) })
    const connection = connect(server.port, { pool: 1, timeouts: { sendMs: 1_000 } })
    const [first, second] = await Promise.all([connection.send(mail()), connection.send(mail())])
    expect(first).toMatchObject({ outcome: 'uncertain' })
    // Its time is over in the queue, or just as the first one's connection is given up.
    expect(second).toMatchObject({ outcome: 'refused', code: expect.stringMatching(/^(EBUSY|ETIMEDOUT|421 4.3.2)$/) })
    expect(server.mails).toHaveLength(1)
  })

  test('a server that hung and is well again gets mails at once, beside those that still wait for it', async () => {
    const server = await pretend({ MAIL: () => {} })
    const connection = connect(server.port, { pool: 2, timeouts: { sendMs: 6_000 } })
    const answered: string[] = []
    const hung = [1, 2].map(async () => {
      const { outcome } = await connection.send(mail())
      answered.push(outcome)
    })
    await expect.poll(() => server.commands.filter((line) => line.startsWith('MAIL'))).toHaveLength(2)
    server.become({})
    const after = await Promise.all(Array.from({ length: 10 }, () => connection.send(mail())))
    expect(after.every(({ outcome }) => outcome === 'sent')).toBe(true)
    expect(answered).toEqual([])
    expect(server.connections.made).toBeLessThanOrEqual(4)
    await Promise.all(hung)
    expect(answered).toEqual(['refused', 'refused'])
  })

  test('connections that answer after all are closed when there are too many', async () => {
    const hanging: Socket[] = []
    const server = await pretend({ MAIL: (socket) => hanging.push(socket) })
    const connection = connect(server.port, { pool: 2, timeouts: { sendMs: 10_000 } })
    const hung = [1, 2].map(() => connection.send(mail()))
    await expect.poll(() => hanging.length).toBe(2)
    server.become({})
    await Promise.all(Array.from({ length: 10 }, () => connection.send(mail())))
    for (const socket of hanging) socket.write('250 2.1.0 Ok\r\n')
    expect((await Promise.all(hung)).map(({ outcome }) => outcome)).toEqual(['sent', 'sent'])
    await expect.poll(() => server.connections.open).toBeLessThanOrEqual(2)
    expect(server.mails).toHaveLength(12)
  })

  test('closing lets running mails end and hands back those that wait', async () => {
    let answer = () => {}
    const server = await pretend({
      content: (socket) => (answer = () => socket.write('250 2.0.0 Ok: queued as LAST1\r\n')),
    })
    const connection = connect(server.port, { pool: 1 })
    const running = connection.send(mail())
    await expect.poll(() => server.mails.length).toBe(1)
    const waiting = connection.send(mail())
    const closing = connection.close()
    expect(await waiting).toMatchObject({ outcome: 'refused', class: 'retry', code: 'ECLOSED' })
    answer()
    expect(await running).toMatchObject({ outcome: 'sent', providerMessageId: 'LAST1' })
    await closing
    await expect.poll(() => server.connections.open).toBe(0)
  })
})

describe('the envelope', () => {
  test('bounces go to an address that names the message', async () => {
    const server = await pretend()
    const message = mail()
    await connect(server.port, { bounceDomain: 'bounces.shop.example' }).send(message)
    expect(server.commands.find((line) => line.startsWith('MAIL'))).toMatch(
      `MAIL FROM:<b+${message.messageId}@bounces.shop.example> SIZE=`,
    )
  })

  test('or to one mailbox, with the message after a plus', async () => {
    const server = await pretend()
    const message = mail()
    await connect(server.port, { bounceAddress: 'returns@shop.example' }).send(message)
    expect(server.commands.find((line) => line.startsWith('MAIL'))).toMatch(
      `MAIL FROM:<returns+${message.messageId}@shop.example> SIZE=`,
    )
  })

  test('a domain beyond ASCII is written in ASCII', async () => {
    const server = await pretend()
    await connect(server.port).send(mail({ to: 'bob@bücher.example' }))
    expect(server.commands).toContain('RCPT TO:<bob@xn--bcher-kva.example>')
  })

  test('a local part beyond ASCII needs a server that takes it', async () => {
    const able = await pretend({ extensions: ['SMTPUTF8', '8BITMIME'] })
    expect(await connect(able.port).send(mail({ to: 'rené@example.com' }))).toMatchObject({ outcome: 'sent' })
    expect(able.commands).toContain('MAIL FROM:<hello@shop.example> SMTPUTF8 BODY=8BITMIME')
    expect(able.commands).toContain('RCPT TO:<rené@example.com>')

    const unable = await pretend({ extensions: ['8BITMIME'] })
    expect(await connect(unable.port).send(mail({ to: 'rené@example.com' }))).toMatchObject({
      outcome: 'refused',
      class: 'permanent',
      code: '553 5.6.7',
    })
    expect(unable.commands.some((line) => line.startsWith('MAIL'))).toBe(false)
  })

  test('a mail over the size the server announces is not sent', async () => {
    const server = await pretend({ extensions: ['SIZE 1000'] })
    const content = { subject: 'x', html: 'x'.repeat(2000), text: 'x' }
    expect(await connect(server.port).send(mail({ content }))).toMatchObject({
      outcome: 'refused',
      class: 'permanent',
      code: '552 5.3.4',
    })
    expect(server.commands.some((line) => line.startsWith('MAIL'))).toBe(false)
  })

  test('an address with a line break never reaches the server', async () => {
    const server = await pretend()
    const result = await connect(server.port).send(mail({ to: 'a@example.com>\r\nRCPT TO:<b@example.com' }))
    expect(result).toMatchObject({ outcome: 'refused', class: 'permanent' })
    expect(server.connections.made).toBe(0)
  })
})

describe('a way out in one click (RFC 8058)', () => {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  // The example of the RFC, with a token as long as ours may get.
  const headers = {
    'List-Unsubscribe': `<https://mail.example.org/u/${'opaque-token'.repeat(20)}>, <mailto:unsubscribe@example.org?subject=opaque-token>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
  for (const [what, attachments] of [
    ['a mail', []],
    ['one with a file', [{ filename: 'a.txt', contentType: 'text/plain', read: async () => Buffer.from('a') }]],
  ] as const)
    test(`stands on one line each in ${what}, and is signed`, async () => {
      const server = await pretend()
      const dkim = { domain: 'shop.example', selector: 's1', privateKey }
      expect(await connect(server.port, { dkim }).send(mail({ headers, attachments }))).toMatchObject({
        outcome: 'sent',
      })
      const mime = server.mails[0]!.toString('latin1')
      for (const [name, value] of Object.entries(headers)) expect(mime).toContain(`\r\n${name}: ${value}\r\n`)
      const signed = /\bh=([^;]+);/.exec(mime)![1]!.replace(/\s+/g, '').split(':')
      expect(signed).toEqual(expect.arrayContaining(['list-unsubscribe', 'list-unsubscribe-post']))
    })
})

describe('what the server says is shown without what is private', () => {
  test('addresses, names, subjects, links and accounts are taken out', async () => {
    const server = await pretend({
      content:
        '550 5.7.1 "Votre commande est prête" for Customer One <customer.one@example.com> (customer.one) by shop-account refused, see https://example.com/?to=customer.one',
    })
    const result = await connect(server.port, { user: 'shop-account', password: 'secret-word' }).send(mail())
    expect(result).toMatchObject({ outcome: 'refused' })
    const { detail } = result as { detail: string }
    for (const secret of ['customer', 'Customer', 'commande', 'shop-account', 'https'])
      expect(detail).not.toContain(secret)
  })
})

describe('a real SMTP server', () => {
  type Received = { raw: Buffer; user: unknown; isSecure: boolean }
  async function start(options: SMTPServerOptions = {}) {
    const received: Received[] = []
    const server = new SMTPServer({
      disabledCommands: ['AUTH'],
      disableReverseLookup: true,
      onData(stream, session, callback) {
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => chunks.push(chunk))
        stream.on('end', () => {
          received.push({ raw: Buffer.concat(chunks), user: session.user, isSecure: session.secure === true })
          callback(null)
        })
      },
      ...options,
    })
    server.on('error', () => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    opened.push({ close: () => new Promise<void>((resolve) => server.close(() => resolve())) })
    const address = server.server.address()
    return { port: typeof address === 'object' && address ? address.port : 0, received }
  }
  const withLogin: SMTPServerOptions = {
    disabledCommands: [],
    onAuth: ({ username, password }, _session, callback) =>
      username === 'shop' && password === 'right'
        ? callback(null, { user: username })
        : callback(new Error('Invalid username or password for shop')),
  }

  test('takes a mail over STARTTLS with a sign-in, and it reads back as it was', async () => {
    const { port, received } = await start(withLogin)
    const message = mail({
      replyTo: 'Support <help@shop.example>',
      headers: { 'List-Unsubscribe': '<https://shop.example/u/1>' },
    })
    const connection = connect(port, { user: 'shop', password: 'right', rejectUnauthorized: false, requireTls: true })
    expect(await connection.send(message)).toMatchObject({ outcome: 'sent' })

    expect(received[0]).toMatchObject({ user: 'shop', isSecure: true })
    const read = await PostalMime.parse(received[0]!.raw)
    expect(read).toMatchObject({
      from: { name: 'Atelier', address: 'hello@shop.example' },
      to: [{ name: 'Customer One', address: 'customer.one@example.com' }],
      replyTo: [{ name: 'Support', address: 'help@shop.example' }],
      subject: 'Votre commande est prête',
      messageId: `<${message.messageId}@shop.example>`,
    })
    expect(read.html?.trim()).toBe('<p>Été comme hiver</p>')
    expect(read.text?.trim()).toBe('Été comme hiver')
  })

  test('takes a mail over STARTTLS with a certificate of its own making, when it is on this machine', async () => {
    const { port, received } = await start()
    expect(await connect(port).send(mail())).toMatchObject({ outcome: 'sent' })
    expect(received[0]).toMatchObject({ isSecure: true })
  })

  test('takes mails over TLS from the first byte, many on one connection', async () => {
    const { port, received } = await start({ ...withLogin, secure: true })
    const connection = connect(port, {
      secure: true,
      user: 'shop',
      password: 'right',
      rejectUnauthorized: false,
      pool: 1,
    })
    const results = await Promise.all(Array.from({ length: 20 }, () => connection.send(mail())))
    expect(results.every(({ outcome }) => outcome === 'sent')).toBe(true)
    expect(received).toHaveLength(20)
  })

  test('keeps lines that begin with a dot', async () => {
    const { port, received } = await start()
    const text = '.\r\n..\r\n.hidden\r\nFrom here on\r\nthe end.'
    await connect(port, { ignoreTls: true }).send(mail({ content: { subject: 'Dots', html: text, text } }))
    const read = await PostalMime.parse(received[0]!.raw)
    expect(read.text?.trimEnd()).toBe(text.replaceAll('\r\n', '\n'))
  })

  test('takes 20 MB of attachments and gives them back byte for byte', async () => {
    const { port, received } = await start()
    const files = [5, 15].map((megabytes) => Buffer.alloc(megabytes * 1024 * 1024, 'Fichier joint .\n\r\n.'))
    const attachments = files.map((file, i) => ({
      filename: `Facture n° ${i}.bin`,
      contentType: 'application/octet-stream',
      read: async () => file,
    }))
    expect(await connect(port, { ignoreTls: true }).send(mail({ attachments }))).toMatchObject({ outcome: 'sent' })
    const read = await PostalMime.parse(received[0]!.raw)
    expect(read.attachments.map(({ filename }) => filename)).toEqual(['Facture n° 0.bin', 'Facture n° 1.bin'])
    for (const [i, file] of files.entries())
      expect(file.equals(Buffer.from(read.attachments[i]!.content as ArrayBuffer))).toBe(true)
  })

  test('an attachment that cannot be read is tried again and opens no connection', async () => {
    const { port, received } = await start()
    const read = () => Promise.reject(new Error('storage is away'))
    const result = await connect(port).send(
      mail({ attachments: [{ filename: 'a.pdf', contentType: 'application/pdf', read }] }),
    )
    expect(result).toMatchObject({ outcome: 'refused', class: 'retry', code: 'attachment' })
    expect(received).toHaveLength(0)
  })

  describe('an account that is wrong waits for an operator', () => {
    const wrong: [string, SMTPServerOptions, SettingsInput, RegExp][] = [
      [
        'a wrong password',
        withLogin,
        { user: 'shop', password: 'wrong', rejectUnauthorized: false },
        /refused the user or password/,
      ],
      ['a certificate nobody knows', {}, { requireTls: true }, /certificate/],
      ['TLS on a port without', {}, { secure: true }, /does not speak TLS/],
      [
        'a server without STARTTLS when it is required',
        { disabledCommands: ['AUTH', 'STARTTLS'] },
        { requireTls: true, rejectUnauthorized: false },
        /does not encrypt/,
      ],
      ['a server without sign-in', {}, { user: 'shop', password: 'right', rejectUnauthorized: false }, /no sign-in/],
    ]
    for (const [what, options, settings, words] of wrong) {
      test(what, async () => {
        const { port, received } = await start(options)
        const connection = connect(port, settings)
        expect(await connection.test?.()).toEqual({ ok: false, detail: expect.stringMatching(words) })
        expect(await connection.send(mail())).toMatchObject({ outcome: 'refused', class: 'configuration' })
        expect(received).toHaveLength(0)
      })
    }
  })

  test('a test signs in and out and sends nothing', async () => {
    const { port, received } = await start(withLogin)
    expect(await connect(port, { user: 'shop', password: 'right', rejectUnauthorized: false }).test?.()).toEqual({
      ok: true,
    })
    expect(received).toHaveLength(0)
  })
})

describe('the settings', () => {
  const parse = (settings: object) =>
    smtp.settings.safeParse({ host: 'mail.example.com', from: 'hello@shop.example', ...settings })
  test('have sensible defaults', () => {
    expect(parse({}).data).toMatchObject({
      port: 587,
      secure: false,
      rejectUnauthorized: true,
      pool: 5,
      timeouts: { sendMs: 30_000 },
    })
  })
  for (const [what, settings] of [
    ['a sender that is not an address', { from: 'Atelier' }],
    ['a sender with a line break', { from: 'Atelier <hello@shop.example>\r\nBcc: eve@example.com' }],
    ['a host with a line break', { host: 'mail.example.com\r\n' }],
    ['no encryption and required encryption', { ignoreTls: true, requireTls: true }],
    ['an unknown setting', { hots: 'mail.example.com' }],
    ['a key that is no key', { dkim: { domain: 'shop.example', selector: 's1', privateKey: 'secret' } }],
  ] as const) {
    test(`refuse ${what}`, () => expect(parse(settings).success).toBe(false))
  }
})
