import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError, notFound } from '../../errors.ts'
import { payOf } from './attribution.ts'
import { addressText, cityText, moved } from './booking.ts'
import { attached } from './booking-documents.ts'
import type { Bookings } from './bookings.ts'
import type { MissionDocuments } from './mission-documents.ts'
import {
  type AttributionRow,
  askedKey,
  holdAttribution,
  holdBooking,
  type JobRow,
  type Mission,
  type Missions,
  type Reader,
} from './missions.ts'
import { planFor } from './reminding.ts'
import { DEADLINE, type Search } from './search.ts'
import { addressOf, nameOf } from './told.ts'

/** What accepting or refusing came to. `taken`: somebody was faster. `over`: nobody may answer any more. */
export type AnswerResult = 'accepted' | 'refused' | 'taken' | 'over'

interface Deps {
  readonly surface: PackSurface
  readonly missions: Missions
  readonly search: Pick<Search, 'askAnew'>
  readonly bookings: Pick<Bookings, 'staffUrl'>
  readonly documents: Pick<MissionDocuments, 'order'>
}

export type Attributions = ReturnType<typeof createAttributions>

/** What those who were asked say: the first to accept has it, until it is taken back, moved or cancelled. */
export function createAttributions({ surface, missions, search, bookings, documents }: Deps) {
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
        await sql`update booking set status = ${moved(held.status, 'assigned')}, updated_at = ${now} where id = ${job.id}`.execute(
          within.tx,
        )
        const { rows: others } = await sql<Reader & { contact_id: string }>`
          with answered as (
            update attribution_answer a set answer = case when a.professional_id = ${professionalId} then 'accepted' else 'taken' end, answered_at = ${now}
            where a.attribution_id = ${attributionId} and a.answer = 'none' returning a.professional_id)
          select p.contact_id, c.locale from answered join professional p on p.id = answered.professional_id left join contact c on c.id = p.contact_id
          where p.id <> ${professionalId} order by p.contact_id`.execute(within.tx)
        await tellWinner(within, job, row)
        await within.raiseAll(await missions.news('mission.taken', job, others))
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
        const { winner, own } = await ownOf(within, job, row)
        await remindWinner(within, job, row, winner.contact_id, own)
        return { contactId: winner.contact_id, locale: winner.locale, missionUrl: own.missionUrl }
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

  /** What whoever does it is told of it. */
  async function ownOf(within: Within, job: JobRow, row: AttributionRow) {
    const { rows } = await sql<Reader & { contact_id: string; company: string }>`
      select p.contact_id, p.company, c.locale from professional p left join contact c on c.id = p.contact_id where p.id = ${row.winner_id}`.execute(
      within.tx,
    )
    const winner = rows[0]!
    const mission = { attributionId: row.id, professionalId: row.winner_id! }
    const urls = await missions.urls(within, [mission])
    const own = {
      ...(await missions.openPart(job, winner)),
      address: addressText(addressOf(job)),
      clientName: nameOf(job),
      ...(job.phone && { clientPhone: job.phone }),
      ...(job.notes && { notes: job.notes.slice(0, 2_000) }),
      professionalId: winner.contact_id,
      missionUrl: urls.get(askedKey(row.id, row.winner_id!))!,
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
    await planFor(within, {
      subject: missionSubject(id),
      at: job.starts_at,
      timeZone: job.time_zone,
      to: { contactId },
      about: [job.contact_id],
      payload,
      reminders: [{ offset: '04:00 on the day', type: 'mission.day_of', audience: 'professional' }],
    })
  }

  /** Everything whoever does it needs, and a reminder at four in the morning of the day. */
  async function tellWinner(within: Within, job: JobRow, row: AttributionRow): Promise<void> {
    const { winner, own } = await ownOf(within, job, row)
    const pay = payOf(job)
    const papers = await documents.order(within, job.organization_id, job.id)
    const payload = {
      ...own,
      ...(pay !== undefined && { pay }),
      currency: job.currency,
      professionalName: winner.company,
      bookingUrl: bookings.staffUrl(job.id),
    }
    // Each in their language; taken back and accepted again within minutes, it is news again.
    await within.raiseAll([
      {
        type: 'mission.accepted',
        only: ['professional'],
        attachments: attached(papers, job.reference),
        allowRepeat: true,
        about: [job.contact_id],
        payload,
      },
      {
        type: 'mission.accepted',
        only: ['staff'],
        allowRepeat: true,
        about: [job.contact_id, winner.contact_id],
        payload: { ...payload, ...(await missions.openPart(job)) },
      },
    ])
    await remindWinner(within, job, row, winner.contact_id, own)
  }
}

/** Who does a job, and their own page about it as long as they do. */
export interface Winner extends Reader {
  readonly contactId: string
  readonly missionUrl?: string
}

/** Of a professional: they may still be given a job. */
const ABLE_TEXT = `(p.removed_at is null and p.available and not p.blacklisted and exists (select from contact c where c.id = p.contact_id and c.erased_at is null))`
const ABLE = sql.raw(ABLE_TEXT)

/** The name a mission's reminder goes by. */
const missionSubject = (attributionId: string): string => `mission-${attributionId}`
