import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { campaignQuery, campaignsQuery, everySegmentQuery, segmentsQuery } from '../campaigns/queries.ts'
import { campaignSearch, newCampaignSearch, recipientSearch } from '../campaigns/search.ts'
import { given } from '../parts/search.ts'
import { forWhoMayUse, inside } from './root.tsx'

const campaigns = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns',
  beforeLoad: forWhoMayUse('campaigns'),
  validateSearch: campaignSearch,
  loaderDeps: ({ search }) => search,
  loader: ({ context, deps }) => void context.queryClient.prefetchInfiniteQuery(campaignsQuery(given(deps))),
  component: lazyRouteComponent(() => import('../campaigns/campaign-list.tsx'), 'CampaignList'),
})

const newCampaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/new',
  beforeLoad: forWhoMayUse('campaigns'),
  validateSearch: newCampaignSearch,
  loader: ({ context }) => void context.queryClient.prefetchQuery(everySegmentQuery),
  component: lazyRouteComponent(() => import('../campaigns/new-campaign.tsx'), 'NewCampaign'),
})

const campaign = createRoute({
  getParentRoute: () => inside,
  path: '/campaigns/$id',
  beforeLoad: forWhoMayUse('campaigns'),
  validateSearch: recipientSearch,
  loader: ({ context, params }) => void context.queryClient.prefetchQuery(campaignQuery(params.id)),
  component: lazyRouteComponent(() => import('../campaigns/campaign-page.tsx'), 'CampaignPage'),
})

const segments = createRoute({
  getParentRoute: () => inside,
  path: '/segments',
  beforeLoad: forWhoMayUse('campaigns'),
  loader: ({ context }) => void context.queryClient.prefetchInfiniteQuery(segmentsQuery),
  component: lazyRouteComponent(() => import('../campaigns/segment-list.tsx'), 'SegmentList'),
})

/** One message for many. */
export const campaignsRoutes = [campaigns, newCampaign, campaign, segments] as const
