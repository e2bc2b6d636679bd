import { createHash, randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { PackEvent, PackSurface, Within } from '../../engine/packs/surface.ts'
import type { DB } from '../../platform/database/generated.ts'
import { type BookingStatus, cityText } from './booking.ts'
import { labelOf, languageOf } from './quotes.ts'
import { sizeOf } from './told.ts'

const WINNERS_PAGE_MS = 30 * 24 * 3_600_000
const MISSION = 'bookings/mission'
/** 128 bits cannot be guessed. */
const LINK_BYTES = 16

/** A booking and what its professionals need of it. */
export type JobRow = Pick<
  Selectable<DB['booking']>,
  'id' | 'organization_id' | 'quote_id' | 'contact_id' | 'reference' | 'starts_at' | 'time_zone' | 'amount' | 'currency'
> &
  Pick<
    Selectable<DB['quote']>,
    | 'address_line'
    | 'postal_code'
    | 'city'
    | 'latitude'
    | 'longitude'
    | 'name'
    | 'phone'
    | 'email'
    | 'notes'
    | 'pricing'
    | 'inputs'
  > & { status: BookingStatus; key: string; label_fr: string; label_en: string; professional_share: number | null }

export type AttributionRow = Selectable<DB['attribution']>

export type Missions = ReturnType<typeof createMissions>

/** A booking as those who might do it, or do it, know it. */
export function createMissions(surface: PackSurface) {
  const { db, publicUrl } = surface

  return { jobOf, jobsOf, openPart, sizeIn, told, news, localeOf, urls, missionOf }

  async function jobOf(organizationId: string, bookingId: string): Promise<JobRow | undefined> {
    return (await jobsOf(organizationId, [bookingId]))[0]
  }

  function jobsOf(organizationId: string, bookingIds: readonly string[]): Promise<JobRow[]> {
    return db.run<JobRow>(
      'bookings.jobs',
      `select b.id, b.organization_id, b.quote_id, b.contact_id, b.reference, b.starts_at, b.time_zone, b.amount, b.currency, b.status,
         q.address_line, q.postal_code, q.city, q.latitude, q.longitude, q.name, q.phone, q.email, q.notes, q.pricing, q.inputs,
         s.key, s.label_fr, s.label_en, s.professional_share
       from unnest($1::uuid[]) as of(id) cross join lateral (select * from booking where id = of.id offset 0) b
       cross join lateral (select * from quote where id = b.quote_id offset 0) q join service_type s on s.id = b.service_type_id
       where b.organization_id = $2`,
      [bookingIds, organizationId],
    )
  }

  /** What everybody may know of a mission: neither name, street nor price. In the reader's language, else the organization's. */
  async function openPart(job: JobRow, reader?: Reader) {
    return { mission: job.reference, city: cityText(job), ...(await told(job, reader)) }
  }

  /** How large the job is, in the reader's language. */
  async function sizeIn(job: JobRow, reader: Reader) {
    const { locale } = await surface.organization(job.organization_id)
    return sizeOf(job, languageOf(reader, locale))
  }

  async function told(job: JobRow, reader: Reader = { locale: null }) {
    const { locale } = await surface.organization(job.organization_id)
    return {
      service: labelOf(job, languageOf(reader, locale)),
      startsAt: job.starts_at.toISOString(),
      placeTimeZone: job.time_zone,
    }
  }

  /** News of a mission to those who were asked, each in their language. It comes once for each mission, also when its words were said minutes ago. */
  async function news(
    type: 'mission.taken' | 'mission.expired',
    job: JobRow,
    readers: readonly (Reader & { readonly contact_id: string })[],
  ): Promise<PackEvent[]> {
    const { locale } = await surface.organization(job.organization_id)
    const byLanguage = Map.groupBy(readers, (reader) => languageOf(reader, locale))
    return Promise.all(
      [...byLanguage].map(async ([language, those]) => ({
        type,
        audience: { professional: those.map(({ contact_id }) => ({ contactId: contact_id })) },
        allowRepeat: true,
        about: [job.contact_id],
        payload: await openPart(job, { locale: language }),
      })),
    )
  }

  /** The language of whoever a mission's link is for. */
  async function localeOf({ organizationId, professionalId }: Mission): Promise<string | null> {
    const [row] = await db.run<Reader>(
      'bookings.professional-locale',
      `select c.locale from professional p join contact c on c.id = p.contact_id where p.id = $1 and p.organization_id = $2`,
      [professionalId, organizationId],
    )
    return row?.locale ?? null
  }

  /**
   * The pages of those who were asked, by `askedKey`. A link is 16 random bytes in the row of whoever it is for: no longer
   * than an SMS can carry, and the same in every message.
   */
  async function urls(
    { tx }: Within,
    asked: readonly Pick<Mission, 'attributionId' | 'professionalId'>[],
  ): Promise<ReadonlyMap<string, string>> {
    const { rows } = await sql<{ attribution_id: string; professional_id: string; link: Buffer }>`
      update attribution_answer a set link = coalesce(a.link, given.link)
      from unnest(${asked.map(({ attributionId }) => attributionId)}::uuid[], ${asked.map(({ professionalId }) => professionalId)}::uuid[],
        ${asked.map(() => randomBytes(LINK_BYTES))}::bytea[]) as given(attribution_id, professional_id, link)
      where a.attribution_id = given.attribution_id and a.professional_id = given.professional_id
      returning a.attribution_id, a.professional_id, a.link`.execute(tx)
    return new Map(
      rows.map((row) => [
        askedKey(row.attribution_id, row.professional_id),
        `${publicUrl}/m/${row.link.toString('base64url')}`,
      ]),
    )
  }

  /** What a link stands for; undefined for what is not ours, and for what ended a month after the job. */
  async function missionOf(token: string): Promise<Mission | undefined> {
    const link = Buffer.from(token, 'base64url')
    // The encoding must be the one we write: one mission has one address.
    if (link.length !== LINK_BYTES || link.toString('base64url') !== token) return signedMission(token)
    const [row] = await db.run<Mission & { readonly startsAt: Date }>(
      'bookings.mission',
      `select w.organization_id as "organizationId", a.booking_id as "bookingId", w.attribution_id as "attributionId",
         w.professional_id as "professionalId", b.starts_at as "startsAt"
       from attribution_answer w join attribution a on a.id = w.attribution_id join booking b on b.id = a.booking_id
       where sha256(w.link) = $1`,
      [createHash('sha256').update(link).digest()],
    )
    if (!row || surface.clock.now().getTime() >= row.startsAt.getTime() + WINNERS_PAGE_MS) return undefined
    const { startsAt: _, ...mission } = row
    return mission
  }

  /** Links that were sent before they were short say it all themselves, signed. */
  function signedMission(token: string): Mission | undefined {
    const read = surface.links.read(MISSION, token)
    if (!Array.isArray(read)) return undefined
    const [organizationId = '', bookingId = '', attributionId = '', professionalId = ''] = (read as string[]).map(
      unpacked,
    )
    return { organizationId, bookingId, attributionId, professionalId }
  }
}

/** Somebody with a language, or with none of their own. */
export interface Reader {
  readonly locale: string | null
}

/** What a mission's link stands for. */
export interface Mission {
  readonly organizationId: string
  readonly bookingId: string
  readonly attributionId: string
  readonly professionalId: string
}

export const askedKey = (attributionId: string, professionalId: string): string => `${attributionId} ${professionalId}`

/** Ids in 22 characters instead of 36, as they are in signed links. */
const unpacked = (text: string): string =>
  Buffer.from(text, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

interface HeldBooking {
  readonly id: string
  readonly status: BookingStatus
  readonly starts_at: Date
}

/** What is decided by a booking's state waits for whoever changes it. */
export async function holdBooking(within: Within, id: string): Promise<HeldBooking | undefined> {
  return (await holdBookings(within, [id])).get(id)
}

/** As `holdBooking`, by id; in one order, so that two who want the same wait for each other. */
export async function holdBookings({ tx }: Within, ids: readonly string[]): Promise<ReadonlyMap<string, HeldBooking>> {
  const { rows } = await sql<HeldBooking>`
    select id, status, starts_at from booking where id = any(${ids}::uuid[]) order by id for no key update`.execute(tx)
  return new Map(rows.map((row) => [row.id, row]))
}

export async function holdAttribution({ tx }: Within, id: string): Promise<AttributionRow | undefined> {
  const { rows } = await sql<AttributionRow>`select * from attribution where id = ${id} for no key update`.execute(tx)
  return rows[0]
}
