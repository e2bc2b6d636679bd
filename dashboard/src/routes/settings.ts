import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { auditQuery } from '../audit/queries.ts'
import { auditFilter, auditSearch } from '../audit/search.ts'
import { automationsQuery } from '../automations/queries.ts'
import { text } from '../parts/search.ts'
import { providersQuery } from '../providers/queries.ts'
import { membersQuery, rolesQuery } from '../team/queries.ts'
import { forWhoMayUse, inside } from './root.tsx'

const automations = createRoute({
  getParentRoute: () => inside,
  path: '/automations',
  beforeLoad: forWhoMayUse('automations'),
  loader: ({ context }) => void context.queryClient.prefetchQuery(automationsQuery),
  component: lazyRouteComponent(() => import('../automations/automations.tsx'), 'Automations'),
})

const providers = createRoute({
  getParentRoute: () => inside,
  path: '/providers',
  beforeLoad: forWhoMayUse('providers'),
  loader: ({ context }) => void context.queryClient.prefetchQuery(providersQuery),
  component: lazyRouteComponent(() => import('../providers/providers.tsx'), 'Providers'),
})

const team = createRoute({
  getParentRoute: () => inside,
  path: '/team',
  beforeLoad: forWhoMayUse('team'),
  loader: ({ context }) => {
    void context.queryClient.prefetchInfiniteQuery(membersQuery)
    void context.queryClient.prefetchQuery(rolesQuery)
  },
  component: lazyRouteComponent(() => import('../team/team.tsx'), 'Team'),
})

const audit = createRoute({
  getParentRoute: () => inside,
  path: '/audit',
  beforeLoad: forWhoMayUse('audit'),
  validateSearch: auditSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) =>
    void context.queryClient.prefetchInfiniteQuery(auditQuery(auditFilter(deps, new Date()))),
  component: lazyRouteComponent(() => import('../audit/audit-page.tsx'), 'AuditPage'),
})

const sandbox = createRoute({
  getParentRoute: () => inside,
  path: '/sandbox',
  beforeLoad: forWhoMayUse('sandbox'),
  validateSearch: (search: Record<string, unknown>): { mail?: string | undefined } => ({ mail: text(search.mail) }),
  component: lazyRouteComponent(() => import('../sandbox/sandbox.tsx'), 'Sandbox'),
})

const platform = createRoute({
  getParentRoute: () => inside,
  path: '/platform',
  beforeLoad: forWhoMayUse('platform'),
  component: lazyRouteComponent(() => import('../platform/platform.tsx'), 'Platform'),
})

const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyRouteComponent(() => import('../account/account.tsx'), 'Account'),
})

const nothing = createRoute({
  getParentRoute: () => inside,
  path: '/nothing',
  component: lazyRouteComponent(() => import('../session/nothing.tsx'), 'Nothing'),
})

/** How all of it is run, and by whom. */
export const settingsRoutes = [automations, providers, team, audit, sandbox, platform, account, nothing] as const
