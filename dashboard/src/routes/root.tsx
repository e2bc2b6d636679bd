import { CarillonError, type Session } from '@carillon/client'
import { Notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import { createRootRouteWithContext, createRoute, Outlet, redirect } from '@tanstack/react-router'
import { MissingPage } from '../parts/whole-page.tsx'
import { sessionQuery } from '../session/queries.ts'
import { type PAGES, pagesFor } from '../shell/pages.ts'
import { Shell } from '../shell/shell.tsx'

export const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({
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

/** Everything behind the sign-in. */
export const inside = createRoute({
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
export const forWhoMayUse =
  (name: (typeof PAGES)[number]['name']) =>
  ({ context: { session } }: { context: { session: Session } }) => {
    const pages = pagesFor(session)
    if (pages.some((page) => page.name === name)) return
    throw redirect({ to: pages[0]?.to ?? '/nothing' })
  }
