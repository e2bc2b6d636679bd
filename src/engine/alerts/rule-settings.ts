import { z } from 'zod'

const enabled = (on: boolean) => z.boolean().default(on)
const minutes = (usual: number) => z.int().min(1).max(10_080).default(usual)

const CURRENCY = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .default('EUR')
const budget = z.strictObject({
  enabled: enabled(true),
  perMonth: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .nullable()
    .default(null)
    .describe('In minor units of `currency`: 15000 is 150 euros. Owners hear at 80 % and when it is spent. Null: any'),
  currency: CURRENCY,
  stop: z
    .boolean()
    .default(false)
    .describe('What is accepted once it is spent does not go by this channel until next month; critical messages do'),
})

/** What an organization decides of each rule; the defaults are the product's. */
export const RULE_SETTINGS = {
  bounces: z.strictObject({
    enabled: enabled(true),
    percent: z.number().min(0.1).max(100).default(5).describe('Of what was sent in 24 hours came back'),
    atLeast: z.int().min(1).max(1_000_000).default(50).describe('Sent, before a share says anything'),
  }),
  complaints: z.strictObject({
    enabled: enabled(true),
    percent: z.number().min(0.01).max(100).default(0.3).describe('Of what was sent in 24 hours was called unwanted'),
    atLeast: z.int().min(1).max(1_000_000).default(200).describe('Sent, before a share says anything'),
  }),
  queue: z.strictObject({
    enabled: enabled(true),
    minutes: z
      .strictObject({ critical: minutes(5), immediate: minutes(15), scheduled: minutes(60), bulk: minutes(720) })
      .prefault({})
      .describe('A message of this lane has been due for longer'),
  }),
  dead_letters: z.strictObject({
    enabled: enabled(true),
    perHour: z.int().min(1).max(1_000_000).default(20).describe('More messages ended failed within an hour'),
  }),
  automation: z.strictObject({ enabled: enabled(true).describe('An automation has failed twice in a row') }),
  automation_late: z.strictObject({
    enabled: enabled(true),
    minutes: minutes(60).describe('An automation was due and has not begun for so long'),
  }),
  cost: z.strictObject({
    enabled: enabled(true),
    perDay: z
      .int()
      .min(1)
      .max(100_000_000)
      .nullable()
      .default(null)
      .describe('In minor units of `currency`: 2500 is 25 euros. Null: any'),
    currency: CURRENCY,
  }),
  budget_email: budget,
  budget_sms: budget,
  budget_whatsapp: budget,
  webhooks: z.strictObject({
    enabled: enabled(true),
    waiting: z.int().min(1).max(100_000).default(1_000).describe('Events wait to be told to your endpoints'),
  }),
  inbound: z.strictObject({
    enabled: enabled(true),
    hours: z.int().min(1).max(720).default(48).describe('Nobody has written for so long, while messages leave'),
    atLeast: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(50)
      .describe('Wrote in the two weeks before, so that silence is odd'),
  }),
  reports: z.strictObject({
    enabled: enabled(true),
    percent: z
      .number()
      .min(0.1)
      .max(100)
      .default(10)
      .describe('Fewer of what a carrier took 4 to 28 hours ago have a report, where most had one the week before'),
    atLeast: z.int().min(1).max(1_000_000).default(20).describe('Taken, before a share says anything'),
  }),
  reminders: z.strictObject({
    enabled: enabled(true),
    atLeast: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(3)
      .describe('So many appointments or bookings of yesterday, today or tomorrow had reminders due, and none left'),
  }),
} as const

export type OwnRule = keyof typeof RULE_SETTINGS
export const OWN_RULES = Object.keys(RULE_SETTINGS) as OwnRule[]
export type RuleSettings = { readonly [Name in OwnRule]: z.output<(typeof RULE_SETTINGS)[Name]> }

/** What is stored, with the defaults filled in. What an older version stored and this one cannot read is as by default. */
export function settingsOf<Name extends OwnRule>(name: Name, stored: unknown): RuleSettings[Name] {
  const read = RULE_SETTINGS[name].safeParse(stored ?? {})
  return (read.success ? read.data : RULE_SETTINGS[name].parse({})) as RuleSettings[Name]
}
