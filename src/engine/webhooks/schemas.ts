import { z } from 'zod'
import { DELIVERY_STATUSES, type DeliveryRow } from './delivery-store.ts'
import type { EndpointRow } from './endpoint-store.ts'
import { WEBHOOK_EVENTS, type WebhookEvent } from './event.ts'

const at = z.date()
export const Id = z.object({ id: z.uuid() })
export const events = z
  .array(z.enum(WEBHOOK_EVENTS))
  .max(WEBHOOK_EVENTS.length)
  .describe('Empty: all of them, also those of later versions')
export const url = z.url({ protocol: /^https?$/, message: 'Write an address that begins with https://' }).max(2_000)
export const description = z.string().trim().max(200).nullable()

const endpoint = {
  id: z.uuid(),
  url: z.string(),
  description: z.string().nullable(),
  events: z.array(z.string()),
  enabled: z.boolean(),
  disabledReason: z
    .enum(['failing', 'gone'])
    .nullable()
    .describe('Why it was switched off by itself: nothing was taken for five days, or the endpoint answered 410'),
  failingSince: at.nullable().describe('Since when nothing has been taken'),
  createdAt: at,
  updatedAt: at,
}
export const Endpoint = z.object(endpoint).meta({ id: 'WebhookEndpoint' })
export const EndpointWithSecret = z
  .object({ ...endpoint, secret: z.string().describe('What signatures are checked with. Shown now and never again') })
  .meta({ id: 'WebhookEndpointWithSecret' })

export const Delivery = z
  .object({
    id: z.uuid().describe('The webhook-id: the same for every try'),
    endpointId: z.uuid(),
    type: z.string(),
    body: z.string().describe('As it is signed and sent'),
    status: z.enum(DELIVERY_STATUSES),
    nextTryAt: at.nullable(),
    tries: z
      .array(
        z.object({
          at: z.string(),
          status: z.int().nullable().describe('Of the answer; null: there was none'),
          error: z.string().nullable().describe('Why there was none'),
          ms: z.int(),
        }),
      )
      .describe('The last twenty'),
    createdAt: at,
  })
  .meta({ id: 'WebhookDelivery' })

export const sampleEndpoint = {
  id: '019a9f00-0000-7000-8000-000000000060',
  url: 'https://shop.example.com/carillon',
  description: 'The shop',
  events: ['message.delivered', 'message.failed'],
  enabled: true,
  disabledReason: null,
  failingSince: null,
  createdAt: new Date('2026-11-20T08:00:00Z'),
  updatedAt: new Date('2026-11-20T08:00:00Z'),
}
export const secret = 'whsec_c2FtcGxlIHNlY3JldCwgbm90IG9uZSB0aGF0IGlzIHVzZWQ='
export const sampleDelivery = {
  id: '019a9f00-0000-7000-8000-000000000061',
  endpointId: sampleEndpoint.id,
  type: 'message.delivered',
  body: '{"type":"message.delivered","timestamp":"2026-11-20T08:01:00.000Z","data":{"messageId":"019a9f00-0000-7000-8000-000000000021","status":"delivered"}}',
  status: 'delivered',
  nextTryAt: null,
  tries: [{ at: '2026-11-20T08:01:01.000Z', status: 204, error: null, ms: 35 }],
  createdAt: new Date('2026-11-20T08:01:01Z'),
} as const

export const shown = (row: EndpointRow) => ({
  id: row.id,
  url: row.url,
  description: row.description,
  events: row.events as WebhookEvent[],
  enabled: row.enabled,
  disabledReason: row.disabled_reason as 'failing' | 'gone' | null,
  failingSince: row.failing_since,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export const shownDelivery = (row: DeliveryRow) => ({
  id: row.id,
  endpointId: row.endpoint_id,
  type: row.type,
  body: row.body,
  status: DELIVERY_STATUSES[row.status]!,
  nextTryAt: row.due_at,
  tries: row.tries,
  createdAt: row.created_at,
})
