import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { channelCode } from '../src/engine/channels/channel.ts'
import { type Lab, quiet, until } from './lab/processes.ts'
import { type Product, startProduct } from './lab/product.ts'
import { query, startPostgres, temporaryFolder } from './lab/servers.ts'
import { AMOUNT, addQuotes, openPayments, shuffled } from './payments.ts'
import { type Findings, percentile, tenths, whole } from './report.ts'
import { countStatements, describeStatements } from './statements.ts'

export interface BookingsOptions {
  /** Payments that are told three times over, in any order. */
  count: number
  patienceMs: number
  /** Where V8 profiles of the product go; also prints the statements that payments cost. */
  profileDir?: string
}

const RATE = 200
const RATE_SECONDS = 5
const PROFILED_SECONDS = 2
/** So slow that none waits for another, nor for its documents. */
const CALM = 100
const CALM_EVERY_MS = 300
const PROFESSIONALS = 500
const TIMES = 3
const CONNECTIONS = 32
const BOOKED_WITHIN_MS = 150_000

/**
 * From Stripe's webhook to bookings: how soon calls are answered at 200 a second, how soon everybody's message is queued,
 * 500 professionals who accept at once, and many payments told three times in any order. Ends without a result when a
 * booking is missing or the sum is not the cent it should be.
 */
export async function benchBookings(lab: Lab, { count, patienceMs, profileDir }: BookingsOptions): Promise<Findings> {
  const folder = temporaryFolder(lab)
  const postgres = await startPostgres(lab, folder, { countStatements: profileDir !== undefined })
  const url = await postgres.database('bookings')
  const product = await startProduct(lab, {
    roles: ['api', 'worker'],
    dataDir: folder,
    databaseUrl: url,
    ...(profileDir === undefined ? {} : { profileDir }),
  })
  const tell = await openPayments(lab, product, CONNECTIONS)
  const pay = async (temporaryId: string): Promise<void> => {
    const status = await tell(temporaryId)
    if (status !== 204) throw new Error(`A payment was answered ${status}`)
  }
  const booked = async (like: string, many: number) =>
    until(`${many} bookings`, BOOKED_WITHIN_MS, async () => {
      const [row] = (await query(
        url,
        `select count(*)::int as n from quote q join booking b on b.quote_id = q.id
         where q.temporary_id like $1 and not exists (select from booking_flow f where f.booking_id = b.id and f.state <> 'done')`,
        [`${like}%`],
      )) as [{ n: number }]
      return row.n === many
    })

  const sent = () =>
    until('all messages to have left', BOOKED_WITHIN_MS, async () => {
      const [row] = (await query(url, 'select count(*)::int as n from message_work where due_at <= now()', [])) as [
        { n: number },
      ]
      return row.n === 0
    })

  await quiet(patienceMs)
  // Warm: compiled, planned, cached.
  await addQuotes(url, 'warm', 200)
  for (let n = 0; n < 200; n++) await pay(`warm-${n}`)
  await booked('warm', 200)
  await sent()

  if (profileDir !== undefined) await countStatements(url)
  await addQuotes(url, 'calm', CALM)
  const sentAt = new Map<string, number>()
  for (let n = 0; n < CALM; n++) {
    sentAt.set(`calm-${n}`, Date.now())
    await pay(`calm-${n}`)
    await sleep(CALM_EVERY_MS)
  }
  await booked('calm', CALM)
  const done = (await query(
    url,
    `select q.temporary_id, max(f.updated_at) as at from quote q join booking_flow f on f.booking_id = q.booking_id
     where q.temporary_id like 'calm-%' group by 1`,
    [],
  )) as { temporary_id: string; at: Date }[]
  const queuedMs = done.map(({ temporary_id, at }) => at.getTime() - sentAt.get(temporary_id)!)
  await sent()
  const handed = (await query(
    url,
    `select split_part(m.address, '@', 1) as temporary_id, min(a.settled_at) as at from message m join attempt a on a.message_id = m.id
     where m.address like 'calm-%@example.com' and m.channel = ${channelCode('email')} and a.outcome = 0 group by 1`,
    [],
  )) as { temporary_id: string; at: Date }[]
  if (handed.length !== CALM) throw new Error(`${handed.length} of ${CALM} clients have their mail`)
  const handedMs = handed.map(({ temporary_id, at }) => at.getTime() - sentAt.get(temporary_id)!)

  const paced = RATE * (profileDir === undefined ? RATE_SECONDS : PROFILED_SECONDS)
  await addQuotes(url, 'paced', paced)
  const answeredMs: number[] = []
  const began = performance.now()
  const calls: Promise<void>[] = []
  for (let n = 0; n < paced; n++) {
    const due = began + (n * 1_000) / RATE
    const wait = due - performance.now()
    if (wait > 0) await sleep(wait)
    // From when it should have left: a late one is not counted as fast.
    calls.push(pay(`paced-${n}`).then(() => void answeredMs.push(performance.now() - due)))
  }
  await Promise.all(calls)
  await booked('paced', paced)
  if (profileDir !== undefined) await describeStatements(url)

  await addQuotes(url, 'many', count)
  const order = shuffled(Array.from({ length: count * TIMES }, (_, n) => n % count))
  const manyBegan = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      for (let at = next++; at < order.length; at = next++) await pay(`many-${order[at]}`)
    }),
  )
  await booked('many', count)
  const manyMs = performance.now() - manyBegan
  const [sum] = (await query(
    url,
    `select count(distinct b.id)::int as bookings, count(t.id)::int as payments, sum(t.amount)::bigint as paid
     from quote q join booking b on b.quote_id = q.id join payment_transaction t on t.booking_id = b.id where q.temporary_id like 'many-%'`,
    [],
  )) as [{ bookings: number; payments: number; paid: string }]
  if (sum.bookings !== count || sum.payments !== count || Number(sum.paid) !== count * AMOUNT)
    throw new Error(`${JSON.stringify(sum)} is not ${count} bookings of ${AMOUNT}`)

  const acceptedMs = await accepts(url, product, pay)
  await product.stop()
  return {
    bench: 'bookings',
    settings: { count, times: TIMES, rate: RATE, seconds: RATE_SECONDS, professionals: PROFESSIONALS },
    table: [
      ['what', 'asked', 'found'],
      [
        `a payment answered at ${RATE} a second, p50 / p99`,
        'p99 < 20 ms',
        `${tenths(percentile(answeredMs, 0.5))} / ${tenths(percentile(answeredMs, 0.99))} ms`,
      ],
      [
        'a payment until everybody’s messages are queued, p50 / p99',
        'p50 < 100 ms',
        `${whole(percentile(queuedMs, 0.5))} / ${whole(percentile(queuedMs, 0.99))} ms`,
      ],
      [
        'a payment until the client’s mail, with its documents, is handed over, p50 / p99',
        'p50 < 1 000 ms',
        `${whole(percentile(handedMs, 0.5))} / ${whole(percentile(handedMs, 0.99))} ms`,
      ],
      [
        `${PROFESSIONALS} who accept at once`,
        'one wins',
        `one won, the last read so after ${whole(Math.max(...acceptedMs))} ms`,
      ],
      [
        `${whole(count)} payments told ${TIMES} times, shuffled`,
        `${whole(count)} bookings, the sum to the cent`,
        `so, ${whole((count * 1_000) / manyMs)} bookings a second`,
      ],
    ],
    notes: ['An api process and a worker on Postgres, without Redis; the load comes from the same machine.'],
    runs: [{ answeredMs, queuedMs, handedMs, acceptedMs, manyMs }],
  }
}

/** One mission, everybody asked: each presses as soon as they can. */
async function accepts(url: string, product: Product, pay: (id: string) => Promise<unknown>): Promise<number[]> {
  await query(
    url,
    `with made as (
       insert into contact (id, organization_id, external_id, email, created_at, updated_at)
       select gen_random_uuid(), organization_id, 'pro-' || n, 'pro-' || n || '@example.com', now(), now() from (select organization_id from service_type where key = 'moving') s, generate_series(1, ${PROFESSIONALS}) n
       returning id, organization_id)
     insert into professional (id, organization_id, contact_id, company, latitude, longitude, skills, blacklisted, available, created_at, updated_at)
     select gen_random_uuid(), organization_id, id, 'Bench', 48.85, 2.35, '{moving}', false, true, now(), now() from made`,
    [],
  )
  await addQuotes(url, 'raced', 1)
  await pay('raced-0')
  let links: string[] = []
  await until('everybody to be asked', 60_000, async () => {
    const rows = (await query(
      url,
      `select n.payload->>'acceptUrl' as link from notification n where n.type = 'mission.proposed' and n.contact_id in (select contact_id from professional where company = 'Bench')`,
      [],
    )) as { link: string }[]
    links = rows.map(({ link }) => link)
    return links.length === PROFESSIONALS
  })
  const http = new Pool(product.origin, { connections: PROFESSIONALS, pipelining: 1 })
  const from = performance.now()
  const answers = await Promise.all(
    links.map(async (link) => {
      const { statusCode, body } = await http.request({
        method: 'POST',
        path: new URL(link).pathname,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'answer=accept',
      })
      await body.dump()
      return { statusCode, ms: performance.now() - from }
    }),
  )
  await http.close()
  const won = answers.filter(({ statusCode }) => statusCode === 200).length
  const taken = answers.filter(({ statusCode }) => statusCode === 409).length
  if (won !== 1 || taken !== PROFESSIONALS - 1) throw new Error(`${won} won, ${taken} read that it was taken`)
  return answers.map(({ ms }) => ms)
}
