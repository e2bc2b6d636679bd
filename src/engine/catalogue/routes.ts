import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { CHANNELS } from '../channels/channel.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { Templates } from '../templates/templates.ts'
import type { Catalogue, CatalogueEntry } from './catalogue.ts'
import { FURTHEST_OFFSET_MINUTES, lanesFor, whyAlwaysOn } from './choice.ts'
import type { Choices } from './choices.ts'
import { AUDIENCES, CATEGORIES, type ChannelPlan, LONGEST_REPORT_WAIT_MINUTES } from './event.ts'
import { LANES } from './lane.ts'

interface Deps {
  readonly auth: Authentication
  readonly catalogue: Catalogue
  readonly choices: Choices
  readonly templates: Pick<Templates, 'channelsOf'>
}

const minutes = z
  .int()
  .min(1)
  .max(LONGEST_REPORT_WAIT_MINUTES)
  .optional()
  .describe('The next one also begins when no report came for so long')
const Plan = z
  .union([
    z.object({ all: z.array(z.enum(CHANNELS)) }),
    z.object({ firstOf: z.array(z.enum(CHANNELS)), ifNoReportWithinMinutes: minutes }),
  ])
  .meta({ id: 'ChannelPlan' })
const Entry = z
  .object({
    type: z.string(),
    pack: z.string().describe('The part of the product it belongs to'),
    audience: z.enum(AUDIENCES),
    enabled: z.boolean().describe('False: your organization switched it off'),
    channels: Plan.describe('All of them, or the first that can reach the contact'),
    lane: z.enum(LANES),
    offsetMinutes: z
      .int()
      .nullable()
      .describe('What is scheduled leaves so much later, or earlier where it is below 0'),
    category: z.enum(CATEGORIES),
    required: z.boolean().describe('Security and money: cannot be switched off'),
    sample: z.record(z.string(), z.unknown()),
    templateKey: z.string(),
    byDefault: z.object({ channels: Plan, lane: z.enum(LANES) }).describe('As the catalogue has it'),
    mayBe: z
      .object({
        off: z.boolean(),
        channels: z.array(z.enum(CHANNELS)).describe('Those it has words for'),
        lanes: z.array(z.enum(LANES)),
        shifted: z.boolean(),
      })
      .describe('What your organization may choose'),
  })
  .meta({ id: 'CatalogueEntry' })

const some = z.array(z.enum(CHANNELS)).min(1).max(CHANNELS.length)
const Changes = z.strictObject({
  enabled: z.boolean().optional(),
  channels: z
    .union([z.strictObject({ all: some }), z.strictObject({ firstOf: some, ifNoReportWithinMinutes: minutes })])
    .nullable()
    .optional()
    .describe('Null: as the catalogue has it'),
  lane: z.enum(LANES).nullable().optional().describe('Its own or a less urgent one; null: its own'),
  offsetMinutes: z
    .int()
    .min(-FURTHEST_OFFSET_MINUTES)
    .max(FURTHEST_OFFSET_MINUTES)
    .nullable()
    .optional()
    .describe('For what is scheduled'),
})

const example = {
  type: 'payment.received',
  pack: 'appointments',
  audience: 'owner',
  enabled: true,
  channels: { all: ['in_app'] },
  lane: 'immediate',
  offsetMinutes: null,
  category: 'ops',
  required: false,
  sample: { amount: 4200, currency: 'EUR' },
  templateKey: 'payment.received.owner',
  byDefault: { channels: { all: ['in_app'] }, lane: 'immediate' },
  mayBe: { off: true, channels: ['in_app'], lanes: ['immediate', 'scheduled', 'bulk'], shifted: false },
} satisfies z.input<typeof Entry>

/** /v1/catalogue: every notification this server knows, and where an organization differs. */
export const catalogueRoutes =
  ({ auth, catalogue, choices, templates }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Catalogue']

    app.get(
      '/catalogue',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'Every notification there is: who hears of what, where, how urgently, as your organization has it',
          tags,
          response: { 200: z.object({ items: z.array(Entry) }) },
          example: { response: { items: [example] } },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        return { items: await Promise.all(catalogue.entries.map((entry) => shown(organizationId, entry))) }
      },
    )

    app.patch(
      '/catalogue/:type/:audience',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'settings.manage' }),
        schema: {
          summary:
            'Change an entry’s channels, lane or timing, or switch it off; it holds for what is accepted from now on',
          tags,
          params: z.object({ type: z.string().max(100), audience: z.string().max(50) }),
          body: Changes,
          response: { 200: Entry },
          example: { body: { enabled: false }, response: { ...example, enabled: false } },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        const { type, audience } = request.params
        const entry = catalogue.entries.find((one) => one.type === type && one.audience === audience)
        if (!entry) throw new AppError('not_found', `The catalogue has no ${type} for ${audience}`)
        await choices.change(organizationId, entry, request.body)
        return shown(organizationId, entry)
      },
    )

    async function shown(organizationId: string, entry: CatalogueEntry): Promise<z.output<typeof Entry>> {
      const { type, pack, audience, category, required, sample, templateKey } = entry
      const [chosen, channels] = await Promise.all([
        choices.of(organizationId),
        templates.channelsOf(organizationId, templateKey),
      ])
      const choice = chosen.of(entry)
      return {
        type,
        pack,
        audience,
        enabled: choice.enabled,
        channels: copy(choice.channels ?? entry.channels),
        lane: choice.lane ?? entry.lane,
        offsetMinutes: choice.offsetMinutes,
        category,
        required,
        sample,
        templateKey,
        byDefault: { channels: copy(entry.channels), lane: entry.lane },
        mayBe: {
          off: whyAlwaysOn(entry) === undefined,
          channels: entry.platformOnly ? [] : channels,
          lanes: lanesFor(entry),
          shifted: entry.lane === 'scheduled',
        },
      }
    }
  }

const copy = (plan: ChannelPlan) => ('all' in plan ? { all: [...plan.all] } : { ...plan, firstOf: [...plan.firstOf] })
