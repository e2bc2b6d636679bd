import { type Selectable, sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError, notFound } from '../../errors.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import { type Candidate, deadlineOf, type Eligible, eligibleFor, isUrgent, type Point, payOf } from './attribution.ts'
import { addressText, type BookingStatus, moved } from './booking.ts'
import { attached } from './booking-documents.ts'
import { addressOf, type Bookings, BROADCAST, nameOf } from './bookings.ts'
import type { MissionDocuments } from './mission-documents.ts'
import { LEAST_SCORE } from './professionals.ts'
import { labelOf, languageOf } from './quotes.ts'
import type { BookingSettings, createSettings } from './settings.ts'

/** Looks at an attribution when its time to answer is over. */
export const DEADLINE = 'bookings.deadline'
const LAST_ROUND = 2
const WINNERS_PAGE_MS = 30 * 24 * 3_600_000
const MISSION = 'bookings/mission'

/** What accepting or refusing came to. `taken`: somebody was faster. `over`: nobody may answer any more. */
export type AnswerResult = 'accepted' | 'refused' | 'taken' | 'over'

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

interface Deps {
  readonly surface: PackSurface
  readonly settings: ReturnType<typeof createSettings>
  readonly bookings: Pick<Bookings, 'staffUrl'>
  readonly documents: MissionDocuments
}

export type Attributions = ReturnType<typeof createAttributions>

/** Finds whoever does a job: professionals near it are asked together, and the first to accept has it. */
export function createAttributions({ surface, settings, bookings, documents }: Deps) {
  const { db, clock, publicUrl } = surface

  return {
    /** Asks those near a booking that has nobody yet; those who refused it or gave it up are not asked again. */
    async broadcast(organizationId: string, bookingId: string): Promise<{ asked: number }> {
      const found = await jobOf(organizationId, bookingId)
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
      const job = at && (await jobOf(organizationId, at.booking_id))
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

    /**
     * The first to accept has it, however many do at once: whoever comes second waits for the first, and is told that it is
     * taken. The winner, the staff, the others' news and the winner's reminder are one transaction with it.
     */
    async accept(mission: Mission): Promise<AnswerResult> {
      const early = await standing(mission)
      if (early !== 'open') return early
      const { organizationId, attributionId, professionalId } = mission
      const job = await jobOf(organizationId, mission.bookingId)
      if (!job) return 'over'
      const won = await surface.transaction(organizationId, async (within): Promise<'accepted' | undefined> => {
        const now = clock.now()
        const { rows: ours } = await sql<AttributionRow>`
          update attribution set status = 'accepted', winner_id = ${professionalId}, accepted_at = ${now}, updated_at = ${now}
          where id = ${attributionId} and organization_id = ${organizationId} and status = 'broadcasting' and deadline_at > ${now}
            and exists (select from attribution_answer a where a.attribution_id = attribution.id and a.professional_id = ${professionalId} and a.answer = 'none')
          returning *`.execute(within.tx)
        const [row] = ours
        if (!row) return undefined
        const held = await holdBooking(within, job.id)
        if (!held) throw notFound('Booking', job.id)
        await sql`update booking set status = ${moved(held.status, 'assigned')}, updated_at = ${now} where id = ${job.id}`.execute(
          within.tx,
        )
        const { rows: others } = await sql<{ contact_id: string }>`
          with answered as (
            update attribution_answer a set answer = case when a.professional_id = ${professionalId} then 'accepted' else 'taken' end, answered_at = ${now}
            where a.attribution_id = ${attributionId} and a.answer = 'none' returning a.professional_id)
          select p.contact_id from answered join professional p on p.id = answered.professional_id where p.id <> ${professionalId} order by p.contact_id`.execute(
          within.tx,
        )
        await tellWinner(within, job, row)
        if (others.length > 0)
          await within.raise({
            type: 'mission.taken',
            audience: { professional: others.map(({ contact_id }) => ({ contactId: contact_id })) },
            payload: await openPart(job),
          })
        return 'accepted'
      })
      return won ?? (await late(mission))
    },

    async refuse(mission: Mission): Promise<AnswerResult> {
      const early = await standing(mission)
      if (early !== 'open') return early
      const { organizationId, attributionId, professionalId } = mission
      const refused = await surface.transaction(organizationId, async (within): Promise<'refused' | undefined> => {
        const row = await holdAttribution(within, attributionId)
        const now = clock.now()
        const { rows } = await sql`
          update attribution_answer set answer = 'refused', answered_at = ${now}
          where attribution_id = ${attributionId} and professional_id = ${professionalId} and answer = 'none' returning 1`.execute(
          within.tx,
        )
        if (rows.length === 0) return undefined
        // Everybody has refused: nothing is gained by waiting for the deadline.
        const { rows: left } = await sql`
          select 1 from attribution_answer where attribution_id = ${attributionId} and answer = 'none' limit 1`.execute(
          within.tx,
        )
        if (left.length === 0 && row?.status === 'broadcasting') {
          await sql`update attribution set deadline_at = ${now} where id = ${attributionId}`.execute(within.tx)
          await within.start({ name: DEADLINE, input: { attributionId } })
        }
        return 'refused'
      })
      return refused ?? (await late(mission))
    },

    standing,

    /** Takes an accepted mission back and asks the others. @throws AppError `conflict`, `not_found` */
    async revoke(organizationId: string, bookingId: string): Promise<void> {
      const job = await jobOf(organizationId, bookingId)
      if (!job) throw notFound('Booking', bookingId)
      await surface.transaction(organizationId, async (within) => {
        const status = (await holdBooking(within, bookingId))?.status
        if (status !== 'assigned') throw new AppError('conflict', 'Nobody has accepted this mission')
        const now = clock.now()
        await sql`update booking set status = ${moved(status, 'payment_completed')}, updated_at = ${now} where id = ${bookingId}`.execute(
          within.tx,
        )
        await end(within, job, 'revoked', true)
        await askAnew(within, bookingId)
      })
    },

    /** The booking was cancelled: nobody is to come. The winner's contact, if there was one. */
    cancelWithin: async (within: Within, job: JobRow): Promise<string | undefined> =>
      end(within, job, 'expired', false),

    /**
     * The booking is at another time. Whoever had accepted keeps it, and their reminder moves: their contact and page are
     * given. Who had been asked was asked for the former time: that offer ends, and they are asked anew.
     */
    async moveWithin(within: Within, before: JobRow, job: JobRow): Promise<Winner | undefined> {
      const { rows } = await sql<AttributionRow>`
        select * from attribution where booking_id = ${job.id} and status in ('broadcasting', 'accepted') for no key update`.execute(
        within.tx,
      )
      const [row] = rows
      if (row?.status === 'accepted') {
        const { winner, own } = await ownOf(within, job, row)
        await remindWinner(within, job, row, winner.contact_id, own)
        return { contactId: winner.contact_id, missionUrl: own.missionUrl }
      }
      if (row) await end(within, before, 'expired', false)
      await askAnew(within, job.id)
      return undefined
    },

    /** Asks again for a booking that has nobody, in a job. */
    askAnew,

    /** What became of the last search for somebody. */
    async latestOf({ tx }: Within, bookingId: string): Promise<string | undefined> {
      const { rows } = await sql<{ status: string }>`
        select status from attribution where booking_id = ${bookingId} order by id desc limit 1`.execute(tx)
      return rows[0]?.status
    },

    /** It has begun: nobody needs to be reminded. */
    async beginWithin(within: Within, bookingId: string): Promise<void> {
      const { rows } = await sql<{ id: string }>`
        select id from attribution where booking_id = ${bookingId} and status = 'accepted'`.execute(within.tx)
      for (const { id } of rows) await within.unplan(missionSubject(id))
    },

    jobOf,
    tellWinner,
    openPart,
    missionUrl,
  }

  /** Whether a professional may still answer, or what became of the mission. */
  async function standing({ organizationId, attributionId, professionalId }: Mission) {
    const [row] = await db.run<{ status: string; deadline_at: Date; answer: string }>(
      'bookings.standing',
      `select a.status, a.deadline_at, w.answer from attribution a join attribution_answer w on w.attribution_id = a.id
       where a.id = $1 and w.professional_id = $2 and a.organization_id = $3`,
      [attributionId, professionalId, organizationId],
    )
    if (!row) return 'over' as const
    if (row.answer === 'accepted' && row.status === 'accepted') return 'accepted' as const
    if (row.answer === 'refused') return 'refused' as const
    if (row.status === 'accepted') return 'taken' as const
    if (row.status !== 'broadcasting' || row.answer !== 'none' || row.deadline_at <= clock.now()) return 'over' as const
    return 'open' as const
  }

  /** What somebody reads who was too late. */
  async function late(mission: Mission): Promise<AnswerResult> {
    const after = await standing(mission)
    return after === 'open' ? 'over' : after
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
    const open = await openPart(job)
    const pay = payOf(job)
    const of = { organizationId: row.organization_id, bookingId: job.id, attributionId: row.id }
    const papers = await documents.propose(within, { ...of, answerBy: row.deadline_at }, asked)
    await within.raiseAll(
      asked.map(({ id, contactId, distanceKm }) => {
        const url = missionUrl({ ...of, professionalId: id }, job)
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
        payload: await openPart(job),
      })
    const { rows: all } = await sql<{ n: number }>`
      select count(*)::int as n from attribution_answer where attribution_id = ${row.id}`.execute(within.tx)
    await raiseUnassigned(within, job, row, all[0]?.n ?? 0)
    return rows.length
  }

  /** Ends what is open about a booking. Gives the winner's contact. `tell`: whoever had it hears that it is not theirs any more. */
  async function end(
    within: Within,
    job: JobRow,
    answer: 'revoked' | 'expired',
    tell: boolean,
  ): Promise<string | undefined> {
    const now = clock.now()
    const { rows } = await sql<AttributionRow & { contact_id: string | null }>`
      update attribution a set status = 'cancelled', updated_at = ${now} from (
        select o.id, p.contact_id from attribution o left join professional p on p.id = o.winner_id
        where o.booking_id = ${job.id} and o.status in ('broadcasting', 'accepted')) open
      where a.id = open.id returning a.*, open.contact_id`.execute(within.tx)
    const [row] = rows
    if (!row) return undefined
    const { rows: waiting } = await sql<{ contact_id: string }>`
      with over as (
        update attribution_answer set answer = case when answer = 'accepted' then ${answer} else 'expired' end, answered_at = ${now}
        where attribution_id = ${row.id} and answer in ('none', 'accepted') returning professional_id)
      select p.contact_id from over join professional p on p.id = over.professional_id
      where p.id is distinct from ${row.winner_id}::uuid order by p.contact_id`.execute(within.tx)
    if (waiting.length > 0)
      await within.raise({
        type: 'mission.expired',
        audience: { professional: waiting.map(({ contact_id }) => ({ contactId: contact_id })) },
        payload: await openPart(job),
      })
    await within.unplan(missionSubject(row.id))
    if (tell && row.contact_id)
      await within.raise({
        type: 'booking.cancelled',
        only: ['professional'],
        audience: { professional: { contactId: row.contact_id } },
        payload: {
          ...(await told(job)),
          reference: job.reference,
          city: job.city,
          professionalId: row.contact_id,
          currency: job.currency,
        },
      })
    return row.contact_id ?? undefined
  }

  async function askAnew(within: Within, bookingId: string): Promise<void> {
    const runId = await within.start({ name: BROADCAST, input: { bookingId } })
    await sql`
      update booking_flow set state = 'waiting', detail = null, run_id = ${runId}, updated_at = ${clock.now()}
      where booking_id = ${bookingId} and flow = 'professionals'`.execute(within.tx)
  }

  /** What whoever does it is told of it. */
  async function ownOf({ tx }: Within, job: JobRow, row: AttributionRow) {
    const { rows } = await sql<{ contact_id: string; company: string }>`
      select contact_id, company from professional where id = ${row.winner_id}`.execute(tx)
    const winner = rows[0]!
    const mission = {
      organizationId: job.organization_id,
      bookingId: job.id,
      attributionId: row.id,
      professionalId: row.winner_id!,
    }
    const own = {
      ...(await openPart(job)),
      address: addressText(addressOf(job)),
      clientName: nameOf(job),
      ...(job.phone && { clientPhone: job.phone }),
      ...(job.notes && { notes: job.notes.slice(0, 2_000) }),
      professionalId: winner.contact_id,
      missionUrl: missionUrl(mission, job),
    }
    return { winner, own }
  }

  async function remindWinner(
    within: Within,
    job: JobRow,
    { id }: AttributionRow,
    contactId: string,
    payload: Record<string, unknown>,
  ): Promise<void> {
    await within.plan({
      subject: missionSubject(id),
      at: job.starts_at,
      timeZone: job.time_zone,
      to: { contactId },
      payload,
      reminders: [{ offset: '04:00 on the day', type: 'mission.day_of', audience: 'professional' }],
    })
  }

  /** Everything whoever does it needs, and a reminder at four in the morning of the day. */
  async function tellWinner(within: Within, job: JobRow, row: AttributionRow): Promise<void> {
    const { winner, own } = await ownOf(within, job, row)
    const pay = payOf(job)
    const papers = await documents.order(within, job.organization_id, job.id)
    await within.raise({
      type: 'mission.accepted',
      attachments: attached(papers, job.reference).map((file) => ({ ...file, for: ['professional'] })),
      payload: {
        ...own,
        ...(pay !== undefined && { pay }),
        currency: job.currency,
        professionalName: winner.company,
        bookingUrl: bookings.staffUrl(job.id),
      },
    })
    await remindWinner(within, job, row, winner.contact_id, own)
  }

  async function raiseUnassigned(within: Within, job: JobRow, row: AttributionRow, asked: number): Promise<void> {
    await within.raise({
      type: 'mission.unassigned',
      payload: {
        ...(await openPart(job)),
        bookingReference: job.reference,
        asked,
        radiusKm: row.radius_km,
        bookingUrl: bookings.staffUrl(job.id),
      },
    })
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

  function missionUrl(mission: Mission, { starts_at }: Pick<JobRow, 'starts_at'>): string {
    const { organizationId, bookingId, attributionId, professionalId } = mission
    const ends = new Date(starts_at.getTime() + WINNERS_PAGE_MS)
    return `${publicUrl}/m/${surface.links.sign(MISSION, [organizationId, bookingId, attributionId, professionalId].map(packed), ends)}`
  }
}

/** Who does a job, and their own page about it. */
export interface Winner {
  readonly contactId: string
  readonly missionUrl: string
}

/** What a mission's link stands for. */
export interface Mission {
  readonly organizationId: string
  readonly bookingId: string
  readonly attributionId: string
  readonly professionalId: string
}

/** Reads what `missionUrl` signed. */
export function readMission({ links }: Pick<PackSurface, 'links'>, token: string): Mission | undefined {
  const read = links.read(MISSION, token)
  if (!Array.isArray(read)) return undefined
  const [organizationId = '', bookingId = '', attributionId = '', professionalId = ''] = (read as string[]).map(
    unpacked,
  )
  return { organizationId, bookingId, attributionId, professionalId }
}

/** Ids in 22 characters instead of 36: links stay short. */
const packed = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
const unpacked = (text: string): string =>
  Buffer.from(text, 'base64url')
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

/** The name a mission's reminder goes by. */
const missionSubject = (attributionId: string): string => `mission-${attributionId}`

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

async function holdAttribution({ tx }: Within, id: string): Promise<AttributionRow | undefined> {
  const { rows } = await sql<AttributionRow>`select * from attribution where id = ${id} for no key update`.execute(tx)
  return rows[0]
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
