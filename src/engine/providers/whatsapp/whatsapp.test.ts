import { afterEach, describe, expect, test } from 'vitest'
import { createMovableClock, systemClock } from '../../../platform/clock.ts'
import { PrivateHostError } from '../../../platform/http/public-host.ts'
import { newId } from '../../../platform/ids.ts'
import { NOT_A_REFUSAL, REMEDIES, refusedAs } from '../../channels/error-class.ts'
import type { Attachment, OutboundWhatsapp, WhatsappContent } from '../../channels/outbound.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import { ABOUT_THE_ACCOUNT, CODES, meaningOf } from './codes.ts'
import answers from './fixtures/answers.json' with { type: 'json' }
import classification from './fixtures/error-classification.json' with { type: 'json' }
import { type Doing, refusal, startPretendWhatsapp } from './pretend-server.ts'
import { whatsappSettings } from './settings.ts'
import { createWhatsappProvider } from './whatsapp.ts'

const TO = '+33612345678'
const TEXT = 'Votre commande est prête, à bientôt'
const TEMPLATE = { name: 'order_ready', language: 'fr', body: ['Camille', '42'] } as const

const message = (change: Partial<OutboundWhatsapp> = {}, content: Partial<WhatsappContent> = {}): OutboundWhatsapp => ({
  channel: 'whatsapp',
  messageId: newId(new Date()),
  organizationId: newId(new Date()),
  contactId: newId(new Date()),
  attempt: 1,
  idempotencyKey: 'key',
  to: TO,
  content: { text: TEXT, ...content },
  ...change,
})
const file = (contentType = 'application/pdf', change: Partial<Attachment> = {}): Attachment => ({
  filename: 'facture "été".pdf',
  contentType,
  read: async () => Buffer.from('%PDF-1.7 the file\r\n--carillon'),
  ...change,
})

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

interface Options {
  readonly settings?: object
  readonly clock?: typeof systemClock
  readonly lookup?: Parameters<ReturnType<typeof createWhatsappProvider>['connect']>[1]
}
async function start(doing: Doing = {}, { settings = {}, clock = systemClock, lookup }: Options = {}) {
  const server = await startPretendWhatsapp(doing)
  opened.push(server.stop)
  const connection = createWhatsappProvider({ clock }).connect(
    whatsappSettings.parse({ ...server.settings, timeouts: { sendMs: 2_000 }, ...settings }),
    lookup,
  )
  opened.push(() => connection.close())
  return { server, connection }
}

const scene =
  (doing: Doing, settings: object = {}) =>
  async (): Promise<Scene<'whatsapp'>> => {
    const server = await startPretendWhatsapp(doing)
    const connection = createWhatsappProvider({ clock: systemClock }).connect(
      whatsappSettings.parse({ ...server.settings, timeouts: { sendMs: 2_000 }, ...settings }),
    )
    return { connection, message: message(), stop: server.stop }
  }

providerContract('whatsapp', {
  accepts: scene({}),
  providerMessageId: /^wamid\./,
  isOverloaded: scene(refusal(130429, `Too fast (${TO})`)),
  knowsNoSuchAddress: scene(refusal(131026, `${TO} (33612345678) cannot get: ${TEXT}`)),
  refusesTheCredentials: scene({}, { accessToken: 'not-the-right-token' }),
  neverAnswers: scene({ says: 'nothing' }),
  diesAfterTheLastByte: scene({ says: 'reset' }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

describe('a Meta that misbehaves', () => {
  const account = { about: 'account' }
  const transient = { error: { message: 'Again', code: 999, is_transient: true } }
  const outcomes: [string, Doing, object][] = [
    ['takes it and never answers', { takes: true, says: 'nothing' }, { outcome: 'uncertain', code: 'ETIMEDOUT' }],
    ['takes it and resets', { takes: true, says: 'reset' }, { outcome: 'uncertain', code: 'ECONNRESET' }],
    ['takes it and dies in its answer', { takes: true, says: 'dies half way' }, { outcome: 'uncertain' }],
    ['says yes with nothing', { says: { status: 200, body: '' } }, { outcome: 'uncertain', code: '200' }],
    ['says yes with HTML', { says: { status: 200, body: '<html>' } }, { outcome: 'uncertain' }],
    ['says yes without an id', { says: { status: 200, body: { messages: [{}] } } }, { outcome: 'uncertain' }],
    ['is broken', { says: { status: 500, body: '' } }, { outcome: 'uncertain', code: '500' }],
    ['is being repaired', { says: { status: 503, body: '' } }, { outcome: 'refused', class: 'retry', ...account }],
    [
      'is asked too fast',
      { says: { status: 429, body: '' } },
      { outcome: 'refused', class: 'retry_later', ...account },
    ],
    [
      'is somewhere else',
      { says: { status: 302, body: '' } },
      { outcome: 'refused', class: 'configuration', ...account },
    ],
    ['has no such path', { says: { status: 404, body: '' } }, { outcome: 'refused', class: 'configuration' }],
    [
      'says that it will pass',
      { says: { status: 500, body: transient } },
      { outcome: 'refused', class: 'retry', code: '999', ...account },
    ],
    [
      'refuses for a reason of tomorrow',
      refusal(139999, 'Something new'),
      { outcome: 'refused', class: 'permanent', code: '139999', detail: 'Something new' },
    ],
    [
      'misses a permission',
      refusal(210, 'No access', 403),
      { outcome: 'refused', class: 'configuration', code: '210' },
    ],
  ]
  for (const [what, doing, expected] of outcomes)
    test(what, async () => {
      const { connection } = await start(doing)
      expect(await connection.send(message())).toMatchObject(expected)
    })

  for (const [name, { httpStatus, body }] of Object.entries(answers))
    test(`answers as documented: ${name}`, async () => {
      const { connection } = await start({ says: { status: httpStatus, body } })
      const result = await connection.send(message())
      if (httpStatus === 200) expect(result).toMatchObject({ outcome: 'sent', providerMessageId: expect.any(String) })
      else expect(result).toMatchObject({ outcome: 'refused', code: name.split('_')[1] })
    })

  test('has taken what it holds or pauses for now, and that is told', async () => {
    for (const status of ['held_for_quality_assessment', 'paused']) {
      const { connection } = await start({
        says: { status: 200, body: { messages: [{ id: 'wamid.1', message_status: status }] } },
      })
      expect(await connection.send(message())).toEqual({
        outcome: 'sent',
        providerMessageId: 'wamid.1',
        note: `WhatsApp says: ${status}`,
      })
    }
  })

  test('says in minutes how long it wants to be left alone', async () => {
    const usage = {
      '1': [{ type: 'messages', estimated_time_to_regain_access: 7 }, { estimated_time_to_regain_access: 19 }],
    }
    const { server, connection } = await start()
    for (const [header, retryAfterMs] of [
      [JSON.stringify(usage), 19 * 60_000],
      ['{"1":[{"estimated_time_to_regain_access":999999}]}', 24 * 3_600_000],
      ['{"1":[{"estimated_time_to_regain_access":0}]}', undefined],
      ['nonsense', undefined],
    ] as const) {
      server.become(refusal(80007, 'Too many calls', 400, { 'x-business-use-case-usage': header }))
      const result = await connection.send(message())
      expect(result).toMatchObject({ class: 'retry_later', about: 'account' })
      expect('retryAfterMs' in result && result.retryAfterMs).toBe(retryAfterMs ?? false)
    }
  })
})

describe('each of Meta’s error codes', () => {
  /** Too fast for one person holds up that person's messages alone. */
  const FINER = new Map([['131056', 'retry_later_recipient']])
  const refusals = Object.entries(classification).filter(
    ([, row]) => !(NOT_A_REFUSAL as readonly string[]).includes(row.class),
  )
  for (const [code, row] of refusals)
    test(`${code}: ${row.meaning}`, () => expect(CODES[Number(code)]?.[0]).toBe(FINER.get(code) ?? row.class))

  test('comes to what its word says, whatever the HTTP status, with a reason in words', async () => {
    const { server, connection } = await start()
    for (const [code, [word, meaning]] of Object.entries(CODES))
      for (const status of [400, 500]) {
        server.become(refusal(Number(code), '', status))
        const about = ABOUT_THE_ACCOUNT.has(Number(code)) ? 'account' : undefined
        const result = await connection.send(message())
        const detail = 'detail' in result ? result.detail : ''
        expect(result, code).toEqual(refusedAs(word, { code, detail, about }))
        expect([meaning, `(#${code})`]).toContain(detail)
      }
    expect(meaningOf(250)?.[0]).toBe('config')
    expect(REMEDIES[CODES[131047]![0]].class).toBe('permanent')
  })
})

describe('what is sent', () => {
  const taken = async (change: Partial<OutboundWhatsapp>, content: Partial<WhatsappContent> = {}) => {
    const { server, connection } = await start()
    const one = message(change, content)
    expect(await connection.send(one)).toMatchObject({ outcome: 'sent' })
    const { biz_opaque_callback_data: ours, messaging_product, recipient_type, ...rest } = server.taken[0]!.message
    expect([ours, messaging_product, recipient_type]).toEqual([one.messageId, 'whatsapp', 'individual'])
    return { body: rest, server }
  }

  test('a text, to a number', async () => {
    const { body, server } = await taken({})
    expect(body).toEqual({ to: TO, type: 'text', text: { body: TEXT } })
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/v23.0/106540352242922/messages' })
  })
  test('a text with a link, which may be shown', async () =>
    expect((await taken({}, { text: 'See https://example.org' })).body).toMatchObject({ text: { preview_url: true } }))
  test('to a user id, where there is no number', async () => {
    const { body } = await taken({ to: 'FR.13491208655302741918' })
    expect(body).toMatchObject({ recipient: 'FR.13491208655302741918' })
    expect(body).not.toHaveProperty('to')
  })
  test('the template outside the window, the text inside', async () => {
    const template = {
      type: 'template',
      template: {
        name: 'order_ready',
        language: { policy: 'deterministic', code: 'fr' },
        components: [
          {
            type: 'body',
            parameters: [
              { type: 'text', text: 'Camille' },
              { type: 'text', text: '42' },
            ],
          },
        ],
      },
    }
    expect((await taken({}, { template: TEMPLATE })).body).toMatchObject(template)
    expect((await taken({ windowOpen: false }, { template: TEMPLATE })).body).toMatchObject(template)
    expect((await taken({ windowOpen: true }, { template: TEMPLATE })).body).toMatchObject({ type: 'text' })
  })
  test('a template’s header and buttons', async () => {
    const buttons = [
      { kind: 'quick_reply', index: 0, value: 'yes' },
      { kind: 'url', index: 1, value: 'order/42' },
      { kind: 'copy_code', index: 2, value: 'WELCOME' },
    ] as const
    const withHeader = (
      header: OutboundWhatsapp['content']['template'] extends infer T
        ? T extends { header?: infer H }
          ? H
          : never
        : never,
    ) => taken({}, { template: { ...TEMPLATE, body: [], buttons, ...(header ? { header } : {}) } })
    expect((await withHeader({ kind: 'text', text: 'Bonjour' })).body).toMatchObject({
      template: {
        components: [
          { type: 'header', parameters: [{ type: 'text', text: 'Bonjour' }] },
          { type: 'button', sub_type: 'quick_reply', index: '0', parameters: [{ type: 'payload', payload: 'yes' }] },
          { type: 'button', sub_type: 'url', index: '1', parameters: [{ type: 'text', text: 'order/42' }] },
          {
            type: 'button',
            sub_type: 'copy_code',
            index: '2',
            parameters: [{ type: 'coupon_code', coupon_code: 'WELCOME' }],
          },
        ],
      },
    })
    expect((await withHeader({ kind: 'image', link: 'https://example.org/a.png' })).body).toMatchObject({
      template: {
        components: [{ parameters: [{ type: 'image', image: { link: 'https://example.org/a.png' } }] }, {}, {}, {}],
      },
    })
  })
  test('buttons, a list, a link', async () => {
    const reply = [{ id: 'yes', title: 'Oui' }]
    expect((await taken({}, { buttons: { kind: 'reply', buttons: reply } })).body).toMatchObject({
      type: 'interactive',
      interactive: { type: 'button', body: { text: TEXT }, action: { buttons: [{ type: 'reply', reply: reply[0] }] } },
    })
    const rows = [{ id: 'a', title: 'Mardi', description: '9 h' }]
    expect((await taken({}, { buttons: { kind: 'list', label: 'Choisir', rows } })).body).toMatchObject({
      interactive: { type: 'list', action: { button: 'Choisir', sections: [{ rows }] } },
    })
    expect(
      (await taken({}, { buttons: { kind: 'link', title: 'Voir', url: 'https://example.org' } })).body,
    ).toMatchObject({
      interactive: {
        type: 'cta_url',
        action: { name: 'cta_url', parameters: { display_text: 'Voir', url: 'https://example.org' } },
      },
    })
  })
  for (const [contentType, text, kind, more] of [
    ['image/jpeg', TEXT, 'image', { caption: TEXT }],
    ['video/mp4', TEXT, 'video', { caption: TEXT }],
    ['application/pdf', TEXT, 'document', { caption: TEXT, filename: 'facture "été".pdf' }],
    ['audio/ogg; codecs=opus', '', 'audio', {}],
    ['audio/ogg', TEXT, 'document', { caption: TEXT }],
    ['image/webp', TEXT, 'document', { caption: TEXT }],
  ] as const)
    test(`a file ${contentType} ${text ? 'with' : 'without'} words, uploaded first`, async () => {
      const { body, server } = await taken({ attachments: [file(contentType)] }, { text })
      const [upload] = server.asked
      expect(body).toMatchObject({ type: kind, [kind]: { id: expect.stringMatching(/^media-/), ...more } })
      expect(Object.keys(body[kind] as object).includes('caption')).toBe('caption' in more)
      expect(upload).toMatchObject({ method: 'POST', path: '/v23.0/106540352242922/media' })
      const form = await new Response(new Uint8Array(upload!.body), {
        headers: { 'content-type': upload!.contentType },
      }).formData()
      const part = form.get('file') as File
      expect([form.get('messaging_product'), part.name]).toEqual(['whatsapp', 'facture _été_.pdf'])
      expect(await part.text()).toBe('%PDF-1.7 the file\r\n--carillon')
    })
  test('a file that has an address is not uploaded', async () => {
    const { body, server } = await taken({ attachments: [file('image/png', { link: 'https://example.org/f.png' })] })
    expect(body).toMatchObject({ image: { link: 'https://example.org/f.png' } })
    expect(server.asked).toHaveLength(1)
  })
  test('a file in the head of a template, and above buttons; pictures of a mail’s text stay behind', async () => {
    const attachments = [file(), file('image/png', { contentId: 'logo' })]
    expect((await taken({ attachments }, { template: { ...TEMPLATE, header: { kind: 'file' } } })).body).toMatchObject({
      template: {
        components: [{ type: 'header', parameters: [{ type: 'document', document: { id: 'media-1' } }] }, {}],
      },
    })
    const buttons = { kind: 'reply', buttons: [{ id: 'a', title: 'A' }] } as const
    expect((await taken({ attachments }, { buttons })).body).toMatchObject({
      interactive: { header: { type: 'document', document: { id: 'media-1' } } },
    })
  })
  test('never leaves for a private address under guard', async () => {
    const { server, connection } = await start(
      {},
      { lookup: { lookup: (host, _, done) => done(new PrivateHostError(host), '') } },
    )
    expect(await connection.send(message())).toMatchObject({ outcome: 'refused', code: 'EPRIVATE' })
    expect(server.asked).toEqual([])
  })
})

describe('a file that cannot go is refused before anything is sent', () => {
  const template = { ...TEMPLATE, header: { kind: 'file' } } as const
  const faults: [string, Partial<OutboundWhatsapp>, Partial<WhatsappContent>][] = [
    ['two of them', { attachments: [file(), file()] }, {}],
    ['beside a template that has no place for it', { attachments: [file()] }, { template: TEMPLATE }],
    ['a template without the file it needs', {}, { template }],
    ['with a list', { attachments: [file()] }, { buttons: { kind: 'list', label: 'x', rows: [] } }],
  ]
  for (const [what, change, content] of faults)
    test(what, async () => {
      const { server, connection } = await start()
      expect(await connection.send(message(change, content))).toMatchObject({ class: 'permanent', code: 'EFILES' })
      expect(server.asked).toEqual([])
    })
  test('one that cannot be read or uploaded is tried again: nothing was said to anybody', async () => {
    const { server, connection } = await start()
    const unreadable = file('image/png', { read: () => Promise.reject(new Error('gone')) })
    expect(await connection.send(message({ attachments: [unreadable] }))).toMatchObject({
      class: 'retry',
      code: 'EFILE',
    })
    const ways: [Doing, object][] = [
      [{ says: 'reset' }, { class: 'retry' }],
      [{ says: 'nothing' }, { class: 'retry' }],
      [{ says: { status: 200, body: '{}' } }, { class: 'retry' }],
      [refusal(131053, 'Wrong type'), { class: 'permanent', code: '131053' }],
    ]
    for (const [doing, expected] of ways) {
      server.whenAsked(doing)
      expect(await connection.send(message({ attachments: [file()] }))).toMatchObject(expected)
    }
    expect(server.taken).toEqual([])
  })
})

describe('a try whose answer was lost', () => {
  test('is never sent again: its report is waited for, ten minutes long, and then it is shown', async () => {
    const clock = createMovableClock()
    const { server, connection } = await start({}, { clock })
    const since = clock.now()
    expect(await connection.find!(message(), { since })).toMatchObject({ outcome: 'uncertain', retryAfterMs: 15_000 })
    clock.advance(11 * 60_000)
    for (const tried of [{ since }, undefined]) {
      const result = await connection.find!(message(), tried)
      expect(result).toMatchObject({ outcome: 'uncertain' })
      expect(result).not.toHaveProperty('retryAfterMs')
    }
    expect(server.asked).toEqual([])
  })
})

describe('the approved templates', () => {
  const template = (n: number, change: object = {}) => ({
    id: `${n}`,
    name: `template_${n}`,
    language: 'fr',
    status: 'APPROVED',
    category: 'UTILITY',
    components: [{ type: 'BODY', text: 'Bonjour {{1}}' }],
    rejected_reason: 'NONE',
    ...change,
  })
  test('are read page by page', async () => {
    const { server, connection } = await start()
    server.templates = [1, 2, 3, 4].map((n) => template(n))
    server.templates.push(template(5, { status: 'REJECTED', rejected_reason: 'INVALID_FORMAT' }), { id: 6 })
    const found = await connection.templates!()
    expect(found.map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5'])
    expect(found[0]).toEqual({
      id: '1',
      name: 'template_1',
      language: 'fr',
      status: 'approved',
      category: 'utility',
      components: [{ type: 'BODY', text: 'Bonjour {{1}}' }],
    })
    expect(found[4]).toMatchObject({ status: 'rejected', reason: 'INVALID_FORMAT' })
    expect(server.asked).toHaveLength(3)
  })
  test('say why they cannot be read', async () => {
    const { server, connection } = await start()
    server.whenAsked(refusal(190, 'The session has expired', 401))
    await expect(connection.templates!()).rejects.toThrow('The session has expired')
    server.whenAsked({ says: { status: 200, body: '<html>' } })
    await expect(connection.templates!()).rejects.toThrow('cannot be read')
  })
  test('are not looked at without a business account', async () => {
    const { connection } = await start({}, { settings: { businessAccountId: undefined } })
    expect(connection.templates).toBeUndefined()
  })
})

describe('signing in without sending', () => {
  test('says yes, or why not', async () => {
    const good = await start()
    expect(await good.connection.test!()).toEqual({ ok: true })
    expect(good.server.taken).toEqual([])
    const wrong = await start({}, { settings: { accessToken: 'not-the-right-token' } })
    expect(await wrong.connection.test!()).toEqual({ ok: false, detail: 'Error validating access token' })
    good.server.whenAsked({ says: { status: 200, body: { id: '1' } } })
    expect(await good.connection.test!()).toEqual({ ok: false, detail: 'This is not Meta’s API' })
    good.server.whenAsked({ says: { status: 200, body: '<html>' } })
    expect(await good.connection.test!()).toMatchObject({ ok: false })
  })
})

describe('settings that cannot work are refused', () => {
  const good = { accessToken: 'a-good-token', phoneNumberId: '106540352242922', appSecret: 'a-good-secret' }
  for (const [what, change] of [
    ['no app secret', { appSecret: undefined }],
    ['the number instead of its id', { phoneNumberId: '+33757590000' }],
    ['a token with a line break', { accessToken: 'token\r\nX-Evil: 1' }],
    ['a version that is none', { apiVersion: '23' }],
    ['a path as a version', { apiVersion: 'v23.0/../me' }],
    ['a limit nobody has', { messagingLimit: 300 }],
    ['a base URL with a password', { baseUrl: 'https://a:b@graph.facebook.com' }],
    ['a limit above 15 seconds', { timeouts: { sendMs: 15_001 } }],
    ['a name nobody knows', { acessToken: 'x' }],
  ] as const)
    test(what, () => expect(whatsappSettings.safeParse({ ...good, ...change }).success).toBe(false))
  test('and good ones filled in', () =>
    expect(whatsappSettings.parse(good)).toMatchObject({ baseUrl: 'https://graph.facebook.com', apiVersion: 'v23.0' }))
})
