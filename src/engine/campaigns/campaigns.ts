import { sql } from 'kysely'
import { AppError, type FieldError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin, type Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { type ChannelPlan, plannedChannels } from '../catalogue/event.ts'
import { channelOf } from '../channels/channel.ts'
import { statusOf } from '../messages/status.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Templates } from '../templates/templates.ts'
import {
  type CampaignStatus,
  isUnderWay,
  mayMove,
  personal,
  RECIPIENT_STATES,
  type RecipientState,
  recipientCode,
  startIn,
  type Throttle,
  type Trial,
} from './campaign.ts'
import {
  advance,
  type CampaignPage,
  type CampaignRow,
  COUNTS,
  type Counts,
  findCampaign,
  holdCampaign,
  listCampaigns,
  removeCampaign,
  saveCampaign,
  type VariantRow,
  variantsOf,
  versionsNamed,
} from './campaign-store.ts'
import { goOn, stopGoing } from './campaign-work.ts'
import type { Estimates } from './estimate.ts'
import { listRecipients, type RecipientRow, zonesOf } from './recipient-store.ts'
import { existing } from './segments.ts'

interface Deps {
  readonly db: Pick<Database, 'as' | 'run'>
  readonly clock: Clock
  readonly catalogue: Catalogue
  readonly organization: (id: string) => Promise<Organization>
  readonly templates: Pick<Templates, 'channelsOf'>
  readonly estimates: Estimates
  readonly nudge: () => void
  readonly moved: (campaign: { readonly id: string; readonly organization_id: string }) => void
}

export interface CampaignDraft {
  readonly name: string
  readonly segmentId: string | null
  readonly type: string
  readonly channels: ChannelPlan
  readonly startAt: Date | null
  readonly startLocal: string | null
  readonly throttle: Throttle | null
  readonly trial: Trial | null
  readonly variants: readonly { readonly payload: Record<string, unknown>; readonly versionIds: readonly string[] }[]
}

export const LABELS = ['A', 'B'] as const
const FURTHEST_MS = 366 * 24 * 3_600_000

interface RecipientFilter {
  readonly state: RecipientState | undefined
  readonly reason: string | undefined
}
interface RecipientPage {
  readonly after: string | undefined
  readonly limit: number
}
const RECIPIENTS_AT_ONCE = 500

type Actor = NonNullable<CampaignRow['actor']>

export type Campaigns = ReturnType<typeof createCampaigns>

/** One message for many people: prepared, looked at, started, paused, cancelled. What it does by itself is `go-on.ts`. */
export function createCampaigns({ db, clock, catalogue, organization, templates, estimates, nudge, moved }: Deps) {
  return {
    list: (organizationId: string, page: CampaignPage) =>
      db.as(organizationId, async (tx) => {
        const run = runWithin(tx)
        const rows = await listCampaigns(run, organizationId, page)
        const variants = Map.groupBy(
          await variantsOf(
            run,
            rows.map(({ id }) => id),
          ),
          (variant) => variant.campaign_id,
        )
        return rows.map((row) => toCampaign(row, variants.get(row.id) ?? []))
      }),

    get: (organizationId: string, id: string) => db.as(organizationId, (tx) => view(tx, organizationId, id)),

    create: (organizationId: string, draft: CampaignDraft, actor: Actor) =>
      db.as(organizationId, async (tx) => {
        const id = newId(clock.now())
        await save(tx, organizationId, id, draft, actor)
        return view(tx, organizationId, id)
      }),

    /** @throws AppError `conflict` for one that was started. */
    update: (organizationId: string, id: string, change: Partial<CampaignDraft>, actor: Actor) =>
      db.as(organizationId, async (tx) => {
        const campaign = await draftHeld(tx, organizationId, id)
        const [was] = [toDraft(campaign, await variantsOf(runWithin(tx), [id]))]
        await save(tx, organizationId, id, { ...was, ...change }, actor)
        return view(tx, organizationId, id)
      }),

    remove: (organizationId: string, id: string) =>
      db.as(organizationId, async (tx) => {
        await draftHeld(tx, organizationId, id)
        await removeCampaign(tx, id)
      }),

    /** What it would come to now: whom it reaches, whom not and why, and what that costs. Nothing is written. */
    async estimate(organizationId: string, id: string) {
      const { campaign, variants, segment } = await read(organizationId, id)
      return estimates.of(campaign, variants, segment)
    },

    /**
     * Starts it: from here on it goes on by itself.
     *
     * @throws AppError `conflict` for one that was started; `nobody_to_reach`, with the reasons, when nobody would be sent it.
     */
    async start(organizationId: string, id: string, actor: Actor) {
      const { campaign: seen, variants, segment } = await read(organizationId, id)
      if (seen.status !== 'draft') throw started(seen)
      const foreseen = await estimates.of(seen, variants, segment)
      if (foreseen.reachable === 0) throw nobody(foreseen)
      const answer = await db.as(organizationId, async (tx) => {
        const run = runWithin(tx)
        const now = clock.now()
        const campaign = await held(tx, organizationId, id)
        if (campaign.status !== 'draft') throw started(campaign)
        // What was looked at is what is started.
        if (campaign.revision !== seen.revision)
          throw new AppError('conflict', 'The campaign was changed while it was being started; look at it again')
        if (campaign.segment_id) await existing(tx, campaign.segment_id, sql`for key share`)
        await assertWorded(run, campaign)
        const at = await beginsAt(run, campaign, now)
        await sql`update campaign set actor = ${JSON.stringify(actor)}::json where id = ${id}`.execute(tx)
        await advance(run, campaign, { status: at > now ? 'scheduled' : 'preparing', startedAt: now }, now)
        await goOn(run, campaign, at, now)
        return view(tx, organizationId, id)
      })
      told(organizationId, id)
      return answer
    },

    /** No further recipient is written to once this answers; what was given to be sent before still leaves. */
    pause: (organizationId: string, id: string) =>
      move(organizationId, id, 'paused', async (run, campaign, now) => {
        await stopGoing(run, id)
        await advance(run, campaign, { status: 'paused', resumesAs: campaign.status }, now)
      }),

    resume: (organizationId: string, id: string) =>
      move(organizationId, id, 'running', async (run, campaign, now) => {
        if (campaign.status !== 'paused')
          throw new AppError('conflict', `A campaign that is ${campaign.status} is not paused`)
        await assertWorded(run, campaign)
        const status = campaign.resumes_as ?? 'running'
        await advance(run, campaign, { status, resumesAs: null, problem: null }, now)
        await goOn(run, campaign, status === 'scheduled' ? await beginsAt(run, campaign, now) : now, now)
      }),

    /** Nobody else is written to once this answers; of what was given to be sent, what nobody has begun to send is stopped. */
    cancel: (organizationId: string, id: string) =>
      move(organizationId, id, 'cancelled', async (run, campaign, now) => {
        // It goes on once more, to stop what waits: from the first recipient.
        await advance(run, campaign, { status: 'cancelled', preparedThrough: null, finishedAt: now }, now)
        await goOn(run, campaign, now, now)
      }),

    /** The words the others are sent, without waiting for the numbers. */
    choose: (organizationId: string, id: string, variant: (typeof LABELS)[number]) =>
      move(organizationId, id, undefined, async (run, campaign, now) => {
        const variants = await variantsOf(run, [id])
        const chosen = variants[LABELS.indexOf(variant)]
        if (variants.length < 2 || !chosen) throw new AppError('conflict', 'This campaign compares nothing')
        if (campaign.winner_id) throw new AppError('already_settled', 'The winner has been chosen')
        if (!isUnderWay(campaign.status) && campaign.status !== 'paused')
          throw new AppError('conflict', `A campaign that is ${campaign.status} chooses no winner`)
        const status = campaign.status === 'deciding' ? 'running' : campaign.status
        const resumesAs = campaign.resumes_as === 'deciding' ? ('running' as const) : campaign.resumes_as
        await advance(run, campaign, { status, resumesAs, winnerId: chosen.id }, now)
        if (status === 'running') await goOn(run, campaign, now, now)
      }),

    recipients: async (organizationId: string, id: string, page: RecipientFilter & RecipientPage) =>
      (await recipientRows(organizationId, id, page)).map(toRecipient),

    /**
     * All of them with their addresses, page by page; each page as it is when it is asked for.
     *
     * @throws AppError `not_found`, before the first page.
     */
    async everyRecipient(organizationId: string, id: string, filter: RecipientFilter) {
      const pageAfter = (after: string | undefined) =>
        recipientRows(organizationId, id, { ...filter, after, limit: RECIPIENTS_AT_ONCE })
      const first = await pageAfter(undefined)
      return (async function* () {
        for (let page = first; page.length > 0; ) {
          yield page.map(toRecipientWithAddresses)
          page = page.length < RECIPIENTS_AT_ONCE ? [] : await pageAfter(page.at(-1)!.contact_id)
        }
      })()
    },

    /** Its words as somebody would be sent them, for a test. */
    async words(organizationId: string, id: string, variant: (typeof LABELS)[number], contactId: string | undefined) {
      return db.as(organizationId, async (tx) => {
        const campaign = await known(tx, organizationId, id)
        const words = (await variantsOf(runWithin(tx), [id]))[LABELS.indexOf(variant)]
        if (!words) throw invalid('variant', 'This campaign has no such words')
        const { templateKey } = catalogue.entry(campaign.type)
        const named = await versionsNamed(runWithin(tx), organizationId, templateKey, words.version_ids)
        const { rows } = await sql<{ name: string | null; locale: string | null; attributes: Record<string, unknown> }>`
          select name, locale, attributes from contact where id = ${contactId ?? null}`.execute(tx)
        const contact = rows[0]
        const payload = personal(words.payload, { ...contact?.attributes, name: contact?.name ?? null })
        return {
          key: templateKey,
          channels: 'all' in campaign.channels ? campaign.channels.all : campaign.channels.firstOf,
          locale: contact?.locale ?? undefined,
          payload: payload as Record<string, unknown>,
          named,
        }
      })
    },
  }

  async function recipientRows(
    organizationId: string,
    id: string,
    { state, reason, after, limit }: RecipientFilter & RecipientPage,
  ) {
    return db.as(organizationId, async (tx) => {
      const campaign = await known(tx, organizationId, id)
      const over = campaign.status === 'cancelled'
      if (over && state === 'pending') return []
      const code = state === undefined ? undefined : recipientCode(over && state === 'cancelled' ? 'pending' : state)
      const rows = await listRecipients(runWithin(tx), id, { reason, after, limit, state: code })
      return rows.map((row) => ({ ...row, over }))
    })
  }

  async function read(organizationId: string, id: string) {
    return db.as(organizationId, async (tx) => {
      const campaign = await known(tx, organizationId, id)
      const variants = await variantsOf(runWithin(tx), [id])
      const segment = campaign.segment_id === null ? null : await existing(tx, campaign.segment_id)
      return { campaign, variants, segment }
    })
  }

  async function view(tx: Tx, organizationId: string, id: string) {
    return toCampaign(await known(tx, organizationId, id), await variantsOf(runWithin(tx), [id]))
  }

  async function move(
    organizationId: string,
    id: string,
    to: CampaignStatus | undefined,
    change: (run: Database['run'], campaign: CampaignRow, now: Date) => Promise<unknown>,
  ) {
    const answer = await db.as(organizationId, async (tx) => {
      const campaign = await held(tx, organizationId, id)
      if (to && !mayMove(campaign.status, to))
        throw new AppError('conflict', `A campaign that is ${campaign.status} cannot be ${to}`)
      await change(runWithin(tx), campaign, clock.now())
      return view(tx, organizationId, id)
    })
    told(organizationId, id)
    return answer
  }

  function told(organizationId: string, id: string): void {
    nudge()
    moved({ id, organization_id: organizationId })
  }

  async function beginsAt(run: Database['run'], { organization_id, start_at, start_local }: CampaignRow, now: Date) {
    if (start_local === null) return start_at ?? now
    const { timeZone } = await organization(organization_id)
    const zones = [timeZone, ...(await zonesOf(run, organization_id))]
    return new Date(Math.min(...zones.map((zone) => startIn(start_local, zone).getTime())))
  }

  /** Everything wrong with a draft, each with its path. */
  async function save(tx: Tx, organizationId: string, id: string, draft: CampaignDraft, actor: Actor): Promise<void> {
    const now = clock.now()
    const errors: FieldError[] = []
    const entry = catalogue.entry(draft.type)
    if (entry.category !== 'mkt')
      errors.push({
        path: 'type',
        message: `is not marketing (${entry.category}): campaigns send what people agreed to`,
      })
    const worded = await templates.channelsOf(organizationId, entry.templateKey)
    for (const channel of plannedChannels(draft.channels))
      if (!worded.includes(channel))
        errors.push({ path: 'channels', message: `has ${channel}, for which ${draft.type} has no template` })
    draft.variants.forEach(({ payload }, index) => {
      try {
        catalogue.readPayload(entry, personal(payload, {}))
      } catch (error) {
        if (!(error instanceof AppError)) throw error
        for (const one of error.errors ?? []) errors.push({ ...one, path: `variants.${index}.${one.path}` })
      }
    })
    if ((draft.trial === null) !== (draft.variants.length === 1))
      errors.push({ path: 'trial', message: 'goes with two variants; one alone compares nothing' })
    if (draft.startAt && draft.startLocal)
      errors.push({ path: 'startLocal', message: 'cannot be together with startAt' })
    const at = draft.startAt ?? (draft.startLocal ? startIn(draft.startLocal, 'UTC') : now)
    if (at.getTime() > now.getTime() + FURTHEST_MS)
      errors.push({ path: draft.startAt ? 'startAt' : 'startLocal', message: 'is more than a year ahead' })
    for (const [index, { versionIds }] of draft.variants.entries()) {
      const named = await versionsNamed(runWithin(tx), organizationId, entry.templateKey, versionIds)
      for (const [place, versionId] of versionIds.entries())
        if (!named.some((version) => version.id === versionId))
          errors.push({
            path: `variants.${index}.versionIds.${place}`,
            message: `is no published version of ${entry.templateKey}`,
          })
    }
    if (draft.segmentId !== null)
      await existing(tx, draft.segmentId).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error
        errors.push({ path: 'segmentId', message: 'is no segment of yours' })
      })
    if (errors.length > 0) throw new AppError('validation_failed', 'This campaign cannot be saved', { errors })
    const variants = draft.variants.map((variant, n) => ({ ...variant, n, id: newId(now) }))
    await saveCampaign(tx, organizationId, id, draft, variants, actor, now)
  }

  /** @throws AppError `conflict` where a version it names was taken away: it would be sent in other words. */
  async function assertWorded(run: Database['run'], campaign: CampaignRow): Promise<void> {
    const { templateKey } = catalogue.entry(campaign.type)
    for (const { n, version_ids } of await variantsOf(run, [campaign.id])) {
      const named = await versionsNamed(run, campaign.organization_id, templateKey, version_ids)
      const gone = version_ids.find((id) => !named.some((version) => version.id === id))
      if (gone !== undefined)
        throw new AppError(
          'conflict',
          `Version ${gone} of the template, which variant ${LABELS[n]} names, was removed: ${campaign.status === 'draft' ? 'name another one, or none' : 'cancel this campaign and make another'}`,
        )
    }
  }

  async function draftHeld(tx: Tx, organizationId: string, id: string): Promise<CampaignRow> {
    const campaign = await held(tx, organizationId, id)
    if (campaign.status !== 'draft') throw started(campaign)
    return campaign
  }
}

async function known(tx: Tx, organizationId: string, id: string): Promise<CampaignRow> {
  const campaign = await findCampaign(runWithin(tx), organizationId, id)
  if (!campaign) throw notFound('Campaign', id)
  return campaign
}

async function held(tx: Tx, organizationId: string, id: string): Promise<CampaignRow> {
  const campaign = await holdCampaign(runWithin(tx), organizationId, id)
  if (!campaign) throw notFound('Campaign', id)
  return campaign
}

const started = ({ status }: CampaignRow) =>
  new AppError('conflict', `This campaign is ${status}: it was started, and stays as it is`)

function nobody({
  recipients,
  refusals,
}: {
  recipients: number
  refusals: Readonly<Record<string, number>>
}): AppError {
  const why = Object.entries(refusals)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, n]) => `${n} × ${reason.replaceAll('_', ' ')}`)
  return new AppError(
    'nobody_to_reach',
    recipients === 0 ? 'Nobody is in this segment' : `Nobody in it would be sent this: ${why.join(', ')}`,
    { errors: [{ path: 'segmentId', message: recipients === 0 ? 'is empty' : `reaches nobody (${why.join(', ')})` }] },
  )
}

const toDraft = (row: CampaignRow, variants: readonly VariantRow[]): CampaignDraft => ({
  name: row.name,
  segmentId: row.segment_id,
  type: row.type,
  channels: row.channels,
  startAt: row.start_at,
  startLocal: row.start_local,
  throttle: row.throttle,
  trial: row.trial,
  variants: variants.map(({ payload, version_ids }) => ({ payload, versionIds: version_ids })),
})

const countsOf = (variants: readonly Counts[]): Record<(typeof COUNTS)[number], number> =>
  Object.fromEntries(COUNTS.map((name) => [name, variants.reduce((sum, variant) => sum + variant[name], 0)])) as Record<
    (typeof COUNTS)[number],
    number
  >

/** How far a campaign is, for the API and for live pages. */
function progressOf(row: CampaignRow, variants: readonly VariantRow[]) {
  const left = row.recipients - row.accepted - row.refused
  return {
    recipients: row.recipients,
    duplicates: row.duplicates,
    pending: row.status === 'cancelled' ? 0 : left,
    cancelled: row.status === 'cancelled' ? left : 0,
    accepted: row.accepted,
    refused: row.refused,
    refusals: row.refusals,
    messages: countsOf(variants),
  }
}

const toCampaign = (row: CampaignRow, variants: readonly VariantRow[]) => {
  const { variants: _, ...draft } = toDraft(row, variants)
  const winner = variants.find(({ id }) => id === row.winner_id)
  return {
    id: row.id,
    ...draft,
    channels:
      'all' in row.channels ? { all: [...row.channels.all] } : { ...row.channels, firstOf: [...row.channels.firstOf] },
    status: row.status,
    variants: variants.map((variant) => ({
      id: variant.id,
      label: LABELS[variant.n] ?? 'A',
      payload: variant.payload,
      versionIds: [...variant.version_ids],
      messages: countsOf([variant]),
    })),
    winner: winner ? (LABELS[winner.n] ?? null) : null,
    decideAt: row.decide_at,
    problem: row.problem,
    progress: progressOf(row, variants),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
  }
}

/** `over`: of a campaign that was cancelled. */
type RecipientOfCampaign = RecipientRow & { readonly over: boolean }

const toRecipient = (row: RecipientOfCampaign) => {
  const state = RECIPIENT_STATES[row.state] ?? 'pending'
  return {
    id: row.contact_id,
    contactId: row.contact_id,
    contactName: row.contact_name,
    status: row.over && state === 'pending' ? ('cancelled' as const) : state,
    variant: row.variant === null ? null : (LABELS[row.variant] ?? null),
    reason: row.reason,
    dueAt: row.due_at,
    doneAt: row.done_at,
    notificationId: row.notification_id,
    messages: row.messages.map(({ id, channel, status, reason }) => ({
      id,
      channel: channelOf(channel),
      status: statusOf(status),
      reason,
    })),
  }
}

const toRecipientWithAddresses = (row: RecipientOfCampaign) => ({
  ...toRecipient(row),
  externalId: row.external_id,
  email: row.email,
  phone: row.phone,
})
export type RecipientWithAddresses = ReturnType<typeof toRecipientWithAddresses>
