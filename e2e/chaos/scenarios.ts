import { campaign } from './campaign.ts'
import { cancelled } from './cancelled.ts'
import { clockAhead, clockAheadApi, clockBehind } from './clock.ts'
import { deployed } from './deployed.ts'
import { databaseDiskFull, filesDiskFull } from './disk-full.ts'
import { failoverAway, failoverDrops } from './failover.ts'
import { finalizeKilled } from './finalize-killed.ts'
import type { Scenario } from './frame/scenario.ts'
import { killed } from './killed.ts'
import { killedEmbedded } from './killed-embedded.ts'
import { paymentsShuffled } from './payments-shuffled.ts'
import { postgresFull } from './postgres-full.ts'
import { postgresCrashed, postgresRestarted } from './postgres-restarted.ts'
import { redisFlushed } from './redis-flushed.ts'
import { redisHangs } from './redis-hangs.ts'
import { redisEmptied, redisRestarted } from './redis-restarted.ts'
import { restarted } from './restarted.ts'
import {
  smtp421AtGreeting,
  smtp421MidSession,
  smtp451,
  smtp550,
  smtpAway,
  smtpClosesAfterContent,
  smtpDrops,
  smtpHangs,
} from './smtp.ts'
import { twilio429, twilio500, twilioGarbage, twilioResets, twilioSilent, twilioSlow } from './twilio.ts'
import { twilioReports } from './twilio-reports.ts'
import { oneOfTwoKilled, twoWorkers } from './two-workers.ts'
import { webhooksShuffled } from './webhooks-shuffled.ts'

/** Every scenario of `npm run chaos`, in the order it plays them. */
export const SCENARIOS: readonly Scenario[] = [
  killed,
  killedEmbedded,
  twoWorkers,
  oneOfTwoKilled,
  campaign,
  cancelled,
  redisHangs,
  redisRestarted,
  redisEmptied,
  redisFlushed,
  postgresRestarted,
  postgresCrashed,
  postgresFull,
  smtpAway,
  smtpDrops,
  smtpClosesAfterContent,
  smtp421AtGreeting,
  smtp421MidSession,
  smtp451,
  smtp550,
  smtpHangs,
  failoverAway,
  failoverDrops,
  twilio429,
  twilio500,
  twilioResets,
  twilioSilent,
  twilioSlow,
  twilioGarbage,
  clockAhead,
  clockBehind,
  clockAheadApi,
  databaseDiskFull,
  filesDiskFull,
  webhooksShuffled,
  twilioReports,
  finalizeKilled,
  paymentsShuffled,
  restarted,
  deployed,
]
