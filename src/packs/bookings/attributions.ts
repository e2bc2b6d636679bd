import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError, invalid, notFound } from '../../errors.ts'
import { newId } from '../../platform/ids.ts'
import { distanceKm, type Point } from './attribution.ts'
import { type BookingStatus, cityText, moved } from './booking.ts'
import type { Bookings } from './bookings.ts'
import {
  type AttributionRow,
  holdAttribution,
  holdBooking,
  type JobRow,
  type Mission,
  type Missions,
  type Reader,
} from './missions.ts'
import { DEADLINE, type Search } from './search.ts'
import { missionSubject, type Winner, type Winners } from './winners.ts'

/** What accepting or refusing came to. `taken`: somebody was faster. `over`: nobody may answer any more. */
export type AnswerResult = 'accepted' | 'refused' | 'taken' | 'over'

interface Deps {
  readonly surface: PackSurface
  readonly missions: Missions
  readonly search: Pick<Search, 'askAnew'>
  readonly bookings: Pick<Bookings, 'staffUrl'>
  readonly winners: Winners
}

export type Attributions = ReturnType<typeof createAttributions>

/** What those who were asked say: the first to accept has it, until it is taken back, moved or cancelled. */
export function createAttributions({ surface, missions, search, bookings, winners }: Deps) {
  const { db, clock } = surface

  return {
    /**
     * The first to accept has it, however many do at once: whoever comes second waits for the first, and is told that it is
     * taken. The winner, the staff, the others' news and the winner's reminder are one transaction with it.
     */
    async accept(mission: Mission): Promise<AnswerResult> {
      const early = await standing(mission)
      if (early !== 'open') return early
      const { organizationId, attributionId, professionalId } = mission
      const job = await missions.jobOf(organizationId, mission.bookingId)
      if (!job) return 'over'
      const won = await surface.transaction(organizationId, async (within): Promise<'accepted' | undefined> => {
        const now = clock.now()
        // Whoever changes them waits, and then finds what they have accepted.
        const { rows: able } = await sql`
          select 1 from professional p where p.id = ${professionalId} and p.organization_id = ${organizationId} and ${ABLE} for share of p`.execute(
          within.tx,
        )
        if (able.length === 0) return undefined
        const { rows: ours } = await sql<AttributionRow>`
          update attribution set status = 'accepted', winner_id = ${professionalId}, accepted_at = ${now}, updated_at = ${now}
          where id = ${attributionId} and organization_id = ${organizationId} and status = 'broadcasting' and deadline_at > ${now}
            and exists (select from attribution_answer a where a.attribution_id = attribution.id and a.professional_id = ${professionalId} and a.answer = 'none')
          returning *`.execute(within.tx)
        const [row] = ours
        if (!row) return undefined
        const held = await holdBooking(within, job.id)
        if (!held) throw notFound('Booking', job.id)
        await given(within, job, row, held.status)
        return 'accepted'
      })
      return won ?? (await late(mission))
    },

    /**
     * Gives a job to somebody whom staff have chosen, asked or not; all else is as if they had accepted. Whoever has refused it
     * or gave it up may be chosen: they have changed their mind.
     * @throws AppError `conflict`, `not_found`, `validation_failed`
     */
    async assign(organizationId: string, bookingId: string, professionalId: string): Promise<void> {
      const read = await missions.jobOf(organizationId, bookingId)
      if (!read) throw notFound('Booking', bookingId)
      await surface.transaction(organizationId, async (within) => {
        const now = clock.now()
        const { rows: able } = await sql<Partial<Point>>`
          select latitude, longitude from professional p where p.id = ${professionalId} and p.organization_id = ${organizationId} and ${CHOOSABLE} for share of p`.execute(
          within.tx,
        )
        const [chosen] = able
        if (!chosen)
          throw invalid(
            'professionalId',
            'Nobody who can be given this mission: GET /v1/bookings/professionals lists who there is; who is blacklisted gets none',
          )
        const asked = await askedFor(within, bookingId)
        const held = await holdBooking(within, bookingId)
        if (held?.status === 'assigned')
          throw new AppError('conflict', 'This mission is somebody’s already: take it back from them first')
        if (held?.status !== 'payment_completed')
          throw new AppError('conflict', `A booking that is ${held?.status} needs nobody any more`)
        // It may have been moved since it was read.
        const job = { ...read, starts_at: held.starts_at }
        const open = asked ?? (await askedFor(within, bookingId))
        const { rows } = await sql<AttributionRow>`
          insert into attribution (id, organization_id, booking_id, status, round, radius_km, approximate, deadline_at, winner_id, accepted_at, by_hand, created_at, updated_at)
          values (${open?.id ?? newId(now)}, ${organizationId}, ${bookingId}, 'accepted', 1, 0, ${job.latitude === null}, ${now}, ${professionalId}, ${now}, true, ${now}, ${now})
          on conflict (id) do update set status = 'accepted', winner_id = excluded.winner_id, accepted_at = excluded.accepted_at, by_hand = true, updated_at = excluded.updated_at
          returning *`.execute(within.tx)
        const row = rows[0]!
        await sql`
          insert into attribution_answer (attribution_id, professional_id, organization_id, round, distance_km, answer, proposed_at)
          values (${row.id}, ${professionalId}, ${organizationId}, ${row.round}, ${distanceBetween(job, chosen)}, 'none', ${now})
          on conflict (attribution_id, professional_id) do update set answer = 'none'`.execute(within.tx)
        await sql`
          update booking_flow set state = 'done', detail = null, updated_at = ${now}
          where booking_id = ${bookingId} and flow = 'professionals'`.execute(within.tx)
        await given(within, job, row, held.status)
      })
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
        if (row?.status === 'broadcasting') await endIfNobodyIsLeft(within, attributionId)
        return 'refused'
      })
      return refused ?? (await late(mission))
    },

    standing,

    /** Takes an accepted mission back and asks the others. @throws AppError `conflict`, `not_found` */
    async revoke(organizationId: string, bookingId: string): Promise<void> {
      const job = await missions.jobOf(organizationId, bookingId)
      if (!job) throw notFound('Booking', bookingId)
      await surface.transaction(organizationId, async (within) => {
        const status = (await holdBooking(within, bookingId))?.status
        if (status !== 'assigned') throw new AppError('conflict', 'Nobody has accepted this mission')
        await giveBack(within, job)
      })
    },

    standDown,

    /** A contact is about to be erased: of whatever they are as a professional, nothing is theirs any more. */
    async leave(organizationId: string, contactId: string): Promise<void> {
      const rows = await db.run<{ id: string }>(
        'bookings.professionals-of',
        'select id from professional where contact_id = $1 and organization_id = $2 order by id',
        [contactId, organizationId],
      )
      for (const { id } of rows)
        await surface.transaction(organizationId, (within) => standDown(within, organizationId, id, { forGood: true }))
    },

    /** The booking was cancelled: nobody is to come. Who was to, if somebody was. */
    cancelWithin: async (within: Within, job: JobRow): Promise<Winner | undefined> =>
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
        return winners.remind(within, job, row)
      }
      if (row) await end(within, before, 'expired', false)
      await search.askAnew(within, job.id)
      return undefined
    },

    /** Asks again for a booking that has nobody, in a job. */
    askAnew: search.askAnew,

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
  }

  /** What professionals are being asked for a booking. */
  async function askedFor({ tx }: Within, bookingId: string): Promise<AttributionRow | undefined> {
    const { rows } = await sql<AttributionRow>`
      select * from attribution where booking_id = ${bookingId} and status = 'broadcasting' for no key update`.execute(
      tx,
    )
    return rows[0]
  }

  /** It is theirs: they, the staff and those who waited hear so. */
  async function given(within: Within, job: JobRow, row: AttributionRow, before: BookingStatus): Promise<void> {
    const now = clock.now()
    await sql`update booking set status = ${moved(before, 'assigned')}, updated_at = ${now} where id = ${job.id}`.execute(
      within.tx,
    )
    const { rows: others } = await sql<Reader & { contact_id: string }>`
      with answered as (
        update attribution_answer a set answer = case when a.professional_id = ${row.winner_id} then 'accepted' else 'taken' end, answered_at = ${now}
        where a.attribution_id = ${row.id} and a.answer = 'none' returning a.professional_id)
      select p.contact_id, c.locale from answered join professional p on p.id = answered.professional_id left join contact c on c.id = p.contact_id
      where p.id <> ${row.winner_id} order by p.contact_id`.execute(within.tx)
    await winners.tell(within, job, row)
    await within.raiseAll(await missions.news('mission.taken', job, others))
  }

  /** Whether a professional may still answer, or what became of the mission. */
  async function standing({ organizationId, attributionId, professionalId }: Mission) {
    const [row] = await db.run<{ status: string; deadline_at: Date; answer: string; able: boolean }>(
      'bookings.standing',
      `select a.status, a.deadline_at, w.answer, ${ABLE_TEXT} as able from attribution a
       join attribution_answer w on w.attribution_id = a.id join professional p on p.id = w.professional_id
       where a.id = $1 and w.professional_id = $2 and a.organization_id = $3`,
      [attributionId, professionalId, organizationId],
    )
    if (!row) return 'over' as const
    if (row.answer === 'accepted' && row.status === 'accepted') return 'accepted' as const
    if (row.answer === 'refused') return 'refused' as const
    if (row.status === 'accepted') return 'taken' as const
    const isOpen = row.status === 'broadcasting' && row.answer === 'none' && row.deadline_at > clock.now() && row.able
    if (!isOpen) return 'over' as const
    return 'open' as const
  }

  /**
   * A professional can be asked no more. What they were asked ends; `forGood`: what they had accepted and has not begun is
   * taken back, others are asked, and staff are told.
   */
  async function standDown(
    within: Within,
    organizationId: string,
    professionalId: string,
    { forGood }: { readonly forGood: boolean },
  ): Promise<void> {
    const now = clock.now()
    const { rows: asked } = await sql<{ id: string; booking_id: string }>`
      select a.id, a.booking_id from attribution a join attribution_answer w on w.attribution_id = a.id
      where w.professional_id = ${professionalId} and w.answer = 'none' and a.organization_id = ${organizationId} and a.status = 'broadcasting'
      order by a.id for no key update of a`.execute(within.tx)
    for (const { id, booking_id } of asked) {
      const { rows: readers } = await sql<Reader & { contact_id: string }>`
        with over as (
          update attribution_answer set answer = 'expired', answered_at = ${now}
          where attribution_id = ${id} and professional_id = ${professionalId} and answer = 'none' returning professional_id)
        select p.contact_id, c.locale from over join professional p on p.id = over.professional_id left join contact c on c.id = p.contact_id`.execute(
        within.tx,
      )
      const job = await missions.jobOf(organizationId, booking_id)
      if (job) await within.raiseAll(await missions.news('mission.expired', job, readers))
      await endIfNobodyIsLeft(within, id)
    }
    if (!forGood) return
    const { rows: accepted } = await sql<{ booking_id: string }>`
      select b.id as booking_id from attribution a join booking b on b.id = a.booking_id
      where a.winner_id = ${professionalId} and a.organization_id = ${organizationId} and a.status = 'accepted' and b.status = 'assigned' and b.starts_at > ${now}
      order by b.id for no key update of b`.execute(within.tx)
    for (const { booking_id } of accepted) {
      const job = await missions.jobOf(organizationId, booking_id)
      if (!job) continue
      await giveBack(within, job)
      await within.raise({
        type: 'mission.reopened',
        allowRepeat: true,
        about: [job.contact_id],
        payload: {
          ...(await missions.openPart(job)),
          bookingReference: job.reference,
          bookingUrl: bookings.staffUrl(job.id),
        },
      })
    }
  }

  /** Nobody has it any more: whoever had hears so, and the others are asked. */
  async function giveBack(within: Within, job: JobRow): Promise<void> {
    await sql`
      update booking set status = ${moved('assigned', 'payment_completed')}, updated_at = ${clock.now()} where id = ${job.id}`.execute(
      within.tx,
    )
    await end(within, job, 'revoked', true)
    await search.askAnew(within, job.id)
  }

  /** Nobody may answer any more: nothing is gained by waiting for the deadline. */
  async function endIfNobodyIsLeft(within: Within, attributionId: string): Promise<void> {
    const { rows: left } = await sql`
      select 1 from attribution_answer where attribution_id = ${attributionId} and answer = 'none' limit 1`.execute(
      within.tx,
    )
    if (left.length > 0) return
    await sql`update attribution set deadline_at = ${clock.now()} where id = ${attributionId}`.execute(within.tx)
    await within.start({ name: DEADLINE, input: { attributionId } })
  }

  /** What somebody reads who was too late. */
  async function late(mission: Mission): Promise<AnswerResult> {
    const after = await standing(mission)
    return after === 'open' ? 'over' : after
  }

  /** Ends what is open about a booking. Gives who had it. `tell`: they hear that it is not theirs any more. */
  async function end(
    within: Within,
    job: JobRow,
    answer: 'revoked' | 'expired',
    tell: boolean,
  ): Promise<Winner | undefined> {
    const now = clock.now()
    const { rows } = await sql<AttributionRow & Reader & { contact_id: string | null }>`
      update attribution a set status = 'cancelled', updated_at = ${now} from (
        select o.id, p.contact_id, c.locale from attribution o left join professional p on p.id = o.winner_id left join contact c on c.id = p.contact_id
        where o.booking_id = ${job.id} and o.status in ('broadcasting', 'accepted')) open
      where a.id = open.id returning a.*, open.contact_id, open.locale`.execute(within.tx)
    const [row] = rows
    if (!row) return undefined
    const { rows: waiting } = await sql<Reader & { contact_id: string }>`
      with over as (
        update attribution_answer set answer = case when answer = 'accepted' then ${answer} else 'expired' end, answered_at = ${now}
        where attribution_id = ${row.id} and answer in ('none', 'accepted') returning professional_id)
      select p.contact_id, c.locale from over join professional p on p.id = over.professional_id left join contact c on c.id = p.contact_id
      where p.id is distinct from ${row.winner_id}::uuid order by p.contact_id`.execute(within.tx)
    await within.raiseAll(await missions.news('mission.expired', job, waiting))
    await within.unplan(missionSubject(row.id))
    if (tell && row.contact_id)
      await within.raise({
        type: 'booking.cancelled',
        only: ['professional'],
        audience: { professional: { contactId: row.contact_id } },
        allowRepeat: true,
        about: [job.contact_id],
        payload: {
          ...(await missions.told(job, row)),
          reference: job.reference,
          city: cityText(job),
          professionalId: row.contact_id,
          currency: job.currency,
        },
      })
    return row.contact_id ? { contactId: row.contact_id, locale: row.locale } : undefined
  }
}

/** Of a professional: they may be given a job, by who knows what they are doing. */
const CHOOSABLE_TEXT = `(p.removed_at is null and not p.blacklisted and exists (select from contact c where c.id = p.contact_id and c.erased_at is null))`
const CHOOSABLE = sql.raw(CHOOSABLE_TEXT)
/** Of a professional: they may still take a job. */
const ABLE_TEXT = `(p.available and ${CHOOSABLE_TEXT})`
const ABLE = sql.raw(ABLE_TEXT)

/** In kilometres; null where one of the two is not on the map. */
const distanceBetween = (job: JobRow, { latitude, longitude }: Partial<Point>): number | null =>
  job.latitude === null || job.longitude === null || latitude == null || longitude == null
    ? null
    : distanceKm({ latitude: job.latitude, longitude: job.longitude }, { latitude, longitude })
