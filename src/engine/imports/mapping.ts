import { invalid } from '../../errors.ts'
import { normalizeEmail, normalizePhone } from '../channels/address.ts'
import { checkedLocale, checkedZone } from '../contacts/locale.ts'

export const FIELDS = ['email', 'phone', 'name', 'externalId', 'locale', 'timeZone'] as const
type Field = (typeof FIELDS)[number]
const ATTRIBUTE = /^attributes\.(.{1,100})$/

/** Column → a field, `attributes.…`, or `ignore`. */
export type Mapping = Readonly<Record<string, string>>

const KNOWN: Readonly<Record<string, Field>> = {
  email: 'email',
  'e-mail': 'email',
  mail: 'email',
  courriel: 'email',
  'adresse e-mail': 'email',
  'adresse email': 'email',
  phone: 'phone',
  mobile: 'phone',
  tel: 'phone',
  tél: 'phone',
  telephone: 'phone',
  téléphone: 'phone',
  portable: 'phone',
  name: 'name',
  nom: 'name',
  'full name': 'name',
  'nom complet': 'name',
  externalid: 'externalId',
  'external id': 'externalId',
  id: 'externalId',
  identifiant: 'externalId',
  locale: 'locale',
  language: 'locale',
  langue: 'locale',
  timezone: 'timeZone',
  'time zone': 'timeZone',
  'fuseau horaire': 'timeZone',
}

export interface Column {
  readonly name: string
  readonly target: string
}

/** What the first row says: the names of columns, and what each is for. A row that has an address in it is no row of names. */
export function columnsOf(
  first: readonly string[],
  given: Mapping | undefined,
  country: string,
): { columns: Column[]; hasNames: boolean } {
  const hasNames = !first.some((field) => normalizeEmail(field) ?? normalizePhone(field, country))
  const taken = new Set<string>()
  const columns = first.map((field, index) => {
    const name = hasNames ? field : String(index + 1)
    const target = given ? (given[name] ?? 'ignore') : once(guess(field, hasNames, country))
    return { name, target }
  })
  return { columns, hasNames }

  /** Two columns of names, say: the first one is it. */
  function once(target: string): string {
    if (taken.has(target)) return 'ignore'
    taken.add(target)
    return target
  }
}

function guess(field: string, isName: boolean, country: string): string {
  if (isName) {
    const known = KNOWN[field.trim().toLowerCase()]
    return known ?? (field.trim() === '' ? 'ignore' : `attributes.${field.trim().slice(0, 100)}`)
  }
  if (normalizeEmail(field)) return 'email'
  return normalizePhone(field, country) ? 'phone' : 'ignore'
}

/** @throws AppError that names what is wrong with it. */
export function checkColumns(columns: readonly Column[], given: Mapping | undefined): void {
  const names = new Set(columns.map(({ name }) => name))
  for (const [name, target] of Object.entries(given ?? {})) {
    if (!names.has(name)) throw invalid('mapping', `names a column that the file has none of: “${name}”`)
    if (target !== 'ignore' && !FIELDS.some((field) => field === target) && !ATTRIBUTE.test(target))
      throw invalid('mapping', `puts “${name}” where nothing goes: one of ${FIELDS.join(', ')}, attributes.…, ignore`)
  }
  const targets = columns.map(({ target }) => target).filter((target) => target !== 'ignore')
  const twice = targets.find((target, index) => targets.indexOf(target) < index)
  if (twice) throw invalid('mapping', `puts two columns into ${twice}`)
  if (!['email', 'phone', 'externalId'].some((target) => targets.includes(target)))
    throw invalid('mapping', 'says in no column whom a row is about: an e-mail address, a phone number, or your own id')
}

export interface Person {
  readonly line: number
  readonly externalId: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly name: string | null
  readonly locale: string | null
  readonly timeZone: string | null
  readonly attributes: Readonly<Record<string, string>>
}

export interface RowError {
  readonly line: number
  readonly message: string
}

const LONGEST_VALUE = 1_000

/** A row as a person, or why it is none. What looks like a formula is a text like every other. */
export function readRow(
  line: number,
  fields: readonly string[],
  columns: readonly Column[],
  country: string,
): Person | RowError {
  const values: Partial<Record<Field, string>> = {}
  const attributes: Record<string, string> = {}
  for (const [index, { target }] of columns.entries()) {
    const value = fields[index] ?? ''
    if (value === '' || target === 'ignore') continue
    if (value.includes('\u0000')) return { line, message: 'has a character that is no text' }
    if (value.length > LONGEST_VALUE) return { line, message: `has more than ${LONGEST_VALUE} characters in one field` }
    const attribute = ATTRIBUTE.exec(target)?.[1]
    if (attribute) attributes[attribute] = value
    else values[target as Field] = value
  }
  const email = values.email === undefined ? null : normalizeEmail(values.email)
  if (email === undefined) return { line, message: 'has no valid e-mail address' }
  const phone = values.phone === undefined ? null : normalizePhone(values.phone, country)
  if (phone === undefined) return { line, message: 'has no valid phone number' }
  const externalId = values.externalId ?? null
  if (email === null && phone === null && externalId === null) return { line, message: 'has no address and no id' }
  if ((externalId?.length ?? 0) > 255) return { line, message: 'has an id of more than 255 characters' }
  try {
    return {
      line,
      externalId,
      email,
      phone,
      name: values.name?.slice(0, 200) ?? null,
      locale: values.locale === undefined ? null : checkedLocale(values.locale),
      timeZone: values.timeZone === undefined ? null : checkedZone(values.timeZone),
      attributes,
    }
  } catch (error) {
    return { line, message: (error as Error).message }
  }
}

/** What makes two rows of a file the same person. */
export const keyOf = ({ externalId, email, phone }: Person): string =>
  externalId !== null ? `id ${externalId}` : email !== null ? `email ${email}` : `phone ${phone}`
