import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import type { Limits } from '../../platform/limits/limits.ts'
import type { Windows } from '../../platform/limits/windows.ts'
import type { Storage } from '../../platform/storage/storage.ts'
import { type Lane, laneOf } from '../catalogue/lane.ts'
import type { Carrier, Carriers } from '../channels/carrier.ts'
import { type Channel, channelOf } from '../channels/channel.ts'
import type { Attachment, Outbound } from '../channels/outbound.ts'
import type { SendResult } from '../channels/send-result.ts'
import type { SaidOfMarketing } from '../contacts/marketing.ts'
import type { MessageLinks } from '../links/message-links.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Prices } from '../prices/prices.ts'
import type { CompiledTemplate, Templates } from '../templates/templates.ts'
import { admit, type GivenUp, type Leaving, type Wait, type Waiting } from './admission.ts'
import { attachmentsOf } from './attachments-of.ts'
import { createBilling } from './billing.ts'
import { deliveryOf } from './delivery-settings.ts'
import { beginAttempts, type Claimed, claim, RENEW_EVERY_MS, release, renew } from './delivery-store.ts'
import { settleEarlier } from './earlier-try.ts'
import type { FirstContacts } from './first-contacts.ts'
import type { Pace } from './jobs.ts'
import { outboundOf } from './outbound.ts'
import { failed, heldBack, outcomeOf, sent } from './outcome.ts'
import type { Secrets } from './secrets.ts'
import { createSendSlots } from './send-slots.ts'
import type { Settlement } from './settle-store.ts'
import { settlementOf } from './settlement.ts'
import { createSettling } from './settling.ts'
import { EVENT_KINDS } from './status.ts'
import { TASKS } from './task.ts'
import type { WithinWindow } from './within-window.ts'

/** One try, or one decision not to make it, for the metrics. */
export interface Tried {
  readonly channel: Channel
  readonly lane: Lane
  readonly provider: string
  readonly outcome: string
  /** What the provider took for it. */
  readonly seconds: number
  /** From the time it was due until the provider took it; undefined when it did not. */
  readonly delaySeconds: number | undefined
}

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  readonly workerId: string
  readonly carriers: Carriers
  /** Whether a type goes by the platform's accounts, whatever the organization has. */
  readonly platformWay: (type: string) => 'only' | 'first' | undefined
  readonly limits: Pick<Limits, 'take' | 'takeUpTo' | 'peek'>
  readonly windows: Pick<Windows, 'takeUpTo'>
  readonly firstContacts: Pick<FirstContacts, 'take'>
  readonly withinWindow: WithinWindow
  readonly templates: Pick<Templates, 'load'>
  readonly organization: (id: string) => Promise<Organization>
  readonly storage: Pick<Storage, 'get'>
  /** What a message will cost, where that is known. */
  readonly costOf: Prices['costOf']
  readonly heardOfMarketing: (said: SaidOfMarketing) => Promise<void>
  readonly links: MessageLinks
  readonly secrets: Pick<Secrets, 'open'>
  /** What rows ask for that is not sending: the next channel of a chain, a digest; and reminders and campaigns, by their ids. */
  readonly tasks: Readonly<
    Record<'fallBack' | 'digest', (rows: readonly Claimed[], workerId: string) => Promise<void>>
  > &
    Readonly<Record<'remind' | 'campaign', (ids: readonly string[], workerId: string) => Promise<void>>>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  readonly onError: (error: unknown, ids: { messageId?: string }) => void
  readonly observe?: (tried: Tried) => void
  readonly observeWait?: (waited: { channel: Channel; why: Wait; messages: number }) => void
  readonly observeSettled?: (rows: readonly Settlement[]) => void
  /** 0 to 1; spreads retries. */
  readonly random?: () => number
}

/** A wait this long is told in the timeline; a shorter one is the ordinary pace of a limited account. */
const TOLD_FROM_MS = 30_000

const WHY_GIVEN_UP: Record<GivenUp['giveUp'], string> = {
  deadline: 'It could not be sent before its deadline',
  suppressed: 'Its address must not be used any more',
  no_provider: 'Every account has refused this message',
  window_closed: 'The person has not written in the last 24 hours, and this message has no approved template',
  pause_template: 'WhatsApp has stopped the template',
  uncertain: 'Its last try may have arrived, and the account that made it is no longer there to be asked',
}

export type Deliver = ReturnType<typeof createDeliver>

/** Claims what it is handed, renders, sends, and writes down what came of it. Sends nothing twice that it knows of. */
export function createDeliver({
  db,
  clock,
  workerId,
  carriers,
  platformWay,
  limits,
  windows,
  firstContacts,
  withinWindow,
  templates,
  organization,
  storage,
  costOf,
  heardOfMarketing,
  links,
  secrets,
  tasks,
  nudge,
  changed,
  onError,
  observe,
  observeWait,
  observeSettled,
  random = Math.random,
}: Deps) {
  const slots = createSendSlots()
  const bill = createBilling({ costOf, onError: (error) => onError(error, {}) })
  const underWay = new Set<string>()
  const settling = createSettling({ db, changed, onError, ...(observeSettled ? { observe: observeSettled } : {}) })
  let renewer: NodeJS.Timeout | undefined

  return {
    /** Works through the ids of one job. Rows that are not this worker's to take (cancelled, taken, already sent) are passed over. */
    async deliver(channel: Channel, pace: Pace, messageIds: readonly string[]): Promise<void> {
      const arrived = await slots.room(channel, pace, messageIds.length)
      const {
        messages: claimed,
        reminders,
        campaigns,
      } = await claim(db.run, messageIds, workerId, clock.now()).catch((error: unknown) => {
        arrived()
        throw error
      })
      const held = [...claimed.map((row) => row.message_id), ...reminders, ...campaigns]
      for (const id of held) underWay.add(id)
      try {
        const of = (task: number) => claimed.filter((row) => row.task === task)
        const [fallBack, digest] = [of(TASKS.fallBack), of(TASKS.digest)]
        const now = clock.now()
        const late = digest.filter((row) => row.deadline_at <= now)
        const inTime = late.length === 0 ? digest : digest.filter((row) => row.deadline_at > now)
        await Promise.all([
          sendAll(fallBack.length + digest.length === 0 ? claimed : of(TASKS.send), arrived),
          fallBack.length > 0 && tasks.fallBack(fallBack, workerId),
          ...late.map((row) => giveUp({ row, giveUp: 'deadline' })),
          inTime.length > 0 && tasks.digest(inTime, workerId),
          reminders.length > 0 && tasks.remind(reminders, workerId),
          campaigns.length > 0 && tasks.campaign(campaigns, workerId),
        ])
      } finally {
        arrived()
        for (const id of held) underWay.delete(id)
        nudge()
      }
    },

    /** Keeps its claims while it works; without it another worker would take them over. */
    start(): void {
      renewer = setInterval(() => {
        if (underWay.size > 0) renew(db.run, [...underWay], workerId, clock.now()).catch((error) => onError(error, {}))
      }, RENEW_EVERY_MS)
    },

    async stop(): Promise<void> {
      clearInterval(renewer)
      await settling.stop()
    },
  }

  async function sendAll(rows: readonly Claimed[], arrived: () => void): Promise<void> {
    if (rows.length === 0) return arrived()
    const admissions = await admit(
      rows,
      { organization, carriers, platformWay, limits, windows, firstContacts, withinWindow },
      clock.now(),
    )
    await Promise.all([
      begin(
        admissions.filter((one) => 'carrier' in one),
        arrived,
      ),
      wait(admissions.filter((one) => 'until' in one)),
      ...admissions.filter((one) => 'giveUp' in one).map(giveUp),
    ])
  }

  async function begin(leaving: readonly Leaving[], arrived: () => void): Promise<void> {
    if (leaving.length === 0) return arrived()
    const rows = leaving.map(({ row }) => row)
    const [compiled, files] = await Promise.all([
      templates.load([...new Set(rows.map((row) => row.template_version_id))]),
      attachmentsOf(db.run, storage, rows),
    ])
    const begun = await beginAttempts(
      db.run,
      leaving.map(({ row, carrier }) => ({
        messageId: row.message_id,
        n: row.attempt,
        organizationId: row.organization_id,
        provider: carrier.provider,
        providerAccountId: carrier.accountId,
      })),
      workerId,
      clock.now(),
    )
    const mine = begun.size === leaving.length ? leaving : leaving.filter(({ row }) => begun.has(row.message_id))
    const sending = mine.map(async (one) => {
      const send = () => sendOne(one, compiled, files.get(one.row.notification_id) ?? [])
      // What has been answered makes room for the next send before it is written down: else no statement would
      // settle more messages than may be under way.
      await settling.settle(await slots.within(one.row, send))
    })
    arrived()
    await Promise.all(sending)
  }

  /** Back to their rows, with the try they did not make. */
  async function wait(waiting: readonly Waiting[]): Promise<void> {
    if (waiting.length === 0) return
    const now = clock.now()
    await release(
      db.run,
      waiting.map(({ row, until, why }) => ({
        messageId: row.message_id,
        n: row.attempt,
        organizationId: row.organization_id,
        // Past its deadline it fails, and that is said when it is so.
        dueAt: until < row.deadline_at ? until : row.deadline_at,
        event:
          until.getTime() - now.getTime() < TOLD_FROM_MS
            ? null
            : {
                id: newId(now),
                kind: EVENT_KINDS.deferred,
                detail: JSON.stringify({ reason: why, nextTryAt: until }),
              },
      })),
      workerId,
      now,
    )
    for (const [key, group] of Map.groupBy(waiting, ({ row, why }) => `${row.channel} ${why}`)) {
      const [channel, why] = key.split(' ') as [string, Wait]
      observeWait?.({ channel: channelOf(Number(channel)), why, messages: group.length })
    }
  }

  function giveUp({ row, giveUp: why, detail }: GivenUp): Promise<undefined> {
    const result = refusal(why, detail ?? WHY_GIVEN_UP[why])
    const outcome =
      why === 'suppressed'
        ? heldBack(row.suppressed ?? why)
        : why === 'window_closed' || why === 'pause_template'
          ? failed('permanent', why)
          : failed(why, why)
    return settling.settle(settlementOf(row, undefined, result, outcome, clock.now()))
  }

  /** What came of it, to be written down. */
  async function sendOne(
    { row, carrier: via, unknown, windowOpen }: Leaving,
    compiled: ReadonlyMap<string, CompiledTemplate>,
    files: readonly Attachment[],
  ): Promise<Settlement> {
    const started = clock.now()
    const channel = channelOf(row.channel)
    const tenant = await organization(row.organization_id)
    let message: Outbound
    try {
      const payload = secrets.open(row.type, row.payload)
      const opened = payload === row.payload ? row : { ...row, payload }
      message = outboundOf(opened, compiled.get(row.template_version_id), tenant, files, links, windowOpen)
    } catch (error) {
      onError(error, { messageId: row.message_id })
      const result = refusal('render', 'The template could not be filled in with this payload')
      return settlementOf(row, via, result, failed('render', 'render'), clock.now())
    }
    let result: SendResult
    try {
      result = (unknown && (await settleEarlier(db.run, row, via, message))) || (await via.send(message))
    } catch (error) {
      // A surprise: bytes may have left. The provider's rule settles it.
      onError(error, { messageId: row.message_id })
      result = {
        outcome: 'uncertain',
        code: 'surprise',
        detail: 'The provider failed in a way nobody foresaw; see the log',
      }
    }
    const now = clock.now()
    const outcome = result.outcome === 'sent' ? sent(result) : outcomeOf(result, tryOf(row, via, tenant), now, random())
    const billed = result.outcome === 'sent' ? await bill(row, via.provider, message, result.cost) : undefined
    observe?.({
      channel,
      lane: laneOf(row.lane),
      provider: via.provider,
      outcome: result.outcome === 'refused' ? result.class : result.outcome,
      seconds: (now.getTime() - started.getTime()) / 1000,
      delaySeconds: result.outcome === 'sent' ? (now.getTime() - row.due_at.getTime()) / 1000 : undefined,
    })
    if (result.outcome === 'refused' && result.withdraws) {
      const said = { organizationId: row.organization_id, channel, address: row.address, state: 'withdrawn' } as const
      const { message_id: messageId } = row
      // Not to be remembered is one refusal more, of the next such message; not to be settled would send this one again.
      await heardOfMarketing({ ...said, wording: result.code, at: now, proof: { messageId } }).catch((error: unknown) =>
        onError(error, { messageId }),
      )
    }
    return settlementOf(row, via, result, outcome, now, billed)
  }

  /** What the rule of retries must know, asked once the try has shown how the account is. */
  function tryOf(row: Claimed, { accountId, whenUncertain }: Carrier, tenant: Organization) {
    const channel = channelOf(row.channel)
    const not = [...(row.refused_by ?? []), accountId]
    const another = carriers.choose(row.organization_id, channel, { not, platform: platformWay(row.type) })
    const same = carriers.choose(row.organization_id, channel, { only: accountId })
    return {
      channel,
      category: row.category,
      lane: laneOf(row.lane),
      attempt: row.attempt,
      tries: row.tries,
      deadlineAt: row.deadline_at,
      whenUncertain,
      settings: deliveryOf(tenant),
      anotherAccount: another !== undefined && 'send' in another,
      accountDown: same === undefined || 'until' in same,
    }
  }
}

const refusal = (code: string, detail: string): SendResult => ({ outcome: 'refused', class: 'permanent', code, detail })
