import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { invalid } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { CHANNELS, channelCode } from '../channels/channel.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { Range, Statistics } from './statistics.ts'

interface Deps {
  readonly auth: Authentication
  readonly statistics: Statistics
  readonly clock: Clock
}

const DAY_MS = 24 * 3_600_000
const USUAL_DAYS = 30
const MOST_DAYS = { hour: 31, day: 761 } as const

const count = z.number().int()
const rate = z.number().min(0).nullable()
const bound = z.number().nullable()

const Cost = z.object({ currency: z.string(), micros: z.number().int().describe('Millionths of the currency’s unit') })
const counts = {
  accepted: count.describe('Taken in, by the hour they were accepted; all others by the hour they left or ended'),
  suppressed: count,
  cancelled: count,
  sent: count.describe('A carrier has them, and has not said since that they failed'),
  delivered: count.describe(
    'Somebody said so: the carrier, or an open. Carriers that report nothing leave the others as sent',
  ),
  opened: count.describe('By people; programs that fetch pictures are in machineOpened'),
  clicked: count,
  bounced: count,
  failed: count,
  machineOpened: count,
  machineClicked: count,
  complained: count,
  parts: count.describe('Of SMS'),
  rates: z
    .object({ delivered: rate, opened: rate, clicked: rate, bounced: rate, failed: rate })
    .describe('Delivered, bounced and failed of those tried; opened and clicked of those sent that did not come back'),
  latency: z
    .object({ p50Seconds: bound, p95Seconds: bound })
    .describe(
      'The bound (0.25, 1, 5, 30, 300) within which a carrier had them, from when they were due; null: none, or later',
    ),
  costs: z.array(Cost),
}
const Counts = z.object(counts).meta({ id: 'StatCounts' })
const at = z.date()
const range = { from: at, to: at }
const interval = z.enum(['hour', 'day'])

const Overview = z
  .object({
    ...range,
    interval,
    timeZone: z.string().describe('In which days begin'),
    total: Counts,
    series: z.array(z.object({ at, ...counts })),
  })
  .meta({ id: 'StatOverview' })
const Channels = z
  .object({ ...range, items: z.array(z.object({ channel: z.enum(CHANNELS), ...counts })) })
  .meta({ id: 'StatChannels' })
const Providers = z
  .object({ ...range, items: z.array(z.object({ channel: z.enum(CHANNELS), provider: z.string(), ...counts })) })
  .meta({ id: 'StatProviders' })
const Templates = z
  .object({
    ...range,
    items: z.array(
      z.object({
        templateVersionId: z.uuid(),
        key: z.string().nullable(),
        locale: z.string().nullable(),
        number: z.number().int().nullable(),
        builtIn: z.boolean().nullable(),
        type: z.string(),
        channel: z.enum(CHANNELS),
        ...counts,
      }),
    ),
  })
  .meta({ id: 'StatTemplates' })
const Costs = z
  .object({
    ...range,
    interval,
    timeZone: z.string(),
    total: z.array(Cost),
    unpriced: count.describe('Messages that left without a price being known: see /v1/prices'),
    items: z.array(
      z.object({
        at,
        channel: z.enum(CHANNELS),
        provider: z.string(),
        currency: z.string().nullable(),
        messages: count,
        parts: count,
        micros: z.number().int(),
      }),
    ),
  })
  .meta({ id: 'StatCosts' })

const filter = {
  from: z.iso.datetime({ offset: true }).optional().describe(`Default: ${USUAL_DAYS} days before the end`),
  to: z.iso.datetime({ offset: true }).optional().describe('Default: now. The hour it lies in is counted whole'),
  channel: z.enum(CHANNELS).optional(),
  provider: z.string().max(50).optional(),
  type: z.string().max(200).optional(),
}
const Query = z.strictObject(filter)
const SeriesQuery = z.strictObject({ ...filter, interval: interval.default('day') })

const sample = {
  accepted: 1_250,
  suppressed: 12,
  cancelled: 3,
  sent: 1_204,
  delivered: 1_190,
  opened: 640,
  clicked: 210,
  bounced: 9,
  failed: 22,
  machineOpened: 75,
  machineClicked: 18,
  complained: 1,
  parts: 0,
  rates: { delivered: 0.9706, opened: 0.5356, clicked: 0.1757, bounced: 0.0073, failed: 0.0179 },
  latency: { p50Seconds: 0.25, p95Seconds: 1 },
  costs: [{ currency: 'EUR', micros: 56_250_000 }],
}
const sampleRange = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-11-30T00:00:00Z') }

/** GET /v1/stats/*: what became of many messages at once, from hours that were rolled up. */
export const statisticsRoutes =
  ({ auth, statistics, clock }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Statistics']
    const onRequest = auth.guard({ scope: 'read', permission: 'statistics.read' })

    app.get(
      '/stats/overview',
      {
        onRequest,
        schema: {
          summary: 'All messages of a time, as sums and as a line',
          tags,
          querystring: SeriesQuery,
          response: { 200: Overview },
          example: {
            response: {
              ...sampleRange,
              interval: 'day',
              timeZone: 'Europe/Paris',
              total: sample,
              series: [{ at: new Date('2026-11-01T23:00:00Z'), ...sample }],
            },
          },
        },
      },
      async (request) => statistics.overview(auth.callerOf(request).organizationId, rangeOf(request.query)),
    )
    app.get(
      '/stats/channels',
      {
        onRequest,
        schema: {
          summary: 'By channel',
          tags,
          querystring: Query,
          response: { 200: Channels },
          example: { response: { ...sampleRange, items: [{ channel: 'email', ...sample }] } },
        },
      },
      async (request) => statistics.channels(auth.callerOf(request).organizationId, rangeOf(request.query)),
    )
    app.get(
      '/stats/providers',
      {
        onRequest,
        schema: {
          summary: 'By provider',
          tags,
          querystring: Query,
          response: { 200: Providers },
          example: { response: { ...sampleRange, items: [{ channel: 'email', provider: 'smtp', ...sample }] } },
        },
      },
      async (request) => statistics.providers(auth.callerOf(request).organizationId, rangeOf(request.query)),
    )
    app.get(
      '/stats/templates',
      {
        onRequest,
        schema: {
          summary: 'By template version and type',
          tags,
          querystring: Query,
          response: { 200: Templates },
          example: {
            response: {
              ...sampleRange,
              items: [
                {
                  templateVersionId: '019a9f00-0000-7000-8000-000000000050',
                  key: 'order.confirmed',
                  locale: 'fr',
                  number: 2,
                  builtIn: false,
                  type: 'order.confirmed',
                  channel: 'email',
                  ...sample,
                },
              ],
            },
          },
        },
      },
      async (request) => statistics.templates(auth.callerOf(request).organizationId, rangeOf(request.query)),
    )
    app.get(
      '/stats/costs',
      {
        onRequest,
        schema: {
          summary: 'What it cost, by day, channel, provider and currency',
          tags,
          querystring: SeriesQuery,
          response: { 200: Costs },
          example: {
            response: {
              ...sampleRange,
              interval: 'day',
              timeZone: 'Europe/Paris',
              total: [{ currency: 'EUR', micros: 56_250_000 }],
              unpriced: 0,
              items: [
                {
                  at: new Date('2026-11-01T23:00:00Z'),
                  channel: 'sms',
                  provider: 'twilio',
                  currency: 'EUR',
                  messages: 1_204,
                  parts: 1_250,
                  micros: 56_250_000,
                },
              ],
            },
          },
        },
      },
      async (request) => statistics.costs(auth.callerOf(request).organizationId, rangeOf(request.query)),
    )

    function rangeOf(query: z.output<typeof Query> & { readonly interval?: Range['interval'] }): Range {
      const interval = query.interval ?? 'day'
      const to = query.to === undefined ? clock.now() : new Date(query.to)
      const from = query.from === undefined ? new Date(to.getTime() - USUAL_DAYS * DAY_MS) : new Date(query.from)
      const days = (to.getTime() - from.getTime()) / DAY_MS
      const most = MOST_DAYS[interval]
      const message =
        days <= 0
          ? 'It must be before the end'
          : days > most
            ? `At most ${most} days by the ${interval} can be asked for at once`
            : undefined
      if (message) throw invalid('from', message)
      return {
        interval,
        from,
        to,
        channel: query.channel && channelCode(query.channel),
        provider: query.provider,
        type: query.type,
      }
    }
  }
