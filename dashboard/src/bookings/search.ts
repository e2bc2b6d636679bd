import { given, oneOf, text } from '../parts/search.ts'

export const BOOKING_STATUSES = [
  'draft',
  'payment_completed',
  'assigned',
  'in_progress',
  'completed',
  'cancelled',
] as const
export type BookingStatus = (typeof BOOKING_STATUSES)[number]

/** A day, as a date field writes it. */
const DAY = /^\d{4}-\d\d-\d\d$/
const day = (value: unknown) => {
  const written = text(value)
  return written && DAY.test(written) && !Number.isNaN(Date.parse(written)) ? written : undefined
}

/** What the list of bookings is narrowed to; kept in the address. */
export interface BookingSearch {
  readonly status?: BookingStatus | undefined
  readonly contactId?: string | undefined
  /** Only those that were paid with another amount than the rules come to. */
  readonly priceMismatch?: true | undefined
  /** That begin on this day or later. */
  readonly from?: string | undefined
  /** That begin on this day or before. */
  readonly to?: string | undefined
}

export const bookingSearch = (search: Record<string, unknown>): BookingSearch => ({
  status: oneOf(BOOKING_STATUSES, search.status),
  contactId: text(search.contactId),
  priceMismatch: search.priceMismatch === true || undefined,
  from: day(search.from),
  to: day(search.to),
})

export interface BookingFilter {
  readonly status?: BookingStatus
  readonly contactId?: string
  readonly priceMismatch?: 'true'
  readonly from?: string
  readonly to?: string
}

/** As the API takes it: whole days where the organization is. */
export function bookingFilter(
  { from, to, priceMismatch, ...rest }: BookingSearch,
  startOf: (day: string) => Date,
): BookingFilter {
  const dayAfter = (one: string) => new Date(Date.parse(one) + 86_400_000).toISOString().slice(0, 10)
  return {
    ...given(rest),
    ...(priceMismatch && { priceMismatch: 'true' }),
    ...(from && { from: startOf(from).toISOString() }),
    ...(to && { to: startOf(dayAfter(to)).toISOString() }),
  }
}

export const PAYMENT_STATUSES = ['orphaned', 'completed', 'pending', 'failed'] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

/** What the list of payments is narrowed to; kept in the address. */
export interface PaymentSearch {
  readonly status?: PaymentStatus | undefined
}

export const paymentSearch = (search: Record<string, unknown>): PaymentSearch => ({
  status: oneOf(PAYMENT_STATUSES, search.status),
})

export interface PaymentFilter {
  readonly status?: PaymentStatus
  readonly settled?: 'false'
}

/** Orphans that nobody has dealt with. */
export const ORPHANS: PaymentFilter = { status: 'orphaned', settled: 'false' }

export const paymentFilter = ({ status }: PaymentSearch): PaymentFilter =>
  status === 'orphaned' ? ORPHANS : given({ status })

export const QUOTE_STATUSES = ['open', 'confirmed', 'expired'] as const
export type QuoteStatus = (typeof QUOTE_STATUSES)[number]

/** What the list of quotes is narrowed to; kept in the address. */
export interface QuoteSearch {
  readonly status?: QuoteStatus | undefined
}

export const quoteSearch = (search: Record<string, unknown>): QuoteSearch => ({
  status: oneOf(QUOTE_STATUSES, search.status),
})

/** What the list of professionals is narrowed to; kept in the address. */
export interface ProfessionalSearch {
  readonly search?: string | undefined
  /** The key of a service they do. */
  readonly skill?: string | undefined
}

export const professionalSearch = (search: Record<string, unknown>): ProfessionalSearch => ({
  search: text(search.search),
  skill: text(search.skill),
})

export interface ProfessionalFilter {
  readonly search?: string
  readonly skill?: string
}

export const SETTINGS_PARTS = ['services', 'missions', 'payment', 'seller'] as const

/** Which of the settings are shown; the services unless said. */
export interface SettingsSearch {
  readonly part?: (typeof SETTINGS_PARTS)[number] | undefined
}

export const settingsSearch = (search: Record<string, unknown>): SettingsSearch => ({
  part: oneOf(SETTINGS_PARTS, search.part),
})
