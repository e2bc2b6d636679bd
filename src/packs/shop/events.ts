import { z } from 'zod'
import { defineEvent } from '../../engine/catalogue/event.ts'
import {
  count,
  currency,
  day,
  link,
  minorUnits,
  moment,
  rating,
  reference,
  word,
  words,
} from '../../engine/catalogue/fields.ts'
import { definePack } from '../../engine/packs/pack.ts'
import { accountCreated } from './templates/account-created.ts'
import { cartAbandoned } from './templates/cart-abandoned.ts'
import { guestWelcome } from './templates/guest-welcome.ts'
import { invoiceIssued } from './templates/invoice-issued.ts'
import { orderConfirmed } from './templates/order-confirmed.ts'
import { orderPickupReminder } from './templates/order-pickup-reminder.ts'
import { orderReadyForPickup } from './templates/order-ready-for-pickup.ts'
import { orderSatisfaction } from './templates/order-satisfaction.ts'
import { paymentReminder, paymentRetry } from './templates/payments.ts'
import { analyticsDaily, reviewNegative, stockLow } from './templates/staff.ts'

const items = z
  .array(z.strictObject({ name: word, quantity: z.int().min(1), amount: minorUnits }))
  .min(1)
  .max(200)

const confirmed = defineEvent({
  type: 'order.confirmed',
  payload: z.strictObject({
    reference,
    items,
    total: minorUnits,
    currency,
    pickupPlace: word.optional(),
    pickupAt: moment.optional(),
    orderUrl: link.optional(),
  }),
  sample: {
    reference: 'CMD-1042',
    items: [
      { name: 'Tarte aux pommes', quantity: 1, amount: 1800 },
      { name: 'Pain de campagne', quantity: 2, amount: 920 },
      { name: 'Coffret dégustation, édition d’hiver', quantity: 1, amount: 3450 },
    ],
    total: 6170,
    currency: 'EUR',
    pickupPlace: 'Boutique, 12 rue de l’Exemple, 69000 Lyon',
    pickupAt: '2027-03-04T16:30:00Z',
    orderUrl: 'https://example.com/commandes/CMD-1042',
  },
  entries: [
    {
      audience: 'customer',
      channels: { all: ['email', 'whatsapp'] },
      lane: 'immediate',
      category: 'tx',
      templates: orderConfirmed,
    },
  ],
})

const pickup = {
  reference,
  pickupPlace: word,
  openingHours: word.optional(),
  pickupCode: z.string().trim().min(1).max(20).optional(),
  keptUntil: moment.optional(),
}
const pickupSample = {
  reference: 'CMD-1042',
  pickupPlace: '12 rue de l’Exemple',
  openingHours: 'mardi à samedi, 9 h – 19 h',
  pickupCode: '4827',
  keptUntil: '2027-03-11T18:00:00Z',
}

const readyForPickup = defineEvent({
  type: 'order.ready_for_pickup',
  payload: z.strictObject(pickup),
  sample: pickupSample,
  entries: [
    {
      audience: 'customer',
      channels: { firstOf: ['whatsapp', 'sms'] },
      lane: 'immediate',
      category: 'tx',
      templates: orderReadyForPickup,
    },
  ],
})

const created = defineEvent({
  type: 'account.created',
  payload: z.strictObject({
    setPasswordUrl: link.describe('Works once; no password ever travels in a message'),
    expiresAt: moment,
  }),
  secrets: ['setPasswordUrl'],
  sample: { setPasswordUrl: 'https://example.com/mot-de-passe/exemple', expiresAt: '2027-03-06T09:00:00Z' },
  entries: [
    {
      audience: 'customer',
      channels: { all: ['email'] },
      lane: 'immediate',
      category: 'tx',
      required: true,
      templates: accountCreated,
    },
  ],
})

const invoice = defineEvent({
  type: 'invoice.issued',
  payload: z.strictObject({
    number: reference,
    issuedOn: day,
    total: minorUnits,
    currency,
    paid: z.boolean().default(false),
    dueOn: day.optional(),
    orderReference: reference.optional(),
    invoiceUrl: link.optional(),
    hasAttachment: z.boolean().default(true).describe('False when the invoice is only linked'),
  }),
  sample: {
    number: 'F-2027-0318',
    issuedOn: '2027-03-04',
    total: 6170,
    currency: 'EUR',
    paid: true,
    orderReference: 'CMD-1042',
    invoiceUrl: 'https://example.com/factures/F-2027-0318',
  },
  entries: [
    {
      audience: 'customer',
      channels: { all: ['email'] },
      lane: 'immediate',
      category: 'tx',
      required: true,
      templates: invoiceIssued,
    },
  ],
})

const welcome = defineEvent({
  type: 'guest.welcome',
  payload: z.strictObject({
    reference: reference.optional(),
    shopUrl: link.optional(),
    createAccountUrl: link.optional(),
  }),
  sample: {
    reference: 'CMD-1042',
    shopUrl: 'https://example.com/boutique',
    createAccountUrl: 'https://example.com/compte/creer',
  },
  entries: [
    {
      audience: 'customer',
      channels: { all: ['email'] },
      lane: 'immediate',
      category: 'tx',
      templates: guestWelcome,
    },
  ],
})

const due = { reference, amount: minorUnits, currency, payBefore: moment.optional(), payUrl: link }
const dueSample = {
  reference: 'CMD-1042',
  amount: 6170,
  currency: 'EUR',
  payBefore: '2027-03-06T18:00:00Z',
  payUrl: 'https://example.com/commandes/CMD-1042/payer',
}

const retry = defineEvent({
  type: 'payment.retry',
  payload: z.strictObject({ ...due, reason: word.optional() }),
  sample: { ...dueSample, reason: 'La banque a refusé la carte' },
  entries: [
    {
      audience: 'customer',
      channels: { all: ['email'] },
      lane: 'immediate',
      category: 'tx',
      required: true,
      templates: paymentRetry,
    },
  ],
})

const unpaid = defineEvent({
  type: 'payment.reminder',
  payload: z.strictObject(due),
  sample: dueSample,
  entries: [
    {
      audience: 'customer',
      channels: { firstOf: ['whatsapp', 'sms', 'email'] },
      lane: 'scheduled',
      category: 'tx',
      templates: paymentReminder,
    },
  ],
})

const notPickedUp = defineEvent({
  type: 'order.pickup_reminder',
  payload: z.strictObject(pickup),
  sample: pickupSample,
  entries: [
    {
      audience: 'customer',
      channels: { firstOf: ['whatsapp', 'sms', 'email'] },
      lane: 'scheduled',
      category: 'rem',
      templates: orderPickupReminder,
    },
  ],
})

const satisfaction = defineEvent({
  type: 'order.satisfaction',
  payload: z.strictObject({ reference, ratingUrl: link.optional() }),
  sample: { reference: 'CMD-1042', ratingUrl: 'https://example.com/avis/exemple' },
  entries: [
    {
      audience: 'customer',
      channels: { firstOf: ['whatsapp', 'email'] },
      lane: 'scheduled',
      category: 'mkt',
      templates: orderSatisfaction,
    },
  ],
})

const badReview = defineEvent({
  type: 'review.negative',
  payload: z.strictObject({
    customerName: word,
    customerPhone: word.optional(),
    rating,
    comment: words.optional(),
    reference: reference.optional(),
    reviewUrl: link.optional(),
  }),
  sample: {
    customerName: 'Camille Exemple',
    customerPhone: '06 39 98 00 01',
    rating: 2,
    comment: 'La tarte était très bonne, mais j’ai attendu vingt minutes.',
    reference: 'CMD-1042',
    reviewUrl: 'https://example.com/admin/avis/exemple',
  },
  entries: [
    {
      audience: 'staff',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      templates: reviewNegative,
    },
  ],
})

const leftCart = defineEvent({
  type: 'cart.abandoned',
  payload: z.strictObject({ items, total: minorUnits, currency, keptUntil: moment.optional(), cartUrl: link }),
  sample: {
    items: [
      { name: 'Tarte aux pommes', quantity: 1, amount: 1800 },
      { name: 'Pain de campagne', quantity: 2, amount: 920 },
    ],
    total: 2720,
    currency: 'EUR',
    keptUntil: '2027-03-05T09:30:00Z',
    cartUrl: 'https://example.com/panier/exemple',
  },
  entries: [
    {
      audience: 'customer',
      channels: { firstOf: ['whatsapp', 'email'] },
      lane: 'scheduled',
      category: 'mkt',
      templates: cartAbandoned,
    },
  ],
})

const lowStock = defineEvent({
  type: 'stock.low',
  payload: z.strictObject({ product: word, left: count, threshold: count, productUrl: link.optional() }),
  sample: {
    product: 'Coffret dégustation, édition d’hiver',
    left: 3,
    threshold: 5,
    productUrl: 'https://example.com/admin/produits/exemple',
  },
  entries: [
    {
      audience: 'staff',
      channels: { all: ['in_app', 'email'] },
      lane: 'immediate',
      category: 'ops',
      templates: stockLow,
    },
  ],
})

const analytics = defineEvent({
  type: 'analytics.daily',
  payload: z.strictObject({
    day,
    orders: count,
    revenue: minorUnits,
    previousRevenue: minorUnits.optional().describe('Of the same day a week before'),
    currency,
    newCustomers: count,
    returningCustomers: count,
    messagesReceived: count,
    averageRating: rating.optional(),
    dashboardUrl: link.optional(),
  }),
  sample: {
    day: '2027-03-04',
    orders: 23,
    revenue: 84_260,
    previousRevenue: 79_150,
    currency: 'EUR',
    newCustomers: 4,
    returningCustomers: 17,
    messagesReceived: 12,
    averageRating: 4.6,
    dashboardUrl: 'https://example.com/admin',
  },
  entries: [
    {
      audience: 'owner',
      channels: { all: ['email'] },
      lane: 'scheduled',
      category: 'ops',
      templates: analyticsDaily,
    },
  ],
})

export const shopPack = definePack({
  name: 'shop',
  events: [
    confirmed,
    created,
    welcome,
    retry,
    unpaid,
    readyForPickup,
    notPickedUp,
    satisfaction,
    badReview,
    leftCart,
    lowStock,
    invoice,
    analytics,
  ],
})
