import type { Role, Scope } from './organization.ts'

/**
 * What somebody may be allowed to do, in one place. `scope` is what an API key needs for the same; `says` finishes the
 * sentence “This needs the permission to …”. Every route of the API names one of these.
 */
export const PERMISSIONS = {
  'messages.read': { scope: 'read', says: 'see messages, notifications and what came back' },
  'messages.send': { scope: 'send', says: 'send, cancel and repeat messages' },
  'contacts.read': { scope: 'read', says: 'see contacts' },
  'contacts.manage': { scope: 'send', says: 'add, change and remove contacts' },
  'campaigns.read': { scope: 'read', says: 'see campaigns and segments' },
  'campaigns.manage': { scope: 'send', says: 'prepare, start, pause and cancel campaigns' },
  'bookings.read': { scope: 'read', says: 'see quotes, bookings, payments and missions' },
  'bookings.manage': {
    scope: 'send',
    says: 'make quotes, move and cancel bookings, and look after professionals',
  },
  'bookings.money': {
    scope: 'manage',
    says: 'give money of bookings back, deal with payments that fit nothing, and issue refused documents',
  },
  'statistics.read': { scope: 'read', says: 'see the numbers' },
  'settings.read': { scope: 'read', says: 'see how the organization is set up' },
  'settings.manage': { scope: 'manage', says: 'change how the organization is set up' },
  'templates.manage': { scope: 'manage', says: 'change templates' },
  'providers.manage': { scope: 'manage', says: 'change provider accounts' },
  'prices.manage': { scope: 'manage', says: 'change prices' },
  'webhooks.manage': { scope: 'manage', says: 'change outgoing webhooks' },
  'api_keys.manage': { scope: 'manage', says: 'make and revoke API keys' },
  'members.read': { scope: 'read', says: 'see the team' },
  'members.manage': { scope: 'manage', says: 'invite members, change them and what each role may do' },
  'support.manage': { scope: 'manage', says: 'let the platform’s support look in' },
  'audit.read': { scope: 'manage', says: 'read the audit log' },
  'data.export': { scope: 'manage', says: 'export all that is held about a contact' },
  'data.erase': { scope: 'manage', says: 'erase what is held about a contact' },
} as const satisfies Record<string, { readonly scope: Scope; readonly says: string }>

export type Permission = keyof typeof PERMISSIONS
export const ALL_PERMISSIONS = Object.keys(PERMISSIONS) as [Permission, ...Permission[]]

const DESK = ['messages.read', 'messages.send', 'contacts.read', 'settings.read', 'members.read'] as const

/** What each role may do where an organization has not decided otherwise. An owner may everything, everywhere. */
export const DEFAULT_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  owner: ALL_PERMISSIONS,
  admin: ALL_PERMISSIONS,
  operations_manager: [
    ...DESK,
    'contacts.manage',
    'campaigns.read',
    'campaigns.manage',
    'bookings.read',
    'bookings.manage',
    'statistics.read',
    'settings.manage',
    'templates.manage',
  ],
  accounting: [
    'messages.read',
    'contacts.read',
    'bookings.read',
    'bookings.money',
    'settings.read',
    'members.read',
    'statistics.read',
    'prices.manage',
  ],
  staff: [...DESK, 'contacts.manage', 'bookings.read', 'bookings.manage', 'statistics.read'],
  practitioner: DESK,
  support: [...DESK, 'contacts.manage', 'bookings.read', 'statistics.read'],
  lawyer: [...DESK, 'contacts.manage', 'statistics.read', 'data.export'],
  assistant: [...DESK, 'contacts.manage'],
}

/**
 * What a role may do where `decided` is what the organization has stored for it, if anything. What this version does not
 * know, a role or a permission, is nothing.
 */
export function permissionsOf(role: string, decided?: readonly string[] | null): readonly Permission[] {
  if (role === 'owner') return ALL_PERMISSIONS
  if (!Object.hasOwn(DEFAULT_PERMISSIONS, role)) return []
  return decided
    ? ALL_PERMISSIONS.filter((permission) => decided.includes(permission))
    : DEFAULT_PERMISSIONS[role as Role]
}

/** Whoever gives or takes a role. */
export interface Grantor {
  /** A member's; an API key has none. */
  readonly role?: string | undefined
  readonly permissions: readonly Permission[]
}

/** Whether a role, which may do `permissions`, is somebody's to give and to take. Only owners deal with owners. */
export const mayHandle = (by: Grantor, role: string, permissions: readonly Permission[]): boolean =>
  role === 'owner' ? by.role === 'owner' : permissions.every((permission) => by.permissions.includes(permission))

/** The scopes whose every permission somebody has: what they may give an API key. */
export const scopesWithin = (permissions: readonly Permission[]): Scope[] =>
  (['send', 'read', 'manage'] as const).filter((scope) =>
    ALL_PERMISSIONS.every((permission) => PERMISSIONS[permission].scope !== scope || permissions.includes(permission)),
  )

/** What an API key may do, in the same words. */
export const permissionsOfScopes = (scopes: readonly Scope[]): Permission[] =>
  ALL_PERMISSIONS.filter((permission) => scopes.includes(PERMISSIONS[permission].scope))
