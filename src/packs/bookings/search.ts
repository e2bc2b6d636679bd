import { type Selectable, sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError } from '../../errors.ts'
import type { DB } from '../../platform/database/generated.ts'
import { recordset } from '../../platform/database/recordset.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import { newId } from '../../platform/ids.ts'
import { type Candidate, deadlineOf, type Eligible, eligibleFor, isUrgent, type Point, payOf } from './attribution.ts'
import { addressText } from './booking.ts'
import { type Bookings, BROADCAST } from './bookings.ts'
import { type MissionDocuments, proposalKey } from './mission-documents.ts'
import {
  type AttributionRow,
  askedKey,
  holdAttribution,
  holdBookings,
  type JobRow,
  type Missions,
  type Reader,
} from './missions.ts'
import { attached } from './papers.ts'
import { LEAST_SCORE } from './professionals.ts'
import type { BookingSettings, createSettings } from './settings.ts'
import { addressOf } from './told.ts'

/** Looks at an attribution when its time to answer is over. */
export const DEADLINE = 'bookings.deadline'
const LAST_ROUND = 2

/** Proposals of one transaction: fewer bookings where many are asked for each. */
const ASKED_TOGETHER = 200

/** A booking that looks for somebody, and where it is, if that is known. */
interface Near {
  readonly job: JobRow
  readonly place: { readonly point: Point; readonly approximate: boolean } | undefined
}

/** Who is asked for a booking. */
interface Asking {
  readonly job: JobRow
  readonly row: AttributionRow
  readonly asked: readonly Eligible[]
}

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
    /**
     * Asks those near each booking that has nobody yet; those who refused it or gave it up are not asked again. Should
     * something go wrong with many, each is tried alone: what was done is not done again, and one that failed is thrown.
     */
    async broadcast(organizationId: string, bookingIds: readonly string[]): Promise<{ asked: number }> {
      const decided = await settings.of(organizationId)
      const failures: unknown[] = []
      let asked = 0
      const found: Near[] = []
      for (const job of await missions.jobsOf(organizationId, bookingIds)) {
        if (job.status !== 'payment_completed') continue
        try {
          found.push({ job, place: await placeOf(job, decided) })
        } catch (error) {
          failures.push(error)
        }
      }
      for (const [skill, own] of Map.groupBy(found, ({ job }) => job.key)) {
        const candidates = await candidatesOf(organizationId, skill)
        const together = Math.max(1, Math.floor(ASKED_TOGETHER / Math.max(1, candidates.length)))
        const left: Near[][] = []
        for (let at = 0; at < own.length; at += together) left.push(own.slice(at, at + together))
        for (let many = left.shift(); many; many = left.shift()) {
          try {
            asked += await askNear(organizationId, many, candidates, decided)
          } catch (error) {
            if (many.length === 1 || isUnreachable(error)) failures.push(error)
            else left.unshift(...many.map((one) => [one]))
          }
        }
      }
      // What may go well another time comes before a refusal, which would end the run for all of them.
      if (failures.length > 0) throw failures.find((one) => !(one instanceof AppError)) ?? failures[0]
      return { asked }
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
            ...((await refusedBy(within, organizationId, [job.id])).get(job.id) ?? []),
            ...(await askedIn(within, attributionId)),
          ])
          const more = eligibleFor(
            { point: place.point, skill: job.key, radiusKm: wider.radius_km, without },
            await candidatesOf(organizationId, job.key),
          )
          if (more.length > 0) {
            await sql`
              update attribution set round = ${wider.round}, radius_km = ${wider.radius_km}, deadline_at = ${wider.deadline_at}, updated_at = ${now}
              where id = ${attributionId}`.execute(within.tx)
            await ask(within, organizationId, [{ job, row: wider, asked: more }], decided)
            return { asked: more.length, expired: 0 }
          }
        }
        return { asked: 0, expired: await expire(within, job, row) }
      })
    },

    /** Asks again for a booking that has nobody, in a job. */
    askAnew,
  }

  /** In one transaction. */
  function askNear(
    organizationId: string,
    many: readonly Near[],
    candidates: readonly Candidate[],
    decided: BookingSettings,
  ): Promise<number> {
    return surface.transaction(organizationId, async (within) => {
      const ids = many.map(({ job }) => job.id)
      const held = await holdBookings(within, ids)
      const open = await openAttributions(within, ids)
      const refused = await refusedBy(within, organizationId, ids)
      const now = clock.now()
      const begun = many.flatMap(({ job: read, place }): (Asking & { nobody: string })[] => {
        const state = held.get(read.id)
        if (state?.status !== 'payment_completed' || open.has(read.id)) return []
        // It may have been moved since it was read.
        const job = { ...read, starts_at: state.starts_at }
        let round = 1
        let radiusKm = decided.radiusKm
        let asked: Eligible[] = []
        const hasBegun = job.starts_at <= now
        if (place && !hasBegun) {
          const where = { point: place.point, skill: job.key, without: refused.get(job.id) ?? new Set<string>() }
          asked = eligibleFor({ ...where, radiusKm }, candidates)
          if (asked.length === 0) {
            // Nobody near: nothing is gained by waiting.
            round = LAST_ROUND
            radiusKm = decided.widenedRadiusKm
            asked = eligibleFor({ ...where, radiusKm }, candidates)
          }
        }
        const row: AttributionRow = {
          id: newId(now),
          organization_id: organizationId,
          booking_id: job.id,
          status: asked.length > 0 ? 'broadcasting' : 'expired',
          round,
          radius_km: radiusKm,
          approximate: place?.approximate ?? true,
          deadline_at: asked.length > 0 ? deadlineOf(job.starts_at, now, decided) : now,
          winner_id: null,
          accepted_at: null,
          by_hand: false,
          created_at: now,
          updated_at: now,
        }
        return [{ job, row, asked, nobody: hasBegun ? 'begun' : place ? 'nobody' : 'no_place' }]
      })
      if (begun.length === 0) return 0
      await sql`
        insert into attribution (id, organization_id, booking_id, status, round, radius_km, approximate, deadline_at, created_at, updated_at)
        select id, organization_id, booking_id, status, round, radius_km, approximate, deadline_at, created_at, updated_at
        from jsonb_populate_recordset(null::attribution, ${recordset(begun.map(({ row }) => row))}::jsonb)`.execute(
        within.tx,
      )
      const done = begun.map(({ job }) => job.id)
      await sql`
        update booking_flow f set state = 'done', detail = i.detail, updated_at = ${now}
        from unnest(${done}::uuid[], ${begun.map(({ asked, nobody }) => (asked.length > 0 ? null : nobody))}::text[]) as i(id, detail)
        where f.booking_id = any(${done}::uuid[]) and f.flow = 'professionals' and f.booking_id = i.id and one_row(f.booking_id, i.id)`.execute(
        within.tx,
      )
      for (const { job, row, asked } of begun) if (asked.length === 0) await raiseUnassigned(within, job, row, 0)
      await ask(
        within,
        organizationId,
        begun.filter(({ asked }) => asked.length > 0),
        decided,
      )
      return begun.reduce((sum, { asked }) => sum + asked.length, 0)
    })
  }

  /** What everybody may know of a job, in the language of each who is asked. */
  async function openIn(job: JobRow, asked: readonly Eligible[]) {
    const locales = [...new Set(asked.map(({ locale }) => locale))]
    return new Map(
      await Promise.all(
        locales.map(async (locale) => {
          const size = await missions.sizeIn(job, { locale })
          return [locale, { ...(await missions.openPart(job, { locale })), size }] as const
        }),
      ),
    )
  }

  /** Writes down who is asked, tells them, and sees to it that somebody looks when their time is over. */
  async function ask(within: Within, organizationId: string, all: readonly Asking[], decided: BookingSettings) {
    if (all.length === 0) return
    const now = clock.now()
    const answers = all.flatMap(({ row, asked }) =>
      asked.map(({ id, distanceKm }) => ({
        attribution_id: row.id,
        professional_id: id,
        round: row.round,
        distance_km: distanceKm,
      })),
    )
    await sql`
      insert into attribution_answer (attribution_id, professional_id, organization_id, round, distance_km, answer, proposed_at)
      select attribution_id, professional_id, ${organizationId}::uuid, round, distance_km, 'none', ${now}
      from jsonb_populate_recordset(null::attribution_answer, ${recordset(answers)}::jsonb)`.execute(within.tx)
    const papers = await documents.propose(
      within,
      organizationId,
      all.map(({ job, row, asked }) => ({
        bookingId: job.id,
        attributionId: row.id,
        answerBy: row.deadline_at,
        asked,
      })),
    )
    const urls = await missions.urls(
      within,
      answers.map((one) => ({ attributionId: one.attribution_id, professionalId: one.professional_id })),
    )
    const events = await Promise.all(
      all.map(async ({ job, row, asked }) => {
        const open = await openIn(job, asked)
        const pay = payOf(job)
        return asked.map(({ id, contactId, locale, distanceKm }) => {
          const url = urls.get(askedKey(row.id, id))!
          const paper = papers.get(proposalKey(row.id, contactId))
          return {
            type: 'mission.proposed',
            audience: { professional: { contactId } },
            about: [job.contact_id],
            attachments: attached(paper ? [paper] : [], job.reference),
            payload: {
              ...open.get(locale)!,
              distanceKm: Math.round(distanceKm * 10) / 10,
              ...(pay !== undefined && { pay }),
              currency: job.currency,
              urgent: isUrgent(job.starts_at, now, decided),
              answerBy: row.deadline_at.toISOString(),
              acceptUrl: url,
              refuseUrl: `${url}/refuse`,
            },
          }
        })
      }),
    )
    await within.raiseAll(events.flat())
    await within.startAll(
      all.map(({ row }) => ({ name: DEADLINE, input: { attributionId: row.id }, at: row.deadline_at })),
    )
  }

  async function expire(within: Within, job: JobRow, row: AttributionRow): Promise<number> {
    const now = clock.now()
    await sql`update attribution set status = 'expired', updated_at = ${now} where id = ${row.id}`.execute(within.tx)
    const { rows } = await sql<Reader & { contact_id: string }>`
      with over as (
        update attribution_answer set answer = 'expired', answered_at = ${now} where attribution_id = ${row.id} and answer = 'none' returning professional_id)
      select p.contact_id, c.locale from over join professional p on p.id = over.professional_id left join contact c on c.id = p.contact_id order by p.contact_id`.execute(
      within.tx,
    )
    await within.raiseAll(await missions.news('mission.expired', job, rows))
    const { rows: all } = await sql<{ n: number }>`
      select count(*)::int as n from attribution_answer where attribution_id = ${row.id}`.execute(within.tx)
    await raiseUnassigned(within, job, row, all[0]?.n ?? 0)
    return rows.length
  }

  async function askAnew(within: Within, bookingId: string): Promise<void> {
    const runId = await within.start({ name: BROADCAST, input: { bookingIds: [bookingId] } })
    await sql`
      update booking_flow set state = 'waiting', detail = null, run_id = ${runId}, updated_at = ${clock.now()}
      where booking_id = ${bookingId} and flow = 'professionals'`.execute(within.tx)
  }

  async function raiseUnassigned(within: Within, job: JobRow, row: AttributionRow, asked: number): Promise<void> {
    await within.raise({
      type: 'mission.unassigned',
      about: [job.contact_id],
      payload: {
        ...(await missions.openPart(job)),
        bookingReference: job.reference,
        asked,
        radiusKm: row.radius_km,
        bookingUrl: bookings.staffUrl(job.id),
      },
    })
  }

  async function candidatesOf(organizationId: string, skill: string): Promise<Candidate[]> {
    const rows = await db.run<Selectable<DB['professional']> & Reader>(
      'bookings.candidates',
      `select p.*, c.locale from professional p join contact c on c.id = p.contact_id and c.erased_at is null
       where p.organization_id = $1 and p.removed_at is null and p.available and not p.blacklisted
         and p.latitude is not null and p.longitude is not null and $2 = any(p.skills)`,
      [organizationId, skill],
    )
    return rows.map((row) => ({
      id: row.id,
      contactId: row.contact_id,
      locale: row.locale,
      point:
        row.latitude === null || row.longitude === null ? null : { latitude: row.latitude, longitude: row.longitude },
      radiusKm: row.radius_km,
      skills: row.skills,
      blacklisted: row.blacklisted,
      available: row.available,
    }))
  }

  /** Given coordinates, else the geocoder's, else the organization's own point. */
  async function placeOf(job: JobRow, { fallback }: BookingSettings): Promise<Near['place']> {
    if (job.latitude !== null && job.longitude !== null)
      return { point: { latitude: job.latitude, longitude: job.longitude }, approximate: false }
    const { country } = await surface.organization(job.organization_id)
    const found = job.city === '' ? undefined : await surface.geocode(addressText(addressOf(job)), country)
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

/** Those of these bookings that somebody is asked for, or has. */
async function openAttributions({ tx }: Within, bookingIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ booking_id: string }>`
    select a.booking_id from unnest(${bookingIds}::uuid[]) as of(id) cross join lateral (
      select booking_id from attribution where booking_id = of.id and status in ('broadcasting', 'accepted') offset 0) a`.execute(
    tx,
  )
  return new Set(rows.map(({ booking_id }) => booking_id))
}

/** Those who refused a booking, in any round, or had it and lost it; by booking. */
async function refusedBy(
  { tx }: Within,
  organizationId: string,
  bookingIds: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const { rows } = await sql<{ booking_id: string; professional_id: string }>`
    select a.booking_id, w.professional_id from unnest(${bookingIds}::uuid[]) as of(id)
    cross join lateral (select id, booking_id from attribution where booking_id = of.id and organization_id = ${organizationId} offset 0) a
    cross join lateral (
      select professional_id from attribution_answer where attribution_id = a.id and answer in ('refused', 'revoked') offset 0) w`.execute(
    tx,
  )
  const by = Map.groupBy(rows, (row) => row.booking_id)
  return new Map([...by].map(([id, own]) => [id, new Set(own.map((row) => row.professional_id))]))
}

async function askedIn({ tx }: Within, attributionId: string): Promise<string[]> {
  const { rows } = await sql<{ professional_id: string }>`
    select professional_id from attribution_answer where attribution_id = ${attributionId}`.execute(tx)
  return rows.map((row) => row.professional_id)
}
