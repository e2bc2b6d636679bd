import { moneyText } from '../../../engine/templates/wording.ts'

/** How amounts, dates and numbers read on paper: Intl’s way, with spaces the font has. */
export interface Formats {
  readonly language: 'fr' | 'en'
  money(minorUnits: number): string
  /** 3 décembre 2026: a day without a time is the same everywhere. */
  day(date: string): string
  /** jeudi 3 décembre 2026 à 14:30, in the document's zone. */
  moment(at: string): string
  /** Thousandths: 2,5. */
  quantity(thousandths: number): string
  /** Hundredths of a percent: 5,5 %. */
  percent(rate: number): string
}

const made = new Map<string, Formats>()

/** Making them costs a millisecond: they are kept for each language, zone and currency, a few hundred at most. */
export function formatsOf(locale: string, timeZone: string, currency: string): Formats {
  const key = `${locale} ${timeZone} ${currency}`
  const known = made.get(key)
  if (known) return known
  if (made.size > 300) made.clear()
  const formats = makeFormats(locale, timeZone, currency)
  made.set(key, formats)
  return formats
}

function makeFormats(locale: string, timeZone: string, currency: string): Formats {
  const language = locale.startsWith('fr') ? 'fr' : 'en'
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const date = new Intl.DateTimeFormat(locale, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone,
  })
  const time = new Intl.DateTimeFormat(locale, { timeStyle: 'short', timeZone })
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 3 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 2 })
  const read = (text: string) => onPaper(language === 'fr' ? text.replace(FIRST_OF_MONTH, '1er ') : text)
  return {
    language,
    money: (amount) => onPaper(moneyText(amount, currency, locale, true)),
    day: (at) => read(day.format(new Date(`${at}T00:00:00Z`))),
    moment: (at) =>
      `${read(date.format(new Date(at)))}${language === 'fr' ? ' à\u00a0' : ' at\u00a0'}${onPaper(time.format(new Date(at)))}`,
    quantity: (thousandths) => onPaper(number.format(thousandths / 1_000)),
    percent: (rate) => onPaper(percent.format(rate / 10_000)),
  }
}

/** In French the first of a month, and no other day, is an ordinal. Intl does not know. */
const FIRST_OF_MONTH = /(?<!\d)1 (?=\p{L})/u

/** Few fonts have U+202F, which Intl groups French thousands with. */
const onPaper = (text: string): string => text.replaceAll('\u202f', '\u00a0')
