import type { Clock } from '../../platform/clock.ts'
import type { WindowLimit, Windows } from '../../platform/limits/windows.ts'
import { createRemembered } from '../../platform/remembered.ts'
import type { Organization } from '../organizations/organization.ts'
import { deliveryOf } from './delivery-settings.ts'
import { countryKey } from './limit-keys.ts'
import { mostADay, phoneCountry, ruleFor } from './phone-countries.ts'

interface Deps {
  readonly windows: Pick<Windows, 'takeEach' | 'giveBack' | 'peek'>
  readonly clock: Clock
  /** Something was refused because it is unusual: whoever can decide is to hear of it. May be told often. */
  readonly onUnusual: (organizationId: string, country: string) => void
}

/** Why a phone message does not go to its country. */
export type CountryRefusal = 'country_blocked' | 'unusual_country'

/** A notification that may go to a phone. */
export interface PhoneAsk {
  readonly organization: Organization
  readonly address: string
  /** Somebody chose its recipients and saw how many there are: it is neither counted nor unusual. */
  readonly isChosen: boolean
}

export interface Braked {
  /** Why each ask is refused, by its place among the asks; those that may go are missing. */
  readonly refused: ReadonlyMap<number, CountryRefusal>
  /** Gives back what was counted for asks that were not sent to a phone after all, and keeps the others for what is usual. */
  settle(used: (index: number) => boolean): Promise<void>
}

const DAY_MS = 24 * 3_600_000
const MONTH_MS = 30 * DAY_MS
const USUAL_KNOWN_MS = 5 * 60_000
const MOST_EVER = 2 ** 31 - 1
const month: WindowLimit = { limit: MOST_EVER, windowMs: MONTH_MS }

/** Where an ask goes, and what its organization wants of that place. */
function placeOf({ organization, address }: PhoneAsk) {
  const country = phoneCountry(address)
  if (country === undefined) return undefined
  return { country, rule: ruleFor(country, organization.country, deliveryOf(organization).phoneCountries) }
}

/** Those that are refused however many there are. */
export const blockedOf = (asks: readonly (PhoneAsk | undefined)[]): Braked['refused'] =>
  new Map(
    asks.flatMap((ask, index) =>
      ask && placeOf(ask)?.rule === 'blocked' ? [[index, 'country_blocked'] as const] : [],
    ),
  )

const NOTHING: Braked = { refused: new Map(), settle: async () => {} }

export type CountryBrake = ReturnType<typeof createCountryBrake>

/**
 * Holds back bursts of phone messages to countries an organization hardly ever sends to: whoever earns by each text that
 * arrives at their numbers has codes and confirmations sent there through its forms. Counted over rolling windows that all
 * processes share; nothing is asked for messages to its own country or by other channels.
 */
export function createCountryBrake({ windows, clock, onUnusual }: Deps) {
  /** A month does not change much in some minutes. */
  const sentInMonth = createRemembered({
    load: async (key) => (await windows.peek(key, month)).used,
    clock,
    staleMs: USUAL_KNOWN_MS,
  })

  return {
    /** Counts what goes to a phone, each ask in its place; where there is none, nothing does. */
    async take(asks: readonly (PhoneAsk | undefined)[]): Promise<Braked> {
      const refused = new Map<number, CountryRefusal>()
      const watched = new Map<string, { organization: Organization; country: string; places: number[] }>()
      asks.forEach((ask, index) => {
        const found = ask && placeOf(ask)
        if (found?.rule === 'blocked') refused.set(index, 'country_blocked')
        if (!ask || found?.rule !== 'watched' || ask.isChosen) return
        const { organization } = ask
        const { country } = found
        const key = countryKey(organization.id, country)
        const same = watched.get(key)
        if (same) same.places.push(index)
        else watched.set(key, { organization, country, places: [index] })
      })
      if (watched.size === 0) return refused.size > 0 ? { ...NOTHING, refused } : NOTHING

      const takenAt = clock.now()
      const groups = await Promise.all(
        [...watched].map(async ([key, { organization, country, places }]) => {
          const window = await dayOf(organization, country)
          return { key, window, wanted: places.length, organization, country, places }
        }),
      )
      const given = await windows.takeEach(groups)
      groups.forEach(({ organization, country, places }, n) => {
        const over = places.slice(given[n]!)
        for (const index of over) refused.set(index, 'unusual_country')
        if (over.length > 0) onUnusual(organization.id, country)
      })
      return {
        refused,
        async settle(used) {
          const counted = groups.map(({ places }, n) => places.slice(0, given[n]!).filter(used).length)
          const unused = groups.flatMap(({ key, window }, n) => {
            const count = given[n]! - counted[n]!
            return count > 0 ? [windows.giveBack(key, window, count, takenAt)] : []
          })
          const sent = groups.flatMap(({ key }, n) =>
            counted[n]! > 0 ? [{ key, window: month, wanted: counted[n]! }] : [],
          )
          // What cannot be counted makes nothing unusual for longer than a day; the messages are written all the same.
          await Promise.allSettled([...unused, sent.length > 0 ? windows.takeEach(sent) : undefined])
        },
      }
    },

    /** Whether a country’s day is full, so that nothing more goes there; and how many that is. */
    async isFull(organization: Organization, country: string): Promise<{ full: boolean; limit: number }> {
      const window = await dayOf(organization, country)
      const { remaining } = await windows.peek(countryKey(organization.id, country), window)
      return { full: remaining === 0, limit: window.limit }
    },
  }

  async function dayOf(organization: Organization, country: string): Promise<WindowLimit> {
    const settings = deliveryOf(organization).phoneCountries
    return { limit: mostADay(await sentInMonth.of(countryKey(organization.id, country)), settings), windowMs: DAY_MS }
  }
}
