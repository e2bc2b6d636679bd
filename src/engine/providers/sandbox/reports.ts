import type { Clock } from '../../../platform/clock.ts'
import { type Channel, channelOf } from '../../channels/channel.ts'
import { signedHeaders } from './signature.ts'
import type { DueReport, SandboxStore } from './store.ts'

/** Posts to one of the engine's own webhook addresses; the status of the answer. Rejects when there is none. */
export type Post = (path: string, headers: Record<string, string>, body: Buffer) => Promise<number>

interface Deps {
  readonly store: SandboxStore
  readonly clock: Clock
  readonly key: Buffer
  readonly post: Post
  /** The account each channel's reports are for: `/webhooks/sandbox/{account id}`. */
  readonly accountIds: Readonly<Partial<Record<Channel, string>>>
  readonly random: () => number
  readonly onError: (error: unknown) => void
}

const PER_CALL = 100
const CLAIMED_AT_ONCE = 500
const RETRY_MS = 10_000

/** Tells the engine, by signed webhook, what became of messages: several reports in a call, again until it is acknowledged. */
export function createSandboxReporter({ store, clock, key, post, accountIds, random, onError }: Deps) {
  return {
    /** Sends what is due, and says how many reports were acknowledged. Several processes may do it at once. */
    async deliverReports(): Promise<number> {
      let acknowledged = 0
      for (;;) {
        const now = clock.now()
        const due = await store.claimReports(now, new Date(now.getTime() + RETRY_MS), CLAIMED_AT_ONCE)
        const sent = await Promise.all([...callsFor(due)].map(([path, reports]) => call(path, reports)))
        acknowledged += sent.reduce((sum, count) => sum + count, 0)
        if (due.length < CLAIMED_AT_ONCE) return acknowledged
      }
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
}

const toWire = ({ id, sandbox_message_id, message_id, status, due_at }: DueReport) => ({
  id,
  message: sandbox_message_id,
  reference: message_id,
  status,
  at: due_at.toISOString(),
})

function shuffle<T>(items: T[], random: () => number): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[items[i], items[j]] = [items[j]!, items[i]!]
  }
}
