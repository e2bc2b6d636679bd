import { type Selectable, sql } from 'kysely'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { notFound } from '../../errors.ts'
import type { Tx } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import type { BookingStatus } from './booking.ts'
import { DISPUTE_OF_PAYMENTS } from './disputes.ts'
import { documentsOf } from './document-reading.ts'

export type BookingListRow = Selectable<DB['booking']> & {
  status: BookingStatus
  service: string
  name: string | null
  email: string | null
  phone: string | null
  company: Selectable<DB['quote']>['company']
  billing_address: Selectable<DB['quote']>['billing_address']
  address_line: string
  postal_code: string
  city: string
  inputs: unknown
  refunded: number
  dispute: 'open' | 'lost' | null
  notes: string | null
}

interface FlowRow {
  readonly flow: 'staff' | 'client' | 'professionals'
  readonly state: 'waiting' | 'done'
  readonly detail: string | null
  readonly outcome: string | null
  readonly error: string | null
}

export interface AnswerRow {
  readonly attribution_id: string
  readonly professional_id: string
  readonly company: string
  readonly round: number
  readonly distance_km: number | null
  readonly answer: 'none' | 'accepted' | 'refused' | 'taken' | 'expired' | 'revoked'
  readonly proposed_at: Date
  readonly answered_at: Date | null
}

export interface BookingFilter {
  readonly status?: BookingStatus | undefined
  readonly contactId?: string | undefined
  readonly priceMismatch?: boolean | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
  readonly before: string | undefined
  readonly limit: number
}

export type Reading = ReturnType<typeof createReading>

/** Bookings, payments and missions as requests see them. */
export function createReading({ db }: Pick<PackSurface, 'db'>) {
  return {
    list: (organizationId: string, filter: BookingFilter): Promise<BookingListRow[]> =>
      db.as(organizationId, async (tx) => {
        const conditions = [
          sql`b.organization_id = ${organizationId}`,
          ...(filter.before === undefined ? [] : [sql`b.id < ${filter.before}`]),
          ...(filter.status === undefined ? [] : [sql`b.status = ${filter.status}`]),
          ...(filter.contactId === undefined ? [] : [sql`b.contact_id = ${filter.contactId}`]),
          ...(filter.priceMismatch === undefined ? [] : [sql`b.price_mismatch = ${filter.priceMismatch}`]),
          ...(filter.from === undefined ? [] : [sql`b.starts_at >= ${filter.from}`]),
          ...(filter.to === undefined ? [] : [sql`b.starts_at < ${filter.to}`]),
        ]
        const { rows } =
          await sql<BookingListRow>`${SELECT} where ${sql.join(conditions, sql` and `)} order by b.id desc limit ${filter.limit}`.execute(
            tx,
          )
        return rows
      }),

    /** With everything that belongs to it. @throws AppError `not_found` */
    get: (organizationId: string, id: string) => db.read(organizationId, (tx) => whole(tx, organizationId, id)),

    /** What its own client may see of it. */
    async own(organizationId: string, id: string) {
      const [row] = await db.run<{ reference: string; status: BookingStatus; starts_at: Date }>(
        'bookings.own',
        'select reference, status, starts_at from booking where id = $1 and organization_id = $2',
        [id, organizationId],
      )
      return row
    },

    /** @throws AppError `not_found` */
    payment: (organizationId: string, id: string) =>
      db.read(organizationId, async (tx) => {
        const row = await tx
          .selectFrom('payment_transaction')
          .selectAll()
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .executeTakeFirst()
        if (!row) throw notFound('Payment', id)
        return row
      }),

    payments: (
      organizationId: string,
      filter: {
        readonly status?: string | undefined
        readonly settled?: boolean | undefined
        readonly before: string | undefined
        readonly limit: number
      },
    ) =>
      db.as(organizationId, (tx) => {
        let query = tx
          .selectFrom('payment_transaction')
          .selectAll()
          .where('organization_id', '=', organizationId)
          .orderBy('id', 'desc')
          .limit(filter.limit)
        if (filter.before !== undefined) query = query.where('id', '<', filter.before)
        if (filter.status !== undefined) query = query.where('status', '=', filter.status)
        if (filter.settled !== undefined) query = query.where('settled_at', filter.settled ? 'is not' : 'is', null)
        return query.execute()
      }),
  }

  async function whole(tx: Tx, organizationId: string, id: string) {
    const { rows } =
      await sql<BookingListRow>`${SELECT} where b.id = ${id} and b.organization_id = ${organizationId}`.execute(tx)
    const [booking] = rows
    if (!booking) throw notFound('Booking', id)
    const flows = await sql<FlowRow>`
      select f.flow, f.state, f.detail, r.outcome, r.error from booking_flow f left join automation_run r on r.id = f.run_id
      where f.booking_id = ${id} order by f.flow`.execute(tx)
    const payments = await tx
      .selectFrom('payment_transaction')
      .selectAll()
      .where('booking_id', '=', id)
      .orderBy('id')
      .execute()
    const attributions = await tx
      .selectFrom('attribution')
      .selectAll()
      .where('booking_id', '=', id)
      .orderBy('id', 'desc')
      .execute()
    const answers = await sql<AnswerRow>`
      select w.attribution_id, w.professional_id, p.company, w.round, w.distance_km, w.answer, w.proposed_at, w.answered_at
      from attribution a join attribution_answer w on w.attribution_id = a.id join professional p on p.id = w.professional_id
      where a.booking_id = ${id} order by w.distance_km, w.professional_id`.execute(tx)
    const documents = await documentsOf(tx, id)
    return { booking, flows: flows.rows, payments, attributions, answers: answers.rows, documents }
  }
}

export type WholeBooking = Awaited<ReturnType<Reading['get']>>

const SELECT = sql.raw(
  `select b.*, s.key as service, q.name, q.email, q.phone, q.company, q.billing_address, q.address_line, q.postal_code, q.city, q.inputs, q.notes,
     (select coalesce(sum(t.amount), 0)::int from payment_transaction t where t.booking_id = b.id and t.kind = 'refund' and t.status = 'completed') as refunded,
     (select ${DISPUTE_OF_PAYMENTS} from payment_transaction t where t.booking_id = b.id and t.dispute is not null) as dispute
   from booking b join quote q on q.id = b.quote_id join service_type s on s.id = b.service_type_id`,
)
