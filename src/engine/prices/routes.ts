import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { invalid } from '../../errors.ts'
import { CHANNELS } from '../channels/channel.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { Prices } from './prices.ts'

interface Deps {
  readonly auth: Authentication
  readonly prices: Prices
  /** The names of every provider there is. */
  readonly providers: readonly string[]
}

const MOST_PRICES = 2_000
/** A thousand units for one message is a slip of the pen. */
const MOST_MICROS = 1_000_000_000

const price = {
  provider: z.string().min(1).max(50),
  channel: z.enum(CHANNELS),
  country: z
    .union([z.string().regex(/^[A-Z]{2}$/, 'Write two capital letters (ISO 3166-1), or *'), z.literal('*')])
    .describe('ISO 3166-1; * for every country without a price of its own'),
  category: z
    .enum(['marketing', 'utility', 'authentication', 'service', '*'])
    .default('*')
    .describe('WhatsApp’s kind of conversation; * for any'),
  micros: z
    .int()
    .min(0)
    .max(MOST_MICROS)
    .describe('Millionths of the currency’s unit: 45000 is 0.045. For a part of an SMS, else for a message'),
  currency: z.string().regex(/^([A-Z]{3}|CREDIT)$/, 'Write an ISO 4217 code, or CREDIT for a carrier’s own unit'),
}
const Price = z.object(price).meta({ id: 'Price' })
const Lists = z
  .object({
    own: z.array(Price).describe('They go first'),
    platform: z.array(Price).describe('Where an organization has no fitting one of its own'),
  })
  .meta({ id: 'Prices' })

const sample = {
  provider: 'twilio',
  channel: 'sms',
  country: 'FR',
  category: '*',
  micros: 45_000,
  currency: 'EUR',
} as const

/** GET and PUT /v1/prices: what carriers take, for estimating what messages cost. */
export const priceRoutes =
  ({ auth, prices, providers }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Prices']

    app.get(
      '/prices',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'settings.read' }),
        schema: {
          summary: 'What carriers take for a message',
          tags,
          response: { 200: Lists },
          example: { response: { own: [sample], platform: [] } },
        },
      },
      async (request) => copied(await prices.lists(auth.callerOf(request).organizationId)),
    )

    app.put(
      '/prices',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'prices.manage' }),
        schema: {
          summary: 'Replace your own list of prices; messages that have left keep what was estimated then',
          tags,
          body: z.strictObject({ prices: z.array(z.strictObject(price)).max(MOST_PRICES) }),
          response: { 200: Lists },
          example: { body: { prices: [sample] }, response: { own: [sample], platform: [] } },
        },
      },
      async (request) => {
        const seen = new Map<string, number>()
        for (const [i, { provider, channel, country, category }] of request.body.prices.entries()) {
          if (!providers.includes(provider))
            throw invalid(`prices.${i}.provider`, `No provider is called that. There are ${providers.join(', ')}`)
          const key = `${provider} ${channel} ${country} ${category}`
          const before = seen.get(key)
          if (before !== undefined) throw invalid(`prices.${i}`, `It says the same place again as prices.${before}`)
          seen.set(key, i)
        }
        return copied(await prices.replace(auth.callerOf(request).organizationId, request.body.prices))
      },
    )
  }

const copied = ({ own, platform }: Awaited<ReturnType<Prices['lists']>>) => ({
  own: [...own] as z.output<typeof Price>[],
  platform: [...platform] as z.output<typeof Price>[],
})
