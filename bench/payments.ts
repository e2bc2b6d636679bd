import { createHmac } from 'node:crypto'
import { Pool } from 'undici'
import type { Lab } from './lab/processes.ts'
import type { Product } from './lab/product.ts'
import { query } from './lab/servers.ts'

const WEBHOOK_SECRET = 'whsec_benchBenchBench'
/** What each quote of `addQuotes` costs, in minor units. */
export const AMOUNT = 56_000

/** Gives the demo organization a Stripe account, and a caller that tells of payments as Stripe does: the status, or undefined without an answer. */
export async function openPayments(
  lab: Lab,
  product: Product,
  connections: number,
): Promise<(temporaryId: string) => Promise<number | undefined>> {
  const http = new Pool(product.origin, { connections, pipelining: 1 })
  lab.afterwards(() => http.destroy())
  const { body: account } = await product.call<{ id: string }>('PUT', '/v1/bookings/payment-account', {
    secretKey: 'sk_test_benchBench',
    webhookSecret: WEBHOOK_SECRET,
  })
  return async (temporaryId) => {
    const payload = eventOf(temporaryId)
    const t = Math.floor(Date.now() / 1_000)
    const v1 = createHmac('sha256', WEBHOOK_SECRET).update(`${t}.${payload}`).digest('hex')
    const answer = await http
      .request({
        method: 'POST',
        path: `/webhooks/stripe/${account.id}`,
        headers: { 'content-type': 'application/json', 'stripe-signature': `t=${t},v1=${v1}` },
        body: payload,
      })
      .catch(() => undefined)
    await answer?.body.dump()
    return answer?.statusCode
  }
}

/** As many open quotes of the demo’s service, each by a client of its own. */
export async function addQuotes(url: string, prefix: string, count: number): Promise<void> {
  await query(
    url,
    `insert into quote (id, organization_id, temporary_id, service_type_id, pricing, inputs, insurance, amount, currency, name, email, locale, address_line, postal_code, city,
       latitude, longitude, wished_at, time_zone, status, expires_at, created_at)
     select gen_random_uuid(), organization_id, $1::text || '-' || n, id, pricing, '{"volume": 20, "distance": 20}', false, ${AMOUNT}, 'EUR', 'Camille Exemple',
       $1::text || '-' || n || '@example.com', 'fr', '12 rue de l’Exemple', '75000', 'Paris', 48.85, 2.35, now() + interval '20 days', 'Europe/Paris', 'open', now() + interval '7 days', now()
     from service_type, generate_series(0, $2::int - 1) n where key = 'moving'`,
    [prefix, count],
  )
}

function eventOf(temporaryId: string): string {
  return JSON.stringify({
    id: `evt_${temporaryId}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: Math.floor(Date.now() / 1_000),
    type: 'checkout.session.completed',
    data: {
      object: {
        id: `cs_${temporaryId}`,
        object: 'checkout.session',
        amount_total: AMOUNT,
        currency: 'eur',
        payment_status: 'paid',
        payment_intent: `pi_${temporaryId}`,
        payment_method_types: ['card'],
        metadata: { temporary_id: temporaryId },
      },
    },
  })
}

/** The same order every time. */
export function shuffled(values: number[]): number[] {
  let seed = 42
  for (let at = values.length - 1; at > 0; at--) {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    const other = seed % (at + 1)
    ;[values[at], values[other]] = [values[other]!, values[at]!]
  }
  return values
}
