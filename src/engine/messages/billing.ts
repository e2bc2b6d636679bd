import { channelOf } from '../channels/channel.ts'
import type { Cost } from '../channels/cost.ts'
import type { Outbound } from '../channels/outbound.ts'
import { countSegments } from '../channels/segments.ts'
import type { Prices } from '../prices/prices.ts'
import type { Claimed } from './delivery-store.ts'
import type { Settlement } from './settle-store.ts'

interface Deps {
  readonly costOf: Prices['costOf']
  readonly onError: (error: unknown) => void
}

/** What a message that has left comes to: the carrier's own word where it says so at once, else by the prices that are written down. */
export const createBilling =
  ({ costOf, onError }: Deps) =>
  async (
    { organization_id, channel, address }: Pick<Claimed, 'organization_id' | 'channel' | 'address'>,
    provider: string,
    message: Outbound,
    said: Cost | undefined,
  ): Promise<Pick<Settlement, 'parts' | 'cost'>> => {
    const parts = message.channel === 'sms' ? countSegments(message.content.text).segments : null
    if (said) return { parts, cost: { ...said, reported: true } }
    const priced = { provider, channel: channelOf(channel), address, category: kindOf(message), parts: parts ?? 1 }
    const estimated = await costOf(organization_id, priced).catch(onError)
    return { parts, cost: estimated ? { ...estimated, reported: false } : null }
  }

/** By what WhatsApp prices it: an answer within the 24 hours is service, a template is what it was approved as. */
const kindOf = (message: Outbound): string | undefined =>
  message.channel !== 'whatsapp' ? undefined : message.windowOpen ? 'service' : message.content.template?.category
