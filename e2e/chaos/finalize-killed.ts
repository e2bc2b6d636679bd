import pg from 'pg'
import { sleep, until } from '../../bench/lab/processes.ts'
import { query } from '../../bench/lab/servers.ts'
import { addQuotes, openPayments, shuffled } from '../../bench/payments.ts'
import { countMails, isEverything, isNothing, leaveLater, partsOf, withoutCap } from './frame/bookings.ts'
import type { Scenario, Stage } from './frame/scenario.ts'

/** Where a payment is held, in the order it comes there: at a table it writes, at its commit, and once that is done. */
const STEPS = [
  { step: 'event', on: 'before insert on payment_event' },
  { step: 'contact', on: 'before insert on contact' },
  { step: 'booking', on: 'before insert on booking' },
  { step: 'quote', on: 'before update on quote' },
  { step: 'payment', on: 'before insert on payment_transaction' },
  { step: 'reminder', on: 'before insert on reminder' },
  { step: 'notification', on: 'before insert on notification', when: `new.type = 'booking.confirmed'` },
  { step: 'message', on: 'before insert on message', when: `new.type = 'booking.confirmed'` },
  { step: 'run', on: 'before insert on automation_run', when: `new.name = 'bookings.broadcast'` },
  { step: 'flow', on: 'before insert on booking_flow' },
  { step: 'outcome', on: 'before update on payment_event' },
  { step: 'commit', on: 'after insert on booking', deferred: true },
  { step: 'committed', on: 'before update on webhook_receipt' },
] as const
const HELD_EACH = 3
const MANY = 300
const TIMES = 2
const CALLERS = 8
const RANDOM_KILLS = 6
const KILLED_WITHIN_MS = 2_500
const HELD_WITHIN_MS = 30_000
const BOOKED_WITHIN_MS = 120_000
const LOCK = 4_242
const SAMPLED_EVERY_MS = 150

/** The worker dies at each step of making a booking, and at any moment of many: of each payment there is nothing, or everything. */
export const finalizeKilled: Scenario = {
  name: 'finalize-killed',
  what: `kill -9 of the worker at each of ${STEPS.length} steps from a payment to a booking, and ${RANDOM_KILLS} times in the middle of ${MANY} payments told twice`,
  plan: { messages: 400, perSecond: 10, layout: 'no redis' },
  prepare: withoutCap,
  async strike(stage) {
    const { site } = stage
    const url = site.databaseUrl()
    await query(url, TRIGGERS)
    const pay = insisting(await openPayments(site.lab, site.product, CALLERS))
    const sampled = sampling(url)
    for (const { step } of STEPS) await killAt(stage, step, pay)
    await query(url, NO_TRIGGERS)
    await killAnywhere(stage, pay)
    await until('every payment to be a booking', BOOKED_WITHIN_MS, async () =>
      (await partsOf(url, 'kill-')).every((one) => isEverything(one) && one.flowsDone === one.flows),
    )
    const { looks, halves } = await sampled.end()
    stage.notes.push(`looked ${looks} times at all payments: ${halves.size} were ever half there`)
    outcomes.set(stage, [...halves])
    await leaveLater(url)
  },
  expect: { recovery: 'told', also: nothingOrEverything },
}

const outcomes = new WeakMap<Stage, string[]>()
type Pay = (temporaryId: string) => Promise<void>

/** As Stripe does: what was not answered with 2xx is told again. */
const insisting =
  (tell: (temporaryId: string) => Promise<number | undefined>): Pay =>
  async (temporaryId) => {
    while ((await tell(temporaryId)) !== 204) await sleep(100)
  }

async function killAt(stage: Stage, step: string, pay: Pay): Promise<void> {
  const url = stage.site.databaseUrl()
  const prefix = `kill-${step}`
  // The calls held are these payments' own, not those that an earlier kill left to be worked off.
  if (step === 'committed')
    await until('what came before to be worked off', BOOKED_WITHIN_MS, async () => {
      const [row] = await query<{ n: number }>(
        url,
        'select count(*)::int as n from webhook_receipt where processed_at is null',
      )
      return row!.n === 0
    })
  await addQuotes(url, prefix, HELD_EACH)
  const holder = new pg.Client({ connectionString: url })
  await holder.connect()
  await holder.query(`select pg_advisory_lock(${LOCK})`)
  await query(url, 'insert into chaos_hold values ($1)', [step])
  for (let n = 0; n < HELD_EACH; n++) await pay(`${prefix}-${n}`)
  await until(`a payment to come to its ${step}`, HELD_WITHIN_MS, async () => {
    const [row] = await query<{ n: number }>(
      url,
      `select count(*)::int as n from pg_locks where locktype = 'advisory' and objid = ${LOCK} and not granted`,
    )
    return row!.n > 0
  })
  const held = await partsOf(url, prefix)
  const killed = stage.kill('worker')
  // Long enough for it to be dead: what Postgres still had to do for it goes on from here.
  await sleep(300)
  await query(url, 'delete from chaos_hold')
  await holder.end()
  await killed
  stage.notes.push(
    `killed at its ${step}: ${held.filter(isNothing).length} nothing, ${held.filter(isEverything).length} everything of ${HELD_EACH}`,
  )
}

async function killAnywhere(stage: Stage, pay: Pay): Promise<void> {
  await addQuotes(stage.site.databaseUrl(), 'kill-many', MANY)
  const order = shuffled(Array.from({ length: MANY * TIMES }, (_, n) => n % MANY))
  const callers = Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (let at = order.pop(); at !== undefined; at = order.pop()) {
        await pay(`kill-many-${at}`)
        await sleep(100)
      }
    }),
  )
  for (let n = 0; n < RANDOM_KILLS; n++) {
    await sleep(stage.random() * KILLED_WITHIN_MS)
    await stage.kill('worker')
  }
  await callers
}

/** Looks at all payments again and again: each look sees one moment. */
function sampling(url: string) {
  const halves = new Set<string>()
  let looks = 0
  let ending = false
  const loop = (async () => {
    while (!ending) {
      for (const one of await partsOf(url, 'kill-'))
        if (!isNothing(one) && !isEverything(one)) halves.add(JSON.stringify(one))
      looks += 1
      await sleep(SAMPLED_EVERY_MS)
    }
  })()
  return {
    async end() {
      ending = true
      await loop
      return { looks, halves }
    },
  }
}

async function nothingOrEverything(stage: Stage): Promise<string[]> {
  const url = stage.site.databaseUrl()
  const all = await partsOf(url, 'kill-')
  const sum = (of: (one: (typeof all)[number]) => number) => all.reduce((total, one) => total + of(one), 0)
  stage.notes.push(
    `${all.length} payments: ${sum((one) => one.confirmed)} quotes confirmed, ${sum((one) => one.bookings)} bookings, ${sum((one) => one.payments)} transactions of ${sum((one) => one.paid)} cents, ${sum((one) => one.flowsDone)} flows done, ${sum((one) => one.reminders)} reminders, ${sum((one) => one.told)} notifications`,
  )
  await countMails(stage)
  const told = new Set(all.map((one) => one.told))
  const expected = STEPS.length * HELD_EACH + MANY
  const halves = outcomes.get(stage) ?? []
  const [twice] = await query<{ n: number }>(
    url,
    `select count(*)::int as n from (select from booking group by quote_id having count(*) > 1) twice`,
  )
  return [
    ...(all.length === expected && all.every(isEverything) ? [] : ['not everything is there of every payment']),
    ...(told.size === 1 ? [] : [`not everybody heard of every booking: ${[...told].join(', ')}`]),
    ...(twice?.n === 0 ? [] : [`${twice?.n} quotes have two bookings`]),
    ...halves.slice(0, 3).map((half) => `half of one was there: ${half}`),
  ]
}

const TRIGGERS = `
create table chaos_hold (step text);
create function chaos_hold() returns trigger language plpgsql security definer as $$ begin
  if exists (select from chaos_hold where step = tg_argv[0]) then perform pg_advisory_xact_lock_shared(${LOCK}); end if; return new; end $$;
${STEPS.map((one) => `create ${'deferred' in one ? 'constraint ' : ''}trigger chaos_${one.step} ${one.on} ${'deferred' in one ? 'deferrable initially deferred ' : ''}for each row ${'when' in one ? `when (${one.when}) ` : ''}execute function chaos_hold('${one.step}');`).join('\n')}`
const NO_TRIGGERS = STEPS.map(({ step, on }) => `drop trigger chaos_${step} on ${on.split(' on ')[1]};`).join('\n')
