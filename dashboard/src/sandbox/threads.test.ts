import type { SandboxInbound, SandboxMessage } from '@carillon/client'
import { expect, test } from 'vitest'
import { dayKey, linkedPieces, threadsOf, tickOf } from './threads.ts'

const message = (id: string, address: string, contactName: string | null = null): SandboxMessage => ({
  id,
  messageId: `m${id}`,
  channel: 'sms',
  address,
  contactName,
  subject: null,
  preview: '',
  text: '',
  copies: 1,
  createdAt: `2026-11-20T10:00:0${id}Z`,
})
const answer = (id: string, address: string, contactName: string | null = null): SandboxInbound => ({
  id,
  channel: 'sms',
  address,
  contactId: null,
  contactName,
  kind: 'text',
  text: '',
  consent: null,
  createdAt: `2026-11-20T10:00:0${id}Z`,
})

test('each number has its thread, oldest first, the last one written to on top', () => {
  const threads = threadsOf([message('3', '+331'), message('2', '+332', 'Sample Client'), message('1', '+331')], [])
  expect(threads.map(({ address, lines }) => [address, lines.map(({ id }) => id)])).toEqual([
    ['+331', ['1', '3']],
    ['+332', ['2']],
  ])
  expect(threads[1]?.contactName).toBe('Sample Client')
})

test('what was written back stands at its time, also from a number that nothing was sent to', () => {
  const threads = threadsOf(
    [message('4', '+331'), message('1', '+331')],
    [answer('5', '+332', 'Sample Client'), answer('2', '+331')],
  )
  expect(threads.map(({ address, lines }) => [address, lines.map(({ id, by }) => `${by} ${id}`)])).toEqual([
    ['+332', ['holder 5']],
    ['+331', ['organization 1', 'holder 2', 'organization 4']],
  ])
  expect(threads[0]?.contactName).toBe('Sample Client')
})

test('days are those of the organization, not of the reader', () => {
  expect(dayKey('2026-11-20T23:30:00Z', 'Europe/Paris')).toBe('2026-11-21')
  expect(dayKey('2026-11-20T23:30:00Z', 'America/Martinique')).toBe('2026-11-20')
})

test('an address at the end of a sentence keeps its full stop out of the link', () => {
  expect(linkedPieces('See https://example.com/a?b=1. Thanks')).toEqual([
    { text: 'See ' },
    { text: 'https://example.com/a?b=1', href: 'https://example.com/a?b=1' },
    { text: '. Thanks' },
  ])
})

test('only web addresses become links', () => {
  expect(linkedPieces('javascript:alert(1) data:text/html,x')).toEqual([
    { text: 'javascript:alert(1) data:text/html,x' },
  ])
})

test('a message the carrier holds is never shown as still waiting for lack of news', () => {
  expect(tickOf(undefined)).toBe('sent')
  expect(tickOf('queued')).toBe('pending')
  expect(tickOf('read')).toBe('read')
  expect(tickOf('bounced')).toBe('failed')
})
