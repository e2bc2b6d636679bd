import type { ChannelPlan } from '../catalogue/event.ts'
import type { Channel } from '../channels/channel.ts'

/** Why a channel was taken or left, kept with the notification: "why was this (not) sent?" is a read. */
export interface Reason {
  readonly channel: Channel
  readonly decision: 'chosen' | 'deferred' | 'refused' | 'skipped'
  /**
   * A stable word. Chosen: `requested`, `organization` (its own channels for this entry), `catalogue`, `send_at_past` (the time asked for had passed: sent at once).
   * Deferred: `send_at`, `shifted` (by the organization’s offset for this entry), `quiet_hours`, `sms_marketing_hours`, `digest`. Refused: `no_address`, `no_template`,
   * `no_account` (neither the organization nor the platform has a provider account for it),
   * `switched_off` (by the organization), `contact_cap`, `repeated_content`, `unsubscribed` (the contact, or its organization for it, wants none of this by this
   * channel), `no_consent` (marketing, and nobody agreed to it at this address), `subject_begun` (a reminder that could only
   * leave once what it reminds of has begun), `over_budget` (the channel’s budget of the month is spent, and is to stop it), `unusual_country` (more than usual
   * goes to the phones of that country), `country_blocked` (nothing is to go there), or why the address is suppressed. Skipped: `fallback` (begins if the channel before
   * it fails), `fallback_not_needed`.
   */
  readonly reason: string
  /** Deferred: until when, ISO 8601. `send_at_past`, `repeated_content`: when. `contact_cap`, `fallback`: in words. */
  readonly detail?: string
}

export interface Reach {
  /** Where each channel would go; absent when the contact has no such address. */
  readonly addresses: Readonly<Partial<Record<Channel, string>>>
  /** Channels whose address must not be used, with the reason. */
  readonly suppressed: Readonly<Partial<Record<Channel, string>>>
  /** Channels this type has a template for. */
  readonly templated: (channel: Channel) => boolean
  /** Channels there is a provider account for. */
  readonly served: (channel: Channel) => boolean
}

export interface Choice {
  readonly channel: Channel
  readonly address: string
  /** Set when the message is recorded but will not go. */
  readonly refusal: string | null
}

export interface Decision {
  readonly choices: readonly Choice[]
  /** The channels of a chain that may follow, in their order. */
  readonly next: readonly Choice[]
  readonly reasons: readonly Reason[]
  /** False when no channel has anywhere to go: the caller is told, nothing is stored. */
  readonly reachable: boolean
}

const NO_ACCOUNT = 'no_account'

/** Which channels a notification takes. Pure: everything it needs is in its arguments. */
export function decideChannels(
  plan: ChannelPlan,
  origin: 'requested' | 'organization' | 'catalogue',
  reach: Reach,
): Decision {
  const choices: Choice[] = []
  const next: Choice[] = []
  const reasons: Reason[] = []
  const chain = 'firstOf' in plan ? plan : undefined
  let taken: Channel | undefined

  for (const channel of 'firstOf' in plan ? plan.firstOf : plan.all) {
    const address = reach.addresses[channel]
    const suppression = reach.suppressed[channel]
    const refusal = !address
      ? 'no_address'
      : !reach.templated(channel)
        ? 'no_template'
        : (suppression ?? (reach.served(channel) ? null : NO_ACCOUNT))
    const choice = address && refusal !== 'no_template' ? { channel, address, refusal } : undefined
    if (refusal) {
      reasons.push({ channel, decision: 'refused', reason: refusal })
    } else if (chain && taken) {
      const minutes = chain.ifNoReportWithinMinutes
      const detail = minutes === undefined ? `after ${taken}` : `after ${taken}, or ${minutes} min without a report`
      reasons.push({ channel, decision: 'skipped', reason: 'fallback', detail })
      if (choice) next.push(choice)
      taken = channel
      continue
    } else {
      reasons.push({ channel, decision: 'chosen', reason: origin })
      taken = channel
    }
    if (choice) choices.push(choice)
  }

  // In a chain, a refused channel is worth a message of its own only when none could be used; nowhere is one that nobody has set up.
  const isKept = ({ refusal }: Choice) => (chain ? !refusal : refusal !== NO_ACCOUNT)
  const kept = taken ? choices.filter(isKept) : chain ? choices.slice(0, 1) : choices
  return { choices: kept, next, reasons, reachable: kept.length > 0 }
}
