import type { Limit } from '../../platform/limits/limits.ts'
import type { WindowLimit } from '../../platform/limits/windows.ts'
import type { AccountLimits } from '../channels/carrier.ts'

/** What each shared limit is counted under and by: the worker takes by these, and `GET /v1/limits` shows them. */

/** Those of an account's limits that all processes share by its id. */
export type SharedLimits = {
  readonly [Field in 'perSecond' | 'burst' | 'perDay']?: AccountLimits[Field] | undefined
}

const DAY_MS = 24 * 3_600_000

/** The token bucket of a provider account. */
export const accountKey = (accountId: string): string => `account:${accountId}`

/** Undefined: as fast as it can. */
export const bucketOf = ({ perSecond, burst }: SharedLimits): Limit | undefined =>
  perSecond === undefined ? undefined : { perSecond, burst: burst ?? Math.max(1, Math.ceil(perSecond)) }

/** Held while something urgent waits for a token of an account that holds one at a time. */
export const urgentKey = (accountId: string): string => `account-urgent:${accountId}`

/** What a provider account has sent in the last 24 hours. */
export const accountDayKey = (accountId: string): string => `account-day:${accountId}`

/** Undefined: as many as there are. */
export const dayOf = ({ perDay }: SharedLimits): WindowLimit | undefined =>
  perDay === undefined ? undefined : { limit: perDay, windowMs: DAY_MS }

/** The pause a provider account keeps between two messages to one address. */
export const pairKey = (accountId: string, address: string): string => `pair:${accountId}:${address}`

/** The notifications of one contact in the last hour. */
export const contactKey = (contactId: string): string => `contact:${contactId}`

/** What an organization has sent to the phones of a country, in the last day and in the last month. */
export const countryKey = (organizationId: string, country: string): string => `country:${organizationId}:${country}`
