import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CATEGORIES } from '../catalogue/event.ts'
import { CHANNELS } from '../channels/channel.ts'
import { DEFAULT_DELIVERY } from './delivery-settings.ts'
import { backoffMs } from './lane.ts'

const DAY_MS = 86_400_000
const pauses = (channel: (typeof CHANNELS)[number], category: (typeof CATEGORIES)[number]) =>
  [1, 2, 3, 4].map((tries) => backoffMs(DEFAULT_DELIVERY, { channel, category }, tries, 0.5) / 1000)

test('each channel pauses in its own way, and doubles past its last step', () => {
  expect(pauses('email', 'tx')).toEqual([1, 4, 16, 32])
  expect(pauses('sms', 'mkt')).toEqual([2, 8, 32, 64])
  expect(pauses('sms', 'rem')).toEqual([5, 20, 80, 160])
  expect(pauses('whatsapp', 'rem')).toEqual([10, 30, 60, 120])
})

test('a pause is within a quarter of its step and never much longer than a day, whatever was saved', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.1, max: 86_400, noNaN: true }), { minLength: 1, maxLength: 20 }),
      fc.constantFrom(...CHANNELS),
      fc.integer({ min: 1, max: 40 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (steps, channel, tries, random) => {
        const settings = {
          ...DEFAULT_DELIVERY,
          backOffSeconds: { email: steps, sms: steps, whatsapp: steps, in_app: steps, reminders: steps },
        }
        const pause = backoffMs(settings, { channel, category: 'tx' }, tries, random)
        const step = (steps[Math.min(tries, steps.length) - 1] as number) * 1000
        expect(pause).toBeGreaterThanOrEqual(Math.floor(step * 0.75))
        expect(pause).toBeLessThanOrEqual(1.25 * DAY_MS)
        if (tries <= steps.length) expect(pause).toBeLessThanOrEqual(Math.ceil(step * 1.25))
      },
    ),
  )
})
