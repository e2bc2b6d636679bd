import type { LookupFunction } from 'node:net'
import type { z } from 'zod'
import type { AccountLimits, EarlierTry } from '../channels/carrier.ts'
import type { Channel } from '../channels/channel.ts'
import type { OutboundOf } from '../channels/outbound.ts'
import type { CarrierTemplate, Report, Webhook, WebhookCall, WebhookResult } from '../channels/report.ts'
import type { SendResult } from '../channels/send-result.ts'

/**
 * One vendor on one channel: a folder that speaks our words. It is handed its settings and messages; it has never heard
 * of the database, the queue or the environment. Every provider passes `provider.contract.ts`.
 */
export interface Provider<C extends Channel = Channel, Settings = unknown> {
  /** As in `/webhooks/{name}/:accountId` and on every attempt: `smtp`, `twilio`. */
  readonly name: string
  readonly channel: C
  /** What an account needs, checked when it is saved. What must never be shown again carries `.meta({ secret: true })`. */
  readonly settings: z.ZodType<Settings>
  /** What an organization's new account keeps to, unless it says otherwise. */
  readonly limits?: AccountLimits
  /** The vendor lets people be written to freely only for 24 hours after they wrote, and tells of what they write. The engine keeps the time. */
  readonly replyWindow?: true
  /** How many may be written to first in any 24 hours. Accounts of an organization that give the same key share it. Undefined: any number. */
  readonly firstContacts?: (settings: Settings) => { readonly key: string; readonly perDay: number } | undefined
  /** The hosts these settings name, where whoever writes them may choose. */
  readonly hosts?: (settings: Settings) => readonly string[]
  /**
   * What settles a try whose outcome is unknown: `resend` with the same idempotency key or Message-ID (the far side can
   * tell the copy), `ask` by `Connection.find`, or `stop` and show it.
   */
  readonly whenUncertain: 'resend' | 'ask' | 'stop'
  /** Opens nothing yet: sockets are made at the first send. One connection per account and process. */
  connect(settings: Settings, network?: Network): Connection<C>
  /**
   * Checks the signature over the raw body, in constant time, then says what the call reports. Asked when the call comes and
   * again when it is worked through: pure, but for certificates it may fetch. Absent when the vendor never calls back.
   */
  readonly receive?: (
    call: WebhookCall,
    settings: Settings,
    webhookUrl?: string,
  ) => WebhookResult | Promise<WebhookResult>
  /** For vendors that first ask, by GET, whether the address is ours: what to answer. Undefined: it is not known, and refused. */
  readonly answerChallenge?: (query: WebhookCall['query'], settings: Settings) => string | undefined
  /**
   * The status that a refused call is answered with, where the usual one (401, or 400 when it cannot be read) would make the
   * vendor drop for good what it may send again.
   */
  readonly refuses?: Webhook['refuses']
}

/** How far a connection may reach, and where it is reached itself. */
export interface Network {
  /** Resolves every host name, and refuses those this account may not reach; the system's own unless set. */
  readonly lookup?: LookupFunction
  /** Where the vendor reports on this account: `https://…/webhooks/{name}/{account id}`. Without it the vendor is asked for no reports. */
  readonly webhookUrl?: string
}

export interface Connection<C extends Channel = Channel> {
  /** Never throws for what the vendor says. Ends within the account's time limit (30 s unless set). */
  send(message: OutboundOf<C>): Promise<SendResult>
  /**
   * For `ask` providers: the result of an earlier try, or undefined when the vendor never saw it. `uncertain` with
   * `retryAfterMs` while it cannot be asked: the message is not sent again on a guess.
   */
  find?(message: OutboundOf<C>, tried?: EarlierTry): Promise<SendResult | undefined>
  /** What became of a message, for vendors that do not repeat a report that was lost. Undefined: nothing new, or it cannot be asked. */
  statusOf?(providerMessageId: string): Promise<Report | undefined>
  /** The approved templates there are. Throws, in words for an operator, when they cannot be read. */
  templates?(): Promise<readonly CarrierTemplate[]>
  /** Signs in and out without sending; the vendor's reason in plain words when it fails. */
  test?(): Promise<{ ok: true } | { ok: false; detail: string }>
  close(): Promise<void>
}

export const defineProvider = <C extends Channel, Settings>(provider: Provider<C, Settings>): Provider<C, Settings> =>
  provider

/** A provider in a list with others: its settings are whatever its own schema has passed, its messages its own channel's. */
export type AnyProvider = Provider<Channel, unknown>

export const asAny = <C extends Channel, Settings>(provider: Provider<C, Settings>): AnyProvider =>
  provider as unknown as AnyProvider
