import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { minorDigits } from '../../platform/currency.ts'
import type { Channel } from '../channels/channel.ts'
import type { Cost } from '../channels/cost.ts'

/** What a carrier takes: for a part of an SMS, for any other message as a whole. */
export interface Price extends Cost {
  readonly provider: string
  readonly channel: Channel
  /** ISO 3166-1 alpha-2; `*`: every country that has no price of its own. */
  readonly country: string
  /** WhatsApp's kind of conversation (`marketing`, `utility`, `authentication`, `service`); `*`: any other. */
  readonly category: string
}

export interface Priced {
  readonly provider: string
  readonly channel: Channel
  readonly address: string
  readonly category?: string | undefined
  /** Of an SMS; 1 for any other message. */
  readonly parts: number
}

/** What a message will cost by a list of prices. The most particular price counts: its country before its category. */
export function estimate(
  prices: readonly Price[],
  { provider, channel, address, category, parts }: Priced,
): Cost | undefined {
  const fitting = prices.filter((price) => price.provider === provider && price.channel === channel)
  if (fitting.length === 0) return undefined
  const country = countryOf(address)
  const found = [country, '*']
    .flatMap((place) => [category, '*'].map((kind) => [place, kind]))
    .map(([place, kind]) => fitting.find((price) => price.country === place && price.category === kind))
    .find((price) => price !== undefined)
  return found && { micros: found.micros * parts, currency: found.currency }
}

/** Whose network a number is of; undefined for what is no number. */
export const countryOf = (address: string): string | undefined =>
  address.startsWith('+') ? parsePhoneNumberFromString(address)?.country : undefined

/** How many millionths of a currency's unit its minor unit is: 10 000 for EUR, 1 000 000 for JPY. */
export const microsPerMinor = (currency: string): number => 10 ** (6 - minorDigits(currency))
