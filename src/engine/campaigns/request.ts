import type { AppError } from '../../errors.ts'
import type { Channel } from '../channels/channel.ts'
import { personal } from './campaign.ts'
import type { CampaignRow, VariantRow } from './campaign-store.ts'
import type { DueRecipient } from './recipient-store.ts'

export interface Named {
  readonly id: string
  readonly channel: Channel
  readonly locale: string
}

/** What is asked of `accept` for one recipient. */
export function requestOf(
  campaign: Pick<CampaignRow, 'id' | 'organization_id' | 'type' | 'channels' | 'actor'>,
  variant: Pick<VariantRow, 'id' | 'payload' | 'version_ids'>,
  named: readonly Named[],
  recipient: Pick<DueRecipient, 'contact_id' | 'name' | 'attributes'>,
) {
  const { channels } = campaign
  return {
    organizationId: campaign.organization_id,
    request: {
      type: campaign.type,
      to: { contactId: recipient.contact_id },
      payload: personal(variant.payload, { ...recipient.attributes, name: recipient.name }) as Record<string, unknown>,
      channels: 'all' in channels ? [...channels.all] : { ...channels, firstOf: [...channels.firstOf] },
      lane: 'bulk' as const,
      // Each recipient is one row that is written to once: the same words to somebody who shares an address are no accident.
      allowRepeat: true,
      metadata: { campaignId: campaign.id },
    },
    options: {
      ...(campaign.actor ? { by: campaign.actor } : {}),
      campaign: {
        variantId: variant.id,
        versions: new Map(
          named
            .filter(({ id }) => variant.version_ids.includes(id))
            .map(({ id, channel, locale }) => [`${channel} ${locale}`, id]),
        ),
      },
    },
  }
}

/** In a word. Every channel of a campaign has a template, so that nobody is unreachable but for want of an address. */
export const whyOf = (error: AppError): string => (error.code === 'unreachable' ? 'no_address' : error.code)
