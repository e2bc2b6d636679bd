import { DIGEST_TYPE } from '../catalogue/event.ts'
import type { Channel } from '../channels/channel.ts'
import type { DeliverySettings, DigestFrequency } from './delivery-settings.ts'
import { nextDigest } from './digest-time.ts'
import type { AcceptOptions, Prepared } from './prepare.ts'
import { nextOpen } from './send-window.ts'

/** When a message will leave, and each thing it waits for, in the order in which it does. */
export interface Timing {
  readonly dueAt: Date
  /** It waits to be gathered with others of its contact, channel and category. */
  readonly inDigest: boolean
  readonly waits: readonly { readonly reason: string; readonly until: Date }[]
  /** A reminder that could only leave once what it reminds of has begun. */
  readonly tooLate: boolean
}

/** How a contact hears of a notification's category: its own choice, else its organization's. */
export function digestOf(
  { entry, category, lane }: Pick<Prepared, 'entry' | 'category' | 'lane'>,
  own: Readonly<Partial<Record<string, string>>>,
  settings: DeliverySettings,
): DigestFrequency {
  if (lane === 'critical' || entry.required || entry.type === DIGEST_TYPE) return 'off'
  return (own[category] as DigestFrequency | undefined) ?? settings.digest[category]
}

/**
 * When a message that may leave from `dueAt` on really does: with the contact's next digest, and within the hours it may
 * be sent in. Pure.
 */
export function timingOf(
  message: Pick<Prepared, 'category' | 'lane' | 'dueAt' | 'dueReason'> & {
    readonly channel: Channel
    readonly remind?: AcceptOptions['remind']
  },
  digest: DigestFrequency,
  settings: DeliverySettings,
  timeZone: string,
  now: Date,
): Timing {
  const { channel, category, lane, remind } = message
  const waits: { reason: string; until: Date }[] = []
  let dueAt = message.dueAt
  const until = (at: Date, reason: string) => {
    dueAt = at
    waits.push({ reason, until: at })
  }

  if (dueAt > now) until(dueAt, message.dueReason)
  // The feed inside the product disturbs nobody: it is a list already.
  const gathered = digest !== 'off' && channel !== 'in_app' ? nextDigest(digest, settings, timeZone, dueAt) : undefined
  const inDigest = gathered !== undefined && !(remind && gathered >= remind.before)
  if (inDigest) until(gathered, 'digest')
  // What is gathered is not urgent, whatever its parts were.
  const sending = { channel, category, lane: inDigest ? ('scheduled' as const) : lane }
  const open = nextOpen(settings, sending, timeZone, dueAt)
  if (open.reason) until(open.at, open.reason)
  return { dueAt, inDigest, waits, tooLate: remind !== undefined && dueAt >= remind.before }
}
