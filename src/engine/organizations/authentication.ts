import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { RequestLimit } from '../../platform/http/request-limit.ts'
import { isSameOrigin } from '../../platform/http/same-origin.ts'
import type { ApiKeys } from './api-keys.ts'
import { admit, type Guard, type Need, needOf, securityOf } from './need.ts'
import type { Scope } from './organization.ts'
import type { Member, Organizations } from './organizations.ts'
import { type Permission, permissionsOfScopes, scopesWithin } from './permissions.ts'
import type { Session, SignIn } from './sign-in.ts'
import type { SubscriberTokens } from './subscriber-tokens.ts'
import { type SupportWindows, WINDOW_PERMISSIONS } from './support-windows.ts'

/** Who asks, for which organization, and what they may do. */
export interface Caller {
  readonly organizationId: string
  readonly actor: {
    /** `platform_admin`: somebody who operates the platform, in an organization that has opened a support window. */
    readonly kind: 'api_key' | 'member' | 'contact' | 'platform_admin'
    readonly id: string
    readonly name: string
  }
  readonly scopes: readonly Scope[]
  readonly permissions: readonly Permission[]
  /** A member's. */
  readonly role?: string
  /** Set for a subscriber, and for a member who may not see messages: the only contact whose feed they may see. */
  readonly contactId?: string
  /** Set for a member who operates the platform. */
  readonly platformAdmin?: boolean
  /** The support window they look in through: set for every request of a `platform_admin`. */
  readonly viaSupportWindow?: string
}

/** Who it was, as rows keep it: without the name. */
export const actorOf = ({ actor: { kind, id } }: Caller): Pick<Caller['actor'], 'kind' | 'id'> => ({ kind, id })

export interface Authentication {
  /** Throws `unauthenticated`, `forbidden` or `rate_limited`. `reply` is told what is left of the limit. */
  authenticate(request: FastifyRequest, need: Need, reply?: FastifyReply): Promise<Caller>
  /** The same as a route's `onRequest`: strangers are refused before their body is read. */
  guard(need: Need): Guard
  /** Whether they would be let in now as they were then: for what stays open, like a socket. Counts against no limit. */
  isStillAllowed(request: FastifyRequest, need: Need, then: Caller): Promise<boolean>
  /** The caller that `guard` let in. */
  callerOf(request: FastifyRequest): Caller
  /** The caller, let in or not; undefined while nobody knows who asks. */
  knownCaller(request: FastifyRequest): Caller | undefined
  /** The signed-in user, wherever they work and even where they are a member of nothing yet. */
  userOf(request: FastifyRequest): Promise<Session | undefined>
  /** The signed-in user and where they work, if a session cookie came along. */
  sessionOf(request: FastifyRequest): Promise<SignedIn | undefined>
}

export interface SignedIn {
  readonly session: Session
  /** Where they are members, the oldest membership first. */
  readonly memberships: readonly Member[]
  /** Where they work: the organization of the `x-organization-id` header, else the one chosen last, else their first. */
  readonly organizationId: string
  /** Undefined in an organization they look into through a support window. */
  readonly member: Member | undefined
  readonly window: { readonly id: string; readonly expiresAt: Date } | undefined
  /** They chose an organization whose support window has ended since; they are back in their own. */
  readonly windowEnded: boolean
  /** Whether they operate the platform: named in CARILLON_ADMINS. */
  readonly platformAdmin: boolean
}

export interface AuthenticationParts {
  readonly apiKeys: ApiKeys
  readonly signIn: SignIn
  readonly organizations: Organizations
  readonly supportWindows: Pick<SupportWindows, 'openOf'>
  readonly subscriberTokens: SubscriberTokens
  /** Whether this contact is there, and not erased. */
  readonly hasContact: (organizationId: string, contactId: string) => Promise<boolean>
  readonly clock: Clock
  /** Requests an organization may make, by its id. */
  readonly limit: RequestLimit
  readonly publicUrl: string
  /** Addresses, in lower case, of the users who operate the platform. */
  readonly admins: readonly string[]
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
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
    if (token !== undefined) return await subscriber(token)
    return user(request, need)
  }

  async function subscriber(token: string): Promise<Caller> {
    const known = parts.subscriberTokens.check(token)
    // A token outlives neither its time nor its contact.
    if (!known || !(await parts.hasContact(known.organizationId, known.contactId)))
      throw new AppError('unauthenticated', 'This token is not known, or has expired; ask your host for a new one')
    return {
      ...known,
      actor: { kind: 'contact', id: known.contactId, name: 'Subscriber' },
      scopes: [],
      permissions: [],
    }
  }

  async function user(request: FastifyRequest, need: Need): Promise<Caller> {
    const found = await sessionOf(request)
    if (!found) throw new AppError('unauthenticated', 'Give an API key as “Authorization: Bearer crl_…”, or sign in')
    // A browser adds the cookie to requests other sites make; it also says where they come from.
    const acts = !READS.has(request.method) || request.headers.upgrade !== undefined
    if (acts && !isSameOrigin(request, parts.publicUrl)) {
      throw new AppError('forbidden', 'A signed-in page may only act from this server’s own address')
    }
    const { session, organizationId, member, window, windowEnded, platformAdmin } = found
    const { id, name } = session.user
    if (typeof need === 'object' && windowEnded)
      throw new AppError('forbidden', 'The support window of this organization has ended; choose another organization')
    if (!member) {
      const actor = { kind: 'platform_admin', id, name } as const
      const viaSupportWindow = window?.id
      const caller = { organizationId, actor, scopes: [], permissions: WINDOW_PERMISSIONS, platformAdmin }
      return viaSupportWindow === undefined ? caller : { ...caller, viaSupportWindow }
    }
    const { role, permissions, contactId } = member
    const own = typeof need === 'object' && need.subscriber && !permissions.includes(need.permission)
    return {
      organizationId,
      actor: { kind: 'member', id: member.id, name },
      scopes: scopesWithin(permissions),
      permissions,
      role,
      platformAdmin,
      ...(own && { contactId }),
    }
  }

  async function userOf({ headers: { cookie } }: FastifyRequest): Promise<Session | undefined> {
    return cookie?.includes('carillon.session_token=') ? parts.signIn.session(cookie) : undefined
  }

  async function sessionOf(request: FastifyRequest): Promise<SignedIn | undefined> {
    const { 'x-organization-id': asked } = request.headers
    const session = await userOf(request)
    if (!session) return undefined
    const memberships = await parts.organizations.membershipsOf(session.user.id)
    const platformAdmin = parts.admins.includes(session.user.email.toLowerCase())
    const chosen = asked === undefined ? session.activeOrganizationId : String(asked)
    const member = memberships.find(({ organizationId }) => organizationId === chosen)
    const known = { session, memberships, platformAdmin, windowEnded: false }
    if (member) return { ...known, organizationId: member.organizationId, member, window: undefined }

    const window =
      chosen !== null && platformAdmin && UUID.test(chosen) ? await parts.supportWindows.openOf(chosen) : undefined
    if (chosen !== null && window) return { ...known, organizationId: chosen, member: undefined, window }
    if (asked !== undefined) {
      if (platformAdmin)
        throw new AppError('forbidden', 'This organization has no support window open; its owner or an admin opens one')
      throw new AppError('not_found', `Organization ${chosen} does not exist`)
    }
    const [first] = memberships
    if (!first) return undefined
    const windowEnded = chosen !== null && platformAdmin
    return { ...known, organizationId: first.organizationId, member: first, window: undefined, windowEnded }
  }

  async function admitted(request: FastifyRequest, need: Need): Promise<Caller> {
    const caller = await identify(request, need)
    const asked = request.headers['x-organization-id']
    if (asked !== undefined && asked !== caller.organizationId)
      throw new AppError('not_found', `Organization ${asked} is not the one of this key or token`)
    callers.set(request, caller)
    if (caller.viaSupportWindow !== undefined && typeof need === 'object' && !READS.has(request.method))
      throw new AppError('forbidden', 'Through a support window one may look, and change nothing')
    admit(caller, need)
    return caller
  }

  async function authenticate(request: FastifyRequest, need: Need, reply?: FastifyReply): Promise<Caller> {
    const caller = await admitted(request, need)
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
    userOf,
    guard: (need) =>
      Object.assign(
        async (request: FastifyRequest, reply: FastifyReply) => {
          if (need !== 'anyone') await authenticate(request, need, reply)
        },
        { need, security: securityOf(need) },
      ),
    isStillAllowed: (request, need, { organizationId, contactId }) =>
      admitted(request, need).then(
        (now) => now.organizationId === organizationId && now.contactId === contactId,
        (error: unknown) => {
          if (error instanceof AppError && error.status < 500) return false
          throw error
        },
      ),
    knownCaller: (request) => callers.get(request),
    callerOf(request) {
      const caller = callers.get(request)
      if (!caller) throw new Error(`The route ${request.routeOptions.url} has no guard`)
      return caller
    },
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

/**
 * Refuses, at the start, a route under /v1 that says nothing about who may call it. As an `onRoute` hook, set before the
 * routes are.
 */
export function refuseUnguarded(route: RouteOptions): void {
  const { method, url } = route
  if (!url.startsWith('/v1/') || needOf(route)) return
  throw new Error(`${method} ${url} has no guard: name the permission it takes, or say that it is for anyone`)
}
