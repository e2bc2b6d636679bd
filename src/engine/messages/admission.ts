import type { Limits } from '../../platform/limits/limits.ts'
import type { Windows } from '../../platform/limits/windows.ts'
import { laneOf } from '../catalogue/lane.ts'
import type { AccountLimits, Carrier, Carriers } from '../channels/carrier.ts'
import { channelOf } from '../channels/channel.ts'
import type { Claimed } from './delivery-store.ts'
import { accountDayKey, accountKey, bucketOf, dayOf, pairKey } from './limit-keys.ts'
import { OUTCOMES } from './settlement.ts'

/** Why a claimed message cannot leave at this moment. */
export type Wait =
  | 'breaker_open'
  | 'no_account'
  | 'rate'
  | 'pair_rate'
  | 'daily_quota'
  | 'quiet_hours'
  | 'sms_marketing_hours'

/** What is to be done with a claimed message: send it with this account, wait, or give up because no account is left for it. */
export type Admission =
  | { readonly row: Claimed; readonly carrier: Carrier; readonly unknown: boolean }
  | { readonly row: Claimed; readonly until: Date; readonly why: Wait }
  | { readonly row: Claimed; readonly giveUp: 'no_provider' | 'uncertain' }

interface Deps {
  readonly carriers: Pick<Carriers, 'choose'>
  readonly limits: Pick<Limits, 'take' | 'takeUpTo'>
  readonly windows: Pick<Windows, 'takeUpTo'>
}

/** The share of a burst that only critical and immediate messages may use: they find a token however much else is sent. */
const KEPT_FOR_URGENT = 0.2
const UNCERTAIN = OUTCOMES.indexOf('uncertain')

/**
 * Whether a try of this message may have left without our knowing: its worker died before there was an answer, or the
 * answer was lost. Only the account that made it can settle that.
 */
export const isUnknown = ({ last_attempt, last_outcome }: Claimed): boolean =>
  last_attempt !== null && (last_outcome === null || last_outcome === UNCERTAIN)

/** Chooses the account of each and takes its share of that account's limits, which all processes have in common. */
export async function admit(
  rows: readonly Claimed[],
  { carriers, limits, windows }: Deps,
  now: Date,
): Promise<Admission[]> {
  const chosen = rows.map((row): Admission => {
    const unknown = isUnknown(row)
    const way = carriers.choose(row.organization_id, channelOf(row.channel), {
      ...(row.refused_by?.length ? { not: row.refused_by } : {}),
      ...(unknown && row.last_account ? { only: row.last_account } : {}),
    })
    if (!way) return { row, giveUp: unknown ? 'uncertain' : 'no_provider' }
    if ('until' in way) return { row, until: way.until, why: way.reason }
    return { row, carrier: way, unknown }
  })

  const limited = Map.groupBy(
    chosen.filter((one) => 'carrier' in one && hasLimits(one.carrier.limits)) as (Admission & { carrier: Carrier })[],
    (one) => one.carrier.accountId,
  )
  if (limited.size === 0) return chosen
  const waits = new Map<Claimed, Admission>()
  await Promise.all([...limited.values()].map((group) => withinLimits(group)))
  return chosen.map((one) => waits.get(one.row) ?? one)

  async function withinLimits(group: readonly (Admission & { carrier: Carrier })[]): Promise<void> {
    const { accountId, limits: own } = group[0]!.carrier
    const left = await byRate(accountId, own, group)
    const paired = await byPair(accountId, own, left)
    await byDay(accountId, own, paired)
  }

  /** The token bucket. Those that find none come back one after the other, as it refills. */
  async function byRate<T extends Admission>(accountId: string, own: AccountLimits, group: readonly T[]) {
    const limit = bucketOf(own)
    if (!limit) return group
    const urgent = laneOf(group[0]!.row.lane) === 'critical' || laneOf(group[0]!.row.lane) === 'immediate'
    const keep = urgent ? 0 : Math.floor(limit.burst * KEPT_FOR_URGENT)
    const { taken, retryAfterMs } = await limits.takeUpTo(accountKey(accountId), limit, group.length, { keep })
    group.slice(taken).forEach(({ row }, n) => {
      waits.set(row, { row, until: after(retryAfterMs + (n / limit.perSecond) * 1000), why: 'rate' })
    })
    return group.slice(0, taken)
  }

  async function byPair<T extends Admission>(accountId: string, own: AccountLimits, group: readonly T[]) {
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

  async function byDay(accountId: string, own: AccountLimits, group: readonly Admission[]): Promise<void> {
    const window = dayOf(own)
    if (!window || group.length === 0) return
    const { taken, retryAfterMs } = await windows.takeUpTo(accountDayKey(accountId), window, group.length)
    for (const { row } of group.slice(taken)) waits.set(row, { row, until: after(retryAfterMs), why: 'daily_quota' })
  }

  function after(ms: number): Date {
    return new Date(now.getTime() + Math.ceil(ms))
  }
}

const hasLimits = ({ perSecond, perDay, secondsBetweenToOneAddress }: AccountLimits): boolean =>
  perSecond !== undefined || perDay !== undefined || secondsBetweenToOneAddress !== undefined
