/** Everything that may be wrong and is told. The first three concern an account, or the whole installation. */
export const RULES = [
  'provider',
  'bounces',
  'complaints',
  'queue',
  'dead_letters',
  'automation',
  'automation_late',
  'cost',
  'budget_email',
  'budget_sms',
  'budget_whatsapp',
  'webhooks',
  'countries',
  'inbound',
  'reports',
  'reminders',
  'time_zones',
  'health',
  'vendor_calls',
] as const
export type Rule = (typeof RULES)[number]

/** Something that is wrong at this moment. */
export interface Condition {
  readonly organizationId: string | null
  /** Of what: an account, a lane, an automation; '' where there is one only. */
  readonly subject: string
  /** Since when, where somebody knows better than we who look now. */
  readonly since?: Date | undefined
  /** It is told when it has lasted for so long. */
  readonly afterMs: number
  /** What is told with it. */
  readonly facts: Readonly<Record<string, unknown>>
}

/** What is known of a condition that was there at the last look. */
export interface Known {
  readonly since: Date
  /** Null: not told yet. */
  readonly raisedAt: Date | null
  /** Since when it is not there any more, if it is not. */
  readonly calmSince: Date | null
}

export interface Timing {
  /** A condition that has not been there for so long is over; one that comes back before is the same. */
  readonly calmMs: number
  /** Between two tellings of the same, at least. */
  readonly restMs: number
}

/**
 * `begin`: it is new. `raise`: it is told. `calm`: it is not there, which may be the end. `again`: it was not the end.
 * `end`: it is over, and that is told. `forget`: it ended before anybody was told.
 */
export type Step = 'begin' | 'raise' | 'calm' | 'again' | 'end' | 'forget'

/** What a look at a condition leads to. `lastRaisedAt`: when the same was told before this time. */
export function stepOf(
  known: Known | undefined,
  condition: Pick<Condition, 'afterMs'> | undefined,
  lastRaisedAt: Date | undefined,
  { calmMs, restMs }: Timing,
  now: Date,
): Step | undefined {
  if (!condition) {
    if (!known) return undefined
    if (known.raisedAt === null) return 'forget'
    if (known.calmSince === null) return 'calm'
    return now.getTime() - known.calmSince.getTime() >= calmMs ? 'end' : undefined
  }
  if (!known) return 'begin'
  if (known.raisedAt === null) {
    const rested = lastRaisedAt === undefined || now.getTime() - lastRaisedAt.getTime() >= restMs
    return rested && now.getTime() - known.since.getTime() >= condition.afterMs ? 'raise' : undefined
  }
  return known.calmSince === null ? undefined : 'again'
}
