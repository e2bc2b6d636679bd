import type { Invoice } from './invoice.ts'
import type { InvoiceDocument } from './invoice-document.ts'
import type { Seller } from './parties.ts'

/** A mover and his documents as they should be, to be varied by tests and measured by the bench. The numbers are made up and have right check digits. */
export const seller: Seller = {
  legalName: 'Déménagements Exemple',
  legalForm: 'SARL au capital de 10 000 €',
  register: 'RCS Lyon 303 265 045',
  address: { lines: ['12 rue de l’Exemple'], postalCode: '69003', city: 'Lyon', country: 'FR' },
  siren: '303265045',
  siret: '30326504500011',
  vatId: 'FR40303265045',
  vatScheme: 'standard',
  vatOnDebits: false,
  email: 'facturation@example.com',
  phone: '04 99 00 00 00',
  website: 'https://example.com',
  iban: 'FR7630006000011234567890189',
  bic: 'AGRIFRPP',
}

export const invoice: Invoice = {
  type: 'invoice',
  number: 'F-2027-000123',
  issuedOn: '2027-03-01',
  dueOn: '2027-03-31',
  currency: 'EUR',
  seller,
  buyer: {
    name: 'Camille Exemple',
    address: { lines: ['8 place du Marché', 'Bâtiment B'], postalCode: '69001', city: 'Lyon', country: 'FR' },
    email: 'camille@example.com',
  },
  reference: 'BK-2027-000123',
  service: {
    label: 'Déménagement, 25 m³',
    on: '2027-03-18',
    place: { lines: ['3 quai de la Rivière'], postalCode: '69005', city: 'Lyon', country: 'FR' },
  },
  lines: [
    {
      label: 'Transport',
      detail: '25 m³ sur 18 km, de Lyon 1er à Lyon 5e',
      quantity: 1_000,
      unit: 'piece',
      unitPrice: 51_667,
      vatRate: 2_000,
    },
    { label: 'Deux étages sans ascenseur', quantity: 2_000, unit: 'piece', unitPrice: 7_500, vatRate: 2_000 },
    {
      label: 'Emballage',
      quantity: 2_500,
      unit: 'hour',
      unitPrice: 3_800,
      vatRate: 2_000,
      discount: { label: 'client fidèle', amount: 950 },
    },
  ],
  allowances: [],
  payment: { means: 'transfer', paid: 20_000, paidOn: '2027-03-01' },
  rounding: 0,
}

export const invoiceDocument: InvoiceDocument = {
  kind: 'invoice',
  audience: 'full',
  locale: 'fr',
  timeZone: 'Europe/Paris',
  madeAt: '2027-03-01T09:00:00Z',
  brand: { color: '#0f766e' },
  invoice,
}
