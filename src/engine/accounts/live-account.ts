import type { Clock } from '../../platform/clock.ts'
import { createSlots } from '../../platform/slots.ts'
import type { Carrier, EarlierTry } from '../channels/carrier.ts'
import type { Channel } from '../channels/channel.ts'
import type { Outbound, OutboundOf } from '../channels/outbound.ts'
import type { Report, Webhook } from '../channels/report.ts'
import type { SendResult } from '../channels/send-result.ts'
import type { AnyProvider } from '../providers/provider.ts'
import type { Account } from './account.ts'
import { CONFIGURATION_PAUSE_MS, createBreaker } from './breaker.ts'
import { createConnections } from './connections.ts'
import { afterSend, beforeSend, healthy, scoreAt } from './health.ts'
import type { AccountState } from './health-store.ts'
import type { Opener } from './opener.ts'
import { verdictOf } from './verdict.ts'

interface Deps {
  readonly account: Account
  readonly provider: AnyProvider
  readonly opener: Pick<Opener, 'settingsOf' | 'connect' | 'webhookUrlOf'>
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  /** It went out of service, or is back. */
  readonly onService?: ((account: Account, state: AccountState) => void) | undefined
}

/** A probe that was given out is nobody else's for so long: until its message has come to be sent. */
const PROBE_RESERVED_MS = 1_000

export type LiveAccount = ReturnType<typeof createLiveAccount>

/** An account at work in this process: its connection, breaker, health and slots. Opens nothing before it is used. */
export function createLiveAccount({ account: first, provider, opener, clock, onError, onService }: Deps) {
  let account = first
  let health = healthy(clock.now())
  let within = slotsOf(account)
  let probeChosenAt = Number.NEGATIVE_INFINITY
  let probeOfferedAt = Number.NEGATIVE_INFINITY
  let inService = true
  let canBeAsked = false
  const connections = createConnections({ open: () => opener.connect(account, provider), onError })
  const breaker = createBreaker({
    clock,
    onChange: ({ breaker: now }) => {
      if (now === 'half_open' || (now === 'closed') === inService) return
      inService = now === 'closed'
      onService?.(account, state())
    },
  })
  let carrier = carrierOf(account)
  stopWhereReported()

  return {
    get account() {
      return account
    },
    get carrier() {
      return carrier
    },

    /** `probe`: the next message finds out whether it works again. Said to one asker a second, see {@link chosen}. */
    readiness(): 'ready' | 'probe' | 'wait' {
      const now = breaker.readiness()
      return now === 'probe' && isReserved(probeChosenAt) ? 'wait' : now
    },
    /** A message goes by this account. */
    chosen(): void {
      if (breaker.readiness() === 'probe') probeChosenAt = performance.now()
    },
    /** Messages that may be handed to the queue for its sake: none, one to probe with, or (undefined) any number. */
    room(): 0 | 1 | undefined {
      const now = breaker.readiness()
      if (now === 'ready') return undefined
      return now === 'wait' || isReserved(probeOfferedAt) ? 0 : 1
    },
    offered(): void {
      if (breaker.readiness() === 'probe') probeOfferedAt = performance.now()
    },

    health: (): number => scoreAt(health, clock.now()),
    state,

    webhook,

    /** What became of a message; undefined when there is nothing new, or it cannot be asked. */
    statusOf: (providerMessageId: string): Promise<Report | undefined> =>
      connections.use(
        async (by) => by.statusOf?.(providerMessageId),
        () => undefined,
      ),

    /** Its row has changed. What is under way ends as it began. */
    become(next: Account): void {
      const before = account
      account = next
      const hasNewSettings = !sameBytes(before.settings, next.settings)
      if (hasNewSettings || !next.enabled || next.removedAt) connections.retire()
      if (hasNewSettings || before.resetAt?.getTime() !== next.resetAt?.getTime()) {
        health = healthy(clock.now())
        breaker.reset()
      }
      if (before.stoppedAt?.getTime() !== next.stoppedAt?.getTime()) stopWhereReported()
      if (before.limits.atOnce !== next.limits.atOnce) within = slotsOf(next)
      carrier = carrierOf(next)
    },

    close: (): Promise<void> => connections.close(),
  }

  /** As if a send had been refused so, at the time of the report: until then it seemed to work. */
  function stopWhereReported(): void {
    const { stoppedAt, stoppedBy, resetAt } = account
    if (!stoppedAt || (resetAt && resetAt >= stoppedAt)) return
    const left = stoppedAt.getTime() + CONFIGURATION_PAUSE_MS - clock.now().getTime()
    if (left > 0) breaker.pause(stoppedBy ?? 'reported', Math.min(left, CONFIGURATION_PAUSE_MS))
  }

  function state(): AccountState {
    return { ...breaker.state(), health: Math.round(scoreAt(health, clock.now()) * 100) / 100 }
  }

  /** Undefined when its provider never calls back. */
  function webhook(): Webhook | undefined {
    const { receive, answerChallenge, refuses } = provider
    if (!receive) return undefined
    const settings = () => opener.settingsOf(account, provider)
    return {
      receive: (call) => receive(call, settings(), opener.webhookUrlOf(account)),
      ...(answerChallenge ? { answerChallenge: (query) => answerChallenge(query, settings()) } : {}),
      ...(refuses ? { refuses } : {}),
    }
  }

  function carrierOf({ id, limits, organizationId }: Account): Carrier {
    const shared = firstContactsOf()
    return {
      accountId: id,
      provider: provider.name,
      whenUncertain: provider.whenUncertain,
      limits,
      ...(provider.replyWindow ? { replyWindow: true } : {}),
      // Within the organization: nobody can use up another's by naming its portfolio.
      ...(shared
        ? { firstContacts: { ...shared, key: `${organizationId ?? 'platform'} ${provider.name} ${shared.key}` } }
        : {}),
      send: (message) => within(() => breaker.run(() => sendNow(message))),
      get canBeAsked() {
        return canBeAsked
      },
      ...(provider.whenUncertain === 'ask' ? { find } : {}),
    }
  }

  /** Settings that cannot be read are said when a message is to be sent. */
  function firstContactsOf() {
    if (!provider.firstContacts) return undefined
    try {
      return provider.firstContacts(opener.settingsOf(account, provider))
    } catch {
      return undefined
    }
  }

  /** An account that cannot be asked says nothing about what it did earlier. */
  async function find(message: Outbound, tried?: EarlierTry): Promise<SendResult | undefined> {
    return connections.use<SendResult | undefined>(
      async (by) => {
        canBeAsked = by.statusOf !== undefined
        return by.find?.(message as OutboundOf<Channel>, tried)
      },
      ({ code, detail }) => ({ outcome: 'uncertain', code, detail }),
    )
  }

  async function sendNow(message: Outbound): Promise<SendResult> {
    const began = performance.now()
    const note = (verdict: Parameters<typeof afterSend>[1]) => {
      health = afterSend(health, verdict, performance.now() - began, clock.now())
    }
    health = beforeSend(health, clock.now())
    try {
      // An account is only ever given messages of its own channel.
      const result = await connections.use<SendResult>(
        (by) => {
          canBeAsked = by.statusOf !== undefined
          return by.send(message as OutboundOf<Channel>)
        },
        (refusal) => refusal,
      )
      note(verdictOf(result))
      return result
    } catch (error) {
      note('failing')
      throw error
    }
  }
}

type Within = <T>(work: () => Promise<T>) => Promise<T>

const slotsOf = ({ limits: { atOnce } }: Account): Within =>
  atOnce === undefined ? (work) => work() : createSlots(atOnce)

const isReserved = (since: number): boolean => performance.now() - since < PROBE_RESERVED_MS

const sameBytes = (a: Buffer | null, b: Buffer | null): boolean => (a && b ? a.equals(b) : a === b)
