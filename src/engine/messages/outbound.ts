import { channelOf } from '../channels/channel.ts'
import type { Attachment, Outbound } from '../channels/outbound.ts'
import type { MessageLinks } from '../links/message-links.ts'
import type { Organization } from '../organizations/organization.ts'
import type { RenderHow } from '../templates/compiled.ts'
import type { CompiledTemplate } from '../templates/templates.ts'
import type { RecipientLinks, TemplateVariables } from '../templates/variables.ts'
import { countedOf, deliveryOf } from './delivery-settings.ts'
import type { Claimed } from './delivery-store.ts'

/** What was kept with a notification to fill its templates in, now and whenever it is looked at again. */
interface Kept {
  readonly payload: Record<string, unknown>
  readonly recipient: { readonly name: string | null; readonly timeZone: string }
  readonly locale: string
}

export const variablesOf = (
  { payload, recipient, locale }: Kept,
  { name, brand }: Organization,
  links?: RecipientLinks,
): TemplateVariables => ({
  payload,
  contact: { name: recipient.name },
  organization: { name, brand },
  locale,
  timeZone: recipient.timeZone,
  ...(links ? { links } : {}),
})

/** How an organization wants its messages written, beside their words. */
export const renderHowOf = (organization: Organization): RenderHow => ({
  smsAsWritten: !deliveryOf(organization).sms.fold,
})

/** A claimed message as its provider is given it. Throws when its template is not there, not for this channel, or too large when filled in. */
export function outboundOf(
  row: Claimed,
  template: CompiledTemplate | undefined,
  tenant: Organization,
  attachments: readonly Attachment[],
  links: MessageLinks,
  /** Whether the person may be answered freely, as far as the carrier makes a difference. */
  windowOpen?: boolean,
): Outbound {
  if (!template) throw new Error(`Template version ${row.template_version_id} is not there`)
  const channel = channelOf(row.channel)
  const about = { messageId: row.message_id, contactId: row.contact_id, category: row.category }
  const own = links.of(about)
  const tracking = channel === 'email' ? links.tracking(about, countedOf(tenant, row.category)) : undefined
  const content = template.render(variablesOf(row, tenant, own), {
    ...renderHowOf(tenant),
    tracking,
  })
  const base = {
    messageId: row.message_id,
    organizationId: row.organization_id,
    contactId: row.contact_id,
    attempt: row.attempt,
    idempotencyKey: row.message_id,
    to: row.address,
  }
  if (channel === 'email' && content.channel === 'email') {
    const headers = links.headers(own)
    return {
      ...base,
      channel,
      content,
      attachments,
      ...(headers ? { headers } : {}),
      ...(row.recipient.name ? { toName: row.recipient.name } : {}),
    }
  }
  if (channel === 'in_app' && content.channel === 'in_app') return { ...base, channel, content }
  if (channel === 'sms' && content.channel === 'sms') return { ...base, channel, content }
  if (channel === 'whatsapp' && content.channel === 'whatsapp')
    return { ...base, channel, content, attachments, ...(windowOpen === undefined ? {} : { windowOpen }) }
  throw new Error(`Template version ${row.template_version_id} is not for ${channel}`)
}
