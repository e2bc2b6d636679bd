import { channelOf } from '../channels/channel.ts'
import type { ChangeRow } from '../messages/changes-store.ts'
import { eventKindOf } from '../messages/status.ts'

/** What an endpoint may be told. Names are stable: add, never rename. */
export const WEBHOOK_EVENTS = [
  'notification.accepted',
  'message.sent',
  'message.delivered',
  'message.opened',
  'message.clicked',
  'message.read',
  'message.bounced',
  'message.failed',
  'message.suppressed',
  'message.cancelled',
  'inbound.received',
  'webhook.test',
] as const
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number]

/** What is signed and sent: `data` is what the live socket says of the same change. */
export interface Telling {
  readonly type: WebhookEvent
  readonly timestamp: string
  readonly data: Readonly<Record<string, unknown>>
}

/** What a change of an organization's rows is called out there; undefined for one that is not told. */
export function tellingOf(row: ChangeRow): Telling | undefined {
  const timestamp = row.at.toISOString()
  if (row.notification_id === null)
    return {
      type: 'inbound.received',
      timestamp,
      data: { id: row.id, contactId: row.contact_id, channel: channelOf(row.channel ?? 0), kind: row.type },
    }
  if (row.kind === null)
    return {
      type: 'notification.accepted',
      timestamp,
      data: { id: row.notification_id, type: row.type, contactId: row.contact_id },
    }
  const status = eventKindOf(row.kind)
  const type = WEBHOOK_EVENTS.find((name) => name === `message.${status}`)
  if (!type || row.channel === null) return undefined
  return {
    type,
    timestamp,
    data: {
      messageId: row.message_id,
      notificationId: row.notification_id,
      contactId: row.contact_id,
      type: row.type,
      channel: channelOf(row.channel),
      status,
    },
  }
}
