import type { QueryClient } from '@tanstack/react-query'
import { createRouter } from '@tanstack/react-router'
import { CrashedPage } from './parts/whole-page.tsx'
import { bookingsRoutes } from './routes/bookings.ts'
import { campaignsRoutes } from './routes/campaigns.ts'
import { contactsRoutes } from './routes/contacts.ts'
import { messagesRoutes } from './routes/messages.ts'
import { inside, root } from './routes/root.tsx'
import { sessionRoutes } from './routes/session.ts'
import { settingsRoutes } from './routes/settings.ts'
import { templatesRoutes } from './routes/templates.ts'

const tree = root.addChildren([
  ...sessionRoutes,
  inside.addChildren([
    ...messagesRoutes,
    ...contactsRoutes,
    ...campaignsRoutes,
    ...bookingsRoutes,
    ...templatesRoutes,
    ...settingsRoutes,
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
