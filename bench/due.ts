import { createDispatcher } from '../src/engine/messages/dispatcher.ts'
import { type Database, openDatabase } from '../src/platform/database/database.ts'
import type { Queue } from '../src/platform/queue/queue.ts'
import { BODY, SUBJECT } from './content.ts'
import { type Lab, quiet } from './lab/processes.ts'
import { createContacts, type Product, startProduct } from './lab/product.ts'
import { query, startPostgres, temporaryFolder } from './lab/servers.ts'
import { type Findings, median, percentile, tenths, whole } from './report.ts'

export interface DueOptions {
  /** Future rows of the last and largest step; a tenth and a hundredth of them come before. */
  count: number
  rounds: number
  /** How long each step may wait for everybody else on the machine to be quiet. */
  patienceMs: number
}

const ORGANIZATIONS = 1_000
const DUE_AT_ONCE = 500
/** Of these, an eighth is on one channel in one lane. */
const LEAST_ROWS = 8 * DUE_AT_ONCE
const IDLE_TICKS = 40
const BUSY_TICKS = 10
const MOVES = 200
const PLANNED = 10_000
const BATCH = 1_000
const CONTACTS = 500

interface Step {
  rows: number
  idleMs: number[]
  /** Due are messages of one channel and lane. */
  togetherMs: number[]
  /** Of four channels and two lanes. */
  mixedMs: number[]
  moveMs: number[]
  planMs: number
}

/** What the dispatcher's regular look, moving one message and planning many cost, while so many rows wait for later. */
export async function benchDue(lab: Lab, options: DueOptions): Promise<Findings> {
  const { count, rounds, patienceMs } = options
  const folder = temporaryFolder(lab)
  const postgres = await startPostgres(lab, folder)
  const url = await postgres.database('due')
  // Its API process migrates, takes what is planned and moved, and dispatches nothing.
  const product = await startProduct(lab, { roles: ['api'], dataDir: folder, databaseUrl: url })
  const contacts = await createContacts(product, CONTACTS)
  // What the demo sends when it is made.
  await query(url, 'delete from message_work')
  const db = openDatabase({ url })
  lab.afterwards(() => db.close())
  const steps: Step[] = []
  for (const rows of [count / 100, count / 10, count].map((n) => Math.max(LEAST_ROWS, Math.ceil(n)))) {
    await fill(url, rows)
    await quiet(patienceMs)
    const idleMs: number[] = []
    const togetherMs: number[] = []
    const mixedMs: number[] = []
    for (let round = 0; round < rounds; round++) {
      idleMs.push(...(await ticks(db, url, { times: IDLE_TICKS, due: 0 })))
      togetherMs.push(...(await ticks(db, url, { times: BUSY_TICKS, due: DUE_AT_ONCE, together: true })))
      mixedMs.push(...(await ticks(db, url, { times: BUSY_TICKS, due: DUE_AT_ONCE })))
    }
    const { planMs, ids } = await plan(product, contacts)
    const moveMs = await move(product, ids.slice(0, MOVES))
    steps.push({ rows, idleMs, togetherMs, mixedMs, moveMs, planMs })
    console.log(
      `${whole(rows)} rows: tick ${line(idleMs)} ms with nothing due, ${line(togetherMs)} with ${DUE_AT_ONCE} of one channel, ${line(mixedMs)} of all; moving one ${line(moveMs)}; planning ${whole(PLANNED)} ${whole(planMs)}`,
    )
  }
  await product.stop()
  return findings(steps, options)
}

/** Rows that wait for a time from tomorrow to next year, of a thousand organizations, on every channel. */
async function fill(url: string, rows: number): Promise<void> {
  await query(
    url,
    `insert into message_work (message_id, organization_id, channel, lane, state, due_at, deadline_at)
     select ('019a9f00-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, ('00000000-0000-4000-8000-' || lpad(to_hex(n % ${ORGANIZATIONS}), 12, '0'))::uuid,
       1 + n % 4, 2 + n / 4 % 2, 0, due, due + interval '1 day'
     from generate_series((select count(*) + 1 from message_work), $1::int) n, lateral (select now() + (1 + 364 * random()) * interval '1 day' as due where n is not null) d`,
    [rows],
  )
  await query(url, 'vacuum analyze message_work')
}

/** The dispatcher as it is, looking as it does every half second; only the queue is a stand-in, which takes everything at once. */
async function ticks(
  db: Database,
  url: string,
  { times, due, together = false }: { times: number; due: number; together?: boolean },
): Promise<number[]> {
  let handed = 0
  const queue: Queue = {
    add: async (_, jobs) => {
      for (const { payload } of jobs) handed += (payload as { messageIds: string[] }).messageIds.length
    },
    waiting: async () => 0,
    work: () => {},
    check: async () => {},
    close: async () => {},
  }
  const dispatcher = createDispatcher({
    db,
    queue,
    carriers: { allowance: () => ({ listed: new Map(), others: undefined }), offered: () => {} },
    clock: { now: () => new Date() },
    onError: (error) => {
      throw error
    },
  })
  const took: number[] = []
  for (let n = 0; n <= times; n++) {
    if (due > 0) await query(url, COME_DUE, [due, together])
    handed = 0
    const began = performance.now()
    await dispatcher.sweep()
    await dispatcher.idle()
    const ms = performance.now() - began
    if (handed !== due) throw new Error(`${handed} rows were handed to the queue of ${due} due`)
    // The first one plans its statements.
    if (n > 0) took.push(ms)
    if (due > 0) {
      await query(url, `update message_work set state = 0, due_at = now() + interval '1 year' where state <> 0`)
      await query(url, 'vacuum (index_cleanup on, truncate off) message_work')
    }
  }
  await dispatcher.stop()
  return took
}

/** Of one channel and lane, of 125 organizations, as at the top of an hour; or of all, each of another organization. */
const COME_DUE = `update message_work set due_at = now() - interval '1 second' where message_id in (
  select message_id from message_work where not $2 or (channel = 1 and lane = 2) order by message_id limit $1)`

/** Notifications for next month, through the API, in batches. */
async function plan(product: Product, contacts: readonly string[]): Promise<{ planMs: number; ids: string[] }> {
  const sendAt = new Date(Date.now() + 30 * 24 * 3_600_000).toISOString()
  const ids: string[] = []
  const began = performance.now()
  for (let done = 0; done < PLANNED; done += BATCH) {
    const notifications = Array.from({ length: BATCH }, (_, n) => ({
      type: 'message.custom',
      to: { contactId: contacts[n % contacts.length] },
      channels: ['email'],
      payload: { subject: SUBJECT.replace('{{seq}}', `${Date.now()}-${done + n}`), body: BODY },
      sendAt,
    }))
    const { status, body } = await product.call<{ results: { id?: string; error?: unknown }[] }>(
      'POST',
      '/v1/notifications/batch',
      { notifications },
    )
    const refused = status === 202 ? body.results.find((one) => one.id === undefined) : body
    if (refused) throw new Error(`Planning was refused: ${JSON.stringify(refused)}`)
    for (const { id } of body.results) ids.push(id!)
  }
  return { planMs: performance.now() - began, ids }
}

/** One after the other, through the API, each to another time. */
async function move(product: Product, ids: readonly string[]): Promise<number[]> {
  const took: number[] = []
  for (const [n, id] of ids.entries()) {
    const sendAt = new Date(Date.now() + (40 + n) * 24 * 3_600_000).toISOString()
    const began = performance.now()
    const { status, body } = await product.call('POST', `/v1/notifications/${id}/reschedule`, { sendAt })
    if (status !== 200) throw new Error(`Moving was refused: ${status} ${JSON.stringify(body)}`)
    took.push(performance.now() - began)
  }
  return took
}

const line = (values: readonly number[]) => `${tenths(median(values))} (p99 ${tenths(percentile(values, 0.99))})`

function findings(steps: readonly Step[], options: DueOptions): Findings {
  return {
    bench: 'due',
    settings: { ...options, organizations: ORGANIZATIONS, dueAtOnce: DUE_AT_ONCE, planned: PLANNED },
    table: [
      [
        'rows waiting for later',
        'tick, nothing due, ms',
        `tick, ${DUE_AT_ONCE} due on one channel, ms`,
        `tick, ${DUE_AT_ONCE} due on four channels, two lanes, ms`,
        'moving one message, ms',
        `planning ${whole(PLANNED)}, ms`,
      ],
      ...steps.map(({ rows, idleMs, togetherMs, mixedMs, moveMs, planMs }) => [
        whole(rows),
        line(idleMs),
        line(togetherMs),
        line(mixedMs),
        line(moveMs),
        whole(planMs),
      ]),
    ],
    notes: [
      'Median (p99). A tick is the whole regular look: what was lost, what came due, what is ready, and handing it over to a queue that takes it at once.',
      `${whole(ORGANIZATIONS)} organizations, four channels, two lanes. Moving and planning go through the API: a request each, and batches of ${whole(BATCH)} one after the other.`,
    ],
    runs: [...steps],
  }
}
