import type { FastifyReply, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { RequestLimit } from '../../platform/http/request-limit.ts'
import { isSameOrigin } from '../../platform/http/same-origin.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Scope } from './organization.ts'
import type { Member, Organizations } from './organizations.ts'
import { PERMISSIONS, type Permission, permissionsOf, permissionsOfScopes, scopesWithin } from './permissions.ts'
import type { Session, SignIn } from './sign-in.ts'
import type { SubscriberTokens } from './subscriber-tokens.ts'

/** Who asks, for which organization, and what they may do. */
export interface Caller {
  readonly organizationId: string
  readonly actor: { readonly kind: 'api_key' | 'member' | 'contact'; readonly id: string; readonly name: string }
  readonly scopes: readonly Scope[]
  readonly permissions: readonly Permission[]
  /** Set for a subscriber, and for a member who may not see messages: the only contact whose feed they may see. */
  readonly contactId?: string
  /** Set for a member who operates the platform. */
  readonly platformAdmin?: boolean
}

/**
 * What a route asks for: `scope` of an API key, `permission` of a member's role (with `subscriber`, a subscriber token
 * will do as well, and a member without the permission is let in to what is their own); or a member's session, the
 * session of somebody who operates the platform, a subscriber token.
 */
export type Need =
  | { readonly scope: Scope; readonly permission: Permission; readonly subscriber?: boolean }
  | 'session'
  | 'platform_admin'
  | 'subscriber'

export interface Authentication {
  /** Throws `unauthenticated`, `forbidden` or `rate_limited`. `reply` is told what is left of the limit. */
  authenticate(request: FastifyRequest, need: Need, reply?: FastifyReply): Promise<Caller>
  /** The same as a route's `onRequest`: strangers are refused before their body is read. */
  guard(need: Need): onRequestAsyncHookHandler & { security: Record<string, string[]>[] }
  /** The caller that `guard` let in. */
  callerOf(request: FastifyRequest): Caller
  /** The signed-in user and their membership in the organization they work in, if a session cookie came along. */
  sessionOf(request: FastifyRequest): Promise<SignedIn | undefined>
}

export interface SignedIn {
  readonly session: Session
  readonly member: Member
  /** Whether they operate the platform: named in CARILLON_ADMINS. */
  readonly platformAdmin: boolean
}

export interface AuthenticationParts {
  readonly apiKeys: ApiKeys
  readonly signIn: SignIn
  readonly organizations: Organizations
  readonly subscriberTokens: SubscriberTokens
  readonly clock: Clock
  /** Requests an organization may make, by its id. */
  readonly limit: RequestLimit
  readonly publicUrl: string
  /** Addresses, in lower case, of the users who operate the platform. */
  readonly admins: readonly string[]
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

export function createAuthentication(parts: AuthenticationParts): Authentication {
  const callers = new WeakMap<FastifyRequest, Caller>()

  async function identify(request: FastifyRequest, need: Need): Promise<Caller> {
    const token = bearer(request)
    if (token?.startsWith('crl_')) {
      const key = await parts.apiKeys.check(token)
      return {
        organizationId: key.organizationId,
        actor: { kind: 'api_key', id: key.id, name: key.name },
        scopes: key.scopes,
        permissions: permissionsOfScopes(key.scopes),
      }
    }
    if (token !== undefined) return subscriber(token)
    return member(request, typeof need === 'object' && need.subscriber ? need.permission : undefined)
  }

  function subscriber(token: string): Caller {
    const known = parts.subscriberTokens.check(token)
    if (!known)
      throw new AppError('unauthenticated', 'This token is not known, or has expired; ask your host for a new one')
    return {
      ...known,
      actor: { kind: 'contact', id: known.contactId, name: 'Subscriber' },
      scopes: [],
      permissions: [],
    }
  }

  /** Without the permission `need`, they see what is their own. */
  async function member(request: FastifyRequest, need: Permission | undefined): Promise<Caller> {
    const found = await sessionOf(request)
    if (!found) throw new AppError('unauthenticated', 'Give an API key as “Authorization: Bearer crl_…”, or sign in')
    // A browser adds the cookie to requests other sites make; it also says where they come from.
    const acts = !READS.has(request.method) || request.headers.upgrade !== undefined
    if (acts && !isSameOrigin(request, parts.publicUrl)) {
      throw new AppError('forbidden', 'A signed-in page may only act from this server’s own address')
    }
    const { session, member, platformAdmin } = found
    const permissions = permissionsOf(member.role)
    return {
      organizationId: member.organizationId,
      actor: { kind: 'member', id: member.id, name: session.user.name },
      scopes: scopesWithin(permissions),
      permissions,
      ...(need !== undefined && !permissions.includes(need) && { contactId: member.contactId }),
      platformAdmin,
    }
  }

  async function sessionOf(request: FastifyRequest): Promise<SignedIn | undefined> {
    const { cookie } = request.headers
    if (!cookie?.includes('carillon.session_token=')) return undefined
    const session = await parts.signIn.session(cookie)
    if (!session) return undefined
    const memberships = await parts.organizations.membershipsOf(session.user.id)
    const member = memberships.find((one) => one.organizationId === session.activeOrganizationId) ?? memberships[0]
    return member && { session, member, platformAdmin: parts.admins.includes(session.user.email.toLowerCase()) }
  }

  async function authenticate(request: FastifyRequest, need: Need, reply?: FastifyReply): Promise<Caller> {
    const caller = await identify(request, need)
    admit(caller, need)
    const { allowed, limit, remaining, resetSeconds } = parts.limit.take(caller.organizationId, parts.clock.now())
    reply
      ?.header('ratelimit-limit', limit)
      .header('ratelimit-remaining', remaining)
      .header('ratelimit-reset', resetSeconds)
    if (!allowed)
      throw new AppError('rate_limited', 'This organization has made too many requests', {
        retryAfterSeconds: resetSeconds,
      })
    return caller
  }

  return {
    authenticate,
    sessionOf,
    guard: (need) =>
      Object.assign(
        async (request: FastifyRequest, reply: FastifyReply) => {
          callers.set(request, await authenticate(request, need, reply))
        },
        { security: SECURITY[typeof need === 'object' ? 'scope' : need] },
      ),
    callerOf(request) {
      const caller = callers.get(request)
      if (!caller) throw new Error(`The route ${request.routeOptions.url} has no guard`)
      return caller
    },
  }
}

/** How each need is written in the OpenAPI document. */
const SECURITY: Record<'scope' | Exclude<Need, object>, Record<string, string[]>[]> = {
  scope: [{ apiKey: [] }, { session: [] }],
  session: [{ session: [] }],
  platform_admin: [{ session: [] }],
  subscriber: [{ apiKey: [] }],
}

function admit(caller: Caller, need: Need): void {
  const { kind } = caller.actor
  if (need === 'session') {
    if (kind !== 'member') throw new AppError('forbidden', 'This is for signed-in members')
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

/** Browsers cannot set headers on a WebSocket: there, and only there, a subscriber token may be in the address. */
function bearer(request: FastifyRequest): string | undefined {
  const { authorization, upgrade } = request.headers
  if (authorization !== undefined) {
    const [, token] = /^bearer +(\S+)$/i.exec(authorization) ?? []
    if (!token) throw new AppError('unauthenticated', 'Authorization must be “Bearer ” and a key or token')
    return token
  }
  if (upgrade === undefined) return undefined
  const { token } = request.query as { token?: unknown }
  if (typeof token !== 'string' || token === '') return undefined
  if (token.startsWith('crl_'))
    throw new AppError('unauthenticated', 'An API key goes into the Authorization header, never into an address')
  return token
}
