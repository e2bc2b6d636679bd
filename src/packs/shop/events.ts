import { z } from 'zod'
import { defineEvent } from '../../engine/catalogue/event.ts'
import { definePack } from '../../engine/catalogue/pack.ts'
import { accountCreated } from './templates/account-created.ts'
import { invoiceIssued } from './templates/invoice-issued.ts'
import { orderConfirmed } from './templates/order-confirmed.ts'
import { orderReadyForPickup } from './templates/order-ready-for-pickup.ts'

const word = z.string().trim().min(1).max(200)
const link = z.url({ protocol: /^https?$/ }).max(2_000)
const minorUnits = z.int().describe('In minor units: 1250 is 12,50 €')
const currency = z.string().regex(/^[A-Z]{3}$/, 'is an ISO 4217 code such as EUR')
const moment = z.iso.datetime({ offset: true })
const reference = z.string().trim().min(1).max(50)

const confirmed = defineEvent({
  type: 'order.confirmed',
  payload: z.strictObject({
    reference,
    items: z
      .array(z.strictObject({ name: word, quantity: z.int().min(1), amount: minorUnits }))
      .min(1)
      .max(200),
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

const readyForPickup = defineEvent({
  type: 'order.ready_for_pickup',
  payload: z.strictObject({
    reference,
    pickupPlace: word,
    openingHours: word.optional(),
    pickupCode: z.string().trim().min(1).max(20).optional(),
    keptUntil: moment.optional(),
  }),
  sample: {
    reference: 'CMD-1042',
    pickupPlace: '12 rue de l’Exemple',
    openingHours: 'mardi à samedi, 9 h – 19 h',
    pickupCode: '4827',
    keptUntil: '2027-03-11T18:00:00Z',
  },
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
    issuedOn: z.iso.date(),
    total: minorUnits,
    currency,
    paid: z.boolean().default(false),
    dueOn: z.iso.date().optional(),
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

export const shopPack = definePack({ name: 'shop', events: [confirmed, readyForPickup, created, invoice] })
