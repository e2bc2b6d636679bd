import { createHash, createHmac, type KeyObject } from 'node:crypto'

/** Who did it: `platform` is the product itself (a loop, an automation). */
export const ACTOR_KINDS = ['member', 'api_key', 'contact', 'platform_admin', 'platform'] as const
export interface Actor {
  readonly kind: (typeof ACTOR_KINDS)[number]
  readonly id: string | null
  readonly name: string
}

/** What is known of it beside ids: names of fields, and values only of settings that are nobody's. Never contents. */
export interface Details {
  /** Fields that were changed. */
  readonly fields?: readonly string[]
  /** What some of them were and became. */
  readonly values?: Readonly<Record<string, readonly [before: unknown, after: unknown]>>
  /** What a list was filtered by. */
  readonly filters?: readonly string[]
  /** How many items were shown. */
  readonly count?: number
  /** The setting it was, where it has a name instead of an id. */
  readonly about?: string
  /** The route, where the act has no better name. */
  readonly route?: string
}

/** An entry before it has its place in the chain. */
export interface Draft {
  readonly id: string
  readonly organizationId: string
  readonly at: Date
  readonly kind: 'change' | 'look'
  readonly act: string
  /** `refused`: they may not, and nothing happened. */
  readonly outcome: 'done' | 'refused'
  readonly actor: Actor
  /** Ids of what it was about. */
  readonly subjects: readonly string[]
  readonly details?: Details | undefined
  readonly requestId?: string | undefined
  readonly supportWindowId?: string | undefined
  readonly origin?: Origin | undefined
}

/** Where a request came from. Forgotten after {@link ORIGIN_KEPT_MS}. */
export interface Origin {
  readonly ip: string
  readonly userAgent: string
}

export const ORIGIN_KEPT_MS = 365 * 24 * 3_600_000

/** An entry as it is stored. */
export interface Row {
  readonly n: number
  readonly id: string
  readonly at: Date
  readonly kind: string
  readonly act: string
  readonly outcome: string
  readonly actorKind: string
  readonly actorId: string | null
  readonly actorName: string
  readonly subjects: readonly string[]
  /** JSON, to the letter. */
  readonly details: string | null
  readonly requestId: string | null
  readonly supportWindowId: string | null
  readonly ip: string | null
  readonly userAgent: string | null
  readonly originSalt: Buffer | null
  readonly originDigest: Buffer | null
  readonly hash: Buffer
}

const LONGEST_USER_AGENT = 300
const LONGEST_NAME = 200

/** The row that a draft becomes at place `n`, after `previous`. `salt`: random bytes, or none where there is no origin. */
export function rowOf(
  draft: Draft,
  place: { readonly n: number; readonly at: Date; readonly previous: Buffer; readonly key: KeyObject; salt: Buffer },
): Row {
  const { n, at, previous, key, salt } = place
  const ip = draft.origin ? storable(draft.origin.ip) : null
  const userAgent = draft.origin ? storable(draft.origin.userAgent, LONGEST_USER_AGENT) : null
  const unhashed = {
    n,
    id: draft.id,
    at,
    kind: draft.kind,
    act: draft.act,
    outcome: draft.outcome,
    actorKind: draft.actor.kind,
    actorId: draft.actor.id,
    actorName: storable(draft.actor.name, LONGEST_NAME),
    subjects: draft.subjects,
    details: draft.details && Object.keys(draft.details).length > 0 ? storable(JSON.stringify(draft.details)) : null,
    requestId: draft.requestId === undefined ? null : storable(draft.requestId),
    supportWindowId: draft.supportWindowId ?? null,
    ip,
    userAgent,
    originSalt: draft.origin ? salt : null,
    originDigest: draft.origin ? originDigest(salt, ip, userAgent) : null,
  }
  return { ...unhashed, hash: hashOf(key, previous, draft.organizationId, unhashed) }
}

/** HMAC-SHA-256 of the hash before and of everything that stays: all but where it came from, of which the digest stays. */
export function hashOf(key: KeyObject, previous: Buffer, organizationId: string, row: Omit<Row, 'hash'>): Buffer {
  const content = JSON.stringify([
    1,
    organizationId,
    row.n,
    row.id,
    row.at.toISOString(),
    row.kind,
    row.act,
    row.outcome,
    row.actorKind,
    row.actorId,
    row.actorName,
    row.subjects,
    row.details,
    row.requestId,
    row.supportWindowId,
    row.originDigest?.toString('base64') ?? null,
  ])
  return createHmac('sha256', key).update(previous).update(content).digest()
}

/**
 * Salted, so that the digest says nothing once the salt is gone: there are so few IPv4 addresses that each could be tried.
 */
export const originDigest = (salt: Uint8Array, ip: string | null, userAgent: string | null): Buffer =>
  createHash('sha256')
    .update(salt)
    .update(JSON.stringify([ip, userAgent]))
    .digest()

/** As Postgres gives it back, to the letter: no NUL, no half of a surrogate pair. */
const storable = (text: string, longest = Number.POSITIVE_INFINITY): string =>
  text.replaceAll('\0', '').slice(0, longest).toWellFormed()
