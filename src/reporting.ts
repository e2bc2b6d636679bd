import { join } from 'node:path'
import type { Accounts } from './engine/accounts/accounts.ts'
import type { CarrierTemplates } from './engine/accounts/carrier-templates.ts'
import { stopAccount } from './engine/accounts/store.ts'
import type { Consents } from './engine/contacts/consents.ts'
import { createWhatsappIds } from './engine/contacts/whatsapp-ids.ts'
import type { createEngineMetrics } from './engine/messages/metrics.ts'
import { createReplyWindows } from './engine/messages/reply-windows.ts'
import type { openPacks } from './engine/packs/packs.ts'
import type { Agreements } from './engine/preferences/agreements.ts'
import type { Prices } from './engine/prices/prices.ts'
import { createBounces } from './engine/tracking/bounces/bounces.ts'
import type { BoxSettings } from './engine/tracking/bounces/box.ts'
import type { ListenerSettings } from './engine/tracking/bounces/listener.ts'
import type { ReturnPaths } from './engine/tracking/bounces/return-path.ts'
import { createConsentFollower } from './engine/tracking/consent-follower.ts'
import { createHits } from './engine/tracking/hits.ts'
import { createInboundMessages } from './engine/tracking/inbound.ts'
import { createPolling } from './engine/tracking/polling.ts'
import { createReceipts } from './engine/tracking/receipts.ts'
import { createReports } from './engine/tracking/reports.ts'
import type { Clock } from './platform/clock.ts'
import type { Database } from './platform/database/database.ts'
import type { Limits } from './platform/limits/limits.ts'
import type { Logger } from './platform/logging.ts'
import type { Queue } from './platform/queue/queue.ts'
import { createSpool } from './platform/spool.ts'

interface Parts {
  readonly db: Database
  readonly clock: Clock
  readonly queue: Queue
  readonly limits: Limits
  readonly workerId: string
  readonly dataFolder: string
  readonly packs: ReturnType<typeof openPacks>
  readonly accounts: Pick<Accounts, 'webhookOf' | 'refresh' | 'statusOf'>
  readonly carrierTemplates: Pick<CarrierTemplates, 'note'>
  readonly consents: Consents
  readonly heardOfMarketing: Agreements['heard']
  readonly costOf: Prices['costOf']
  readonly returnPaths: ReturnPaths
  readonly bounceListener: ListenerSettings | undefined
  readonly bounceBox: BoxSettings | undefined
  readonly changed: (organizationId: string) => void
  readonly metrics: ReturnType<typeof createEngineMetrics>
  readonly log: Logger
  readonly onError: (error: unknown) => void
}

/** What carriers report while the database is away: half a million calls, about. */
const SPOOL_BYTES = 1024 ** 3

/** What comes back: carriers' calls, bounces, opens and clicks, what people write, and what has to be asked for. Part of `app.ts`. */
export function createReporting({ db, clock, packs, accounts, heardOfMarketing, metrics, onError, ...parts }: Parts) {
  const { queue, limits, workerId, dataFolder, carrierTemplates, consents, costOf, returnPaths, changed, log } = parts
  const replyWindows = createReplyWindows({ db, clock })
  const inbound = createInboundMessages({
    db,
    clock,
    changed,
    // What follows from a message that somebody wrote to us, in this order.
    followers: [createConsentFollower({ consents, heardOfMarketing }), replyWindows.follow, createWhatsappIds({ db })],
    observe: metrics.countInbound,
  })
  const webhookOf: Accounts['webhookOf'] = (provider, accountId) =>
    packs.webhookOf(provider, accountId) ?? accounts.webhookOf(provider, accountId)
  const reports = createReports({
    db,
    clock,
    webhookOf: (provider, accountId) => bounces.webhookOf(provider) ?? webhookOf(provider, accountId),
    takeEvents: packs.take,
    isPacks: packs.hasVendor,
    takeInbound: inbound.take,
    takeTemplates: (accountId, templates) => carrierTemplates.note(accountId, templates),
    stopAccount: (accountId, stop) => stopAccount(db.run, accountId, stop),
    costOf,
    heardOfMarketing,
    changed,
    onError: (error, ids) => log.error({ err: error, ...ids }, 'A webhook call could not be worked through'),
    observe: metrics.countReport,
    observeItems: metrics.countItems,
  })
  const receipts = createReceipts({
    db,
    clock,
    queue,
    spool: createSpool({ folder: join(dataFolder, 'spool'), clock, mostBytes: SPOOL_BYTES, onError }),
    webhookOf,
    refreshAccounts: accounts.refresh,
    stranded: reports.stranded,
    isPacks: packs.hasVendor,
    onError,
    observe: metrics.countCalls,
  })
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
  const hits = createHits({ db, clock, tell: reports.tell, onError })
  const polling = createPolling({ db, clock, limits, statusOf: accounts.statusOf, told: reports.told, onError })
  return { webhookOf, replyWindows, reports, receipts, bounces, hits, polling }
}
