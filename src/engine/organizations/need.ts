import type { onRequestAsyncHookHandler, RouteOptions } from 'fastify'
import { AppError } from '../../errors.ts'
import type { Caller } from './authentication.ts'
import type { Scope } from './organization.ts'
import { PERMISSIONS, type Permission } from './permissions.ts'

/**
 * What a route asks for: `scope` of an API key, `permission` of a member's role (with `subscriber`, a subscriber token
 * will do as well, and a member without the permission is let in to what is their own); or a member's session, the
 * session of somebody who operates the platform, a subscriber token; or nothing: the route says so itself.
 */
export type Need =
  | { readonly scope: Scope; readonly permission: Permission; readonly subscriber?: boolean }
  | 'session'
  | 'platform_admin'
  | 'subscriber'
  | 'anyone'

/** A route's `onRequest`, which says what it asks for. */
export interface Guard extends onRequestAsyncHookHandler {
  readonly need: Need
  readonly security: Record<string, string[]>[]
}

/** What a route asks for. */
export const needOf = ({ onRequest }: Pick<RouteOptions, 'onRequest'>): Need | undefined =>
  ([onRequest ?? []].flat() as Partial<Guard>[]).find((hook) => hook.need !== undefined)?.need

/** How a need is written in the OpenAPI document. */
export const securityOf = (need: Need): Record<string, string[]>[] =>
  SECURITY[typeof need === 'object' ? 'scope' : need]

const SECURITY: Record<'scope' | Exclude<Need, object>, Record<string, string[]>[]> = {
  scope: [{ apiKey: [] }, { session: [] }],
  session: [{ session: [] }],
  platform_admin: [{ session: [] }],
  subscriber: [{ apiKey: [] }],
  anyone: [],
}

/** Refuses a caller who may not do what is asked for: `forbidden`, with what is missing. */
export function admit(caller: Caller, need: Need): void {
  const { kind } = caller.actor
  if (need === 'anyone') return
  if (need === 'session') {
    if (kind !== 'member' && kind !== 'platform_admin') throw new AppError('forbidden', 'This is for signed-in members')
  } else if (need === 'platform_admin') {
    if (!caller.platformAdmin) throw new AppError('forbidden', 'This is for those who operate the platform')
  } else if (need === 'subscriber') {
    if (kind !== 'contact') throw new AppError('forbidden', 'This takes a subscriber token')
  } else if (kind === 'contact') {
    if (!need.subscriber)
      throw new AppError('forbidden', 'A subscriber token opens the in-app feed and the live socket only')
  } else if (kind === 'api_key') {
    if (!caller.scopes.includes(need.scope))
      throw new AppError('forbidden', `This needs the scope “${need.scope}”; this key has ${caller.scopes.join(', ')}`)
  } else if (!caller.permissions.includes(need.permission) && !(need.subscriber && caller.contactId)) {
    const { says } = PERMISSIONS[need.permission]
    throw new AppError(
      'forbidden',
      `This needs the permission to ${says} (${need.permission}); your role does not have it`,
    )
  }
}
