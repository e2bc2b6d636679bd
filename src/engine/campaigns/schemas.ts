import { z } from 'zod'
import { Timestamp } from '../../platform/http/timestamp.ts'
import { CHANNELS } from '../channels/channel.ts'
import { NotificationRequest } from '../messages/request.ts'
import { Channel, Status } from '../messages/schemas.ts'
import { CAMPAIGN_PROBLEMS, CAMPAIGN_STATUSES, RECIPIENT_STATES } from './campaign.ts'
import { LABELS } from './campaigns.ts'
import { Filter } from './filter.ts'

const name = z.string().trim().min(1).max(200)

export const NewSegment = z
  .strictObject({ name, filter: Filter.nullable().default(null).describe('Null: a list, on which contacts are put') })
  .meta({ id: 'NewSegment' })
export const SegmentChange = z
  .strictObject({ name: name.optional(), filter: Filter.optional() })
  .meta({ id: 'SegmentChange' })

export const Segment = z
  .object({
    id: z.uuid(),
    name: z.string(),
    filter: Filter.nullable(),
    isList: z.boolean(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Segment' })

const found = {
  count: z.int(),
  examples: z.array(z.object({ id: z.uuid(), name: z.string().nullable() })).describe('Some of them'),
}
export const Found = z.object(found)
export const SegmentFound = Segment.extend(found).meta({ id: 'SegmentFound' })

const Throttle = z.strictObject({ count: z.int().min(1).max(1_000_000), per: z.enum(['minute', 'hour']) })
const Trial = z.strictObject({
  share: z.int().min(2).max(100).describe('Of a hundred recipients, how many are written to first: half of them each'),
  metric: z
    .enum(['opened', 'clicked'])
    .describe('By its share of what was sent and did not come back; A where neither is better'),
  hours: z.int().min(1).max(168).describe('From when the last of them was written to'),
})
const Variant = z.strictObject({
  payload: z
    .record(z.string(), z.unknown())
    .describe('`{{name}}` and `{{attribute|otherwise}}` in its texts stand for what is known of each recipient'),
  versionIds: z
    .array(z.uuid())
    .max(20)
    .default([])
    .describe('Published versions of the template, each for its channel and language, instead of those that are live'),
})

const fields = {
  name,
  segmentId: z.uuid().nullable().describe('Null: every contact'),
  type: z.string().min(1).max(100).describe('Of the catalogue, in the category mkt'),
  channels: NotificationRequest.shape.channels.unwrap(),
  startAt: Timestamp.nullable().describe('Null: when it is started'),
  startLocal: z
    .string()
    .regex(
      /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d$/,
      'is a local time such as 2026-12-01T09:00',
    )
    .refine(
      (text) => !Number.isNaN(Date.parse(`${text}Z`)) && new Date(`${text}Z`).toISOString().startsWith(text),
      'is no day of the calendar',
    )
    .nullable()
    .describe('Instead: this time where each recipient is'),
  throttle: Throttle.nullable().describe('Null: as fast as carriers take it'),
  trial: Trial.nullable().describe('With two variants: which of them the others are sent'),
  variants: z.array(Variant).min(1).max(2),
}

export const NewCampaign = z
  .strictObject({
    ...fields,
    segmentId: fields.segmentId.default(null),
    type: fields.type.default('campaign.message'),
    startAt: fields.startAt.default(null),
    startLocal: fields.startLocal.default(null),
    throttle: fields.throttle.default(null),
    trial: fields.trial.default(null),
  })
  .meta({ id: 'NewCampaign' })

export const CampaignChange = z
  .strictObject({
    name: fields.name.optional(),
    segmentId: fields.segmentId.optional(),
    type: fields.type.optional(),
    channels: fields.channels.optional(),
    startAt: fields.startAt.optional(),
    startLocal: fields.startLocal.optional(),
    throttle: fields.throttle.optional(),
    trial: fields.trial.optional(),
    variants: fields.variants.optional(),
  })
  .meta({ id: 'CampaignChange' })

const Messages = z
  .object({
    messages: z.int(),
    suppressed: z.int(),
    cancelled: z.int(),
    sent: z.int(),
    delivered: z.int(),
    opened: z.int(),
    clicked: z.int(),
    bounced: z.int(),
    failed: z.int(),
    uncertain: z.int().describe('Of those that failed: their carrier may have taken them, and could not be asked'),
  })
  .meta({ id: 'CampaignMessages' })

export const Progress = z
  .object({
    recipients: z.int(),
    duplicates: z.int().describe('Left out: another recipient has the same address'),
    pending: z.int(),
    accepted: z.int(),
    refused: z.int(),
    cancelled: z.int(),
    refusals: z.record(z.string(), z.int()).describe('By reason'),
    messages: Messages,
  })
  .meta({ id: 'CampaignProgress' })

const Plan = z.union([
  z.object({ all: z.array(Channel) }),
  z.object({ firstOf: z.array(Channel), ifNoReportWithinMinutes: z.int().optional() }),
])
export const Label = z.enum(LABELS)
export const CampaignStatus = z.enum(CAMPAIGN_STATUSES)

export const Campaign = z
  .object({
    id: z.uuid(),
    name: z.string(),
    segmentId: z.uuid().nullable(),
    type: z.string(),
    channels: Plan,
    startAt: z.date().nullable(),
    startLocal: z.string().nullable(),
    throttle: Throttle.nullable(),
    trial: Trial.nullable(),
    status: CampaignStatus,
    variants: z.array(
      z.object({
        id: z.uuid(),
        label: Label,
        payload: z.record(z.string(), z.unknown()),
        versionIds: z.array(z.uuid()),
        messages: Messages,
      }),
    ),
    winner: Label.nullable(),
    decideAt: z.date().nullable().describe('When the winner is chosen, once that is known'),
    problem: z.enum(CAMPAIGN_PROBLEMS).nullable().describe('Why it is paused, where nobody paused it'),
    progress: Progress,
    createdAt: z.date(),
    updatedAt: z.date(),
    startedAt: z.date().nullable(),
    finishedAt: z.date().nullable(),
  })
  .meta({ id: 'Campaign' })

export const Estimate = z
  .object({
    recipients: z.int(),
    duplicates: z.int(),
    reachable: z.int().describe('Who would be sent something'),
    deferred: z.int().describe('Of those, who would wait for their hours or their digest'),
    refusals: z.record(z.string(), z.int()).describe('The others, by reason'),
    channels: z.array(z.object({ channel: z.enum(CHANNELS), messages: z.int(), parts: z.int().describe('Of SMS') })),
    cost: z
      .array(z.object({ currency: z.string(), micros: z.int().describe('Millionths of its unit') }))
      .describe('By the prices that are written down; empty where none is'),
    exact: z.boolean().describe('False: a part of them was looked at and stands for the others'),
    lookedAt: z.int(),
  })
  .meta({ id: 'CampaignEstimate' })

export const RecipientStatus = z.enum(RECIPIENT_STATES)
export const Recipient = z
  .object({
    id: z.uuid().describe('The contact’s'),
    contactId: z.uuid(),
    contactName: z.string().nullable(),
    status: RecipientStatus.describe('`accepted`: its messages say what became of them'),
    variant: Label.nullable(),
    reason: z.string().nullable(),
    dueAt: z.date(),
    doneAt: z.date().nullable(),
    notificationId: z.uuid().nullable(),
    messages: z.array(z.object({ id: z.uuid(), channel: Channel, status: Status, reason: z.string().nullable() })),
  })
  .meta({ id: 'CampaignRecipient' })

const noMessages = {
  messages: 0,
  suppressed: 0,
  cancelled: 0,
  sent: 0,
  delivered: 0,
  opened: 0,
  clicked: 0,
  bounced: 0,
  failed: 0,
  uncertain: 0,
}
const at = new Date('2026-11-02T09:00:00Z')

export const exampleFilter = {
  all: [
    { attribute: 'city', is: 'is' as const, value: 'Lyon' },
    { consent: 'email' as const, is: true },
    { happened: 'opened' as const, withinDays: 90, is: true },
  ],
}
export const exampleSegment = {
  id: '019a9f00-0000-7000-8000-0000000000e0',
  name: 'Readers in Lyon',
  filter: exampleFilter,
  isList: false,
  createdAt: at,
  updatedAt: at,
}
export const exampleFound = {
  count: 1240,
  examples: [{ id: '019a9f00-0000-7000-8000-000000000001', name: 'Sample Client' }],
}
const payload = { subject: 'The spring market opens', body: 'Hello {{name|there}},\n\nWe open on Saturday at nine.' }
export const exampleDraft = {
  name: 'Spring market',
  segmentId: exampleSegment.id,
  channels: ['email' as const],
  throttle: { count: 5000, per: 'hour' as const },
  variants: [{ payload }],
}
export const exampleProgress = {
  recipients: 1240,
  duplicates: 3,
  pending: 240,
  accepted: 960,
  refused: 40,
  cancelled: 0,
  refusals: { unsubscribed: 31, hard_bounce: 9 },
  messages: { ...noMessages, messages: 1000, suppressed: 40, sent: 930, delivered: 900, opened: 310, clicked: 44 },
}
export const exampleCampaign = {
  id: '019a9f00-0000-7000-8000-0000000000f0',
  ...exampleDraft,
  type: 'campaign.message',
  channels: { all: ['email' as const] },
  startAt: null,
  startLocal: null,
  trial: null,
  status: 'running' as const,
  variants: [
    {
      id: '019a9f00-0000-7000-8000-0000000000f1',
      label: 'A' as const,
      payload,
      versionIds: [],
      messages: exampleProgress.messages,
    },
  ],
  winner: null,
  decideAt: null,
  problem: null,
  progress: exampleProgress,
  createdAt: at,
  updatedAt: at,
  startedAt: at,
  finishedAt: null,
}
export const exampleEstimate = {
  recipients: 1240,
  duplicates: 3,
  reachable: 1200,
  deferred: 0,
  refusals: { unsubscribed: 31, hard_bounce: 9 },
  channels: [{ channel: 'email' as const, messages: 1200, parts: 0 }],
  cost: [{ currency: 'EUR', micros: 1_200_000 }],
  exact: true,
  lookedAt: 1240,
}
export const exampleRecipient = {
  id: '019a9f00-0000-7000-8000-000000000001',
  contactId: '019a9f00-0000-7000-8000-000000000001',
  contactName: 'Sample Client',
  status: 'accepted' as const,
  variant: 'A' as const,
  reason: null,
  dueAt: at,
  doneAt: at,
  notificationId: '019a9f00-0000-7000-8000-000000000020',
  messages: [
    { id: '019a9f00-0000-7000-8000-000000000010', channel: 'email' as const, status: 'opened' as const, reason: null },
  ],
}
