import { z } from 'zod'
import { LANES } from '../catalogue/lane.ts'
import { CHANNELS } from '../channels/channel.ts'
import { whatsappParts } from '../templates/schemas.ts'
import { STATUSES } from './status.ts'

export const Status = z.enum(STATUSES)
export const Channel = z.enum(CHANNELS)
const Lane = z.enum(LANES)
/** In queries: an instant with its offset. */
export const DateTime = z.iso.datetime({ offset: true })
export const Id = z.object({ id: z.uuid() })
const at = z.date()

export const AcceptedAnswer = z
  .object({
    id: z.uuid(),
    status: z.literal('accepted'),
    duplicate: z.boolean(),
    messages: z.array(
      z.object({
        id: z.uuid(),
        channel: Channel,
        status: z.enum(['scheduled', 'queued', 'suppressed']),
        reason: z.string().optional().describe('Why it waits, or will not go'),
      }),
    ),
  })
  .meta({ id: 'Accepted' })

const TimelineEntry = z
  .object({ id: z.uuid(), at, kind: z.string(), detail: z.record(z.string(), z.unknown()).nullable() })
  .meta({ id: 'TimelineEntry' })

const messageItem = {
  id: z.uuid(),
  notificationId: z.uuid(),
  contactId: z.uuid(),
  contactName: z.string().nullable(),
  type: z.string(),
  channel: Channel,
  lane: Lane,
  status: Status,
  reason: z.string().nullable(),
  address: z.string(),
  provider: z.string().nullable(),
  providerAccountId: z.uuid().nullable(),
  attemptCount: z.int(),
  resendOf: z.uuid().nullable(),
  digestId: z.uuid().nullable().describe('The message that carried this one, together with others'),
  dueAt: at,
  settledAt: at.nullable(),
  createdAt: at,
}
export const MessageItem = z.object(messageItem).meta({ id: 'MessageItem' })

const Reason = z
  .object({
    channel: Channel,
    decision: z.enum(['chosen', 'deferred', 'refused', 'skipped']),
    reason: z
      .string()
      .describe(
        'A stable word, such as requested, send_at, quiet_hours, sms_marketing_hours, digest, contact_cap, repeated_content, fallback, or why an address is suppressed',
      ),
    detail: z
      .string()
      .optional()
      .describe('Until when it is deferred, when it was said before, after which channel it begins'),
  })
  .meta({ id: 'Reason', description: 'Why a channel was taken or left.' })

export const MessageDetail = z
  .object({
    ...messageItem,
    locale: z.string(),
    templateVersionId: z.uuid(),
    content: z
      .union([
        z.object({ subject: z.string(), html: z.string(), text: z.string() }),
        z.object({ title: z.string(), body: z.string(), actionUrl: z.string().optional() }),
        z.object({
          text: z.string(),
          ...whatsappParts,
        }),
      ])
      .nullable(),
    reasons: z.array(Reason),
    attachments: z.array(
      z.object({ filename: z.string(), contentType: z.string(), contentId: z.string().nullable(), bytes: z.int() }),
    ),
    attempts: z.array(
      z.object({
        n: z.int(),
        provider: z.string().nullable(),
        providerAccountId: z.uuid().nullable(),
        outcome: z.enum(['sent', 'refused', 'uncertain']).nullable(),
        errorClass: z.string().nullable(),
        code: z.string().nullable(),
        detail: z.string().nullable(),
        providerMessageId: z.string().nullable(),
        startedAt: at,
        settledAt: at.nullable(),
      }),
    ),
    timeline: z.array(TimelineEntry),
    cost: z
      .object({
        parts: z.int().nullable().describe('Of an SMS'),
        micros: z.int().nullable().describe('Millionths of the currency’s unit; null: no price is known'),
        currency: z.string().nullable(),
        source: z.enum(['estimated', 'reported']).nullable().describe('By /v1/prices, or the carrier’s own word'),
      })
      .nullable()
      .describe('Null until it has left'),
  })
  .meta({ id: 'Message' })

export const NotificationDetail = z
  .object({
    id: z.uuid(),
    type: z.string(),
    category: z.string(),
    lane: Lane,
    locale: z.string(),
    contactId: z.uuid(),
    contactName: z.string().nullable(),
    eventId: z.uuid().nullable(),
    payload: z.record(z.string(), z.unknown()),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    by: z
      .object({ kind: z.enum(['api_key', 'member', 'contact', 'platform_admin']), id: z.uuid() })
      .nullable()
      .describe('Who asked for it; null: the product itself'),
    reasons: z.array(Reason),
    status: Status.describe('How far it got on any of its channels'),
    createdAt: at,
    messages: z.array(z.object({ ...messageItem, timeline: z.array(TimelineEntry) })),
  })
  .meta({ id: 'Notification' })
