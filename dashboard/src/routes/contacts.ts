import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { contactQuery, contactsQuery } from '../contacts/queries.ts'
import { contactFilter, contactSearch } from '../contacts/search.ts'
import { suppressionsQuery } from '../suppressions/queries.ts'
import { suppressionFilter, suppressionSearch } from '../suppressions/search.ts'
import { forWhoMayUse, inside } from './root.tsx'

const contacts = createRoute({
  getParentRoute: () => inside,
  path: '/contacts',
  beforeLoad: forWhoMayUse('contacts'),
  validateSearch: contactSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(contactsQuery(contactFilter(deps))),
  component: lazyRouteComponent(() => import('../contacts/contact-list.tsx'), 'ContactList'),
})

const contact = createRoute({
  getParentRoute: () => inside,
  path: '/contacts/$id',
  beforeLoad: forWhoMayUse('contacts'),
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(contactQuery(params.id)),
  component: lazyRouteComponent(() => import('../contacts/contact-page.tsx'), 'ContactPage'),
})

const suppressions = createRoute({
  getParentRoute: () => inside,
  path: '/suppressions',
  beforeLoad: forWhoMayUse('contacts'),
  validateSearch: suppressionSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(suppressionsQuery(suppressionFilter(deps))),
  component: lazyRouteComponent(() => import('../suppressions/suppressions.tsx'), 'Suppressions'),
})

/** People, and addresses that must not be used. */
export const contactsRoutes = [contacts, contact, suppressions] as const
