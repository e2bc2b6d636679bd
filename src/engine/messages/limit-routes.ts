import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { RequestLimit } from '../../platform/http/request-limit.ts'
import type { Limits } from '../../platform/limits/limits.ts'
import type { Windows } from '../../platform/limits/windows.ts'
import { CHANNELS, type Channel } from '../channels/channel.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { Organization } from '../organizations/organization.ts'
import { deliveryOf } from './delivery-settings.ts'
import { accountDayKey, accountKey, bucketOf, dayOf, type SharedLimits } from './limit-keys.ts'

/** A provider account an organization's messages may leave by. */
export interface LimitedAccount {
  readonly id: string
  readonly provider: string
  readonly channel: Channel
  readonly name: string
  /** False: the platform's, which its organizations share. */
  readonly own: boolean
  readonly enabled: boolean
  readonly limits: SharedLimits
}

interface Deps {
  readonly auth: Authentication
  readonly requestLimit: Pick<RequestLimit, 'look'>
  readonly organization: (id: string) => Promise<Organization>
  readonly accountsOf: (organizationId: string) => Promise<readonly LimitedAccount[]>
  readonly limits: Pick<Limits, 'peek'>
  readonly windows: Pick<Windows, 'peek'>
  readonly clock: Clock
}

const resetSeconds = z.number().int().describe('Until nothing of it is used any more, if nobody comes')
const Use = { limit: z.number(), used: z.number(), remaining: z.number(), resetSeconds }

const LimitsAnswer = z
  .object({
    api: z
      .object({ limit: z.number(), remaining: z.number(), resetSeconds })
      .describe('Requests this process still takes from this organization at once; the RateLimit headers say the same'),
    contactCapPerHour: z
      .number()
      .nullable()
      .describe('Notifications one contact is sent in any hour; critical ones pass. Null: no cap'),
    accounts: z.array(
      z.object({
        accountId: z.uuid(),
        provider: z.string(),
        channel: z.enum(CHANNELS),
        name: z.string(),
        own: z.boolean().describe('False: an account of the platform, whose limits its organizations share'),
        perSecond: z
          .object({ rate: z.number().describe('Comes back in each second'), ...Use })
          .nullable()
          .describe('The limit is what may leave at once. Null: as fast as it can'),
        perDay: z.object(Use).nullable().describe('In any 24 hours. Null: as many as there are'),
      }),
    ),
  })
  .meta({ id: 'Limits' })

const example = {
  api: { limit: 20_000, remaining: 19_999, resetSeconds: 1 },
  contactCapPerHour: 100,
  accounts: [
    {
      accountId: '019a9f00-0000-7000-8000-000000000040',
      provider: 'smtp',
      channel: 'email',
      name: 'Newsletter server',
      own: true,
      perSecond: { rate: 10, limit: 10, used: 4, remaining: 6, resetSeconds: 1 },
      perDay: { limit: 5_000, used: 1_204, remaining: 3_796, resetSeconds: 88_200 },
    },
  ],
} as const

/** GET /v1/limits. Looking at a limit takes nothing of it. */
export const limitRoutes =
  ({ auth, requestLimit, organization, accountsOf, limits, windows, clock }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/limits',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'settings.read' }),
        schema: {
          summary: 'What may still be sent: used, left, and when it is whole again',
          tags: ['Limits'],
          response: { 200: LimitsAnswer },
          example: { response: example },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        const [tenant, accounts] = await Promise.all([organization(organizationId), accountsOf(organizationId)])
        const { limit, remaining, resetSeconds } = requestLimit.look(organizationId, clock.now())
        return {
          api: { limit, remaining, resetSeconds },
          contactCapPerHour: deliveryOf(tenant).contactCapPerHour,
          accounts: await Promise.all(accounts.filter(({ enabled }) => enabled).map(shown)),
        }
      },
    )

    async function shown({ id, provider, channel, name, own, limits: set }: LimitedAccount) {
      const bucket = bucketOf(set)
      const day = dayOf(set)
      const [second, today] = await Promise.all([
        bucket && limits.peek(accountKey(id), bucket),
        day && windows.peek(accountDayKey(id), day),
      ])
      return {
        accountId: id,
        provider,
        channel,
        name,
        own,
        perSecond:
          bucket && second ? { rate: bucket.perSecond, limit: Math.floor(bucket.burst), ...inSeconds(second) } : null,
        perDay: day && today ? { limit: day.limit, ...inSeconds(today) } : null,
      }
    }
  }

const inSeconds = ({ resetMs, ...use }: { used: number; remaining: number; resetMs: number }) => ({
  ...use,
  resetSeconds: Math.ceil(resetMs / 1_000),
})
