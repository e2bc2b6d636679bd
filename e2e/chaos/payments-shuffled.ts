import { sleep, until } from '../../bench/lab/processes.ts'
import { query } from '../../bench/lab/servers.ts'
import { AMOUNT, addQuotes, openPayments, shuffled } from '../../bench/payments.ts'
import { isEverything, leaveLater, partsOf, withoutCap } from './frame/bookings.ts'
import type { Scenario, Stage } from './frame/scenario.ts'

/** For each message that is sent meanwhile. */
const PAYMENTS = 10
const TIMES = 3
const CALLERS = 24
const BOOKED_WITHIN_MS = 1_200_000
const countOf = ({ plan }: Stage): number => plan.messages * PAYMENTS

/** Everything Stripe tells comes three times and in any order: each payment is one booking, and the sum is right to the cent. */
export const paymentsShuffled: Scenario = {
  name: 'payments-shuffled',
  what: `${PAYMENTS} payments for each message, each told ${TIMES} times in any order`,
  plan: { messages: 1_000, perSecond: 20, layout: 'no redis' },
  site: { sandbox: true },
  async prepare(stage) {
    await withoutCap(stage)
    // Who does the jobs is another scenario's subject, and three mails for each.
    await query(stage.site.databaseUrl(), 'update professional set available = false')
    await addQuotes(stage.site.databaseUrl(), 'many', countOf(stage))
  },
  async strike(stage) {
    const { site } = stage
    const count = countOf(stage)
    site.carried = () => ownInSandbox(site.databaseUrl())
    const tell = await openPayments(site.lab, site.product, CALLERS)
    const order = shuffled(Array.from({ length: count * TIMES }, (_, n) => n % count))
    const began = Date.now()
    await Promise.all(
      Array.from({ length: CALLERS }, async () => {
        for (let n = order.pop(); n !== undefined; n = order.pop())
          while ((await tell(`many-${n}`)) !== 204) await sleep(100)
      }),
    )
    const toldMs = Date.now() - began
    await until('every payment to be a booking', BOOKED_WITHIN_MS, async () => {
      const [row] = await query<{ n: number }>(
        site.databaseUrl(),
        `select (select count(*) from webhook_receipt where processed_at is null)::int + (select count(*) from booking_flow where state <> 'done')::int + (select count(*) from message_work where due_at < now() + interval '1 day')::int as n`,
      )
      return row!.n === 0
    })
    await leaveLater(site.databaseUrl())
    stage.notes.push(
      `${count} payments told ${TIMES} times in ${Math.round(toldMs / 1_000)} s, all booked and everybody told after ${Math.round((Date.now() - began) / 1_000)} s`,
    )
  },
  expect: { doubles: 'none', also: toTheCent },
}

async function toTheCent(stage: Stage): Promise<string[]> {
  const url = stage.site.databaseUrl()
  const count = countOf(stage)
  const all = await partsOf(url, 'many-')
  const [sums] = await query<{ bookings: number; numbers: number; events: number; payments: number; paid: string }>(
    url,
    `select (select count(*)::int from booking) as bookings, (select count(distinct reference)::int from booking) as numbers, (select count(*)::int from payment_event) as events,
       count(*)::int as payments, coalesce(sum(amount), 0)::bigint as paid from payment_transaction where status = 'completed'`,
  )
  const receipts = await query<{ n: number; problems: number }>(
    url,
    'select count(*)::int as n, count(problem)::int as problems from webhook_receipt',
  )
  stage.notes.push(`${JSON.stringify(sums)} of ${receipts[0]?.n} calls, ${receipts[0]?.problems} with a problem`)
  const isRight =
    [sums?.bookings, sums?.numbers, sums?.events, sums?.payments].every((n) => n === count) &&
    Number(sums?.paid) === count * AMOUNT
  return [
    ...(isRight ? [] : [`it is not ${count} bookings of ${AMOUNT} cents`]),
    ...(all.every((one) => isEverything(one) && one.flowsDone === one.flows)
      ? []
      : ['not everything is there of every payment']),
    ...(new Set(all.map(({ told }) => told)).size === 1 ? [] : ['not everybody heard of every booking']),
  ]
}

/** The messages that are sent meanwhile, as the sandbox took them. */
async function ownInSandbox(url: string) {
  const rows = await query<{ message_id: string; copies: number; created_at: Date }>(
    url,
    `select s.message_id, s.copies, s.created_at from sandbox_message s join message m on m.id = s.message_id where m.type = 'message.custom'
       and exists (select from notification n where n.id = m.notification_id and n.payload->>'subject' like 'Message %')`,
  )
  return rows.flatMap(({ message_id, copies, created_at }) =>
    Array.from({ length: copies }, () => ({ messageId: message_id, at: created_at.getTime() })),
  )
}
