import type { ChannelPlan } from '../catalogue/event.ts'
import type { Channel } from '../channels/channel.ts'

/** Why a channel was taken or left, kept with the notification: "why was this (not) sent?" is a read. */
export interface Reason {
  readonly channel: Channel
  readonly decision: 'chosen' | 'deferred' | 'refused' | 'skipped'
  /** A stable word: `requested`, `catalogue`, `no_address`, `no_template`, `opted_out`, `hard_bounce`, `fallback_not_needed`, `send_at`. */
  readonly reason: string
  readonly detail?: string
}

export interface Reach {
  /** Where each channel would go; absent when the contact has no such address. */
  readonly addresses: Readonly<Partial<Record<Channel, string>>>
  /** Channels whose address must not be used, with the reason. */
  readonly suppressed: Readonly<Partial<Record<Channel, string>>>
  /** Channels this type has a template for. */
  readonly templated: (channel: Channel) => boolean
}

export interface Choice {
  readonly channel: Channel
  readonly address: string
  /** Set when the message is recorded but will not go. */
  readonly refusal: string | null
}

export interface Decision {
  readonly choices: readonly Choice[]
  readonly reasons: readonly Reason[]
  /** False when no channel has anywhere to go: the caller is told, nothing is stored. */
  readonly reachable: boolean
}

/** Which channels a notification takes. Pure: everything it needs is in its arguments. */
export function decideChannels(plan: ChannelPlan, origin: 'requested' | 'catalogue', reach: Reach): Decision {
  const choices: Choice[] = []
  const reasons: Reason[] = []
  const inTurn = 'firstOf' in plan
  let taken = false

  for (const channel of inTurn ? plan.firstOf : plan.all) {
    if (inTurn && taken) {
      reasons.push({ channel, decision: 'skipped', reason: 'fallback_not_needed' })
      continue
    }
    const address = reach.addresses[channel]
    const suppression = reach.suppressed[channel]
    const refusal = !address ? 'no_address' : !reach.templated(channel) ? 'no_template' : (suppression ?? null)
    reasons.push(
      refusal ? { channel, decision: 'refused', reason: refusal } : { channel, decision: 'chosen', reason: origin },
    )
    if (address && refusal !== 'no_template') choices.push({ channel, address, refusal })
    if (!refusal) taken = true
  }

  // In a chain, a refused channel is worth a message of its own only when nothing after it could be used.
  const kept = inTurn && taken ? choices.filter((choice) => !choice.refusal) : inTurn ? choices.slice(0, 1) : choices
  return { choices: kept, reasons, reachable: kept.length > 0 }
}
