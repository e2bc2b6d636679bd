import type { Booking, Notification } from '@carillon/client'
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { carillon } from '../client.ts'
import { from, JUST_ASKED_MS, LARGE_PAGE, orNull, PAGE, paged } from '../parts/query.ts'
import type { BookingFilter, PaymentFilter, ProfessionalFilter, QuoteStatus } from './search.ts'

/** A professional who refuses is told by nothing. Seldom, as each look is an entry of the audit log. */
const LOOK_AT_BOOKINGS_EVERY_MS = 20_000

export const bookingsQuery = (filter: BookingFilter) =>
  infiniteQueryOptions({
    queryKey: ['bookings', filter],
    queryFn: ({ pageParam }) => carillon.bookings.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

const isMoving = ({ flows, attributions }: Booking) =>
  flows.some(({ state }) => state === 'waiting') || attributions[0]?.status === 'broadcasting'

export const bookingQuery = (id: string) =>
  queryOptions({
    queryKey: ['booking', id],
    queryFn: () => carillon.bookings.get(id),
    staleTime: JUST_ASKED_MS,
    refetchInterval: ({ state }) => (state.data && isMoving(state.data) ? LOOK_AT_BOOKINGS_EVERY_MS : false),
  })

/** Messages follow what they tell of within seconds, unless something has to be tried again. */
const TOLD_WITHIN_MS = 24 * 3_600_000
const ASKED_WITHIN_MS = 10 * 60_000

/** What tells of a booking: since when, for how long, and where it names it. */
const tellings = ({ createdAt, attributions }: Booking) => [
  { type: 'booking.confirmed', field: 'reference', since: createdAt, within: TOLD_WITHIN_MS },
  ...[...new Set(attributions.flatMap(({ answers }) => answers.map(({ proposedAt }) => proposedAt)))].map((since) => ({
    type: 'mission.proposed',
    field: 'mission',
    since,
    within: ASKED_WITHIN_MS,
  })),
  ...attributions.flatMap(({ acceptedAt }) =>
    acceptedAt === null
      ? []
      : [{ type: 'mission.accepted', field: 'mission', since: acceptedAt, within: ASKED_WITHIN_MS }],
  ),
]

const time = (ms: number) => new Date(ms).toISOString()

/** What was told of a booking when it was made and when it was offered, and to whom. */
export const bookingNotificationsQuery = (booking: Booking) => {
  const asked = tellings(booking)
  return queryOptions({
    queryKey: ['booking-notifications', booking.id, asked.map(({ since }) => since)],
    queryFn: async () => {
      const found = new Map<string, Notification>()
      for (const { type, field, since, within } of asked) {
        const start = Date.parse(since)
        const range = { from: time(start - 1_000), to: time(start + within) }
        for await (const one of carillon.notifications.each({ type, ...range, limit: LARGE_PAGE }))
          if (one.payload[field] === booking.reference) found.set(one.id, one)
      }
      return [...found.values()].sort((one, other) => one.createdAt.localeCompare(other.createdAt))
    },
    staleTime: JUST_ASKED_MS,
    // Somebody more was asked: those before stay on screen meanwhile.
    placeholderData: (before, query) => (query?.queryKey[1] === booking.id ? before : undefined),
  })
}

/** What is planned for a booking; null when nothing was. */
export const bookingRemindersQuery = (id: string) =>
  queryOptions({
    queryKey: ['reminder-plan', `booking-${id}`, 'of-booking'],
    queryFn: () => orNull(carillon.reminders.get(`booking-${id}`)),
    staleTime: JUST_ASKED_MS,
  })

export const bookingPaymentsQuery = (filter: PaymentFilter) =>
  infiniteQueryOptions({
    queryKey: ['booking-payments', filter],
    queryFn: ({ pageParam }) => carillon.bookings.payments.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

/** One payment; null when there is none. */
export const bookingPaymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['booking-payment', id],
    queryFn: () => orNull(carillon.bookings.payments.get(id)),
    staleTime: JUST_ASKED_MS,
  })

export const quotesQuery = (filter: { readonly status?: QuoteStatus }) =>
  infiniteQueryOptions({
    queryKey: ['quotes', filter],
    queryFn: ({ pageParam }) => carillon.bookings.quotes.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const quoteQuery = (temporaryId: string) =>
  queryOptions({
    queryKey: ['quote', temporaryId],
    queryFn: () => carillon.bookings.getQuote(temporaryId),
    staleTime: JUST_ASKED_MS,
  })

export const quotePriceQuery = (request: Parameters<typeof carillon.bookings.price>[0]) =>
  queryOptions({
    queryKey: ['quote-price', request],
    queryFn: ({ signal }) => carillon.bookings.price(request, { signal }),
    staleTime: JUST_ASKED_MS,
    gcTime: 60_000,
    placeholderData: keepPreviousData,
  })

export const serviceTypesQuery = queryOptions({
  queryKey: ['service-types'],
  queryFn: () => carillon.bookings.serviceTypes.list(),
  staleTime: JUST_ASKED_MS,
})

export const professionalsQuery = (filter: ProfessionalFilter) =>
  infiniteQueryOptions({
    queryKey: ['professionals', filter],
    queryFn: ({ pageParam }) => carillon.bookings.professionals.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const bookingSettingsQuery = queryOptions({
  queryKey: ['booking-settings'],
  queryFn: () => carillon.bookings.settings.get(),
  staleTime: JUST_ASKED_MS,
})

export const paymentAccountQuery = queryOptions({
  queryKey: ['payment-account'],
  queryFn: () => carillon.bookings.paymentAccount.get(),
  staleTime: JUST_ASKED_MS,
})

export const sellerQuery = queryOptions({
  queryKey: ['seller'],
  queryFn: () => carillon.bookings.seller.get(),
  staleTime: JUST_ASKED_MS,
})
