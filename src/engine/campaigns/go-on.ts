import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { plannedChannels } from '../catalogue/event.ts'
import { addressOn } from '../contacts/contact.ts'
import type { Accept } from '../messages/accept.ts'
import type { Accepted } from '../messages/accepted.ts'
import { endChains, holdMessages, oneOf, stopWork } from '../messages/actions-store.ts'
import { type DeliverySettings, deliveryOf } from '../messages/delivery-settings.ts'
import type { Events } from '../messages/events.ts'
import { nextOpen } from '../messages/send-window.ts'
import type { Organization } from '../organizations/organization.ts'
import { type CampaignProblem, isUnderWay, pace, startIn, winnerOf } from './campaign.ts'
import {
  advance,
  type CampaignRow,
  takeCampaign,
  type VariantRow,
  variantsOf,
  versionsNamed,
} from './campaign-store.ts'
import { isBehind, letGo, stillHeld } from './campaign-work.ts'
import {
  type DueRecipient,
  nextDue,
  putOff,
  type RecipientOutcome,
  type Start,
  takeRecipients,
  waitingMessages,
  writeOutcomes,
  writeRecipients,
  zonesOf,
} from './recipient-store.ts'
import { type Named, requestOf, whyOf } from './request.ts'
import { existing } from './segments.ts'

interface Deps {
  readonly db: Pick<Database, 'run' | 'engine'>
  readonly clock: Clock
  readonly accept: Pick<Accept, 'eachWithin'>
  readonly events: Pick<Events, 'raiseWithin'>
  readonly catalogue: Pick<Catalogue, 'entry'>
  readonly organization: (id: string) => Promise<Organization>
  readonly publicUrl: string
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  /** A campaign is further than it was. */
  readonly moved: (campaign: { readonly id: string; readonly organization_id: string }) => void
  readonly onError: (error: unknown, ids: { campaignId: string }) => void
}

/** Recipients one transaction writes to: what one statement takes, and a pause or a cancellation waits no longer than that. */
const RECIPIENTS_PER_STEP = 500
/** Contacts one transaction writes down. */
const PREPARED_PER_STEP = 20_000
/** Accepted recipients one transaction looks at for what can still be stopped. */
const STOPPED_PER_STEP = 2_000
/** After so long a campaign makes room for what else waits, and has another turn. */
const TURN_MS = 1_500
/** What was given to be sent and has waited for its carriers for longer is not added to: it would only wait, and could not be paused. */
const AHEAD_MS = 1_000
/** Nor while so much waits: it keeps carriers busy until the next look, and no two steps follow each other for nothing. */
const AHEAD_MOST = 1_000
const LOOK_AGAIN_MS = 250
/** A turn that has just been going on looks sooner, and then after twice as long, so often; then it makes room. */
const LOOK_SOON_MS = 40
const LOOKS_SOON = 3
/** After the last recipient, whoever started it is told how it went: by then most carriers have reported. */
const TOLD_AFTER_MS = 15 * 60_000
/** After an error, and when somebody else holds the campaign. */
const PAUSE_MS = 1_000

/** When it goes on: at once, or soon, in this turn; later; or, when it is over or paused, not by itself. */
type Next = 'now' | 'soon' | Date | null

/** It was paused, cancelled or taken over meanwhile: what this step has written is taken back, and others see to the rest. */
class NoLongerHeld extends Error {}

/**
 * Takes campaigns further, one step after the other. A step is one transaction: it holds the campaign, takes the next
 * recipients, accepts their notifications and writes what became of each. Whatever dies in between, a recipient is written
 * to once or still waits; a pause or a cancellation that was committed is seen by the next step.
 */
export function createGoOn(deps: Deps) {
  const { db, clock, accept, events, catalogue, organization, publicUrl, nudge, changed, moved, onError } = deps
  /** Campaigns of which a step failed: how many recipients are still written to one at a time, and who was the last. */
  const odd = new Map<string, { left: number; last?: string }>()

  return async (ids: readonly string[], workerId: string): Promise<void> => {
    await Promise.all(ids.map((id) => turn(id, workerId)))
  }

  async function turn(id: string, workerId: string): Promise<void> {
    const until = performance.now() + TURN_MS
    try {
      for (let looks = 0; ; ) {
        const next = await step(id, workerId, () => performance.now() < until && looks < LOOKS_SOON)
        if (next === 'now') looks = 0
        else if (next === 'soon') await sleep(LOOK_SOON_MS * 2 ** looks++)
        else break
      }
    } catch (error) {
      if (error instanceof NoLongerHeld) return
      onError(error, { campaignId: id })
      const now = clock.now()
      await passOver(id, error).catch((again: unknown) => onError(again, { campaignId: id }))
      await letGo(db.run, id, workerId, new Date(now.getTime() + PAUSE_MS), now).catch((again: unknown) =>
        onError(again, { campaignId: id }),
      )
    }
    nudge()
  }

  /** One recipient may be odd: the others are not to wait for it. They go alone then, and whoever fails alone is refused. */
  async function passOver(id: string, error: unknown): Promise<void> {
    if (!isOfItsRow(error)) {
      odd.delete(id)
      return
    }
    const last = odd.get(id)?.last
    odd.set(id, { left: RECIPIENTS_PER_STEP })
    if (last === undefined) return
    await db.engine.transaction().execute(async (tx) => {
      const run = runWithin(tx)
      const now = clock.now()
      const campaign = await takeCampaign(run, id)
      const [words] = await variantsOf(run, [id])
      if (!campaign || !words || !isUnderWay(campaign.status)) return
      const outcome = { contactId: last, state: 'refused', variantId: words.id, reason: 'internal' } as const
      if ((await writeOutcomes(run, id, [{ ...outcome, notificationId: null }], now)).length === 0) return
      await advance(run, campaign, { status: campaign.status, refusals: { internal: 1 } }, now)
    })
  }

  /** `now`, `soon`: the work is still this worker's. Otherwise it was let go in the same transaction. */
  async function step(id: string, workerId: string, hasTime: () => boolean): Promise<Next> {
    const { campaign, next } = await db.engine.transaction().execute(async (tx) => {
      const run = runWithin(tx)
      const now = clock.now()
      const held = await takeCampaign(run, id)
      const wanted = held ? await further(tx, held, now) : new Date(now.getTime() + PAUSE_MS)
      const later = { now, soon: new Date(now.getTime() + LOOK_AGAIN_MS) }
      const goesOn = (wanted === 'now' || wanted === 'soon') && !hasTime() ? later[wanted] : wanted
      const mine =
        goesOn === 'now' || goesOn === 'soon'
          ? await stillHeld(run, id, workerId)
          : await letGo(run, id, workerId, goesOn, clock.now())
      if (!mine) throw new NoLongerHeld()
      return { campaign: held, next: goesOn }
    })
    if (campaign && next !== 'soon') {
      nudge()
      changed(campaign.organization_id)
      moved(campaign)
    }
    return next
  }

  async function further(tx: Tx, campaign: CampaignRow, now: Date): Promise<Next> {
    if (campaign.status === 'cancelled') return stopWaiting(tx, campaign, now)
    if (!isUnderWay(campaign.status) && campaign.status !== 'done') return null
    const variants = await variantsOf(runWithin(tx), [campaign.id])
    if (campaign.status === 'done') return tell(tx, campaign, variants)
    const named = await namedBy(runWithin(tx), campaign, variants)
    if (!named) {
      await advance(runWithin(tx), campaign, stoppedFor(campaign, 'template_version_removed'), now)
      return null
    }
    if (campaign.status === 'scheduled' || campaign.status === 'preparing') return prepare(tx, campaign, variants, now)
    if (campaign.status === 'deciding') return decide(tx, campaign, variants, now)
    return write(tx, campaign, variants, named, now)
  }

  /** The versions its words are to be said in; undefined when one was taken away: others would be other words. */
  async function namedBy(run: Database['run'], campaign: CampaignRow, variants: readonly VariantRow[]) {
    const ids = new Set(variants.flatMap(({ version_ids }) => version_ids))
    const { templateKey } = catalogue.entry(campaign.type)
    const named = await versionsNamed(run, campaign.organization_id, templateKey, [...ids])
    return named.length === ids.size ? named : undefined
  }

  /** Writes down who it is for. */
  async function prepare(tx: Tx, campaign: CampaignRow, variants: readonly VariantRow[], now: Date): Promise<Next> {
    const run = runWithin(tx)
    const segment = campaign.segment_id === null ? null : await existing(tx, campaign.segment_id)
    const start = await startOf(run, campaign, now)
    const { seen, last, written } = await writeRecipients(
      tx,
      campaign,
      segment,
      variants,
      start,
      PREPARED_PER_STEP,
      now,
    )
    const status = seen < PREPARED_PER_STEP ? ('running' as const) : ('preparing' as const)
    const counts = { recipients: written, duplicates: seen - written }
    await advance(run, campaign, { status, ...counts, ...(last ? { preparedThrough: last } : {}) }, now)
    return 'now'
  }

  async function startOf(run: Database['run'], campaign: CampaignRow, now: Date): Promise<Start> {
    const local = campaign.start_local
    if (local === null) return { zones: new Map(), otherwise: campaign.start_at ?? now }
    const { timeZone } = await organization(campaign.organization_id)
    const zones = await zonesOf(run, campaign.organization_id)
    return { zones: new Map(zones.map((zone) => [zone, startIn(local, zone)])), otherwise: startIn(local, timeZone) }
  }

  /** Writes to the next of them. */
  async function write(
    tx: Tx,
    campaign: CampaignRow,
    variants: readonly VariantRow[],
    named: readonly Named[],
    now: Date,
  ): Promise<Next> {
    const run = runWithin(tx)
    const before = new Date(now.getTime() - AHEAD_MS)
    if (await isBehind(run, campaign.organization_id, plannedChannels(campaign.channels), before, AHEAD_MOST))
      return 'soon'
    const alone = odd.get(campaign.id)
    const { count, upTo } = pace(campaign.throttle, campaign.paced_at, now, alone ? 1 : RECIPIENTS_PER_STEP)
    if (count === 0) return campaign.paced_at
    const both = variants.length > 1
    const free = await takeRecipients(run, campaign.id, false, count, now)
    const held =
      both && campaign.winner_id ? await takeRecipients(run, campaign.id, true, count - free.length, now) : []
    const taken = [...free, ...held]
    if (taken.length === 0) return rest(run, campaign, variants, now)

    if (alone && alone.left > 1) odd.set(campaign.id, { left: alone.left - 1, last: taken[0]!.contact_id })
    else odd.delete(campaign.id)
    const tenant = await organization(campaign.organization_id)
    const settings = deliveryOf(tenant)
    const waits: { contactId: string; until: Date; reason: string }[] = []
    const leaving = taken.filter((recipient) => {
      const wait = waitOf(campaign, recipient, tenant, settings, now)
      if (wait) waits.push({ contactId: recipient.contact_id, ...wait })
      return !wait
    })
    const outcomes = await acceptAll(run, campaign, variants, named, leaving)
    if (waits.length > 0) await putOff(run, campaign.id, waits)
    if (outcomes.length > 0) await writeOutcomes(run, campaign.id, outcomes, now)
    const refusals: Record<string, number> = {}
    for (const { state, reason } of outcomes)
      if (state === 'refused') refusals[reason ?? 'refused'] = (refusals[reason ?? 'refused'] ?? 0) + 1
    const pacedAt = upTo(leaving.length)
    await advance(
      run,
      campaign,
      {
        status: campaign.status,
        accepted: outcomes.filter(({ state }) => state === 'accepted').length,
        refusals,
        ...(campaign.throttle ? { pacedAt } : {}),
      },
      now,
    )
    if (!pacedAt || pacedAt <= now) return 'now'
    // Whether anybody is left is known before the next one's turn would come.
    const next = await rest(run, (await takeCampaign(run, campaign.id))!, variants, now)
    return next instanceof Date && next < pacedAt ? pacedAt : next
  }

  async function acceptAll(
    run: Database['run'],
    campaign: CampaignRow,
    variants: readonly VariantRow[],
    named: readonly Named[],
    recipients: readonly DueRecipient[],
  ): Promise<RecipientOutcome[]> {
    if (recipients.length === 0) return []
    const byId = new Map(variants.map((variant) => [variant.id, variant]))
    const wordsOf = (recipient: DueRecipient) =>
      byId.get(recipient.variant_id ?? campaign.winner_id ?? '') ?? variants[0]!
    const answers = await accept.eachWithin(
      run,
      recipients.map((recipient) => requestOf(campaign, wordsOf(recipient), named, recipient)),
    )
    return recipients.map((recipient, index) => {
      const answer = answers[index]!
      const refusal = answer instanceof AppError ? whyOf(answer) : refusalOf(answer)
      return {
        contactId: recipient.contact_id,
        state: refusal === null ? 'accepted' : 'refused',
        variantId: wordsOf(recipient).id,
        reason: refusal,
        notificationId: answer instanceof AppError ? null : answer.id,
      }
    })
  }

  /** None is due: the next one's time, the winner, or the end. */
  async function rest(
    run: Database['run'],
    campaign: CampaignRow,
    variants: readonly VariantRow[],
    now: Date,
  ): Promise<Next> {
    const free = await nextDue(run, campaign.id, false)
    const held = variants.length > 1 ? await nextDue(run, campaign.id, true) : undefined
    const next = [free, campaign.winner_id ? held : undefined].filter((time) => time !== undefined)
    if (next.length > 0) return new Date(Math.max(now.getTime() + 1, Math.min(...next.map((time) => time.getTime()))))
    if (held && campaign.trial) {
      const decideAt = new Date(now.getTime() + campaign.trial.hours * 3_600_000)
      await advance(run, campaign, { status: 'deciding', decideAt }, now)
      return decideAt
    }
    await advance(run, campaign, { status: 'done', finishedAt: now }, now)
    return campaign.actor?.kind === 'member' ? new Date(now.getTime() + TOLD_AFTER_MS) : null
  }

  /** Tells whoever started it what came of it. */
  async function tell(tx: Tx, campaign: CampaignRow, variants: readonly VariantRow[]): Promise<Next> {
    const sum = (count: 'sent' | 'delivered' | 'bounced' | 'failed') =>
      variants.reduce((total, variant) => total + variant[count], 0)
    const { id, organization_id, name, actor, refused, started_at, finished_at, updated_at } = campaign
    const finishedAt = finished_at ?? updated_at
    const happened = [
      {
        type: 'campaign.finished',
        payload: {
          campaign: name,
          authorId: actor?.id,
          sent: sum('sent'),
          delivered: sum('delivered'),
          failed: sum('failed') + sum('bounced'),
          refused,
          startedAt: (started_at ?? finishedAt).toISOString(),
          finishedAt: finishedAt.toISOString(),
          campaignUrl: `${publicUrl}/campaigns/${id}`,
        },
      },
    ]
    try {
      await events.raiseWithin(tx, organization_id, happened)
    } catch (error) {
      // What cannot be told at all is not tried again.
      if (!(error instanceof AppError)) throw error
      onError(error, { campaignId: id })
    }
    return null
  }

  async function decide(tx: Tx, campaign: CampaignRow, variants: readonly VariantRow[], now: Date): Promise<Next> {
    if (campaign.decide_at && campaign.decide_at > now) return campaign.decide_at
    const winner = winnerOf(variants, campaign.trial?.metric ?? 'opened')
    await advance(runWithin(tx), campaign, { status: 'running', winnerId: winner.id }, now)
    return 'now'
  }

  /** It was cancelled: what it has given to be sent and nobody has begun to send is stopped too. */
  async function stopWaiting(tx: Tx, campaign: CampaignRow, now: Date): Promise<Next> {
    const rows = await waitingMessages(tx, campaign.id, campaign.prepared_through, STOPPED_PER_STEP)
    const waiting = rows.filter(({ message_id }) => message_id !== null)
    const ids = await holdMessages(tx, campaign.organization_id, oneOf(waiting.map((row) => row.message_id!)))
    await stopWork(tx, ids, 'campaign_cancelled', now)
    await endChains(tx, [...new Set(waiting.map((row) => row.notification_id))])
    const last = rows.at(-1)?.contact_id
    if (last === undefined) return null
    await advance(runWithin(tx), campaign, { status: 'cancelled', preparedThrough: last }, now)
    return 'now'
  }
}

/**
 * Postgres refused what was written (a value, a constraint, a trigger of the operator's own) and will again. A connection
 * that ended, a deadlock, or a worker that took over says nothing about any recipient.
 */
const isOfItsRow = (error: unknown): boolean => /^(22|23|P0)/.test(String((error as { code?: unknown })?.code ?? ''))

/** It stands still, and says why, until somebody lets it go on or cancels it. */
const stoppedFor = ({ status }: CampaignRow, problem: CampaignProblem) =>
  ({ status: 'paused', resumesAs: status, problem }) as const

/** Why nothing will leave for somebody, or null when something will. */
const refusalOf = ({ messages }: Accepted): string | null =>
  messages.some(({ status }) => status !== 'suppressed') ? null : (messages[0]?.reason ?? 'suppressed')

/**
 * Until when a recipient waits for its hours: until every channel that could reach it may be used. It waits as a row of
 * the campaign and not as a message, so that a pause or a cancellation reaches it too.
 */
function waitOf(
  { channels }: CampaignRow,
  recipient: DueRecipient,
  tenant: Organization,
  settings: DeliverySettings,
  now: Date,
): { until: Date; reason: string } | undefined {
  const contact = {
    id: recipient.contact_id,
    email: recipient.email,
    phone: recipient.phone,
    whatsappId: recipient.whatsapp_id,
  }
  const sendings = plannedChannels(channels)
    .filter((channel) => addressOn(channel, contact) !== null)
    .map((channel) => ({ channel, category: 'mkt' as const, lane: 'bulk' as const }))
  const timeZone = recipient.time_zone ?? tenant.timeZone
  let until = now
  let reason: string | null = null
  for (let round = 0; round <= sendings.length; round++) {
    const before = until
    for (const sending of sendings) {
      const open = nextOpen(settings, sending, timeZone, until)
      if (open.at > until) until = open.at
      reason ??= open.reason
    }
    if (until.getTime() === before.getTime()) break
  }
  return until > now ? { until, reason: reason ?? 'quiet_hours' } : undefined
}
