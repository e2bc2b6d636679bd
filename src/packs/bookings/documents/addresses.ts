import type { Party } from './blocks.ts'
import type { Address } from './parties.ts'
import type { Area, Client } from './restricted.ts'

/** As on an envelope; the country where it is not the reader’s own. */
export const addressLines = ({ lines, postalCode, city, country }: Address, home = country): string[] => [
  ...lines,
  `${postalCode} ${city}`,
  ...(country === home ? [] : [country]),
]

export const areaText = ({ town, country }: Area): string => (country === 'FR' ? town : `${town} (${country})`)

export const clientParty = (label: string, { name, company, address, phone, email }: Client): Party => ({
  label,
  name: company ?? name,
  lines: [company ? name : undefined, ...(address ? addressLines(address) : []), phone, email],
})
