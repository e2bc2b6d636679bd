import { sql } from 'kysely'
import type { PackSurface, Within } from '../../engine/packs/surface.ts'
import { AppError, invalid, notFound } from '../../errors.ts'
import { newId } from '../../platform/ids.ts'
import { columnsOf, type Paid } from './booking-payments.ts'
import type { Bookings } from './bookings.ts'
import { languageOf, lockQuote, type QuoteRow, SELECT_TEXT } from './quotes.ts'
import type { PaymentRow } from './refunded.ts'
import { leftOf } from './refunds.ts'

interface Deps {
  readonly surface: PackSurface
  readonly bookings: Pick<Bookings, 'nextReferences' | 'finalize'>
}

/** Why money fits nothing. */
export type OrphanProblem = keyof typeof WHY

export type Orphans = ReturnType<typeof createOrphans>

/** Payments that fit no quote: kept, told, and dealt with by somebody. */
export function createOrphans({ surface, bookings }: Deps) {
  const { db, clock, publicUrl } = surface

  return {
    /** Money that fits nothing: kept, and told to whoever must know. */
    async keep(within: Within, organizationId: string, paid: Paid, problem: OrphanProblem): Promise<void> {
      const now = clock.now()
      const kept = await within.tx
        .insertInto('payment_transaction')
        .values({
          id: newId(now),
          organization_id: organizationId,
          kind: 'payment',
          status: 'orphaned',
          ...columnsOf(paid),
          problem,
          created_at: now,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['account_id', 'checkout_session'])
            .where('kind', '=', 'payment')
            .doUpdateSet({ status: 'orphaned', amount: paid.amount, payment_intent: paid.paymentIntent, problem }),
        )
        .returning('id')
        .executeTakeFirstOrThrow()
      const { locale } = await surface.organization(organizationId)
      await within.raise({
        type: 'payment.orphaned',
        // Who paid is on the payment's own page: whose address it is nobody knows yet.
        about: [],
        payload: {
          amount: paid.amount,
          currency: paid.currency,
          paymentReference: (paid.paymentIntent ?? paid.session).slice(0, 200),
          receivedAt: paid.receivedAt.toISOString(),
          why: WHY[problem][languageOf({ locale: null }, locale)],
          paymentUrl: `${publicUrl}/bookings/payments/${kept.id}`,
        },
      })
    },

    /** Somebody has dealt with an orphan otherwise, and says how. @throws AppError `conflict`, `not_found` */
    settle: (organizationId: string, id: string, note: string): Promise<void> =>
      surface.transaction(organizationId, async (within) => {
        await openOrphan(within, organizationId, id)
        await sql`update payment_transaction set settled_at = ${clock.now()}, note = ${note} where id = ${id}`.execute(
          within.tx,
        )
      }),

    /** An orphan turns out to be for this quote: its booking is made. Gives its id. @throws AppError */
    async attach(organizationId: string, id: string, temporaryId: string): Promise<string> {
      const [quote] = await db.run<QuoteRow>('bookings.quote', `${SELECT_TEXT} where q.temporary_id = $1`, [
        temporaryId,
      ])
      if (quote?.organization_id !== organizationId) throw invalid('temporaryId', 'is no quote of yours')
      const [reference] = await bookings.nextReferences([quote])
      return surface.transaction(organizationId, async (within) => {
        const orphaned = await openOrphan(within, organizationId, id)
        if ((await leftOf(within, orphaned)) === 0)
          throw new AppError('conflict', 'All of this payment has been given back: it pays for nothing')
        const locked = await lockQuote(within, quote.id)
        if (!locked || locked.status === 'confirmed') throw new AppError('conflict', 'This quote has been paid')
        if (locked.wished_at <= clock.now())
          throw new AppError('conflict', 'The date of this quote has passed: make another one')
        const paid: Paid = {
          accountId: orphaned.account_id,
          session: orphaned.checkout_session ?? '',
          paymentIntent: orphaned.payment_intent,
          method: orphaned.method,
          amount: orphaned.amount,
          currency: orphaned.currency,
          temporaryId,
          insurance: undefined,
          customer: { email: orphaned.payer_email ?? undefined, name: undefined, phone: undefined, locale: undefined },
          receivedAt: orphaned.created_at,
          orphanId: id,
        }
        const [bookingId] = await bookings.finalize(within, organizationId, [
          { quote: locked, paid, reference: reference! },
        ])
        if (!bookingId) throw new AppError('conflict', 'Neither the quote nor the payment says whom to write to')
        return bookingId
      })
    },
  }

  async function openOrphan({ tx }: Within, organizationId: string, id: string): Promise<PaymentRow> {
    const { rows } = await sql<PaymentRow>`
      select * from payment_transaction where id = ${id} and organization_id = ${organizationId} for no key update`.execute(
      tx,
    )
    const [row] = rows
    if (!row) throw notFound('Payment', id)
    if (row.status !== 'orphaned' || row.settled_at)
      throw new AppError('conflict', 'This payment is no orphan that waits for somebody')
    return row
  }
}

const WHY = {
  no_quote: {
    fr: 'Le paiement ne porte pas de numéro de devis.',
    en: 'The payment carries no quote number.',
  },
  unknown_quote: {
    fr: 'Le devis que nomme le paiement n’existe pas ici.',
    en: 'The quote that the payment names does not exist here.',
  },
  already_paid: {
    fr: 'Ce devis avait déjà été payé : ce paiement est un second.',
    en: 'This quote had been paid already: this payment is a second one.',
  },
  date_passed: {
    fr: 'La date souhaitée était passée quand le paiement est arrivé.',
    en: 'The wished date had passed when the payment came.',
  },
  nobody_to_tell: {
    fr: 'Le paiement ne dit pas à qui écrire.',
    en: 'The payment does not say whom to write to.',
  },
} as const
