import type { CatalogueEntry } from '@carillon/client'
import { expect, test } from 'vitest'
import { firstSample, groupsOf, mayTake, readPayload, sampleRequest, search } from './sample.ts'

const entry = (type: string, channels: CatalogueEntry['channels']): CatalogueEntry => ({
  type,
  pack: 'shop',
  audience: 'client',
  category: 'tx',
  lane: 'immediate',
  channels,
  required: false,
  sample: {},
  enabled: true,
  offsetMinutes: null,
  templateKey: type,
  byDefault: { channels, lane: 'immediate' },
  mayBe: { off: true, channels: ['email'], lanes: ['immediate'], shifted: false },
})
const custom = entry('message.custom', { all: ['email', 'sms', 'whatsapp', 'in_app'] })
const now = new Date('2026-11-20T10:00:00Z')
const blank = {
  entry: custom,
  payload: {},
  email: '',
  phone: '',
  name: '',
  locale: 'fr',
  channels: [],
  delay: 'now',
} as const

test.each([
  ['{', 'badJson'],
  ['', 'badJson'],
  ['[]', 'notObject'],
  ['null', 'notObject'],
  ['"text"', 'notObject'],
])('the data %j is refused before it is sent', (text, problem) => {
  expect(readPayload(text)).toEqual({ problem })
})

test('fields left empty are not sent: the server refuses an empty phone', () => {
  expect(sampleRequest({ ...blank, email: ' a@example.org ' }, now)).toEqual({
    type: 'message.custom',
    audience: 'client',
    to: { email: 'a@example.org', locale: 'fr' },
    payload: {},
    locale: 'fr',
    allowRepeat: true,
  })
})

test('a later time is counted from now', () => {
  expect(sampleRequest({ ...blank, delay: 'inHour' }, now).sendAt).toBe('2026-11-20T11:00:00.000Z')
})

test('the first sample shows in the mailbox and on a phone', () => {
  const booked = entry('appointment.confirmed', { all: ['email', 'sms'] })
  const chain = entry('order.ready', { firstOf: ['whatsapp', 'email'] })
  const staff = entry('webhook.disabled', { all: ['email', 'in_app'] })
  expect(firstSample([custom, staff, chain, booked])).toBe(booked)
  expect(firstSample([chain])).toBe(chain)
})

test('an entry takes the channels of its plan, and the in-app feed', () => {
  const chain = entry('order.ready', { firstOf: ['whatsapp', 'sms'] })
  expect([mayTake(chain, 'sms'), mayTake(chain, 'in_app'), mayTake(chain, 'email')]).toEqual([true, true, false])
})

test('entries stand under the part of the product they belong to, and are found by any of their words', () => {
  const entries = [
    custom,
    { ...entry('booking.reminder_24h', { all: ['sms'] }), pack: 'bookings' },
    { ...entry('mission.taken', { all: ['email'] }), pack: 'bookings' },
  ]
  const groups = groupsOf(entries, {
    event: (type) => (type === 'mission.taken' ? 'Mission prise' : type),
    pack: (pack) => (pack === 'bookings' ? 'Réservations' : 'Boutique'),
    audience: () => 'client',
  })
  expect(groups.map(({ group, items }) => [group, items.length])).toEqual([
    ['Boutique', 1],
    ['Réservations', 2],
  ])
  const found = (asked: string) => search(groups, asked).flatMap(({ items }) => items.map(({ label }) => label))
  expect(found('')).toHaveLength(3)
  expect(found('reservation')).toEqual(['booking.reminder_24h → client', 'Mission prise → client'])
  expect(found('REMINDER 24h client')).toEqual(['booking.reminder_24h → client'])
  expect(found('mission.taken')).toEqual(['Mission prise → client'])
  expect(found('no such thing')).toEqual([])
})
