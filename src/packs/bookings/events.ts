import { z } from 'zod'
import { defineEvent, type EventEntry } from '../../engine/catalogue/event.ts'
import {
  count,
  currency,
  link,
  minorUnits,
  moment,
  personId,
  placeTimeZone,
  reference,
  word,
  words,
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
import {
  missionAcceptedForProfessional,
  missionAcceptedForStaff,
  missionDayOf,
  missionExpired,
  missionProposed,
  missionTaken,
  missionUnassigned,
} from './templates/missions.ts'
import { checkoutFailed, paymentOrphaned, priceMismatch } from './templates/payments.ts'
import { quoteCreated } from './templates/quote-created.ts'

/** What every message about a booking tells. */
const booking = { reference, service: word, startsAt: moment, placeTimeZone }
const sample = {
  reference: 'BK-2027-000123',
  service: 'Déménagement, 25 m³',
  startsAt: '2027-03-18T07:00:00Z',
  placeTimeZone: 'Europe/Paris',
}
const ADDRESS = '12 rue de l’Exemple, 69000 Lyon'

const quote = defineEvent({
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

const confirmed = defineEvent({
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
    details: z
      .array(z.strictObject({ label: word, value: word }))
      .max(50)
      .default([])
      .describe('For the staff: what the service needs to know'),
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

const mismatchEntry = {
  channels: { all: ['in_app', 'email'] },
  lane: 'critical',
  category: 'ops',
  required: true,
  templateKey: 'booking.price_mismatch.staff',
  templates: priceMismatch,
} as const satisfies Partial<EventEntry>

const mismatch = defineEvent({
  type: 'booking.price_mismatch',
  payload: z.strictObject({
    reference,
    clientName: word,
    expected: minorUnits,
    paid: minorUnits,
    currency,
    paymentReference: word.optional(),
    bookingUrl: link.optional(),
  }),
  sample: {
    reference: 'BK-2027-000123',
    clientName: 'Camille Exemple',
    expected: 89_000,
    paid: 79_000,
    currency: 'EUR',
    paymentReference: 'pi_exemple',
    bookingUrl: 'https://example.com/admin/reservations/BK-2027-000123',
  },
  entries: [
    { audience: 'accounting', ...mismatchEntry },
    { audience: 'admin', ...mismatchEntry },
  ],
})

const reminded = { ...booking, address: word, bookingUrl: link.optional() }
const reminderSample = { ...sample, address: ADDRESS, bookingUrl: 'https://example.com/reservations/exemple' }
const reminderEntry = { audience: 'client', lane: 'scheduled', category: 'rem' } as const satisfies Partial<EventEntry>

const reminder7d = defineEvent({
  type: 'booking.reminder_7d',
  payload: z.strictObject(reminded),
  sample: reminderSample,
  entries: [{ ...reminderEntry, channels: { all: ['sms'] }, templates: bookingReminder7d }],
})
const reminder24h = defineEvent({
  type: 'booking.reminder_24h',
  payload: z.strictObject(reminded),
  sample: reminderSample,
  entries: [{ ...reminderEntry, channels: { all: ['sms', 'email'] }, templates: bookingReminder24h }],
})
const reminder1h = defineEvent({
  type: 'booking.reminder_1h',
  payload: z.strictObject(reminded),
  sample: reminderSample,
  entries: [{ ...reminderEntry, channels: { all: ['sms'] }, templates: bookingReminder1h }],
})

const told = {
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

const cancelled = defineEvent({
  type: 'booking.cancelled',
  payload: z.strictObject({ ...changed, refundAmount: minorUnits.optional(), currency: currency.default('EUR') }),
  sample: { ...changedSample, reason: 'À votre demande.', refundAmount: 89_000 },
  entries: [
    { audience: 'client', ...told, templates: bookingCancelledForClient },
    { audience: 'professional', ...told, namedBy: 'professionalId', templates: bookingCancelledForProfessional },
    { ...toldStaff, templates: bookingCancelledForStaff },
  ],
})

const moved = defineEvent({
  type: 'booking.moved',
  payload: z.strictObject({ ...changed, previousStartsAt: moment }),
  sample: { ...changedSample, reason: 'À votre demande.', previousStartsAt: '2027-03-16T07:00:00Z' },
  entries: [
    { audience: 'client', ...told, templates: bookingMovedForClient },
    { audience: 'professional', ...told, namedBy: 'professionalId', templates: bookingMovedForProfessional },
    { ...toldStaff, templates: bookingMovedForStaff },
  ],
})

const document = defineEvent({
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

const unpaid = defineEvent({
  type: 'booking.checkout_failed',
  payload: z.strictObject({
    service: word,
    amount: minorUnits,
    currency,
    reason: word.optional(),
    validUntil: moment.optional(),
    checkoutUrl: link,
  }),
  sample: {
    service: 'Déménagement, 25 m³',
    amount: 89_000,
    currency: 'EUR',
    reason: 'La banque a refusé la carte',
    validUntil: '2027-03-11T17:00:00Z',
    checkoutUrl: 'https://example.com/devis/exemple/payer',
  },
  entries: [
    { audience: 'client', channels: { all: ['email'] }, lane: 'immediate', category: 'tx', templates: checkoutFailed },
  ],
})

const orphaned = defineEvent({
  type: 'payment.orphaned',
  payload: z.strictObject({
    amount: minorUnits,
    currency,
    paymentReference: word,
    payerEmail: z.string().max(320).optional(),
    receivedAt: moment,
    why: word.optional().describe('What is missing'),
    paymentUrl: link.optional(),
  }),
  sample: {
    amount: 89_000,
    currency: 'EUR',
    paymentReference: 'pi_exemple',
    payerEmail: 'camille@example.com',
    receivedAt: '2027-03-04T08:10:00Z',
    why: 'Le paiement ne porte pas de numéro de devis.',
    paymentUrl: 'https://example.com/admin/paiements/exemple',
  },
  entries: [
    {
      audience: 'admin',
      channels: { all: ['in_app', 'email', 'sms'] },
      lane: 'critical',
      category: 'ops',
      required: true,
      templates: paymentOrphaned,
    },
  ],
})

/** What everybody may know of a mission. Neither the client's name nor their street, number or price is part of it. */
const open = { mission: reference, service: word, city: word, startsAt: moment, placeTimeZone }
const openSample = {
  mission: 'BK-2027-000123',
  service: 'Déménagement, 25 m³',
  city: 'Lyon',
  startsAt: '2027-03-18T07:00:00Z',
  placeTimeZone: 'Europe/Paris',
}
const pay = minorUnits.optional().describe('What the professional earns, in minor units; never what the client pays')

/** Raised for each professional, as everyone's links are their own. A payload with anything about the client is refused. */
const proposed = defineEvent({
  type: 'mission.proposed',
  payload: z.strictObject({
    ...open,
    distanceKm: z.number().min(0).optional(),
    durationHours: z.number().min(0).optional(),
    pay,
    currency: currency.default('EUR'),
    urgent: z.boolean().default(false),
    answerBy: moment,
    acceptUrl: link.describe('A page that asks; looking at it accepts nothing'),
    refuseUrl: link.optional(),
  }),
  sample: {
    ...openSample,
    distanceKm: 12,
    durationHours: 6,
    pay: 54_000,
    answerBy: '2027-03-05T17:00:00Z',
    acceptUrl: 'https://example.com/missions/exemple/accepter',
    refuseUrl: 'https://example.com/missions/exemple/refuser',
  },
  entries: [
    {
      audience: 'professional',
      channels: { all: ['email'] },
      lane: 'immediate',
      category: 'tx',
      criticalWhen: 'urgent',
      templates: missionProposed,
    },
  ],
})

/** What whoever accepted needs to do it. */
const own = { ...open, address: word, clientName: word, clientPhone: word.optional(), notes: words.optional() }
const ownSample = {
  ...openSample,
  address: ADDRESS,
  clientName: 'Camille Exemple',
  clientPhone: '06 39 98 00 01',
  notes: 'Interphone : Exemple. Stationnement réservé devant l’immeuble.',
}

const accepted = defineEvent({
  type: 'mission.accepted',
  payload: z.strictObject({
    ...own,
    pay,
    currency: currency.default('EUR'),
    professionalId: personId.optional(),
    professionalName: word,
    missionUrl: link.optional().describe('The professional’s page'),
    bookingUrl: link.optional().describe('The page for the staff'),
  }),
  sample: {
    ...ownSample,
    pay: 54_000,
    professionalName: 'Transports Exemple',
    missionUrl: 'https://example.com/missions/exemple',
    bookingUrl: 'https://example.com/admin/reservations/BK-2027-000123',
  },
  entries: [
    { audience: 'professional', ...told, namedBy: 'professionalId', templates: missionAcceptedForProfessional },
    {
      audience: 'staff',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'tx',
      templates: missionAcceptedForStaff,
    },
  ],
})

const others = {
  audience: 'professional',
  channels: { all: ['email'] },
  lane: 'immediate',
  category: 'tx',
} as const satisfies Partial<EventEntry>
const taken = defineEvent({
  type: 'mission.taken',
  payload: z.strictObject(open),
  sample: openSample,
  entries: [{ ...others, templates: missionTaken }],
})
const expired = defineEvent({
  type: 'mission.expired',
  payload: z.strictObject(open),
  sample: openSample,
  entries: [{ ...others, templates: missionExpired }],
})

const unassigned = defineEvent({
  type: 'mission.unassigned',
  payload: z.strictObject({
    ...open,
    bookingReference: reference,
    asked: count,
    radiusKm: z.number().min(0),
    bookingUrl: link.optional(),
  }),
  sample: {
    ...openSample,
    bookingReference: 'BK-2027-000123',
    asked: 7,
    radiusKm: 300,
    bookingUrl: 'https://example.com/admin/reservations/BK-2027-000123',
  },
  entries: [
    {
      audience: 'operations',
      channels: { all: ['in_app', 'email', 'sms'] },
      lane: 'critical',
      category: 'ops',
      required: true,
      templates: missionUnassigned,
    },
  ],
})

const dayOf = defineEvent({
  type: 'mission.day_of',
  payload: z.strictObject({ ...own, professionalId: personId.optional(), missionUrl: link.optional() }),
  sample: { ...ownSample, missionUrl: 'https://example.com/missions/exemple' },
  entries: [
    {
      audience: 'professional',
      channels: { all: ['sms', 'email'] },
      lane: 'scheduled',
      category: 'rem',
      namedBy: 'professionalId',
      templates: missionDayOf,
    },
  ],
})

export const bookingEvents = [
  quote,
  confirmed,
  mismatch,
  reminder7d,
  reminder24h,
  reminder1h,
  cancelled,
  moved,
  document,
  unpaid,
  orphaned,
  proposed,
  accepted,
  taken,
  expired,
  unassigned,
  dayOf,
]
