import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { CHANNELS } from '../channels/channel.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { Catalogue } from './catalogue.ts'
import { AUDIENCES, CATEGORIES } from './event.ts'
import { LANES } from './lane.ts'

const Plan = z.union([
  z.object({ all: z.array(z.enum(CHANNELS)) }),
  z.object({
    firstOf: z.array(z.enum(CHANNELS)),
    ifNoReportWithinMinutes: z.int().optional().describe('The next one also begins when no report came for so long'),
  }),
])
const Entry = z
  .object({
    type: z.string(),
    pack: z.string().describe('The part of the product it belongs to'),
    audience: z.enum(AUDIENCES),
    channels: Plan.describe('All of them, or the first that can reach the contact'),
    lane: z.enum(LANES),
    category: z.enum(CATEGORIES),
    required: z.boolean().describe('Security and money: cannot be switched off'),
    sample: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CatalogueEntry' })

const entry = {
  type: 'payment.received',
  pack: 'appointments',
  audience: 'owner',
  channels: { all: ['in_app'] },
  lane: 'immediate',
  category: 'ops',
  required: false,
  sample: { amount: 4200, currency: 'EUR' },
} as const

/** GET /v1/catalogue — every notification this server knows. */
export const catalogueRoutes =
  ({ auth, catalogue }: { auth: Authentication; catalogue: Catalogue }): FastifyPluginAsyncZod =>
  async (app) => {
    const items = catalogue.entries.map(({ type, pack, audience, channels, lane, category, required, sample }) => ({
      type,
      pack,
      audience,
      channels,
      lane,
      category,
      required,
      sample,
    }))
    app.get(
      '/catalogue',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'Every notification there is: who hears of what, where, how urgently',
          tags: ['Catalogue'],
          response: { 200: z.object({ items: z.array(Entry) }) },
          example: { response: { items: [entry] } },
        },
      },
      async () => ({ items: items.map((item) => ({ ...item, channels: copy(item.channels) })) }),
    )
  }

const copy = (plan: (typeof entry)['channels'] | Catalogue['entries'][number]['channels']) =>
  'all' in plan ? { all: [...plan.all] } : { ...plan, firstOf: [...plan.firstOf] }
