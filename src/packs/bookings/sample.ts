import type { PackSurface } from '../../engine/packs/surface.ts'
import { AppError } from '../../errors.ts'
import type { Seller } from './documents/parties.ts'
import type { Sellers } from './documents/sellers.ts'
import type { NewProfessional, Professionals } from './professionals.ts'
import type { NewService, Services } from './services.ts'
import type { Settings } from './settings.ts'

interface Deps {
  readonly surface: Pick<PackSurface, 'db'>
  readonly services: Pick<Services, 'list' | 'add'>
  readonly settings: Pick<Settings, 'get' | 'change'>
  readonly professionals: Pick<Professionals, 'add'>
  readonly sellers: Pick<Sellers, 'get' | 'change'>
}

/** A mover of Paris. The registration numbers are made up and have right check digits. */
const SELLER: Seller = {
  legalName: 'Atelier Carillon (demo)',
  legalForm: 'SARL au capital de 10 000 €',
  register: 'RCS Paris 303 265 045',
  address: { lines: ['1 rue de l’Exemple'], postalCode: '75000', city: 'Paris', country: 'FR' },
  siren: '303265045',
  siret: '30326504500011',
  vatId: 'FR40303265045',
  vatScheme: 'standard',
  vatOnDebits: false,
  email: 'facturation@demo.example',
}

const PARIS = { latitude: 48.8566, longitude: 2.3522 }

const SERVICE: NewService = {
  key: 'moving',
  label: { fr: 'Déménagement', en: 'Moving' },
  professionalShare: 60,
  pricing: {
    rules: [
      { kind: 'base', label: { fr: 'Forfait', en: 'Base' }, amount: 20_000 },
      { kind: 'per_unit', label: { fr: 'Volume (m³)', en: 'Volume (m³)' }, input: 'volume', amount: 1_800 },
      {
        kind: 'per_unit',
        label: { fr: 'Distance (km)', en: 'Distance (km)' },
        input: 'distance',
        amount: 110,
        included: 20,
      },
      { kind: 'option', label: { fr: 'Emballage', en: 'Packing' }, input: 'packing', amount: 15_000 },
    ],
    insurance: { percent: 5, minimum: 2_000 },
  },
}

const PROFESSIONALS: readonly NewProfessional[] = [
  {
    company: 'Transports Modèle',
    email: 'transports@demo.example',
    phone: '+33639980011',
    locale: 'fr',
    coordinates: { latitude: 48.8924, longitude: 2.2153 },
    skills: [SERVICE.key],
  },
  {
    company: 'Exemple & Associés',
    email: 'associes@demo.example',
    phone: '+33639980012',
    locale: 'fr',
    coordinates: { latitude: 48.7904, longitude: 2.4556 },
    skills: [SERVICE.key],
  },
  {
    company: 'Sample Movers',
    email: 'movers@demo.example',
    phone: '+33639980013',
    locale: 'en',
    coordinates: { latitude: 49.4178, longitude: 2.8261 },
    radiusKm: 100,
    skills: [SERVICE.key],
  },
]

/** What the demo organization sells and who does it: enough for a quote that can be paid. Adds what was never there. */
export function createSample({ surface, services, settings, professionals, sellers }: Deps) {
  return async (organizationId: string): Promise<void> => {
    const { details } = await sellers.get(organizationId)
    if (Object.keys(details).length === 0) await sellers.change(organizationId, SELLER)
    const { fallback } = await settings.get(organizationId)
    if (!fallback) await settings.change(organizationId, { fallback: PARIS })
    const sold = await services.list(organizationId)
    if (!sold.some(({ key }) => key === SERVICE.key)) await services.add(organizationId, SERVICE).catch(unlessThere)
    // Those who were removed stay so.
    const known = await surface.db.run<{ email: string }>(
      'bookings.sampled',
      'select c.email from professional p join contact c on c.id = p.contact_id where p.organization_id = $1',
      [organizationId],
    )
    for (const professional of PROFESSIONALS)
      if (!known.some(({ email }) => email === professional.email))
        await professionals.add(organizationId, professional).catch(unlessThere)
  }
}

/** Two processes that start together add the same. */
function unlessThere(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'conflict') throw error
}
