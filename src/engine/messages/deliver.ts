import { setTimeout as sleep } from 'node:timers/promises'
import { createBatcher } from '../../platform/batch.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import { createSlots } from '../../platform/slots.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import { laneOf } from '../catalogue/lane.ts'
import type { Carrier } from '../channels/carrier.ts'
import { CHANNELS, type Channel, channelOf } from '../channels/channel.ts'
import type { Attachment, Outbound } from '../channels/outbound.ts'
import type { SendResult } from '../channels/send-result.ts'
import type { Organization } from '../organizations/organization.ts'
import type { CompiledTemplate, Templates } from '../templates/templates.ts'
import {
  beginAttempts,
  type Claimed,
  claim,
  type File,
  readFiles,
  renew,
  type Settlement,
  settle,
} from './delivery-store.ts'
import { outboundOf } from './outbound.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { settlementOf } from './settlement.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly workerId: string
  readonly carrier: (organizationId: string, channel: Channel) => Carrier
  readonly templates: Pick<Templates, 'load'>
  readonly organization: (id: string) => Promise<Organization>
  readonly storage: Pick<Storage, 'get'>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  readonly onError: (error: unknown, ids: { messageId?: string }) => void
  readonly observe?: (tried: { channel: Channel; provider: string; outcome: string; seconds: number }) => void
  /** 0 to 1; spreads retries. */
  readonly random?: () => number
}

/** Sends of one channel this process has under way at once. */
const SENDS_AT_ONCE: Record<Channel, number> = { email: 50, sms: 20, whatsapp: 20, in_app: 100 }
const RENEW_EVERY_MS = 5_000
const SETTLED_AT_ONCE = 500
const LONGEST_SETTLE_WAIT_MS = 2_000

export type Deliver = ReturnType<typeof createDeliver>

/** Claims what it is handed, renders, sends, and writes down what came of it. Sends nothing twice that it knows of. */
export function createDeliver({
  db,
  clock,
  workerId,
  carrier,
  templates,
  organization,
  storage,
  nudge,
  changed,
  onError,
  observe,
  random = Math.random,
}: Deps) {
  const slots = Object.fromEntries(CHANNELS.map((channel) => [channel, createSlots(SENDS_AT_ONCE[channel])])) as Record<
    Channel,
    ReturnType<typeof createSlots>
  >
  const underWay = new Set<string>()
  const settleTogether = createBatcher<Settlement, undefined>({
    run: async (rows) => {
      await settleSurely(rows)
      for (const row of rows) changed(row.organizationId)
      return rows.map(() => undefined)
    },
    maxItems: SETTLED_AT_ONCE,
    // One at a time: what is sent meanwhile makes the next statement larger, and large ones cost a fraction per message.
    maxConcurrent: 1,
  })
  let renewer: NodeJS.Timeout | undefined
  let stopping = false

  return {
    /** Works through the ids of one job. Rows that are not this worker's to take (cancelled, taken, already sent) are passed over. */
    async deliver(messageIds: readonly string[]): Promise<void> {
      const claimed = await claim(db.run, messageIds, workerId, clock.now())
      for (const row of claimed) underWay.add(row.message_id)
      try {
        const inTime = await withinDeadline(claimed)
        const [compiled, files] = await Promise.all([
          templates.load([...new Set(inTime.map((row) => row.template_version_id))]),
          filesOf(inTime),
        ])
        await beginAttempts(db.run, inTime.map(attemptOf), clock.now())
        await Promise.all(
          inTime.map((row) =>
            slots[channelOf(row.channel)](() => sendOne(row, compiled, files.get(row.notification_id) ?? [])),
          ),
        )
      } finally {
        for (const row of claimed) underWay.delete(row.message_id)
        nudge()
      }
    },

    /** Keeps its claims while it works; without it another worker would take them over. */
    start(): void {
      renewer = setInterval(() => {
        if (underWay.size > 0) renew(db.run, [...underWay], workerId, clock.now()).catch((error) => onError(error, {}))
      }, RENEW_EVERY_MS)
    },

    async stop(): Promise<void> {
      stopping = true
      clearInterval(renewer)
      await settleTogether.drain()
    },
  }

  /** What has been sent is known only here: while the database is away it is kept, and written when it is back. */
  async function settleSurely(rows: readonly Settlement[]): Promise<void> {
    for (let waitMs = 100; ; waitMs = Math.min(waitMs * 2, LONGEST_SETTLE_WAIT_MS)) {
      try {
        return await settle(db.run, rows)
      } catch (error) {
        if (stopping || !isUnreachable(error)) throw error
        onError(error, {})
        await sleep(waitMs)
      }
    }
  }

  async function withinDeadline(claimed: readonly Claimed[]): Promise<Claimed[]> {
    const now = clock.now()
    const late = claimed.filter((row) => row.deadline_at <= now)
    const result: SendResult = {
      outcome: 'refused',
      class: 'permanent',
      code: 'deadline',
      detail: 'It could not be sent before its deadline',
    }
    await Promise.all(
      late.map((row) =>
        record(row, result, {
          kind: 'settled',
          status: 'failed',
          event: 'failed',
          reason: 'deadline',
          suppress: false,
        }),
      ),
    )
    return late.length ? claimed.filter((row) => row.deadline_at > now) : [...claimed]
  }

  async function filesOf(rows: readonly Claimed[]): Promise<Map<string, File[]>> {
    const ids = rows.filter((row) => row.attachment_count > 0).map((row) => row.notification_id)
    return ids.length ? Map.groupBy(await readFiles(db.run, ids), (file) => file.notification_id) : new Map()
  }

  async function sendOne(
    row: Claimed,
    compiled: ReadonlyMap<string, CompiledTemplate>,
    files: readonly File[],
  ): Promise<void> {
    const started = clock.now()
    const channel = channelOf(row.channel)
    const via = carrier(row.organization_id, channel)
    let result: SendResult
    let message: Outbound | undefined
    try {
      message = outboundOf(
        row,
        compiled.get(row.template_version_id),
        await organization(row.organization_id),
        files.map(attachment),
      )
    } catch (error) {
      onError(error, { messageId: row.message_id })
      result = {
        outcome: 'refused',
        class: 'permanent',
        code: 'render',
        detail: 'The template could not be filled in with this payload',
      }
      return record(row, result, {
        kind: 'settled',
        status: 'failed',
        event: 'failed',
        reason: 'render',
        suppress: false,
      })
    }
    try {
      result = (row.previous_open && (await earlier(row, via, message))) || (await via.send(message))
    } catch (error) {
      // A surprise: bytes may have left. The provider's rule settles it.
      onError(error, { messageId: row.message_id })
      result = {
        outcome: 'uncertain',
        code: 'surprise',
        detail: 'The provider failed in a way nobody foresaw; see the log',
      }
    }
    const attempt = {
      channel,
      lane: laneOf(row.lane),
      tries: row.tries,
      deadlineAt: row.deadline_at,
      whenUncertain: via.whenUncertain,
    }
    await record(row, result, outcomeOf(result, attempt, clock.now(), random()))
    const seconds = (clock.now().getTime() - started.getTime()) / 1000
    observe?.({
      channel,
      provider: via.provider,
      outcome: result.outcome === 'refused' ? result.class : result.outcome,
      seconds,
    })
  }

  /** The last try never got an answer. By the provider's rule: ask, stop, or (undefined) send again with the same id. */
  async function earlier(row: Claimed, via: Carrier, message: Outbound): Promise<SendResult | undefined> {
    if (via.whenUncertain === 'ask' && via.find) return via.find(message)
    if (via.whenUncertain === 'stop')
      return {
        outcome: 'uncertain',
        code: 'lost',
        detail: `Try ${row.attempt - 1} ended without an answer and cannot be asked about`,
      }
    return undefined
  }

  async function record(row: Claimed, result: SendResult, outcome: Outcome): Promise<void> {
    const via = carrier(row.organization_id, channelOf(row.channel))
    await settleTogether(settlementOf(row, via, result, outcome, clock.now()))
  }

  function attemptOf(row: Claimed) {
    const via = carrier(row.organization_id, channelOf(row.channel))
    return {
      messageId: row.message_id,
      n: row.attempt,
      organizationId: row.organization_id,
      provider: via.provider,
      providerAccountId: via.accountId,
    }
  }

  function attachment(file: File): Attachment {
    return {
      filename: file.filename,
      contentType: file.content_type,
      ...(file.content_id === null ? {} : { contentId: file.content_id }),
      read: () => storage.get(file.storage_key),
    }
  }
}
