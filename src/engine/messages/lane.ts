import type { Category } from '../catalogue/event.ts'
import type { Lane } from '../catalogue/lane.ts'
import type { Channel } from '../channels/channel.ts'
import type { DeliverySettings } from './delivery-settings.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
/** Whatever the settings double up to. */
const LONGEST_BACK_OFF_MS = 24 * 3_600 * SECOND_MS

export interface LaneRule {
  /** Tries that may fail by the carrier's doing before the message fails. */
  readonly tries: number
  /** From the time it is due; past it the message fails with its history. */
  readonly deadlineMs: number
}

export const laneRule = (settings: DeliverySettings, lane: Lane): LaneRule => ({
  tries: settings.lanes[lane].tries,
  deadlineMs: settings.lanes[lane].deadlineMinutes * MINUTE_MS,
})

/**
 * The pause before the try after `tries` of them: between 75 % and 125 % of the step, so that a thousand messages
 * refused together do not come back together. `random` is 0 to 1.
 */
export function backoffMs(
  settings: DeliverySettings,
  { channel, category }: { readonly channel: Channel; readonly category: Category },
  tries: number,
  random: number,
): number {
  const own = settings.backOffSeconds
  // WhatsApp counts messages to one person within seconds: its own, longer steps hold for reminders too.
  const steps = category === 'rem' && channel !== 'whatsapp' ? own.reminders : own[channel]
  const step = (steps[Math.min(tries, steps.length) - 1] ?? 1) * SECOND_MS
  const doubled = Math.min(step * 2 ** Math.max(0, tries - steps.length), LONGEST_BACK_OFF_MS)
  return Math.round(doubled * (0.75 + random / 2))
}
