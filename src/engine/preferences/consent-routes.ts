import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { Timestamp } from '../../platform/http/timestamp.ts'
import { CHANNELS } from '../channels/channel.ts'
import { CONSENT_SOURCES, CONSENT_STATES, type Consents, HOST_SOURCES } from '../contacts/consents.ts'
import { BASES } from '../contacts/marketing.ts'
import { Id } from '../messages/schemas.ts'
import { type Authentication, actorOf } from '../organizations/authentication.ts'
import { CONFIRM_WITHIN_DAYS } from './agreement-store.ts'
import type { Agreements } from './agreements.ts'

interface Deps {
  readonly auth: Authentication
  readonly consents: Pick<Consents, 'list' | 'get'>
  readonly agreements: Pick<Agreements, 'record'>
}

const Consent = z
  .object({
    id: z.uuid(),
    channel: z.enum(CHANNELS),
    category: z.string().nullable().describe('The kind of news; null: everything on this channel'),
    address: z.string(),
    basis: z.enum(BASES).describe('They agreed; or they are a customer who was told that they can refuse'),
    state: z.enum(CONSENT_STATES).describe('`requested`: they were asked to confirm it'),
    source: z
      .enum(CONSENT_SOURCES)
      .describe(
        'They wrote it, their carrier said so, they chose or confirmed it; else where the host application has it from',
      ),
    wording: z.string().nullable().describe('What they wrote or read, or the carrier’s code'),
    at: z.date(),
    proof: z.record(z.string(), z.unknown()).nullable().describe('What the host application gave'),
    requestId: z.uuid().nullable().describe('The request that this confirms'),
    inboundId: z.uuid().nullable().describe('The proof: what they wrote'),
    messageId: z.uuid().nullable().describe('Or the message that the carrier answered so'),
  })
  .meta({ id: 'Consent' })

const consent = {
  id: '019a9f00-0000-7000-8000-000000000090',
  channel: 'sms' as const,
  category: null,
  basis: 'consent' as const,
  address: '+33639980001',
  state: 'withdrawn' as const,
  source: 'inbound' as const,
  wording: 'STOP',
  at: new Date('2026-11-02T09:00:00Z'),
  proof: null,
  requestId: null,
  inboundId: '019a9f00-0000-7000-8000-000000000091',
  messageId: null,
}

const LARGEST_PROOF = 4_000
const Proof = z
  .record(z.string(), z.unknown())
  .refine((proof) => JSON.stringify(proof).length <= LARGEST_PROOF, `takes ${LARGEST_PROOF} characters at most`)

const NewConsent = z
  .strictObject({
    channel: z.enum(['email', 'sms', 'whatsapp']),
    state: z.enum(CONSENT_STATES).default('granted').describe('`requested`: the contact is asked to confirm it first'),
    basis: z.enum(BASES).default('consent'),
    source: z.enum(HOST_SOURCES).describe('Where you have it from'),
    wording: z.string().trim().min(1).max(2_000).describe('What the contact read when agreeing, or said'),
    at: Timestamp.optional().describe('When; now unless given'),
    proof: Proof.optional().describe('Whatever shows it later: the form’s id, an IP address, a document’s reference'),
  })
  .meta({ id: 'NewConsent' })

const granted = {
  ...consent,
  category: 'mkt',
  channel: 'email' as const,
  address: 'client@example.org',
  state: 'granted' as const,
  source: 'form' as const,
  wording: 'I would like to receive offers by e-mail.',
  proof: { formId: 'newsletter-2', ip: '192.0.2.7' },
  inboundId: null,
}

/** GET and POST /v1/contacts/:id/consents — the log of what a contact said yes or no to. */
export const consentRoutes =
  ({ auth, consents, agreements }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/contacts/:id/consents',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'contacts.read' }),
        schema: {
          summary: 'What a contact said yes or no to, newest first: when, in which words, and what proves it',
          tags: ['Contacts'],
          params: Id,
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(Consent) },
          example: { response: { items: [consent], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const before = idBefore('consents', cursor)
        const rows = await consents.list(auth.callerOf(request).organizationId, request.params.id, {
          limit: limit + 1,
          ...(before ? { before } : {}),
        })
        return idPage('consents', rows, limit, (row) => row)
      },
    )

    app.post(
      '/contacts/:id/consents',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'contacts.manage' }),
        schema: {
          summary: 'Record that a contact agreed to marketing on a channel, or no longer does',
          description: `Where the organization asks for confirmation (\`doubleOptIn\`), a grant is recorded as \`requested\`, and the contact gets a message with a link that works for ${CONFIRM_WITHIN_DAYS} days; only then it counts. Asking again within ten minutes is the same request.`,
          tags: ['Contacts'],
          params: Id,
          body: NewConsent,
          response: { 201: Consent },
          example: {
            body: {
              channel: 'email',
              source: 'form',
              wording: granted.wording,
              proof: granted.proof,
            },
            response: granted,
          },
        },
      },
      async (request, reply) => {
        const caller = auth.callerOf(request)
        const { organizationId } = caller
        const { id } = await agreements.record(organizationId, request.params.id, request.body, actorOf(caller))
        return reply.code(201).send(await consents.get(organizationId, id))
      },
    )
  }
