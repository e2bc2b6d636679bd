import { describe, expect, test } from 'vitest'
import { countryOf, estimate, type Price } from './price.ts'

const price = (over: Partial<Price>): Price => ({
  provider: 'twilio',
  channel: 'sms',
  country: '*',
  category: '*',
  micros: 100_000,
  currency: 'EUR',
  ...over,
})
const message = { provider: 'twilio', channel: 'sms', address: '+33612345678', parts: 1 } as const

describe('a message costs', () => {
  test('nothing that is known, where no price fits', () => {
    expect(estimate([], message)).toBeUndefined()
    expect(estimate([price({ provider: 'ovh' })], message)).toBeUndefined()
    expect(estimate([price({ country: 'BE' })], message)).toBeUndefined()
    expect(estimate([price({ channel: 'whatsapp' })], message)).toBeUndefined()
  })
  test('the price of its country, else that of all others, for each part', () => {
    const prices = [price({}), price({ country: 'FR', micros: 45_000 })]
    expect(estimate(prices, { ...message, parts: 3 })).toEqual({ micros: 135_000, currency: 'EUR' })
    expect(estimate(prices, { ...message, address: '+32470123456' })).toEqual({ micros: 100_000, currency: 'EUR' })
  })
  test('the price of its category, but rather that of its country', () => {
    const whatsapp = { ...message, channel: 'whatsapp', category: 'marketing' } as const
    const prices = [
      price({ channel: 'whatsapp', category: 'marketing', micros: 1 }),
      price({ channel: 'whatsapp', country: 'FR', micros: 2 }),
    ]
    expect(estimate(prices, whatsapp)?.micros).toBe(2)
    expect(
      estimate([...prices, price({ channel: 'whatsapp', country: 'FR', category: 'marketing', micros: 3 })], whatsapp)
        ?.micros,
    ).toBe(3)
    expect(estimate(prices.slice(0, 1), whatsapp)?.micros).toBe(1)
    expect(estimate(prices.slice(0, 1), { ...whatsapp, category: undefined })).toBeUndefined()
  })
  test('of numbers that share a prefix, each by its own country', () => {
    expect([countryOf('+12025550123'), countryOf('+14165550123'), countryOf('+262692123456')]).toEqual([
      'US',
      'CA',
      'RE',
    ])
    expect([countryOf('somebody@example.org'), countryOf('+999')]).toEqual([undefined, undefined])
  })
})
