import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, createClient } from '@carillon/client'
import { type CarrierWord, createCarriers } from './carriers.ts'
import { createReceived, type Received, type SandboxChannel, type Wanted } from './received.ts'
import { type ServerOptions, startServer } from './server.ts'

export { type CarrierWord, recipient } from './carriers.ts'
export type { Received, SandboxChannel, Wanted } from './received.ts'
export type { ServerOptions } from './server.ts'

export interface TestClock {
  now(): Promise<Date>
  /** Forward by milliseconds, or by a duration such as `PT90M` or `P7D`. */
  advance(by: number | string): Promise<Date>
  /** Forward to this time. */
  moveTo(time: Date | string): Promise<Date>
  /** To so long before a subject of reminders: `jumpToBefore('appointment-42', 'PT24H')`. The moment itself is due then. */
  jumpToBefore(subject: string, offset: string): Promise<Date>
  /** To when the next planned reminder is due. */
  jumpToNextReminder(): Promise<Date>
  /** Back to the true time. */
  backToNow(): Promise<Date>
}

export interface TestCarillon {
  readonly client: Client
  readonly baseUrl: string
  readonly apiKey: string
  readonly clock: TestClock
  /** What the pretended carriers have received, oldest first. */
  messages(wanted?: Wanted): Promise<Received[]>
  /** Waits until one has been received, and gives it. Fails after a while with what came instead. */
  waitFor(wanted: Wanted, within?: { readonly ms: number }): Promise<Received>
  /** Waits until nothing that is due is still to leave: what has not been received then does not come by itself. */
  settled(within?: { readonly ms: number }): Promise<void>
  /** As if nothing had been received so far: between two tests. */
  forget(): Promise<void>
  /** Writes back from the phone or mailbox that a message reached. */
  reply(answer: { readonly channel: SandboxChannel; readonly from: string; readonly text: string }): Promise<void>
  /** One whole carrier, to be made to fail. For a single recipient, use an address of `recipient(…)`. */
  carrier(channel: SandboxChannel): {
    /** From now on it treats every message so. */
    acts(word: CarrierWord): Promise<void>
    /** It works again. */
    works(): Promise<void>
  }
  stop(): Promise<void>
}

const PATIENCE_MS = 30_000
const LOOK_EVERY_MS = 100
const UNSENT = ['queued', 'sending'] as const

/**
 * Starts a real Carillon for tests: its carriers are pretended, its clock can be moved, nothing leaves this machine.
 *
 * @example
 * const carillon = await startCarillon()
 * await carillon.client.notifications.send({ type: 'message.custom', to: { email: 'ann@example.com' }, payload: { subject: 'Hello', body: 'It works.' } })
 * await carillon.waitFor({ to: 'ann@example.com', subject: 'Hello' })
 * await carillon.stop()
 */
export async function startCarillon(options: ServerOptions = {}): Promise<TestCarillon> {
  const server = await startServer(options)
  try {
    return await connectCarillon(server, () => server.stop())
  } catch (error) {
    await server.stop()
    throw error
  }
}

/**
 * The same for a Carillon that runs already, as in a container beside the tests: one with `CARILLON_DEMO=1` and no carrier's
 * account. Its clock is put back to the true time, now and when this stops.
 */
export async function connectCarillon(
  { baseUrl, apiKey }: { readonly baseUrl: string; readonly apiKey: string },
  onStop: () => Promise<void> = async () => {},
): Promise<TestCarillon> {
  const client = createClient({ baseUrl, apiKey })
  const { movable, reason } = await client.sandbox.clock.reset()
  if (!movable)
    throw new Error(`${baseUrl} is no sandbox (${reason}): start it with CARILLON_DEMO=1 and no carrier's account`)
  const received = createReceived(client)
  const carriers = createCarriers(client)
  await received.forget()

  const jump = async (by: Parameters<Client['sandbox']['clock']['move']>[0]) =>
    new Date((await client.sandbox.clock.move(by)).now)

  return {
    client,
    baseUrl,
    apiKey,
    clock: {
      now: async () => new Date((await client.sandbox.clock.get()).now),
      advance: (by) => jump({ advance: typeof by === 'number' ? durationOf(by) : by }),
      moveTo: (time) => jump({ moveTo: new Date(time).toISOString() }),
      jumpToBefore: (subject, offset) => jump({ before: { subject, offset } }),
      async jumpToNextReminder() {
        const { nextReminderAt } = await client.sandbox.clock.get()
        if (nextReminderAt === null) throw new Error('No reminder is planned')
        return jump({ moveTo: nextReminderAt })
      },
      backToNow: async () => new Date((await client.sandbox.clock.reset()).now),
    },
    messages: received.list,
    async waitFor(wanted, { ms } = { ms: PATIENCE_MS }) {
      for (const until = Date.now() + ms; ; await sleep(LOOK_EVERY_MS)) {
        const [found] = await received.list(wanted)
        if (found) return found
        if (Date.now() > until) throw new Error(await toldInstead(wanted, ms))
      }
    },
    async settled({ ms } = { ms: PATIENCE_MS }) {
      // Twice in a row: a reminder that came due is no message for a moment.
      for (let quiet = 0, until = Date.now() + ms; quiet < 2; await sleep(LOOK_EVERY_MS)) {
        quiet = (await isQuiet()) ? quiet + 1 : 0
        if (quiet < 2 && Date.now() > until) throw new Error(`Something was still to leave after ${ms / 1000} s`)
      }
    },
    forget: received.forget,
    reply: async (answer) => void (await client.sandbox.inbound.write(answer)),
    carrier: (channel) => ({
      acts: (word) => carriers.acts(channel, word),
      works: () => carriers.works(channel),
    }),
    async stop() {
      await carriers.allWork().catch(() => {})
      await client.sandbox.clock.reset().catch(() => {})
      await onStop()
    },
  }

  async function isQuiet(): Promise<boolean> {
    for (const status of UNSENT) if ((await client.messages.list({ status, limit: 1 })).items.length > 0) return false
    const now = Date.parse((await client.sandbox.clock.get()).now)
    for await (const { reminders } of client.reminders.each({ status: 'planned' }))
      if (reminders.some(({ status, dueAt }) => status === 'planned' && Date.parse(dueAt) <= now)) return false
    return true
  }

  async function toldInstead(wanted: Wanted, ms: number): Promise<string> {
    const asked = Object.entries(wanted).map(([name, value]) => `${name} ${value}`)
    const came = (await received.list()).map(
      ({ channel, to, subject, text }) => `  ${channel} to ${to}: ${subject ?? text}`,
    )
    const instead = came.length === 0 ? 'nothing was received' : `received were:\n${came.join('\n')}`
    return `No message with ${asked.join(', ')} within ${ms / 1000} s; ${instead}`
  }
}

const durationOf = (ms: number): string => `PT${Math.ceil(ms / 1000)}S`
