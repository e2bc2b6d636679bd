import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { fromZod } from '../../platform/http/problems.ts'
import { CHANNELS } from '../channels/channel.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { AlertRow } from './alert-store.ts'
import type { Alerts } from './alerts.ts'
import type { OwnAlerts } from './own-alerts.ts'
import { RULES } from './rule.ts'
import { OWN_RULES, RULE_SETTINGS } from './rule-settings.ts'

interface Deps {
  readonly auth: Authentication
  readonly alerts: Pick<Alerts, 'list' | 'listPlatform'>
  readonly ownAlerts: Pick<OwnAlerts, 'rules' | 'change' | 'budgets'>
}

const Alert = z
  .object({
    id: z.uuid(),
    rule: z.enum(RULES),
    subject: z.string().nullable().describe('Of what: an account’s id, a lane, an automation, a level'),
    since: z.date(),
    raisedAt: z.date().describe('When it was told'),
    endedAt: z.date().nullable().describe('Null: it goes on'),
    facts: z.record(z.string(), z.unknown()).describe('What was measured when it was told'),
  })
  .meta({ id: 'Alert' })

const example = {
  id: '019a9f00-0000-7000-8000-0000000000b0',
  rule: 'bounces' as const,
  subject: null,
  since: new Date('2026-11-03T08:10:00Z'),
  raisedAt: new Date('2026-11-03T08:10:00Z'),
  endedAt: null,
  facts: { measured: 7.5, limit: 5 },
}

const Rules = z.object(RULE_SETTINGS).meta({ id: 'AlertRules' })
const defaults = Object.fromEntries(OWN_RULES.map((name) => [name, RULE_SETTINGS[name].parse({})])) as z.output<
  typeof Rules
>

const Budget = z
  .object({
    channel: z.enum(CHANNELS),
    spent: z.int().describe('In minor units of `currency`'),
    budget: z.int(),
    currency: z.string(),
    resetsOn: z.string().describe('The day the next month begins, where the organization is'),
    stopped: z.boolean().describe('Spent, and new messages do not go by it'),
  })
  .meta({ id: 'Budget' })

const query = z.strictObject({
  ...pageQuery,
  open: z
    .enum(['true', 'false'])
    .transform((given) => given === 'true')
    .optional()
    .describe('True: those that go on. False: those that are over'),
})

const changed = <Field extends z.ZodType>(field: Field) => field.nullable().optional()
const minutes = changed(z.int())
/** The fields of every rule: which of them one has, its own settings say. */
const Change = z
  .strictObject({
    enabled: changed(z.boolean()),
    percent: changed(z.number()),
    atLeast: changed(z.int()),
    minutes: changed(
      z.union([z.int(), z.strictObject({ critical: minutes, immediate: minutes, scheduled: minutes, bulk: minutes })]),
    ).describe('Of `queue`: by lane'),
    perHour: changed(z.int()),
    perDay: changed(z.int()),
    perMonth: changed(z.int()),
    stop: changed(z.boolean()),
    currency: changed(z.string().max(3)),
    waiting: changed(z.int()),
    hours: changed(z.int()),
  })
  .meta({ id: 'AlertRuleChange' })

const LIST = 'alerts'
type Fields = Readonly<Record<string, unknown>>

/** /v1/alerts and /v1/alert-rules: what is or was wrong, and from when on it is. */
export const alertRoutes =
  ({ auth, alerts, ownAlerts }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Alerts']
    const reading = auth.guard({ scope: 'read', permission: 'settings.read' })

    app.get(
      '/alerts',
      {
        onRequest: reading,
        schema: {
          summary: 'What is wrong, and was: each alert that was told, newest first',
          tags,
          querystring: query,
          response: { 200: Page(Alert) },
          example: { response: { items: [example], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, open } = request.query
        const page = { open, before: idBefore(LIST, cursor), limit: limit + 1 }
        return idPage(LIST, await alerts.list(auth.callerOf(request).organizationId, page), limit, toView)
      },
    )

    app.get(
      '/platform/alerts',
      {
        onRequest: auth.guard('platform_admin'),
        schema: {
          summary: 'For those who operate the platform: what is or was wrong with all of it',
          tags: ['Platform'],
          querystring: query,
          response: { 200: Page(Alert) },
          example: { response: { items: [{ ...example, rule: 'provider' as const }], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, open } = request.query
        const rows = await alerts.listPlatform({ open, before: idBefore(LIST, cursor), limit: limit + 1 })
        return idPage(LIST, rows, limit, toView)
      },
    )

    app.get(
      '/alert-rules',
      {
        onRequest: reading,
        schema: {
          summary: 'From when on something is an alert',
          tags,
          response: { 200: Rules },
          example: { response: defaults },
        },
      },
      async (request) => ownAlerts.rules(auth.callerOf(request).organizationId),
    )

    app.get(
      '/budgets',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'statistics.read' }),
        schema: {
          summary: 'What each channel with a budget has cost this month',
          description: 'Budgets are the rules `budget_email`, `budget_sms` and `budget_whatsapp` of /v1/alert-rules.',
          tags,
          response: { 200: z.object({ items: z.array(Budget) }) },
          example: {
            response: {
              items: [
                {
                  channel: 'sms' as const,
                  spent: 12_040,
                  budget: 15_000,
                  currency: 'EUR',
                  resetsOn: '2027-04-01',
                  stopped: false,
                },
              ],
            },
          },
        },
      },
      async (request) => ({ items: await ownAlerts.budgets(auth.callerOf(request).organizationId) }),
    )

    app.patch(
      '/alert-rules/:rule',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'settings.manage' }),
        schema: {
          summary: 'Change one of the rules, or switch it off',
          description:
            'A merge patch of the rule’s own settings, as GET shows them: only what you name changes, null is as the product has it. `perDay` and `perMonth` null are no limit.',
          tags,
          params: z.object({ rule: z.enum(OWN_RULES) }),
          body: Change,
          response: { 200: Rules },
          example: { body: { percent: 8 }, response: { ...defaults, bounces: { ...defaults.bounces, percent: 8 } } },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        const { rule } = request.params
        if (Object.keys(request.body).length === 0)
          throw new AppError('validation_failed', 'Name what is to change: GET /v1/alert-rules shows what there is')
        await ownAlerts.change(organizationId, rule, (stored) => {
          const next = merged((stored ?? {}) as Fields, request.body)
          const read = RULE_SETTINGS[rule].safeParse(next)
          if (!read.success) throw fromZod(read.error)
          return next
        })
        return ownAlerts.rules(organizationId)
      },
    )
  }

/** Null takes away what is stored, so that the product's own holds again. */
function merged(stored: Fields, patch: Fields): Fields {
  const next: Record<string, unknown> = { ...stored }
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete next[name]
    else next[name] = isFields(value) ? merged(isFields(next[name]) ? next[name] : {}, value) : value
  }
  return next
}

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const toView = (row: AlertRow) => ({
  id: row.id,
  rule: RULES.find((rule) => rule === row.rule) ?? RULES[0],
  subject: row.subject || null,
  since: row.since,
  raisedAt: row.raised_at ?? row.since,
  endedAt: row.ended_at,
  facts: row.facts as Record<string, unknown>,
})
