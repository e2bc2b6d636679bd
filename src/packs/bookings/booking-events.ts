import { z } from 'zod'
import { defineEvent, type EventEntry } from '../../engine/catalogue/event.ts'
import {
  currency,
  facts,
  link,
  minorUnits,
  moment,
  personId,
  placeTimeZone,
  reference,
  word,
} from '../../engine/catalogue/fields.ts'
import {
  bookingCancelledForClient,
  bookingCancelledForProfessional,
  bookingCancelledForStaff,
  bookingMovedForClient,
  bookingMovedForProfessional,
  bookingMovedForStaff,
} from './templates/booking-changed.ts'
import { bookingConfirmedForClient, bookingConfirmedForStaff } from './templates/booking-confirmed.ts'
import { bookingReminder1h, bookingReminder7d, bookingReminder24h } from './templates/booking-reminders.ts'
import { documentReady } from './templates/document-ready.ts'
import { quoteCreated } from './templates/quote-created.ts'

/** What every message about a booking tells. */
const booking = { reference, service: word, startsAt: moment, placeTimeZone }
const sample = {
  reference: 'BK-2027-000123',
  service: 'Déménagement, 25 m³',
  startsAt: '2027-03-18T07:00:00Z',
  placeTimeZone: 'Europe/Paris',
}
export const ADDRESS = '12 rue de l’Exemple, 69000 Lyon'

export const quote = defineEvent({
  type: 'quote.created',
  payload: z.strictObject({
    service: word,
    amount: minorUnits,
    currency,
    lines: z
      .array(z.strictObject({ label: word, amount: minorUnits }))
      .max(50)
      .optional()
      .describe('How the price comes about'),
    wishedAt: moment.optional(),
    placeTimeZone,
    address: word.optional(),
    validUntil: moment,
    checkoutUrl: link,
  }),
  sample: {
    service: 'Déménagement, 25 m³',
    amount: 89_000,
    currency: 'EUR',
    lines: [
      { label: 'Transport, 25 m³ sur 18 km', amount: 62_000 },
      { label: 'Deux étages sans ascenseur', amount: 18_000 },
      { label: 'Cartons et protections', amount: 9_000 },
    ],
    wishedAt: '2027-03-18T07:00:00Z',
    placeTimeZone: 'Europe/Paris',
    address: ADDRESS,
    validUntil: '2027-03-11T17:00:00Z',
    checkoutUrl: 'https://example.com/devis/exemple/payer',
  },
  entries: [
    { audience: 'client', channels: { all: ['email'] }, lane: 'immediate', category: 'tx', templates: quoteCreated },
  ],
})

/** The business's own people who hear of a paid booking: all of the same words, each of them once. */
const paidBooking = {
  channels: { all: ['email', 'in_app'] },
  lane: 'immediate',
  category: 'ops',
  templateKey: 'booking.confirmed.staff',
  templates: bookingConfirmedForStaff,
} as const satisfies Partial<EventEntry>

export const confirmed = defineEvent({
  type: 'booking.confirmed',
  payload: z.strictObject({
    ...booking,
    address: word,
    amount: minorUnits,
    currency,
    insurance: z.boolean().default(false),
    withInvoice: z.boolean().default(true).describe('The invoice is attached'),
    clientName: word,
    clientPhone: word.optional(),
    clientEmail: z.string().max(320).optional(),
    details: facts.describe('For the staff: what the service needs to know'),
    responsibleIds: z.array(personId).max(50).default([]).describe('Who is responsible for this kind of service'),
    bookingUrl: link.optional().describe('The client’s own page'),
    adminUrl: link.optional().describe('The page for the staff'),
  }),
  sample: {
    ...sample,
    address: ADDRESS,
    amount: 89_000,
    currency: 'EUR',
    insurance: true,
    clientName: 'Camille Exemple',
    clientPhone: '06 39 98 00 01',
    clientEmail: 'camille@example.com',
    details: [
      { label: 'Volume', value: '25 m³' },
      { label: 'Étage', value: '2e, sans ascenseur' },
    ],
    bookingUrl: 'https://example.com/reservations/exemple',
    adminUrl: 'https://example.com/admin/reservations/BK-2027-000123',
  },
  entries: [
    {
      audience: 'client',
      channels: { all: ['email', 'sms'] },
      lane: 'immediate',
      category: 'tx',
      templates: bookingConfirmedForClient,
    },
    { audience: 'responsible', ...paidBooking, namedBy: 'responsibleIds', orElse: 'operations' },
    { audience: 'operations', ...paidBooking },
    { audience: 'admin', ...paidBooking },
    { audience: 'accounting', ...paidBooking },
  ],
})

const reminded = { ...booking, address: word, bookingUrl: link.optional() }
const reminderSample = { ...sample, address: ADDRESS, bookingUrl: 'https://example.com/reservations/exemple' }
const reminderEntry = { audience: 'client', lane: 'scheduled', category: 'rem' } as const satisfies Partial<EventEntry>

export const reminder7d = defineEvent({
  type: 'booking.reminder_7d',
  payload: z.strictObject(reminded),
  sample: reminderSample,
  entries: [{ ...reminderEntry, channels: { all: ['sms'] }, templates: bookingReminder7d }],
})
export const reminder24h = defineEvent({
  type: 'booking.reminder_24h',
  payload: z.strictObject(reminded),
  sample: reminderSample,
  entries: [{ ...reminderEntry, channels: { all: ['sms', 'email'] }, templates: bookingReminder24h }],
})
export const reminder1h = defineEvent({
  type: 'booking.reminder_1h',
  payload: z.strictObject(reminded),
  sample: reminderSample,
  entries: [{ ...reminderEntry, channels: { all: ['sms'] }, templates: bookingReminder1h }],
})

export const told = {
  channels: { all: ['email', 'sms'] },
  lane: 'immediate',
  category: 'tx',
} as const satisfies Partial<EventEntry>
const changed = {
  ...booking,
  city: word,
  reason: word.optional().describe('Told to the client and the staff'),
  clientName: word.optional().describe('For the staff'),
  professionalId: personId.optional().describe('The contact who had accepted the mission, if anybody had'),
  bookingUrl: link.optional().describe('The client’s own page'),
  missionUrl: link.optional().describe('The professional’s page'),
  adminUrl: link.optional().describe('The page for the staff'),
}
const toldStaff = {
  audience: 'operations',
  channels: { all: ['in_app', 'email'] },
  lane: 'immediate',
  category: 'ops',
} as const satisfies Partial<EventEntry>
const changedSample = {
  ...sample,
  city: 'Lyon',
  bookingUrl: 'https://example.com/reservations/exemple',
  clientName: 'Camille Exemple',
  missionUrl: 'https://example.com/missions/exemple',
  adminUrl: 'https://example.com/admin/reservations/BK-2027-000123',
}

export const cancelled = defineEvent({
  type: 'booking.cancelled',
  payload: z.strictObject({ ...changed, refundAmount: minorUnits.optional(), currency: currency.default('EUR') }),
  sample: { ...changedSample, reason: 'À votre demande.', refundAmount: 89_000 },
  entries: [
    { audience: 'client', ...told, templates: bookingCancelledForClient },
    { audience: 'professional', ...told, namedBy: 'professionalId', templates: bookingCancelledForProfessional },
    { ...toldStaff, templates: bookingCancelledForStaff },
  ],
})

export const moved = defineEvent({
  type: 'booking.moved',
  payload: z.strictObject({ ...changed, previousStartsAt: moment }),
  sample: { ...changedSample, reason: 'À votre demande.', previousStartsAt: '2027-03-16T07:00:00Z' },
  entries: [
    { audience: 'client', ...told, templates: bookingMovedForClient },
    { audience: 'professional', ...told, namedBy: 'professionalId', templates: bookingMovedForProfessional },
    { ...toldStaff, templates: bookingMovedForStaff },
  ],
})

export const document = defineEvent({
  type: 'booking.document_ready',
  payload: z.strictObject({
    ...booking,
    title: word.describe('What it is, with its number'),
    bookingUrl: link.optional().describe('The client’s own page'),
  }),
  sample: { ...sample, title: 'Facture F-2027-000123', bookingUrl: 'https://example.com/reservations/exemple' },
  entries: [
    { audience: 'client', channels: { all: ['email'] }, lane: 'immediate', category: 'tx', templates: documentReady },
  ],
})
