import { z } from 'zod'
import { defineEvent } from '../../engine/catalogue/event.ts'
import { currency, link, minorUnits, moment, word } from '../../engine/catalogue/fields.ts'
import { appointment, sample } from './appointment.ts'
import { appointmentCancelledByBusiness } from './templates/appointment-cancelled-by-business.ts'
import { practitionerChanged, serviceChanged } from './templates/appointment-changed.ts'
import { appointmentConfirmed } from './templates/appointment-confirmed.ts'
import { appointmentReminder1h } from './templates/appointment-reminder-1h.ts'
import { appointmentReminder24h } from './templates/appointment-reminder-24h.ts'
import { appointmentRescheduledForClient, appointmentRescheduledForOwner } from './templates/appointment-rescheduled.ts'
import { paymentConfirmed } from './templates/payments.ts'
import { reviewRequested } from './templates/review-requested.ts'

export const confirmed = defineEvent({
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

export const reminder24h = defineEvent({
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

export const rescheduled = defineEvent({
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

export const reminder1h = defineEvent({
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

export const cancelledByBusiness = defineEvent({
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

export const paid = defineEvent({
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

export const review = defineEvent({
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

export const otherService = defineEvent({
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

export const otherPractitioner = defineEvent({
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
