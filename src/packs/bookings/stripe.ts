import Stripe from 'stripe'
import { z } from 'zod'
import type { VendorEvent, Webhook, WebhookResult } from '../../engine/channels/report.ts'
import { AppError } from '../../errors.ts'

export const StripeSettings = z.strictObject({
  secretKey: z
    .string()
    .regex(/^(sk|rk)_\S{8,300}$/, 'is a secret key as Stripe shows it: sk_… or rk_…')
    .describe('Of your Stripe account: sk_… or rk_…'),
  webhookSecret: z
    .string()
    .regex(/^whsec_\S{8,300}$/, 'is a signing secret as Stripe shows it: whsec_…')
    .describe('What Stripe signs its calls with: whsec_…'),
  oldWebhookSecret: z
    .string()
    .regex(/^whsec_\S{8,300}$/)
    .optional()
    .describe('The one before, while Stripe goes on signing with it'),
})
export type StripeSettings = z.infer<typeof StripeSettings>

/** What somebody is to pay, whoever takes the money. */
export interface Order {
  readonly temporaryId: string
  readonly organizationId: string
  readonly amount: number
  readonly currency: string
  readonly insurance: boolean
  readonly label: string
  readonly customer: { readonly email: string; readonly name?: string | undefined; readonly phone?: string | undefined }
  readonly locale: 'fr' | 'en'
  readonly successUrl: string
  readonly cancelUrl: string
  readonly expiresAt: Date
}

/** Money that is to go back. */
export interface RefundOrder {
  readonly id: string
  readonly organizationId: string
  readonly paymentIntent: string
  readonly amount: number
}

export interface Session {
  readonly id: string
  readonly url: string
  readonly expiresAt: Date
}

/** Stripe's own limits for a checkout page: at least half an hour, a day at most. */
const LEAST_OPEN_MS = 31 * 60_000
const MOST_OPEN_MS = 23 * 3_600_000
const TIMEOUT_MS = 15_000

/** One Stripe account, by the official SDK. `baseUrl` points it at a test server. */
export function createStripe({ secretKey }: Pick<StripeSettings, 'secretKey'>, baseUrl: string | undefined) {
  const stripe = new Stripe(secretKey, { timeout: TIMEOUT_MS, maxNetworkRetries: 2, telemetry: false, ...at(baseUrl) })

  return {
    /** Opens a page at Stripe's to pay an order on. @throws AppError `unavailable`, `conflict` for what Stripe does not take. */
    open: (order: Order, now: Date): Promise<Session> =>
      asked(async () => {
        const expires = clamp(order.expiresAt.getTime(), now.getTime() + LEAST_OPEN_MS, now.getTime() + MOST_OPEN_MS)
        const metadata = metadataOf(order)
        const session = await stripe.checkout.sessions.create({
          mode: 'payment',
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: order.currency.toLowerCase(),
                unit_amount: order.amount,
                product_data: { name: order.label },
              },
            },
          ],
          customer_email: order.customer.email,
          client_reference_id: order.temporaryId,
          metadata,
          payment_intent_data: { metadata },
          locale: order.locale,
          success_url: order.successUrl,
          cancel_url: order.cancelUrl,
          expires_at: Math.floor(expires / 1_000),
        })
        if (!session.url) throw new AppError('unavailable', 'Stripe gave no address to pay at; try again')
        return { id: session.id, url: session.url, expiresAt: new Date(session.expires_at * 1_000) }
      }),

    /** Gives money back. The same `id` is one refund, however often this is called. */
    refund: (given: RefundOrder): Promise<{ id: string; status: string }> =>
      asked(async () => {
        const { id, status } = await stripe.refunds.create(
          { payment_intent: given.paymentIntent, amount: given.amount, metadata: refundMetadataOf(given) },
          { idempotencyKey: given.id },
        )
        return { id, status: status ?? 'pending' }
      }),
  }
}

/** What travels with a payment and comes back with its webhook. Stripe takes 500 characters each. */
export const metadataOf = (
  order: Pick<Order, 'temporaryId' | 'organizationId' | 'insurance' | 'customer' | 'locale'>,
) => ({
  temporary_id: order.temporaryId,
  organization_id: order.organizationId,
  insurance: order.insurance ? '1' : '0',
  email: order.customer.email,
  locale: order.locale,
  ...(order.customer.name && { name: order.customer.name }),
  ...(order.customer.phone && { phone: order.customer.phone }),
})

/** What travels with a refund: of the platform's account nothing else says whose it is, should it be told before its payment. */
export const refundMetadataOf = ({ id, organizationId }: Pick<RefundOrder, 'id' | 'organizationId'>) => ({
  refund_id: id,
  organization_id: organizationId,
})

/** Calls older or, by our clock, younger than this are refused: the SDK itself looks only at how old they are. */
const TOLERANCE_SECONDS = 300

/**
 * The receiving side of an account: the SDK checks the signature over the raw body; a bad one is answered 400.
 * `secretsOf` is asked for every call, as an account's secrets may change; it may throw while the database is away.
 */
export const stripeWebhook = (secretsOf: () => readonly string[] | Promise<readonly string[]>): Webhook => ({
  refuses: { bad_signature: 400, stale: 400, unreadable: 400 },
  async receive({ headers, body, receivedAt }): Promise<WebhookResult> {
    const header = headers['stripe-signature'] ?? ''
    const signedAt = Number(/(?:^|,)t=(\d+)/.exec(header)?.[1] ?? Number.NaN)
    if (signedAt - receivedAt.getTime() / 1_000 > TOLERANCE_SECONDS)
      return { ok: false, reason: 'stale', detail: 'It was signed in the future' }
    const secrets = await secretsOf()
    let fault = 'There is no account to check it with'
    for (const secret of secrets) {
      try {
        const event = Stripe.webhooks.constructEvent(
          body,
          header,
          secret,
          TOLERANCE_SECONDS,
          undefined,
          receivedAt.getTime(),
        )
        return { ok: true, reports: [], events: [eventOf(event)] }
      } catch (error) {
        if (!(error instanceof Stripe.errors.StripeSignatureVerificationError))
          return { ok: false, reason: 'unreadable', detail: 'This is not an event as Stripe writes one' }
        fault = error.message.split('\n')[0] ?? fault
      }
    }
    return { ok: false, reason: 'bad_signature', detail: fault.slice(0, 200) }
  },
})

const Event = z.object({ id: z.string().min(1).max(255), type: z.string().min(1).max(200), created: z.number() })

function eventOf(event: unknown): VendorEvent {
  const { id, type, created } = Event.parse(event)
  return { id, type, at: new Date(created * 1_000), body: event }
}

/** For the sandbox, which signs as Stripe does. */
export const signed = (payload: string, secret: string, now: Date): string =>
  Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(now.getTime() / 1_000) })

async function asked<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Stripe.errors.StripeConnectionError || error instanceof Stripe.errors.StripeAPIError)
      throw new AppError('unavailable', 'Stripe cannot be reached; try again', { cause: error, retryAfterSeconds: 5 })
    if (error instanceof Stripe.errors.StripeRateLimitError)
      throw new AppError('unavailable', 'Stripe is asked too often; try again', { cause: error, retryAfterSeconds: 5 })
    if (error instanceof Stripe.errors.StripeAuthenticationError)
      throw new AppError('conflict', 'Stripe does not accept the key of this payment account', { cause: error })
    if (error instanceof Stripe.errors.StripeError)
      throw new AppError('conflict', `Stripe refused: ${error.code ?? error.type}`, { cause: error })
    throw error
  }
}

function at(baseUrl: string | undefined) {
  if (!baseUrl) return {}
  const { protocol, hostname, port } = new URL(baseUrl)
  return {
    host: hostname,
    protocol: protocol === 'http:' ? ('http' as const) : ('https' as const),
    ...(port && { port }),
  }
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most)
