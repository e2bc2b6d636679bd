import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import { testDatabase } from '../../../../test/database.ts'
import { openTcpLink, type TcpLink } from '../../../../test/tcp-link.ts'
import { type PretendServer, startPretendServer } from '../../providers/smtp/pretend-server.ts'

let app: TestApp
let link: TcpLink
let server: PretendServer
beforeAll(async () => {
  server = await startPretendServer()
  const database = await testDatabase()
  link = await openTcpLink(database.url)
  app = await startTestApp({
    database,
    databaseUrl: link.url,
    smtp: {
      host: '127.0.0.1',
      port: server.port,
      secure: false,
      user: undefined,
      password: undefined,
      from: 'Atelier <hello@shop.test>',
      bounceDomain: 'bounces.shop.test',
    },
    bounceListener: { host: '127.0.0.1', port: 0 },
  })
})
afterAll(async () => {
  await link.mend()
  await app.stop()
  await server.stop()
  await link.close()
})

let to: string
let n = 0
beforeEach(() => {
  to = `reader${++n}@client.test`
})

const post = (email: string) =>
  app.post('/v1/notifications', {
    type: 'message.custom',
    to: { email },
    channels: ['email'],
    payload: { subject: 'Sample subject', body: 'Sample body' },
    allowRepeat: true,
  })
const message = async (id: string) => (await app.get(`/v1/messages/${id}`)).body

/** Sends a mail for real, and gives the envelope sender it left under. */
async function sent(): Promise<{ id: string; returnPath: string; mail: string }> {
  // Mail of the test before may still be on its way.
  const own = () =>
    server.mails.map(String).filter((mail) => mail.includes(`To: <${to}>`) || mail.includes(`To: ${to}`))
  const before = own().length
  const { id } = (await post(to)).body.messages[0]
  await app.eventually(async () => (await message(id)).status === 'sent')
  await app.eventually(async () => own().length > before)
  const at = server.commands.lastIndexOf(`RCPT TO:<${to}>`)
  return { id, returnPath: /<(.+?)>/.exec(server.commands[at - 1]!)![1]!, mail: own().at(-1)! }
}

interface Brought {
  readonly to: string
  readonly from?: string
  readonly raw: string
}
/** Brings a mail to the listener as any mail server would; the reply that refuses it. */
async function bring({ to: recipient, from = '', raw }: Brought): Promise<number> {
  const transport = createTransport({ host: '127.0.0.1', port: app.app.bounces.port(), ignoreTLS: true })
  try {
    await transport.sendMail({ envelope: { from, to: recipient }, raw })
    return 250
  } catch (error) {
    return (error as { responseCode: number }).responseCode
  } finally {
    transport.close()
  }
}

const report = (status: string, words: string, action = 'failed') =>
  [
    'From: Mail Delivery System <MAILER-DAEMON@mx.client.test>',
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: <${Math.random()}@mx.client.test>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.client.test',
    '',
    `Final-Recipient: rfc822; ${to}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${words}`,
    '',
    '--b--',
    '',
  ].join('\r\n')

/** Every mail that was kept has been worked through. */
const worked = () =>
  app.eventually(async () => {
    const rows = await app.database.query<{ n: number }>(
      "select count(*)::int as n from webhook_receipt where provider = 'bounce' and processed_at is null",
      [],
    )
    return rows[0]!.n === 0
  })
const kept = async () =>
  (
    await app.database.query<{ n: number }>(
      "select count(*)::int as n from webhook_receipt where provider = 'bounce'",
      [],
    )
  )[0]!.n
const counted = async (labels: string) => {
  const text = (await app.app.http.inject('/metrics')).body
  return Number(new RegExp(`^carillon_bounce_mails_total\\{${labels}\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0)
}

describe('a mail that comes back', () => {
  test('for an unknown user is bounced, and the address is not used again', async () => {
    const { id, returnPath } = await sent()
    expect(returnPath).toMatch(/^b\+[a-z2-7]{52}@bounces\.shop\.test$/)
    expect(await bring({ to: returnPath, raw: report('5.1.1', `550 5.1.1 <${to}>: User unknown`) })).toBe(250)
    const bounced = await app.eventually(async () => {
      const detail = await message(id)
      return detail.status === 'bounced' && detail
    })
    expect(bounced.reason).toBe('550 5.1.1')
    expect(JSON.stringify(bounced.timeline)).not.toContain(`<${to}>`)
    expect((await post(to)).body.messages[0]).toMatchObject({ status: 'suppressed' })
  })

  test('for a full mailbox is bounced, and the address stays in use', async () => {
    const { id, returnPath } = await sent()
    await bring({ to: returnPath, raw: report('5.2.2', '552 5.2.2 Mailbox full') })
    await app.eventually(async () => (await message(id)).status === 'bounced')
    expect((await post(to)).body.messages[0].status).not.toBe('suppressed')
  })

  test('in other letters than it was sent under', async () => {
    const { id, returnPath } = await sent()
    await bring({ to: returnPath.toUpperCase(), raw: report('5.1.1', '550 5.1.1 No such user') })
    await app.eventually(async () => (await message(id)).status === 'bounced')
  })

  test('twice, is one line', async () => {
    const { id, returnPath } = await sent()
    const raw = report('5.1.1', '550 5.1.1 No such user')
    for (let i = 0; i < 2; i++) expect(await bring({ to: returnPath, raw })).toBe(250)
    await app.eventually(async () => (await message(id)).status === 'bounced')
    await worked()
    const kinds = (await message(id)).timeline.map(({ kind }: { kind: string }) => kind)
    expect(kinds).toEqual(['accepted', 'sent', 'bounced'])
  })

  test('as a complaint stops the address', async () => {
    const { id, returnPath } = await sent()
    const raw = [
      'From: feedback@provider.test',
      'Subject: FW: Sample subject',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=feedback-report; boundary="f"',
      '',
      '--f',
      'Content-Type: message/feedback-report',
      '',
      'Feedback-Type: abuse',
      'Version: 1',
      '',
      '--f--',
      '',
    ].join('\r\n')
    await bring({ to: returnPath, raw })
    await app.eventually(async () =>
      (await message(id)).timeline.some(({ kind }: { kind: string }) => kind === 'complained'),
    )
    expect((await post(to)).body.messages[0]).toMatchObject({ status: 'suppressed', reason: 'complaint' })
  })
})

describe('changes nothing:', () => {
  const unchanged = async (id: string) => {
    await worked()
    expect((await message(id)).status).toBe('sent')
    expect((await post(to)).body.messages[0].status).not.toBe('suppressed')
  }

  test('a warning of a delay', async () => {
    const { id, returnPath } = await sent()
    await bring({ to: returnPath, raw: report('4.4.1', '451 4.4.1 Connection timed out', 'delayed') })
    await unchanged(id)
  })

  test('a vacation reply, whatever it says of the address', async () => {
    const { id, returnPath } = await sent()
    const raw = `From: ${to}\r\nSubject: Automatic reply: Sample\r\nAuto-Submitted: auto-replied\r\n\r\nThis mailbox does not exist any more, user unknown.\r\n`
    expect(await bring({ to: returnPath, raw })).toBe(250)
    await unchanged(id)
  })

  test('a made-up address, which is turned away and counted', async () => {
    const { id, returnPath } = await sent()
    const before = await counted('via="smtp",kind="forged"')
    const sign = returnPath[10] === 'a' ? 'b' : 'a'
    for (const forged of [
      returnPath.replace(/.@/, (last) => `${last[0] === 'a' ? 'q' : 'a'}@`),
      returnPath.slice(0, 10) + sign + returnPath.slice(11),
    ])
      expect(await bring({ to: forged, raw: report('5.1.1', '550 5.1.1 No such user') })).toBe(550)
    expect(await counted('via="smtp",kind="forged"')).toBe(before + 2)
    await unchanged(id)
  })

  test('one address of ours with another made-up one in the mail: the envelope counts', async () => {
    const first = await sent()
    const second = await sent()
    const raw = `To: <${second.returnPath}>\r\n${report('5.1.1', '550 5.1.1 No such user')}`
    await bring({ to: first.returnPath, raw })
    await app.eventually(async () => (await message(first.id)).status === 'bounced')
    await worked()
    expect((await message(second.id)).status).toBe('sent')
  })
})

describe('the listener', () => {
  test.each(['hello@shop.test', 'postmaster@bounces.shop.test', 'b+short@bounces.shop.test', 'someone@elsewhere.test'])(
    'takes nothing for %s',
    async (address) => expect(await bring({ to: address, from: 'a@b.test', raw: 'Subject: x\r\n\r\nx' })).toBe(550),
  )

  test('asks the sender to come again while the database is away, and takes the mail then', async () => {
    const { id, returnPath } = await sent()
    const raw = report('5.1.1', '550 5.1.1 No such user')
    await link.cut()
    expect(await bring({ to: returnPath, raw })).toBe(451)
    await link.mend()
    await app.eventually(async () => (await bring({ to: returnPath, raw })) === 250)
    await app.eventually(async () => (await message(id)).status === 'bounced')
  })

  test('keeps a mail that nobody can read, says what is wrong with it, and goes on', async () => {
    const { returnPath } = await sent()
    const before = await kept()
    const nested = Array.from(
      { length: 100 },
      (_, i) => `Content-Type: multipart/mixed; boundary="b${i}"\r\n\r\n--b${i}\r\n`,
    )
    expect(await bring({ to: returnPath, raw: nested.join('') })).toBe(250)
    await worked()
    expect(await kept()).toBe(before + 1)
    expect(
      await app.database.query(
        "select problem from webhook_receipt where provider = 'bounce' order by id desc limit 1",
        [],
      ),
    ).toEqual([{ problem: expect.stringContaining('cannot be read') }])
    expect(await counted('via="smtp",kind="unreadable"')).toBeGreaterThan(0)
  })

  test('takes a bounce that returns a large mail whole, and keeps its beginning', async () => {
    const { id, returnPath } = await sent()
    const raw = `${report('5.1.1', '550 5.1.1 No such user')}${`${'x'.repeat(76)}\r\n`.repeat(150_000)}`
    expect(raw.length).toBeGreaterThan(11_000_000)
    expect(await bring({ to: returnPath, raw })).toBe(250)
    await app.eventually(async () => (await message(id)).status === 'bounced')
    const [row] = await app.database.query<{ bytes: number }>(
      "select max(length(body)) as bytes from webhook_receipt where provider = 'bounce'",
      [],
    )
    expect(row!.bytes).toBe(10 * 1024 * 1024)
  })
})

test('nothing can be reported as a bounce over HTTP', async () => {
  const { id, returnPath } = await sent()
  for (const account of ['00000000-0000-7000-8000-000000000041', '00000000-0000-7000-8000-000000000001']) {
    const reply = await app.app.http.inject({
      method: 'POST',
      url: `/webhooks/bounce/${account}?to=${encodeURIComponent(returnPath)}&from=`,
      headers: { 'content-type': 'message/rfc822' },
      payload: report('5.1.1', '550 5.1.1 No such user'),
    })
    expect(reply.statusCode).toBe(404)
  }
  expect((await message(id)).status).toBe('sent')
})

test('what a person answers is kept for the organization that wrote, once', async () => {
  const { returnPath } = await sent()
  const raw = `From: Clara <${to}>\r\nTo: hello@shop.test\r\nSubject: Re: Sample subject\r\nMessage-ID: <answer-${n}@client.test>\r\n\r\nI cannot come. My address does not exist any more.\r\n`
  for (let i = 0; i < 2; i++) await bring({ to: returnPath, from: to, raw })
  await worked()
  expect(
    await app.database.query(
      'select organization_id, channel, from_address, from_name, kind, text from inbound_message where event_id = $1',
      [`answer-${n}@client.test`],
    ),
  ).toEqual([
    {
      organization_id: app.organizationId,
      channel: expect.any(Number),
      from_address: to,
      from_name: 'Clara',
      kind: 'text',
      text: 'Re: Sample subject\n\nI cannot come. My address does not exist any more.',
    },
  ])
})
