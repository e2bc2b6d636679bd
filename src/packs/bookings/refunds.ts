import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError, invalid, notFound } from '../../errors.ts'
import { newId } from '../../platform/ids.ts'
import type { DocumentChanges } from './document-changes.ts'
import type { PaymentAccounts } from './payment-accounts.ts'
import { type PaymentRow, REFUND_STATUS, tellFailed } from './refunded.ts'
import { tellRefund } from './sandbox-checkout.ts'

/** Gives money back at the vendor. */
export const REFUND = 'bookings.refund'
/** A vendor that cannot be reached is asked again after this, until it says something. */
const ASKED_AGAIN_MS = 10 * 60_000

interface Deps {
  readonly surface: PackSurface
  readonly accounts: PaymentAccounts
  readonly documents: Pick<DocumentChanges, 'credited'>
}

export type Refunds = ReturnType<typeof createRefunds>

/** Money that is asked back here. The row is written first, and the vendor asked by its id: nothing is given back twice. */
export function createRefunds({ surface, accounts, documents }: Deps) {
  const { db, clock } = surface

  return {
    /** Of one payment; without an amount, all that is left of it. Gives the refund's id. @throws AppError */
    ofPayment: (organizationId: string, paymentId: string, amount: number | undefined): Promise<string> =>
      surface.transaction(organizationId, async (within) => {
        const { rows } = await sql<PaymentRow>`
          select * from payment_transaction where id = ${paymentId} and organization_id = ${organizationId} and kind = 'payment' for no key update`.execute(
          within.tx,
        )
        const [payment] = rows
        if (!payment) throw notFound('Payment', paymentId)
        const left = await leftOf(within, payment)
        if (left === 0) throw new AppError('conflict', 'Nothing of this payment is left to give back')
        if (amount !== undefined && amount > left) throw invalid('amount', `is at most ${left}`)
        return open(within, payment, amount ?? left)
      }),

    /** Of all that was paid for a booking. Gives what goes back. @throws AppError */
    async ofBooking(
      within: Within,
      organizationId: string,
      bookingId: string,
      wanted: 'full' | number,
    ): Promise<number> {
      const { rows } = await sql<PaymentRow>`
        select * from payment_transaction where booking_id = ${bookingId} and organization_id = ${organizationId} and kind = 'payment'
        order by id for no key update`.execute(within.tx)
      let rest = wanted === 'full' ? Number.POSITIVE_INFINITY : wanted
      let given = 0
      for (const payment of rows) {
        const part = Math.min(rest, await leftOf(within, payment))
        if (part <= 0) continue
        await open(within, payment, part)
        given += part
        rest -= part
      }
      if (wanted !== 'full' && rest > 0) throw invalid('refund', `is at most ${given}`)
      return given
    },

    /** Asks the vendor, once: what the webhook says of it is final. */
    async send(organizationId: string, refundId: string): Promise<void> {
      const [refund] = await db.run<PaymentRow>(
        'bookings.refund',
        `select * from payment_transaction where id = $1 and organization_id = $2 and kind = 'refund'`,
        [refundId, organizationId],
      )
      if (refund?.status !== 'pending' || refund.vendor_id !== null || !refund.payment_intent) return
      const account = await accounts.get(refund.account_id)
      if (account.kind === 'sandbox') {
        const status = await tellRefund(surface, accounts.sandboxSecret(refund.account_id), refund.account_id, {
          id: refund.id,
          organizationId,
          paymentIntent: refund.payment_intent,
          amount: refund.amount,
          currency: refund.currency,
        })
        if (status >= 300) await sendLater(organizationId, refundId)
        return
      }
      const vendor = await accounts.vendor(account)
      if (!vendor) return mark(refund, null, 'failed', 'The payment account is not there any more')
      try {
        const { id: vendorId, status } = await vendor.refund({
          id: refund.id,
          organizationId,
          paymentIntent: refund.payment_intent,
          amount: refund.amount,
        })
        await mark(refund, vendorId, REFUND_STATUS[status] ?? 'pending', null)
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        if (error.code === 'unavailable') {
          surface.onError(error, { refundId })
          return sendLater(organizationId, refundId)
        }
        if (error.code !== 'conflict') throw error
        await mark(refund, null, 'failed', error.message.slice(0, 300))
      }
    },
  }

  async function open(within: Within, payment: PaymentRow, amount: number): Promise<string> {
    if (!payment.payment_intent) throw new AppError('conflict', 'The vendor has no payment to give back for this one')
    const now = clock.now()
    const refundId = newId(now)
    await sql`
      insert into payment_transaction (id, organization_id, booking_id, kind, status, amount, currency, account_id, payment_intent, method, created_at)
      values (${refundId}, ${payment.organization_id}, ${payment.booking_id}, 'refund', 'pending', ${amount}, ${payment.currency}, ${payment.account_id},
        ${payment.payment_intent}, ${payment.method}, ${now})`.execute(within.tx)
    await within.start({ name: REFUND, input: { refundId } })
    return refundId
  }

  /** The key stays the same: should the vendor have taken it after all, nothing is given back twice. */
  async function sendLater(organizationId: string, refundId: string): Promise<void> {
    const at = new Date(clock.now().getTime() + ASKED_AGAIN_MS)
    await surface.transaction(organizationId, (within) => within.start({ name: REFUND, input: { refundId }, at }))
  }

  async function mark(
    { id, organization_id: organizationId }: PaymentRow,
    vendorId: string | null,
    status: string,
    problem: string | null,
  ): Promise<void> {
    await surface.transaction(organizationId, async (within) => {
      // The webhook may have been faster: what it said stays.
      const { rows } = await sql<PaymentRow>`
        update payment_transaction set vendor_id = coalesce(vendor_id, ${vendorId}), status = ${status}, problem = ${problem}
        where id = ${id} and status = 'pending' returning *`.execute(within.tx)
      const [refund] = rows
      if (refund?.status === 'failed') await tellFailed(surface, within, refund, false)
      if (refund?.status === 'completed' && refund.booking_id)
        await documents.credited(within, organizationId, refund.booking_id)
    })
  }
}

/** What of a payment has not gone back, and is not about to. */
export async function leftOf({ tx }: Within, payment: PaymentRow): Promise<number> {
  if (payment.status !== 'completed' && payment.status !== 'orphaned') return 0
  const { rows } = await sql<{ given: number }>`
    select coalesce(sum(amount), 0)::int as given from payment_transaction
    where account_id = ${payment.account_id} and payment_intent = ${payment.payment_intent} and kind = 'refund' and status <> 'failed'`.execute(
    tx,
  )
  return Math.max(0, payment.amount - (rows[0]?.given ?? 0))
}
