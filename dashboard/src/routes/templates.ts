import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { catalogueQuery } from '../catalogue/queries.ts'
import { text } from '../parts/search.ts'
import { templatesQuery } from '../templates/queries.ts'
import { templateFilter, templateSearch } from '../templates/search.ts'
import { forWhoMayUse, inside } from './root.tsx'

const templates = createRoute({
  getParentRoute: () => inside,
  path: '/templates',
  beforeLoad: forWhoMayUse('templates'),
  validateSearch: templateSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchQuery(templatesQuery(templateFilter(deps))),
  component: lazyRouteComponent(() => import('../templates/template-list.tsx'), 'TemplateList'),
})

const template = createRoute({
  getParentRoute: () => inside,
  path: '/templates/$key/$channel/$locale',
  beforeLoad: forWhoMayUse('templates'),
  component: lazyRouteComponent(() => import('../templates/template-page.tsx'), 'TemplatePage'),
})

const catalogue = createRoute({
  getParentRoute: () => inside,
  path: '/catalogue',
  beforeLoad: forWhoMayUse('templates'),
  validateSearch: (search: Record<string, unknown>): { search?: string | undefined } => ({
    search: text(search.search),
  }),
  loader: ({ context }) => void context.queryClient.prefetchQuery(catalogueQuery),
  component: lazyRouteComponent(() => import('../catalogue/catalogue-page.tsx'), 'CataloguePage'),
})

/** What messages say, and when they are sent. */
export const templatesRoutes = [templates, template, catalogue] as const
