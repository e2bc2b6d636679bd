import { z } from 'zod'
import { invalid } from '../../errors.ts'
import { AUDIENCES, type ChannelPlan, LONGEST_REPORT_WAIT_MINUTES } from '../catalogue/event.ts'
import { LANES } from '../catalogue/lane.ts'
import { CHANNELS } from '../channels/channel.ts'

export const BATCH_LIMIT = 1000
const FURTHEST_SEND_AT_MS = 5 * 366 * 24 * 3_600_000

export const Attachment = z
  .strictObject({
    filename: z.string().min(1).max(255),
    contentType: z
      .string()
      .max(127)
      .regex(/^[\w.+-]+\/[\w.+-]+(?:\s*;\s*[\w-]+=[\w."'+-]+)*$/, 'must be a media type such as application/pdf'),
    content: z.string().optional().describe('base64; or else a storageKey'),
    storageKey: z
      .string()
      .max(200)
      .optional()
      .describe('Instead of the content: a file of the organization that is stored already'),
    contentId: z
      .string()
      .max(255)
      .regex(/^[\w.@+-]+$/, 'takes letters, digits and . _ @ + -')
      .optional()
      .describe('Makes it an inline image, named in the HTML as cid:…'),
  })
  .meta({ id: 'Attachment' })

const To = z
  .strictObject({
    contactId: z.uuid().optional(),
    externalId: z.string().min(1).max(255).optional(),
    email: z.string().max(320).optional(),
    phone: z.string().max(32).optional(),
    name: z.string().max(200).optional(),
    locale: z.string().max(35).optional(),
    timeZone: z.string().max(64).optional(),
  })
  .meta({
    id: 'Recipient',
    description:
      'A contactId, or an externalId, or an e-mail address and/or phone number (found or created). A phone number goes before that of the contact, for this notification.',
  })

const Chain = z
  .strictObject({
    firstOf: z
      .array(z.enum(CHANNELS))
      .min(1)
      .superRefine((channels, context) => {
        channels.forEach((channel, index) => {
          if (channels.indexOf(channel) < index)
            context.addIssue({
              code: 'custom',
              path: [index],
              message: `names ${channel} a second time: a fallback loop; name each channel once`,
            })
        })
      }),
    ifNoReportWithinMinutes: z
      .int()
      .min(1)
      .max(LONGEST_REPORT_WAIT_MINUTES)
      .optional()
      .describe('The next one also begins when, so long after one was sent, nobody has reported what became of it'),
  })
  .meta({
    id: 'FallbackChain',
    description: 'One message, on the first channel that can reach the contact; the next one begins when it fails.',
  })

/** The body of POST /v1/notifications. */
export const NotificationRequest = z
  .strictObject({
    type: z.string().min(1).max(100),
    audience: z.enum(AUDIENCES).optional().describe('Whose version of the type, where the catalogue has several'),
    to: To,
    payload: z.record(z.string(), z.unknown()).default({}),
    channels: z
      .union([z.array(z.enum(CHANNELS)).min(1).max(CHANNELS.length), Chain])
      .optional()
      .describe('All of a list; or, as a chain, the first that can be used'),
    lane: z.enum(LANES).optional(),
    sendAt: z.iso.datetime({ offset: true }).nullish().describe('In the past: sent now. At most five years ahead.'),
    dedupeKey: z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe('The same key, type and contact within 24 h gives the first answer again'),
    allowRepeat: z
      .boolean()
      .optional()
      .describe('Send it even though the same words went to the same contact minutes ago'),
    locale: z.string().max(35).optional(),
    attachments: z.array(Attachment).max(50).optional().describe('20 MB in all'),
    metadata: z.record(z.string(), z.unknown()).optional(),
  })
  .meta({ id: 'NotificationRequest' })
export type NotificationRequest = z.infer<typeof NotificationRequest>

/** The plan a request asks for, over the catalogue's. */
export function askedPlan(channels: NotificationRequest['channels']): ChannelPlan | undefined {
  if (!channels) return undefined
  return Array.isArray(channels) ? { all: [...new Set(channels)] } : channels
}

/** When it is due: now unless a later time is asked for. */
export function dueAt(sendAt: string | null | undefined, now: Date): Date {
  const asked = askedTime(sendAt, 0, now)
  return asked > now ? asked : now
}

/** When it was to leave, if need be in the past: now unless a time is asked for, moved by so many minutes. */
export function askedTime(sendAt: string | null | undefined, offsetMinutes: number, now: Date): Date {
  const asked = sendAt ? new Date(sendAt) : now
  if (asked.getTime() > now.getTime() + FURTHEST_SEND_AT_MS) throw invalid('sendAt', 'is more than five years ahead')
  if (!sendAt && offsetMinutes <= 0) return now
  return offsetMinutes === 0 ? asked : new Date(asked.getTime() + offsetMinutes * 60_000)
}
