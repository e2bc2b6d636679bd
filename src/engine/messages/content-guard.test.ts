import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonical, guardOf, type Words } from './content-guard.ts'

/** The same JSON with its keys in another order. */
function reordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, held]) => [key, reordered(held)]),
  )
}
/** Plain JSON as it comes over the wire: no −0, no __proto__. */
const json = fc
  .jsonValue()
  .filter((value) => !JSON.stringify(value).includes('__proto__'))
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown)

test('the order of keys makes no other words, anything else does', () => {
  fc.assert(
    fc.property(json, json, (one, other) => {
      expect(canonical(reordered(one))).toBe(canonical(one))
      expect(JSON.parse(canonical(one))).toEqual(one)
      const same = JSON.stringify(sortedDeep(one)) === JSON.stringify(sortedDeep(other))
      expect(canonical(one) === canonical(other)).toBe(same)
    }),
  )
})

function sortedDeep(value: unknown): unknown {
  if (Array.isArray(value)) return { list: value.map(sortedDeep) }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, held]) => [key, sortedDeep(held)] as const)
  return { entries: entries.sort(([a], [b]) => (a < b ? -1 : 1)) }
}

test('each thing that makes a message another one makes another guard, the size of a uuid', () => {
  const words: Words = {
    type: 'order.ready',
    templateKey: 'order.ready.customer',
    contactId: 'contact',
    locale: 'fr',
    payload: { number: 42 },
    attachments: [],
    sendAt: null,
  }
  const others: Partial<Words>[] = [
    { type: 'order.late' },
    { templateKey: 'order.ready.staff' },
    { contactId: 'another' },
    { locale: 'en' },
    { payload: { number: '42' } },
    { attachments: ['a.pdf 0'] },
    { sendAt: new Date('2027-01-01T08:00:00Z') },
  ]
  const guards = [
    guardOf(words)('email', 'a@example.org'),
    guardOf(words)('sms', 'a@example.org'),
    guardOf(words)('email', 'b@example.org'),
    ...others.map((over) => guardOf({ ...words, ...over })('email', 'a@example.org')),
  ]
  expect(new Set(guards).size).toBe(guards.length)
  for (const guard of guards) expect(guard).toMatch(/^[0-9a-f]{32}$/)
  expect(guardOf({ ...words, payload: { number: 42 } })('email', 'a@example.org')).toBe(guards[0])
})
