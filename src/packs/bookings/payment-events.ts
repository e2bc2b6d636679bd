import { z } from 'zod'
import { defineEvent, type EventEntry } from '../../engine/catalogue/event.ts'
import { currency, link, minorUnits, moment, reference, word } from '../../engine/catalogue/fields.ts'
import { checkoutFailed, paymentDisputed, paymentOrphaned, priceMismatch, refundFailed } from './templates/payments.ts'

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
    expectedCurrency: currency.optional().describe('Of what is expected, where that is another'),
    paymentReference: word.optional(),
    why: word.optional().describe('What else differs from the quote'),
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

/** Money that did not move as it was to: whoever keeps the books and whoever decides, of the same words. */
const troubleEntry = {
  channels: { all: ['in_app', 'email', 'sms'] },
  lane: 'critical',
  category: 'ops',
  required: true,
} as const satisfies Partial<EventEntry>
const ofRefund = { ...troubleEntry, templateKey: 'refund.failed.staff', templates: refundFailed }
const ofDispute = { ...troubleEntry, templateKey: 'payment.disputed.staff', templates: paymentDisputed }

export const notRefunded = defineEvent({
  type: 'refund.failed',
  payload: z.strictObject({
    amount: minorUnits,
    currency,
    paymentReference: word,
    bookingReference: word.optional(),
    reason: word.optional().describe('In words; as the payment vendor says it where there are none'),
    credited: z.boolean().default(false).describe('It had been said to be done, and a credit note was issued'),
    paymentUrl: link.optional(),
  }),
  sample: {
    amount: 12_000,
    currency: 'EUR',
    paymentReference: 'pi_exemple',
    bookingReference: 'BK-2027-000123',
    reason: 'carte perdue ou volée',
    credited: true,
    paymentUrl: 'https://example.com/admin/paiements/exemple',
  },
  entries: [
    { audience: 'accounting', ...ofRefund },
    { audience: 'admin', ...ofRefund },
  ],
})

export const disputed = defineEvent({
  type: 'payment.disputed',
  payload: z.strictObject({
    amount: minorUnits,
    currency,
    paymentReference: word,
    bookingReference: word.optional(),
    reason: word.optional().describe('In words; as the payment vendor says it where there are none'),
    answerBy: moment.optional().describe('Until when evidence is taken'),
    lost: z.boolean().default(false).describe('It is over: the money is gone'),
    won: z.boolean().default(false).describe('It is over: the money stays'),
    paymentUrl: link.optional(),
  }),
  sample: {
    amount: 89_000,
    currency: 'EUR',
    paymentReference: 'pi_exemple',
    bookingReference: 'BK-2027-000123',
    reason: 'prestation non reçue, selon le client',
    answerBy: '2027-03-20T22:59:59Z',
    paymentUrl: 'https://example.com/admin/paiements/exemple',
  },
  entries: [
    { audience: 'accounting', ...ofDispute },
    { audience: 'admin', ...ofDispute },
  ],
})
