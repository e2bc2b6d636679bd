import { createHash, randomBytes } from 'node:crypto'
import { type Selectable, sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import type { DB } from '../../platform/database/generated.ts'
import type { BookingStatus } from './booking.ts'
import { labelOf, languageOf } from './quotes.ts'

const WINNERS_PAGE_MS = 30 * 24 * 3_600_000
const MISSION = 'bookings/mission'
/** 128 bits cannot be guessed. */
const LINK_BYTES = 16

/** A booking and what its professionals need of it. */
export type JobRow = Pick<
  Selectable<DB['booking']>,
  'id' | 'organization_id' | 'quote_id' | 'reference' | 'starts_at' | 'time_zone' | 'amount' | 'currency'
> &
  Pick<
    Selectable<DB['quote']>,
    'address_line' | 'postal_code' | 'city' | 'latitude' | 'longitude' | 'name' | 'phone' | 'email' | 'notes'
  > & { status: BookingStatus; key: string; label_fr: string; label_en: string; professional_share: number | null }

export type AttributionRow = Selectable<DB['attribution']>

export type Missions = ReturnType<typeof createMissions>

/** A booking as those who might do it, or do it, know it. */
export function createMissions(surface: PackSurface) {
  const { db, publicUrl } = surface

  return { jobOf, openPart, told, urls, missionOf }

  async function jobOf(organizationId: string, bookingId: string): Promise<JobRow | undefined> {
    const [row] = await db.run<JobRow>(
      'bookings.job',
      `select b.id, b.organization_id, b.quote_id, b.reference, b.starts_at, b.time_zone, b.amount, b.currency, b.status,
         q.address_line, q.postal_code, q.city, q.latitude, q.longitude, q.name, q.phone, q.email, q.notes,
         s.key, s.label_fr, s.label_en, s.professional_share
       from booking b join quote q on q.id = b.quote_id join service_type s on s.id = b.service_type_id
       where b.id = $1 and b.organization_id = $2`,
      [bookingId, organizationId],
    )
    return row
  }

  /** What everybody may know of a mission: neither name, street nor price. */
  async function openPart(job: JobRow) {
    return { mission: job.reference, city: job.city, ...(await told(job)) }
  }

  async function told(job: JobRow) {
    const { locale } = await surface.organization(job.organization_id)
    return {
      service: labelOf(job, languageOf({ locale: null }, locale)),
      startsAt: job.starts_at.toISOString(),
      placeTimeZone: job.time_zone,
    }
  }

  /**
   * The pages of those who were asked, by professional. A link is 16 random bytes in the row of whoever it is for: no
   * longer than an SMS can carry, and the same in every message.
   */
  async function urls(
    { tx }: Within,
    attributionId: string,
    professionalIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const fresh = professionalIds.map(() => randomBytes(LINK_BYTES))
    const { rows } = await sql<{ professional_id: string; link: Buffer }>`
      update attribution_answer a set link = coalesce(a.link, given.link)
      from unnest(${professionalIds}::uuid[], ${fresh}::bytea[]) as given(professional_id, link)
      where a.attribution_id = ${attributionId} and a.professional_id = given.professional_id
      returning a.professional_id, a.link`.execute(tx)
    return new Map(
      rows.map(({ professional_id, link }) => [professional_id, `${publicUrl}/m/${link.toString('base64url')}`]),
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

/** What a mission's link stands for. */
export interface Mission {
  readonly organizationId: string
  readonly bookingId: string
  readonly attributionId: string
  readonly professionalId: string
}

/** Ids in 22 characters instead of 36, as they are in signed links. */
const unpacked = (text: string): string =>
  Buffer.from(text, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** What is decided by a booking's state waits for whoever changes it. */
export async function holdBooking(
  { tx }: Within,
  id: string,
): Promise<{ status: BookingStatus; starts_at: Date } | undefined> {
  const { rows } = await sql<{
    status: BookingStatus
    starts_at: Date
  }>`select status, starts_at from booking where id = ${id} for no key update`.execute(tx)
  return rows[0]
}

export async function holdAttribution({ tx }: Within, id: string): Promise<AttributionRow | undefined> {
  const { rows } = await sql<AttributionRow>`select * from attribution where id = ${id} for no key update`.execute(tx)
  return rows[0]
}
