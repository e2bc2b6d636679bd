import { type DemoAccess, demoRoutes } from './demo.ts'
import { createCalls } from './engine/accounts/calls.ts'
import { providerRoutes } from './engine/accounts/routes.ts'
import { templateRoutes as carrierTemplateRoutes } from './engine/accounts/template-routes.ts'
import { createAccountViews } from './engine/accounts/views.ts'
import { alertRoutes } from './engine/alerts/routes.ts'
import { createEntries } from './engine/audit/entries.ts'
import { recordRequests } from './engine/audit/recording.ts'
import { auditRoutes } from './engine/audit/routes.ts'
import { createValuesBefore } from './engine/audit/values-before.ts'
import { verifyChain } from './engine/audit/verify.ts'
import { cronRoutes } from './engine/automations/cron-routes.ts'
import { automationRoutes } from './engine/automations/routes.ts'
import { runAutomation, runBrief } from './engine/automations/runs.ts'
import { campaignRoutes } from './engine/campaigns/routes.ts'
import { segmentRoutes } from './engine/campaigns/segment-routes.ts'
import { catalogueRoutes } from './engine/catalogue/routes.ts'
import { contactRoutes } from './engine/contacts/routes.ts'
import { createContactImports } from './engine/imports/import.ts'
import { contactImportRoutes } from './engine/imports/routes.ts'
import { inAppRoutes } from './engine/in-app/routes.ts'
import { liveRoutes } from './engine/live/routes.ts'
import { deadLetterRoutes } from './engine/messages/dead-letter-routes.ts'
import { deliverySettingsRoutes } from './engine/messages/delivery-settings-routes.ts'
import { eventRoutes } from './engine/messages/event-routes.ts'
import { allJobs } from './engine/messages/jobs.ts'
import { limitRoutes } from './engine/messages/limit-routes.ts'
import { messageRoutes } from './engine/messages/message-routes.ts'
import { notificationRoutes } from './engine/messages/notification-routes.ts'
import { smsPreviewRoutes } from './engine/messages/sms-preview-routes.ts'
import { testSendRoutes } from './engine/messages/test-send-routes.ts'
import { refuseUnguarded } from './engine/organizations/authentication.ts'
import { createPlatformOrganizations } from './engine/organizations/platform-organizations.ts'
import { organizationRoutes } from './engine/organizations/routes.ts'
import type { OpenedPacks } from './engine/packs/packs.ts'
import { preferenceRoutes } from './engine/preferences/api-routes.ts'
import { confirmRoutes } from './engine/preferences/confirm-routes.ts'
import { consentRoutes } from './engine/preferences/consent-routes.ts'
import { preferenceLinkRoutes } from './engine/preferences/link-routes.ts'
import { priceRoutes } from './engine/prices/routes.ts'
import { createErasures } from './engine/privacy/erasures.ts'
import { createExports } from './engine/privacy/exports.ts'
import { privacyRoutes } from './engine/privacy/routes.ts'
import { sandboxClockRoutes } from './engine/providers/sandbox/clock-routes.ts'
import { sandboxRoutes } from './engine/providers/sandbox/routes.ts'
import { reminderRoutes } from './engine/reminders/routes.ts'
import { statisticsRoutes } from './engine/statistics/routes.ts'
import { createStatistics } from './engine/statistics/statistics.ts'
import { createSuppressionImports } from './engine/suppressions/import.ts'
import { suppressionRoutes } from './engine/suppressions/routes.ts'
import { templateRoutes } from './engine/templates/routes.ts'
import { templateVersionRoutes } from './engine/templates/version-routes.ts'
import { inboundRoutes } from './engine/tracking/inbound-routes.ts'
import { linkRoutes } from './engine/tracking/link-routes.ts'
import { webhookRoutes } from './engine/tracking/routes.ts'
import { unsettledRoutes } from './engine/tracking/unsettled-routes.ts'
import { createEndpoints } from './engine/webhooks/endpoints.ts'
import { webhookEndpointRoutes } from './engine/webhooks/routes.ts'
import type { Crypto } from './platform/crypto.ts'
import type { Database } from './platform/database/database.ts'
import type { Server } from './platform/http/server.ts'
import type { Logger } from './platform/logging.ts'
import { queueBoard } from './platform/queue/board.ts'
import type { Storage } from './platform/storage/storage.ts'

/** What some routes are made with, whatever each calls it. */
type With<Make extends (first: never, second: never) => unknown, At extends 0 | 1 = 0> = Parameters<Make>[At]

type Parts = Omit<With<typeof organizationRoutes, 1>, 'authentication' | 'platformOrganizations'> &
  Omit<With<typeof recordRequests, 1>, 'valuesBefore'> &
  With<typeof notificationRoutes> &
  With<typeof eventRoutes> &
  With<typeof deadLetterRoutes> &
  With<typeof deliverySettingsRoutes> &
  Omit<With<typeof limitRoutes>, 'accountsOf'> &
  With<typeof carrierTemplateRoutes> &
  With<typeof templateRoutes> &
  With<typeof testSendRoutes> &
  With<typeof contactRoutes> &
  With<typeof alertRoutes> &
  With<typeof unsettledRoutes> &
  With<typeof automationRoutes> &
  Pick<With<typeof cronRoutes, 1>, 'cronSecret' | 'runs'> &
  With<typeof createSuppressionImports> &
  Pick<With<typeof suppressionRoutes>, 'suppressions'> &
  With<typeof createErasures> &
  With<typeof consentRoutes> &
  With<typeof preferenceRoutes> &
  With<typeof inboundRoutes> &
  With<typeof reminderRoutes> &
  With<typeof segmentRoutes> &
  With<typeof campaignRoutes> &
  Pick<With<typeof inAppRoutes>, 'feed'> &
  With<typeof catalogueRoutes> &
  Omit<With<typeof createEndpoints>, 'added'> &
  With<typeof liveRoutes> &
  Omit<With<typeof sandboxRoutes>, 'lettingIn'> &
  With<typeof sandboxClockRoutes> &
  Pick<With<typeof queueBoard>, 'queue'> &
  Omit<With<typeof webhookRoutes>, 'observe' | 'accounts' | 'heard'> &
  With<typeof linkRoutes> &
  With<typeof confirmRoutes> &
  With<typeof preferenceLinkRoutes> &
  Pick<With<typeof createAccountViews>, 'opener' | 'accounts'> & {
    readonly accounts: Pick<With<typeof webhookRoutes>['accounts'], 'isCurrent'>
    readonly webhookOf: With<typeof webhookRoutes>['accounts']['webhookOf']
    readonly packs: Pick<OpenedPacks, 'routes' | 'pages'>
    readonly db: Database
    readonly crypto: Crypto
    readonly storage: Storage
    readonly log: Logger
    readonly members: { readonly contactOf: With<typeof inAppRoutes>['contactOfMember'] }
    readonly accountEdits: With<typeof providerRoutes>['edits']
    readonly auditRetention: With<typeof auditRoutes>['retention']
    /** The names of every provider there is. */
    readonly providers: With<typeof priceRoutes>['providers']
    readonly prices: With<typeof priceRoutes>['prices']
    /** A webhook of the host application was added here. */
    readonly webhookAdded: () => void
    readonly countCalls: NonNullable<With<typeof webhookRoutes>['observe']>
    /** Set: whoever can reach this server may sign in to the demo. */
    readonly demo: DemoAccess | undefined
  }

/** Every route of the API and the hosted pages, one line per room. Part of `app.ts`. */
export function registerRoutes(http: Server, parts: Parts): void {
  const { auth, db, clock, crypto, storage, runs, organization, accounts, members, log } = parts
  http.addHook('onRoute', refuseUnguarded)
  recordRequests(http, { ...parts, valuesBefore: createValuesBefore({ db }) })
  organizationRoutes(http, {
    ...parts,
    authentication: auth,
    platformOrganizations: createPlatformOrganizations({ db, clock }),
  })
  const v1 = { prefix: '/v1' }
  http.register(notificationRoutes(parts), v1)
  http.register(eventRoutes(parts), v1)
  http.register(messageRoutes(parts), v1)
  http.register(deadLetterRoutes(parts), v1)
  http.register(smsPreviewRoutes(parts), v1)
  http.register(deliverySettingsRoutes(parts), v1)
  const views = createAccountViews(parts)
  http.register(providerRoutes({ auth, edits: parts.accountEdits, views }), v1)
  http.register(carrierTemplateRoutes(parts), v1)
  http.register(limitRoutes({ ...parts, accountsOf: views.list }), v1)
  http.register(contactRoutes(parts), v1)
  http.register(contactImportRoutes({ auth, runs, contactImports: createContactImports(parts) }), v1)
  http.register(automationRoutes(parts), v1)
  http.register(alertRoutes(parts), v1)
  http.register(unsettledRoutes(parts), v1)
  cronRoutes(http, {
    runs,
    cronSecret: parts.cronSecret,
    organizationIds: async () =>
      (await db.run<{ id: string }>('organizations.ids', 'select id from organization order by id', [])).map(
        ({ id }) => id,
      ),
    now: () => clock.now(),
  })
  const imports = createSuppressionImports({ storage, runs, clock })
  http.register(suppressionRoutes({ auth, suppressions: parts.suppressions, imports, runs }), v1)
  const exports = createExports({ db, storage, runs })
  http.register(privacyRoutes({ auth, exports, erasures: createErasures({ db, clock, runs }) }), v1)
  http.register(consentRoutes(parts), v1)
  http.register(preferenceRoutes(parts), v1)
  http.register(inboundRoutes(parts), v1)
  http.register(reminderRoutes(parts), v1)
  http.register(segmentRoutes(parts), v1)
  http.register(campaignRoutes(parts), v1)
  http.register(inAppRoutes({ auth, feed: parts.feed, contactOfMember: members.contactOf }), v1)
  http.register(catalogueRoutes(parts), v1)
  const statistics = createStatistics({ db, organization })
  http.register(statisticsRoutes({ auth, statistics, clock }), v1)
  http.register(templateRoutes(parts), v1)
  http.register(templateVersionRoutes({ auth, editor: parts.editor, numbersOf: statistics.versions }), v1)
  http.register(testSendRoutes(parts), v1)
  const endpoints = createEndpoints({ ...parts, added: parts.webhookAdded })
  http.register(webhookEndpointRoutes({ auth, endpoints, clock }), v1)
  http.register(priceRoutes(parts), v1)
  const verify = (id: string) => verifyChain({ run: db.run, crypto, now: clock.now() }, id)
  http.register(
    auditRoutes({ auth, entries: createEntries({ db }), retention: parts.auditRetention, verify, clock }),
    v1,
  )
  http.register(liveRoutes(parts), v1)
  const lettingIn = parts.catalogue.entries.filter(({ secrets }) => secrets.length > 0).map(({ type }) => type)
  http.register(sandboxRoutes({ ...parts, lettingIn }), v1)
  http.register(sandboxClockRoutes(parts), v1)
  if (parts.demo) http.register(demoRoutes(parts.demo, auth), v1)
  http.register(
    queueBoard({
      queue: parts.queue,
      jobs: [...allJobs, runAutomation, runBrief],
      guard: auth.guard('platform_admin'),
      publicUrl: parts.publicUrl,
      onAct: (request) =>
        log.info({ memberId: auth.callerOf(request).actor.id, act: request.url }, 'An operator acted on the queues'),
    }),
  )
  for (const routes of parts.packs.routes) http.register(routes, v1)
  const called = { webhookOf: parts.webhookOf, isCurrent: accounts.isCurrent }
  const heard = createCalls(parts)
  http.register(webhookRoutes({ clock, accounts: called, receipts: parts.receipts, heard, observe: parts.countCalls }))
  http.register(linkRoutes(parts))
  http.register(confirmRoutes(parts))
  http.register(preferenceLinkRoutes(parts))
  for (const pages of parts.packs.pages) http.register(pages)
}
