import { z } from 'zod'
import { Timestamp } from '../../platform/http/timestamp.ts'
import { CHANNELS } from '../channels/channel.ts'
import { LEAST_PER_SECOND, MOST_PER_SECOND } from './account.ts'

const TO_STOP = 'To stop an account set enabled to false'
const MOST_PER_DAY = 1_000_000_000
const DAY_SECONDS = 24 * 3600

const above0 = (number: z.ZodNumber) => number.positive(`must be above 0. ${TO_STOP}`)
const atLeast1 = (number: z.ZodInt) => number.min(1, `must be 1 or more. ${TO_STOP}`)

const limit = {
  perSecond: z
    .number()
    .min(LEAST_PER_SECOND, `must be ${LEAST_PER_SECOND} or more, one in three hours. ${TO_STOP}`)
    .max(MOST_PER_SECOND)
    .describe('Messages a second, of all processes together'),
  burst: atLeast1(z.int())
    .max(MOST_PER_SECOND * 10)
    .describe('What may go at once; a second’s worth unless set'),
  perDay: atLeast1(z.int()).max(MOST_PER_DAY).describe('Messages in any 24 hours'),
  secondsBetweenToOneAddress: above0(z.number())
    .max(DAY_SECONDS)
    .describe('The pause between two messages to one address'),
  atOnce: atLeast1(z.int()).max(1_000).describe('Sends of one process that may be under way'),
}

/** In an answer: what is absent has no limit. */
const Limits = z
  .object({
    perSecond: limit.perSecond.optional(),
    burst: limit.burst.optional(),
    perDay: limit.perDay.optional(),
    secondsBetweenToOneAddress: limit.secondsBetweenToOneAddress.optional(),
    atOnce: limit.atOnce.optional(),
  })
  .meta({ id: 'ProviderAccountLimits' })

/** In a request: null takes a limit away, what is not named stays. */
const LimitChange = z
  .strictObject({
    perSecond: limit.perSecond.nullish(),
    burst: limit.burst.nullish(),
    perDay: limit.perDay.nullish(),
    secondsBetweenToOneAddress: limit.secondsBetweenToOneAddress.nullish(),
    atOnce: limit.atOnce.nullish(),
  })
  .meta({ id: 'ProviderAccountLimitChange' })

const Settings = z.record(z.string().max(100), z.unknown())

const change = {
  name: z.string().trim().min(1).max(100),
  position: z.int().min(0).max(100).describe('The lowest goes first; those of one position share by weight'),
  weight: z.int().min(1, `must be 1 or more. ${TO_STOP}`).max(1_000),
  limits: LimitChange,
  enabled: z.boolean(),
  settings: Settings.describe('As the provider needs them; secrets are never shown again'),
}

export const NewProviderAccount = z.strictObject({
  provider: z.string().max(50).describe('smtp, twilio, sandbox …'),
  channel: z.enum(CHANNELS),
  name: change.name,
  settings: change.settings.default({}),
  position: change.position.default(0),
  weight: change.weight.default(100),
  limits: change.limits.default({}),
  enabled: change.enabled.default(true),
})
export type NewProviderAccount = z.infer<typeof NewProviderAccount>

export const ProviderAccountChange = z
  .strictObject({
    name: change.name,
    position: change.position,
    weight: change.weight,
    limits: change.limits,
    enabled: change.enabled,
    settings: change.settings.describe('Only what changes; null empties a field. A secret that is not named stays'),
  })
  .partial()
export type ProviderAccountChange = z.infer<typeof ProviderAccountChange>

export const ProviderAccount = z
  .object({
    id: z.uuid(),
    provider: z.string(),
    channel: z.enum(CHANNELS),
    name: z.string(),
    own: z.boolean().describe('False: the platform’s, used because there is no own account that is enabled'),
    position: z.int(),
    weight: z.int(),
    limits: Limits,
    enabled: z.boolean(),
    settings: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('Without secrets. Null: the platform’s, or they can no longer be read and must be given again'),
    secrets: z.array(z.string()).describe('Which secrets are saved: password'),
    webhookUrl: z.string().nullable().describe('Where the provider sends its reports, if it does'),
    state: z.object({
      breaker: z.enum(['closed', 'half_open', 'open']),
      health: z.number().min(0).max(1).describe('1 well, towards 0 as it fails or slows; its share shrinks with it'),
      reason: z.string().nullable(),
      openedAt: Timestamp.nullable(),
      retryAt: Timestamp.nullable(),
    }),
    lastCheck: z
      .object({ at: Timestamp, ok: z.boolean().nullable(), detail: z.string().nullable() })
      .nullable()
      .describe('The last time somebody signed in to it without sending; `ok` null: this provider cannot be asked'),
    lastCallAt: Timestamp.nullable().describe('When its carrier last called `webhookUrl`, to the minute; null: never'),
    lastRefusedCall: z
      .object({ at: Timestamp, why: z.string().nullable() })
      .nullable()
      .describe(
        'The last call that was not taken, by its carrier or by somebody who is not: a secret that does not fit, say',
      ),
    createdAt: Timestamp,
  })
  .meta({ id: 'ProviderAccount' })
export type ProviderAccountView = z.output<typeof ProviderAccount>

export const TestAnswer = z
  .object({
    ok: z.boolean().nullable().describe('Null: this provider cannot be tested without sending'),
    detail: z.string().nullable().describe('What the provider said against it'),
  })
  .meta({ id: 'ProviderAccountTest' })
export type TestAnswer = z.infer<typeof TestAnswer>

export const ACCOUNT_EXAMPLE: ProviderAccountView = {
  id: '019a9f00-0000-7000-8000-000000000021',
  provider: 'smtp',
  channel: 'email',
  name: 'Our mail server',
  own: true,
  position: 0,
  weight: 100,
  limits: { perSecond: 10 },
  enabled: true,
  settings: { host: 'mail.example.org', port: 587, user: 'sample', from: 'Sample Shop <hello@example.org>' },
  secrets: ['password'],
  webhookUrl: null,
  state: { breaker: 'closed', health: 1, reason: null, openedAt: null, retryAt: null },
  lastCheck: { at: new Date('2026-11-02T10:10:00Z'), ok: true, detail: null },
  lastCallAt: null,
  lastRefusedCall: null,
  createdAt: new Date('2026-11-02T09:00:00Z'),
}

export const NEW_ACCOUNT_EXAMPLE = {
  provider: 'smtp',
  channel: 'email',
  name: 'Our mail server',
  settings: {
    host: 'mail.example.org',
    port: 587,
    user: 'sample',
    password: 'sample-password',
    from: 'Sample Shop <hello@example.org>',
  },
  limits: { perSecond: 10 },
}
