import { createHash } from 'node:crypto'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { metadataOf, type Order, type RefundOrder, refundMetadataOf, type Session, signed } from './stripe.ts'

const PURPOSE = 'bookings/sandbox-checkout'
const OPEN_MS = 23 * 3_600_000
/** The one that the pinned SDK is written for. */
const API_VERSION = '2026-10-28.endive'

/** What somebody at the sandbox's checkout may do, each told as Stripe tells it. */
export const SANDBOX_ACTS = ['pay', 'pay_less', 'pay_later', 'arrive', 'bounce', 'expire'] as const
export type SandboxAct = (typeof SANDBOX_ACTS)[number]

/** What a page of the sandbox's checkout is about: carried by its address. */
export interface SandboxOrder {
  readonly temporaryId: string
  readonly organizationId: string
  readonly insurance: boolean
  readonly amount: number
}

/** A page of this product where no money moves, in place of Stripe's. */
export function openSandbox(surface: Pick<PackSurface, 'links' | 'publicUrl'>, order: Order, now: Date): Session {
  const expiresAt = new Date(now.getTime() + OPEN_MS)
  const { temporaryId, organizationId, insurance, amount } = order
  const token = surface.links.sign(PURPOSE, [temporaryId, organizationId, insurance, amount], expiresAt)
  return { id: sessionIdOf(token), url: `${surface.publicUrl}/checkout/${token}`, expiresAt }
}

export function readSandbox({ links }: Pick<PackSurface, 'links'>, token: string): SandboxOrder | undefined {
  const read = links.read(PURPOSE, token)
  if (!Array.isArray(read)) return undefined
  const [temporaryId, organizationId, insurance, amount] = read as [string, string, boolean, number]
  return { temporaryId, organizationId, insurance, amount }
}

/** Tells our own front door what Stripe would, signed as Stripe signs. Gives the status it was answered with. */
export async function tellAsStripe(
  surface: Pick<PackSurface, 'callBack' | 'clock'>,
  secret: string,
  token: string,
  act: SandboxAct,
  order: SandboxOrder,
  details: Pick<Order, 'customer' | 'currency' | 'locale'>,
): Promise<number> {
  const now = surface.clock.now()
  const payload = JSON.stringify(eventOf(token, act, order, details, now))
  return surface.callBack(
    `/webhooks/stripe/${order.organizationId}`,
    { 'content-type': 'application/json', 'stripe-signature': signed(payload, secret, now) },
    Buffer.from(payload),
  )
}

/** Reports a refund of the sandbox's as Stripe does. Gives the status it was answered with. */
export async function tellRefund(
  surface: Pick<PackSurface, 'callBack' | 'clock'>,
  secret: string,
  accountId: string,
  refund: RefundOrder & { readonly currency: string },
): Promise<number> {
  const now = surface.clock.now()
  const created = Math.floor(now.getTime() / 1_000)
  const payload = JSON.stringify({
    id: `evt_sandbox_${digest(`refund ${refund.id}`)}`,
    object: 'event',
    api_version: API_VERSION,
    created,
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type: 'refund.updated',
    data: {
      object: {
        id: sandboxRefundId(refund.id),
        object: 'refund',
        amount: refund.amount,
        created,
        currency: refund.currency.toLowerCase(),
        metadata: refundMetadataOf(refund),
        payment_intent: refund.paymentIntent,
        status: 'succeeded',
      },
    },
  })
  return surface.callBack(
    `/webhooks/stripe/${accountId}`,
    { 'content-type': 'application/json', 'stripe-signature': signed(payload, secret, now) },
    Buffer.from(payload),
  )
}

const TYPES: Readonly<Record<SandboxAct, readonly [type: string, paymentStatus: string, status: string]>> = {
  pay: ['checkout.session.completed', 'paid', 'complete'],
  pay_less: ['checkout.session.completed', 'paid', 'complete'],
  pay_later: ['checkout.session.completed', 'unpaid', 'complete'],
  arrive: ['checkout.session.async_payment_succeeded', 'paid', 'complete'],
  bounce: ['checkout.session.async_payment_failed', 'unpaid', 'complete'],
  expire: ['checkout.session.expired', 'unpaid', 'expired'],
}
/** What `pay_less` leaves out. */
const LESS = 0.1

function eventOf(
  token: string,
  act: SandboxAct,
  { temporaryId, organizationId, insurance, amount }: SandboxOrder,
  { customer, currency, locale }: Pick<Order, 'customer' | 'currency' | 'locale'>,
  now: Date,
) {
  const [type, paymentStatus, status] = TYPES[act]
  const id = sessionIdOf(token)
  const created = Math.floor(now.getTime() / 1_000)
  const total = act === 'pay_less' ? Math.max(1, Math.round(amount * (1 - LESS))) : amount
  return {
    // The same act on the same page is the same event, however often its button is pressed.
    id: `evt_sandbox_${digest(`${token} ${act}`)}`,
    object: 'event',
    api_version: API_VERSION,
    created,
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: {
      object: {
        id,
        object: 'checkout.session',
        amount_subtotal: total,
        amount_total: total,
        client_reference_id: temporaryId,
        created,
        currency: currency.toLowerCase(),
        customer_details: { email: customer.email, name: customer.name ?? null, phone: customer.phone ?? null },
        livemode: false,
        metadata: metadataOf({ temporaryId, organizationId, insurance, customer, locale }),
        mode: 'payment',
        payment_intent: act === 'expire' ? null : `pi_sandbox_${digest(token)}`,
        payment_method_types: [TYPES[act][1] === 'paid' && act !== 'arrive' ? 'card' : 'sepa_debit'],
        payment_status: paymentStatus,
        status,
      },
    },
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)
const sandboxRefundId = (refundId: string): string => `re_sandbox_${digest(refundId)}`
const sessionIdOf = (token: string): string => `cs_sandbox_${digest(token)}`
