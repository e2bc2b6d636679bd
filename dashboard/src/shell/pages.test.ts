import { expect, test } from 'vitest'
import { pagesFor } from './pages.ts'

const names = (permissions: Parameters<typeof pagesFor>[0]['permissions'], platformAdmin = false) =>
  pagesFor({ permissions, platformAdmin }).map(({ name }) => name)

test('a member is offered the pages their role may use, and no others', () => {
  expect(names([])).toEqual([])
  expect(names(['messages.read'])).toEqual(['messages', 'reminders', 'failed', 'sandbox'])
  expect(names(['statistics.read', 'messages.read', 'members.read'])).toEqual([
    'overview',
    'messages',
    'reminders',
    'failed',
    'team',
    'sandbox',
  ])
})

test('only those who operate the platform are offered its page', () => {
  expect(names([], true)).toEqual(['platform'])
})
