import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { deadLettersQuery } from '../failed/queries.ts'
import { failedSearch, letterFilter } from '../failed/search.ts'
import { messageQuery, messagesQuery, notificationQuery } from '../messages/queries.ts'
import { messageFilter, messageSearch } from '../messages/search.ts'
import { now } from '../parts/now.ts'
import { reminderPlanQuery, remindersQuery } from '../reminders/queries.ts'
import { reminderFilter, reminderSearch } from '../reminders/search.ts'
import { forWhoMayUse, inside } from './root.tsx'

const overview = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: forWhoMayUse('overview'),
  validateSearch: (search: Record<string, unknown>): { period?: 'today' | undefined } => ({
    period: search.period === 'today' ? 'today' : undefined,
  }),
  loader: ({ context }) => void context.queryClient.prefetchInfiniteQuery(messagesQuery({})),
  component: lazyRouteComponent(() => import('../overview/overview.tsx'), 'Overview'),
})

const messages = createRoute({
  getParentRoute: () => inside,
  path: '/messages',
  beforeLoad: forWhoMayUse('messages'),
  validateSearch: messageSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(messagesQuery(messageFilter(deps, new Date()))),
  component: lazyRouteComponent(() => import('../messages/message-list.tsx'), 'MessageList'),
})

const message = createRoute({
  getParentRoute: () => inside,
  path: '/messages/$id',
  beforeLoad: forWhoMayUse('messages'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(messageQuery(params.id)),
  component: lazyRouteComponent(() => import('../messages/message-page.tsx'), 'MessagePage'),
})

const notification = createRoute({
  getParentRoute: () => inside,
  path: '/notifications/$id',
  beforeLoad: forWhoMayUse('messages'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(notificationQuery(params.id)),
  component: lazyRouteComponent(() => import('../messages/notification-page.tsx'), 'NotificationPage'),
})

const reminders = createRoute({
  getParentRoute: () => inside,
  path: '/reminders',
  beforeLoad: forWhoMayUse('reminders'),
  validateSearch: reminderSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(remindersQuery(reminderFilter(deps, now()))),
  component: lazyRouteComponent(() => import('../reminders/reminder-list.tsx'), 'ReminderList'),
})

const reminderPlan = createRoute({
  getParentRoute: () => inside,
  path: '/reminders/$subject',
  beforeLoad: forWhoMayUse('reminders'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(reminderPlanQuery(params.subject)),
  component: lazyRouteComponent(() => import('../reminders/reminder-page.tsx'), 'ReminderPage'),
})

const failed = createRoute({
  getParentRoute: () => inside,
  path: '/failed',
  beforeLoad: forWhoMayUse('failed'),
  validateSearch: failedSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(deadLettersQuery(letterFilter(deps, new Date()))),
  component: lazyRouteComponent(() => import('../failed/failed-page.tsx'), 'FailedPage'),
})

/** What was sent, what comes, and what failed. */
export const messagesRoutes = [overview, messages, message, notification, reminders, reminderPlan, failed] as const
