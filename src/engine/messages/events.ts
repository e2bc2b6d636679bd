import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import type { Catalogue, CatalogueEntry } from '../catalogue/catalogue.ts'
import type { Audience } from '../catalogue/event.ts'
import type { Accept } from './accept.ts'
import { type NewEvent, readEventOf } from './accept-store.ts'
import type { Accepted } from './accepted.ts'
import { assertCarried, type GivenFile, givenFiles, measuredFiles } from './given-files.ts'
import type { AcceptOptions } from './prepare.ts'
import type { NotificationRequest } from './request.ts'
import type { Secrets } from './secrets.ts'

export interface RaisedEvent {
  readonly type: string
  readonly payload: Record<string, unknown>
  readonly actor?: Record<string, unknown> | undefined
  /** Who each audience is. Those of the business (owner, staff, …) are found by role when left out. */
  readonly audience?: Partial<Record<Audience, NotificationRequest['to'] | NotificationRequest['to'][]>> | undefined
  /** Who each file goes to: the audiences after `for`, or everyone. */
  readonly attachments?: readonly EventAttachment[] | undefined
  readonly dedupeKey?: string | undefined
  /**
   * Ids of the contacts it is about, besides those who hear of it: when one of them is erased, what the others were told is
   * emptied, and what they were still to be told is not.
   */
  readonly about?: readonly string[] | undefined
  /** Tell it even though the same words went to the same contact minutes ago. */
  readonly allowRepeat?: boolean | undefined
}

/** One that the product raises itself. `only`: which of the catalogue's audiences hear of it. */
export type OwnEvent = RaisedEvent & { readonly only?: readonly Audience[] | undefined }

type EventAttachment = NonNullable<NotificationRequest['attachments']>[number] & {
  readonly for?: readonly Audience[] | undefined
  /** It is made when it is first read: nobody looks whether it is there. Never said by a call. */
  readonly later?: true
}

export interface EventAnswer {
  /** Of a call that was made before: the first one's. */
  readonly id: string
  readonly status: 'accepted'
  readonly notifications: (Accepted & { audience: Audience })[]
  /** Audiences of the catalogue that nobody belongs to, and recipients that could not be reached or hear the same already, with the reason. */
  readonly skipped: { audience: Audience; reason: string }[]
}

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly catalogue: Catalogue
  readonly accept: Accept
  readonly secrets: Pick<Secrets, 'seal'>
  readonly storage: Pick<Storage, 'size'>
  readonly audiences: BusinessPeople
}

/** An event, and who hears of it with what. */
interface Listeners {
  readonly eventId: string
  readonly items: { audience: Audience; request: NotificationRequest; options: AcceptOptions }[]
  readonly skipped: { audience: Audience; reason: string }[]
}

/** Notifications one statement of a caller's transaction writes. */
const WRITTEN_AT_ONCE = 500

/** Who the business's own people are. */
interface BusinessPeople {
  find(
    organizationId: string,
    asked: { readonly audiences: readonly Audience[]; readonly ids: readonly string[] },
  ): Promise<{
    /** The contacts of members who have a role. */
    withRole(audience: Audience): string[]
    /** The contacts that ids of members or contacts mean; without those who are members no longer. */
    named(ids: readonly string[]): string[]
  }>
}

export type Events = ReturnType<typeof createEvents>

/** Something happened: everyone the catalogue names hears of it, each audience with its own content, in one call. */
export function createEvents({ db, clock, catalogue, accept, secrets, storage, audiences }: Deps) {
  /** The files each audience gets, looked at once for all of its people. */
  async function filesOf(
    organizationId: string,
    { attachments = [] }: RaisedEvent,
    entries: readonly CatalogueEntry[],
  ) {
    const given = givenFiles(organizationId, attachments)
    const checked = await measuredFiles(
      storage,
      given.map((file, index) => ({ ...file, later: attachments[index]?.later })),
    )
    const byAudience = new Map<Audience, GivenFile[]>()
    for (const { audience } of entries) {
      const own = checked.filter((_, index) => attachments[index]?.for?.includes(audience) ?? true)
      assertCarried(own)
      byAudience.set(audience, own)
    }
    return byAudience
  }

  return {
    /** @throws AppError `unknown_type`, `validation_failed`, what is wrong with a file, or why the only recipient cannot be reached. */
    async raise(
      organizationId: string,
      event: RaisedEvent,
      options: Pick<AcceptOptions, 'idempotency' | 'by'> = {},
    ): Promise<EventAnswer> {
      const told = await listenersOf(organizationId, event, options)
      const answer = answerOf(told, await accept.many(organizationId, told.items))
      const [first] = answer.notifications
      if (!first || answer.notifications.some(({ duplicate }) => !duplicate)) return answer
      return { ...answer, id: (await readEventOf(db.run, first.id)) ?? answer.id }
    },

    /**
     * As `raise`, for many events of one organization in the caller's transaction: they are told when it commits. The caller
     * then tells the dispatcher and the live pages. Who cannot be reached is in `skipped`, and is no error. An event with
     * `only` is told to these audiences and to nobody else.
     */
    async raiseWithin(tx: Tx, organizationId: string, events: readonly OwnEvent[]): Promise<EventAnswer[]> {
      const run = runWithin(tx)
      const told: Listeners[] = []
      for (const event of events) told.push(await listenersOf(organizationId, event, {}))
      const items = told.flatMap((one) => one.items.map((item) => ({ ...item, organizationId })))
      const results: (Accepted | AppError)[] = []
      for (let at = 0; at < items.length; at += WRITTEN_AT_ONCE)
        results.push(...(await accept.eachWithin(run, items.slice(at, at + WRITTEN_AT_ONCE))))
      return told.map((one) => answerOf(one, results.splice(0, one.items.length), true))
    },
  }

  /** Who hears of an event, with what. */
  async function listenersOf(
    organizationId: string,
    event: OwnEvent,
    { idempotency, by }: Pick<AcceptOptions, 'idempotency' | 'by'>,
  ): Promise<Listeners> {
    const all = catalogue.audiencesOf(event.type)
    const entries = event.only ? all.filter(({ audience }) => event.only?.includes(audience)) : all
    assertAudiences(event, all)
    const files = await filesOf(organizationId, event, entries)
    const now = clock.now()
    const eventId = newId(now)
    const kept: NewEvent = {
      id: eventId,
      type: event.type,
      payload: JSON.stringify(secrets.seal(event.type, event.payload)),
      actor: event.actor ? JSON.stringify(event.actor) : null,
      about: event.about ?? [],
      at: now,
    }
    const skipped: { audience: Audience; reason: string }[] = []
    const items: Listeners['items'] = []

    /** Who hears which words, with which files. */
    const told = new Set<string>()

    const read = entries.map((entry) => {
      const payload = catalogue.readPayload(entry, event.payload)
      const given = event.audience?.[entry.audience]
      return { entry, given, ids: entry.namedBy ? idsIn(payload[entry.namedBy]) : [] }
    })
    const people = await peopleOf(read.flatMap((one) => (one.given ? [] : [one])))

    for (const { entry, given, ids } of read) {
      const recipients = given ? [given].flat() : found(entry, ids)
      if (recipients.length === 0)
        skipped.push({
          audience: entry.audience,
          reason: entry.namedBy
            ? `payload.${entry.namedBy} names nobody who could hear of it, nor did the call`
            : 'nobody has this role, and the call named nobody',
        })
      const own = files.get(entry.audience) ?? []
      recipients.forEach((to, index) => {
        if (to.contactId !== undefined) {
          const heard = [entry.templateKey, to.contactId, ...own.map(({ path }) => path)].join(' ')
          if (told.has(heard)) {
            skipped.push({
              audience: entry.audience,
              reason: `${to.contactId} hears of it already, in the same words`,
            })
            return
          }
          told.add(heard)
        }
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
            event: kept,
            by,
            files: own,
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

    return { eventId, items, skipped }

    async function peopleOf(asked: readonly { entry: CatalogueEntry; ids: readonly string[] }[]) {
      if (asked.length === 0) return undefined
      return audiences.find(organizationId, {
        audiences: asked.flatMap(({ entry: { audience, namedBy, orElse } }) => [
          ...(namedBy ? [] : [audience]),
          ...(orElse ? [orElse] : []),
        ]),
        ids: asked.flatMap(({ ids }) => ids),
      })
    }

    function found({ audience, namedBy, orElse }: CatalogueEntry, ids: readonly string[]) {
      const contacts = (namedBy ? people?.named(ids) : people?.withRole(audience)) ?? []
      const instead = contacts.length === 0 && orElse ? (people?.withRole(orElse) ?? []) : contacts
      return instead.map((contactId): NotificationRequest['to'] => ({ contactId }))
    }
  }

  /** @throws AppError why the only recipient cannot be reached, unless that is no error. */
  function answerOf(
    { eventId, items, skipped }: Listeners,
    results: readonly (Accepted | AppError)[],
    refusalsAllowed = false,
  ): EventAnswer {
    const notifications: (Accepted & { audience: Audience })[] = []
    results.forEach((result, index) => {
      const { audience } = items[index]!
      if (result instanceof AppError) skipped.push({ audience, reason: result.message })
      else notifications.push({ ...result, audience })
    })
    const refusal = results.find((result) => result instanceof AppError)
    if (notifications.length === 0 && refusal && !refusalsAllowed) throw refusal
    return { id: eventId, status: 'accepted', notifications, skipped }
  }
}

const idsIn = (value: unknown): string[] => [value].flat().filter((id) => typeof id === 'string')

/** @throws AppError `validation_failed` for an audience that does not hear of this event. */
function assertAudiences(
  { type, audience = {}, attachments = [] }: RaisedEvent,
  entries: readonly CatalogueEntry[],
): void {
  const there = entries.map((entry) => entry.audience)
  const named: [path: string, audience: Audience][] = [
    ...(Object.keys(audience) as Audience[]).map((name): [string, Audience] => [`audience.${name}`, name]),
    ...attachments.flatMap(({ for: to = [] }, index) =>
      to.map((name, place): [string, Audience] => [`attachments.${index}.for.${place}`, name]),
    ),
  ]
  const errors = named
    .filter(([, name]) => !there.includes(name))
    .map(([path]) => ({ path, message: `${type} is told to ${there.join(', ')}` }))
  if (errors.length > 0)
    throw new AppError('validation_failed', 'This event is not told to everyone named here', { errors })
}
