import type { Accounts } from './engine/accounts/accounts.ts'
import { createCampaigns } from './engine/campaigns/campaigns.ts'
import { createEstimates } from './engine/campaigns/estimate.ts'
import { createGoOn } from './engine/campaigns/go-on.ts'
import { createCampaignProgress } from './engine/campaigns/progress.ts'
import { createSegments } from './engine/campaigns/segments.ts'
import { createTestCampaign } from './engine/campaigns/test-campaign.ts'
import type { Catalogue } from './engine/catalogue/catalogue.ts'
import type { Accept } from './engine/messages/accept.ts'
import type { Events } from './engine/messages/events.ts'
import type { TestSend } from './engine/messages/test-send.ts'
import type { Members } from './engine/organizations/members.ts'
import type { Organization } from './engine/organizations/organization.ts'
import type { Prices } from './engine/prices/prices.ts'
import type { Templates } from './engine/templates/templates.ts'
import type { Clock } from './platform/clock.ts'
import type { Database } from './platform/database/database.ts'
import type { Logger } from './platform/logging.ts'

interface Parts {
  readonly db: Database
  readonly clock: Clock
  readonly catalogue: Catalogue
  readonly accept: Accept
  readonly events: Events
  readonly templates: Templates
  /** The same, which waits for the built-in ones of a first start. */
  readonly worded: Templates
  readonly testSend: TestSend
  readonly organization: (id: string) => Promise<Organization>
  readonly contactOfMember: Members['contactOf']
  readonly accounts: Pick<Accounts, 'choose'>
  readonly costOf: Prices['costOf']
  readonly publicUrl: string
  readonly log: Logger
  readonly tell: Parameters<typeof createCampaignProgress>[0]['tell']
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
}

/** One message for many: who they are, what it would come to, how it goes on. Part of `app.ts`. */
export function createCampaigning(parts: Parts) {
  const { db, clock, catalogue, accept, events, templates, worded, testSend, organization, contactOfMember } = parts
  const { accounts, costOf, publicUrl, log, tell, nudge, changed } = parts
  const segments = createSegments({ db, clock })
  const campaignProgress = createCampaignProgress({
    db,
    tell,
    onError: (error) => log.error({ err: error }, 'What campaigns came to could not be told'),
  })
  const campaigns = createCampaigns({
    db,
    clock,
    catalogue,
    organization,
    templates: worded,
    estimates: createEstimates({
      db,
      clock,
      catalogue,
      accept,
      templates,
      organization,
      costOf,
      providerOf: (organizationId, channel) => {
        const carrier = accounts.choose(organizationId, channel)
        return carrier && 'provider' in carrier ? carrier.provider : undefined
      },
    }),
    nudge,
    moved: campaignProgress.moved,
  })
  const testCampaign = createTestCampaign({ campaigns, testSend, templates: worded, organization, contactOfMember })
  const goOn = createGoOn({
    db,
    clock,
    accept,
    events,
    publicUrl,
    catalogue,
    organization,
    nudge,
    changed,
    moved: campaignProgress.moved,
    onError: (error, ids) => log.error({ err: error, ...ids }, 'A campaign could not go on'),
  })
  return { segments, campaigns, testCampaign, campaignProgress, goOn }
}
