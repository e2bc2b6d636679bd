import { z } from 'zod'
import { defineEvent, type EventEntry } from '../../engine/catalogue/event.ts'
import { currency, link, minorUnits, moment, reference, word } from '../../engine/catalogue/fields.ts'
import { checkoutFailed, paymentOrphaned, priceMismatch } from './templates/payments.ts'

const mismatchEntry = {
  channels: { all: ['in_app', 'email'] },
  lane: 'critical',
  category: 'ops',
  required: true,
  templateKey: 'booking.price_mismatch.staff',
  templates: priceMismatch,
} as const satisfies Partial<EventEntry>

export const mismatch = defineEvent({
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

export const unpaid = defineEvent({
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

export const orphaned = defineEvent({
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
