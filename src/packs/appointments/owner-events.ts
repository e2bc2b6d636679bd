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
} from '../../engine/catalogue/fields.ts'
import { appointment, sample } from './appointment.ts'
import { appointmentBooked } from './templates/appointment-booked.ts'
import { appointmentCancelledByClient } from './templates/appointment-cancelled-by-client.ts'
import { paymentReceived } from './templates/payment-received.ts'
import { subscriptionRenewalDue } from './templates/payments.ts'
import { reportDaily, reportWeekly } from './templates/reports.ts'
import { staffAvailabilityChanged } from './templates/schedule.ts'

export const booked = defineEvent({
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

export const received = defineEvent({
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

export const cancelledByClient = defineEvent({
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

export const daily = defineEvent({
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

export const weekly = defineEvent({
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

export const renewalDue = defineEvent({
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

export const availabilityChanged = defineEvent({
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
