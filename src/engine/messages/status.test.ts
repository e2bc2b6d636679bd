import fc from 'fast-check'
import { expect, test } from 'vitest'
import { STATUSES, type Status, statusAfter } from './status.ts'

const reports: readonly Status[] = ['sent', 'delivered', 'opened', 'clicked', 'read', 'bounced', 'failed']

test('reports that come late, twice or in any order never move a message back', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...reports), { maxLength: 20 }), (came) => {
      let status: Status = 'sent'
      const seen = new Set<Status>([status])
      for (const report of came) {
        const next = statusAfter(status, [report])
        if (next !== status) expect(seen.has(next)).toBe(false)
        seen.add(next)
        status = next
      }
    }),
  )
})

test('an e-mail’s reports end in the same state in every order', () => {
  const orders = permutations(['delivered', 'opened', 'clicked'] as const)
  expect(new Set(orders.map((order) => statusAfter('sent', order)))).toEqual(new Set(['clicked']))
})

test('a WhatsApp message that was read is not delivered afterwards', () => {
  expect(statusAfter('sent', ['read', 'delivered'])).toBe('read')
})

test('nothing moves a message that was cancelled or suppressed', () => {
  for (const from of ['cancelled', 'suppressed'] as const) expect(statusAfter(from, STATUSES)).toBe(from)
})

test('a delivery report corrects a message we gave up on', () => {
  expect(statusAfter('failed', ['delivered'])).toBe('delivered')
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  )
}
