import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Channel } from '../channels/channel.ts'
import type { BuiltInTemplates, ChannelSources } from '../templates/source.ts'
import { createCatalogue } from './catalogue.ts'
import { defineEvent, type EventDefinition, type EventEntry } from './event.ts'

const sources: ChannelSources = {
  email: { subject: 'Hello', body: '<mj-text>Hello</mj-text>' },
  sms: { text: 'Hello' },
  in_app: { title: 'Hello', body: 'Hello' },
}
const templates: BuiltInTemplates = { fr: sources, en: sources }
const owner: EventEntry = {
  audience: 'owner',
  channels: { all: ['in_app'] },
  lane: 'immediate',
  category: 'ops',
  templates,
}
const client: EventEntry = { ...owner, audience: 'client', channels: { firstOf: ['sms', 'email'] }, category: 'tx' }

const event = (change: Partial<EventDefinition> = {}): EventDefinition => ({
  ...defineEvent({
    type: 'visit.ended',
    payload: z.strictObject({ place: z.string(), guests: z.array(z.strictObject({ name: z.string() })).default([]) }),
    sample: { place: 'Lyon' },
    entries: [owner, client],
  }),
  ...change,
})
const catalogueOf = (...events: EventDefinition[]) => createCatalogue([{ name: 'visits', events }])

function refusal(work: () => unknown): AppError {
  try {
    work()
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('It was not refused')
}

describe('a catalogue with a mistake is never built', () => {
  const other = { ...sources, email: undefined } as unknown as ChannelSources
  test.each<[string, EventDefinition[], RegExp]>([
    ['a type declared twice', [event(), event()], /visit\.ended: is already in the catalogue/],
    ['a type that is no type', [event({ type: 'Visit ended' })], /noun\.what_happened/],
    ['nobody to hear of it', [event({ entries: [] })], /nobody hears of it/],
    ['an audience twice', [event({ entries: [owner, owner] })], /owner appears twice/],
    [
      'a channel nobody knows',
      [event({ entries: [{ ...owner, channels: { all: ['pigeon' as Channel] } }] })],
      /no channel pigeon/,
    ],
    ['no channel at all', [event({ entries: [{ ...owner, channels: { firstOf: [] } }] })], /names no channel/],
    [
      'a channel twice',
      [event({ entries: [{ ...owner, channels: { all: ['sms', 'sms'] } }] })],
      /names a channel twice/,
    ],
    [
      'a channel without words',
      [event({ entries: [{ ...client, templates: { fr: sources, en: other } }] })],
      /no built-in email template in en/,
    ],
    [
      'a payload field that hides a name of ours',
      [event({ payload: z.strictObject({ contact: z.string() }), sample: { contact: 'x' } })],
      /contact would hide/,
    ],
    ['a sample that does not fit', [event({ sample: { place: 3 } })], /sample does not fit its payload: place/],
    ['an HTML field that is not there', [event({ htmlField: 'html' })], /has no field html/],
    [
      'a template key of another event',
      [
        event({ entries: [{ ...owner, templateKey: 'shared' }] }),
        event({ type: 'visit.began', entries: [{ ...owner, templateKey: 'shared' }] }),
      ],
      /visit\.began: its template key shared belongs to visit\.ended/,
    ],
  ])('%s', (_, events, message) => {
    expect(() => catalogueOf(...events)).toThrow(message)
  })

  test('every mistake is named at once', () => {
    expect(() => catalogueOf(event({ type: 'X' }), event({ entries: [] }))).toThrow(
      /X: a type reads[\s\S]*visit\.ended: nobody/,
    )
  })
})

describe('finding an entry', () => {
  const catalogue = catalogueOf(event())

  test('a type alone means the first audience outside the business', () => {
    expect(catalogue.entry('visit.ended')).toMatchObject({
      audience: 'client',
      templateKey: 'visit.ended.client',
      pack: 'visits',
      required: false,
    })
  })

  test('a type told only inside the business means its first audience', () => {
    expect(catalogueOf(event({ entries: [owner] })).entry('visit.ended').audience).toBe('owner')
  })

  test('an audience may be named', () => {
    expect(catalogue.entry('visit.ended', 'owner').channels).toEqual({ all: ['in_app'] })
    expect(catalogue.audiencesOf('visit.ended').map((entry) => entry.audience)).toEqual(['owner', 'client'])
  })

  test('an unknown type and an audience it is not told to are refused by name', () => {
    expect(refusal(() => catalogue.entry('visit.started'))).toMatchObject({
      code: 'unknown_type',
      errors: [{ path: 'type' }],
    })
    expect(refusal(() => catalogue.entry('toString'))).toMatchObject({ code: 'unknown_type' })
    expect(refusal(() => catalogue.entry('visit.ended', 'admin'))).toMatchObject({
      code: 'unknown_type',
      message: 'visit.ended is not told to "admin", only to owner, client',
      errors: [{ path: 'audience' }],
    })
  })
})

describe('reading a payload', () => {
  const catalogue = catalogueOf(event())
  const entry = catalogue.entry('visit.ended')

  test('defaults are filled in', () => {
    expect(catalogue.readPayload(entry, { place: 'Lyon' })).toEqual({ place: 'Lyon', guests: [] })
  })

  test('every fault is named by its path from the request', () => {
    const error = refusal(() => catalogue.readPayload(entry, { guests: [{ name: 'A' }, { nom: 'B' }], extra: 1 }))
    expect(error.code).toBe('validation_failed')
    expect(error.errors?.map((one) => one.path).sort()).toEqual([
      'payload.extra',
      'payload.guests.1.name',
      'payload.guests.1.nom',
      'payload.place',
    ])
  })

  test('a payload that is no object is refused', () => {
    for (const payload of [null, [], 'x', 3, undefined])
      expect(refusal(() => catalogue.readPayload(entry, payload)).errors?.[0]?.path).toBe('payload')
  })
})
