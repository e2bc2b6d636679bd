import { describe, expect, test } from 'vitest'
import { refuseUnguarded } from './authentication.ts'
import {
  ALL_PERMISSIONS,
  DEFAULT_PERMISSIONS,
  mayHandle,
  permissionsOf,
  permissionsOfScopes,
  scopesWithin,
} from './permissions.ts'

describe('what a role may do', () => {
  test('is nothing for a role nobody knows, whatever was stored for it', () => {
    expect(permissionsOf('king')).toEqual([])
    expect(permissionsOf('constructor', ['messages.read'])).toEqual([])
  })

  test('is everything for an owner, whatever was stored', () => {
    expect(permissionsOf('owner', [])).toEqual(ALL_PERMISSIONS)
  })

  test('is what the organization decided, without what this version does not know', () => {
    expect(permissionsOf('staff', ['statistics.read', 'rockets.launch'])).toEqual(['statistics.read'])
    expect(permissionsOf('staff', [])).toEqual([])
    expect(permissionsOf('staff', null)).toEqual(DEFAULT_PERMISSIONS.staff)
  })
})

describe('a role is somebody’s to give and to take', () => {
  test('only if they may do all it may', () => {
    const manager = { role: 'operations_manager', permissions: permissionsOf('operations_manager') }
    expect(mayHandle(manager, 'assistant', permissionsOf('assistant'))).toBe(true)
    expect(mayHandle(manager, 'admin', permissionsOf('admin'))).toBe(false)
  })

  test('an owner’s only if they are one: no admin, and no key, makes an owner', () => {
    expect(mayHandle({ role: 'admin', permissions: ALL_PERMISSIONS }, 'owner', ALL_PERMISSIONS)).toBe(false)
    expect(mayHandle({ permissions: ALL_PERMISSIONS }, 'owner', ALL_PERMISSIONS)).toBe(false)
    expect(mayHandle({ role: 'owner', permissions: ALL_PERMISSIONS }, 'owner', ALL_PERMISSIONS)).toBe(true)
  })
})

test('a scope may be given by who has all of it', () => {
  expect(scopesWithin(ALL_PERMISSIONS)).toEqual(['send', 'read', 'manage'])
  expect(scopesWithin(permissionsOf('operations_manager'))).toEqual(['send', 'read'])
  expect(scopesWithin(permissionsOf('staff'))).toEqual([])
  expect(scopesWithin(ALL_PERMISSIONS.filter((one) => one !== 'members.manage'))).toEqual(['send', 'read'])
  expect(scopesWithin(permissionsOfScopes(['read']))).toEqual(['read'])
})

test('a route under /v1 that says nothing about who may call it is refused', () => {
  const route = { method: 'GET', handler: async () => '' }
  expect(() => refuseUnguarded({ ...route, url: '/v1/forgotten' } as never)).toThrow('no guard')
  expect(() => refuseUnguarded({ ...route, url: '/health/live' } as never)).not.toThrow()
})
