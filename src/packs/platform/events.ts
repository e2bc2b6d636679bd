import { z } from 'zod'
import { defineEvent, type EventEntry } from '../../engine/catalogue/event.ts'
import { count, currency, day, link, minorUnits, moment, word, words } from '../../engine/catalogue/fields.ts'
import { definePack } from '../../engine/packs/pack.ts'
import { fraudDetected, healthDegraded, systemAlert } from './templates/alarms.ts'
import {
  businessSignedUp,
  customerPaymentFailed,
  quotaExceeded,
  subscriptionChanged,
  supportTicketUrgent,
} from './templates/businesses.ts'

/** What every event here is: news for those who operate the platform. */
const team = {
  audience: 'platform_admin',
  channels: { all: ['in_app', 'email'] },
  lane: 'immediate',
  category: 'ops',
} as const satisfies Partial<EventEntry>
/** What cannot wait also goes to their phones, and cannot be switched off. */
const alarm = {
  ...team,
  channels: { all: ['in_app', 'email', 'sms'] },
  lane: 'critical',
  required: true,
} as const satisfies Partial<EventEntry>

const signedUp = defineEvent({
  type: 'platform.business_signed_up',
  payload: z.strictObject({
    businessName: word,
    ownerName: word.optional(),
    country: word.optional(),
    plan: word.optional(),
    trialEndsOn: day.optional(),
    source: word.optional().describe('How they heard of the platform'),
    businessUrl: link.optional(),
  }),
  sample: {
    businessName: 'Boulangerie Exemple',
    ownerName: 'Camille Exemple',
    country: 'France',
    plan: 'Équipe',
    trialEndsOn: '2027-03-18',
    source: 'recommandation',
    businessUrl: 'https://example.com/plateforme/entreprises/exemple',
  },
  entries: [{ ...team, templates: businessSignedUp }],
})

const planChanged = defineEvent({
  type: 'platform.subscription_changed',
  payload: z.strictObject({
    businessName: word,
    direction: z.enum(['up', 'down']),
    fromPlan: word,
    toPlan: word,
    monthlyDifference: minorUnits.describe('In minor units; below zero when they pay less'),
    currency,
    effectiveOn: day,
    reason: word.optional(),
    businessUrl: link.optional(),
  }),
  sample: {
    businessName: 'Boulangerie Exemple',
    direction: 'up',
    fromPlan: 'Solo',
    toPlan: 'Équipe',
    monthlyDifference: 3_000,
    currency: 'EUR',
    effectiveOn: '2027-04-01',
    businessUrl: 'https://example.com/plateforme/entreprises/exemple',
  },
  entries: [{ ...team, templates: subscriptionChanged }],
})

const paymentFailed = defineEvent({
  type: 'platform.customer_payment_failed',
  payload: z.strictObject({
    businessName: word,
    amount: minorUnits,
    currency,
    attempt: z.int().min(1),
    reason: word.optional(),
    nextAttemptOn: day.optional().describe('Left out: it was the last'),
    businessUrl: link.optional(),
  }),
  sample: {
    businessName: 'Boulangerie Exemple',
    amount: 4_900,
    currency: 'EUR',
    attempt: 2,
    reason: 'carte expirée',
    nextAttemptOn: '2027-03-08',
    businessUrl: 'https://example.com/plateforme/entreprises/exemple',
  },
  entries: [{ ...team, templates: customerPaymentFailed }],
})

const alert = defineEvent({
  type: 'platform.system_alert',
  payload: z.strictObject({
    title: word.describe('A few words: an SMS has room for about eighty characters'),
    detail: words,
    component: word.optional(),
    impact: word.optional().describe('Who notices what'),
    since: moment,
    alertUrl: link.optional().describe('Where it says what to do'),
  }),
  sample: {
    title: 'les files d’attente n’avancent plus',
    detail: 'Aucun message n’est parti depuis dix minutes, alors que 1 240 attendent.',
    component: 'envoi',
    impact: 'Les rappels de rendez-vous partent en retard.',
    since: '2027-03-04T08:10:00Z',
    alertUrl: 'https://example.com/procedures/files',
  },
  entries: [{ ...alarm, templates: systemAlert }],
})

const ticket = defineEvent({
  type: 'platform.support_ticket_urgent',
  payload: z.strictObject({
    businessName: word,
    subject: word,
    excerpt: words.optional(),
    openedBy: word.optional(),
    openedAt: moment,
    answerBy: moment.optional().describe('What was promised to them'),
    ticketUrl: link.optional(),
  }),
  sample: {
    businessName: 'Boulangerie Exemple',
    subject: 'Nos clients ne reçoivent plus rien',
    excerpt: 'Depuis ce matin, aucune confirmation de commande n’arrive.',
    openedBy: 'Camille Exemple',
    openedAt: '2027-03-04T08:10:00Z',
    answerBy: '2027-03-04T09:10:00Z',
    ticketUrl: 'https://example.com/plateforme/demandes/1042',
  },
  entries: [{ ...team, lane: 'critical', templates: supportTicketUrgent }],
})

const fraud = defineEvent({
  type: 'platform.fraud_detected',
  payload: z.strictObject({
    businessName: word,
    signal: words.describe('What was seen'),
    actionTaken: word.optional().describe('What was done at once, by itself'),
    detectedAt: moment,
    caseUrl: link.optional(),
  }),
  sample: {
    businessName: 'Boutique Exemple',
    signal: '4 200 SMS demandés en dix minutes vers des numéros surtaxés.',
    actionTaken: 'envois suspendus',
    detectedAt: '2027-03-04T08:10:00Z',
    caseUrl: 'https://example.com/plateforme/dossiers/318',
  },
  entries: [{ ...alarm, templates: fraudDetected }],
})

const quota = defineEvent({
  type: 'platform.quota_exceeded',
  payload: z.strictObject({
    businessName: word,
    quota: word.describe('What is counted, in words'),
    used: count,
    limit: count,
    resetsAt: moment.optional(),
    plan: word.optional(),
    businessUrl: link.optional(),
  }),
  sample: {
    businessName: 'Boulangerie Exemple',
    quota: 'e-mails du mois',
    used: 50_400,
    limit: 50_000,
    resetsAt: '2027-03-31T22:00:00Z',
    plan: 'Équipe',
    businessUrl: 'https://example.com/plateforme/entreprises/exemple',
  },
  entries: [{ ...team, templates: quotaExceeded }],
})

const health = defineEvent({
  type: 'platform.health_degraded',
  payload: z.strictObject({
    component: word,
    indicator: word.describe('What was measured, in words'),
    measured: word,
    expected: word.optional(),
    impact: word.optional(),
    since: moment,
    endedAt: moment.optional().describe('Set when it is over'),
    dashboardUrl: link.optional(),
  }),
  sample: {
    component: 'API',
    indicator: 'temps de réponse',
    measured: '2,4 s',
    expected: 'moins de 0,3 s',
    impact: 'Les pages s’ouvrent lentement.',
    since: '2027-03-04T08:10:00Z',
    dashboardUrl: 'https://example.com/mesures',
  },
  entries: [{ ...alarm, templates: healthDegraded }],
})

export const platformPack = definePack({
  name: 'platform',
  events: [signedUp, planChanged, paymentFailed, alert, ticket, fraud, quota, health],
})
