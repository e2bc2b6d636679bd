import type { Channel } from './channel.ts'
import type { Outbound } from './outbound.ts'
import type { SendResult } from './send-result.ts'

/** One provider account as a message meets it: behind its breaker and its concurrency. */
export interface Carrier {
  readonly accountId: string
  readonly provider: string
  readonly whenUncertain: 'resend' | 'ask' | 'stop'
  readonly limits: AccountLimits
  /** People may be written to freely for 24 hours after they wrote, and at other times with an approved template only. */
  readonly replyWindow?: true
  /** Messages to people who did not write first, in any 24 hours: counted together for all accounts of one key. */
  readonly firstContacts?: { readonly key: string; readonly perDay: number }
  /** Never rejects for what the provider says. While the breaker is open nothing leaves: `retry_later` with the code `breaker_open`. */
  send(message: Outbound): Promise<SendResult>
  find?(message: Outbound, tried?: EarlierTry): Promise<SendResult | undefined>
  /** It can be asked later what became of a message. Known once it has sent one. */
  readonly canBeAsked?: boolean
}

/** What is known of a try whose outcome is not: what a carrier without idempotency keys needs, to tell it from others. */
export interface EarlierTry {
  /** When it began. */
  readonly since: Date
  /**
   * Which of these ids, that the carrier has just named, are other messages'. `not_yet`: one to the same address is being
   * sent or asked about at this moment and may turn out to be one of them; ask again a little later.
   */
  belongsToOthers?(providerMessageIds: readonly string[]): Promise<ReadonlySet<string> | 'not_yet'>
}

/** How fast an account may send. What is absent has no limit. */
export interface AccountLimits {
  /** Shared by every process. `burst` is what may go at once: a second's worth unless set. */
  readonly perSecond?: number
  readonly burst?: number
  /** In any 24 hours, shared by every process. */
  readonly perDay?: number
  /** WhatsApp's pair rate: between two messages to one address. */
  readonly secondsBetweenToOneAddress?: number
  /** Sends of one process that may be under way. */
  readonly atOnce?: number
}

/** Why nothing can be sent with any account right now. */
export interface Unavailable {
  readonly reason: 'breaker_open' | 'no_account'
  /** When it is worth looking again. */
  readonly until: Date
}

export interface ChooseOptions {
  /** Accounts that have refused this message: another one, or none. */
  readonly not?: readonly string[]
  /** A try whose outcome is unknown is settled with the account that made it; no other one may send it. */
  readonly only?: string
  /** The platform's accounts, whatever the organization has, always or `first`, while one of them is in service; its own where the platform's are a sandbox. */
  readonly platform?: 'only' | 'first' | undefined
}

/**
 * What may be handed to the queue now, so that messages wait in their rows and not in jobs. An organization that is not
 * listed shares `others` with all that are not; undefined: as much as there is room for.
 */
export interface Allowance {
  readonly listed: ReadonlyMap<string, number>
  readonly others: number | undefined
}

/** Every organization's way to send, as `app.ts` wires it: its own accounts, else the platform's. */
export interface Carriers {
  /** Undefined: every account there is has refused this message. */
  choose(organizationId: string, channel: Channel, options?: ChooseOptions): Carrier | Unavailable | undefined
  allowance(channel: Channel): Allowance
  /** Whether there is any account a message of this organization could go by, now or once it works again. */
  serves(organizationId: string, channel: Channel): boolean
  /** So many were handed to the queue: they count against the allowance until it has refilled. */
  offered(organizationId: string, channel: Channel, messages: number): void
}
