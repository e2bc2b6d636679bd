import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { familyOf, type Lab, sleep, until } from '../bench/lab/processes.ts'
import { createContacts, type Product, postgresIn, startProduct } from '../bench/lab/product.ts'
import { query, startPostgres, startRedis, startSink, temporaryFolder } from '../bench/lab/servers.ts'

/** What is done to the product while it works. A killed process is started again. */
export type Fault = 'kill the worker' | 'kill the API' | 'kill everything' | 'kill everything and Postgres' | 'FLUSHALL'

export interface CrashPlan {
  /** The same seed strikes at the same moments. */
  seed: number
  /** One process on its own Postgres, or an API and a worker on Postgres and Redis. */
  layout: 'embedded' | 'api+worker'
  messages: number
  perSecond: number
  faults: readonly Fault[]
}

/** What was done and when (all times in ms from the start). */
export interface Strike {
  fault: Fault
  atMs: number
  /** Tries that were under way. */
  inFlight: number
  /** When the product said again that it was ready. */
  readyAtMs: number
  /** When the next mail was taken after that. */
  nextMailAtMs?: number
}

/** Everything that can be counted afterwards. */
export interface CrashReport {
  /** Requests the API answered with 202, one per message; one that got no answer was asked again with its dedupeKey. */
  accepted: { requestKey: string; messageId: string }[]
  /** Answers that said `duplicate: true`: the first answer was lost with the API, the message was not. */
  answeredAgain: number
  /** Mails in the sink, by message. */
  copies: Map<string, number>
  /** Tries under way at each kill, by message, as the database knew them right after it. */
  inFlight: Map<string, number>
  /** Tries that never got an outcome, by message, at the end. */
  interrupted: Map<string, number>
  /** How many messages have each status, asked through the API. */
  statuses: Record<string, number>
  /** Rows of messages, and of work that is left, in the database. */
  stored: { messages: number; work: number }
  struck: Strike[]
  /** Mails taken in each second from the start. */
  takenPerSecond: number[]
  /** From the end of the last fault, or of sending if that was later, until every message was settled. */
  settledAfterMs: number
}

const SINK_DELAY_MS = 8
/** After a restart it works at least so long before the next fault: a fault in an idle product shows nothing. */
const WORK_BETWEEN_FAULTS_MS = 1_000
const SETTLE_TIME_LIMIT_MS = 120_000
const ANSWER_TIME_LIMIT_MS = 60_000

export async function runCrashScenario(lab: Lab, plan: CrashPlan): Promise<CrashReport> {
  const folder = temporaryFolder(lab)
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  const sink = await startSink(lab, { keep: true })
  // A mail server that takes its time, so that there always is something under way to be interrupted.
  await sink.behave({ delayMs: SINK_DELAY_MS })
  const redis = plan.layout === 'embedded' ? undefined : await startRedis(lab, folder)
  const ownPostgres = plan.layout === 'embedded' ? undefined : await startPostgres(lab, folder)
  const databaseUrl = await ownPostgres?.database('carillon')
  const product = await startProduct(lab, {
    roles: plan.layout === 'embedded' ? ['all'] : ['api', 'worker'],
    dataDir,
    smtpPort: sink.port,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(redis === undefined ? {} : { redisUrl: redis.url }),
  })
  const contacts = await createContacts(product, Math.ceil(plan.messages / 50))
  const url = () => databaseUrl ?? embeddedUrl(dataDir)
  const inFlight = new Map<string, number>()
  const struck: Strike[] = []
  const began = Date.now()
  const now = () => Date.now() - began

  const strike = async (fault: Fault): Promise<Strike> => {
    const atMs = now()
    let interrupted = new Map<string, number>()
    if (fault === 'FLUSHALL') await redis?.flush()
    else interrupted = await kill(fault, product, dataDir, url)
    // Tries interrupted by an earlier kill stay without an outcome: only the new ones are this kill's.
    let fresh = 0
    for (const [id, tries] of interrupted) {
      fresh += tries - (inFlight.get(id) ?? 0)
      inFlight.set(id, tries)
    }
    return { fault, atMs, inFlight: fresh, readyAtMs: atMs }
  }

  const sending = sendAll(product, plan, contacts)
  const random = randomFrom(plan.seed)
  const windowMs = (plan.messages / plan.perSecond) * 1000
  for (const [n, fault] of plan.faults.entries()) {
    const dueMs = ((n + 0.2 + 0.6 * random()) / plan.faults.length) * windowMs
    await sleep(Math.max(WORK_BETWEEN_FAULTS_MS * (1 + random()), dueMs - now()))
    const strikeMade = await strike(fault)
    if (fault !== 'FLUSHALL') await sleep(random() * 500)
    await bringBack(product)
    struck.push({ ...strikeMade, readyAtMs: now() })
  }
  const lastFault = now()
  const { accepted, answeredAgain } = await sending
  const settledFrom = Math.max(lastFault, now())
  await until('everything to be settled', SETTLE_TIME_LIMIT_MS, async () => {
    const [row] = await query<{ n: number }>(url(), 'select count(*)::int n from message_work')
    return row?.n === 0
  }).catch((error: unknown) => console.error(error))
  const settledAfterMs = now() - settledFrom

  const copies = new Map<string, number>()
  const takenPerSecond: number[] = []
  for (const { messageId, at } of await sink.mails()) {
    const second = Math.floor((at - began) / 1000)
    takenPerSecond[second] = (takenPerSecond[second] ?? 0) + 1
    for (const strikeMade of struck) if (at - began > strikeMade.readyAtMs) strikeMade.nextMailAtMs ??= at - began
    const id = /^<([0-9a-f-]{36})@/.exec(messageId)?.[1] ?? messageId
    copies.set(id, (copies.get(id) ?? 0) + 1)
  }
  const report = {
    accepted,
    answeredAgain,
    copies,
    inFlight,
    interrupted: await interruptedTries(url()),
    statuses: await statusesOf(product),
    stored: {
      messages: await count(url(), 'message'),
      work: await count(url(), 'message_work'),
    },
    struck,
    takenPerSecond,
    settledAfterMs,
  }
  await product.stop()
  return report
}

/** kill -9, and then, before anything is started again, what was under way. */
async function kill(fault: Fault, product: Product, dataDir: string, url: () => string): Promise<Map<string, number>> {
  const victims = { 'kill the worker': 'worker', 'kill the API': 'api' }[fault as string] ?? 'all'
  await product.processes.get(victims)!.kill()
  if (fault === 'kill everything and Postgres') {
    const pid = postgresIn(dataDir)
    for (const member of pid === undefined ? [] : familyOf(pid)) process.kill(member, 'SIGKILL')
    return new Map()
  }
  // A statement the dead process had already handed over may still commit.
  await sleep(200)
  return fault === 'kill the API' ? new Map() : interruptedTries(url())
}

async function bringBack(product: Product): Promise<void> {
  for (const [name, running] of product.processes) if (!running.alive()) product.restart(name)
  await product.ready()
}

/** Tries without an outcome, by message. */
async function interruptedTries(url: string): Promise<Map<string, number>> {
  const rows = await query<{ message_id: string; n: number }>(
    url,
    'select message_id, count(*)::int n from attempt where settled_at is null group by message_id',
  )
  return new Map(rows.map(({ message_id, n }) => [message_id, n]))
}

async function count(url: string, table: 'message' | 'message_work'): Promise<number> {
  return (await query<{ n: number }>(url, `select count(*)::int n from ${table}`))[0]!.n
}

/** Sends at a steady pace and insists on a 202 for each, as a careful host application does. */
async function sendAll(product: Product, { messages, perSecond }: CrashPlan, contacts: readonly string[]) {
  const accepted: CrashReport['accepted'] = []
  let answeredAgain = 0
  const send = async (n: number) => {
    const requestKey = `request-${n}`
    const request = {
      type: 'message.custom',
      to: { contactId: contacts[n % contacts.length] },
      channels: ['email'],
      payload: { subject: `Message ${n}`, body: `Message ${n} : votre commande est prête.` },
      dedupeKey: requestKey,
    }
    const answer = await until(`a 202 for message ${n}`, ANSWER_TIME_LIMIT_MS, async () => {
      const reply = await product
        .call<{ duplicate: boolean; messages: { id: string }[] }>('POST', '/v1/notifications', request)
        .catch(() => undefined)
      if (reply?.status === 202) return reply.body
      if (reply !== undefined && reply.status < 500)
        throw new Error(`Message ${n} was refused: ${reply.status} ${JSON.stringify(reply.body)}`)
      await sleep(100)
      return undefined
    })
    if (answer.duplicate) answeredAgain += 1
    accepted.push({ requestKey, messageId: answer.messages[0]!.id })
  }
  const open: Promise<void>[] = []
  const began = performance.now()
  for (let n = 0; n < messages; n++) {
    const waitMs = (n / perSecond) * 1000 - (performance.now() - began)
    if (waitMs > 2) await sleep(waitMs)
    open.push(send(n))
  }
  await Promise.all(open)
  return { accepted, answeredAgain }
}

async function statusesOf(product: Product): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {}
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: { status: number; body: { items: { status: string }[]; nextCursor: string | null } } =
      await product.call('GET', `/v1/messages?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`)
    if (page.status !== 200) throw new Error(`GET /v1/messages answered ${page.status} ${JSON.stringify(page.body)}`)
    for (const { status } of page.body.items) statuses[status] = (statuses[status] ?? 0) + 1
    cursor = page.body.nextCursor
  }
  return statuses
}

/** The embedded server's own access file, kept beside its cluster. */
function embeddedUrl(dataDir: string): string {
  const { port, password } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as Record<string, string>
  return `postgres://postgres:${password}@127.0.0.1:${port}/carillon?sslmode=disable`
}

/** Mulberry32: small, and the same everywhere for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
