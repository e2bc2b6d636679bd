import { CarillonError, type Session } from '@carillon/client'
import { Notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { auditFilter, auditSearch } from './audit/search.ts'
import { bookingFilter, bookingSearch, paymentFilter, paymentSearch, settingsSearch } from './bookings/search.ts'
import { contactFilter, contactSearch } from './contacts/search.ts'
import { failedSearch, letterFilter } from './failed/search.ts'
import { messageFilter, messageSearch } from './messages/search.ts'
import { now } from './parts/now.ts'
import { timeOfField } from './parts/time.ts'
import { CrashedPage, MissingPage } from './parts/whole-page.tsx'
import {
  auditQuery,
  automationsQuery,
  bookingPaymentsQuery,
  bookingQuery,
  bookingSettingsQuery,
  bookingsQuery,
  campaignQuery,
  campaignsQuery,
  catalogueQuery,
  contactQuery,
  contactsQuery,
  deadLettersQuery,
  membersQuery,
  messageQuery,
  messagesQuery,
  notificationQuery,
  professionalsQuery,
  providersQuery,
  quoteQuery,
  reminderPlanQuery,
  remindersQuery,
  rolesQuery,
  segmentsQuery,
  serviceTypesQuery,
  sessionQuery,
  suppressionsQuery,
  templatesQuery,
} from './queries.ts'
import { reminderFilter, reminderSearch } from './reminders/search.ts'
import { SAID, type Said } from './session/session.ts'
import { type PAGES, pagesFor } from './shell/pages.ts'
import { Shell } from './shell/shell.tsx'
import { suppressionFilter, suppressionSearch } from './suppressions/search.ts'
import { templateFilter, templateSearch } from './templates/search.ts'

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Root,
  notFoundComponent: MissingPage,
})

/** Toasts stand inside the router: they may link to pages. */
function Root() {
  return (
    <>
      <Notifications position="top-center" autoClose={7000} />
      <Outlet />
    </>
  )
}

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined)

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (
    search: Record<string, unknown>,
  ): { next?: string | undefined; email?: string | undefined; said?: Said | undefined } => ({
    next: text(search.next),
    email: text(search.email),
    said: SAID.find((said) => said === search.said),
  }),
  component: lazyRouteComponent(() => import('./session/sign-in.tsx'), 'SignIn'),
})

const forgotPassword = createRoute({
  getParentRoute: () => root,
  path: '/forgot-password',
  validateSearch: (search: Record<string, unknown>): { email?: string | undefined } => ({ email: text(search.email) }),
  component: lazyRouteComponent(() => import('./session/forgot-password.tsx'), 'ForgotPassword'),
})

const resetPassword = createRoute({
  getParentRoute: () => root,
  path: '/reset-password',
  component: lazyRouteComponent(() => import('./session/reset-password.tsx'), 'ResetPassword'),
})

const signInCompany = createRoute({
  getParentRoute: () => root,
  path: '/sign-in-company',
  component: lazyRouteComponent(() => import('./session/sign-in-company.tsx'), 'SignInCompany'),
})

const signInLink = createRoute({
  getParentRoute: () => root,
  path: '/sign-in-link',
  component: lazyRouteComponent(() => import('./session/sign-in-link.tsx'), 'SignInLink'),
})

const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./session/invitation.tsx'), 'InvitationPage'),
})

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    try {
      return { session: await context.queryClient.ensureQueryData(sessionQuery) }
    } catch (error) {
      if (!(error instanceof CarillonError) || error.status !== 401) throw error
      throw redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { next: location.href } })
    }
  },
  component: Shell,
})

/** Leads away from a page the member may not use, to the first they may. */
const forWhoMayUse =
  (name: (typeof PAGES)[number]['name']) =>
  ({ context: { session } }: { context: { session: Session } }) => {
    const pages = pagesFor(session)
    if (pages.some((page) => page.name === name)) return
    throw redirect({ to: pages[0]?.to ?? '/nothing' })
  }

const nothing = createRoute({
  getParentRoute: () => inside,
  path: '/nothing',
  component: lazyRouteComponent(() => import('./session/nothing.tsx'), 'Nothing'),
})

const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyRouteComponent(() => import('./account/account.tsx'), 'Account'),
})

const overview = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: forWhoMayUse('overview'),
  validateSearch: (search: Record<string, unknown>): { period?: 'today' | undefined } => ({
    period: search.period === 'today' ? 'today' : undefined,
  }),
  loader: ({ context }) => void context.queryClient.prefetchInfiniteQuery(messagesQuery({})),
  component: lazyRouteComponent(() => import('./overview/overview.tsx'), 'Overview'),
})

const messages = createRoute({
  getParentRoute: () => inside,
  path: '/messages',
  beforeLoad: forWhoMayUse('messages'),
  validateSearch: messageSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(messagesQuery(messageFilter(deps, new Date()))),
  component: lazyRouteComponent(() => import('./messages/message-list.tsx'), 'MessageList'),
})

const message = createRoute({
  getParentRoute: () => inside,
  path: '/messages/$id',
  beforeLoad: forWhoMayUse('messages'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(messageQuery(params.id)),
  component: lazyRouteComponent(() => import('./messages/message-page.tsx'), 'MessagePage'),
})

const notification = createRoute({
  getParentRoute: () => inside,
  path: '/notifications/$id',
  beforeLoad: forWhoMayUse('messages'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(notificationQuery(params.id)),
  component: lazyRouteComponent(() => import('./messages/notification-page.tsx'), 'NotificationPage'),
})

const reminders = createRoute({
  getParentRoute: () => inside,
  path: '/reminders',
  beforeLoad: forWhoMayUse('reminders'),
  validateSearch: reminderSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(remindersQuery(reminderFilter(deps, now()))),
  component: lazyRouteComponent(() => import('./reminders/reminder-list.tsx'), 'ReminderList'),
})

const reminderPlan = createRoute({
  getParentRoute: () => inside,
  path: '/reminders/$subject',
  beforeLoad: forWhoMayUse('reminders'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(reminderPlanQuery(params.subject)),
  component: lazyRouteComponent(() => import('./reminders/reminder-page.tsx'), 'ReminderPage'),
})

const failed = createRoute({
  getParentRoute: () => inside,
  path: '/failed',
  beforeLoad: forWhoMayUse('failed'),
  validateSearch: failedSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(deadLettersQuery(letterFilter(deps, new Date()))),
  component: lazyRouteComponent(() => import('./failed/failed-page.tsx'), 'FailedPage'),
})

const providers = createRoute({
  getParentRoute: () => inside,
  path: '/providers',
  beforeLoad: forWhoMayUse('providers'),
  loader: ({ context }) => void context.queryClient.prefetchQuery(providersQuery),
  component: lazyRouteComponent(() => import('./providers/providers.tsx'), 'Providers'),
})

const audit = createRoute({
  getParentRoute: () => inside,
  path: '/audit',
  beforeLoad: forWhoMayUse('audit'),
  validateSearch: auditSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(auditQuery(auditFilter(deps, new Date()))),
  component: lazyRouteComponent(() => import('./audit/audit-page.tsx'), 'AuditPage'),
})

const contacts = createRoute({
  getParentRoute: () => inside,
  path: '/contacts',
  beforeLoad: forWhoMayUse('contacts'),
  validateSearch: contactSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(contactsQuery(contactFilter(deps))),
  component: lazyRouteComponent(() => import('./contacts/contact-list.tsx'), 'ContactList'),
})

const contact = createRoute({
  getParentRoute: () => inside,
  path: '/contacts/$id',
  beforeLoad: forWhoMayUse('contacts'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(contactQuery(params.id)),
  component: lazyRouteComponent(() => import('./contacts/contact-page.tsx'), 'ContactPage'),
})

const suppressions = createRoute({
  getParentRoute: () => inside,
  path: '/suppressions',
  beforeLoad: forWhoMayUse('contacts'),
  validateSearch: suppressionSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(suppressionsQuery(suppressionFilter(deps))),
  component: lazyRouteComponent(() => import('./suppressions/suppressions.tsx'), 'Suppressions'),
})

const automations = createRoute({
  getParentRoute: () => inside,
  path: '/automations',
  beforeLoad: forWhoMayUse('automations'),
  loader: ({ context }) => void context.queryClient.prefetchQuery(automationsQuery),
  component: lazyRouteComponent(() => import('./automations/automations.tsx'), 'Automations'),
})

const campaigns = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns',
  beforeLoad: forWhoMayUse('campaigns'),
  loader: ({ context }) => void context.queryClient.prefetchInfiniteQuery(campaignsQuery),
  component: lazyRouteComponent(() => import('./campaigns/campaign-list.tsx'), 'CampaignList'),
})

const newCampaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/new',
  beforeLoad: forWhoMayUse('campaigns'),
  loader: ({ context }) => void context.queryClient.prefetchQuery(segmentsQuery),
  component: lazyRouteComponent(() => import('./campaigns/new-campaign.tsx'), 'NewCampaign'),
})

const campaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/$id',
  beforeLoad: forWhoMayUse('campaigns'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(campaignQuery(params.id)),
  component: lazyRouteComponent(() => import('./campaigns/campaign-page.tsx'), 'CampaignPage'),
})

const segments = createRoute({
  getParentRoute: () => inside,
  path: '/segments',
  beforeLoad: forWhoMayUse('campaigns'),
  loader: ({ context }) => void context.queryClient.prefetchQuery(segmentsQuery),
  component: lazyRouteComponent(() => import('./campaigns/segment-list.tsx'), 'SegmentList'),
})

/** When a day begins where the organization is. */
const startOf =
  (timeZone: string) =>
  (day: string): Date =>
    timeOfField(`${day}T00:00`, timeZone) ?? new Date(`${day}T00:00Z`)

const bookings = createRoute({
  getParentRoute: () => inside,
  path: '/bookings',
  beforeLoad: forWhoMayUse('bookings'),
  validateSearch: bookingSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => {
    const { timeZone } = context.session.organization
    void context.queryClient.prefetchInfiniteQuery(bookingsQuery(bookingFilter(deps, startOf(timeZone))))
  },
  component: lazyRouteComponent(() => import('./bookings/booking-list.tsx'), 'BookingList'),
})

const booking = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/$id',
  beforeLoad: forWhoMayUse('bookings'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(bookingQuery(params.id)),
  component: lazyRouteComponent(() => import('./bookings/booking-page.tsx'), 'BookingPage'),
})

const bookingPayments = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/payments',
  beforeLoad: forWhoMayUse('bookings'),
  validateSearch: paymentSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(bookingPaymentsQuery(paymentFilter(deps))),
  component: lazyRouteComponent(() => import('./bookings/payment-list.tsx'), 'PaymentList'),
})

const bookingPayment = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/payments/$id',
  beforeLoad: forWhoMayUse('bookings'),
  component: lazyRouteComponent(() => import('./bookings/payment-page.tsx'), 'PaymentPage'),
})

const newQuote = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/quotes/new',
  beforeLoad: forWhoMayUse('bookings'),
  loader: ({ context }) => void context.queryClient.prefetchQuery(serviceTypesQuery),
  component: lazyRouteComponent(() => import('./bookings/new-quote.tsx'), 'NewQuotePage'),
})

const quote = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/quotes/$temporaryId',
  beforeLoad: forWhoMayUse('bookings'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(quoteQuery(params.temporaryId)),
  component: lazyRouteComponent(() => import('./bookings/quote-page.tsx'), 'QuotePage'),
})

const professionals = createRoute({
  getParentRoute: () => inside,
  path: '/bookings/professionals',
  beforeLoad: forWhoMayUse('bookings'),
  loader: ({ context }) => void context.queryClient.prefetchInfiniteQuery(professionalsQuery),
  component: lazyRouteComponent(() => import('./bookings/professional-list.tsx'), 'ProfessionalList'),
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
  component: lazyRouteComponent(() => import('./bookings/settings-page.tsx'), 'SettingsPage'),
})

const templates = createRoute({
  getParentRoute: () => inside,
  path: '/templates',
  beforeLoad: forWhoMayUse('templates'),
  validateSearch: templateSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(templatesQuery(templateFilter(deps))),
  component: lazyRouteComponent(() => import('./templates/template-list.tsx'), 'TemplateList'),
})

const template = createRoute({
  getParentRoute: () => inside,
  path: '/templates/$key/$channel/$locale',
  beforeLoad: forWhoMayUse('templates'),
  component: lazyRouteComponent(() => import('./templates/template-page.tsx'), 'TemplatePage'),
})

const catalogue = createRoute({
  getParentRoute: () => inside,
  path: '/catalogue',
  beforeLoad: forWhoMayUse('templates'),
  validateSearch: (search: Record<string, unknown>): { search?: string | undefined } => ({
    search: text(search.search),
  }),
  loader: ({ context }) => void context.queryClient.prefetchQuery(catalogueQuery),
  component: lazyRouteComponent(() => import('./catalogue/catalogue-page.tsx'), 'CataloguePage'),
})

const sandbox = createRoute({
  getParentRoute: () => inside,
  path: '/sandbox',
  beforeLoad: forWhoMayUse('sandbox'),
  validateSearch: (search: Record<string, unknown>): { mail?: string | undefined } => ({ mail: text(search.mail) }),
  component: lazyRouteComponent(() => import('./sandbox/sandbox.tsx'), 'Sandbox'),
})

const team = createRoute({
  getParentRoute: () => inside,
  path: '/team',
  beforeLoad: forWhoMayUse('team'),
  loader: ({ context }) => {
    void context.queryClient.prefetchInfiniteQuery(membersQuery)
    void context.queryClient.prefetchQuery(rolesQuery)
  },
  component: lazyRouteComponent(() => import('./team/team.tsx'), 'Team'),
})

const platform = createRoute({
  getParentRoute: () => inside,
  path: '/platform',
  beforeLoad: forWhoMayUse('platform'),
  component: lazyRouteComponent(() => import('./platform/platform.tsx'), 'Platform'),
})

const tree = root.addChildren([
  signIn,
  forgotPassword,
  resetPassword,
  signInLink,
  signInCompany,
  invitation,
  inside.addChildren([
    overview,
    messages,
    message,
    notification,
    reminders,
    reminderPlan,
    failed,
    contacts,
    contact,
    suppressions,
    campaigns,
    newCampaign,
    campaign,
    segments,
    bookings,
    bookingPayments,
    bookingPayment,
    newQuote,
    quote,
    professionals,
    bookingSettings,
    booking,
    templates,
    template,
    catalogue,
    automations,
    providers,
    team,
    audit,
    sandbox,
    platform,
    account,
    nothing,
  ]),
])

/** All pages by address. Each is fetched when it is first opened, or when its link is pointed at. */
export const createPages = (queryClient: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultErrorComponent: CrashedPage,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPages>
  }
}
