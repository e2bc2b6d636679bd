import { type Booking, CarillonError, type TemplateItem } from '@carillon/client'
import { infiniteQueryOptions, keepPreviousData, QueryCache, QueryClient, queryOptions } from '@tanstack/react-query'
import type { AuditFilter } from './audit/search.ts'
import type { BookingFilter, PaymentStatus } from './bookings/search.ts'
import { carillon, demoAccess } from './client.ts'
import type { LetterFilter } from './failed/search.ts'
import { type Period, rangeOf } from './overview/period.ts'
import { now, setAhead } from './parts/now.ts'
import type { ReminderFilter } from './reminders/search.ts'
import type { Channel, MessageFilter } from './vocabulary.ts'

/** How many rows a list asks for at a time. */
const PAGE = 30

/** `onSignedOut` is called when the server no longer knows who is asking. */
export const createQueryClient = (onSignedOut: () => void) =>
  new QueryClient({
    queryCache: new QueryCache({
      onError: (error, { queryKey }) => {
        if (error instanceof CarillonError && error.status === 401 && queryKey[0] !== 'session') onSignedOut()
      },
    }),
    defaultOptions: {
      queries: {
        // The socket says what changed; nothing is asked for again just because time passed.
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        // The client repeats what may be repeated.
        retry: false,
      },
    },
  })

const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
}
const from = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor })

/** What the socket does not tell is asked anew whenever its page is opened, but not again after pointing at its link. */
const JUST_ASKED_MS = 5_000

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: () => carillon.session.get() })

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: () => carillon.sessions.list(),
  staleTime: JUST_ASKED_MS,
})

export const membersQuery = infiniteQueryOptions({
  queryKey: ['members'],
  queryFn: ({ pageParam }) => carillon.members.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const rolesQuery = queryOptions({ queryKey: ['roles'], queryFn: () => carillon.roles.list() })

export const invitationsQuery = infiniteQueryOptions({
  queryKey: ['invitations'],
  queryFn: ({ pageParam }) => carillon.invitations.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const openedInvitationQuery = (token: string) =>
  queryOptions({ queryKey: ['invitation', token], queryFn: () => carillon.invitations.open(token), gcTime: 0 })

export const supportWindowsQuery = infiniteQueryOptions({
  queryKey: ['support-windows'],
  queryFn: ({ pageParam }) => carillon.supportWindows.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const platformOrganizationsQuery = infiniteQueryOptions({
  queryKey: ['platform-organizations'],
  queryFn: ({ pageParam }) => carillon.platform.organizations.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const waysQuery = queryOptions({ queryKey: ['ways'], queryFn: () => carillon.session.ways() })

export const demoQuery = queryOptions({ queryKey: ['demo'], queryFn: demoAccess })

export const messagesQuery = (filter: MessageFilter) =>
  infiniteQueryOptions({
    queryKey: ['messages', filter],
    queryFn: ({ pageParam }) => carillon.messages.list({ ...filter, ...from(pageParam), limit: PAGE }),
    ...paged,
  })

export const messageQuery = (id: string) =>
  queryOptions({ queryKey: ['message', id], queryFn: () => carillon.messages.get(id) })

export const notificationQuery = (id: string) =>
  queryOptions({ queryKey: ['notification', id], queryFn: () => carillon.notifications.get(id) })

/** How often a re-drive that runs is looked at. */
const LOOK_EVERY_MS = 700

export type DeadLetterSummary = Awaited<ReturnType<typeof carillon.deadLetters.summary>>

export const deadLettersQuery = (filter: LetterFilter) =>
  infiniteQueryOptions({
    queryKey: ['dead-letters', filter],
    queryFn: ({ pageParam }) => carillon.deadLetters.list({ ...filter, ...from(pageParam), limit: PAGE }),
    ...paged,
  })

export const deadLettersSummaryQuery = (filter: LetterFilter) =>
  queryOptions({
    queryKey: ['dead-letters-summary', filter],
    queryFn: () => carillon.deadLetters.summary({ ...filter }),
  })

/** Asked anew each time: what is confirmed must be what there is. */
export const requeuePreviewQuery = (filter: LetterFilter) =>
  queryOptions({
    queryKey: ['requeue-preview', filter],
    queryFn: () => carillon.deadLetters.preview({ ...filter }),
    staleTime: 0,
    gcTime: 0,
  })

/** The numbers of a period that ends now, so of another time whenever they are asked for. */
export const statsQuery = (period: Period, timeZone: string) =>
  queryOptions({
    queryKey: ['stats', 'overview', period],
    queryFn: () => carillon.stats.overview(rangeOf(period, now(), timeZone)),
  })

export const channelStatsQuery = (period: Period, timeZone: string) =>
  queryOptions({
    queryKey: ['stats', 'channels', period],
    queryFn: () => carillon.stats.channels({ from: rangeOf(period, now(), timeZone).from }),
  })

export const costsQuery = (period: Period, timeZone: string) =>
  queryOptions({
    queryKey: ['stats', 'costs', period],
    queryFn: () => carillon.stats.costs(rangeOf(period, now(), timeZone)),
  })

/** What is planned, the soonest first. */
export const remindersQuery = (filter: ReminderFilter) =>
  infiniteQueryOptions({
    queryKey: ['reminders', filter],
    queryFn: ({ pageParam }) => carillon.reminders.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const reminderPlanQuery = (subject: string) =>
  queryOptions({
    queryKey: ['reminder-plan', subject],
    queryFn: () => carillon.reminders.get(subject),
    staleTime: JUST_ASKED_MS,
  })

/** The state of accounts is not on the socket; while somebody looks at it, it is asked for. */
const LOOK_AT_ACCOUNTS_EVERY_MS = 3_000

export const providersQuery = queryOptions({
  queryKey: ['providers'],
  queryFn: () => carillon.providers.list({ limit: 200 }),
  refetchInterval: LOOK_AT_ACCOUNTS_EVERY_MS,
  staleTime: LOOK_AT_ACCOUNTS_EVERY_MS,
})

export const limitsQuery = queryOptions({
  queryKey: ['limits'],
  queryFn: () => carillon.limits.get(),
  refetchInterval: LOOK_AT_ACCOUNTS_EVERY_MS,
  staleTime: LOOK_AT_ACCOUNTS_EVERY_MS,
})

export const latestRequeueQuery = queryOptions({
  queryKey: ['requeues'],
  queryFn: () => carillon.deadLetters.requeues.list({ limit: 1 }),
  refetchInterval: ({ state }) => (state.data?.items[0]?.status === 'running' ? LOOK_EVERY_MS : false),
})

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    queryFn: ({ pageParam }) => carillon.audit.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const auditVerdictQuery = queryOptions({
  queryKey: ['audit-verdict'],
  queryFn: () => carillon.audit.verify(),
  staleTime: 60_000,
})

export const catalogueQuery = queryOptions({ queryKey: ['catalogue'], queryFn: () => carillon.catalogue.list() })

export const sandboxQuery = (channel: Exclude<Channel, 'in_app'>) =>
  infiniteQueryOptions({
    queryKey: ['sandbox', channel],
    queryFn: ({ pageParam }) => carillon.sandbox.list({ channel, ...from(pageParam), limit: PAGE }),
    ...paged,
  })

/** Others may move it too, and nothing tells. */
const CLOCK_EVERY_MS = 30_000

/** The sandbox's clock. Every time on the pages follows it. */
export const sandboxClockQuery = queryOptions({
  queryKey: ['sandbox-clock'],
  queryFn: async () => {
    const clock = await carillon.sandbox.clock.get()
    setAhead(clock.aheadMs)
    return clock
  },
  staleTime: JUST_ASKED_MS,
  refetchInterval: CLOCK_EVERY_MS,
})

export const answersQuery = (channel: 'sms' | 'whatsapp') =>
  infiniteQueryOptions({
    queryKey: ['answers', channel],
    queryFn: ({ pageParam }) => carillon.sandbox.inbound.list({ channel, ...from(pageParam), limit: PAGE }),
    ...paged,
  })

export const sandboxMessageQuery = (id: string) =>
  queryOptions({ queryKey: ['sandbox-message', id], queryFn: () => carillon.sandbox.get(id) })

export const inAppQuery = infiniteQueryOptions({
  queryKey: ['in-app'],
  queryFn: ({ pageParam }) => carillon.inApp.list({ ...from(pageParam), limit: PAGE }),
  ...paged,
})

export const unreadQuery = queryOptions({ queryKey: ['in-app-unread'], queryFn: () => carillon.inApp.unreadCount() })

export const campaignsQuery = infiniteQueryOptions({
  queryKey: ['campaigns'],
  queryFn: ({ pageParam }) => carillon.campaigns.list({ ...from(pageParam), limit: PAGE }),
  staleTime: JUST_ASKED_MS,
  ...paged,
})

export const campaignQuery = (id: string) =>
  queryOptions({ queryKey: ['campaign', id], queryFn: () => carillon.campaigns.get(id), staleTime: JUST_ASKED_MS })

/** Asked anew each time: what is confirmed must be what there is. */
export const estimateQuery = (id: string) =>
  queryOptions({
    queryKey: ['campaign-estimate', id],
    queryFn: () => carillon.campaigns.estimate(id),
    staleTime: 0,
    gcTime: 0,
  })

export const recipientsQuery = (id: string, status: 'pending' | 'accepted' | 'refused' | 'cancelled' | undefined) =>
  infiniteQueryOptions({
    queryKey: ['campaign-recipients', id, status],
    queryFn: ({ pageParam }) =>
      carillon.campaigns.recipients(id, { ...(status && { status }), ...from(pageParam), limit: PAGE }),
    ...paged,
  })

const MOST_SEGMENTS = 200
export const segmentsQuery = queryOptions({
  queryKey: ['segments'],
  queryFn: () => carillon.segments.list({ limit: MOST_SEGMENTS }),
  staleTime: JUST_ASKED_MS,
})

export const segmentQuery = (id: string) =>
  queryOptions({ queryKey: ['segment', id], queryFn: () => carillon.segments.get(id), staleTime: JUST_ASKED_MS })

export const segmentPreviewQuery = (filter: Parameters<typeof carillon.segments.preview>[0]) =>
  queryOptions({
    queryKey: ['segment-preview', filter],
    queryFn: () => carillon.segments.preview(filter),
    staleTime: JUST_ASKED_MS,
  })

export const contactImportQuery = (id: string | undefined) =>
  queryOptions({
    queryKey: ['contact-import', id],
    queryFn: () => carillon.contacts.importOf(id ?? ''),
    enabled: id !== undefined,
    refetchInterval: (query) => (query.state.data?.finishedAt ? false : LOOK_EVERY_MS),
  })

export const contactsQuery = (filter: { search?: string }) =>
  infiniteQueryOptions({
    queryKey: ['contacts', filter],
    queryFn: ({ pageParam }) => carillon.contacts.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const contactQuery = (id: string) =>
  queryOptions({ queryKey: ['contact', id], queryFn: () => carillon.contacts.get(id), staleTime: JUST_ASKED_MS })

export const preferencesQuery = (id: string) =>
  queryOptions({ queryKey: ['preferences', id], queryFn: () => carillon.contacts.preferences(id), staleTime: 0 })

export const writtenQuery = (id: string) =>
  queryOptions({
    queryKey: ['written', id],
    queryFn: () => carillon.contacts.inbound(id, { limit: 50 }),
    staleTime: 0,
  })

export const consentsQuery = (id: string) =>
  queryOptions({
    queryKey: ['consents', id],
    queryFn: () => carillon.contacts.consents(id, { limit: 50 }),
    staleTime: 0,
  })

const isUnderWay = (run: { status: string } | undefined) => run?.status === 'waiting' || run?.status === 'running'

export const exportsQuery = (id: string) =>
  queryOptions({
    queryKey: ['exports', id],
    queryFn: () => carillon.contacts.exports(id, { limit: 1 }),
    staleTime: 0,
    refetchInterval: ({ state }) => (isUnderWay(state.data?.items[0]) ? LOOK_EVERY_MS : false),
  })

/** Asked anew each time: what is confirmed must be what there is. */
export const erasePreviewQuery = (id: string) =>
  queryOptions({
    queryKey: ['erase-preview', id],
    queryFn: () => carillon.contacts.erasePreview(id),
    staleTime: 0,
    gcTime: 0,
  })

export type SuppressionFilter = NonNullable<Parameters<typeof carillon.suppressions.list>[0]>

export const suppressionsQuery = (filter: SuppressionFilter) =>
  infiniteQueryOptions({
    queryKey: ['suppressions', filter],
    queryFn: ({ pageParam }) => carillon.suppressions.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const suppressionImportQuery = (id: string | undefined) =>
  queryOptions({
    queryKey: ['suppression-import', id],
    queryFn: () => carillon.suppressions.imported(id ?? ''),
    enabled: id !== undefined,
    staleTime: 0,
    refetchInterval: ({ state }) => (isUnderWay(state.data) || !state.data ? LOOK_EVERY_MS : false),
  })

export const automationsQuery = queryOptions({
  queryKey: ['automations'],
  queryFn: () => carillon.automations.list(),
  staleTime: JUST_ASKED_MS,
  refetchInterval: ({ state }) =>
    state.data?.items.some(({ lastRun }) => isUnderWay(lastRun ?? undefined)) ? LOOK_EVERY_MS : false,
})

export const automationRunsQuery = (name: string) =>
  infiniteQueryOptions({
    queryKey: ['automation-runs', name],
    queryFn: ({ pageParam }) => carillon.automations.runs(name, { ...from(pageParam), limit: 10 }),
    staleTime: 0,
    ...paged,
  })

export type TemplateFilter = NonNullable<Parameters<typeof carillon.templates.list>[0]>
type TemplateRef = Parameters<typeof carillon.templates.get>[0]

/** As many as the API gives at once: all of them are shown, grouped. */
const LARGE_PAGE = 200

export const templatesQuery = (filter: TemplateFilter) =>
  queryOptions({
    queryKey: ['templates', filter],
    queryFn: async () => {
      const all: TemplateItem[] = []
      for await (const item of carillon.templates.each({ ...filter, limit: LARGE_PAGE })) all.push(item)
      return all
    },
    staleTime: JUST_ASKED_MS,
  })

export const templateQuery = (ref: TemplateRef) =>
  queryOptions({
    queryKey: ['template', ref],
    queryFn: () => carillon.templates.get(ref),
    staleTime: JUST_ASKED_MS,
  })

export const templateVersionsQuery = (ref: TemplateRef) =>
  infiniteQueryOptions({
    queryKey: ['template-versions', ref],
    queryFn: ({ pageParam }) => carillon.templates.versions(ref, { ...from(pageParam), limit: 10 }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

export const templatePreviewQuery = (ref: TemplateRef, source: Readonly<Record<string, unknown>>) =>
  queryOptions({
    queryKey: ['template-preview', ref, source],
    queryFn: ({ signal }) => carillon.templates.preview(ref, { source: { ...source } }, { signal }),
    gcTime: 60_000,
  })

export const templateDiffQuery = (ref: TemplateRef, from: string, to: string) =>
  queryOptions({
    queryKey: ['template-diff', ref, from, to],
    queryFn: () => carillon.templates.diff(ref, { from, to }),
    staleTime: 0,
  })

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

/** The types that tell of a booking, each with where it names it. */
const TOLD = [
  ['booking.confirmed', 'reference'],
  ['mission.proposed', 'mission'],
  ['mission.accepted', 'mission'],
] as const
/** Messages follow a payment within seconds. */
const TOLD_WITHIN_MS = 10 * 60_000

/** What was told of a booking when it was made, and to whom. */
export const bookingNotificationsQuery = ({ id, reference, createdAt }: Booking) =>
  queryOptions({
    queryKey: ['booking-notifications', id],
    queryFn: async () => {
      const start = Date.parse(createdAt)
      const found = await Promise.all(
        TOLD.map(async ([type, field]) => {
          const range = {
            from: new Date(start - 1_000).toISOString(),
            ...(type === 'booking.confirmed' && { to: new Date(start + TOLD_WITHIN_MS).toISOString() }),
          }
          const { items } = await carillon.notifications.list({ type, ...range, limit: LARGE_PAGE })
          return items.filter(({ payload }) => payload[field] === reference)
        }),
      )
      return found.flat()
    },
    staleTime: JUST_ASKED_MS,
  })

/** What is planned for a booking; null when nothing was. */
export const bookingRemindersQuery = (id: string) =>
  queryOptions({
    queryKey: ['reminder-plan', `booking-${id}`, 'of-booking'],
    queryFn: async () => {
      try {
        return await carillon.reminders.get(`booking-${id}`)
      } catch (error) {
        if (error instanceof CarillonError && error.code === 'not_found') return null
        throw error
      }
    },
    staleTime: JUST_ASKED_MS,
  })

export const bookingPaymentsQuery = (filter: { readonly status?: PaymentStatus }) =>
  infiniteQueryOptions({
    queryKey: ['booking-payments', filter],
    queryFn: ({ pageParam }) => carillon.bookings.payments.list({ ...filter, ...from(pageParam), limit: PAGE }),
    staleTime: JUST_ASKED_MS,
    ...paged,
  })

/** One payment, among orphans first: messages lead to those. Null when there is none. */
export const bookingPaymentQuery = (id: string) =>
  queryOptions({
    queryKey: ['booking-payment', id],
    queryFn: async () => {
      for (const filter of [{ status: 'orphaned' as const }, {}])
        for await (const payment of carillon.bookings.payments.each({ ...filter, limit: LARGE_PAGE }))
          if (payment.id === id) return payment
      return null
    },
    staleTime: JUST_ASKED_MS,
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

export const professionalsQuery = infiniteQueryOptions({
  queryKey: ['professionals'],
  queryFn: ({ pageParam }) => carillon.bookings.professionals.list({ ...from(pageParam), limit: PAGE }),
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
