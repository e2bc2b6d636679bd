import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { AppError } from '../../errors.ts'
import { registeredRoutes } from '../../platform/http/openapi.ts'
import type { Server } from '../../platform/http/server.ts'
import { isId } from '../../platform/ids.ts'
import type { Authentication, Caller } from '../organizations/authentication.ts'
import type { Organizations } from '../organizations/organizations.ts'
import { type Act, actOf, REFUSED_ACT } from './acts.ts'
import type { Audit, Note } from './audit.ts'
import type { Details } from './entry.ts'

interface Deps {
  readonly auth: Pick<Authentication, 'knownCaller' | 'sessionOf'>
  readonly organizations: Pick<Organizations, 'membershipsOf'>
  readonly audit: Pick<Audit, 'write' | 'keep' | 'ready'>
  /** The values of settings before a change, by the names the API has for them. */
  readonly valuesBefore: (
    what: NonNullable<Recorded['before']>,
    organizationId: string,
    id: string | undefined,
  ) => Promise<Readonly<Record<string, unknown>>>
  readonly onError: (error: unknown) => void
}

type Recorded = Exclude<Act, { kind: 'none' }>
type Who = Pick<Caller, 'organizationId' | 'actor' | 'contactId'> & { readonly viaSupportWindow?: string | undefined }

/** What is learnt of a request on its way. */
interface Learnt {
  who?: Who | undefined
  /** The user whom the answer names. */
  user?: { readonly id: string; readonly name: string }
  createdId?: string
  count?: number
  before?: Readonly<Record<string, unknown>>
}

const PAGING = new Set(['limit', 'cursor'])
const FORBIDDEN = 403

/**
 * Writes the audit log of every route registered from now on, as the table of acts says; one that is not in the table is
 * refused. The entry is durable before the answer leaves. What a caller may not do is written, too.
 */
export function recordRequests(server: Server, { auth, organizations, audit, valuesBefore, onError }: Deps): void {
  const learnt = new WeakMap<FastifyRequest, Learnt>()
  for (const route of registeredRoutes(server)) if (route.url.startsWith('/v1/')) actsOf(route)

  server.addHook('onRoute', (route) => {
    const [act] = actsOf(route)
    if (!act) return
    add(route, 'onSend', (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: Done) => {
      const outcome = outcomeOf(act, reply.statusCode)
      if (!outcome) return done(null, payload)
      record(act, outcome, request).then(
        () => done(null, payload),
        (error: Error) => done(error),
      )
    })
    if (act.kind === 'none') return
    add(route, 'preSerialization', (request: FastifyRequest, _reply: FastifyReply, payload: unknown, done: Done) => {
      Object.assign(learntOf(request), readAnswer(act, request, payload))
      done(null, payload)
    })
    if (act.kind === 'look') return
    add(route, 'preHandler', async (request: FastifyRequest) => {
      const known = learntOf(request)
      if (act.by === 'session') known.who = await whoseSession(request)
      const caller = who(request, known)
      if (!caller) return
      await audit.ready(caller.organizationId)
      if (act.before) known.before = await valuesBefore(act.before, caller.organizationId, idIn(request.params))
    })
  })

  function learntOf(request: FastifyRequest): Learnt {
    const known = learnt.get(request) ?? {}
    learnt.set(request, known)
    return known
  }

  async function record(act: Act, outcome: 'done' | 'refused', request: FastifyRequest): Promise<void> {
    const known = learnt.get(request) ?? {}
    const everybody = outcome === 'done' && known.user ? await newSessions(known.user) : [who(request, known)]
    await Promise.all(
      everybody.map((caller) => caller && !isOwn(act, caller, request) && put(act, outcome, request, caller, known)),
    )
  }

  async function put(act: Act, outcome: 'done' | 'refused', request: FastifyRequest, caller: Who, known: Learnt) {
    if (act.kind !== 'none' && act.dryRun && (request.body as { dryRun?: unknown } | undefined)?.dryRun === true) return
    const isChange = act.kind === 'none' ? request.method !== 'GET' && request.method !== 'HEAD' : act.kind === 'change'
    const note: Note = {
      organizationId: caller.organizationId,
      kind: isChange ? 'change' : 'look',
      act: act.kind === 'none' ? REFUSED_ACT : act.act,
      outcome,
      actor: caller.actor,
      subjects: subjectsOf(request, known),
      details: act.kind === 'none' ? { route: routeOf(request) } : detailsOf(act, outcome, request, known),
      origin: { ip: request.ip, userAgent: request.headers['user-agent'] ?? '' },
      requestId: request.id,
      supportWindowId: caller.viaSupportWindow,
    }
    try {
      // What was refused did not happen: there is nothing that must not be lost.
      await (isChange && outcome === 'done' ? audit.keep(note) : audit.write(note))
    } catch (error) {
      if (outcome === 'refused') return onError(error)
      if (error instanceof AppError && !isChange) throw error
      const detail = isChange
        ? 'It was done, but could not be written into the audit log; look before you do it again'
        : 'This look could not be written into the audit log, so nothing is shown; try again'
      throw new AppError('unavailable', detail, { cause: error, retryAfterSeconds: 2 })
    }
  }

  const who = (request: FastifyRequest, known: Learnt): Who | undefined => known.who ?? auth.knownCaller(request)

  async function whoseSession(request: FastifyRequest): Promise<Who | undefined> {
    const found = await auth.sessionOf(request)
    if (!found?.member) return undefined
    const { session, member } = found
    return {
      organizationId: member.organizationId,
      actor: { kind: 'member', id: member.id, name: session.user.name },
    }
  }

  /** Somebody who signs in may look into every organization they work in. */
  async function newSessions({ id, name }: { id: string; name: string }): Promise<Who[]> {
    const memberships = await organizations.membershipsOf(id)
    return memberships.map((member) => ({
      organizationId: member.organizationId,
      actor: { kind: 'member', id: member.id, name },
    }))
  }
}

type Done = (error: Error | null, payload?: unknown) => void

/** The act that a route of a pack says by itself, with its guard. */
export const ownAct = ({ onRequest }: Pick<RouteOptions, 'onRequest'>): Act | undefined =>
  ([onRequest ?? []].flat() as { readonly act?: Act }[]).find((hook) => hook.act !== undefined)?.act

/** The act of a route, whatever its methods: they do the same. */
function actsOf(route: RouteOptions): Act[] {
  return [route.method].flat().map((method) => {
    const act = ownAct(route) ?? actOf(method, route.url)
    if (!act) throw new Error(`${method} ${route.url} is not in src/engine/audit/acts.ts: say there what it does`)
    return act
  })
}

function add(route: RouteOptions, hook: 'onSend' | 'preSerialization' | 'preHandler', does: unknown): void {
  const all = [route[hook] ?? []].flat() as unknown[]
  route[hook] = [...all, does] as never
}

function outcomeOf(act: Act, status: number): 'done' | 'refused' | undefined {
  if (status === FORBIDDEN) return 'refused'
  return act.kind !== 'none' && status >= 200 && status < 300 ? 'done' : undefined
}

/** Whoever may see no other feed sees their own; so does a member who names no other contact. */
const isOwn = (act: Act, { contactId }: Who, request: FastifyRequest): boolean =>
  act.kind !== 'none' &&
  act.own === true &&
  (contactId !== undefined || (request.query as { contactId?: unknown }).contactId === undefined)

interface Answered {
  readonly id?: unknown
  readonly items?: unknown
  readonly user?: { id: string; name: string }
  readonly organizationId?: string
  readonly memberId?: string
}

function readAnswer(act: Recorded, { body }: FastifyRequest, payload: unknown): Learnt {
  const { id, items, user, organizationId, memberId } = (payload ?? {}) as Answered
  return {
    ...(act.by === 'new_member' && organizationId && memberId
      ? {
          who: {
            organizationId,
            actor: { kind: 'member', id: memberId, name: (body as { name?: string }).name ?? '' },
          },
        }
      : {}),
    ...(act.by === 'answered_user' && user ? { user } : {}),
    ...(act.kind === 'change' && isId(id) ? { createdId: id } : {}),
    ...(act.kind === 'look' && Array.isArray(items) ? { count: items.length } : {}),
  }
}

/** Ids only: before a route is reached, its parameters are whatever somebody wrote. */
function subjectsOf({ params, query, body }: FastifyRequest, { createdId }: Learnt): string[] {
  const named = [query, body].flatMap((part) =>
    Object.entries((part ?? {}) as object).flatMap(([key, value]) => (key.endsWith('Id') ? [value as unknown] : [])),
  )
  const ids = [...Object.values((params ?? {}) as object), createdId, ...named].filter(isId)
  // In one spelling: whoever asks by another is found all the same.
  return [...new Set(ids.map((id) => id.toLowerCase()))]
}

function detailsOf(act: Recorded, outcome: string, request: FastifyRequest, { before, count }: Learnt): Details {
  if (act.kind === 'look') {
    const filters = Object.keys((request.query ?? {}) as object).filter((name) => !PAGING.has(name))
    return { ...(filters.length > 0 ? { filters } : {}), ...(count === undefined ? {} : { count }) }
  }
  if (act.by || outcome === 'refused') return {}
  const names = act.names?.map((name) => (request.params as Record<string, string>)[name])
  const about = names ? { about: names.join(' ') } : {}
  if (request.body === null || typeof request.body !== 'object') return about
  const body = request.body as Record<string, unknown>
  const fields = Object.keys(body)
    .filter((name) => body[name] !== undefined && !(before && same(before, body, name)))
    .sort()
  const open = fields.filter((name) => (act.values ? act.values.includes(name) : act.before !== undefined))
  const values = Object.fromEntries(open.map((name) => [name, [before?.[name] ?? null, body[name] ?? null] as const]))
  return { ...about, ...(fields.length > 0 ? { fields } : {}), ...(open.length > 0 ? { values } : {}) }
}

const same = (before: Readonly<Record<string, unknown>>, after: Record<string, unknown>, name: string): boolean =>
  name in before && JSON.stringify(before[name]) === JSON.stringify(after[name])

const idIn = (params: unknown): string | undefined => Object.values((params ?? {}) as object).find(isId)
const routeOf = ({ method, routeOptions }: FastifyRequest): string => `${method} ${routeOptions.url}`
