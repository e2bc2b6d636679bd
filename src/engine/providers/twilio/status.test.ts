import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMovableClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { Connection } from '../provider.ts'
import { type Doing, type PretendTwilio, startPretendTwilio } from './pretend-server.ts'
import { twilioSettings } from './settings.ts'
import { createTwilioProvider } from './twilio.ts'

const TO = '+33612345678'
const clock = createMovableClock()
let server: PretendTwilio
let connection: Connection<'sms'>
let sid: string
beforeEach(async () => {
  server = await startPretendTwilio()
  const { accountSid, authToken, baseUrl } = server
  connection = createTwilioProvider({ clock }).connect(
    twilioSettings.parse({ accountSid, authToken, baseUrl, from: 'Atelier', timeouts: { sendMs: 2_000 } }),
  )
  const id = newId(new Date())
  const ids = { messageId: id, organizationId: id, contactId: id, idempotencyKey: id }
  await connection.send({ ...ids, channel: 'sms', attempt: 1, to: TO, content: { text: 'Bonjour' } })
  sid = server.taken[0]!.sid
})
afterEach(async () => {
  await connection.close()
  await server.stop()
})

const ask = (about = sid) => connection.statusOf!(about)

describe('nothing is known of a message', () => {
  for (const status of ['accepted', 'queued', 'sending', 'scheduled', 'flying'])
    test(`that is ${status}`, async () => {
      server.report(sid, status)
      expect(await ask()).toBeUndefined()
    })
  const unanswered: [string, Doing][] = [
    ['is never answered', { says: 'nothing' }],
    ['is cut off', { says: 'reset' }],
    ['is cut off in the middle', { says: 'dies half way' }],
    ['is answered 429', { says: { status: 429, headers: { 'retry-after': '7' }, body: '' } }],
    ['is answered 500', { says: { status: 500, body: '' } }],
    ['is redirected', { says: { status: 307, headers: { location: '/elsewhere' }, body: '' } }],
    ['is answered with garbage', { says: { status: 200, body: '<html>' } }],
    ['is answered about another', { says: { status: 200, body: { sid: `SM${'f'.repeat(32)}`, status: 'delivered' } } }],
  ]
  for (const [what, doing] of unanswered)
    test(`when the question ${what}`, async () => {
      server.report(sid, 'delivered')
      server.whenAsked(doing)
      expect(await ask()).toBeUndefined()
    })
  test('that Twilio does not have', async () => expect(await ask(`SM${'f'.repeat(32)}`)).toBeUndefined())
  test('whose id is none, which is not even asked', async () => {
    server.asked.length = 0
    for (const id of ['', '../../x', 'SM1', `SM${'0'.repeat(32)}/Media`]) expect(await ask(id)).toBeUndefined()
    expect(server.asked).toEqual([])
  })
})

test('a delivery, with its time and its price', async () => {
  server.report(sid, 'delivered')
  server.bill(sid, '-0.07500')
  expect(await ask()).toEqual({
    eventId: `${sid} delivered`,
    providerMessageId: sid,
    status: 'delivered',
    at: new Date(`${server.taken[0]!.date_updated}`),
    cost: { micros: 75_000, currency: 'USD' },
  })
})

test('a failure, with its code in words and the number kept out', async () => {
  server.report(sid, 'undelivered', 30005)
  expect(await ask()).toMatchObject({
    status: 'failed',
    code: '30005',
    detail: 'The number is unknown or no longer in service',
  })
})

test('a person who said STOP is not written to again', async () => {
  server.report(sid, 'failed', 21610)
  expect(await ask()).toMatchObject({ status: 'failed', suppress: 'opted_out' })
})
