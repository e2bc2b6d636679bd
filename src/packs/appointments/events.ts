import { z } from 'zod'
import { defineEvent } from '../../engine/catalogue/event.ts'
import { definePack } from '../../engine/catalogue/pack.ts'
import { appointmentAssigned } from './templates/appointment-assigned.ts'
import { appointmentBooked } from './templates/appointment-booked.ts'
import { appointmentConfirmed } from './templates/appointment-confirmed.ts'
import { appointmentReminder24h } from './templates/appointment-reminder-24h.ts'
import { paymentReceived } from './templates/payment-received.ts'

const word = z.string().trim().min(1).max(200)
const link = z.url({ protocol: /^https?$/ }).max(2_000)

/** What every message about an appointment tells. */
const appointment = {
  service: word,
  practitioner: word.optional(),
  startsAt: z.iso.datetime({ offset: true }),
  placeTimeZone: z.string().max(64).optional().describe('IANA zone of the place; the contact’s own when absent'),
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
    practitionerId: z.uuid().optional().describe('A member or a contact'),
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
    amount: z.int().describe('In minor units: 4500 is 45,00 €'),
    currency: z.string().regex(/^[A-Z]{3}$/, 'is an ISO 4217 code such as EUR'),
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

export const appointmentsPack = definePack({
  name: 'appointments',
  events: [confirmed, booked, assigned, reminder24h, received],
})
