import { inputsOf, labelOf, pricingOf, type QuoteRow } from './quotes.ts'

/** A booking as every message and document about it needs it. */
export interface Told {
  readonly id: string
  readonly reference: string
  /** What was paid, and in what: now and then in another currency than the quote's. */
  readonly amount: number
  readonly currency: string
  readonly insurance: boolean
  readonly contactId: string
  /** The booking's own number, where its contact has another one. */
  readonly phone: string | undefined
  readonly quote: QuoteRow
  readonly clientLanguage: 'fr' | 'en'
  readonly staffLanguage: 'fr' | 'en'
}

/** Of what a message says of a job. */
const MOST = 50

/** Where the client hears of a booking. */
export const clientOf = ({ contactId, phone }: Pick<Told, 'contactId' | 'phone'>) => ({
  contactId,
  ...(phone && { phone }),
})

/** The name a booking's reminders go by. */
export const subjectOf = (bookingId: string): string => `booking-${bookingId}`

export const addressOf = ({
  address_line,
  postal_code,
  city,
}: Pick<QuoteRow, 'address_line' | 'postal_code' | 'city'>) => ({
  line: address_line,
  postalCode: postal_code,
  city,
})

export const commonOf = ({ reference, quote }: Pick<Told, 'reference' | 'quote'>, language: 'fr' | 'en') => ({
  reference,
  service: labelOf(quote, language),
  startsAt: quote.wished_at.toISOString(),
  placeTimeZone: quote.time_zone,
})

export const nameOf = ({ name, email, phone }: Pick<QuoteRow, 'name' | 'email' | 'phone'>): string =>
  (name ?? email ?? phone ?? '–').slice(0, 200)

/** What the service needs to know, for the staff. */
export function detailsOf(quote: QuoteRow, language: 'fr' | 'en'): { label: string; value: string }[] {
  const { notes } = quote
  return [...sizeOf(quote, language), ...(notes ? [{ label: 'Notes', value: notes.slice(0, 200) }] : [])].slice(0, MOST)
}

/** How large a job is, by the words of the rules that ask for it: nothing of whose it is. */
export function sizeOf(
  quote: Pick<QuoteRow, 'pricing' | 'inputs'>,
  language: 'fr' | 'en',
): { label: string; value: string }[] {
  const { rules } = pricingOf(quote)
  const nameOfInput = (input: string) =>
    rules.find((rule) => 'input' in rule && rule.input === input)?.label[language] ?? input
  return Object.entries(inputsOf(quote))
    .filter(([, value]) => value !== false)
    .slice(0, MOST)
    .map(([input, value]) => ({
      label: nameOfInput(input),
      value: value === true ? '✓' : new Intl.NumberFormat(language).format(value as number),
    }))
}
