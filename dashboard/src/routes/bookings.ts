import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import {
  bookingPaymentsQuery,
  bookingQuery,
  bookingSettingsQuery,
  bookingsQuery,
  professionalsQuery,
  quoteQuery,
  quotesQuery,
  serviceTypesQuery,
} from '../bookings/queries.ts'
import {
  bookingFilter,
  bookingSearch,
  paymentFilter,
  paymentSearch,
  professionalSearch,
  quoteSearch,
  settingsSearch,
} from '../bookings/search.ts'
import { given } from '../parts/search.ts'
import { startOfDay } from '../parts/time.ts'
import { forWhoMayUse, inside } from './root.tsx'

const bookings = createRoute({
  getParentRoute: () => inside,
  path: '/bookings',
  beforeLoad: forWhoMayUse('bookings'),
  validateSearch: bookingSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    const { timeZone } = context.session.organization
    void context.queryClient.prefetchInfiniteQuery(bookingsQuery(bookingFilter(deps, startOfDay(timeZone))))
  },
  component: lazyRouteComponent(() => import('../bookings/booking-list.tsx'), 'BookingList'),
})

const bookingPayments = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/payments',
  beforeLoad: forWhoMayUse('bookings'),
  validateSearch: paymentSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(bookingPaymentsQuery(paymentFilter(deps))),
  component: lazyRouteComponent(() => import('../bookings/payment-list.tsx'), 'PaymentList'),
})

const bookingPayment = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/payments/$id',
  beforeLoad: forWhoMayUse('bookings'),
  component: lazyRouteComponent(() => import('../bookings/payment-page.tsx'), 'PaymentPage'),
})

const quotes = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/quotes',
  beforeLoad: forWhoMayUse('bookings'),
  validateSearch: quoteSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(quotesQuery(given(deps))),
  component: lazyRouteComponent(() => import('../bookings/quote-list.tsx'), 'QuoteList'),
})

const newQuote = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/quotes/new',
  beforeLoad: forWhoMayUse('bookings'),
  loader: ({ context }) => void context.queryClient.prefetchQuery(serviceTypesQuery),
  component: lazyRouteComponent(() => import('../bookings/new-quote.tsx'), 'NewQuotePage'),
})

const quote = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/quotes/$temporaryId',
  beforeLoad: forWhoMayUse('bookings'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(quoteQuery(params.temporaryId)),
  component: lazyRouteComponent(() => import('../bookings/quote-page.tsx'), 'QuotePage'),
})

const professionals = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/professionals',
  beforeLoad: forWhoMayUse('bookings'),
  validateSearch: professionalSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(professionalsQuery(given(deps))),
  component: lazyRouteComponent(() => import('../bookings/professional-list.tsx'), 'ProfessionalList'),
})

const bookingSettings = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/settings',
  beforeLoad: forWhoMayUse('bookings'),
  validateSearch: settingsSearch,
  loader: ({ context }) => {
    void context.queryClient.prefetchQuery(serviceTypesQuery)
    void context.queryClient.prefetchQuery(bookingSettingsQuery)
  },
  component: lazyRouteComponent(() => import('../bookings/settings-page.tsx'), 'SettingsPage'),
})

const booking = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/$id',
  beforeLoad: forWhoMayUse('bookings'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(bookingQuery(params.id)),
  component: lazyRouteComponent(() => import('../bookings/booking-page.tsx'), 'BookingPage'),
})

/** What was sold, paid and is to be done. */
export const bookingsRoutes = [
  bookings,
  bookingPayments,
  bookingPayment,
  quotes,
  newQuote,
  quote,
  professionals,
  bookingSettings,
  booking,
] as const
