import { hkdfSync } from 'node:crypto'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Contacts } from './engine/contacts/contacts.ts'
import type { Accept } from './engine/messages/accept.ts'
import type { ApiKeys } from './engine/organizations/api-keys.ts'
import type { Authentication } from './engine/organizations/authentication.ts'
import type { Organizations } from './engine/organizations/organizations.ts'

/** How to get in: printed at the start, and offered by the sign-in page, while the demo organization is loaded. */
export interface DemoAccess {
  readonly email: string
  readonly password: string
  readonly apiKey: string
  /** Nobody is in it but its owner. */
  readonly empty?: boolean
}

interface Deps {
  readonly organizations: Organizations
  readonly apiKeys: ApiKeys
  readonly contacts: Contacts
  readonly accept: Accept
  /** What the packs add. */
  readonly sample: (organizationId: string) => Promise<void>
  /** False when a real mail server is set: sample people get no mail. */
  readonly sendSamples: boolean
  readonly onError: (error: unknown) => void
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

/** They follow from the server's secret, so they stay the same from start to start; CARILLON_DEMO_API_KEY presets the key. */
export const demoAccess = (secret: string, presetKey: string | undefined): DemoAccess => ({
  email: OWNER.email,
  password: derived(secret, 'demo password').slice(0, 14),
  apiKey: presetKey ?? `crl_${derived(secret, 'demo api key')}`,
})

/** Loads the demo organization, once; every later call finds it there. */
export async function loadDemo(
  { organizations, apiKeys, contacts, accept, sample, sendSamples, onError }: Deps,
  access: DemoAccess,
): Promise<void> {
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
    password: access.password,
    name: OWNER.name,
    role: OWNER.role,
  })
  await apiKeys.create({
    organizationId: organization.id,
    name: 'Demo key',
    scopes: ['send', 'read', 'manage'],
    key: access.apiKey,
  })
  if (access.empty) return
  // One by one, so that a start that was cut short is completed by the next.
  const missing = []
  for (const contact of CONTACTS) {
    const [there] = await contacts.list(organization.id, { externalId: contact.externalId, limit: 1 })
    if (!there) missing.push(contact)
  }
  for (const contact of missing) await contacts.create(organization.id, contact)
  await sample(organization.id)
  // They wait for the built-in words, which a first start is still publishing.
  if (missing.length > 0 && sendSamples) void firstMessages(organization.id, accept).catch(onError)
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
    dedupeKey: 'welcome',
  })
  await accept.one(organizationId, {
    type: 'message.custom',
    to: { externalId: 'sample-1' },
    payload: { subject: 'Bienvenue', body: 'Votre commande d’essai est prête. À bientôt !' },
    channels: ['sms', 'whatsapp'],
    dedupeKey: 'welcome',
  })
}

const derived = (secret: string, use: string): string =>
  Buffer.from(hkdfSync('sha256', secret, '', use, 30)).toString('base64url')

/** GET /v1/demo — how to get in, for the sign-in page of a demo. */
export const demoRoutes =
  ({ email, password }: DemoAccess, auth: Pick<Authentication, 'guard'>): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/demo',
      {
        onRequest: auth.guard('anyone'),
        schema: {
          summary: 'How to sign in to the demo; only there while it is loaded',
          tags: ['Sign-in'],
          response: { 200: z.object({ email: z.string(), password: z.string() }) },
          example: { response: { email: OWNER.email, password: 'a sample password' } },
        },
      },
      async () => ({ email, password }),
    )
  }
