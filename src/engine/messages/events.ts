import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Catalogue, CatalogueEntry } from '../catalogue/catalogue.ts'
import type { Audience } from '../catalogue/event.ts'
import type { Accept } from './accept.ts'
import type { Accepted } from './accepted.ts'
import type { AcceptOptions } from './prepare.ts'
import type { NotificationRequest } from './request.ts'
import type { Secrets } from './secrets.ts'

export interface RaisedEvent {
  readonly type: string
  readonly payload: Record<string, unknown>
  readonly actor?: Record<string, unknown> | undefined
  /** Who each audience is. Those of the business (owner, staff, …) are found by role when left out. */
  readonly audience?: Partial<Record<Audience, NotificationRequest['to'] | NotificationRequest['to'][]>> | undefined
  readonly dedupeKey?: string | undefined
  /** Tell it even though the same words went to the same contact minutes ago. */
  readonly allowRepeat?: boolean | undefined
}

export interface EventAnswer {
  readonly id: string
  readonly status: 'accepted'
  readonly notifications: (Accepted & { audience: Audience })[]
  /** Audiences of the catalogue that nobody belongs to, and recipients that could not be reached, with the reason. */
  readonly skipped: { audience: Audience; reason: string }[]
}

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly catalogue: Catalogue
  readonly accept: Accept
  readonly secrets: Pick<Secrets, 'seal'>
  readonly members: Recipients
}

/** Who the business's own people are. */
interface Recipients {
  /** The contacts of an organization's members who have a role. */
  contactsWithRole(organizationId: string, audience: Audience): Promise<string[]>
  /** The contacts that ids of members or contacts mean; without those who are members no longer. */
  contactsNamed(organizationId: string, ids: readonly string[]): Promise<string[]>
}

export type Events = ReturnType<typeof createEvents>

/** Something happened: everyone the catalogue names hears of it, each audience with its own content, in one call. */
export const createEvents = ({ db, clock, catalogue, accept, secrets, members }: Deps) => ({
  /** @throws AppError `unknown_type`, `validation_failed`, or why the only recipient cannot be reached. */
  async raise(
    organizationId: string,
    event: RaisedEvent,
    { idempotency, by }: Pick<AcceptOptions, 'idempotency' | 'by'> = {},
  ): Promise<EventAnswer> {
    const entries = catalogue.audiencesOf(event.type)
    const now = clock.now()
    const eventId = newId(now)
    const skipped: { audience: Audience; reason: string }[] = []
    const items: { audience: Audience; request: NotificationRequest; options: AcceptOptions }[] = []

    for (const entry of entries) {
      const payload = catalogue.readPayload(entry, event.payload)
      const given = event.audience?.[entry.audience]
      const recipients = given ? [given].flat() : await found(entry, payload)
      if (recipients.length === 0)
        skipped.push({
          audience: entry.audience,
          reason: entry.namedBy
            ? `payload.${entry.namedBy} names nobody who could hear of it, nor did the call`
            : 'nobody has this role, and the call named nobody',
        })
      recipients.forEach((to, index) => {
        items.push({
          audience: entry.audience,
          request: {
            type: event.type,
            audience: entry.audience,
            to,
            payload: event.payload,
            ...(event.allowRepeat === undefined ? {} : { allowRepeat: event.allowRepeat }),
            ...(event.dedupeKey === undefined ? {} : { dedupeKey: `${event.dedupeKey}:${entry.audience}` }),
          },
          options: {
            eventId,
            by,
            ...(idempotency
              ? {
                  idempotency: {
                    key: `${idempotency.key}#${entry.audience}#${index}`,
                    requestHash: idempotency.requestHash,
                  },
                }
              : {}),
          },
        })
      })
    }

    const results = await accept.many(organizationId, items)
    const notifications: (Accepted & { audience: Audience })[] = []
    results.forEach((result, index) => {
      const { audience } = items[index]!
      if (result instanceof AppError) skipped.push({ audience, reason: result.message })
      else notifications.push({ ...result, audience })
    })
    const refusal = results.find((result) => result instanceof AppError)
    if (notifications.length === 0 && refusal) throw refusal

    if (notifications.some((notification) => !notification.duplicate))
      await db.run(
        'events.keep',
        'insert into event (id, organization_id, type, payload, actor, created_at) values ($1, $2, $3, $4, $5, $6)',
        [
          eventId,
          organizationId,
          event.type,
          JSON.stringify(secrets.seal(event.type, event.payload)),
          event.actor ? JSON.stringify(event.actor) : null,
          now,
        ],
      )
    return { id: eventId, status: 'accepted', notifications, skipped }

    async function found({ audience, namedBy }: CatalogueEntry, payload: Record<string, unknown>) {
      const ids = namedBy === undefined ? undefined : [payload[namedBy]].flat().filter((id) => typeof id === 'string')
      const contacts = ids
        ? await members.contactsNamed(organizationId, ids)
        : await members.contactsWithRole(organizationId, audience)
      return contacts.map((contactId) => ({ contactId }))
    }
  },
})
