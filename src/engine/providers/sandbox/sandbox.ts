import { setTimeout as sleep } from 'node:timers/promises'
import { Agent } from 'undici'
import { z } from 'zod'
import { createBatcher } from '../../../platform/batch.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../../../platform/database/database.ts'
import { newId } from '../../../platform/ids.ts'
import { type Channel, channelCode } from '../../channels/channel.ts'
import type { OutboundOf } from '../../channels/outbound.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { type Connection, defineProvider, type Provider } from '../provider.ts'
import { createComposer } from '../smtp/compose.ts'
import { type Behaviour, behaviourFor, MAGIC_WORDS, type MagicWord, reportsFor, type Visit } from './magic.ts'
import { createMailbox } from './mailbox.ts'
import { createPhone } from './phone.ts'
import type { Get } from './reader.ts'
import { receiveReports } from './receive.ts'
import { createSandboxReporter, type Post } from './reports.ts'
import { signingKey } from './signature.ts'
import { createSandboxStore, type NewSandboxMessage } from './store.ts'

export interface SandboxOptions {
  /** The sandbox plays the far side too, and keeps there what it was given: the one provider that sees the database. */
  readonly db: Database
  readonly clock: Clock
  /** Where the reports go to, our own webhook addresses. */
  readonly publicUrl: string
  /** The reports are signed with a key derived from it. */
  readonly secret: string
  /** The account each channel's reports are for. */
  readonly accountIds: Readonly<Record<SandboxChannel, string>>
  readonly onError: (error: unknown) => void
  /** How long a hand-over takes; reports follow after a few times that. */
  readonly latencyMs?: readonly [least: number, most: number]
  /** When reports leave: by a timer once started, or only when `deliverReports` is called. */
  readonly send?: 'timer' | 'on demand'
  /** How a report travels; by HTTP to `publicUrl` unless set. */
  readonly post?: Post
  /** How a reader fetches our picture and links; by HTTP from `publicUrl` unless set. */
  readonly get?: Get
  readonly random?: () => number
}

export type SandboxChannel = 'email' | 'sms' | 'whatsapp'
export type Sandbox = ReturnType<typeof createSandboxCarrier>

const LATENCY_MS = [50, 300] as const
const REPORT_EVERY_MS = 500
const POST_LIMIT_MS = 5_000
const SAVED_AT_ONCE = 100
/** A delivery report comes after so many hand-over times, a read receipt after this many more. */
const DELIVERED_AFTER = 3
const READ_AFTER = 10
/** A mail is opened, and a link in it followed, so long after it was delivered; a filter is fast. */
const VISITED_AFTER_MS: Readonly<Record<Visit, number>> = { open: 4_000, click: 7_000, scan: 500 }
const SENDER = { name: 'Carillon Sandbox', address: 'sandbox@carillon.example' }

const SandboxSettings = z.strictObject({
  /** Every message is treated as one to this magic address. */
  actsAs: z.enum(MAGIC_WORDS).optional(),
})
type SandboxSettings = z.infer<typeof SandboxSettings>

/**
 * Carriers for e-mail, SMS and WhatsApp that need no account anywhere. They behave like real ones: they take their time,
 * know idempotency keys, report by signed webhook, and fail or read on magic addresses (`magic.ts`). What they were given can be
 * read again. The same code is the demo's carrier and the tests' fake.
 */
export function createSandboxCarrier(options: SandboxOptions) {
  const {
    db,
    clock,
    publicUrl,
    secret,
    accountIds,
    onError,
    latencyMs: [least, most] = LATENCY_MS,
    random = Math.random,
  } = options
  const store = createSandboxStore(db)
  const key = signingKey(secret)
  const composer = createComposer({ from: SENDER, clock })
  const agent = new Agent({
    connections: 2,
    headersTimeout: POST_LIMIT_MS,
    bodyTimeout: POST_LIMIT_MS,
    connectTimeout: POST_LIMIT_MS,
  })
  const post = options.post ?? postByHttp
  const get = options.get ?? getByHttp
  const reporter = createSandboxReporter({
    store,
    clock,
    key,
    post,
    get,
    publicUrl,
    accountIds,
    random,
    onError,
  })
  let timer: NodeJS.Timeout | undefined
  let delivering: Promise<unknown> | undefined

  const keep = createBatcher<NewSandboxMessage, string>({
    run: saveTogether,
    maxItems: SAVED_AT_ONCE,
    maxConcurrent: 2,
  })

  return {
    email: provider('email', async (message) => {
      const mail = await composer.compose(message)
      return mail.ok ? mail.mime : { outcome: 'refused', class: 'permanent', code: mail.code, detail: mail.detail }
    }),
    sms: provider('sms', ({ content }) => Buffer.from(content.text)),
    whatsapp: provider('whatsapp', ({ content }) => Buffer.from(content.text)),

    /** What was handed over, to be looked at. */
    mailbox: createMailbox(store),

    /** For who holds the phone that a message reached, to answer it. */
    phone: createPhone({ store, clock, key, post }),

    /** Sends the reports that are due; resolves to how many were acknowledged. */
    deliverReports: reporter.deliverReports,

    start(): void {
      if (options.send === 'on demand' || timer) return
      timer = setInterval(() => {
        delivering ??= reporter
          .deliverReports()
          .catch(onError)
          .finally(() => {
            delivering = undefined
          })
      }, REPORT_EVERY_MS)
    },

    async stop(): Promise<void> {
      clearInterval(timer)
      timer = undefined
      reporter.stop()
      await delivering
      await keep.drain()
      await agent.close()
    },
  }

  function provider<C extends SandboxChannel>(
    channel: C,
    pack: (message: OutboundOf<C>) => Buffer | SendResult | Promise<Buffer | SendResult>,
  ): Provider<C, SandboxSettings> {
    return defineProvider({
      name: 'sandbox',
      channel,
      settings: SandboxSettings,
      whenUncertain: 'resend',
      connect: ({ actsAs }, network) => connection(channel, pack, actsAs, pathOf(network?.webhookUrl)),
      receive: (call) => receiveReports(key, channel, call),
    })
  }

  function connection<C extends SandboxChannel>(
    channel: C,
    pack: (message: OutboundOf<C>) => Buffer | SendResult | Promise<Buffer | SendResult>,
    actsAs: MagicWord | undefined,
    reportPath: string | null,
  ): Connection<C> {
    const running = new Set<Promise<SendResult>>()
    let isClosed = false

    const handOver = async (given: OutboundOf<C>): Promise<SendResult> => {
      // Of the fields every channel has; the compiler cannot tell while C is open.
      const message = given as OutboundOf<SandboxChannel>
      const behaviour = behaviourFor(message.to, actsAs)
      if (most > 0) await sleep(least + random() * (most - least))
      const answer = behaviour.answer?.(message.attempt)
      if (answer && !behaviour.keepsAnyway) return answer
      try {
        const content = await pack(given)
        if (!Buffer.isBuffer(content)) return content
        const id = await keep(newMessage(channel, message, content, behaviour, reportPath))
        return answer ?? { outcome: 'sent', providerMessageId: id }
      } catch (error) {
        onError(error)
        return { outcome: 'refused', class: 'retry', code: 'sandbox', detail: 'The sandbox could not keep the message' }
      }
    }

    return {
      send(message) {
        if (isClosed)
          return Promise.resolve({
            outcome: 'refused',
            class: 'retry',
            code: 'ECLOSED',
            detail: 'The account was being closed',
          })
        const sending = handOver(message).finally(() => running.delete(sending))
        running.add(sending)
        return sending
      },
      async test() {
        const answer = behaviourFor('', actsAs).answer?.(1)
        const refusesAny = answer?.outcome === 'refused' && answer.about === 'account'
        return refusesAny ? { ok: false, detail: answer.detail } : { ok: true }
      },
      async close() {
        isClosed = true
        await Promise.all(running)
      },
    }
  }

  function newMessage(
    channel: Channel,
    message: OutboundOf<SandboxChannel>,
    content: Buffer,
    behaviour: Behaviour,
    reportPath: string | null,
  ): NewSandboxMessage {
    const now = clock.now()
    const first = now.getTime() + (behaviour.reportDelayMs ?? 0) + DELIVERED_AFTER * (least + random() * (most - least))
    const visits = channel === 'email' ? (behaviour.reads?.(message.to) ?? []) : []
    return {
      id: newId(now),
      idempotencyKey: message.idempotencyKey,
      organizationId: message.organizationId,
      messageId: message.messageId,
      contactId: message.contactId,
      channel: channelCode(channel),
      address: message.to,
      reportPath,
      content,
      copies: 1,
      createdAt: now,
      reports: [
        ...reportsFor(behaviour, channel).map((status, i) => ({
          id: newId(now),
          status,
          dueAt: new Date(first + i * (1 + READ_AFTER * most)),
        })),
        ...visits.map((status) => ({ id: newId(now), status, dueAt: new Date(first + VISITED_AFTER_MS[status]) })),
      ],
    }
  }

  /** One write for all that came at once. A message handed over twice in the same moment is one row with two copies. */
  async function saveTogether(messages: NewSandboxMessage[]): Promise<string[]> {
    const once = new Map<string, NewSandboxMessage>()
    for (const message of messages) {
      const known = once.get(message.idempotencyKey)
      once.set(message.idempotencyKey, known ? { ...known, copies: known.copies + 1 } : message)
    }
    const kept = [...once.values()]
    const ids = await store.save(kept)
    const byKey = new Map(kept.map(({ idempotencyKey }, i) => [idempotencyKey, ids[i]!]))
    return messages.map(({ idempotencyKey }) => byKey.get(idempotencyKey)!)
  }

  async function postByHttp(path: string, headers: Record<string, string>, body: Buffer): Promise<number> {
    const { statusCode, body: answer } = await agent.request({ origin: publicUrl, path, method: 'POST', headers, body })
    await answer.dump()
    return statusCode
  }

  async function getByHttp(path: string, headers: Record<string, string>): Promise<number> {
    const { statusCode, body: answer } = await agent.request({ origin: publicUrl, path, method: 'GET', headers })
    await answer.dump()
    return statusCode
  }
}

/** Reports go to this server itself, whatever name it is known by outside. */
const pathOf = (webhookUrl: string | undefined): string | null =>
  webhookUrl === undefined ? null : new URL(webhookUrl).pathname
