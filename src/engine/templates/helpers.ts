import { dateText, dateTimeText, moneyText, numberText, pluralForm, timeText } from './wording.ts'

/** What a helper knows besides its arguments. */
export interface HelperContext {
  readonly locale: string
  readonly timeZone: string
  /** False where the output is plain text: subjects, text parts, SMS. */
  readonly html: boolean
}

export interface Helper {
  /** How many arguments it takes, at least and at most. */
  readonly takes: readonly [least: number, most: number]
  /** Its named arguments. */
  readonly named?: readonly string[]
  /** Arguments that must be written out as one of these words. */
  readonly words?: Readonly<Record<number, readonly string[]>>
  /** Its output is HTML that it has made safe itself. */
  readonly makesHtml?: true
  run(values: readonly unknown[], named: Readonly<Record<string, unknown>>, context: HelperContext): unknown
}

const zoneOf = (named: Readonly<Record<string, unknown>>, { timeZone }: HelperContext) =>
  typeof named.timeZone === 'string' ? named.timeZone : timeZone

/**
 * Every helper there is. Dates and times are read in the contact's zone and language (`timeZone=` names another zone);
 * an amount is integer minor units with its currency.
 */
export const HELPERS: Readonly<Record<string, Helper>> = {
  date: {
    takes: [1, 2],
    named: ['timeZone'],
    words: { 1: ['long', 'day', 'short'] },
    run: ([at, style], named, context) =>
      dateText(at, (style as 'long' | 'day' | 'short') ?? 'long', context.locale, zoneOf(named, context)),
  },
  time: {
    takes: [1, 1],
    named: ['timeZone'],
    run: ([at], named, context) => timeText(at, context.locale, zoneOf(named, context)),
  },
  dateTime: {
    takes: [1, 1],
    named: ['timeZone'],
    run: ([at], named, context) => dateTimeText(at, context.locale, zoneOf(named, context)),
  },
  money: { takes: [2, 2], run: ([amount, currency], _, { locale, html }) => moneyText(amount, currency, locale, html) },
  number: { takes: [1, 1], run: ([value], _, { locale, html }) => numberText(value, locale, html) },
  plural: {
    takes: [3, 3],
    run: ([count, one, other], _, { locale }) => (pluralForm(count, locale) === 'one' ? one : other),
  },

  eq: { takes: [2, 2], run: ([a, b]) => a === b },
  ne: { takes: [2, 2], run: ([a, b]) => a !== b },
  gt: { takes: [2, 2], run: ([a, b]) => Number(a) > Number(b) },
  lt: { takes: [2, 2], run: ([a, b]) => Number(a) < Number(b) },
  and: { takes: [2, 8], run: (values) => values.every(isTrue) },
  or: { takes: [2, 8], run: (values) => values.some(isTrue) },
  not: { takes: [1, 1], run: ([value]) => !isTrue(value) },
  default: {
    takes: [2, 2],
    run: ([value, otherwise]) => (value === undefined || value === null || value === '' ? otherwise : value),
  },

  url: { takes: [1, 1], run: ([value]) => safeUrl(value) },
  color: { takes: [1, 2], run: ([value, otherwise]) => safeColor(value) ?? safeColor(otherwise) ?? '#1f2937' },
  colorOn: {
    takes: [1, 2],
    run: ([value, otherwise]) => readableOn(safeColor(value) ?? safeColor(otherwise) ?? '#1f2937'),
  },
  paragraphs: { takes: [1, 1], makesHtml: true, run: ([value], _, { html }) => (html ? htmlParagraphs(value) : value) },
  lines: {
    takes: [1, 1],
    makesHtml: true,
    run: ([value], _, { html }) => (html && typeof value === 'string' ? htmlLines(value.trim()) : value),
  },
}

const htmlLines = (text: string): string => escapeHtml(text).replace(/\r?\n/g, '<br>')

/** As Handlebars' own `if` sees it: an empty list and 0 are false. */
export const isTrue = (value: unknown): boolean => (Array.isArray(value) ? value.length > 0 : Boolean(value))

const SPECIAL = /[&<>"']/
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Safe as text and inside a quoted attribute; unquoted attributes are refused when a template is published. */
export const escapeHtml = (text: string): string =>
  SPECIAL.test(text) ? text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '') : text

/** Schemes a message may link to: anything else (`javascript:`, `data:`) becomes nothing. */
const LINK = /^(?:https?:\/\/|mailto:|tel:|cid:)[^\s\p{Cc}]*$/iu

export const safeUrl = (value: unknown): string => (typeof value === 'string' && LINK.test(value) ? value : '')

export const safeColor = (value: unknown): string | undefined =>
  typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? value : undefined

/** Black or white, whichever is easier to read on a colour (WCAG 2 relative luminance). */
export function readableOn(color: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.4 ? '#111827' : '#ffffff'
}

/** Blank lines part paragraphs, single line ends stay line ends. */
const htmlParagraphs = (value: unknown): string =>
  typeof value !== 'string'
    ? ''
    : value
        .trim()
        .split(/\r?\n[^\S\n]*(?:\r?\n[^\S\n]*)+/)
        .map((paragraph, index) => `<p style="margin:${index === 0 ? '0' : '16px 0 0'}">${htmlLines(paragraph)}</p>`)
        .join('')
