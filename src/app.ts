import { randomUUID } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { createAlerting } from './alerting.ts'
import { createCampaigning } from './campaigning.ts'
import { type CarrierSettings, createCarriers } from './carriers.ts'
import { type DemoAccess, loadDemo } from './demo.ts'
import { createAccounts } from './engine/accounts/accounts.ts'
import { createCarrierTemplates } from './engine/accounts/carrier-templates.ts'
import { createAccountChecks } from './engine/accounts/checks.ts'
import { createAccountEdits } from './engine/accounts/edits.ts'
import { sweepStates } from './engine/accounts/health-store.ts'
import { createOpener } from './engine/accounts/opener.ts'
import { createSettingsEdit } from './engine/accounts/settings-edit.ts'
import { eraseOldSettings } from './engine/accounts/store.ts'
import { createAudit, platformAct } from './engine/audit/audit.ts'
import { createRetention } from './engine/audit/retention.ts'
import { runAutomation, runBrief } from './engine/automations/runs.ts'
import { createCatalogue } from './engine/catalogue/catalogue.ts'
import { createChoices } from './engine/catalogue/choices.ts'
import { CHANNELS } from './engine/channels/channel.ts'
import { createFingerprints } from './engine/contacts/fingerprints.ts'
import { createFeed } from './engine/in-app/feed.ts'
import { createMessageLinks } from './engine/links/message-links.ts'
import { createLinkTokens } from './engine/links/tokens.ts'
import { createLive } from './engine/live/live.ts'
import { createAccept } from './engine/messages/accept.ts'
import { createMessageActions } from './engine/messages/actions.ts'
import { createCountryBrake } from './engine/messages/country-brake.ts'
import { createDeadLetters } from './engine/messages/dead-letters.ts'
import { createDeliver } from './engine/messages/deliver.ts'
import { createDigest } from './engine/messages/digest.ts'
import { createDispatcher } from './engine/messages/dispatcher.ts'
import { createEvents } from './engine/messages/events.ts'
import { createFallback } from './engine/messages/fallback.ts'
import { createFirstContacts } from './engine/messages/first-contacts.ts'
import { createInvitationMail } from './engine/messages/invitation-mail.ts'
import { applyReports, deliverJobs, PACES, redriveDeadLetters, takeEvents } from './engine/messages/jobs.ts'
import { createEngineMetrics } from './engine/messages/metrics.ts'
import { renderHowOf } from './engine/messages/outbound.ts'
import { createMessageReader } from './engine/messages/read.ts'
import { createSecrets } from './engine/messages/secrets.ts'
import { createSignInMail } from './engine/messages/sign-in-mail.ts'
import { createTestSend } from './engine/messages/test-send.ts'
import { createUpkeep, ensurePartitions } from './engine/messages/upkeep.ts'
import { createWithinWindow } from './engine/messages/within-window.ts'
import { createApiKeys } from './engine/organizations/api-keys.ts'
import { createAudiences } from './engine/organizations/audiences.ts'
import { createAuthentication } from './engine/organizations/authentication.ts'
import { createInvitations } from './engine/organizations/invitations.ts'
import { createForgetLeavers } from './engine/organizations/leaving.ts'
import { createMembers } from './engine/organizations/members.ts'
import type { OidcSettings } from './engine/organizations/oidc.ts'
import { createOrganizations } from './engine/organizations/organizations.ts'
import { createRoles } from './engine/organizations/roles.ts'
import { createSignIn, type Link, type SignInChange, type User } from './engine/organizations/sign-in.ts'
import type { TakeAttempt } from './engine/organizations/sign-in-door.ts'
import { createSubscriberTokens } from './engine/organizations/subscriber-tokens.ts'
import { createSupportWindows } from './engine/organizations/support-windows.ts'
import { createSurface } from './engine/packs/create-surface.ts'
import type { Pack } from './engine/packs/pack.ts'
import { openPacks } from './engine/packs/packs.ts'
import type { PackSurface } from './engine/packs/surface.ts'
import { createPrices } from './engine/prices/prices.ts'
import { createSweepExports } from './engine/privacy/export.ts'
import { createNobodysRetention } from './engine/privacy/retention.ts'
import { createSandboxClock } from './engine/providers/sandbox/clock.ts'
import { hasLiveAccounts } from './engine/providers/sandbox/clock-store.ts'
import { createSlackWebhook } from './engine/providers/slack/slack.ts'
import { createRemind } from './engine/reminders/remind.ts'
import { forgetPlans } from './engine/reminders/reminder-store.ts'
import { createReminders } from './engine/reminders/reminders.ts'
import { createRollUp, statisticsRollUp } from './engine/statistics/roll-up.ts'
import { createCompiler } from './engine/templates/compiler.ts'
import { createTemplateEditor } from './engine/templates/editor.ts'
import { createTemplates } from './engine/templates/templates.ts'
import type { BoxSettings } from './engine/tracking/bounces/box.ts'
import type { ListenerSettings } from './engine/tracking/bounces/listener.ts'
import { createReturnPaths } from './engine/tracking/bounces/return-path.ts'
import { createDeliveries } from './engine/webhooks/deliveries.ts'
import { sweepDeliveries } from './engine/webhooks/delivery-store.ts'
import { createFanOut } from './engine/webhooks/fan-out.ts'
import { notFound } from './errors.ts'
import { packs } from './packs/packs.ts'
import { createPeople } from './people.ts'
import { type Clock, createSharedClock } from './platform/clock.ts'
import { createCrypto } from './platform/crypto.ts'
import { openDatabase, type Tx } from './platform/database/database.ts'
import { createGeocoder } from './platform/geocoding/geocoder.ts'
import { type GeocoderSettings, providersOf } from './platform/geocoding/providers.ts'
import { createPublicLookup } from './platform/http/public-host.ts'
import { createRequestLimit } from './platform/http/request-limit.ts'
import { createServer } from './platform/http/server.ts'
import { idFloor } from './platform/ids.ts'
import { createLimits } from './platform/limits/limits.ts'
import { createWindows } from './platform/limits/windows.ts'
import type { Logger } from './platform/logging.ts'
import { createQueue } from './platform/queue/bullmq-queue.ts'
import { createRealtime } from './platform/realtime/relay-realtime.ts'
import { openRedis } from './platform/redis.ts'
import { createSpool } from './platform/spool.ts'
import { withMaker } from './platform/storage/made-files.ts'
import { openStorage, type StorageSettings } from './platform/storage/storages.ts'
import { createReporting } from './reporting.ts'
import { registerRoutes } from './routes.ts'

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
  /** People try it out: the clock may be moved, as long as no message can really leave, and the sandbox serves every channel without a carrier. Default: neither. */
  readonly isSandbox?: boolean
  /** Opens /api/cron/:name; nobody can unless set. */
  readonly cronSecret?: string | undefined
  /** A company's own sign-in. */
  readonly oidc?: OidcSettings | undefined
  /** Services that know where addresses are; none: organizations' fallback points are taken. */
  readonly geocoders?: readonly GeocoderSettings[]
  /** Where files are kept; else in `dataFolder`. */
  readonly storage?: StorageSettings | undefined
  /** Addresses of the users who operate the platform, in lower case. */
  readonly admins?: readonly string[]
  /** An incoming webhook where those who operate the platform read its alerts along. */
  readonly slackWebhookUrl?: string | undefined
  /** Whose X-Forwarded-For is believed. Default: nobody's. */
  readonly trustedProxies?: readonly string[]
  /** Where bounces are taken in; nowhere unless set. */
  readonly bounceListener?: ListenerSettings | undefined
  readonly bounceBox?: BoxSettings | undefined
  /** Instead of the product's own: a host's packs beside them, say. */
  readonly packs?: readonly Pack[] | undefined
  /** The platform's accounts at vendors that packs know, such as Stripe. */
  readonly vendors?: PackSurface['vendorSettings'] | undefined
  /** Vendors' sandboxes stay open although messages leave in earnest. */
  readonly sandboxCheckout?: boolean | undefined
  /** Finds addresses, instead of `geocoders`. */
  readonly geocode?: PackSurface['geocode'] | undefined
  /** Instead of the version of Node's own time-zone data. */
  readonly zoneData?: string | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly version: string
}

const DAY_MS = 24 * 3_600_000
/** After their subject; by then their payload has nothing left to be for. */
const REMINDERS_KEPT_DAYS = 90
const WEBHOOKS_KEPT_DAYS = 30
/** What is kept of the audit log while the database is away. */
const AUDIT_SPOOL_BYTES = 1024 ** 3

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
  // Packs are opened further down, and asked for a file much later than that.
  const storage = withMaker(
    openStorage(parts.storage, join(parts.dataFolder, 'files'), { now: clock.trueNow }),
    (key) => opened.makerOf(key),
  )

  // Who is who
  const admins = [...(parts.admins ?? []), ...(parts.demo ? [parts.demo.email] : [])]
  // Both are made further down, and told of much later than that.
  const tell = async (link: Link) => {
    const [member] = await organizations.membershipsOf(link.user.id)
    if (member) await signInMail(member.organizationId, { ...link, email: link.user.email })
  }
  const signInChanged = async ({ id, email }: User, what: SignInChange) => {
    const [member] = await organizations.membershipsOf(id)
    if (member) await signInMail(member.organizationId, { what, email, at: clock.now() })
  }
  const accessChanged = (organizationId: string) => live.accessChanged(organizationId)
  const signIn = createSignIn({
    databaseUrl,
    secret,
    ...(parts.oldSecrets && { oldSecrets: parts.oldSecrets }),
    publicUrl,
    oidc: parts.oidc,
    tell: (link) => tell(link).catch(onError),
    onError,
  })
  const organizations = createOrganizations({ db, clock, signIn })
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
    admins,
  })

  // Who did what
  const audit = createAudit({
    db,
    clock,
    crypto,
    spool: createSpool({ folder: join(parts.dataFolder, 'audit-spool'), clock, mostBytes: AUDIT_SPOOL_BYTES, onError }),
    onError,
  })
  const auditRetention = createRetention({ db, clock, crypto })

  // What can be said
  const catalogue = createCatalogue(parts.packs ?? packs)
  const secrets = createSecrets({ crypto, catalogue })
  const compiler = createCompiler({ cacheFolder: join(parts.dataFolder, 'compiled-code') })
  const templates = createTemplates({ db, clock, compiler, entries: catalogue.entries })
  // A first start publishes some four hundred built-in templates, which takes seconds: whoever needs one waits for it, the start does not.
  let published: Promise<unknown> = Promise.resolve()
  const worded: typeof templates = {
    ...templates,
    resolve: async (...which) => {
      const found = await templates.resolve(...which)
      if (found) return found
      await published
      return templates.resolve(...which)
    },
  }

  const choices = createChoices({ db, clock, templates })
  const prices = createPrices({ db, clock })
  const linkTokens = createLinkTokens(crypto)
  const links = createMessageLinks({ tokens: linkTokens, publicUrl })
  const editor = createTemplateEditor({
    db,
    clock,
    compiler,
    entries: catalogue.entries,
    templates,
    organization,
    howOf: renderHowOf,
    linksOf: ({ category }) => links.shown(category),
  })

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
  const countryBrake = createCountryBrake({
    windows,
    clock,
    onUnusual: (organizationId, country) => countryAlerts.unusual(organizationId, country),
  })
  const accept = createAccept({
    db,
    clock,
    catalogue,
    templates: worded,
    organization,
    choices,
    storage,
    secrets,
    fingerprints,
    carriers: { serves: (organizationId, channel) => accounts.serves(organizationId, channel) },
    windows,
    countries: countryBrake,
    ...heard,
    observe: metrics.countAccepted,
  })
  const audiences = createAudiences({ db, signIn, admins })
  const events = createEvents({ db, clock, catalogue, accept, secrets, storage, audiences })
  const slack = parts.slackWebhookUrl
    ? createSlackWebhook({ webhookUrl: parts.slackWebhookUrl, clock: parts.clock })
    : undefined
  const { alerts, ownAlerts, countryAlerts, ...alerting } = createAlerting({
    db,
    clock,
    events,
    operators: audiences.operators,
    organization,
    organizations,
    countryBrake,
    zoneData: parts.zoneData ?? process.versions.tz ?? '',
    publicUrl,
    slack,
    log,
    ...heard,
    later: {
      checks: { due: (...which) => accountChecks.due(...which), check: (...which) => accountChecks.check(...which) },
      templates: {
        dueFor: (...which) => carrierTemplates.dueFor(...which),
        syncFor: (...which) => carrierTemplates.syncFor(...which),
      },
      automations: () => runs.names,
    },
  })
  const read = createMessageReader({ db, templates, organization, links, secrets })
  const actions = createMessageActions({ db, clock, fingerprints, organization, ...heard })
  const deadLetters = createDeadLetters({ db, clock, queue, organization, ...heard, onError })
  const geocoder = createGeocoder({
    db,
    clock,
    crypto,
    limits,
    providers: providersOf(parts.geocoders ?? []),
    onError: (error) => log.warn({ err: error }, 'A geocoder gave no answer'),
  })
  const surface = createSurface({
    db,
    clock,
    publicUrl,
    crypto,
    storage,
    organization,
    auth,
    events,
    // Both are made further down, and asked much later than that.
    reminders: {
      planWithin: (...plan) => reminders.planWithin(...plan),
      cancelWithin: (...plan) => reminders.cancelWithin(...plan),
    },
    runs: {
      startWithin: (...what) => runs.startWithin(...what),
      startApartWithin: (...what) => runs.startApartWithin(...what),
      offer: (run) => runs.offer(run),
    },
    callBack: async (url, headers, payload) =>
      (await http.inject({ method: 'POST', url, headers: { ...headers }, payload })).statusCode,
    vendorSettings: parts.vendors ?? {},
    isRehearsal: async (organizationId) =>
      parts.sandboxCheckout === true || (!isLive && !(await hasLiveAccounts(db.run, organizationId))),
    geocode: parts.geocode ?? ((text, country) => geocoder.lookUp({ text, country })),
    ...heard,
    onError: (error, about) => log.error({ err: error, ...about }, 'Something of a pack failed'),
  })
  const opened = openPacks(parts.packs ?? packs, surface)
  const { contacts, consents, preferences, agreements, suppressions, runs, schedules } = createPeople({
    db,
    clock,
    queue,
    storage,
    organization,
    accept,
    actions,
    read,
    fingerprints,
    tokens: linkTokens,
    publicUrl,
    log,
    automations: [...alerting.automations, statisticsRollUp({ db, clock })],
    automationFailed: ownAlerts.automationFailed,
    packs: opened,
    ...heard,
  })
  const signInMail = createSignInMail({ accept, publicUrl })
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
    isSandbox: parts.isSandbox,
    onError,
    onService: ({ id, provider }, { breaker, reason }) =>
      breaker === 'closed'
        ? log.info({ accountId: id, provider }, 'A provider account is back in service')
        : log.warn({ accountId: id, provider, reason }, 'A provider account is out of service'),
  })
  const carrierTemplates = createCarrierTemplates({ db, clock, accounts, opener, onError })
  const settingsEdit = createSettingsEdit({ crypto, opener, providers, publicLookup })
  const allowLive = (tx: Tx) => sandboxClock.holdForAccount(tx)
  const accountEdits = createAccountEdits({ db, clock, accounts, opener, settingsEdit, allowLive, onError })
  const accountChecks = createAccountChecks({ db, clock, accounts, edits: accountEdits })
  const providerWatch = alerting.createWatch({
    accounts,
    revive: accountChecks.revive,
    overdueSeconds: schedules.overdue,
    onError,
  })
  const healthWatch = alerting.createHealth({
    trueNow: clock.trueNow,
    checkQueue: () => queue.check(),
    disk: async () => {
      const { bavail, blocks, bsize } = await statfs(parts.dataFolder)
      return { freeBytes: bavail * bsize, bytes: blocks * bsize }
    },
    machine: hostname(),
    onError: (error) => log.warn({ err: error }, 'How the installation is could not be told'),
  })
  const fanOut = createFanOut({ db, clock, added: () => void (roles.worker && webhooks.look()), onError })
  live.follow(fanOut.hint)
  const webhooks = createDeliveries({
    db,
    clock,
    trueNow: clock.trueNow,
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
  const { webhookOf, replyWindows, reports, receipts, bounces, hits, polling } = createReporting({
    db,
    clock,
    queue,
    limits,
    workerId,
    dataFolder: parts.dataFolder,
    packs: opened,
    accounts,
    carrierTemplates,
    consents,
    heardOfMarketing: agreements.heard,
    costOf: prices.costOf,
    returnPaths,
    bounceListener: parts.bounceListener,
    bounceBox: parts.bounceBox,
    changed: live.changed,
    metrics,
    log,
    onError,
  })
  const reminders = createReminders({ db, clock, catalogue, choices, organization, nudge: heard.nudge })
  const sandboxClock = createSandboxClock({
    db,
    clock,
    realtime,
    isSandbox: parts.isSandbox === true,
    isLive,
    makeRoom: (at) => ensurePartitions(db.run, at),
    momentBefore: reminders.momentBefore,
    nextReminder: reminders.next,
    planAgain: schedules.planAgain,
    onError,
  })
  const testSend = createTestSend({ accept, editor, contactOfMember: members.contactOf })
  const { segments, campaigns, testCampaign, campaignProgress, goOn } = createCampaigning({
    db,
    clock,
    catalogue,
    accept,
    events,
    templates,
    worded,
    testSend,
    organization,
    contactOfMember: members.contactOf,
    accounts,
    costOf: prices.costOf,
    publicUrl,
    log,
    tell: live.campaign,
    ...heard,
  })
  const { deliver, ...delivery } = createDeliver({
    db,
    clock,
    workerId,
    carriers: accounts,
    platformWay: catalogue.platformWay,
    limits,
    windows,
    firstContacts,
    withinWindow: createWithinWindow({ windows: replyWindows, templates, blocked: carrierTemplates.blocked }),
    tasks: {
      fallBack: createFallback({
        db,
        clock,
        fingerprints,
        organization,
        countries: countryBrake,
        ...heard,
        observe: metrics.countFallbacks,
      }),
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
      remind: createRemind({
        db,
        clock,
        accept,
        ...heard,
        onError: (error, ids) => log.error({ err: error, ...ids }, 'A reminder could not be handled'),
        observe: metrics.countReminders,
      }),
      campaign: goOn,
    },
    templates,
    organization,
    storage,
    costOf: prices.costOf,
    heardOfMarketing: agreements.heard,
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
  if (roles.worker) metrics.watchSchedules(schedules.overdue)
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
      () => sweepStates(db.run),
      () => eraseOldSettings(db.run),
      rollUp.forget,
      () => sweepDeliveries(db.run, idFloor(new Date(clock.now().getTime() - WEBHOOKS_KEPT_DAYS * DAY_MS))),
      receipts.sweep,
      auditRetention.sweep,
      runs.forget,
      createSweepExports({ db, storage, clock }),
      geocoder.sweep,
      alerts.forget,
      createNobodysRetention({ db, clock }),
      createForgetLeavers({ db, clock, signIn, admins }),
      () => forgetPlans(db.run, new Date(clock.now().getTime() - REMINDERS_KEPT_DAYS * DAY_MS)),
      () => storage.removeUnfinished(new Date(clock.trueNow().getTime() - DAY_MS)),
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
    trustProxy: [...(parts.trustedProxies ?? [])],
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
  if (roles.api)
    registerRoutes(http, {
      db,
      clock,
      crypto,
      storage,
      queue,
      log,
      onError,
      publicUrl,
      publicLookup,
      limits,
      windows,
      requestLimit,
      takeAttempt,
      sessionsEnded: async (userId) => {
        const memberships = await organizations.membershipsOf(userId).catch((error) => {
          onError(error)
          return []
        })
        for (const { organizationId } of memberships) accessChanged(organizationId)
      },
      signInChanged: (user, change) => signInChanged(user, change).catch(onError),
      signIn,
      auth,
      apiKeys,
      subscriberTokens,
      organizations,
      organization,
      members,
      roles: teamRoles,
      invitations,
      supportWindows,
      audit,
      auditRetention,
      catalogue,
      choices,
      templates,
      editor,
      testSend,
      segments,
      campaigns,
      testCampaign,
      accept,
      events,
      read,
      actions,
      deadLetters,
      contacts,
      consents,
      reminders,
      preferences,
      agreements,
      suppressions,
      runs,
      schedules,
      alerts,
      ownAlerts,
      cronSecret: parts.cronSecret,
      opener,
      accounts,
      accountEdits,
      carrierTemplates,
      providers: [...new Set(providers.map(({ name }) => name))],
      prices,
      feed,
      live,
      sandbox,
      sandboxClock,
      receipts,
      webhookOf,
      packs: opened,
      hits,
      tokens: linkTokens,
      webhookAdded: () => void (roles.worker && webhooks.look()),
      countCalls: metrics.countCalls,
      // Never where a message would really leave.
      demo: isLive ? undefined : parts.demo,
    })

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
      if (await sandboxClock.start())
        log.warn(
          'The sandbox’s clock was moved; it is put back: this installation is no sandbox, or messages really leave',
        )
      clock.start()
      await ensurePartitions(db.run, clock.now())
      published = templates.syncBuiltIns()
      published.catch(onError)
      await accounts.start()
      live.start()
      campaignProgress.start()
      audit.start()
      if (parts.demo)
        await loadDemo(
          { organizations, apiKeys, contacts, accept, sample: opened.sample, sendSamples: !isLive, onError },
          parts.demo,
        )
      healthWatch.start()
      if (roles.api) receipts.startSpool()
      if (!roles.worker) return
      for (const channel of CHANNELS)
        for (const pace of PACES)
          queue.work(
            deliverJobs[channel][pace],
            async ({ messageIds }) => void (await deliver(channel, pace, messageIds)),
          )
      for (const job of [applyReports, takeEvents])
        queue.work(job, async ({ receiptIds }) => void (await reports.apply(receiptIds)))
      for (const job of [runAutomation, runBrief]) queue.work(job, async ({ runId }) => void (await runs.work(runId)))
      runs.watch()
      schedules.start()
      queue.work(redriveDeadLetters, async ({ requeueId }) => void (await deadLetters.redrive(requeueId)))
      delivery.start()
      dispatcher.start()
      receipts.start()
      await bounces.start()
      polling.start()
      providerWatch.start()
      alerting.notices?.start()
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
      sandboxClock.stop()
      live.stop()
      upkeep.stop()
      await campaignProgress.stop()
      await rollUp.stop()
      await fanOut.stop()
      await webhooks.stop()
      deadLetters.stop()
      schedules.stop()
      runs.stop()
      // Before HTTP, which its reports come in by.
      await sandbox.stop()
      await http.close()
      await audit.stop()
      await bounces.stop()
      await receipts.stop()
      await polling.stop()
      await providerWatch.stop()
      await healthWatch.stop()
      await alerting.notices?.stop()
      await slack?.close()
      await hits.stop()
      await published.catch(() => {})
      await dispatcher.stop()
      await queue.close()
      await delivery.stop()
      await opened.close()
      redis?.disconnect()
      await Promise.all([accounts.close(), realtime.close(), apiKeys.close(), signIn.close(), templates.close()])
      await db.close()
    },
  }
}
