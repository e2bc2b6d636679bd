import type { AccountLimits } from '../channels/carrier.ts'
import type { Channel } from '../channels/channel.ts'
import type { AnyProvider } from '../providers/provider.ts'

/** A provider account as it is stored. */
export interface Account {
  readonly id: string
  /** Null: the platform's, for organizations without their own on that channel. */
  readonly organizationId: string | null
  readonly provider: string
  readonly channel: Channel
  readonly name: string
  /** The lowest goes first; those of one position share by weight. */
  readonly position: number
  readonly weight: number
  readonly limits: AccountLimits
  readonly enabled: boolean
  /** Sealed. Null: whoever runs the process has given them. */
  readonly settings: Buffer | null
  /** When somebody last closed its breaker by hand, or changed its settings. */
  readonly resetAt: Date | null
  /** When its carrier last reported that it may send nothing, and with what words. */
  readonly stoppedAt: Date | null
  readonly stoppedBy: string | null
  readonly createdAt: Date
  readonly removedAt: Date | null
  /** Another one after every change. */
  readonly version: string
}

/** An account of the platform: its settings come from the environment or the code. */
export interface BuiltIn {
  /** Fixed: it is in the addresses of webhooks and on every try that was ever made. */
  readonly id: string
  readonly provider: AnyProvider
  readonly name: string
  readonly settings: unknown
  readonly position?: number
  readonly limits?: AccountLimits
  /** Nothing is sent with it any more; what it sent is still reported. */
  readonly retired?: boolean
}

/** The most accounts one organization may have. */
export const MOST_ACCOUNTS = 20

/** One in three hours; to stop an account it is not enabled. */
export const LEAST_PER_SECOND = 0.0001
export const MOST_PER_SECOND = 10_000
