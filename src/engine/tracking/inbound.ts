import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { normalizeEmail, normalizePhone } from '../channels/address.ts'
import type { Inbound } from '../channels/inbound.ts'
import { consentWordIn } from './consent-words.ts'
import { type InboundMessage, inboundToFollow, keepInbound, markFollowed, type NewInbound } from './inbound-store.ts'

/**
 * Something that follows from what people write to us, wired in `app.ts`. Called in the order of the wiring, with messages
 * in the order people sent them, at least once for each: doing it again must change nothing. When it throws, the call that
 * brought the messages is worked through again later.
 */
export type InboundFollower = (messages: readonly InboundMessage[]) => Promise<void>

/** A message as it came with a call to an account. */
export interface Arrived extends Inbound {
  readonly accountId: string
  readonly provider: string
  readonly receivedAt: Date
}

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly changed: (organizationId: string) => void
  readonly followers: readonly InboundFollower[]
  /** Told of every message that was new. */
  readonly observe?: (kept: { provider: string; isSomebodys: boolean }) => void
}

/** An id longer than this is kept as its hash: an index holds no more than 2 700 bytes. */
const LONGEST_ID = 300

export type InboundMessages = ReturnType<typeof createInboundMessages>

/** What people write to us: kept once, then handed on to all that follows from it. */
export function createInboundMessages({ db, clock, changed, followers, observe }: Deps) {
  return {
    async take(arrived: readonly Arrived[]): Promise<void> {
      if (arrived.length === 0) return
      const now = clock.now()
      const messages = arrived.map((one) => storable(one, now))
      for (const { organizationId, provider } of await keepInbound(db.run, messages)) {
        if (organizationId) changed(organizationId)
        observe?.({ provider, isSomebodys: organizationId !== null })
      }
      const pending = await inboundToFollow(db.run, once(messages))
      if (pending.length === 0) return
      for (const follow of followers) await follow(pending)
      await markFollowed(
        db.run,
        pending.map(({ id }) => id),
        clock.now(),
      )
    },
  }
}

const storable = (one: Arrived, now: Date): NewInbound => ({
  ...one,
  id: newId(now),
  eventId: shortened(one.eventId),
  from: one.from === undefined ? null : spelled(clean(one.from)!, one.channel),
  userId: clean(one.userId),
  name: clean(one.name),
  to: clean(one.to),
  text: clean(one.text),
  payload: clean(one.payload),
  messageId: one.messageId ?? null,
  inReplyTo: clean(one.inReplyTo),
  media: one.media ?? [],
  consent: one.consent ?? consentWordIn(one.text ?? '') ?? null,
})

/** Postgres keeps no NUL in text. */
const clean = (text: string | undefined): string | null => text?.replaceAll('\0', '') ?? null

/** As contacts have it. What is no such address (a short code, a name) stays as it came. */
function spelled(from: string, channel: Inbound['channel']): string {
  if (channel === 'email') return normalizeEmail(from) ?? from
  return (/^(\w+:)?\+/.test(from) ? normalizePhone(from, 'FR') : undefined) ?? from
}

const shortened = (id: string): string =>
  id.length > LONGEST_ID || id.includes('\0') ? createHash('sha256').update(id).digest('hex') : id

const once = (messages: readonly NewInbound[]): readonly NewInbound[] => [
  ...new Map(messages.map((one) => [`${one.accountId} ${one.eventId}`, one])).values(),
]
