import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { OutboundEmail } from '../../channels/outbound.ts'
import { providerContract, type Scene } from '../provider.contract.ts'
import { REFUSES_RECIPIENT, type Script, startPretendServer } from '../smtp/pretend-server.ts'
import { createPretendSns, TOPIC } from './pretend-sns.ts'
import { createSesProvider } from './ses.ts'
import { sesSettings } from './settings.ts'
import { fetchFromAmazon } from './sns-fetch.ts'

const ses = createSesProvider({ clock: systemClock, fetchFromSns: createPretendSns().fetchFromSns })
const SES_ID = '0102018f5a6b7c8d-11111111-2222-3333-4444-555555555555-000000'
const ACCEPTS: Script = { content: `250 Ok ${SES_ID}` }

const mail = (change: Partial<OutboundEmail> = {}): OutboundEmail => ({
  channel: 'email',
  messageId: newId(new Date()),
  organizationId: newId(new Date()),
  contactId: newId(new Date()),
  attempt: 1,
  idempotencyKey: 'key',
  to: 'customer.one@example.com',
  content: { subject: 'Votre commande est prête', html: '<p>Été</p>', text: 'Été' },
  attachments: [],
  ...change,
})

const settingsAt = (port: number, change: object = {}) =>
  sesSettings.parse({
    region: 'eu-west-3',
    user: 'AKIAEXAMPLE',
    password: 'a-password',
    from: 'Atelier <hello@shop.example>',
    configurationSet: 'carillon',
    topicArn: TOPIC,
    host: '127.0.0.1',
    port,
    ignoreTls: true,
    timeouts: { sendMs: 2_000, connectMs: 2_000, greetingMs: 2_000 },
    ...change,
  })

const scene = (script: Script) => async (): Promise<Scene<'email'>> => {
  const server = await startPretendServer(script)
  return { connection: ses.connect(settingsAt(server.port)), message: mail(), stop: server.stop }
}

providerContract('ses', {
  accepts: scene(ACCEPTS),
  providerMessageId: SES_ID,
  isOverloaded: scene({ MAIL: '454 Throttling failure: Maximum sending rate exceeded.' }),
  knowsNoSuchAddress: scene(REFUSES_RECIPIENT('550 5.1.1 <customer.one@example.com>: customer.one unknown')),
  refusesTheCredentials: scene({ AUTH: '535 Authentication Credentials Invalid' }),
  neverAnswers: scene({ content: () => {} }),
  diesAfterTheLastByte: scene({ content: (socket) => socket.destroy() }),
  isGone: async () => {
    const gone = await scene({})()
    await gone.stop()
    return { ...gone, stop: async () => {} }
  },
})

const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})
async function start(script: Script = ACCEPTS, change: object = {}) {
  const server = await startPretendServer(script)
  opened.push(server.stop)
  const connection = ses.connect(settingsAt(server.port, change))
  opened.push(() => connection.close())
  return { server, connection }
}

describe('what SES answers', () => {
  const answers: [string, Script, object][] = [
    [
      'too fast',
      { content: '454 Throttling failure: Maximum sending rate exceeded.' },
      { class: 'retry_later', about: 'account' },
    ],
    [
      'the day is used up',
      { MAIL: '454 Throttling failure: Daily message quota exceeded.' },
      { class: 'retry_later', about: 'account' },
    ],
    [
      'a sender nobody verified',
      {
        content:
          '554 Message rejected: Email address is not verified. The following identities failed the check in region EU-WEST-3: hello@shop.example',
      },
      { class: 'configuration', about: 'account' },
    ],
    ['something of its own', { content: '451 Temporary service failure' }, { class: 'retry' }],
    ['goodbye', { MAIL: '421 Too many concurrent SMTP connections' }, { class: 'retry_later', about: 'account' }],
  ]
  for (const [what, script, expected] of answers)
    test(what, async () => {
      const { connection } = await start(script)
      expect(await connection.send(mail())).toMatchObject({ outcome: 'refused', ...expected })
    })
})

describe('a mail by SES', () => {
  test('names its configuration set, and our id as a tag that nobody can set in its place', async () => {
    const { server, connection } = await start()
    const message = mail({ headers: { 'X-SES-MESSAGE-TAGS': 'carillon_message_id=other', 'X-Campaign': 'spring' } })
    expect(await connection.send(message)).toEqual({ outcome: 'sent', providerMessageId: SES_ID })
    const { headers } = await PostalMime.parse(server.mails[0]!)
    const valuesOf = (name: string) => headers.filter(({ key }) => key === name).map(({ value }) => value)
    expect(valuesOf('x-ses-configuration-set')).toEqual(['carillon'])
    expect(valuesOf('x-ses-message-tags')).toEqual([`carillon_message_id=${message.messageId}`])
    expect(valuesOf('x-campaign')).toEqual(['spring'])
  })

  test('leaves encrypted or not at all', async () => {
    const { connection } = await start(ACCEPTS, { ignoreTls: false })
    expect(await connection.send(mail())).toMatchObject({ outcome: 'refused', class: 'configuration', code: 'ETLS' })
  })

  test('goes to a server that proves its name', async () => {
    const server = new SMTPServer({ disabledCommands: ['AUTH'] })
    server.on('error', () => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
    opened.push(() => new Promise<void>((resolve) => server.close(() => resolve())))
    const address = server.server.address()
    const connection = ses.connect(settingsAt((address as { port: number }).port, { ignoreTls: false }))
    opened.push(() => connection.close())
    expect(await connection.test!()).toEqual({ ok: false, detail: expect.stringContaining('certificate') })
  })

  test('is tested by signing in', async () => {
    expect(await (await start()).connection.test!()).toEqual({ ok: true })
    const wrong = await start({ AUTH: '535 Authentication Credentials Invalid' })
    expect(await wrong.connection.test!()).toEqual({
      ok: false,
      detail: 'The mail server refused the user or password: Authentication Credentials Invalid',
    })
  })
})

describe('settings', () => {
  const good = { region: 'eu-west-3', user: 'AKIAEXAMPLE', password: 'x', from: 'a@shop.example' }
  test('choose the host by the region', () => {
    expect(ses.hosts!(sesSettings.parse(good))).toEqual(['email-smtp.eu-west-3.amazonaws.com'])
    expect(ses.hosts!(sesSettings.parse({ ...good, region: 'cn-north-1' }))).toEqual([
      'email-smtp.cn-north-1.amazonaws.com.cn',
    ])
    expect(ses.hosts!(sesSettings.parse({ ...good, region: 'us-gov-west-1' }))).toEqual([
      'email-smtp.us-gov-west-1.amazonaws.com',
    ])
  })
  const wrong: [string, object][] = [
    ['a region that is a host', { region: 'evil.example/' }],
    ['no password', { password: undefined }],
    ['a queue for a topic', { topicArn: 'arn:aws:sqs:eu-west-3:123456789012:ses' }],
    ['a topic of another host', { topicArn: 'arn:aws:sns:evil.example#:123456789012:ses' }],
    ['a configuration set with a line break', { configurationSet: 'a\r\nBcc: eve@example.com' }],
    ['a name nobody knows', { regoin: 'eu-west-3' }],
  ]
  for (const [what, change] of wrong)
    test(`are refused with ${what}`, () => expect(sesSettings.safeParse({ ...good, ...change }).success).toBe(false))
})

test('nothing is taken from SNS over a connection that is not its own', async () => {
  const { server } = await start()
  await expect(fetchFromAmazon(`https://127.0.0.1:${server.port}/a.pem`)).rejects.toThrow('did not give')
})
