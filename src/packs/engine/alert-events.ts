import { z } from 'zod'
import { defineEvent, type EventEntry } from '../../engine/catalogue/event.ts'
import { count, currency, day, link, minorUnits, moment, personId, word } from '../../engine/catalogue/fields.ts'
import { CHANNELS } from '../../engine/channels/channel.ts'
import {
  automationFailed,
  campaignFinished,
  providerDown,
  providerRecovered,
  smsBudget80,
  smsBudgetReached,
} from './alerts.ts'

const news = {
  channels: { all: ['in_app', 'email'] },
  lane: 'immediate',
  category: 'ops',
} as const satisfies Partial<EventEntry>

const channel = z.enum(CHANNELS)

const down = defineEvent({
  type: 'provider.down',
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
  entries: [{ audience: 'admin', ...news, lane: 'critical', templates: providerDown }],
})

const recovered = defineEvent({
  type: 'provider.recovered',
  payload: z.strictObject({
    provider: word,
    channel,
    downSince: moment,
    recoveredAt: moment,
    waiting: count.optional(),
    providersUrl: link.optional(),
  }),
  sample: {
    provider: 'SMTP Exemple',
    channel: 'email',
    downSince: '2027-03-04T08:10:00Z',
    recoveredAt: '2027-03-04T08:32:00Z',
    waiting: 48,
    providersUrl: 'https://example.com/providers',
  },
  entries: [{ audience: 'admin', ...news, lane: 'critical', templates: providerRecovered }],
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

const budget = { spent: minorUnits, budget: minorUnits, currency, resetsOn: day.optional(), budgetUrl: link.optional() }
const budgetSample = {
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
export const alertEvents = [down, recovered, budget80, budgetReached, campaign, failing]
