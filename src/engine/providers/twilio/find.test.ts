import { afterEach, describe, expect, test } from 'vitest'
import { createMovableClock, systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { EarlierTry } from '../../channels/carrier.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import { type Doing, refusal, startPretendTwilio } from './pretend-server.ts'
import { twilioSettings } from './settings.ts'
import { createTwilioProvider } from './twilio.ts'

const TO = '+33612345678'
const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function start({
  doing = {},
  skewMs = 0,
  clock = systemClock,
}: {
  doing?: Doing
  skewMs?: number
  clock?: typeof systemClock
} = {}) {
  const server = await startPretendTwilio({ doing, skewMs })
  opened.push(server.stop)
  const connection = createTwilioProvider({ clock }).connect(
    twilioSettings.parse({
      accountSid: server.accountSid,
      authToken: server.authToken,
      from: '+33937000000',
      baseUrl: server.baseUrl,
      timeouts: { sendMs: 2_000 },
    }),
  )
  opened.push(() => connection.close())
  const find = (message: OutboundSms, tried?: Partial<EarlierTry>) =>
    connection.find!(message, tried && { since: new Date(), ...tried })
  return { server, connection, find }
}

const sms = (text: string, change: Partial<OutboundSms> = {}): OutboundSms => ({
  channel: 'sms',
  messageId: newId(new Date()),
  organizationId: newId(new Date()),
  contactId: newId(new Date()),
  attempt: 1,
  idempotencyKey: 'key',
  to: TO,
  content: { text },
  ...change,
})

describe('while Twilio cannot be asked, the outcome stays unknown', () => {
  const ways: [string, Doing][] = [
    ['it refuses the credentials', refusal(20003, 'Authenticate', 401)],
    ['it is asked too fast', refusal(20429, 'Too Many Requests', 429)],
    ['it is broken', { says: { status: 500, body: '' } }],
    ['it never answers', { says: 'nothing' }],
    ['it resets', { says: 'reset' }],
    ['it answers garbage', { says: { status: 200, body: '<html>' } }],
    ['it answers something else', { says: { status: 200, body: { messages: 'none' } } }],
  ]
  for (const [what, doing] of ways)
    test(what, async () => {
      const { server, find } = await start()
      server.whenAsked(doing)
      expect(await find(sms('Where are you?'))).toMatchObject({ outcome: 'uncertain' })
    })

  test('and is asked for again later each time, which is no try of the message; as late as Twilio says', async () => {
    const { server, find } = await start()
    server.whenAsked({ says: { status: 500, body: '' } })
    const waits = await Promise.all([2, 3, 4, 30].map(async (attempt) => find({ ...sms('Where are you?'), attempt })))
    expect(waits.map((result) => result?.outcome === 'uncertain' && result.retryAfterMs)).toEqual([
      2_000, 4_000, 8_000, 300_000,
    ])
    server.whenAsked(refusal(20429, 'Too Many Requests', 429, { 'retry-after': '77' }))
    expect(await find(sms('Where are you?'))).toMatchObject({ outcome: 'uncertain', retryAfterMs: 77_000 })
  })

  test('nobody is there', async () => {
    const { server, find } = await start()
    await server.stop()
    expect(await find(sms('Where are you?'))).toMatchObject({ outcome: 'uncertain', code: 'ECONNREFUSED' })
  })

  test('the account hides its texts', async () => {
    const { server, connection, find } = await start({ doing: { takes: true, says: 'reset' } })
    const message = sms('Hidden')
    await connection.send(message)
    server.taken[0] = { ...server.taken[0]!, body: '' }
    expect(await find(message)).toMatchObject({ outcome: 'uncertain', code: 'EREDACTED' })
  })
})

describe('a try whose answer was lost', () => {
  for (const says of [
    'nothing',
    'reset',
    'dies half way',
    { status: 201, body: '<html>' },
    { status: 502, body: '' },
  ] as const)
    test(`is found when it was taken: ${JSON.stringify(says)}`, async () => {
      const { server, connection, find } = await start({ doing: { takes: true, says } })
      const message = sms('Été à Noël 👍')
      const since = new Date()
      expect(await connection.send(message)).toMatchObject({ outcome: 'uncertain' })
      const { sid } = server.taken[0]!
      expect(await find(message, { since })).toEqual({ outcome: 'sent', providerMessageId: sid })
      expect(await find(message)).toEqual({ outcome: 'sent', providerMessageId: sid })
    })

  test('is not found when it was not: it may go again, and goes once', async () => {
    const { server, connection, find } = await start({ doing: { takes: false, says: 'reset' } })
    const message = sms('Never taken')
    await connection.send(message)
    expect(await find(message)).toBeUndefined()
    server.become({})
    await connection.send(message)
    expect(server.copies(TO)).toBe(1)
  })

  test('is found while it waits in Twilio’s queue, which its filter by date would hide', async () => {
    const { server, connection, find } = await start({ doing: { takes: true, says: 'reset' } })
    const message = sms('Queued')
    await connection.send(message)
    expect(server.taken[0]!.date_sent).toBeNull()
    expect(await find(message)).toMatchObject({ outcome: 'sent' })
  })

  test('is found in Smart Encoding’s spelling and behind the line of a trial account', async () => {
    const { server, connection, find } = await start({ doing: { takes: true, says: 'reset' } })
    const message = sms('L’été « reçu »…')
    await connection.send(message)
    server.taken[0] = { ...server.taken[0]!, body: 'Sent from your Twilio trial account - L\'été " recu "...' }
    expect(await find(message)).toMatchObject({ outcome: 'sent' })
  })

  test('tells what has become of it meanwhile', async () => {
    const { server, connection, find } = await start({ doing: { takes: true, says: 'reset' } })
    const message = sms('Meanwhile')
    await connection.send(message)
    const { sid } = server.taken[0]!
    server.report(sid, 'delivered')
    expect(await find(message)).toEqual({ outcome: 'sent', providerMessageId: sid, delivered: true })
    server.report(sid, 'undelivered', 30005)
    expect(await find(message)).toMatchObject({ outcome: 'refused', class: 'permanent', code: '30005' })
    server.report(sid, 'failed', 21610)
    expect(await find(message)).toMatchObject({ outcome: 'refused', class: 'suppress' })
  })
})

describe('another message is not taken for it', () => {
  test('to another number, or with another text', async () => {
    const { connection, find } = await start()
    await connection.send(sms('Same text', { to: '+33612345679' }))
    await connection.send(sms('Another text'))
    expect(await find(sms('Same text'))).toBeUndefined()
  })

  test('the same text, from before the try began', async () => {
    const { server, connection, find } = await start()
    await connection.send(sms('Again'))
    server.taken[0] = { ...server.taken[0]!, date_created: new Date(Date.now() - 60_000).toUTCString() }
    expect(await find(sms('Again'))).toBeUndefined()
  })

  test('the same text at the same time, that is known to be another message', async () => {
    const { server, connection, find } = await start()
    await connection.send(sms('Twice'))
    const { sid } = server.taken[0]!
    const asked: string[][] = []
    const belongsToOthers = async (ids: readonly string[]) => {
      asked.push([...ids])
      return new Set([sid])
    }
    expect(await find(sms('Twice'), { belongsToOthers })).toBeUndefined()
    expect(asked).toEqual([[sid]])
    await connection.send(sms('Twice'))
    expect(await find(sms('Twice'), { belongsToOthers })).toEqual({
      outcome: 'sent',
      providerMessageId: server.taken[1]!.sid,
    })
  })

  test('what the person wrote to us', async () => {
    const { server, connection, find } = await start()
    await connection.send(sms('Bonjour'))
    server.taken[0] = { ...server.taken[0]!, direction: 'inbound' }
    expect(await find(sms('Bonjour'))).toBeUndefined()
  })
})

test('clocks that differ by an hour, either way, do not matter', async () => {
  for (const skewMs of [-3_600_000, 3_600_000]) {
    const { connection, find } = await start({ doing: { takes: true, says: 'reset' }, skewMs })
    const message = sms('What time is it?')
    const since = new Date()
    await connection.send(message)
    expect(await find(message, { since })).toMatchObject({ outcome: 'sent' })
  }
})

test('nor does our clock being moved', async () => {
  const clock = createMovableClock()
  clock.advance(40 * 24 * 3_600_000)
  const { connection, find } = await start({ doing: { takes: true, says: 'reset' }, clock })
  const message = sms('Later', { messageId: newId(clock.now()) })
  await connection.send(message)
  expect(await find(message, { since: clock.now() })).toMatchObject({ outcome: 'sent' })
})

describe('a number that got a lot', () => {
  test('is searched page by page', async () => {
    const { server, connection, find } = await start({ doing: { takes: true, says: 'reset' } })
    const message = sms('The first')
    await connection.send(message)
    const first = server.taken[0]!
    for (let n = 0; n < 450; n++)
      server.taken.push({ ...first, sid: `SM${`${n}`.padStart(32, '0')}`, body: `Later ${n}` })
    expect(await find(message)).toEqual({ outcome: 'sent', providerMessageId: first.sid })
    expect(server.asked.filter(({ method }) => method === 'GET')).toHaveLength(3)
  })

  test('is searched no further back than the try', async () => {
    const { server, connection, find } = await start()
    await connection.send(sms('Long ago'))
    const old = { ...server.taken[0]!, date_created: new Date(Date.now() - 86_400_000).toUTCString() }
    server.taken.splice(0, 1, ...Array.from({ length: 1_000 }, () => old))
    expect(await find(sms('Never sent'))).toBeUndefined()
    expect(server.asked.filter(({ method }) => method === 'GET')).toHaveLength(1)
  })

  test('is not searched for ever', async () => {
    const { server, connection, find } = await start()
    await connection.send(sms('Noise'))
    const noise = server.taken[0]!
    server.taken.push(...Array.from({ length: 2_000 }, () => noise))
    expect(await find(sms('A needle'))).toMatchObject({ outcome: 'uncertain', code: 'EMANY' })
  })
})
