import { z } from 'zod'
import { defineEvent, type EventEntry } from '../../engine/catalogue/event.ts'
import { count, currency, day, link, minorUnits, moment, personId, word } from '../../engine/catalogue/fields.ts'
import { CHANNELS } from '../../engine/channels/channel.ts'
import {
  alertOver,
  alertRaised,
  automationFailed,
  campaignFinished,
  deadLettersReport,
  providerDown,
  providerRecovered,
  smsBudget80,
  smsBudgetReached,
  smsCountryBraked,
} from './alerts.ts'

const news = {
  channels: { all: ['in_app', 'email'] },
  lane: 'immediate',
  category: 'ops',
} as const satisfies Partial<EventEntry>

/** Of the platform's own accounts. Also by SMS: it may be the mail server that is gone. */
const operators = {
  ...news,
  audience: 'platform_admin',
  channels: { all: ['in_app', 'email', 'sms'] },
  lane: 'critical',
} as const satisfies Partial<EventEntry>

const channel = z.enum(CHANNELS)

const down = defineEvent({
  type: 'provider.down',
  platformFirst: true,
  payload: z.strictObject({
    provider: word,
    channel,
    since: moment,
    reason: word.optional(),
    fallback: word.optional().describe('Which account carries the messages meanwhile'),
    waiting: count.optional(),
    providersUrl: link.optional(),
  }),
  sample: {
    provider: 'SMTP Exemple',
    channel: 'email',
    since: '2027-03-04T08:10:00Z',
    reason: 'la connexion est refusée',
    fallback: 'SMTP de secours',
    waiting: 48,
    providersUrl: 'https://example.com/providers',
  },
  entries: [
    { audience: 'admin', ...news, lane: 'critical', templates: providerDown },
    { ...operators, templates: providerDown },
  ],
})

const recovered = defineEvent({
  type: 'provider.recovered',
  platformFirst: true,
  payload: z.strictObject({
    provider: word,
    channel,
    downSince: moment,
    recoveredAt: moment,
    minutes: count.optional().describe('How long that was'),
    waiting: count.optional(),
    elsewhere: count.optional().describe('Messages that other accounts carried meanwhile'),
    providersUrl: link.optional(),
  }),
  sample: {
    provider: 'SMTP Exemple',
    channel: 'email',
    downSince: '2027-03-04T08:10:00Z',
    recoveredAt: '2027-03-04T08:32:00Z',
    minutes: 22,
    waiting: 48,
    elsewhere: 310,
    providersUrl: 'https://example.com/providers',
  },
  entries: [
    { audience: 'admin', ...news, lane: 'critical', templates: providerRecovered },
    { ...operators, templates: providerRecovered },
  ],
})

const ALERT_RULES = [
  'bounces',
  'complaints',
  'queue',
  'dead_letters',
  'automation',
  'automation_late',
  'cost',
  'webhooks',
  'inbound',
  'reports',
  'reminders',
] as const

const condition = {
  rule: z.enum(ALERT_RULES),
  subject: word.optional().describe('Which lane, or which automation'),
  since: moment,
  measured: z.number().min(0),
  limit: z.number().min(0),
  currency: currency.default('EUR'),
  alertUrl: link.optional().describe('Where one sees more of it'),
}
const conditionSample = {
  rule: 'bounces',
  since: '2027-03-04T08:10:00Z',
  measured: 7.5,
  limit: 5,
  alertUrl: 'https://example.com/suppressions',
} as const

const wrong = defineEvent({
  type: 'alert.raised',
  payload: z.strictObject(condition),
  sample: conditionSample,
  entries: [{ audience: 'admin', ...news, templates: alertRaised }],
})

const over = defineEvent({
  type: 'alert.over',
  payload: z.strictObject({
    ...condition,
    measured: condition.measured.optional(),
    limit: condition.limit.optional(),
    endedAt: moment,
    minutes: count.describe('How long it lasted'),
  }),
  sample: { ...conditionSample, endedAt: '2027-03-04T11:40:00Z', minutes: 210 },
  entries: [{ audience: 'admin', ...news, templates: alertOver }],
})

const FAILURE_REASONS = [
  'permanent',
  'suppressed',
  'tries',
  'deadline',
  'uncertain',
  'render',
  'no_provider',
  'reported',
] as const

const failed = defineEvent({
  type: 'dead_letters.report',
  payload: z.strictObject({
    total: z.int().min(1),
    since: moment,
    reasons: z
      .array(z.strictObject({ reason: z.enum(FAILURE_REASONS), count }))
      .min(1)
      .max(FAILURE_REASONS.length),
    failedUrl: link.optional(),
  }),
  sample: {
    total: 14,
    since: '2027-03-03T07:00:00Z',
    reasons: [
      { reason: 'permanent', count: 9 },
      { reason: 'deadline', count: 4 },
      { reason: 'render', count: 1 },
    ],
    failedUrl: 'https://example.com/failed',
  },
  entries: [{ audience: 'admin', ...news, templates: deadLettersReport }],
})

const failing = defineEvent({
  type: 'automation.failed',
  payload: z.strictObject({
    name: word,
    error: z.string().trim().min(1).max(500),
    historyUrl: link.optional(),
  }),
  sample: { name: 'contents.anonymise', error: 'Exemple : le stockage ne répond pas' },
  entries: [{ audience: 'admin', ...news, templates: automationFailed }],
})

const budget = {
  channel: channel.default('sms'),
  spent: minorUnits,
  budget: minorUnits,
  currency,
  resetsOn: day.optional(),
  budgetUrl: link.optional(),
}
const budgetSample = {
  channel: 'sms' as const,
  budget: 15_000,
  currency: 'EUR',
  resetsOn: '2027-04-01',
  budgetUrl: 'https://example.com/parametres/budgets',
}

const budget80 = defineEvent({
  type: 'sms.budget_80',
  payload: z.strictObject({ ...budget, left: minorUnits }),
  sample: { ...budgetSample, spent: 12_040, left: 2_960 },
  entries: [{ audience: 'owner', ...news, templates: smsBudget80 }],
})

const budgetReached = defineEvent({
  type: 'sms.budget_reached',
  payload: z.strictObject({ ...budget, stopped: z.boolean().default(false) }),
  sample: { ...budgetSample, spent: 15_020, stopped: true },
  entries: [{ audience: 'owner', ...news, templates: smsBudgetReached }],
})

const countryBraked = defineEvent({
  type: 'sms.country_braked',
  payload: z.strictObject({
    country: word.describe('Its name, in the reader’s language'),
    limit: count.describe('How many went there in 24 hours before the others were held back'),
    since: moment,
    settingsUrl: link.optional().describe('Where one lets it through'),
  }),
  sample: {
    country: 'Zimbabwe',
    limit: 50,
    since: '2027-03-04T08:10:00Z',
    settingsUrl: 'https://example.com/parametres/pays',
  },
  entries: [{ audience: 'owner', ...news, lane: 'critical', templates: smsCountryBraked }],
})

const campaign = defineEvent({
  type: 'campaign.finished',
  payload: z.strictObject({
    campaign: word,
    authorId: personId.optional(),
    sent: count,
    delivered: count,
    failed: count,
    refused: count.optional(),
    startedAt: moment,
    finishedAt: moment,
    cost: minorUnits.optional(),
    currency: currency.default('EUR'),
    campaignUrl: link.optional(),
  }),
  sample: {
    campaign: 'Carte de printemps',
    sent: 1_240,
    delivered: 1_198,
    failed: 12,
    refused: 87,
    startedAt: '2027-03-04T09:00:00Z',
    finishedAt: '2027-03-04T09:24:00Z',
    cost: 3_720,
    campaignUrl: 'https://example.com/campagnes/exemple',
  },
  entries: [{ audience: 'author', ...news, namedBy: 'authorId', templates: campaignFinished }],
})

/** What the engine tells the people of an organization about their own sending. */
export const alertEvents = [
  down,
  recovered,
  wrong,
  over,
  failed,
  budget80,
  budgetReached,
  countryBraked,
  campaign,
  failing,
]
