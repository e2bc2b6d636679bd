import { query } from '../../../bench/lab/servers.ts'
import { AMOUNT } from '../../../bench/payments.ts'
import type { Accepted, Stage } from './scenario.ts'

/** What is there of each payment of a kind, all of it seen at one moment. */
export interface Parts {
  readonly quote: string
  readonly confirmed: number
  readonly bookings: number
  readonly payments: number
  readonly paid: number
  readonly flows: number
  readonly flowsDone: number
  readonly reminders: number
  readonly told: number
  readonly events: number
}

const FLOWS = 3
const REMINDERS = 3

/** Of every quote whose id begins so. */
export async function partsOf(url: string, like: string): Promise<Parts[]> {
  return query<Parts & Record<string, unknown>>(
    url,
    `with told as (select payload->>'reference' as reference, count(*)::int as n from notification where type = 'booking.confirmed' group by 1)
     select q.temporary_id as quote, (q.status = 'confirmed')::int as confirmed, count(b.id)::int as bookings,
       coalesce(sum(t.n), 0)::int as payments, coalesce(sum(t.paid), 0)::int as paid, coalesce(sum(f.n), 0)::int as flows, coalesce(sum(f.done), 0)::int as "flowsDone",
       coalesce(sum(r.n), 0)::int as reminders, coalesce(sum(told.n), 0)::int as told, coalesce(sum(e.n), 0)::int as events
     from quote q left join booking b on b.quote_id = q.id
     left join lateral (select count(*) as n, sum(amount) as paid from payment_transaction where booking_id = b.id and kind = 'payment' and status = 'completed') t on true
     left join lateral (select count(*) as n, count(*) filter (where state = 'done') as done from booking_flow where booking_id = b.id) f on true
     left join lateral (select count(*) as n from reminder_plan p join reminder on reminder.plan_id = p.id where p.organization_id = b.organization_id and p.subject = 'booking-' || b.id) r on true
     left join lateral (select count(*) as n from payment_event where account_id in (select account_id from payment_transaction where booking_id = b.id) and event_id = 'evt_' || q.temporary_id and outcome = 'booked') e on true
     left join told on told.reference = b.reference
     where q.temporary_id like $1 group by q.id`,
    [`${like}%`],
  )
}

/** Nothing of it is there. */
export const isNothing = ({ quote: _, ...counts }: Parts): boolean => Object.values(counts).every((n) => n === 0)

/** All of it is there, once; whom the professionals' flow asks is found after it. */
export const isEverything = ({ confirmed, bookings, payments, paid, flows, reminders, told, events }: Parts): boolean =>
  [confirmed, bookings, payments, events].every((n) => n === 1) &&
  paid === AMOUNT &&
  flows === FLOWS &&
  reminders === REMINDERS &&
  // The client, and at least one of the staff.
  told >= 2

/** No cap: one manager hears of all of them. */
export async function withoutCap({ site }: Stage): Promise<void> {
  const { status } = await site.product.call('PATCH', '/v1/delivery-settings', { contactCapPerHour: null })
  if (status !== 200) throw new Error(`PATCH /v1/delivery-settings answered ${status}`)
}

/** Reminders for days later are no work that is left over: their rows are taken away, once they were counted. */
export async function leaveLater(url: string): Promise<void> {
  await query(url, `delete from message_work where due_at > now() + interval '1 day'`)
}

const EMAIL = 1

/** What bookings have sent counts among what was accepted: it must arrive like everything else. */
export async function countMails({ site, accepted }: Stage): Promise<void> {
  const known = new Set(accepted.map(({ messageId }) => messageId))
  const rows = await query<{ id: string; notification_id: string; created_at: Date }>(
    site.databaseUrl(),
    `select id, notification_id, created_at from message where channel = ${EMAIL} and (type like 'booking.%' or type like 'mission.%' or type like 'payment.%')`,
  )
  const counted = accepted as Accepted[]
  for (const { id, notification_id, created_at } of rows)
    if (!known.has(id))
      counted.push({
        requestKey: `booking ${id}`,
        notificationId: notification_id,
        messageId: id,
        at: created_at.getTime(),
      })
}
