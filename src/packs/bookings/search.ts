import { type Selectable, sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import { type Candidate, deadlineOf, type Eligible, eligibleFor, isUrgent, type Point, payOf } from './attribution.ts'
import { addressText } from './booking.ts'
import { attached } from './booking-documents.ts'
import { addressOf, type Bookings, BROADCAST } from './bookings.ts'
import type { MissionDocuments } from './mission-documents.ts'
import { type AttributionRow, holdAttribution, holdBooking, type JobRow, type Missions } from './missions.ts'
import { LEAST_SCORE } from './professionals.ts'
import type { BookingSettings, createSettings } from './settings.ts'

/** Looks at an attribution when its time to answer is over. */
export const DEADLINE = 'bookings.deadline'
const LAST_ROUND = 2

interface Deps {
  readonly surface: PackSurface
  readonly settings: ReturnType<typeof createSettings>
  readonly missions: Missions
  readonly bookings: Pick<Bookings, 'staffUrl'>
  readonly documents: Pick<MissionDocuments, 'propose'>
}

export type Search = ReturnType<typeof createSearch>

/** Finds somebody for a job: professionals near it are asked together, then once more and further away, then staff hear of it. */
export function createSearch({ surface, settings, missions, bookings, documents }: Deps) {
  const { db, clock } = surface

  return {
    /** Asks those near a booking that has nobody yet; those who refused it or gave it up are not asked again. */
    async broadcast(organizationId: string, bookingId: string): Promise<{ asked: number }> {
      const found = await missions.jobOf(organizationId, bookingId)
      if (found?.status !== 'payment_completed') return { asked: 0 }
      const decided = await settings.of(organizationId)
      const place = await placeOf(found, decided)
      return surface.transaction(organizationId, async (within) => {
        const held = await holdBooking(within, bookingId)
        if (held?.status !== 'payment_completed' || (await openAttribution(within, bookingId))) return { asked: 0 }
        // It may have been moved since it was read.
        const job = { ...found, starts_at: held.starts_at }
        const now = clock.now()
        const id = newId(now)
        let round = 1
        let radiusKm = decided.radiusKm
        let asked: Eligible[] = []
        if (place) {
          const candidates = await candidatesOf(within, organizationId, job.key)
          const without = await refusedBy(within, organizationId, bookingId)
          asked = eligibleFor({ point: place.point, skill: job.key, radiusKm, without }, candidates)
          if (asked.length === 0) {
            // Nobody near: nothing is gained by waiting.
            round = LAST_ROUND
            radiusKm = decided.widenedRadiusKm
            asked = eligibleFor({ point: place.point, skill: job.key, radiusKm, without }, candidates)
          }
        }
        const row: AttributionRow = {
          id,
          organization_id: organizationId,
          booking_id: bookingId,
          status: asked.length > 0 ? 'broadcasting' : 'expired',
          round,
          radius_km: radiusKm,
          approximate: place?.approximate ?? true,
          deadline_at: asked.length > 0 ? deadlineOf(job.starts_at, now, decided) : now,
          winner_id: null,
          accepted_at: null,
          created_at: now,
          updated_at: now,
        }
        await within.tx.insertInto('attribution').values(row).execute()
        await sql`
          update booking_flow set state = 'done', detail = ${asked.length > 0 ? null : place ? 'nobody' : 'no_place'}, updated_at = ${now}
          where booking_id = ${bookingId} and flow = 'professionals'`.execute(within.tx)
        if (asked.length === 0) await raiseUnassigned(within, job, row, 0)
        else await ask(within, job, row, asked, decided)
        return { asked: asked.length }
      })
    },

    /** The time to answer is over: once more and wider, then staff are told. A deadline that was moved is not over. */
    async deadline(organizationId: string, attributionId: string): Promise<{ asked: number; expired: number }> {
      const [at] = await db.run<{ booking_id: string }>(
        'bookings.attribution',
        'select booking_id from attribution where id = $1 and organization_id = $2',
        [attributionId, organizationId],
      )
      const job = at && (await missions.jobOf(organizationId, at.booking_id))
      if (!job) return { asked: 0, expired: 0 }
      const decided = await settings.of(organizationId)
      const place = await placeOf(job, decided)
      return surface.transaction(organizationId, async (within) => {
        const row = await holdAttribution(within, attributionId)
        const now = clock.now()
        if (row?.status !== 'broadcasting' || row.deadline_at > now) return { asked: 0, expired: 0 }
        if (row.round < LAST_ROUND && place && job.starts_at > now) {
          const wider = {
            ...row,
            round: row.round + 1,
            radius_km: decided.widenedRadiusKm,
            deadline_at: deadlineOf(job.starts_at, now, decided),
          }
          const without = new Set([
            ...(await refusedBy(within, organizationId, job.id)),
            ...(await askedIn(within, attributionId)),
          ])
          const more = eligibleFor(
            { point: place.point, skill: job.key, radiusKm: wider.radius_km, without },
            await candidatesOf(within, organizationId, job.key),
          )
          if (more.length > 0) {
            await sql`
              update attribution set round = ${wider.round}, radius_km = ${wider.radius_km}, deadline_at = ${wider.deadline_at}, updated_at = ${now}
              where id = ${attributionId}`.execute(within.tx)
            await ask(within, job, wider, more, decided)
            return { asked: more.length, expired: 0 }
          }
        }
        return { asked: 0, expired: await expire(within, job, row) }
      })
    },

    /** Asks again for a booking that has nobody, in a job. */
    askAnew,
  }

  /** Writes down who is asked, tells them, and sees to it that somebody looks when their time is over. */
  async function ask(
    within: Within,
    job: JobRow,
    row: AttributionRow,
    asked: readonly Eligible[],
    decided: BookingSettings,
  ) {
    const now = clock.now()
    await sql`
      insert into attribution_answer (attribution_id, professional_id, organization_id, round, distance_km, answer, proposed_at)
      select ${row.id}::uuid, p.id, ${row.organization_id}::uuid, ${row.round}::int, p.distance, 'none', ${now}
      from unnest(${asked.map(({ id }) => id)}::uuid[], ${asked.map((one) => one.distanceKm)}::float8[]) as p(id, distance)`.execute(
      within.tx,
    )
    const open = await missions.openPart(job)
    const pay = payOf(job)
    const of = { organizationId: row.organization_id, bookingId: job.id, attributionId: row.id }
    const papers = await documents.propose(within, { ...of, answerBy: row.deadline_at }, asked)
    const urls = await missions.urls(
      within,
      row.id,
      asked.map(({ id }) => id),
    )
    await within.raiseAll(
      asked.map(({ id, contactId, distanceKm }) => {
        const url = urls.get(id)!
        return {
          type: 'mission.proposed',
          audience: { professional: { contactId } },
          attachments: attached(
            [papers.get(contactId)].filter((paper) => paper !== undefined),
            job.reference,
          ),
          payload: {
            ...open,
            distanceKm: Math.round(distanceKm * 10) / 10,
            ...(pay !== undefined && { pay }),
            currency: job.currency,
            urgent: isUrgent(job.starts_at, now, decided),
            answerBy: row.deadline_at.toISOString(),
            acceptUrl: url,
            refuseUrl: `${url}/refuse`,
          },
        }
      }),
    )
    await within.start({ name: DEADLINE, input: { attributionId: row.id }, at: row.deadline_at })
  }

  async function expire(within: Within, job: JobRow, row: AttributionRow): Promise<number> {
    const now = clock.now()
    await sql`update attribution set status = 'expired', updated_at = ${now} where id = ${row.id}`.execute(within.tx)
    const { rows } = await sql<{ contact_id: string }>`
      with over as (
        update attribution_answer set answer = 'expired', answered_at = ${now} where attribution_id = ${row.id} and answer = 'none' returning professional_id)
      select p.contact_id from over join professional p on p.id = over.professional_id order by p.contact_id`.execute(
      within.tx,
    )
    if (rows.length > 0)
      await within.raise({
        type: 'mission.expired',
        audience: { professional: rows.map(({ contact_id }) => ({ contactId: contact_id })) },
        payload: await missions.openPart(job),
      })
    const { rows: all } = await sql<{ n: number }>`
      select count(*)::int as n from attribution_answer where attribution_id = ${row.id}`.execute(within.tx)
    await raiseUnassigned(within, job, row, all[0]?.n ?? 0)
    return rows.length
  }

  async function askAnew(within: Within, bookingId: string): Promise<void> {
    const runId = await within.start({ name: BROADCAST, input: { bookingId } })
    await sql`
      update booking_flow set state = 'waiting', detail = null, run_id = ${runId}, updated_at = ${clock.now()}
      where booking_id = ${bookingId} and flow = 'professionals'`.execute(within.tx)
  }

  async function raiseUnassigned(within: Within, job: JobRow, row: AttributionRow, asked: number): Promise<void> {
    await within.raise({
      type: 'mission.unassigned',
      payload: {
        ...(await missions.openPart(job)),
        bookingReference: job.reference,
        asked,
        radiusKm: row.radius_km,
        bookingUrl: bookings.staffUrl(job.id),
      },
    })
  }

  /** Given coordinates, else the geocoder's, else the organization's own point. */
  async function placeOf(
    job: JobRow,
    { fallback }: BookingSettings,
  ): Promise<{ point: Point; approximate: boolean } | undefined> {
    if (job.latitude !== null && job.longitude !== null)
      return { point: { latitude: job.latitude, longitude: job.longitude }, approximate: false }
    const { country } = await surface.organization(job.organization_id)
    const found = await surface.geocode(addressText(addressOf(job)), country)
    if (found && found.score >= LEAST_SCORE) {
      await db.run(
        'bookings.keep-place',
        'update quote set latitude = $2, longitude = $3 where id = $1 and latitude is null',
        [job.quote_id, found.latitude, found.longitude],
      )
      return { point: found, approximate: false }
    }
    return fallback ? { point: fallback, approximate: true } : undefined
  }
}

async function openAttribution({ tx }: Within, bookingId: string): Promise<boolean> {
  const { rows } = await sql`
    select 1 from attribution where booking_id = ${bookingId} and status in ('broadcasting', 'accepted')`.execute(tx)
  return rows.length > 0
}

/** Those who refused this booking, in any round, or had it and lost it. */
async function refusedBy({ tx }: Within, organizationId: string, bookingId: string): Promise<Set<string>> {
  const { rows } = await sql<{ professional_id: string }>`
    select w.professional_id from attribution_answer w join attribution a on a.id = w.attribution_id
    where a.booking_id = ${bookingId} and a.organization_id = ${organizationId} and w.answer in ('refused', 'revoked')`.execute(
    tx,
  )
  return new Set(rows.map((row) => row.professional_id))
}

async function askedIn({ tx }: Within, attributionId: string): Promise<string[]> {
  const { rows } = await sql<{ professional_id: string }>`
    select professional_id from attribution_answer where attribution_id = ${attributionId}`.execute(tx)
  return rows.map((row) => row.professional_id)
}

async function candidatesOf({ tx }: Within, organizationId: string, skill: string): Promise<Candidate[]> {
  const { rows } = await sql<Selectable<DB['professional']>>`
    select p.* from professional p join contact c on c.id = p.contact_id and c.erased_at is null
    where p.organization_id = ${organizationId} and p.removed_at is null and p.available and not p.blacklisted
      and p.latitude is not null and p.longitude is not null and ${skill} = any(p.skills)`.execute(tx)
  return rows.map((row) => ({
    id: row.id,
    contactId: row.contact_id,
    point:
      row.latitude === null || row.longitude === null ? null : { latitude: row.latitude, longitude: row.longitude },
    radiusKm: row.radius_km,
    skills: row.skills,
    blacklisted: row.blacklisted,
    available: row.available,
  }))
}
