import { z } from 'zod'
import type { ArrivedEvent } from '../../engine/packs/pack.ts'
import type { Paid } from './booking-payments.ts'

/** Nothing that Stripe says may be too long for it to count as money. */
const text = z
  .string()
  .transform((given) => given.slice(0, 500))
  .nullish()
const Session = z.object({
  id: z.string(),
  amount_total: z.int().nullish(),
  currency: z.string().nullish(),
  payment_status: z.string().nullish(),
  payment_intent: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
  payment_method_types: z.array(z.string()).nullish(),
  customer_details: z.object({ email: text, name: text, phone: text }).nullish(),
  customer_email: text,
  metadata: z.record(z.string(), z.string()).nullish(),
})
export type Session = z.infer<typeof Session>

const Envelope = z.object({ data: z.object({ object: z.unknown() }) })

const PAID = new Set(['paid', 'no_payment_required'])
/** Those about a page to pay on. */
export const SESSION_EVENTS = new Set([
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'checkout.session.async_payment_failed',
  'checkout.session.expired',
])

/** Money has come. */
export const isPaid = (type: string, { payment_status }: Session): boolean =>
  type === 'checkout.session.async_payment_succeeded' ||
  (type === 'checkout.session.completed' && PAID.has(payment_status ?? ''))

/** @throws Error for what cannot be read: it stays unworked and is tried again, money and all. */
export function sessionIn({ id, type, body }: ArrivedEvent): Session {
  const session = Session.safeParse(Envelope.safeParse(body).data?.data.object)
  if (!session.success) throw new Error(`${type} ${id} cannot be read`, { cause: session.error })
  return session.data
}

export function paidIn(event: ArrivedEvent, session: Session): Paid {
  const { metadata, customer_details: details, payment_intent: intent } = session
  return {
    accountId: event.accountId,
    session: session.id,
    paymentIntent: typeof intent === 'string' ? intent : (intent?.id ?? null),
    method: session.payment_method_types?.[0] ?? null,
    amount: session.amount_total ?? 0,
    currency: (session.currency ?? 'eur').toUpperCase(),
    temporaryId: metadata?.temporary_id,
    insurance: metadata?.insurance === undefined ? undefined : metadata.insurance === '1',
    customer: {
      email: metadata?.email ?? details?.email ?? session.customer_email ?? undefined,
      name: metadata?.name ?? details?.name ?? undefined,
      phone: metadata?.phone ?? details?.phone ?? undefined,
      locale: metadata?.locale,
    },
    receivedAt: event.receivedAt,
  }
}
