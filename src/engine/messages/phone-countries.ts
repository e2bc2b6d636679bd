import { countryOf } from '../prices/price.ts'
import type { CountryRule, DeliverySettings } from './delivery-settings.ts'

/** Numbers of no country: satellites, toll-free and premium services that are dialled the same from everywhere. */
export const NO_COUNTRY = 'ZZ'

/** The country of a phone number; undefined for an address that is no number. */
export const phoneCountry = (address: string): string | undefined =>
  address.startsWith('+') ? (countryOf(address) ?? NO_COUNTRY) : undefined

/** What was decided about a country goes first; where an organization is at home, nothing is unusual. */
export const ruleFor = (
  country: string,
  home: string,
  { own, others }: DeliverySettings['phoneCountries'],
): CountryRule => own[country] ?? (country === home ? 'open' : others)

/**
 * Messages that may go to the phones of a watched country in 24 hours: a few anyway, more where more is usual. What is
 * usual is a day of the last thirty, those before the organization began included, so that whoever wants to raise it
 * bit by bit needs a month for each step.
 */
export const mostADay = (
  sentIn30Days: number,
  { perDay, timesUsual }: Pick<DeliverySettings['phoneCountries'], 'perDay' | 'timesUsual'>,
): number => Math.max(perDay, Math.ceil((timesUsual * sentIn30Days) / 30))
