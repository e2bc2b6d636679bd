import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import Stripe from 'stripe'
import type { TestApp } from './app.ts'

const DAY_MS = 24 * 3_600_000
export const LYON = { latitude: 45.764, longitude: 4.8357 }

const PRICING = {
  rules: [
    { kind: 'base', label: { fr: 'Forfait', en: 'Base' }, amount: 20_000 },
    { kind: 'per_unit', label: { fr: 'Volume', en: 'Volume' }, input: 'volume', amount: 1_800 },
    { kind: 'option', label: { fr: 'Cartons', en: 'Packing' }, input: 'packing', amount: 9_000 },
  ],
  insurance: { percent: 5 },
}

/** Every call of Stripe so far has been worked off, and none in vain. When the database is slow, some wait on the disk first. */
export async function allWorkedOff(app: TestApp): Promise<void> {
  await app.eventually(async () => {
    const onDisk = await readdir(join(app.dataFolder, 'spool')).catch(() => [])
    const open = await app.database.query('select from webhook_receipt where processed_at is null')
    return onDisk.length === 0 && open.length === 0
  })
  const failed = await app.database.query<{ problem: string }>(
    'select problem from webhook_receipt where problem is not null',
  )
  if (failed.length > 0) throw new Error(failed.map(({ problem }) => problem).join('; '))
}

/** A company that moves people, as its own programs and Stripe see it. */
export async function openMover(
  app: TestApp,
  { key = app.key, organizationId = app.organizationId, service = 'moving' } = {},
) {
  const call = (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body?: object) =>
    app.call(method, `/v1/bookings${url}`, body, { key })
  const made = await call('POST', '/service-types', {
    key: service,
    label: { fr: 'Déménagement', en: 'Moving' },
    pricing: PRICING,
    professionalShare: 60,
  })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  /** At ten in the morning in Paris, so many days from now. */
  const inDays = (days: number) =>
    new Date(`${new Date(app.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10)}T09:00:00Z`)
  let n = 0

  return {
    call,
    key,
    organizationId,
    inDays,
    serviceTypeId: made.body.id as string,

    quote: async (more: object = {}) =>
      (
        await call('POST', '/quotes', {
          service,
          inputs: { volume: 20 },
          address: { line: '12 rue de l’Exemple', postalCode: '69000', city: 'Lyon' },
          coordinates: LYON,
          wishedAt: inDays(20).toISOString(),
          customer: {
            name: 'Camille Exemple',
            email: `client-${++n}@example.com`,
            phone: '+33639980001',
            locale: 'fr',
          },
          ...more,
        })
      ).body,

    checkout: async (temporaryId: string, body: object = {}) => call('POST', `/quotes/${temporaryId}/checkout`, body),

    professional: async (more: object = {}) =>
      (
        await call('POST', '/professionals', {
          company: `Transports ${++n}`,
          email: `pro-${n}@example.com`,
          coordinates: LYON,
          skills: [service],
          ...more,
        })
      ).body,

    /** What Stripe sends when a quote was paid on its page. */
    event: (
      quote: { temporaryId: string; amount: number },
      {
        type = 'checkout.session.completed',
        paymentStatus = 'paid',
        session = `cs_${quote.temporaryId.slice(-12)}`,
        ...more
      }: {
        type?: string
        paymentStatus?: string
        session?: string
        id?: string
        metadata?: object
        amount?: number
      } = {},
    ) => ({
      id: more.id ?? `evt_${createHash('sha256').update(`${session} ${type}`).digest('hex').slice(0, 24)}`,
      object: 'event',
      api_version: '2026-10-28.endive',
      created: Math.floor(app.clock.now().getTime() / 1_000),
      type,
      data: {
        object: {
          id: session,
          object: 'checkout.session',
          amount_total: more.amount ?? quote.amount,
          currency: 'eur',
          payment_status: paymentStatus,
          payment_intent: `pi_${session}`,
          payment_method_types: ['card'],
          customer_details: { email: 'payer@example.com', name: 'Payer', phone: null },
          metadata: more.metadata ?? { temporary_id: quote.temporaryId },
        },
      },
    }),

    /** Signed as Stripe signs, over the raw body. */
    deliver: async (event: object, { secret = '', at = app.clock.now(), account = organizationId } = {}) => {
      const payload = JSON.stringify(event)
      const timestamp = Math.floor(at.getTime() / 1_000)
      const header = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp })
      const reply = await app.app.http.inject({
        method: 'POST',
        url: `/webhooks/stripe/${account}`,
        headers: { 'content-type': 'application/json', 'stripe-signature': header },
        payload,
      })
      return reply.statusCode
    },
  }
}

export const STRIPE_KEYS = { secretKey: 'sk_test_sampleSample', webhookSecret: 'whsec_sampleSampleSample' }

/** A company of its own, with an owner and an operations manager. */
export async function openManagedMover(app: TestApp) {
  const other = await app.otherOrganization()
  const mover = await openMoverWithStripe(app, other)
  const { organizationId } = other
  const email = `manager-${organizationId.slice(-8)}@example.org`
  await app.signedIn(email, { role: 'operations_manager', organizationId })
  return mover
}

/** A mover with a Stripe account of its own, whose calls can be signed here. */
export async function openMoverWithStripe(app: TestApp, who?: Parameters<typeof openMover>[1]) {
  const mover = await openMover(app, who)
  const { body } = await mover.call('PUT', '/payment-account', STRIPE_KEYS)
  const account = body.id as string
  return {
    ...mover,
    account,
    deliver: (event: object, more: Parameters<typeof mover.deliver>[1] = {}) =>
      mover.deliver(event, { secret: STRIPE_KEYS.webhookSecret, account, ...more }),
  }
}
