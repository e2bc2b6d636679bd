import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError, invalid, notFound } from '../../errors.ts'
import type { Attributions } from './attributions.ts'
import { type BookingStatus, cityText, moved } from './booking.ts'
import type { BookingDocuments } from './booking-documents.ts'
import { type Bookings, type Flow, TELL } from './bookings.ts'
import type { MissionDocuments } from './mission-documents.ts'
import { holdBooking, type JobRow, type Missions } from './missions.ts'
import { attached, type Paper, type Papers } from './papers.ts'
import { languageOf } from './quotes.ts'
import type { Refunds } from './refunds.ts'
import { clientOf, commonOf, nameOf, subjectOf, type Told } from './told.ts'
import type { Winner } from './winners.ts'

const FURTHEST_MS = 2 * 366 * 24 * 3_600_000

interface Deps {
  readonly surface: PackSurface
  readonly bookings: Bookings
  readonly missions: Pick<Missions, 'jobOf'>
  readonly attributions: Attributions
  readonly refunds: Pick<Refunds, 'ofBooking'>
  readonly documents: Pick<BookingDocuments, 'confirmAgain'>
  readonly missionDocuments: Pick<MissionDocuments, 'order'>
}

export type BookingChanges = ReturnType<typeof createBookingChanges>

/** What happens to a booking after it was made. Everybody concerned hears of it in the same transaction. */
export function createBookingChanges({
  surface,
  bookings,
  missions,
  attributions,
  refunds,
  documents,
  missionDocuments,
}: Deps) {
  const { clock } = surface

  return {
    /** To another time. @throws AppError `conflict` once it has begun or is over, `validation_failed`, `not_found` */
    async move(
      organizationId: string,
      id: string,
      { startsAt, reason }: { readonly startsAt: Date; readonly reason?: string | undefined },
    ): Promise<void> {
      const now = clock.now()
      if (startsAt <= now) throw invalid('startsAt', 'has passed')
      if (startsAt.getTime() > now.getTime() + FURTHEST_MS) throw invalid('startsAt', 'is more than two years ahead')
      const found = await jobOf(organizationId, id)
      await surface.transaction(organizationId, async (within) => {
        const { status, starts_at: before } = (await holdBooking(within, id))!
        if (status !== 'payment_completed' && status !== 'assigned')
          throw new AppError('conflict', `A booking that is ${status} cannot be moved`)
        if (before.getTime() === startsAt.getTime()) return
        await sql`update booking set starts_at = ${startsAt}, updated_at = ${now} where id = ${id}`.execute(within.tx)
        const told = (await bookings.read(within, organizationId, id))!
        await bookings.remind(within, told)
        const winner = await attributions.moveWithin(
          within,
          { ...found, starts_at: before },
          { ...found, starts_at: startsAt },
        )
        const papers = await documents.confirmAgain(within, told)
        const orders = winner ? await missionDocuments.order(within, organizationId, id) : []
        await raiseChanged(
          within,
          'booking.moved',
          found,
          told,
          winner,
          { previousStartsAt: before.toISOString(), reason },
          { ...papers, professional: orders },
        )
      })
    },

    /**
     * Nobody comes, nobody is reminded. `refund`: what goes back to the client, in minor units.
     * @throws AppError `conflict` once it is over, or when that much was not paid
     */
    async cancel(
      organizationId: string,
      id: string,
      { reason, refund }: { readonly reason?: string | undefined; readonly refund?: 'full' | number | undefined },
    ): Promise<void> {
      const job = await jobOf(organizationId, id)
      await surface.transaction(organizationId, async (within) => {
        const told = await step(within, organizationId, id, 'cancelled', reason)
        const winner = await attributions.cancelWithin(within, job)
        await within.unplan(subjectOf(id))
        // What had not been told yet would be news of a booking that is none any more.
        await sql`
          update booking_flow set state = 'done', detail = 'cancelled', updated_at = ${clock.now()}
          where booking_id = ${id} and state = 'waiting'`.execute(within.tx)
        // Its credit note follows when it has gone back.
        const refundAmount = refund === undefined ? 0 : await refunds.ofBooking(within, organizationId, id, refund)
        await raiseChanged(
          within,
          'booking.cancelled',
          job,
          told,
          winner,
          {
            reason,
            currency: told.currency,
            ...(refundAmount > 0 && { refundAmount }),
          },
          { client: [], staff: [], professional: [] },
        )
      })
    },

    /** Work has begun. @throws AppError `conflict` when nobody has accepted it */
    async start(organizationId: string, id: string): Promise<void> {
      await jobOf(organizationId, id)
      await surface.transaction(organizationId, async (within) => {
        await step(within, organizationId, id, 'in_progress')
        await within.unplan(subjectOf(id))
        await attributions.beginWithin(within, id)
      })
    },

    /** Work is done. @throws AppError `conflict` */
    async complete(organizationId: string, id: string): Promise<void> {
      await jobOf(organizationId, id)
      await surface.transaction(organizationId, async (within) => {
        await step(within, organizationId, id, 'completed')
      })
    },

    /** Tells an audience again that could not be told, or asks professionals when there was nobody, or nobody accepted. @throws AppError `conflict` */
    async retryFlow(organizationId: string, id: string, flow: Flow): Promise<void> {
      await jobOf(organizationId, id)
      await surface.transaction(organizationId, async (within) => {
        const { status } = (await holdBooking(within, id))!
        const { rows } = await sql<{ state: string; detail: string | null; outcome: string | null }>`
          select f.state, f.detail, r.outcome from booking_flow f left join automation_run r on r.id = f.run_id
          where f.booking_id = ${id} and f.flow = ${flow} for no key update of f`.execute(within.tx)
        const [row] = rows
        const hasNobody =
          flow === 'professionals' &&
          row?.state === 'done' &&
          (row.detail !== null ||
            (status === 'payment_completed' && (await attributions.latestOf(within, id)) === 'expired'))
        if (status === 'cancelled' || status === 'completed')
          throw new AppError('conflict', `A booking that is ${status} is not told of again`)
        if (!hasNobody && (row?.state !== 'waiting' || row.outcome !== 'failed'))
          throw new AppError(
            'conflict',
            row?.state === 'waiting' ? 'It is under way, or tried again by itself' : 'It has been done',
          )
        if (flow === 'professionals') return attributions.askAnew(within, id)
        const runId = await within.start({ name: TELL, input: { bookingId: id, flow } })
        await sql`
          update booking_flow set run_id = ${runId}, updated_at = ${clock.now()} where booking_id = ${id} and flow = ${flow}`.execute(
          within.tx,
        )
      })
    },
  }

  async function jobOf(organizationId: string, id: string): Promise<JobRow> {
    const job = await missions.jobOf(organizationId, id)
    if (!job) throw notFound('Booking', id)
    return job
  }

  async function step(
    within: Within,
    organizationId: string,
    id: string,
    to: BookingStatus,
    reason?: string,
  ): Promise<Told> {
    const { status } = (await holdBooking(within, id))!
    await sql`
      update booking set status = ${moved(status, to)}, cancel_reason = coalesce(${reason ?? null}, cancel_reason), updated_at = ${clock.now()}
      where id = ${id}`.execute(within.tx)
    return (await bookings.read(within, organizationId, id))!
  }

  /** Each hears what is theirs: the professional nothing of the client's page, nobody but the staff who the client is. */
  async function raiseChanged(
    within: Within,
    type: 'booking.moved' | 'booking.cancelled',
    job: JobRow,
    told: Told,
    winner: Winner | undefined,
    { reason, ...more }: { reason?: string | undefined } & Record<string, unknown>,
    papers: Papers & { readonly professional: readonly Paper[] },
  ): Promise<void> {
    const because = reason === undefined ? {} : { reason }
    await within.raise({
      type,
      only: ['client'],
      audience: { client: clientOf(told) },
      attachments: attached(papers.client, told.reference),
      // Moved there, back and there again within minutes, each is the last news.
      allowRepeat: true,
      about: [],
      payload: {
        ...commonOf(told, told.clientLanguage),
        ...more,
        ...because,
        city: cityText(job),
        bookingUrl: bookings.bookingUrl(told),
      },
    })
    const { refundAmount: _, ...moment } = more
    if (winner)
      await within.raise({
        type,
        only: ['professional'],
        audience: { professional: { contactId: winner.contactId } },
        attachments: attached(papers.professional, told.reference),
        allowRepeat: true,
        about: [told.contactId],
        payload: {
          ...commonOf(told, languageOf(winner, told.staffLanguage)),
          ...moment,
          city: cityText(job),
          professionalId: winner.contactId,
          ...(winner.missionUrl && { missionUrl: winner.missionUrl }),
        },
      })
    await within.raise({
      type,
      only: ['operations'],
      attachments: attached(papers.staff, told.reference),
      allowRepeat: true,
      about: [told.contactId],
      payload: {
        ...commonOf(told, told.staffLanguage),
        ...more,
        ...because,
        city: cityText(job),
        clientName: nameOf(told.quote),
        adminUrl: bookings.staffUrl(told.id),
      },
    })
  }
}
