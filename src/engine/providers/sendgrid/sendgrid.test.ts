import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { PrivateHostError } from '../../../platform/http/public-host.ts'
import { newId } from '../../../platform/ids.ts'
import { REMEDIES } from '../../channels/error-class.ts'
import type { OutboundEmail } from '../../channels/outbound.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import type { Network } from '../provider.ts'
import answers from './fixtures/answers.json' with { type: 'json' }
import classification from './fixtures/error-classification.json' with { type: 'json' }
import { type Doing, type PretendSendgrid, refusal, startPretendSendgrid } from './pretend-server.ts'
import { createSendgridProvider } from './sendgrid.ts'
import { sendgridSettings } from './settings.ts'

const sendgrid = createSendgridProvider({ clock: systemClock })

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

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

const settingsFor = ({ apiKey, baseUrl, webhookKey }: PretendSendgrid, change: object = {}) =>
  sendgridSettings.parse({
    apiKey,
    baseUrl,
    webhookKey,
    from: 'Atelier <hello@shop.example>',
    timeouts: { sendMs: 2_000 },
    ...change,
  })

async function start(doing: Doing = {}, { settings = {}, network }: { settings?: object; network?: Network } = {}) {
  const server = await startPretendSendgrid(doing)
  opened.push(server.stop)
  const connection = sendgrid.connect(settingsFor(server, settings), network)
  opened.push(() => connection.close())
  return { server, connection }
}

const scene =
  (doing: Doing, settings: object = {}) =>
  async (): Promise<Scene<'email'>> => {
    const server = await startPretendSendgrid(doing)
    return { connection: sendgrid.connect(settingsFor(server, settings)), message: mail(), stop: server.stop }
  }

providerContract('sendgrid', {
  accepts: scene({}),
  providerMessageId: /^wrfRRvF7/,
  isOverloaded: scene(refusal(429, 'too many requests of customer.one@example.com')),
  knowsNoSuchAddress: scene(
    refusal(
      400,
      'Does not contain a valid address: customer.one@example.com (Customer One)',
      'personalizations.0.to.0.email',
    ),
  ),
  refusesTheCredentials: scene({}, { apiKey: 'SG.not-the-right-key' }),
  neverAnswers: scene({ says: 'nothing' }),
  diesAfterTheLastByte: scene({ says: 'reset' }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

describe('a SendGrid that misbehaves', () => {
  const account = { about: 'account' }
  const reset = (seconds: number) => `${Math.floor(Date.parse('2026-03-01T12:00:00Z') / 1000) + seconds}`
  const outcomes: [string, Doing, object][] = [
    ['takes it and never answers', { takes: true, says: 'nothing' }, { outcome: 'uncertain', code: 'ETIMEDOUT' }],
    ['takes it and resets', { takes: true, says: 'reset' }, { outcome: 'uncertain', code: 'ECONNRESET' }],
    ['takes it and dies in its answer', { takes: true, says: 'dies half way' }, { outcome: 'uncertain' }],
    ['says yes without an id', { says: { status: 202, body: '' } }, { outcome: 'uncertain', code: '202' }],
    ['says yes with HTML', { says: { status: 200, body: '<html>Sign in</html>' } }, { outcome: 'uncertain' }],
    ['is broken behind its gateway', { says: { status: 502, body: '<html>' } }, { outcome: 'uncertain', code: '502' }],
    ['is broken and says nothing', { says: { status: 500, body: '' } }, { outcome: 'uncertain', code: '500' }],
    [
      'is broken and says so itself',
      refusal(500, 'internal server error'),
      { outcome: 'refused', class: 'retry', code: '500', ...account },
    ],
    ['is being repaired', { says: { status: 503, body: '' } }, { outcome: 'refused', class: 'retry', ...account }],
    [
      'asks for a pause',
      refusal(429, 'too many requests', null, { 'retry-after': '7' }),
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 7_000, ...account },
    ],
    [
      'asks for a pause by its own clock',
      refusal(429, 'too many requests', null, {
        'x-ratelimit-reset': reset(40),
        'x-ratelimit-remaining': '0',
        date: 'Sun, 01 Mar 2026 12:00:00 GMT',
      }),
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 40_000, ...account },
    ],
    [
      'asks for a pause that is over',
      refusal(429, 'too many requests', null, { 'x-ratelimit-reset': '1392815263' }),
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 0, ...account },
    ],
    [
      'has no mails left for today',
      refusal(401, 'Maximum credits exceeded'),
      { outcome: 'refused', class: 'retry_later', retryAfterMs: 3_600_000, ...account },
    ],
    [
      'does not know the sender',
      refusal(403, 'The from address does not match a verified Sender Identity.', 'from'),
      { outcome: 'refused', class: 'configuration', code: '403 from', ...account },
    ],
    [
      'refuses the sender as none',
      refusal(400, 'The from email does not contain a valid address.', 'from.email'),
      { outcome: 'refused', class: 'configuration', code: '400 from.email', ...account },
    ],
    [
      'refuses the content',
      refusal(400, 'The content value must be a string', 'content.0.value'),
      { outcome: 'refused', class: 'permanent', code: '400 content.0.value' },
    ],
    [
      'is somewhere else',
      { says: { status: 308, headers: { location: 'http://127.0.0.1:1/' }, body: '' } },
      { outcome: 'refused', class: 'configuration' },
    ],
    ['refuses in HTML', { says: { status: 400, body: '<html>' } }, { outcome: 'refused', class: 'permanent' }],
    [
      'refuses with errors that are none',
      { says: { status: 400, body: { errors: [null, 1, { message: 7 }] } } },
      { outcome: 'refused', class: 'permanent', code: '400' },
    ],
    [
      'refuses for a reason of tomorrow',
      refusal(418, 'Something new'),
      { outcome: 'refused', class: 'permanent', code: '418', detail: 'Something new' },
    ],
    ['is slow, within the limit', { delayMs: 150 }, { outcome: 'sent' }],
  ]
  for (const [what, doing, expected] of outcomes)
    test(what, async () => {
      const { connection } = await start(doing)
      expect(await connection.send(mail())).toMatchObject(expected)
    })

  for (const [name, { httpStatus, body, ...rest }] of Object.entries(answers))
    test(`answers as documented: ${name}`, async () => {
      const headers: Record<string, string> = Object.fromEntries(Object.entries('headers' in rest ? rest.headers : {}))
      const { connection } = await start({ says: { status: httpStatus, headers, body } })
      const result = await connection.send(mail())
      if (name === '202') return expect(result).toEqual({ outcome: 'sent', providerMessageId: headers['X-Message-Id'] })
      // 400 is an address here; the table says what a 400 is otherwise.
      const word =
        name === '400' ? 'permanent_recipient' : classification[name === '500' ? '5xx' : (name as '401')].class
      expect(result).toMatchObject({ outcome: 'refused', class: REMEDIES[word as keyof typeof REMEDIES].class })
    })
})

describe('what is sent', () => {
  test('goes as Mail Send’s JSON, with our id, without SendGrid’s own tracking', async () => {
    const { server, connection } = await start()
    const message = mail({
      replyTo: 'Support <help@shop.example>',
      headers: {
        'List-Unsubscribe': '<https://shop.example/u/1>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
    })
    expect(await connection.send(message)).toEqual({ outcome: 'sent', providerMessageId: server.taken[0]!.id })
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/v3/mail/send', contentType: 'application/json' })
    expect(server.asked[0]!.body).toEqual({
      personalizations: [
        {
          to: [{ email: 'customer.one@example.com', name: 'Customer One' }],
          headers: { ...message.headers, 'Message-ID': `<${message.messageId}@shop.example>` },
          custom_args: { carillon_message_id: message.messageId },
        },
      ],
      from: { email: 'hello@shop.example', name: 'Atelier' },
      reply_to: { email: 'help@shop.example', name: 'Support' },
      subject: 'Votre commande est prête',
      content: [
        { type: 'text/plain', value: 'Été comme hiver' },
        { type: 'text/html', value: '<p>Été comme hiver</p>' },
      ],
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
        subscription_tracking: { enable: false },
        ganalytics: { enable: false },
      },
    })
  })

  test('carries files and inline images', async () => {
    const { server, connection } = await start()
    const file = Buffer.from([0, 1, 2, 250])
    await connection.send(
      mail({
        attachments: [
          { filename: 'Facture n° 1.pdf', contentType: 'application/pdf', read: async () => file },
          { filename: 'logo.png', contentType: 'image/png', contentId: 'logo', read: async () => file },
        ],
      }),
    )
    expect(server.asked[0]!.body.attachments).toEqual([
      { content: 'AAEC+g==', type: 'application/pdf', filename: 'Facture n° 1.pdf', disposition: 'attachment' },
      { content: 'AAEC+g==', type: 'image/png', filename: 'logo.png', disposition: 'inline', content_id: 'logo' },
    ])
  })

  test('may take longer the larger it is', async () => {
    const { connection } = await start({ delayMs: 600 }, { settings: { timeouts: { sendMs: 400 } } })
    const read = async () => Buffer.alloc(400_000)
    expect(await connection.send(mail())).toMatchObject({ outcome: 'uncertain', code: 'ETIMEDOUT' })
    expect(
      await connection.send(mail({ attachments: [{ filename: 'a', contentType: 'text/plain', read }] })),
    ).toMatchObject({ outcome: 'sent' })
  })

  test('has a name with a comma in quotes, which SendGrid would read as two people', async () => {
    const { server, connection } = await start()
    await connection.send(mail({ toName: 'Smith, "Bob"\r\nBcc: eve@example.com' }))
    expect(server.asked[0]!.body.personalizations[0].to).toEqual([
      { email: 'customer.one@example.com', name: '"Smith, \\"Bob\\" Bcc: eve@example.com"' },
    ])
  })

  const never: [string, Partial<OutboundEmail>, object][] = [
    ['an address that is none', { to: 'customer' }, { class: 'permanent' }],
    ['a reply-to that is none', { replyTo: 'help' }, { class: 'permanent' }],
    ['a header with a line break', { headers: { 'X-Tag': 'a\r\nBcc: eve@example.com' } }, { class: 'permanent' }],
    ['a header that SendGrid keeps for itself', { headers: { 'X-SG-EID': 'x' } }, { class: 'permanent' }],
    ['no subject', { content: { subject: ' ', html: 'x', text: 'x' } }, { class: 'other_provider' }],
    ['no content', { content: { subject: 'x', html: '', text: '' } }, { class: 'other_provider' }],
    [
      'an empty file',
      { attachments: [{ filename: 'a', contentType: 'text/plain', read: async () => Buffer.alloc(0) }] },
      { class: 'other_provider' },
    ],
    [
      'a file that cannot be read',
      {
        attachments: [
          { filename: 'a', contentType: 'text/plain', read: () => Promise.reject(new Error('storage is away')) },
        ],
      },
      { class: 'retry', code: 'attachment' },
    ],
  ]
  for (const [what, change, expected] of never)
    test(`never leaves with ${what}`, async () => {
      const { server, connection } = await start()
      expect(await connection.send(mail(change))).toMatchObject({ outcome: 'refused', ...expected })
      expect(server.asked).toEqual([])
    })

  test('never leaves for a private address under guard', async () => {
    const { server, connection } = await start(
      {},
      { network: { lookup: (host, _, done) => done(new PrivateHostError(host), '') } },
    )
    expect(await connection.send(mail())).toMatchObject({
      outcome: 'refused',
      class: 'configuration',
      code: 'EPRIVATE',
    })
    expect(server.asked).toEqual([])
  })

  test('is sent once each, however many at a time', async () => {
    const { server, connection } = await start({}, { settings: { connections: 4, timeouts: { sendMs: 20_000 } } })
    const messages = Array.from({ length: 100 }, () => mail())
    const results = await Promise.all(messages.map((message) => connection.send(message)))
    expect(new Set(results.map((result) => result.outcome === 'sent' && result.providerMessageId)).size).toBe(100)
    expect(new Set(server.taken.map(({ mail }) => mail.personalizations[0].custom_args.carillon_message_id)).size).toBe(
      100,
    )
  })
})

describe('a test of the account', () => {
  test('sends nothing and says yes', async () => {
    const { server, connection } = await start()
    expect(await connection.test!()).toEqual({ ok: true })
    expect(server.taken).toEqual([])
  })
  const faults: [string, Doing, object, string][] = [
    [
      'a wrong key',
      {},
      { apiKey: 'SG.not-the-right-key' },
      'SendGrid refused the API key: The provided authorization grant is invalid, expired, or revoked',
    ],
    ['a key that may not send', refusal(403, 'access forbidden'), {}, 'access forbidden'],
    [
      'a sender nobody verified',
      refusal(403, 'The from address does not match a verified Sender Identity.', 'from'),
      {},
      'The from address does not match a verified Sender Identity.',
    ],
    ['another server', { says: { status: 200, body: '<html>' } }, {}, 'This is not SendGrid’s API'],
    ['an address of nothing', { says: { status: 404, body: '' } }, {}, 'This is not the address of SendGrid’s API'],
  ]
  for (const [what, doing, settings, detail] of faults)
    test(`names ${what}`, async () => {
      const { connection } = await start(doing, { settings })
      expect(await connection.test!()).toEqual({ ok: false, detail })
    })
})

describe('settings that cannot work are refused', () => {
  const good = { apiKey: 'SG.a-good-key', from: 'hello@shop.example' }
  const wrong: [string, object][] = [
    ['no sender', { from: undefined }],
    ['a sender that is no address', { from: 'Atelier' }],
    ['a sender with a line break', { from: 'Atelier <hello@shop.example>\r\nBcc: eve@example.com' }],
    ['a key with a line break', { apiKey: 'SG.key\r\nX-Evil: 1' }],
    ['a verification key that is none', { webhookKey: 'MFkw' }],
    ['a base URL of a file', { baseUrl: 'file:///etc/passwd' }],
    ['a base URL with a password', { baseUrl: 'https://a:b@api.sendgrid.com' }],
    ['a limit above 30 seconds', { timeouts: { sendMs: 30_001 } }],
    ['a name nobody knows', { apikey: 'x' }],
  ]
  for (const [what, change] of wrong)
    test(what, () => expect(sendgridSettings.safeParse({ ...good, ...change }).success).toBe(false))
  test('and good ones filled in', () =>
    expect(sendgridSettings.parse(good)).toMatchObject({
      baseUrl: 'https://api.sendgrid.com',
      timeouts: { sendMs: 20_000 },
    }))
})
