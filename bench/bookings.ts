import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import { channelCode } from '../src/engine/channels/channel.ts'
import { type Lab, quiet, until } from './lab/processes.ts'
import { type Product, startProduct } from './lab/product.ts'
import { query, startPostgres, startSink, temporaryFolder } from './lab/servers.ts'
import { AMOUNT, addQuotes, openPayments, shuffled } from './payments.ts'
import { type Findings, percentile, tenths, whole } from './report.ts'
import { countStatements, describeStatements } from './statements.ts'

export interface BookingsOptions {
  /** Payments that are told three times over, in any order. */
  count: number
  patienceMs: number
  /** Where V8 profiles of the product go; also prints the statements that payments cost. */
  profileDir?: string
  /** Another checkout that is measured instead of this one, with its packages installed. */
  root?: string
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
const LOOKED_EVERY_MS = 250
const BOOKED_WITHIN_MS = 150_000
/** Of many: so long for each, if that is longer. Slower than this, and there is no result. */
const LONGEST_EACH_MS = 50

/**
 * From Stripe's webhook to bookings: how soon calls are answered at 200 a second, how soon everybody's message is queued,
 * 500 professionals who accept at once, and many payments told three times in any order. Ends without a result when a
 * booking is missing or the sum is not the cent it should be.
 */
export async function benchBookings(
  lab: Lab,
  { count, patienceMs, profileDir, root }: BookingsOptions,
): Promise<Findings> {
  const folder = temporaryFolder(lab)
  const postgres = await startPostgres(lab, folder, { countStatements: profileDir !== undefined })
  const url = await postgres.database('bookings')
  const sink = await startSink(lab)
  const product = await startProduct(lab, {
    roles: ['api', 'worker'],
    dataDir: folder,
    databaseUrl: url,
    smtpPort: sink.port,
    ...(root === undefined ? {} : { root }),
    ...(profileDir === undefined ? {} : { profileDir }),
  })
  const tell = await openPayments(lab, product, CONNECTIONS)
  const pay = async (temporaryId: string): Promise<void> => {
    const status = await tell(temporaryId)
    if (status !== 204) throw new Error(`A payment was answered ${status}`)
  }
  const booked = async (like: string, many: number) =>
    until(`${many} bookings`, Math.max(BOOKED_WITHIN_MS, many * LONGEST_EACH_MS), async () => {
      await sleep(LOOKED_EVERY_MS)
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
      await sleep(LOOKED_EVERY_MS)
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
  const acceptedMs = await accepts(url, product, pay)
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
  const handedOver = await sink.report()
  const counted = await countMany(url, count)
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
        `so, all told after ${whole(manyMs / 1_000)} s: ${whole((count * 1_000) / manyMs)} bookings a second`,
      ],
    ],
    notes: [
      'An api process and a worker on Postgres, without Redis; the load and the mail server are on the same machine.',
      `Of the many: ${counted.calls} calls; ${counted.events} events, ${counted.bookings} bookings, ${counted.references} references, ${counted.invoices} invoices without a gap, ${counted.paid} cents.`,
      `When the last of them was told, ${handedOver.mails} mails of all that was sent had been handed over, with ${counted.documents} documents made for them.`,
    ],
    runs: [{ answeredMs, queuedMs, handedMs, acceptedMs, manyMs, ...counted }],
  }
}

/** @throws Error unless each payment is one booking, with a reference and an invoice of its own, and the sum is right to the cent. */
async function countMany(url: string, count: number) {
  const [sum] = (await query(
    url,
    `select count(distinct b.id)::int as bookings, count(distinct b.reference)::int as references, count(t.id)::int as payments, sum(t.amount)::bigint as paid,
       (select count(*)::int from payment_event where event_id like 'evt_many-%') as events,
       (select count(*)::int from webhook_receipt where convert_from(body, 'utf8') like '%"evt_many-%') as calls,
       (select count(*)::int from booking_document d join quote q on q.id = d.quote_id where q.temporary_id like 'many-%' and d.kind = 'invoice' and d.number is not null) as invoices,
       (select max(number) - count(*)::int from invoice_number) as gaps,
       (select count(*)::int from booking_document where made_at is not null) as documents
     from quote q join booking b on b.quote_id = q.id join payment_transaction t on t.booking_id = b.id where q.temporary_id like 'many-%'`,
    [],
  )) as [
    Record<
      'bookings' | 'references' | 'payments' | 'events' | 'calls' | 'invoices' | 'gaps' | 'documents' | 'paid',
      number
    >,
  ]
  const each = [sum.bookings, sum.references, sum.payments, sum.events, sum.invoices]
  if (each.some((n) => n !== count) || sum.gaps !== 0 || Number(sum.paid) !== count * AMOUNT)
    throw new Error(`${JSON.stringify(sum)} is not ${count} bookings of ${AMOUNT}`)
  return sum
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
  // So that nobody asks them all for each of the many.
  await query(url, `update professional set removed_at = now() where company = 'Bench'`)
  return answers.map(({ ms }) => ms)
}
