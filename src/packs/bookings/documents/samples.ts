import type { FullConfirmation, RestrictedConfirmation } from './confirmation-document.ts'
import type { Invoice } from './invoice.ts'
import type { InvoiceDocument } from './invoice-document.ts'
import type { MissionOrder, MissionProposal } from './mission-documents.ts'
import type { Seller } from './parties.ts'
import type { QuoteDocument } from './quote-document.ts'
import { areaOf, type Measure, restrictedClient } from './restricted.ts'
import { businessOf } from './setting.ts'

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

const setting = {
  locale: 'fr',
  timeZone: 'Europe/Paris',
  madeAt: '2027-03-01T09:00:00Z',
  brand: { color: '#0f766e' },
}

export const invoiceDocument: InvoiceDocument = { kind: 'invoice', audience: 'full', ...setting, invoice }

const client = {
  name: 'Camille Exemple',
  email: 'camille@example.com',
  phone: '06 39 98 00 01',
  address: invoice.buyer.address,
}
const place = { lines: ['3 quai de la Rivière'], postalCode: '69005', city: 'Lyon', country: 'FR' }
const work = {
  ...setting,
  business: businessOf(seller),
  reference: 'BK-2027-000123',
  service: 'Déménagement, 25 m³',
  startsAt: '2027-03-18T07:00:00Z',
}
const details = [
  { label: 'Volume', value: '25 m³' },
  { label: 'Distance', value: '18 km' },
  { label: 'Étages au départ', value: '2, sans ascenseur' },
  { label: 'Objets fragiles', value: 'Un piano droit, deux tableaux' },
]
const measures: Measure[] = [
  { label: 'Volume', value: 25, unit: 'm3' },
  { label: 'Distance', value: 18, unit: 'km' },
  { label: 'Étages au départ', value: 2 },
  { label: 'Ascenseur', value: false },
]
const professional = {
  company: 'Transports Modèle',
  contactName: 'Alix Modèle',
  phone: '06 39 98 00 02',
  email: 'alix@example.com',
}

export const quoteDocument: QuoteDocument = {
  kind: 'quote',
  audience: 'full',
  ...setting,
  business: businessOf(seller),
  reference: 'DV-2027-000456',
  issuedOn: '2027-03-01',
  validUntil: '2027-03-11T17:00:00Z',
  client,
  service: work.service,
  wishedAt: work.startsAt,
  place,
  details: details.slice(0, 3),
  currency: 'EUR',
  lines: [
    { label: 'Transport', detail: '25 m³ sur 18 km', amount: 62_000, vatRate: 2_000 },
    { label: 'Deux étages sans ascenseur', amount: 18_000, vatRate: 2_000 },
    { label: 'Cartons et protections', amount: 9_000, vatRate: 2_000 },
  ],
}

export const fullConfirmation: FullConfirmation = {
  kind: 'booking_confirmation',
  audience: 'full',
  ...work,
  insured: true,
  client,
  place,
  details,
  currency: 'EUR',
  amount: 89_000,
  note: 'Le code du portail est le 12A45. Merci de sonner chez la gardienne avant 8 h.',
}

export const restrictedConfirmation: RestrictedConfirmation = {
  kind: 'booking_confirmation',
  audience: 'restricted',
  ...work,
  insured: true,
  client: restrictedClient(client),
  area: areaOf(place),
  measures,
}

export const missionProposal: MissionProposal = {
  kind: 'mission_proposal',
  audience: 'restricted',
  ...work,
  reference: 'MI-2027-000077',
  professional,
  client: restrictedClient(client),
  area: areaOf(place),
  distanceKm: 12.4,
  answerBy: '2027-03-02T17:00:00Z',
  currency: 'EUR',
  pay: 64_000,
  measures,
}

export const missionOrder: MissionOrder = {
  kind: 'mission_order',
  audience: 'full',
  ...work,
  reference: 'MI-2027-000077',
  professional,
  client,
  place,
  currency: 'EUR',
  pay: 64_000,
  details,
  access: 'Portail : code 12A45.\nStationnement possible devant le n° 5, la rue est étroite : pas de semi-remorque.',
}
