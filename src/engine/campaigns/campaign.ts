import { Temporal } from 'temporal-polyfill'

export const CAMPAIGN_STATUSES = [
  'draft',
  'scheduled',
  'preparing',
  'running',
  'deciding',
  'paused',
  'done',
  'cancelled',
] as const
/**
 * `scheduled`: started, its time has not come. `preparing`: its recipients are written down. `deciding`: all of an A/B test
 * have been written to, the others wait for the winner.
 */
export type CampaignStatus = (typeof CAMPAIGN_STATUSES)[number]

const MOVES: Record<CampaignStatus, readonly CampaignStatus[]> = {
  draft: ['scheduled', 'preparing'],
  scheduled: ['preparing', 'paused', 'cancelled'],
  preparing: ['running', 'paused', 'cancelled', 'done'],
  running: ['deciding', 'paused', 'done', 'cancelled'],
  deciding: ['running', 'paused', 'cancelled', 'done'],
  paused: ['scheduled', 'preparing', 'running', 'deciding', 'cancelled'],
  done: [],
  cancelled: [],
}
export const mayMove = (from: CampaignStatus, to: CampaignStatus): boolean => MOVES[from].includes(to)
/** Its work is somebody's to do. */
export const isUnderWay = (status: CampaignStatus): boolean =>
  status === 'scheduled' || status === 'preparing' || status === 'running' || status === 'deciding'

/** Why a campaign stopped by itself: words it was to be sent in are no longer there. */
export const CAMPAIGN_PROBLEMS = ['template_version_removed'] as const
export type CampaignProblem = (typeof CAMPAIGN_PROBLEMS)[number]

/** What became of a recipient; the number is what the table holds. `accepted`: its messages say what became of them. */
export const RECIPIENT_STATES = ['pending', 'accepted', 'refused', 'cancelled'] as const
export type RecipientState = (typeof RECIPIENT_STATES)[number]
export const recipientCode = (state: RecipientState): number => RECIPIENT_STATES.indexOf(state)

export interface Throttle {
  readonly count: number
  readonly per: 'minute' | 'hour'
}

export interface Trial {
  /** Of a hundred recipients, how many are written to before the winner is chosen: half each. */
  readonly share: number
  readonly metric: 'opened' | 'clicked'
  readonly hours: number
}

const PERIOD_MS = { minute: 60_000, hour: 3_600_000 }
/** A worker that comes late may catch up for as long as this; standstills are not made up for. */
const CAUGHT_UP_MS = 1_000

/** How many may leave now, evenly spread, and when the next one may. `pacedAt`: what the last step was told. Pure. */
export function pace(
  throttle: Throttle | null,
  pacedAt: Date | null,
  now: Date,
  most: number,
): { readonly count: number; readonly upTo: (left: number) => Date | null } {
  if (!throttle) return { count: most, upTo: () => null }
  const each = PERIOD_MS[throttle.per] / throttle.count
  const from = Math.max(pacedAt?.getTime() ?? 0, now.getTime() - CAUGHT_UP_MS)
  const count = Math.max(0, Math.min(most, Math.floor((now.getTime() - from) / each) + 1))
  return { count: from > now.getTime() ? 0 : count, upTo: (left) => new Date(Math.ceil(from + left * each)) }
}

interface Numbers {
  readonly sent: number
  readonly bounced: number
  readonly opened: number
  readonly clicked: number
}

/**
 * The better of two by their messages; the first where neither is. Shares are compared, as the halves are never quite equal:
 * shares of what was sent and did not come back, because not every carrier says what it delivered.
 */
export function winnerOf<V extends Numbers>(variants: readonly V[], metric: Trial['metric']): V {
  const rate = (one: V) => {
    const kept = one.sent - one.bounced
    return kept > 0 ? one[metric] / kept : 0
  }
  return variants.reduce((best, one) => (rate(one) > rate(best) ? one : best))
}

/** The instant of a local time where somebody is. One the clocks leave out is taken later, one they show twice the first time. */
export const startIn = (local: string, timeZone: string): Date =>
  new Date(
    Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds,
  )

const TAG = /\{\{\s*([\w.À-ÿ-]{1,100}(?: [\w.À-ÿ-]+)*)\s*(?:\|([^{}]{0,200}))?\}\}/g
const LONGEST_VALUE = 500

/** The payload with `{{name}}` and `{{attribute|otherwise}}` in its texts replaced by what is known of somebody. Pure. */
export function personal(payload: unknown, known: Readonly<Record<string, unknown>>): unknown {
  if (typeof payload === 'string')
    return payload.includes('{{')
      ? payload.replace(TAG, (_, name: string, otherwise?: string) => {
          const value = Object.hasOwn(known, name) ? known[name] : undefined
          const text = ['string', 'number', 'boolean'].includes(typeof value)
            ? String(value).slice(0, LONGEST_VALUE)
            : ''
          return text === '' ? (otherwise ?? '').trim() : text
        })
      : payload
  if (Array.isArray(payload)) return payload.map((one) => personal(one, known))
  if (payload === null || typeof payload !== 'object') return payload
  return Object.fromEntries(Object.entries(payload).map(([key, value]) => [key, personal(value, known)]))
}
