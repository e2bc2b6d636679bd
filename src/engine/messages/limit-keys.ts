/** What each shared limit is counted under: the worker takes by these, and `/v1/limits` shows them. */

/** The token bucket of a provider account. */
export const accountKey = (accountId: string): string => `account:${accountId}`

/** What a provider account has sent in the last 24 hours. */
export const accountDayKey = (accountId: string): string => `account-day:${accountId}`

/** The pause a provider account keeps between two messages to one address. */
export const pairKey = (accountId: string, address: string): string => `pair:${accountId}:${address}`

/** The notifications of one contact in the last hour. */
export const contactKey = (contactId: string): string => `contact:${contactId}`
