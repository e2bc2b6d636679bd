import type { Clock } from '../../../platform/clock.ts'
import { type Channel, channelOf } from '../../channels/channel.ts'
import { sandboxCost } from './cost.ts'
import { VISITS, type Visit } from './magic.ts'
import { createReader, type Get } from './reader.ts'
import { signedHeaders } from './signature.ts'
import type { DueReport, SandboxStore } from './store.ts'

/** Posts to one of the engine's own webhook addresses; the status of the answer. Rejects when there is none. */
export type Post = (path: string, headers: Record<string, string>, body: Buffer) => Promise<number>

interface Deps {
  readonly store: SandboxStore
  readonly clock: Clock
  readonly key: Buffer
  readonly post: Post
  readonly get: Get
  readonly publicUrl: string
  /** The account each channel's reports are for: `/webhooks/sandbox/{account id}`. */
  readonly accountIds: Readonly<Partial<Record<Channel, string>>>
  readonly random: () => number
  readonly onError: (error: unknown) => void
}

const PER_CALL = 100
const CLAIMED_AT_ONCE = 500
const RETRY_MS = 10_000

/**
 * Tells the engine, by signed webhook, what became of messages: several reports in a call, again until it is acknowledged.
 * And has mails read, whose opens and clicks nobody reports: a visit is planned like a report.
 */
export function createSandboxReporter(deps: Deps) {
  const { store, clock, key, post, get, publicUrl, accountIds, random, onError } = deps
  const reader = createReader({ publicUrl, get })
  let isStopped = false

  return {
    /** Sends what is due, and says how many reports were acknowledged and visits made. Several processes may do it at once. */
    async deliverReports(): Promise<number> {
      let acknowledged = 0
      for (;;) {
        const now = clock.now()
        const due = await store.claimReports(now, new Date(now.getTime() + RETRY_MS), CLAIMED_AT_ONCE)
        const { visits = [], reports = [] } = Object.groupBy(due, ({ status }) =>
          isVisit(status) ? 'visits' : 'reports',
        )
        const sent = await Promise.all([...callsFor(reports)].map(([path, some]) => call(path, some)))
        acknowledged += sent.reduce((sum, count) => sum + count, 0)
        acknowledged += await visitAll(visits)
        if (isStopped || due.length < CLAIMED_AT_ONCE) return acknowledged
      }
    },

    /** What is not under way is left for the next start. */
    stop(): void {
      isStopped = true
    },
  }

  /** One call per account and hundred reports, shuffled: no carrier promises an order. */
  function* callsFor(due: DueReport[]): Generator<[path: string, reports: DueReport[]]> {
    const pathOf = ({ path, channel }: DueReport) => path ?? `/webhooks/sandbox/${accountIds[channelOf(channel)]}`
    for (const [path, reports] of Map.groupBy(due, pathOf)) {
      shuffle(reports, random)
      for (let i = 0; i < reports.length; i += PER_CALL) yield [path, reports.slice(i, i + PER_CALL)]
    }
  }

  async function call(path: string, reports: readonly DueReport[]): Promise<number> {
    const body = Buffer.from(JSON.stringify({ reports: reports.map(toWire) }))
    try {
      const status = await post(
        path,
        { 'content-type': 'application/json', ...signedHeaders(key, body, clock.now()) },
        body,
      )
      if (status < 200 || status > 299) throw new Error(`The sandbox's reports were answered with ${status}`)
      await store.removeReports(reports.map(({ id }) => id))
      return reports.length
    } catch (error) {
      onError(error)
      return 0
    }
  }

  /**
   * One after the other, as long as this server answers; the others are due again. Each is tried once: a reader does not
   * come back for a picture.
   */
  async function visitAll(visits: readonly DueReport[]): Promise<number> {
    let made = 0
    try {
      for (const { id, sandbox_message_id, status } of visits) {
        if (isStopped) break
        await store.removeReports([id])
        const mime = await store.contentOf(sandbox_message_id)
        if (mime && isVisit(status)) await reader.visit(status, mime)
        made += 1
      }
    } catch (error) {
      onError(error)
    }
    return made
  }
}

const isVisit = (status: DueReport['status']): status is Visit => (VISITS as readonly string[]).includes(status)

function toWire({ id, sandbox_message_id, message_id, channel, status, due_at, text, country, is_priced }: DueReport) {
  const cost = is_priced ? undefined : sandboxCost(channel, text?.toString() ?? '', country)
  return {
    id,
    message: sandbox_message_id,
    reference: message_id,
    status,
    at: due_at.toISOString(),
    ...(cost && { cost }),
  }
}

function shuffle<T>(items: T[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[items[i], items[j]] = [items[j]!, items[i]!]
  }
}
