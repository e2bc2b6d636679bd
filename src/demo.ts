import { hkdfSync } from 'node:crypto'
import type { Contacts } from './engine/contacts/contacts.ts'
import type { Accept } from './engine/messages/accept.ts'
import type { ApiKeys } from './engine/organizations/api-keys.ts'
import type { Organizations } from './engine/organizations/organizations.ts'

/** How to get in: printed at the start, and offered by the sign-in page, while the demo organization is loaded. */
export interface DemoAccess {
  readonly email: string
  readonly password: string
  readonly apiKey: string
}

interface Deps {
  readonly organizations: Organizations
  readonly apiKeys: ApiKeys
  readonly contacts: Contacts
  readonly accept: Accept
  /** False when a real mail server is set: sample people get no mail. */
  readonly sendSamples: boolean
}

const OWNER = { email: 'owner@demo.example', name: 'Sample Owner', role: 'owner' as const }

const CONTACTS = [
  {
    externalId: 'sample-1',
    name: 'Camille Exemple',
    email: 'camille@demo.example',
    phone: '+33639980001',
    locale: 'fr',
    timeZone: 'Europe/Paris',
  },
  {
    externalId: 'sample-2',
    name: 'Sam Sample',
    email: 'sam@demo.example',
    phone: '+33639980002',
    locale: 'en',
    timeZone: 'Europe/London',
  },
  {
    externalId: 'sample-3',
    name: 'Dominique Modèle',
    email: 'dominique@demo.example',
    phone: '+33639980003',
    locale: 'fr',
    timeZone: 'Europe/Paris',
  },
  {
    externalId: 'sample-4',
    name: 'Alex Placeholder',
    email: 'alex@demo.example',
    phone: null,
    locale: 'en',
    timeZone: 'America/New_York',
  },
]

/**
 * Loads the demo organization once, and says how to get in. Its password and API key follow from the server's secret, so
 * they stay the same from start to start; CARILLON_DEMO_API_KEY presets the key.
 */
export async function loadDemo(
  { organizations, apiKeys, contacts, accept, sendSamples }: Deps,
  secret: string,
  presetKey: string | undefined,
): Promise<DemoAccess> {
  const password = derived(secret, 'demo password').slice(0, 14)
  const apiKey = presetKey ?? `crl_${derived(secret, 'demo api key')}`
  const known = await organizations.demo()
  const organization =
    known ??
    (await organizations.create({
      name: 'Atelier Carillon (demo)',
      country: 'FR',
      locale: 'fr',
      timeZone: 'Europe/Paris',
      brand: { color: '#3b5bdb', website: 'https://demo.example', address: '1 rue de l’Exemple, 75000 Paris' },
      demo: true,
    }))
  await organizations.createMember({
    organizationId: organization.id,
    email: OWNER.email,
    password,
    name: OWNER.name,
    role: OWNER.role,
  })
  await apiKeys.create({
    organizationId: organization.id,
    name: 'Demo key',
    scopes: ['send', 'read', 'manage'],
    key: apiKey,
  })
  if (!known) {
    for (const contact of CONTACTS) await contacts.create(organization.id, contact)
    if (sendSamples) await firstMessages(organization.id, accept)
  }
  return { email: OWNER.email, password, apiKey }
}

/** A few messages, so that no page is empty on the first visit. */
async function firstMessages(organizationId: string, accept: Accept): Promise<void> {
  await accept.one(organizationId, {
    type: 'message.custom',
    to: { externalId: 'sample-2' },
    payload: {
      subject: 'Welcome to Carillon',
      body: 'This mail was rendered and sent by the sandbox: nothing left this machine.\n\nOpen its timeline to see every step it took, or send one of your own.',
    },
    channels: ['email'],
  })
  await accept.one(organizationId, {
    type: 'message.custom',
    to: { externalId: 'sample-1' },
    payload: { subject: 'Bienvenue', body: 'Votre commande d’essai est prête. À bientôt !' },
    channels: ['sms', 'whatsapp'],
  })
}

const derived = (secret: string, use: string): string =>
  Buffer.from(hkdfSync('sha256', secret, '', use, 30)).toString('base64url')
