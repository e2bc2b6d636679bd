import type { Limits } from '../../platform/limits/limits.ts'
import type { Windows } from '../../platform/limits/windows.ts'
import { laneOf } from '../catalogue/lane.ts'
import type { AccountLimits, Carrier, Carriers } from '../channels/carrier.ts'
import { channelOf } from '../channels/channel.ts'
import type { Organization } from '../organizations/organization.ts'
import { deliveryOf } from './delivery-settings.ts'
import type { Claimed } from './delivery-store.ts'
import type { FirstContacts } from './first-contacts.ts'
import { accountDayKey, accountKey, bucketOf, dayOf, pairKey, urgentKey } from './limit-keys.ts'
import { nextOpen } from './send-window.ts'

/** Why a claimed message cannot leave at this moment. */
export type Wait =
  | 'breaker_open'
  | 'no_account'
  | 'rate'
  | 'pair_rate'
  | 'daily_quota'
  | 'messaging_limit'
  | 'quiet_hours'
  | 'sms_marketing_hours'

/** What is to be done with a claimed message: send it with this account (`unknown`: settle its last try first), wait, or give up. */
export interface Leaving {
  readonly row: Claimed
  readonly carrier: Carrier
  readonly unknown: boolean
  /** Whether its person may be answered freely now; unset where the carrier makes no difference. */
  readonly windowOpen?: boolean
}
export interface Waiting {
  readonly row: Claimed
  readonly until: Date
  readonly why: Wait
}
export interface GivenUp {
  readonly row: Claimed
  readonly giveUp: 'deadline' | 'suppressed' | 'no_provider' | 'uncertain' | 'window_closed' | 'pause_template'
  /** In words, where the reason alone does not say enough. */
  readonly detail?: string
}
export type Admission = Leaving | Waiting | GivenUp

type FirstContact = NonNullable<Carrier['firstContacts']>

interface Deps {
  readonly organization: (id: string) => Promise<Organization>
  readonly carriers: Pick<Carriers, 'choose'>
  /** Whether a type goes by the platform's accounts, whatever the organization has. */
  readonly platformWay: (type: string) => 'only' | 'first' | undefined
  readonly limits: Pick<Limits, 'take' | 'takeUpTo' | 'peek'>
  readonly windows: Pick<Windows, 'takeUpTo'>
  readonly firstContacts: Pick<FirstContacts, 'take'>
  /** Whether each message's person may be written to, and how. */
  readonly withinWindow: (leaving: readonly Leaving[]) => Promise<Admission[]>
}

/** The share of a burst that only critical and immediate messages may use: they find a token however much else is sent. */
const KEPT_FOR_URGENT = 0.2
/**
 * What is kept is at least a token. Of a bucket that holds one at a time none can be: there, what can wait stands back from
 * when something urgent has found none until this long after its own next token, in which it comes to take that.
 */
const STANDS_BACK_SECONDS = 2
const keptForUrgent = (burst: number): number => (burst < 2 ? 0 : Math.max(1, Math.floor(burst * KEPT_FOR_URGENT)))

/**
 * Decides for each claimed message whether it leaves now, and with which account: its deadline, whether its address may
 * still be used, the hours it may be sent in, the accounts that are in service, and its share of their limits, which all processes have in common.
 */
export async function admit(
  rows: readonly Claimed[],
  { organization, carriers, platformWay, limits, windows, firstContacts, withinWindow }: Deps,
  now: Date,
): Promise<Admission[]> {
  const first = await Promise.all(rows.map((row) => tooLate(row) ?? notThere(row) ?? choose(row)))
  const ways = first.filter((one): one is Leaving => 'carrier' in one)
  const chosen = [...first.filter((one) => !('carrier' in one)), ...(await withinWindow(ways))]
  const limited = Map.groupBy(
    chosen.filter((one): one is Leaving => 'carrier' in one && hasLimits(one.carrier)),
    (one) => one.carrier.accountId,
  )
  if (limited.size === 0) return chosen
  const waits = new Map<Claimed, Waiting>()
  await Promise.all([...limited.values()].map((group) => withinLimits(group)))
  return chosen.map((one) => waits.get(one.row) ?? one)

  function tooLate(row: Claimed): GivenUp | undefined {
    return row.deadline_at <= now ? { row, giveUp: 'deadline' } : undefined
  }

  /** What bounced, complained or opted out while it waited. A try that may have left is no message that was not sent. */
  function notThere(row: Claimed): GivenUp | undefined {
    if (row.suppressed === null) return undefined
    return row.unknown_attempt === null
      ? { row, giveUp: 'suppressed' }
      : { row, giveUp: 'uncertain', detail: 'Its last try may have arrived, and its address must not be used any more' }
  }

  async function choose(row: Claimed): Promise<Admission> {
    const closed = await outsideHours(row)
    if (closed) return closed
    const unknown = row.unknown_attempt !== null
    const way = carriers.choose(row.organization_id, channelOf(row.channel), {
      ...(row.refused_by?.length ? { not: row.refused_by } : {}),
      ...(row.unknown_account === null ? {} : { only: row.unknown_account }),
      platform: platformWay(row.type),
    })
    if (!way) return { row, giveUp: unknown ? 'uncertain' : 'no_provider' }
    if ('until' in way) return { row, until: way.until, why: way.reason }
    return { row, carrier: way, unknown }
  }

  /** A retry or a backlog may have carried a message into hours it must not be sent in. */
  async function outsideHours(row: Claimed): Promise<Waiting | undefined> {
    const lane = laneOf(row.lane)
    if (row.category !== 'mkt' && (lane === 'critical' || lane === 'immediate')) return undefined
    const settings = deliveryOf(await organization(row.organization_id))
    const sending = { channel: channelOf(row.channel), category: row.category, lane }
    const { at, reason } = nextOpen(settings, sending, row.recipient.timeZone, now)
    return reason ? { row, until: at, why: reason } : undefined
  }

  async function withinLimits(group: readonly Leaving[]): Promise<void> {
    const { accountId, limits: own, firstContacts: counted } = group[0]!.carrier
    const left = await byRate(accountId, own, group)
    const paired = await byPair(accountId, own, left)
    const within = counted ? await byFirstContact(counted, paired) : paired
    await byDay(accountId, own, within)
  }

  /** The token bucket. Those that find none come back one after the other, as it refills. */
  async function byRate(accountId: string, own: AccountLimits, group: readonly Leaving[]) {
    const limit = bucketOf(own)
    if (!limit) return group
    const urgent = laneOf(group[0]!.row.lane) === 'critical' || laneOf(group[0]!.row.lane) === 'immediate'
    const keep = urgent ? 0 : keptForUrgent(limit.burst)
    const standingBack = { burst: 1, perSecond: 1 / (1 / limit.perSecond + STANDS_BACK_SECONDS) }
    const hasTurns = limit.burst < 2
    if (hasTurns && !urgent) {
      const { resetMs } = await limits.peek(urgentKey(accountId), standingBack)
      if (resetMs > 0) return oneByOne(0, resetMs)
    }
    const { taken, retryAfterMs } = await limits.takeUpTo(accountKey(accountId), limit, group.length, { keep })
    if (hasTurns && urgent && taken < group.length) await limits.take(urgentKey(accountId), standingBack)
    return oneByOne(taken, retryAfterMs)

    function oneByOne(first: number, ms: number) {
      group.slice(first).forEach(({ row }, n) => {
        waits.set(row, { row, until: after(ms + (n / limit!.perSecond) * 1000), why: 'rate' })
      })
      return group.slice(0, first)
    }
  }

  async function byPair(accountId: string, own: AccountLimits, group: readonly Leaving[]) {
    const seconds = own.secondsBetweenToOneAddress
    if (seconds === undefined) return group
    const answers = await Promise.all(
      group.map(({ row }) => limits.take(pairKey(accountId, row.address), { burst: 1, perSecond: 1 / seconds })),
    )
    return group.filter(({ row }, n) => {
      const { allowed, retryAfterMs } = answers[n]!
      if (!allowed) waits.set(row, { row, until: after(retryAfterMs), why: 'pair_rate' })
      return allowed
    })
  }

  /** Answers are free; what the carrier counts are the people one writes to first. */
  async function byFirstContact({ key, perDay }: FirstContact, group: readonly Leaving[]) {
    const writing = group.filter(({ windowOpen }) => !windowOpen)
    if (writing.length === 0) return group
    const { taken, retryAt } = await firstContacts.take(
      key,
      perDay,
      writing.map(({ row }) => row.address),
    )
    const held = writing.filter(({ row }) => !taken.has(row.address))
    for (const { row } of held) waits.set(row, { row, until: retryAt, why: 'messaging_limit' })
    return held.length === 0 ? group : group.filter((one) => !held.includes(one))
  }

  async function byDay(accountId: string, own: AccountLimits, group: readonly Leaving[]): Promise<void> {
    const window = dayOf(own)
    if (!window || group.length === 0) return
    const { taken, retryAfterMs } = await windows.takeUpTo(accountDayKey(accountId), window, group.length)
    for (const { row } of group.slice(taken)) waits.set(row, { row, until: after(retryAfterMs), why: 'daily_quota' })
  }

  function after(ms: number): Date {
    return new Date(now.getTime() + Math.ceil(ms))
  }
}

const hasLimits = ({ limits: { perSecond, perDay, secondsBetweenToOneAddress }, firstContacts }: Carrier): boolean =>
  firstContacts !== undefined ||
  perSecond !== undefined ||
  perDay !== undefined ||
  secondsBetweenToOneAddress !== undefined
