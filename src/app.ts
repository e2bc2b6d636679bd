import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type CarrierSettings, createCarriers } from './carriers.ts'
import { type DemoAccess, demoRoutes, loadDemo } from './demo.ts'
import { createAccounts } from './engine/accounts/accounts.ts'
import { createCarrierTemplates } from './engine/accounts/carrier-templates.ts'
import { createAccountEdits } from './engine/accounts/edits.ts'
import { sweepStates } from './engine/accounts/health-store.ts'
import { createOpener } from './engine/accounts/opener.ts'
import { providerRoutes } from './engine/accounts/routes.ts'
import { createSettingsEdit } from './engine/accounts/settings-edit.ts'
import { eraseOldSettings } from './engine/accounts/store.ts'
import { templateRoutes } from './engine/accounts/template-routes.ts'
import { createAccountViews } from './engine/accounts/views.ts'
import { createAudit, platformAct } from './engine/audit/audit.ts'
import { createEntries } from './engine/audit/entries.ts'
import { recordRequests } from './engine/audit/recording.ts'
import { createRetention } from './engine/audit/retention.ts'
import { auditRoutes } from './engine/audit/routes.ts'
import { createValuesBefore } from './engine/audit/values-before.ts'
import { verifyChain } from './engine/audit/verify.ts'
import { automationRoutes } from './engine/automations/routes.ts'
import { createRuns, runAutomation } from './engine/automations/runs.ts'
import { createCatalogue } from './engine/catalogue/catalogue.ts'
import { catalogueRoutes } from './engine/catalogue/routes.ts'
import { CHANNELS } from './engine/channels/channel.ts'
import { createConsents } from './engine/contacts/consents.ts'
import { createContacts } from './engine/contacts/contacts.ts'
import { createFingerprints } from './engine/contacts/fingerprints.ts'
import { contactRoutes } from './engine/contacts/routes.ts'
import { createWhatsappIds } from './engine/contacts/whatsapp-ids.ts'
import { createFeed } from './engine/in-app/feed.ts'
import { inAppRoutes } from './engine/in-app/routes.ts'
import { createMessageLinks } from './engine/links/message-links.ts'
import { createLinkTokens } from './engine/links/tokens.ts'
import { createLive } from './engine/live/live.ts'
import { liveRoutes } from './engine/live/routes.ts'
import { createAccept } from './engine/messages/accept.ts'
import { createMessageActions } from './engine/messages/actions.ts'
import { deadLetterRoutes } from './engine/messages/dead-letter-routes.ts'
import { createDeadLetters } from './engine/messages/dead-letters.ts'
import { createDeliver } from './engine/messages/deliver.ts'
import { deliverySettingsRoutes } from './engine/messages/delivery-settings-routes.ts'
import { createDigest } from './engine/messages/digest.ts'
import { createDispatcher } from './engine/messages/dispatcher.ts'
import { eventRoutes } from './engine/messages/event-routes.ts'
import { createEvents } from './engine/messages/events.ts'
import { createFallback } from './engine/messages/fallback.ts'
import { createFirstContacts } from './engine/messages/first-contacts.ts'
import { createInvitationMail } from './engine/messages/invitation-mail.ts'
import { allJobs, applyReports, deliverJobs, PACES, redriveDeadLetters } from './engine/messages/jobs.ts'
import { limitRoutes } from './engine/messages/limit-routes.ts'
import { messageRoutes } from './engine/messages/message-routes.ts'
import { createEngineMetrics } from './engine/messages/metrics.ts'
import { notificationRoutes } from './engine/messages/notification-routes.ts'
import { createMessageReader } from './engine/messages/read.ts'
import { createReplyWindows } from './engine/messages/reply-windows.ts'
import { createSecrets } from './engine/messages/secrets.ts'
import { smsPreviewRoutes } from './engine/messages/sms-preview-routes.ts'
import { createUpkeep, ensurePartitions } from './engine/messages/upkeep.ts'
import { createWithinWindow } from './engine/messages/within-window.ts'
import { createApiKeys } from './engine/organizations/api-keys.ts'
import { createAuthentication, refuseUnguarded } from './engine/organizations/authentication.ts'
import { createInvitations } from './engine/organizations/invitations.ts'
import { createMembers } from './engine/organizations/members.ts'
import { createOrganizations } from './engine/organizations/organizations.ts'
import { createPlatformOrganizations } from './engine/organizations/platform-organizations.ts'
import { createRoles } from './engine/organizations/roles.ts'
import { organizationRoutes } from './engine/organizations/routes.ts'
import { createSignIn } from './engine/organizations/sign-in.ts'
import type { TakeAttempt } from './engine/organizations/sign-in-routes.ts'
import { createSubscriberTokens } from './engine/organizations/subscriber-tokens.ts'
import { createSupportWindows } from './engine/organizations/support-windows.ts'
import { createAgreements } from './engine/preferences/agreements.ts'
import { preferenceRoutes } from './engine/preferences/api-routes.ts'
import { confirmRoutes } from './engine/preferences/confirm-routes.ts'
import { consentRoutes } from './engine/preferences/consent-routes.ts'
import { preferenceLinkRoutes } from './engine/preferences/link-routes.ts'
import { createPreferences } from './engine/preferences/preferences.ts'
import { createPrices } from './engine/prices/prices.ts'
import { priceRoutes } from './engine/prices/routes.ts'
import { contactErasure } from './engine/privacy/erase.ts'
import { createErasures } from './engine/privacy/erasures.ts'
import { contactExport, createDropExports, createSweepExports } from './engine/privacy/export.ts'
import { createExports } from './engine/privacy/exports.ts'
import { contentsRetention, createNobodysRetention } from './engine/privacy/retention.ts'
import { privacyRoutes } from './engine/privacy/routes.ts'
import { sandboxRoutes } from './engine/providers/sandbox/routes.ts'
import { createRollUp } from './engine/statistics/roll-up.ts'
import { statisticsRoutes } from './engine/statistics/routes.ts'
import { createStatistics } from './engine/statistics/statistics.ts'
import { createSuppressionImports, suppressionImport } from './engine/suppressions/import.ts'
import { suppressionRoutes } from './engine/suppressions/routes.ts'
import { createSuppressions } from './engine/suppressions/suppressions.ts'
import { createCompiler } from './engine/templates/compiler.ts'
import { createTemplates } from './engine/templates/templates.ts'
import { createBounces } from './engine/tracking/bounces/bounces.ts'
import type { BoxSettings } from './engine/tracking/bounces/box.ts'
import type { ListenerSettings } from './engine/tracking/bounces/listener.ts'
import { createReturnPaths } from './engine/tracking/bounces/return-path.ts'
import { createConsentFollower } from './engine/tracking/consent-follower.ts'
import { createHits } from './engine/tracking/hits.ts'
import { createInboundMessages } from './engine/tracking/inbound.ts'
import { linkRoutes } from './engine/tracking/link-routes.ts'
import { createPolling } from './engine/tracking/polling.ts'
import { createReceipts } from './engine/tracking/receipts.ts'
import { createReports } from './engine/tracking/reports.ts'
import { webhookRoutes } from './engine/tracking/routes.ts'
import { createDeliveries } from './engine/webhooks/deliveries.ts'
import { sweepDeliveries } from './engine/webhooks/delivery-store.ts'
import { createEndpoints } from './engine/webhooks/endpoints.ts'
import { createFanOut } from './engine/webhooks/fan-out.ts'
import { webhookEndpointRoutes } from './engine/webhooks/routes.ts'
import { notFound } from './errors.ts'
import { packs } from './packs/packs.ts'
import { type Clock, createSharedClock } from './platform/clock.ts'
import { createCrypto } from './platform/crypto.ts'
import { openDatabase } from './platform/database/database.ts'
import { createPublicLookup } from './platform/http/public-host.ts'
import { createRequestLimit } from './platform/http/request-limit.ts'
import { createServer } from './platform/http/server.ts'
import { idFloor } from './platform/ids.ts'
import { createLimits } from './platform/limits/limits.ts'
import { createWindows } from './platform/limits/windows.ts'
import type { Logger } from './platform/logging.ts'
import { queueBoard } from './platform/queue/board.ts'
import { createQueue } from './platform/queue/bullmq-queue.ts'
import { createRealtime } from './platform/realtime/relay-realtime.ts'
import { openRedis } from './platform/redis.ts'
import { createSpool } from './platform/spool.ts'
import { createFolderStorage } from './platform/storage/folder-storage.ts'

export interface AppParts extends CarrierSettings {
  readonly databaseUrl: string
  /** Undefined: queues and live events on Postgres. */
  readonly redisUrl: string | undefined
  /** Keeps installations that share one Redis apart. */
  readonly queuePrefix?: string
  /** Which of its parts this process runs. */
  readonly roles: { readonly api: boolean; readonly worker: boolean }
  readonly secret: string
  /** Former ones: what they sealed or signed is still read. */
  readonly oldSecrets?: readonly string[]
  readonly publicUrl: string
  readonly dataFolder: string
  readonly dashboardFolder?: string
  /** Organizations' provider accounts may name hosts on private networks. Default: they may not. */
  readonly allowPrivateHosts?: boolean
  /** Set: the demo organization is loaded, and the sign-in page may offer this way in. */
  readonly demo?: DemoAccess
  /** Addresses of the users who operate the platform, in lower case. */
  readonly admins?: readonly string[]
  /** Where bounces are taken in; nowhere unless set. */
  readonly bounceListener?: ListenerSettings | undefined
  readonly bounceBox?: BoxSettings | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly version: string
}

const DAY_MS = 24 * 3_600_000
const WEBHOOKS_KEPT_DAYS = 30
/** What carriers report while the database is away: half a million calls, about. */
const SPOOL_BYTES = 1024 ** 3

export type App = Awaited<ReturnType<typeof createApp>>

/** The whole product, wired by hand. Read this file first. The database is migrated before. */
export async function createApp(parts: AppParts) {
  const { databaseUrl, redisUrl, roles, secret, publicUrl, log, version } = parts
  const onError = (error: unknown) => log.error({ err: error }, 'Something failed on the way')
  const backend = redisUrl
    ? ({ kind: 'redis', url: redisUrl } as const)
    : ({ kind: 'postgres', url: databaseUrl } as const)
  const prefix = parts.queuePrefix ?? 'carillon'
  const workerId = randomUUID()

  // Platform
  const metrics = createEngineMetrics()
  const crypto = createCrypto(secret, parts.oldSecrets)
  const db = openDatabase({ url: databaseUrl, onError })
  const clock = createSharedClock(parts.clock, db.time, onError)
  const queue = createQueue({ backend, prefix, onError, log, observe: metrics.countJob })
  const realtime = createRealtime({ backend, prefix, onError })
  const redis = redisUrl ? openRedis(redisUrl, { name: 'carillon-limits', onError }) : undefined
  const limits = createLimits(redis ? { redis, prefix, clock } : { run: db.run, clock })
  // Not on Redis: what was sent in an hour or a day outlives a FLUSHALL, and accepting does not need the queue's server.
  const windows = createWindows({ run: db.run, clock })
  const firstContacts = createFirstContacts({ db, clock })
  // Nor these: whoever looks why Redis is down can sign in.
  const attempts = createLimits({ run: db.run, clock })
  const storage = createFolderStorage(join(parts.dataFolder, 'files'))

  // Who is who
  const signIn = createSignIn({ databaseUrl, secret, publicUrl, onError })
  const organizations = createOrganizations({ db, clock, signIn })
  // Made further down, and told of much later than that.
  const accessChanged = (organizationId: string) => live.accessChanged(organizationId)
  const members = createMembers({ db, clock, signIn, accessChanged })
  const teamRoles = createRoles({ db, clock, accessChanged })
  const supportWindows = createSupportWindows({ db, clock, accessChanged })
  const organization = async (id: string) => {
    const found = await organizations.get(id)
    if (!found) throw notFound('Organization', id)
    return found
  }
  const apiKeys = createApiKeys({ db, clock, onError })
  const subscriberTokens = createSubscriberTokens({ crypto, clock })
  const requestLimit = createRequestLimit()
  const auth = createAuthentication({
    apiKeys,
    signIn,
    organizations,
    supportWindows,
    subscriberTokens,
    hasContact: members.hasContact,
    clock,
    limit: requestLimit,
    publicUrl,
    admins: [...(parts.admins ?? []), ...(parts.demo ? [parts.demo.email] : [])],
  })

  // Who did what
  const audit = createAudit({
    db,
    clock,
    crypto,
    spool: createSpool({ folder: join(parts.dataFolder, 'audit-spool'), clock, mostBytes: SPOOL_BYTES, onError }),
    onError,
  })
  const auditRetention = createRetention({ db, clock, crypto })

  // What can be said
  const catalogue = createCatalogue(packs)
  const secrets = createSecrets({ crypto, catalogue })
  const templates = createTemplates({ db, clock, compiler: createCompiler(), entries: catalogue.entries })

  const prices = createPrices({ db, clock })
  const linkTokens = createLinkTokens(crypto)
  const links = createMessageLinks({ tokens: linkTokens, publicUrl })

  // The heart
  const live = createLive({ db, realtime, onError })
  const fingerprints = createFingerprints(crypto)
  const dispatcher = createDispatcher({
    db,
    queue,
    carriers: {
      allowance: (channel) => accounts.allowance(channel),
      offered: (organizationId, channel, messages) => accounts.offered(organizationId, channel, messages),
    },
    clock,
    onError,
    observe: metrics.countOffered,
    observeTick: metrics.countTick,
    observeLost: metrics.countLost,
  })
  const heard = { nudge: dispatcher.nudge, changed: live.changed }
  const accept = createAccept({
    db,
    clock,
    catalogue,
    templates,
    organization,
    storage,
    secrets,
    fingerprints,
    windows,
    ...heard,
    observe: metrics.countAccepted,
  })
  const events = createEvents({ db, clock, catalogue, accept, secrets, members })
  const read = createMessageReader({ db, templates, organization, links, secrets })
  const actions = createMessageActions({ db, clock, fingerprints, organization, ...heard })
  const deadLetters = createDeadLetters({ db, clock, queue, organization, ...heard, onError })
  const preferences = createPreferences({
    db,
    clock,
    organization,
    stopUnwanted: actions.stopUnwanted,
    changed: live.changed,
  })
  const agreements = createAgreements({
    db,
    clock,
    organization,
    accept,
    tokens: linkTokens,
    publicUrl,
    stopUnwanted: actions.stopUnwanted,
    ...heard,
  })
  const suppressions = createSuppressions({
    db,
    clock,
    organization,
    fingerprints,
    stopAt: actions.stopAt,
    changed: live.changed,
  })
  const runs = createRuns({
    db,
    clock,
    queue,
    automations: [
      contentsRetention({ db, clock, storage, organization }),
      suppressionImport({ db, clock, organization, fingerprints, storage, stopAt: actions.stopAt }),
      contactExport({ db, clock, storage, read }),
      contactErasure({
        db,
        clock,
        storage,
        fingerprints,
        stopFor: actions.stopFor,
        dropExports: createDropExports({ db, storage }),
        changed: live.changed,
      }),
    ],
    onError: (error, of) => log.error({ err: error, ...of }, 'An automation could not go on'),
  })
  const contacts = createContacts({ db, clock, organization, stopMessages: actions.stopFor })

  const invitations = createInvitations({
    db,
    clock,
    signIn,
    organization,
    tell: createInvitationMail({ accept, publicUrl }),
  })

  // Carriers and what they report
  const feed = createFeed({ db, clock, changed: live.changed, onRead: (messageIds) => reports.read(messageIds) })
  const returnPaths = createReturnPaths(crypto)
  const { providers, builtIns, sandbox, isLive } = createCarriers(parts, {
    returnPathOf: returnPaths.of,
    db,
    clock,
    publicUrl,
    secret,
    feed,
    onError,
  })
  const publicLookup = parts.allowPrivateHosts ? undefined : createPublicLookup()
  const opener = createOpener({ providers, builtIns, crypto, publicLookup, publicUrl })
  const accounts = createAccounts({
    db,
    clock,
    builtIns,
    opener,
    sends: roles.worker,
    workerId,
    onError,
    onService: ({ id, provider }, { breaker, reason }) =>
      breaker === 'closed'
        ? log.info({ accountId: id, provider }, 'A provider account is back in service')
        : log.warn({ accountId: id, provider, reason }, 'A provider account is out of service'),
  })
  const carrierTemplates = createCarrierTemplates({ db, clock, accounts, opener, onError })
  const settingsEdit = createSettingsEdit({ crypto, opener, providers, publicLookup })
  const accountEdits = createAccountEdits({ db, clock, accounts, opener, settingsEdit, onError })
  const replyWindows = createReplyWindows({ db, clock })
  const consents = createConsents({ db, clock, stopAt: actions.stopAt })
  const inbound = createInboundMessages({
    db,
    clock,
    changed: live.changed,
    // What follows from a message that somebody wrote to us, in this order.
    followers: [createConsentFollower({ consents }), replyWindows.follow, createWhatsappIds({ db })],
    observe: metrics.countInbound,
  })
  const fanOut = createFanOut({ db, clock, added: () => void (roles.worker && webhooks.look()), onError })
  live.follow(fanOut.hint)
  const webhooks = createDeliveries({
    db,
    clock,
    crypto,
    publicLookup,
    onDisabled: ({ organization_id, id, url, disabled_reason }) => {
      void audit.keep(platformAct(organization_id, 'webhook_endpoint.disabled', [id])).catch(onError)
      return events
        .raise(organization_id, { type: 'webhook.disabled', payload: { url, gone: disabled_reason === 'gone' } })
        .catch(onError)
    },
    onError,
  })
  const reports = createReports({
    db,
    clock,
    webhookOf: (provider, accountId) => bounces.webhookOf(provider) ?? accounts.webhookOf(provider, accountId),
    takeInbound: inbound.take,
    takeTemplates: (accountId, templates) => carrierTemplates.note(accountId, templates),
    costOf: prices.costOf,
    changed: live.changed,
    onError: (error, ids) => log.error({ err: error, ...ids }, 'A webhook call could not be worked through'),
    observe: metrics.countReport,
    observeItems: metrics.countItems,
  })
  const receipts = createReceipts({
    db,
    clock,
    queue,
    spool: createSpool({ folder: join(parts.dataFolder, 'spool'), clock, mostBytes: SPOOL_BYTES, onError }),
    webhookOf: accounts.webhookOf,
    refreshAccounts: accounts.refresh,
    stranded: reports.stranded,
    onError,
    observe: metrics.countCalls,
  })
  const hits = createHits({ db, clock, tell: reports.tell, onError })
  const bounces = createBounces({
    db,
    clock,
    workerId,
    returnPaths,
    listener: parts.bounceListener,
    box: parts.bounceBox,
    keep: receipts.keepInDatabase,
    onError,
    observe: metrics.countBounce,
  })
  const polling = createPolling({ db, clock, limits, statusOf: accounts.statusOf, told: reports.told, onError })
  const { deliver, ...delivery } = createDeliver({
    db,
    clock,
    workerId,
    carriers: accounts,
    limits,
    windows,
    firstContacts,
    withinWindow: createWithinWindow({ windows: replyWindows, templates, blocked: carrierTemplates.blocked }),
    tasks: {
      fallBack: createFallback({ db, clock, fingerprints, organization, ...heard, observe: metrics.countFallbacks }),
      digest: createDigest({
        db,
        clock,
        accept,
        templates,
        organization,
        ...heard,
        onError: (error, ids) => log.error({ err: error, ...ids }, 'A digest could not leave'),
        observe: metrics.countDigest,
      }),
    },
    templates,
    organization,
    storage,
    costOf: prices.costOf,
    links,
    secrets,
    ...heard,
    onError: (error, ids) => log.error({ err: error, ...ids }, 'A message could not be handled'),
    observe: metrics.countTried,
    observeWait: metrics.countWaits,
    observeSettled: metrics.countSettled,
  })
  metrics.watchQueue(queue)
  metrics.watchWork(db.run, clock)
  metrics.watchSockets(live.open)
  if (roles.worker) metrics.watchAccounts(accounts.watched)
  const rollUp = createRollUp({ db, clock, changed: live.counted, onError })
  const upkeep = createUpkeep({
    db,
    clock,
    onError,
    hourly: [
      attempts.sweep,
      limits.sweep,
      windows.sweep,
      firstContacts.sweep,
      hits.sweep,
      replyWindows.sweep,
      carrierTemplates.syncAll,
      () => sweepStates(db.run),
      () => eraseOldSettings(db.run),
      rollUp.forget,
      () => sweepDeliveries(db.run, idFloor(new Date(clock.now().getTime() - WEBHOOKS_KEPT_DAYS * DAY_MS))),
      receipts.sweep,
      auditRetention.sweep,
      runs.startDue,
      createSweepExports({ db, storage, clock }),
      createNobodysRetention({ db, clock }),
      () => storage.removeUnfinished(new Date(clock.now().getTime() - DAY_MS)),
    ],
  })

  const takeAttempt: TakeAttempt = async (key, { burst, perMinute }) => {
    const { allowed, retryAfterMs } = await attempts.take(key, { burst, perSecond: perMinute / 60 })
    return { allowed, retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }
  }
  const http = await createServer({
    log,
    version,
    publicUrl,
    ...(parts.dashboardFolder === undefined ? {} : { dashboardFolder: parts.dashboardFolder }),
    health: {
      ready: {
        database: async () => void (await db.run('health.database', 'select 1', [])),
        migrations: () => db.assertMigrated(),
        queue: () => queue.check(),
      },
      metrics: metrics.text,
    },
    onAnswer: metrics.countAnswered,
  })
  if (roles.api) {
    http.addHook('onRoute', refuseUnguarded)
    recordRequests(http, { auth, organizations, audit, valuesBefore: createValuesBefore({ db }), onError })
    const platformOrganizations = createPlatformOrganizations({ db, clock })
    const team = { members, roles: teamRoles, invitations, supportWindows, platformOrganizations }
    organizationRoutes(http, { authentication: auth, apiKeys, organizations, signIn, publicUrl, takeAttempt, ...team })
    const v1 = { prefix: '/v1' }
    http.register(notificationRoutes({ auth, accept, read, actions }), v1)
    http.register(eventRoutes({ auth, events }), v1)
    http.register(messageRoutes({ auth, read }), v1)
    http.register(deadLetterRoutes({ auth, deadLetters }), v1)
    http.register(smsPreviewRoutes({ auth, organization }), v1)
    http.register(deliverySettingsRoutes({ auth, organizations, organization }), v1)
    const views = createAccountViews({ db, accounts, opener })
    http.register(providerRoutes({ auth, edits: accountEdits, views }), v1)
    http.register(templateRoutes({ auth, carrierTemplates }), v1)
    http.register(limitRoutes({ auth, requestLimit, organization, accountsOf: views.list, limits, windows, clock }), v1)
    http.register(contactRoutes({ auth, contacts, subscriberTokens }), v1)
    http.register(automationRoutes({ auth, runs }), v1)
    const imports = createSuppressionImports({ storage, runs, clock })
    http.register(suppressionRoutes({ auth, suppressions, imports, runs }), v1)
    const exports = createExports({ db, storage, runs })
    http.register(privacyRoutes({ auth, exports, erasures: createErasures({ db, clock, runs }) }), v1)
    http.register(consentRoutes({ auth, consents, agreements }), v1)
    http.register(preferenceRoutes({ auth, preferences }), v1)
    http.register(inAppRoutes({ auth, feed, contactOfMember: members.contactOf }), v1)
    http.register(catalogueRoutes({ auth, catalogue }), v1)
    http.register(statisticsRoutes({ auth, statistics: createStatistics({ db, organization }), clock }), v1)
    const endpoints = createEndpoints({
      db,
      clock,
      crypto,
      publicLookup,
      added: () => void (roles.worker && webhooks.look()),
    })
    http.register(webhookEndpointRoutes({ auth, endpoints, clock }), v1)
    const names = [...new Set(providers.map(({ name }) => name))]
    http.register(priceRoutes({ auth, prices, providers: names }), v1)
    const verify = (id: string) => verifyChain({ run: db.run, crypto, now: clock.now() }, id)
    http.register(auditRoutes({ auth, entries: createEntries({ db }), retention: auditRetention, verify, clock }), v1)
    http.register(liveRoutes({ auth, live, onError }), v1)
    http.register(sandboxRoutes({ auth, sandbox }), v1)
    // Whoever can reach this server may then sign in, so never where a message would really leave.
    if (parts.demo && !isLive) http.register(demoRoutes(parts.demo, auth), v1)
    http.register(
      queueBoard({
        queue,
        jobs: [...allJobs, runAutomation],
        guard: auth.guard('platform_admin'),
        publicUrl,
        onAct: (request) =>
          log.info({ memberId: auth.callerOf(request).actor.id, act: request.url }, 'An operator acted on the queues'),
      }),
    )
    http.register(webhookRoutes({ clock, accounts, receipts, observe: metrics.countCalls }))
    http.register(linkRoutes({ tokens: linkTokens, hits }))
    http.register(confirmRoutes({ agreements, tokens: linkTokens, organization }))
    http.register(preferenceLinkRoutes({ db, tokens: linkTokens, preferences, organization }))
  }

  return {
    http,
    organizations,
    apiKeys,
    contacts,
    accept,
    templates,
    catalogue,
    feed,
    sandbox,
    dispatcher,
    polling,
    bounces,
    receipts,
    audit,

    /** Makes what the code needs to find in the database, and starts the loops of this process's roles. */
    async start(): Promise<void> {
      await clock.follow()
      clock.start()
      await ensurePartitions(db.run, clock.now())
      await templates.syncBuiltIns()
      await accounts.start()
      live.start()
      audit.start()
      if (parts.demo) await loadDemo({ organizations, apiKeys, contacts, accept, sendSamples: !isLive }, parts.demo)
      if (roles.api) receipts.startSpool()
      if (!roles.worker) return
      for (const channel of CHANNELS)
        for (const pace of PACES)
          queue.work(
            deliverJobs[channel][pace],
            async ({ messageIds }) => void (await deliver(channel, pace, messageIds)),
          )
      queue.work(applyReports, async ({ receiptIds }) => void (await reports.apply(receiptIds)))
      queue.work(runAutomation, async ({ runId }) => void (await runs.work(runId)))
      runs.watch()
      queue.work(redriveDeadLetters, async ({ requeueId }) => void (await deadLetters.redrive(requeueId)))
      delivery.start()
      dispatcher.start()
      receipts.start()
      await bounces.start()
      polling.start()
      hits.start()
      deadLetters.start()
      upkeep.start()
      rollUp.start()
      fanOut.start()
      webhooks.start()
      sandbox.start()
    },

    /** Takes nothing new, finishes what is under way, lets go of everything. */
    async stop(): Promise<void> {
      clock.stop()
      live.stop()
      upkeep.stop()
      await rollUp.stop()
      await fanOut.stop()
      await webhooks.stop()
      deadLetters.stop()
      runs.stop()
      // Before HTTP, which its reports come in by.
      await sandbox.stop()
      await http.close()
      await audit.stop()
      await bounces.stop()
      await receipts.stop()
      await polling.stop()
      await hits.stop()
      await dispatcher.stop()
      await queue.close()
      await delivery.stop()
      redis?.disconnect()
      await Promise.all([accounts.close(), realtime.close(), apiKeys.close(), signIn.close(), templates.close()])
      await db.close()
    },
  }
}
