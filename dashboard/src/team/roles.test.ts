import type { Session } from '@carillon/client'
import { expect, test } from 'vitest'
import { mayHandle } from './roles.ts'

const session = (role: string, ...permissions: Session['permissions']) => ({ role, permissions }) as Session

test('offers an owner to owners only, and no role that may do more', () => {
  const owner = { role: 'owner', permissions: [] } as const
  const reader = { role: 'staff', permissions: ['messages.read'] } as const
  expect(mayHandle(session('admin', 'messages.read'), { ...owner, permissions: [] })).toBe(false)
  expect(mayHandle(session('owner'), { ...owner, permissions: [] })).toBe(true)
  expect(mayHandle(session('admin', 'messages.read'), { ...reader, permissions: [...reader.permissions] })).toBe(true)
  expect(mayHandle(session('admin'), { ...reader, permissions: [...reader.permissions] })).toBe(false)
  expect(mayHandle(session('owner'), undefined)).toBe(false)
})
