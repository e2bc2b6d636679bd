import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './app.ts'
import { type Call, REPORTING_VENDORS, type ReportingVendor, type Saying, type Sent, sns } from './reporting-vendors.ts'

let app: TestApp
const vendors: ReportingVendor[] = []
beforeAll(async () => {
  for (const start of REPORTING_VENDORS) vendors.push(await start())
  app = await startTestApp({ fetchFromSns: sns.fetchFromSns })
})
afterAll(async () => {
  await app.stop()
  for (const vendor of vendors) await vendor.stop()
})

const DAY_MS = 24 * 3_600_000
const MINUTE_MS = 60_000
const DAYS = 7
const RUNS = 5
/** So that each address of a vendor is written to once in each scene. */
let scenes = 0

/** An organization with one account, whose messages have all left. */
interface Scene {
  readonly vendor: ReportingVendor
  readonly organizationId: string
  readonly key: string
  readonly webhookUrl: string
  readonly sent: readonly Sent[]
}

/** One report of a scene, and when it happened. */
interface Told {
  readonly scene: Scene
  readonly message: Sent
  readonly saying: Saying
  readonly at: Date
}

async function setScene(vendor: ReportingVendor): Promise<Scene> {
  const { provider, channel, settings, stories } = vendor
  const { organizationId, key } = await app.otherOrganization()
  const account = { provider, channel, name: 'Ours', settings, limits: {} }
  const { body } = await app.call('POST', '/v1/providers', account, { key })
  const { webhookUrl } = body
  const addresses = stories.map((_, n) => addressOf(channel, scenes * 10 + n))
  scenes++
  if (vendor.writes) {
    for (const address of addresses) expect(await post(vendor.writes(webhookUrl, address, app.clock.now()))).toBe(204)
    await workedThrough()
  }
  const sent = await Promise.all(
    addresses.map(async (address, n): Promise<Sent> => {
      const { body: answer } = await app.call(
        'POST',
        '/v1/notifications',
        {
          type: 'message.custom',
          to: channel === 'email' ? { email: address } : { phone: address },
          channels: [channel],
          payload: { subject: `Subject ${n}`, body: `Body ${n}` },
        },
        { key },
      )
      return { id: answer.messages[0].id, address }
    }),
  )
  await app.settled()
  for (const { id } of sent) expect((await get(`/v1/messages/${id}`, key)).status).toBe('sent')
  return { vendor, organizationId, key, webhookUrl, sent }
}

async function setScenes(): Promise<Scene[]> {
  const scenes: Scene[] = []
  for (const vendor of vendors) scenes.push(await setScene(vendor))
  return scenes
}

/** French numbers kept for fiction, and none of the sandbox's magic ones. */
const addressOf = (channel: string, n: number): string =>
  channel === 'email' ? `person-${n}@example.com` : `+336399${80_000 + n}`

const get = async (url: string, key: string) => (await app.call('GET', url, undefined, { key })).body

/** As the vendor would call, but over the app's own front door. */
async function post({ url, headers, payload }: Call): Promise<number> {
  const { pathname, search } = new URL(url)
  return (await app.app.http.inject({ method: 'POST', url: pathname + search, headers, payload })).statusCode
}

const workedThrough = () =>
  app.eventually(
    async () =>
      (await app.database.query('select from webhook_receipt where processed_at is null limit 1')).length === 0,
  )

const callOf = ({ scene: { vendor, webhookUrl }, message, saying, at }: Told): Call =>
  vendor.call(webhookUrl, message, saying, at, app.clock.now())

/** Every report there is on the scenes' messages, those of each message in the order they happened. */
function reportsOn(scenes: readonly Scene[]): Told[] {
  const begin = app.clock.now().getTime()
  return scenes.flatMap((scene) =>
    scene.sent.flatMap((message, n) =>
      scene.vendor.stories[n]!.map((saying, i) => ({ scene, message, saying, at: new Date(begin + i * MINUTE_MS) })),
    ),
  )
}

/** Timeline lines that are one thing that happened, whether or not it moved the message. */
const LINES = ['deferred', 'opened', 'clicked', 'opened_by_machine', 'clicked_by_machine', 'complained']

/** Everything that follows from reports, by what it is about and not by the ids of this scene. */
async function endOf({ sent, organizationId, key }: Scene): Promise<object> {
  const own = new Map(sent.map(({ id }, n) => [id, n]))
  const messages = await Promise.all(sent.map(({ id }) => get(`/v1/messages/${id}`, key)))
  const number = new Map(sent.map(({ address }, n) => [address, n]))
  const rows = (text: string) => app.database.query<Record<string, string>>(text, [organizationId])
  const suppressed = await rows('select address, reason, message_id from suppression where organization_id = $1')
  const withdrawn = await rows('select address, state, source from consent_event where organization_id = $1')
  const dead = await rows('select message_id, reason, code from dead_letter where organization_id = $1')
  const [counted] = await rows(
    `select sum(accepted)::int as accepted, sum(sent)::int as sent, sum(delivered)::int as delivered, sum(opened)::int as opened,
       sum(clicked)::int as clicked, sum(bounced)::int as bounced, sum(failed)::int as failed, sum(complained)::int as complained,
       sum(machine_opened)::int as machine_opened, sum(cost_micros)::int as cost_micros from stat where organization_id = $1`,
  )
  const sorted = (lines: (string | number | undefined | null)[][]) => lines.map((line) => line.join(' ')).sort()
  return {
    messages: messages.map(({ status, reason, cost, timeline }) => ({
      status,
      reason,
      cost,
      lines: LINES.map((kind) => {
        const kinds = timeline.map((line: { kind: string }) => line.kind.replace(/_again$/, ''))
        return kinds.filter((other: string) => other === kind).length
      }),
    })),
    suppressed: sorted(suppressed.map((one) => [number.get(one.address!), one.reason, own.get(one.message_id!)])),
    withdrawn: sorted(withdrawn.map((one) => [number.get(one.address!), one.state, one.source])),
    dead: sorted(dead.map((one) => [own.get(one.message_id!), one.reason, one.code])),
    counted,
  }
}

async function ends(scenes: readonly Scene[]): Promise<Record<string, object>> {
  const found: Record<string, object> = {}
  for (const scene of scenes) found[scene.vendor.provider] = await endOf(scene)
  return found
}

/** Each report once, in the order they happened, each worked through before the next comes. */
async function orderly(): Promise<Record<string, object>> {
  const scenes = await setScenes()
  const told = reportsOn(scenes)
  app.clock.advance(60 * MINUTE_MS)
  for (const at of [...new Set(told.map((one) => one.at.getTime()))].sort((a, b) => a - b)) {
    for (const one of told) if (one.at.getTime() === at) expect(await post(callOf(one))).toBe(204)
    await workedThrough()
  }
  return ends(scenes)
}

interface Arrival {
  readonly day: number
  readonly order: number
  /** Signed anew when it is sent again; otherwise byte for byte what was sent before. */
  readonly fresh: boolean
}

/** The arrivals of each day, in the order they come; the first of each report is signed when it leaves. */
async function deliver(told: readonly Told[], arrivals: readonly (readonly Arrival[])[]): Promise<void> {
  const recorded = new Map<Told, Call>()
  for (let day = 0; day <= DAYS; day++) {
    app.clock.advance(day === 0 ? 60 * MINUTE_MS : DAY_MS)
    const ofToday = told.flatMap((one, n) =>
      arrivals[n % arrivals.length]!.filter((arrival) => arrival.day === day).map((arrival) => ({ one, ...arrival })),
    )
    await Promise.all(
      ofToday
        .sort((a, b) => a.order - b.order)
        .map(async ({ one, fresh }) => {
          const known = recorded.get(one)
          const call = fresh || !known ? callOf(one) : known
          recorded.set(one, known ?? call)
          const status = await post(call)
          // A recording is taken again, or refused because its signature is old.
          if (call !== known) expect(status).toBe(204)
          else expect([204, 401, 503]).toContain(status)
        }),
    )
    await workedThrough()
  }
}

test('seven days of reports repeated in any order end as each of them once, in order', async () => {
  const expected = await orderly()
  expect(expected).toMatchObject({
    sendgrid: { counted: { sent: 4, delivered: 3, opened: 2, clicked: 1, bounced: 1, failed: 1, complained: 1 } },
    ses: { counted: { delivered: 2, opened: 1, clicked: 1, bounced: 1, complained: 1 } },
    twilio: { counted: { delivered: 2, failed: 2, cost_micros: 105_000 } },
    vonage: { counted: { delivered: 1, failed: 2, cost_micros: 99_900 } },
    brevo: { counted: { delivered: 2, bounced: 1, failed: 1 } },
    whatsapp: { counted: { delivered: 2, failed: 1 } },
  })
  const arrival = fc.record({ day: fc.nat({ max: DAYS }), order: fc.nat(), fresh: fc.boolean() })
  const count = vendors.flatMap(({ stories }) => stories.flat()).length
  const arrivals = fc.array(fc.array(arrival, { minLength: 1, maxLength: 3 }), { minLength: count, maxLength: count })
  let last: { scenes: readonly Scene[]; told: readonly Told[] } | undefined
  await fc.assert(
    fc.asyncProperty(arrivals, async (comes) => {
      const scenes = await setScenes()
      const told = reportsOn(scenes)
      await deliver(told, comes)
      expect(await ends(scenes)).toEqual(expected)
      last = { scenes, told }
    }),
    { numRuns: RUNS, endOnFailure: true },
  )

  // And once more when nothing is left of the first calls, in another month.
  app.clock.advance(32 * DAY_MS)
  await app.app.receipts.sweep()
  for (const one of last!.told.toReversed()) expect(await post(callOf(one))).toBe(204)
  await workedThrough()
  expect(await ends(last!.scenes)).toEqual(expected)
})
