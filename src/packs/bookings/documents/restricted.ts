import { z } from 'zod'
import { type Address, country, Address as FullAddress, line } from './parties.ts'

/** Whoever the work is for, as staff and whoever does the work know them. */
export const Client = z.strictObject({
  name: line,
  company: line.optional(),
  email: z.email().max(320).optional(),
  phone: z.string().max(40).optional(),
  address: FullAddress.optional(),
})
export type Client = z.infer<typeof Client>

/**
 * The same as those outside the business may see them before they have accepted. It holds nothing else: what it does not
 * contain cannot be printed, neither by mistake (a compile error) nor by a caller who sends more (refused).
 */
export const RestrictedClient = z.strictObject({ shortName: z.string().trim().min(2).max(80) })
export type RestrictedClient = z.infer<typeof RestrictedClient>

/** A place as they may see it: the town. */
export const Area = z.strictObject({ town: line, country })
export type Area = z.infer<typeof Area>

/** What is known of the work in numbers and yes or no: nothing that anybody wrote, where a phone number could stand. */
export const Measure = z.strictObject({
  label: line,
  value: z.union([z.number(), z.boolean()]),
  unit: z.enum(['hour', 'day', 'km', 'm2', 'm3', 'kg']).optional(),
})
export type Measure = z.infer<typeof Measure>

export const restrictedClient = ({ name }: Pick<Client, 'name'>): RestrictedClient => ({ shortName: shortNameOf(name) })

export const areaOf = ({ city, country }: Address): Area => ({ town: city, country })

/** Words that belong to the family name after them. */
const PARTICLES = /^(?:d[aeiou]s?|del|della|der|den|van|von|ter|la|le|les|al|el|bin|ben|of)$/i

/** “J. Doe”; of a name that is one word, its first letter alone. */
export function shortNameOf(name: string): string {
  const words = name
    .normalize('NFC')
    .split(/[\s\u00a0]+/)
    .filter((word) => /\p{L}/u.test(word))
  const initial = `${[...(words[0] ?? '–')].find((letter) => /[\p{L}–]/u.test(letter))!.toUpperCase()}.`
  if (words.length < 2) return initial
  let from = words.length - 1
  while (from > 1 && PARTICLES.test(words[from - 1]!)) from--
  return `${initial} ${words.slice(from).join(' ')}`.slice(0, 80).trim()
}
