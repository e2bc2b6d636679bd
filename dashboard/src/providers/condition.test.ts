import { expect, test } from 'vitest'
import { conditionOf } from './condition.ts'

const WELL = { breaker: 'closed', health: 1, reason: null, openedAt: null, retryAt: null } as const

test('the worst that is known of an account is what is told', () => {
  const at = '2026-11-20T10:00:00Z'
  expect(conditionOf({ enabled: true, state: WELL })).toBe('well')
  expect(conditionOf({ enabled: true, state: { ...WELL, health: 0.6 } })).toBe('weak')
  expect(conditionOf({ enabled: true, state: { ...WELL, health: 0.6, retryAt: at } })).toBe('waiting')
  expect(conditionOf({ enabled: true, state: { ...WELL, breaker: 'half_open', retryAt: at } })).toBe('probing')
  expect(conditionOf({ enabled: true, state: { ...WELL, breaker: 'open', retryAt: at } })).toBe('down')
  expect(conditionOf({ enabled: false, state: { ...WELL, breaker: 'open' } })).toBe('off')
})
