import { z } from 'zod'
import { defineEvent } from '../../engine/catalogue/event.ts'
import {
  count,
  currency,
  day,
  link,
  minorUnits,
  moment,
  personId,
  placeTimeZone,
  rating,
  share,
  word,
  words,
} from '../../engine/catalogue/fields.ts'
import { definePack } from '../../engine/catalogue/pack.ts'
import { appointmentAssigned } from './templates/appointment-assigned.ts'
import { appointmentBooked } from './templates/appointment-booked.ts'
import { appointmentCancelledByBusiness } from './templates/appointment-cancelled-by-business.ts'
import { appointmentCancelledByClient } from './templates/appointment-cancelled-by-client.ts'
import { practitionerChanged, serviceChanged } from './templates/appointment-changed.ts'
import { appointmentConfirmed } from './templates/appointment-confirmed.ts'
import { appointmentNoShow } from './templates/appointment-no-show.ts'
import { appointmentReminder1h } from './templates/appointment-reminder-1h.ts'
import { appointmentReminder24h } from './templates/appointment-reminder-24h.ts'
import { appointmentRescheduledForClient, appointmentRescheduledForOwner } from './templates/appointment-rescheduled.ts'
import { appointmentStartingSoon } from './templates/appointment-starting-soon.ts'
import { paymentReceived } from './templates/payment-received.ts'
import { paymentConfirmed, paymentProblem, subscriptionRenewalDue } from './templates/payments.ts'
import { reportDaily, reportWeekly } from './templates/reports.ts'
import { cancellationRequested, confirmationRequested, messageReceived, questionAsked } from './templates/requests.ts'
import { reviewRequested } from './templates/review-requested.ts'
import { scheduleChanged, shiftStarting, staffAvailabilityChanged } from './templates/schedule.ts'

/** What every message about an appointment tells. */
const appointment = {
  service: word,
  practitioner: word.optional(),
  startsAt: moment,
  placeTimeZone,
  durationMinutes: z.int().min(1).max(1_440).optional(),
}

const sample = {
  service: 'Consultation',
  practitioner: 'Dr Exemple',
  startsAt: '2027-03-04T13:30:00Z',
  placeTimeZone: 'Europe/Paris',
  durationMinutes: 30,
}

const confirmed = defineEvent({
  type: 'appointment.confirmed',
  payload: z.strictObject({ ...appointment, place: word.optional(), manageUrl: link.optional() }),
  sample: { ...sample, place: '12 rue de l’Exemple, 69000 Lyon', manageUrl: 'https://example.com/rdv/exemple' },
  entries: [
    {
      audience: 'client',
      channels: { all: ['email', 'sms'] },
      lane: 'immediate',
      category: 'tx',
      templates: appointmentConfirmed,
    },
  ],
})

const booked = defineEvent({
  type: 'appointment.booked',
  payload: z.strictObject({
    ...appointment,
    clientName: word,
    isOnline: z.boolean().default(false),
    note: z.string().trim().max(1_000).optional(),
    appointmentUrl: link.optional(),
  }),
  sample: {
    ...sample,
    clientName: 'Camille Exemple',
    isOnline: true,
    note: 'Première visite.',
    appointmentUrl: 'https://example.com/agenda/exemple',
  },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      templates: appointmentBooked,
    },
  ],
})

/** Whose appointment it is hears of it, not every practitioner. */
const assigned = defineEvent({
  type: 'appointment.assigned',
  payload: z.strictObject({
    ...appointment,
    practitionerId: personId.optional(),
    clientName: word,
    appointmentUrl: link.optional(),
  }),
  sample: { ...sample, clientName: 'Camille Exemple', appointmentUrl: 'https://example.com/agenda/exemple' },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: appointmentAssigned,
    },
  ],
})

const reminder24h = defineEvent({
  type: 'appointment.reminder_24h',
  payload: z.strictObject({
    ...appointment,
    place: word.optional(),
    confirmUrl: link.optional(),
    manageUrl: link.optional(),
  }),
  sample: {
    ...sample,
    place: '12 rue de l’Exemple, 69000 Lyon',
    confirmUrl: 'https://example.com/rdv/exemple/confirmer',
    manageUrl: 'https://example.com/rdv/exemple',
  },
  entries: [
    {
      audience: 'client',
      channels: { all: ['email'] },
      lane: 'scheduled',
      category: 'rem',
      templates: appointmentReminder24h,
    },
  ],
})

const received = defineEvent({
  type: 'payment.received',
  payload: z.strictObject({
    amount: minorUnits,
    currency,
    payerName: word,
    purpose: word.optional(),
    paymentUrl: link.optional(),
  }),
  sample: {
    amount: 4500,
    currency: 'EUR',
    payerName: 'Camille Exemple',
    purpose: 'Consultation',
    paymentUrl: 'https://example.com/paiements/exemple',
  },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      templates: paymentReceived,
    },
  ],
})

const cancelledByClient = defineEvent({
  type: 'appointment.cancelled_by_client',
  payload: z.strictObject({
    ...appointment,
    practitionerId: personId.optional(),
    clientName: word,
    reason: word.optional().describe('The client’s own words'),
    appointmentUrl: link.optional(),
  }),
  sample: {
    ...sample,
    clientName: 'Camille Exemple',
    reason: 'Un empêchement de dernière minute.',
    appointmentUrl: 'https://example.com/agenda/exemple',
  },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      templateKey: 'appointment.cancelled_by_client.staff',
      templates: appointmentCancelledByClient,
    },
    {
      audience: 'practitioner',
      channels: { all: ['in_app', 'sms'] },
      lane: 'immediate',
      category: 'ops',
      namedBy: 'practitionerId',
      templateKey: 'appointment.cancelled_by_client.staff',
      templates: appointmentCancelledByClient,
    },
  ],
})

const rescheduled = defineEvent({
  type: 'appointment.rescheduled',
  payload: z.strictObject({
    ...appointment,
    previousStartsAt: moment,
    clientName: word,
    place: word.optional(),
    manageUrl: link.optional().describe('The client’s own page'),
    appointmentUrl: link.optional().describe('The page for the staff'),
  }),
  sample: {
    ...sample,
    previousStartsAt: '2027-03-03T09:00:00Z',
    clientName: 'Camille Exemple',
    place: '12 rue de l’Exemple, 69000 Lyon',
    manageUrl: 'https://example.com/rdv/exemple',
    appointmentUrl: 'https://example.com/agenda/exemple',
  },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      templates: appointmentRescheduledForOwner,
    },
    {
      audience: 'client',
      channels: { all: ['email', 'sms'] },
      lane: 'immediate',
      category: 'tx',
      templates: appointmentRescheduledForClient,
    },
  ],
})

const daily = defineEvent({
  type: 'report.daily',
  payload: z.strictObject({
    day,
    appointments: count,
    cancelled: count,
    noShows: count,
    revenue: minorUnits,
    currency,
    rating: rating.optional().describe('The average of that day'),
    ratings: count.optional(),
    tomorrow: count.optional().describe('Appointments of the next day'),
    hours: z
      .array(z.strictObject({ hour: z.int().min(0).max(23), appointments: count, share }))
      .max(24)
      .default([]),
    reportUrl: link.optional(),
  }),
  sample: {
    day: '2027-03-04',
    appointments: 14,
    cancelled: 2,
    noShows: 1,
    revenue: 61_250,
    currency: 'EUR',
    rating: 4.6,
    ratings: 5,
    tomorrow: 11,
    hours: [
      { hour: 9, appointments: 3, share: 75 },
      { hour: 10, appointments: 4, share: 100 },
      { hour: 11, appointments: 2, share: 50 },
      { hour: 14, appointments: 3, share: 75 },
      { hour: 15, appointments: 2, share: 50 },
    ],
    reportUrl: 'https://example.com/rapports/2027-03-04',
  },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['email'] },
      lane: 'scheduled',
      category: 'ops',
      templates: reportDaily,
    },
  ],
})

const weekly = defineEvent({
  type: 'report.weekly',
  payload: z.strictObject({
    weekFrom: day,
    appointments: count,
    previousAppointments: count.optional(),
    cancelled: count,
    noShows: count,
    revenue: minorUnits,
    previousRevenue: minorUnits.optional(),
    currency,
    newClients: count.optional(),
    rating: rating.optional().describe('The average of that week'),
    ratings: count.optional(),
    days: z
      .array(z.strictObject({ day, appointments: count, share }))
      .max(7)
      .default([]),
    reportUrl: link.optional(),
  }),
  sample: {
    weekFrom: '2027-03-01',
    appointments: 63,
    previousAppointments: 58,
    cancelled: 6,
    noShows: 3,
    revenue: 284_500,
    previousRevenue: 261_000,
    currency: 'EUR',
    newClients: 7,
    rating: 4.7,
    ratings: 19,
    days: [
      { day: '2027-03-01', appointments: 12, share: 80 },
      { day: '2027-03-02', appointments: 9, share: 60 },
      { day: '2027-03-03', appointments: 13, share: 87 },
      { day: '2027-03-04', appointments: 14, share: 93 },
      { day: '2027-03-05', appointments: 15, share: 100 },
    ],
    reportUrl: 'https://example.com/rapports/2027-s09',
  },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['email'] },
      lane: 'scheduled',
      category: 'ops',
      templates: reportWeekly,
    },
  ],
})

const renewalDue = defineEvent({
  type: 'subscription.renewal_due',
  payload: z.strictObject({
    plan: word,
    amount: minorUnits,
    currency,
    renewsOn: day,
    cardEnding: z
      .string()
      .regex(/^\d{4}$/, 'is the last four digits')
      .optional(),
    manageUrl: link.optional(),
  }),
  sample: {
    plan: 'Équipe',
    amount: 4_900,
    currency: 'EUR',
    renewsOn: '2027-03-15',
    cardEnding: '4242',
    manageUrl: 'https://example.com/abonnement',
  },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['in_app', 'email'] },
      lane: 'scheduled',
      category: 'ops',
      required: true,
      templates: subscriptionRenewalDue,
    },
  ],
})

const availabilityChanged = defineEvent({
  type: 'staff.availability_changed',
  payload: z.strictObject({
    practitioner: word,
    isAvailable: z.boolean().describe('False: they are away'),
    from: moment,
    until: moment,
    placeTimeZone,
    reason: word.optional(),
    appointments: count.optional().describe('Appointments in that time, to be moved'),
    scheduleUrl: link.optional(),
  }),
  sample: {
    practitioner: 'Dr Exemple',
    isAvailable: false,
    from: '2027-03-08T07:00:00Z',
    until: '2027-03-09T18:00:00Z',
    placeTimeZone: 'Europe/Paris',
    reason: 'formation',
    appointments: 6,
    scheduleUrl: 'https://example.com/planning/exemple',
  },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      templates: staffAvailabilityChanged,
    },
  ],
})

const startingSoon = defineEvent({
  type: 'appointment.starting_soon',
  payload: z.strictObject({
    ...appointment,
    practitionerId: personId.optional(),
    clientName: word,
    place: word.optional(),
    appointmentUrl: link.optional(),
  }),
  sample: {
    ...sample,
    clientName: 'Camille Exemple',
    place: 'Salle 2',
    appointmentUrl: 'https://example.com/agenda/exemple',
  },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app', 'sms'] },
      lane: 'scheduled',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: appointmentStartingSoon,
    },
  ],
})

const noShow = defineEvent({
  type: 'appointment.no_show',
  payload: z.strictObject({
    ...appointment,
    practitionerId: personId.optional(),
    clientName: word,
    appointmentUrl: link.optional(),
  }),
  sample: { ...sample, clientName: 'Camille Exemple', appointmentUrl: 'https://example.com/agenda/exemple' },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: appointmentNoShow,
    },
  ],
})

const schedule = defineEvent({
  type: 'schedule.changed',
  payload: z.strictObject({
    practitionerId: personId.optional(),
    changes: z
      .array(z.strictObject({ day, hours: word.optional().describe('Left out: a day off') }))
      .min(1)
      .max(62),
    changedBy: word.optional(),
    scheduleUrl: link.optional(),
  }),
  sample: {
    changes: [
      { day: '2027-03-08', hours: '9 h – 13 h' },
      { day: '2027-03-09', hours: '14 h – 19 h' },
      { day: '2027-03-10' },
    ],
    changedBy: 'Camille Exemple',
    scheduleUrl: 'https://example.com/planning',
  },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: scheduleChanged,
    },
  ],
})

const clientWrote = defineEvent({
  type: 'client.message_received',
  payload: z.strictObject({
    practitionerId: personId.optional(),
    clientName: word,
    excerpt: words.describe('The first words of the message'),
    conversationUrl: link.optional(),
  }),
  sample: {
    clientName: 'Camille Exemple',
    excerpt: 'Bonjour, dois-je apporter mes anciens comptes rendus ?',
    conversationUrl: 'https://example.com/messages/exemple',
  },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: messageReceived,
    },
  ],
})

const shift = defineEvent({
  type: 'shift.starting',
  payload: z.strictObject({
    practitionerId: personId.optional(),
    startsAt: moment,
    endsAt: moment,
    placeTimeZone,
    place: word.optional(),
    appointments: count.default(0),
    scheduleUrl: link.optional(),
  }),
  sample: {
    startsAt: '2027-03-04T08:00:00Z',
    endsAt: '2027-03-04T12:00:00Z',
    placeTimeZone: 'Europe/Paris',
    place: 'cabinet de l’Exemple',
    appointments: 6,
    scheduleUrl: 'https://example.com/planning',
  },
  entries: [
    {
      audience: 'practitioner',
      channels: { all: ['in_app'] },
      lane: 'scheduled',
      category: 'ops',
      namedBy: 'practitionerId',
      templates: shiftStarting,
    },
  ],
})

const toConfirm = defineEvent({
  type: 'appointment.confirmation_requested',
  payload: z.strictObject({
    ...appointment,
    clientName: word,
    clientPhone: word.optional(),
    note: z.string().trim().max(1_000).optional(),
    appointmentUrl: link.optional(),
  }),
  sample: {
    ...sample,
    clientName: 'Camille Exemple',
    clientPhone: '06 39 98 00 01',
    note: 'Plutôt en fin de matinée si possible.',
    appointmentUrl: 'https://example.com/agenda/exemple',
  },
  entries: [
    {
      audience: 'support',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      templates: confirmationRequested,
    },
  ],
})

const toCancel = defineEvent({
  type: 'appointment.cancellation_requested',
  payload: z.strictObject({
    ...appointment,
    clientName: word,
    reason: word.optional(),
    appointmentUrl: link.optional(),
  }),
  sample: {
    ...sample,
    clientName: 'Camille Exemple',
    reason: 'Je serai en déplacement.',
    appointmentUrl: 'https://example.com/agenda/exemple',
  },
  entries: [
    {
      audience: 'support',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      templates: cancellationRequested,
    },
  ],
})

const problem = defineEvent({
  type: 'payment.problem',
  payload: z.strictObject({
    clientName: word,
    clientPhone: word.optional(),
    amount: minorUnits,
    currency,
    problem: word.describe('What went wrong, in words'),
    purpose: word.optional(),
    paymentUrl: link.optional(),
  }),
  sample: {
    clientName: 'Camille Exemple',
    clientPhone: '06 39 98 00 01',
    amount: 4500,
    currency: 'EUR',
    problem: 'La banque a refusé la carte',
    purpose: 'Consultation',
    paymentUrl: 'https://example.com/paiements/exemple',
  },
  entries: [
    {
      audience: 'support',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      templates: paymentProblem,
    },
  ],
})

const question = defineEvent({
  type: 'client.question_asked',
  payload: z.strictObject({ clientName: word, question: words, conversationUrl: link.optional() }),
  sample: {
    clientName: 'Camille Exemple',
    question: 'Bonjour, acceptez-vous les chèques-vacances ?',
    conversationUrl: 'https://example.com/messages/exemple',
  },
  entries: [
    {
      audience: 'support',
      channels: { all: ['in_app'] },
      lane: 'immediate',
      category: 'ops',
      templates: questionAsked,
    },
  ],
})

const reminder1h = defineEvent({
  type: 'appointment.reminder_1h',
  payload: z.strictObject({ ...appointment, place: word.optional(), manageUrl: link.optional() }),
  sample: { ...sample, place: '12 rue de l’Exemple, Lyon', manageUrl: 'https://example.com/rdv/exemple' },
  entries: [
    {
      audience: 'client',
      channels: { all: ['sms'] },
      lane: 'scheduled',
      category: 'rem',
      templates: appointmentReminder1h,
    },
  ],
})

const cancelledByBusiness = defineEvent({
  type: 'appointment.cancelled_by_business',
  payload: z.strictObject({
    ...appointment,
    reason: word.optional(),
    refundAmount: minorUnits.optional(),
    currency: currency.default('EUR'),
    rebookUrl: link.optional(),
  }),
  sample: {
    ...sample,
    reason: 'Dr Exemple est souffrant.',
    refundAmount: 4500,
    rebookUrl: 'https://example.com/rdv/nouveau',
  },
  entries: [
    {
      audience: 'client',
      channels: { all: ['email', 'sms'] },
      lane: 'critical',
      category: 'tx',
      templates: appointmentCancelledByBusiness,
    },
  ],
})

const paid = defineEvent({
  type: 'payment.confirmed',
  payload: z.strictObject({
    amount: minorUnits,
    currency,
    paidAt: moment,
    purpose: word.optional(),
    method: word.optional(),
    receiptUrl: link.optional(),
  }),
  sample: {
    amount: 4500,
    currency: 'EUR',
    paidAt: '2027-03-04T14:05:00Z',
    purpose: 'Consultation',
    method: 'Carte finissant par 4242',
    receiptUrl: 'https://example.com/recus/exemple',
  },
  entries: [
    {
      audience: 'client',
      channels: { all: ['email'] },
      lane: 'immediate',
      category: 'tx',
      required: true,
      templates: paymentConfirmed,
    },
  ],
})

const review = defineEvent({
  type: 'review.requested',
  payload: z.strictObject({ about: word.optional().describe('A service, or an order'), reviewUrl: link }),
  sample: { about: 'Consultation', reviewUrl: 'https://example.com/avis/exemple' },
  entries: [
    {
      audience: 'client',
      channels: { firstOf: ['whatsapp', 'sms', 'email'] },
      lane: 'scheduled',
      category: 'mkt',
      templates: reviewRequested,
    },
  ],
})

const otherService = defineEvent({
  type: 'service.changed',
  payload: z.strictObject({
    ...appointment,
    previousService: word.optional(),
    price: minorUnits.optional(),
    currency: currency.default('EUR'),
    manageUrl: link.optional(),
  }),
  sample: {
    ...sample,
    service: 'Consultation longue',
    previousService: 'Consultation',
    price: 6000,
    manageUrl: 'https://example.com/rdv/exemple',
  },
  entries: [
    {
      audience: 'client',
      channels: { all: ['email'] },
      lane: 'immediate',
      category: 'tx',
      templates: serviceChanged,
    },
  ],
})

const otherPractitioner = defineEvent({
  type: 'practitioner.changed',
  payload: z.strictObject({
    ...appointment,
    practitioner: word,
    previousPractitioner: word.optional(),
    place: word.optional(),
    manageUrl: link.optional(),
  }),
  sample: {
    ...sample,
    practitioner: 'Dr Modèle',
    previousPractitioner: 'Dr Exemple',
    place: '12 rue de l’Exemple, 69000 Lyon',
    manageUrl: 'https://example.com/rdv/exemple',
  },
  entries: [
    {
      audience: 'client',
      channels: { all: ['email', 'sms'] },
      lane: 'immediate',
      category: 'tx',
      templates: practitionerChanged,
    },
  ],
})

export const appointmentsPack = definePack({
  name: 'appointments',
  events: [
    // To the owner
    booked,
    cancelledByClient,
    rescheduled,
    received,
    daily,
    weekly,
    renewalDue,
    availabilityChanged,
    // To the practitioner
    assigned,
    startingSoon,
    noShow,
    schedule,
    clientWrote,
    shift,
    // To the front desk
    toConfirm,
    toCancel,
    problem,
    question,
    // To the client
    confirmed,
    reminder24h,
    reminder1h,
    cancelledByBusiness,
    paid,
    review,
    otherService,
    otherPractitioner,
  ],
})
