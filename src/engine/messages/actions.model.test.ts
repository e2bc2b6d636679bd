import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { OUTCOMES } from './attempt-outcome.ts'
import { EVENT_KINDS, isSettled, mayMove, STATUSES, type Status, statusOf } from './status.ts'
import { TASKS } from './task.ts'

const RUNS = 15
const SANDBOX_EMAIL = '00000000-0000-7000-8000-000000000011'
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Longer than any lease, pause or chain's patience: what can still happen without us has happened after a few of these. */
const DRAIN_MS = 3 * HOUR_MS
/** How long a worker that is gone still holds what it had; one that lives holds it for seconds. */
const DEAD_LEASE_MS = 500
/** In which a message that is due can be sent, so that the next step meets it at another point of its way. */
const A_MOMENT_MS = 30

let app: TestApp
beforeAll(async () => {
  // A few milliseconds at the carrier, so that the other operations have something to race with.
  app = await startTestApp({ sandbox: { send: 'on demand', latencyMs: [0, 6] } })
})
afterAll(() => app.stop())

/** Addresses on which the sandbox behaves differently. */
const FATES = ['', 'fail', 'bounce', 'softbounce', 'busy', 'timeout', 'silent', 'complaint'] as const

type Operation =
  | {
      readonly kind: 'accept'
      readonly fate: (typeof FATES)[number]
      readonly chain: boolean
      readonly inMinutes: number
    }
  | { readonly kind: 'cancel' | 'resend' | 'remove'; readonly which: number }
  | { readonly kind: 'reschedule'; readonly which: number; readonly inMinutes: number | null }
  | { readonly kind: 'requeue' | 'report' }
  | { readonly kind: 'crash'; readonly begun: boolean }
  | { readonly kind: 'wait'; readonly minutes: number }

const which = fc.nat({ max: 1000 })
const inMinutes = fc.constantFrom(-60, 0, 10, 90)
const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('accept' as const),
      fate: fc.oneof(fc.constantFrom(...FATES), fc.constant('fail' as const)),
      chain: fc.oneof({ weight: 2, arbitrary: fc.constant(false) }, fc.constant(true)),
      inMinutes,
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('cancel' as const), which }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('resend' as const), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('reschedule' as const), which, inMinutes: fc.option(inMinutes) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('requeue', 'requeue', 'report') }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('crash' as const), begun: fc.boolean() }) },
)
const wait: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constant('wait' as const),
  minutes: fc.constantFrom(0, 0.1, 1, 11),
})
/** Each inner list happens at the same time; time itself moves in between. */
const story = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.array(operation, { minLength: 1, maxLength: 8 }) }, fc.tuple(wait)),
  { minLength: 2, maxLength: 10 },
)

interface Row {
  readonly id: string
  readonly notification_id: string
  readonly status: number
  readonly reason: string | null
  readonly resend_of: string | null
  readonly waits: boolean
  /** Another channel began because of it. */
  readonly fell_back: boolean
  /** How often the carrier was given it. */
  readonly copies: number
  /** The carrier had it before the time it was last given. */
  readonly too_soon: boolean | null
  /** A try of it never got an answer. */
  readonly unsure: boolean
}

test('whatever happens at once: nothing is lost, nothing cancelled is sent, no status goes back', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (steps) => {
      const world = await begin()
      for (const step of steps) {
        await Promise.all(step.map(world.does))
        await world.look()
      }
      await world.drain()
      await world.judge()
    }),
    { numRuns: RUNS, endOnFailure: true },
  )
}, 600_000)

async function begin() {
  const { organizationId, key } = await app.otherOrganization()
  const call = (method: 'GET' | 'POST' | 'DELETE', url: string, body?: object) => app.call(method, url, body, { key })
  const notifications: { id: string; contactId: string }[] = []
  const accepted = new Set<string>()
  const requeues: string[] = []
  const seen = new Map<string, Status>()
  /** Confirmed as cancelled, with how often the carrier had it when we were told. */
  const cancelled = new Map<string, number>()
  /** Notifications whose chains end with the messages they had. */
  const chainsStopped = new Map<string, readonly string[]>()
  /** A chain that somebody ended between two channels leaves no dead letter: it was not to be sent any more. */
  const endedByHand = new Set<string>()
  let made = 0

  const rows = () =>
    app.database.query<Row>(
      `select m.id, m.notification_id, m.status, m.reason, m.resend_of, w.message_id is not null as waits,
         exists (select 1 from message_event e where e.message_id = m.id and e.kind = $3) as fell_back,
         (select min(s.created_at) < m.due_at from sandbox_message s where s.message_id = m.id) as too_soon,
         coalesce((select sum(copies)::int from sandbox_message s where s.message_id = m.id), 0) as copies,
         exists (select 1 from attempt a where a.message_id = m.id and (a.outcome = $2 or a.settled_at is null)) as unsure
       from message m left join message_work w on w.message_id = m.id where m.organization_id = $1`,
      [organizationId, OUTCOMES.indexOf('uncertain'), EVENT_KINDS.fell_back],
    )
  const pick = (n: number) => notifications[n % notifications.length]

  async function does(operation: Operation): Promise<void> {
    switch (operation.kind) {
      case 'accept': {
        const name = `${operation.fate ? `${operation.fate}+` : ''}n${made++}`
        const { body, status } = await call('POST', '/v1/notifications', {
          type: 'message.custom',
          to: { email: `${name}@example.org`, phone: `+3363998${String(1000 + made).padStart(4, '0')}`.slice(0, 12) },
          payload: { subject: name, body: name },
          channels: operation.chain ? { firstOf: ['email', 'in_app'], ifNoReportWithinMinutes: 30 } : ['email'],
          sendAt: new Date(app.clock.now().getTime() + operation.inMinutes * MINUTE_MS).toISOString(),
        })
        expect(status).toBe(202)
        for (const { id } of body.messages) accepted.add(id)
        const { body: detail } = await call('GET', `/v1/notifications/${body.id}`)
        notifications.push({ id: body.id, contactId: detail.contactId })
        return
      }
      case 'cancel': {
        const one = pick(operation.which)
        if (!one) return
        const { status, body } = await call('POST', `/v1/notifications/${one.id}/cancel`)
        expect([200, 409]).toContain(status)
        if (status !== 200) return
        const now = new Map((await rows()).map((row) => [row.id, row]))
        for (const message of body.messages) {
          if (!message.cancelled) continue
          const { copies } = now.get(message.id)!
          // Unless it was said, the carrier has never heard of it.
          if (!message.mayHaveArrived) expect([message.id, copies]).toEqual([message.id, 0])
          cancelled.set(message.id, copies)
        }
        if (body.messages.some((message: { fallbackStopped?: boolean }) => message.fallbackStopped))
          chainsStopped.set(
            one.id,
            body.messages.map((message: { id: string }) => message.id),
          )
        return
      }
      case 'reschedule': {
        const one = pick(operation.which)
        if (!one) return
        const { inMinutes } = operation
        const sendAt =
          inMinutes === null ? null : new Date(app.clock.now().getTime() + inMinutes * MINUTE_MS).toISOString()
        const { status } = await call('POST', `/v1/notifications/${one.id}/reschedule`, { sendAt })
        expect([200, 409]).toContain(status)
        return
      }
      case 'resend': {
        const one = pick(operation.which)
        if (!one) return
        const { status, body } = await call('POST', `/v1/notifications/${one.id}/resend`)
        expect([202, 409]).toContain(status)
        for (const { id } of body.messages ?? []) accepted.add(id)
        return
      }
      case 'remove': {
        const one = pick(operation.which)
        if (!one) return
        await call('DELETE', `/v1/contacts/${one.contactId}`)
        endedByHand.add(one.id)
        return
      }
      case 'requeue': {
        const { status, body } = await call('POST', '/v1/dead-letters/requeue', { filter: {} })
        expect(status).toBe(202)
        requeues.push(body.id)
        return
      }
      case 'report':
        await app.app.sandbox.deliverReports()
        return
      case 'crash':
        // A worker that claimed a message and is gone, before it wrote down its try or after.
        await app.database.query(
          `with gone as (
             update message_work set state = 3, attempt = attempt + 1, worker_id = gen_random_uuid(), due_at = $2 where message_id in
               (select message_id from message_work where organization_id = $1 and state in (1, 2) and task = ${TASKS.send} limit 1 for update skip locked)
             returning message_id, attempt)
           insert into attempt (message_id, n, organization_id, provider, provider_account_id, started_at)
           select message_id, attempt, $1, 'sandbox', $3, $2 from gone where $4`,
          [organizationId, new Date(app.clock.now().getTime() + DEAD_LEASE_MS), SANDBOX_EMAIL, operation.begun],
        )
        return
      case 'wait':
        if (operation.minutes > 0) await advance(operation.minutes * MINUTE_MS)
        await sleep(A_MOMENT_MS)
    }
  }

  /** Not while a worker holds anything: it would lose its claim in the middle of a send, as no clock makes it. */
  async function advance(ms: number): Promise<void> {
    await app.eventually(async () => {
      const [busy] = await app.database.query<{ n: number }>(
        `select count(*)::int as n from message_work where organization_id = $1 and (state in (1, 2) or due_at <= $2 or (state = 3 and due_at > $3))`,
        [organizationId, app.clock.now(), new Date(app.clock.now().getTime() + 2 * DEAD_LEASE_MS)],
      )
      return busy?.n === 0
    })
    app.clock.advance(ms)
  }

  /** Every status is one that the one seen before may have led to. */
  async function look(): Promise<void> {
    for (const row of await rows()) {
      const status = statusOf(row.status)
      const before = seen.get(row.id)
      if (before && before !== status)
        expect([row.id, before, status, reaches(before, status)]).toEqual([row.id, before, status, true])
      seen.set(row.id, status)
    }
  }

  async function drain(): Promise<void> {
    await app.eventually(async () => {
      await advance(DRAIN_MS)
      await app.app.sandbox.deliverReports()
      await app.settled()
      const running = await Promise.all(requeues.map((id) => call('GET', `/v1/dead-letters/requeues/${id}`)))
      const quiet = running.every(({ body }) => body.status === 'done')
      const [owed] = await app.database.query<{ n: number }>(
        `select (select count(*) from message_work where organization_id = $1) + (select count(*) from sandbox_report where organization_id = $1)
           + (select count(*) from webhook_receipt where processed_at is null) as n`,
        [organizationId],
      )
      return quiet && Number(owed!.n) === 0
    })
    await look()
  }

  async function judge(): Promise<void> {
    const all = await rows()
    const byId = new Map(all.map((row) => [row.id, row]))

    // Nothing is lost: everything ever promised is there, and has come to an end.
    for (const id of accepted) expect([id, byId.has(id)]).toEqual([id, true])
    for (const row of all) expect([row, isSettled(statusOf(row.status)), row.waits]).toEqual([row, true, false])

    // What was confirmed as cancelled stays so and was not sent after.
    for (const [id, copies] of cancelled)
      expect(byId.get(id)).toMatchObject({ status: statusCodeOf('cancelled'), copies })
    for (const row of all)
      if (statusOf(row.status) === 'cancelled' && !row.unsure) expect(row).toMatchObject({ copies: 0 })
    for (const [id, messages] of chainsStopped)
      expect(
        all.filter((row) => row.notification_id === id && row.resend_of === null && !messages.includes(row.id)),
      ).toEqual([])

    // One copy of each at most, handed over once; twice only where the carrier never answered.
    const again = all.flatMap((row) => row.resend_of ?? [])
    expect(new Set(again).size).toBe(again.length)
    for (const row of all) if (!row.unsure) expect([row, row.copies <= 1]).toEqual([row, true])

    // Nothing leaves before the time it was given, however often that changed.
    for (const row of all) if (!row.unsure) expect([row, row.too_soon ?? false]).toEqual([row, false])

    // What failed and was not sent again is a dead letter, and nothing else is.
    const { items } = (await call('GET', '/v1/dead-letters?limit=200')).body
    const letters: string[] = items.map((item: { id: string }) => item.id)
    const dead = all.filter((row) => statusOf(row.status) === 'failed' && !again.includes(row.id) && !row.fell_back)
    const byHand = (row: Row) => chainsStopped.has(row.notification_id) || endedByHand.has(row.notification_id)
    expect(letters.filter((id) => !byHand(byId.get(id)!)).sort()).toEqual(
      dead.flatMap((row) => (byHand(row) ? [] : row.id)).sort(),
    )
    for (const id of letters) expect(dead.map((row) => row.id)).toContain(id)
    for (const id of requeues) {
      const { body } = await call('GET', `/v1/dead-letters/requeues/${id}`)
      expect([body, body.requeued + body.skipped.count]).toEqual([body, body.total])
    }
  }

  return { does, look, drain, judge }
}

const statusCodeOf = (status: Status): number => STATUSES.indexOf(status)

/** In any number of legal moves: a status may have come and gone between two looks. */
function reaches(from: Status, to: Status): boolean {
  const found = new Set([from])
  for (const status of found) for (const next of STATUSES) if (mayMove(status, next)) found.add(next)
  return found.has(to)
}
