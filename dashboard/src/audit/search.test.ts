import { expect, test } from 'vitest'
import { auditFilter, auditSearch, exportAddress } from './search.ts'

const NOW = new Date('2026-11-20T09:00:30Z')
const ID = '019a9f00-0000-7000-8000-000000000001'

test('an address keeps the filters, and what is none of ours is dropped', () => {
  expect(auditFilter(auditSearch({ kind: 'look', act: 'contact', subject: ID, period: 7, more: 1 }), NOW)).toEqual({
    kind: 'look',
    act: 'contact',
    subject: ID,
    from: '2026-11-13T09:00:00.000Z',
  })
  expect(auditFilter(auditSearch({ kind: 'x', act: '<b>', outcome: 'done', actor: 'me', subject: 7 }), NOW)).toEqual({})
})

test('the file has the same entries', () => {
  expect(exportAddress({ act: 'contact.read', actor: ID }, 'csv')).toBe(
    `/v1/audit/export?act=contact.read&actor=${ID}&format=csv`,
  )
})
