/** How dates, amounts and numbers read in a language and zone. Pure; what cannot be read becomes an empty string. */

/** Making a formatter costs about 50 µs, using one about 1 µs. */
const CACHE_LIMIT = 1_000
const formatters = new Map<string, Formatter>()

type Formatter = Intl.DateTimeFormat | Intl.NumberFormat | Intl.PluralRules | MoneyFormatter

interface MoneyFormatter {
  readonly format: (amount: number) => string
  /** How many minor units a unit has. */
  readonly minor: number
}

function cached<F extends Formatter>(key: string, make: () => F): F {
  const known = formatters.get(key)
  if (known) return known as F
  if (formatters.size >= CACHE_LIMIT) formatters.clear()
  const made = make()
  formatters.set(key, made)
  return made
}

const DATE_STYLES = {
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  short: { day: 'numeric', month: 'short', year: 'numeric' },
  time: { timeStyle: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

export type DateStyle = 'long' | 'day' | 'short'

/** In French the first of a month, and no other day, is an ordinal: 1er mars. Intl does not know. */
const FIRST_OF_MONTH = /(?<!\d)1 (?=\p{L})/u

function formatDate(at: unknown, style: keyof typeof DATE_STYLES, locale: string, timeZone: string): string {
  if (typeof at !== 'string') return ''
  const instant = new Date(at)
  if (Number.isNaN(instant.getTime())) return ''
  // A date without a time is the same day everywhere.
  const zone = /^\d{4}-\d{2}-\d{2}$/.test(at) ? 'UTC' : timeZone
  const formatter = cached(`${style} ${locale} ${zone}`, () => dateFormatter(locale, zone, DATE_STYLES[style]))
  const text = plainSpaces(formatter.format(instant))
  return locale.startsWith('fr') && style !== 'time' ? text.replace(FIRST_OF_MONTH, '1er ') : text
}

/** An unknown zone or locale must not stop a message: it is read in UTC, or in English. */
function dateFormatter(locale: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  for (const [tag, zone] of [
    [locale, timeZone],
    [locale, 'UTC'],
    ['en', timeZone],
  ] as const) {
    try {
      return new Intl.DateTimeFormat(written(tag, zone), { ...options, timeZone: zone })
    } catch {}
  }
  return new Intl.DateTimeFormat(written('en', 'UTC'), { ...options, timeZone: 'UTC' })
}

/** English of no country is written as where the clock is: Intl would have it American everywhere. */
const written = (locale: string, timeZone: string): string =>
  locale === 'en' && !/^(?:America|US)\//.test(timeZone) ? 'en-GB' : locale

/** `jeudi 3 décembre 2026`, `jeudi 3 décembre`, `3 déc. 2026`. */
export const dateText = (at: unknown, style: DateStyle, locale: string, timeZone: string): string =>
  formatDate(at, style, locale, timeZone)

/** `14:30`; `2:30 PM` in American English. */
export const timeText = (at: unknown, locale: string, timeZone: string): string =>
  formatDate(at, 'time', locale, timeZone)

/** `jeudi 3 décembre à 14:30`. */
export function dateTimeText(at: unknown, locale: string, timeZone: string): string {
  const date = formatDate(at, 'day', locale, timeZone)
  const joint = locale.startsWith('fr') ? ' à ' : locale.startsWith('en') ? ' at ' : ', '
  return date && `${date}${joint}${formatDate(at, 'time', locale, timeZone)}`
}

/** `1 234,50 €`: minor units to the currency's own number of decimals. */
export function moneyText(amount: unknown, currency: unknown, locale: string, keepTogether: boolean): string {
  if (typeof amount !== 'number' || typeof currency !== 'string' || !/^[a-z]{3}$/i.test(currency)) return ''
  const { format, minor } = cached(`money ${locale} ${currency}`, () => moneyFormatter(locale, currency))
  return spaces(format(amount / minor), keepTogether)
}

function moneyFormatter(locale: string, currency: string): MoneyFormatter {
  const formatter = new Intl.NumberFormat(safeLocale(locale), { style: 'currency', currency })
  return {
    format: (amount) => formatter.format(amount),
    minor: 10 ** (formatter.resolvedOptions().maximumFractionDigits ?? 2),
  }
}

export function numberText(value: unknown, locale: string, keepTogether: boolean): string {
  if (typeof value !== 'number') return ''
  return spaces(cached(`number ${locale}`, () => new Intl.NumberFormat(safeLocale(locale))).format(value), keepTogether)
}

export const pluralForm = (count: unknown, locale: string): Intl.LDMLPluralRule =>
  cached(`plural ${locale}`, () => new Intl.PluralRules(safeLocale(locale))).select(Number(count))

function safeLocale(locale: string): string {
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? 'en'
  } catch {
    return 'en'
  }
}

const plainSpaces = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ')

/** HTML keeps a number and its unit on one line; plain text gets ordinary spaces, the only ones GSM-7 has. Few fonts have U+202F. */
const spaces = (text: string, keepTogether: boolean): string =>
  keepTogether ? text.replaceAll('\u202f', '\u00a0') : plainSpaces(text)
