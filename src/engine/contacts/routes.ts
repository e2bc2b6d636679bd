import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { WHATSAPP_ID } from '../channels/address.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { DEFAULT_TOKEN_SECONDS, MAX_TOKEN_SECONDS, type SubscriberTokens } from '../organizations/subscriber-tokens.ts'
import type { Contacts } from './contacts.ts'

interface Deps {
  readonly auth: Authentication
  readonly contacts: Contacts
  readonly subscriberTokens: SubscriberTokens
}

const fields = {
  externalId: z.string().min(1).max(255).nullish().describe('Your own id of this person; unique'),
  name: z.string().max(200).nullish(),
  email: z.string().max(320).nullish(),
  phone: z.string().max(32).nullish().describe('E.164, or as it is dialled in the organization’s country'),
  whatsappId: z
    .string()
    .regex(WHATSAPP_ID, 'Write it as WhatsApp gives it: FR.1349…')
    .nullish()
    .describe('WhatsApp’s own id of the person, for those who show no number'),
  locale: z.string().max(35).nullish(),
  timeZone: z.string().max(64).nullish(),
  attributes: z.record(z.string(), z.unknown()).optional(),
}
const Draft = z.strictObject(fields).meta({ id: 'ContactDraft' })

const Contact = z
  .object({
    id: z.uuid(),
    externalId: z.string().nullable(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    whatsappId: z.string().nullable(),
    locale: z.string().nullable(),
    timeZone: z.string().nullable(),
    attributes: z.record(z.string(), z.unknown()),
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
    erasedAt: z.iso
      .datetime()
      .nullable()
      .describe('When its erasure was asked for: then nothing else is here any more'),
  })
  .meta({ id: 'Contact' })

const Id = z.object({ id: z.uuid() })

const draft = {
  externalId: 'client-7',
  name: 'Sample Client',
  email: 'client@example.org',
  phone: '+33639980001',
  locale: 'fr',
  timeZone: 'Europe/Paris',
  attributes: { vip: true },
}
const contact = {
  id: '019a9f00-0000-7000-8000-000000000001',
  ...draft,
  whatsappId: null,
  createdAt: '2026-11-02T09:00:00.000Z',
  updatedAt: '2026-11-02T09:00:00.000Z',
  erasedAt: null,
}

export const contactRoutes =
  ({ auth, contacts, subscriberTokens }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Contacts']

    app.post(
      '/contacts',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'contacts.manage' }),
        schema: {
          summary: 'Add a contact',
          tags,
          body: Draft,
          response: { 201: Contact },
          example: { body: draft, response: contact },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await contacts.create(auth.callerOf(request).organizationId, request.body)),
    )

    app.get(
      '/contacts',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'contacts.read' }),
        schema: {
          summary: 'Contacts, newest first',
          tags,
          querystring: z.strictObject({
            ...pageQuery,
            email: z.string().optional(),
            phone: z.string().optional(),
            externalId: z.string().optional(),
            search: z
              .string()
              .trim()
              .min(1)
              .max(200)
              .optional()
              .describe('A part of the name, the beginning of an address, or your own id'),
          }),
          response: { 200: Page(Contact) },
          example: { response: { items: [contact], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const rows = await contacts.list(auth.callerOf(request).organizationId, {
          ...filter,
          before: idBefore('contacts', cursor),
          limit: limit + 1,
        })
        return idPage('contacts', rows, limit, (row) => row)
      },
    )

    app.get(
      '/contacts/:id',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'contacts.read' }),
        schema: {
          summary: 'One contact',
          tags,
          params: Id,
          response: { 200: Contact },
          example: { response: contact },
        },
      },
      async (request) => contacts.get(auth.callerOf(request).organizationId, request.params.id),
    )

    app.patch(
      '/contacts/:id',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'contacts.manage' }),
        schema: {
          summary: 'Change a contact; null empties a field',
          tags,
          params: Id,
          body: Draft,
          response: { 200: Contact },
          example: { body: { locale: 'en' }, response: { ...contact, locale: 'en' } },
        },
      },
      async (request) => contacts.update(auth.callerOf(request).organizationId, request.params.id, request.body),
    )

    app.delete(
      '/contacts/:id',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'contacts.manage' }),
        schema: {
          summary: 'Remove a contact; what still waits for it is cancelled',
          tags,
          params: Id,
          response: { 204: z.void() },
          example: {},
        },
      },
      async (request, reply) => {
        await contacts.remove(auth.callerOf(request).organizationId, request.params.id)
        return reply.code(204).send()
      },
    )

    app.post(
      '/contacts/:id/token',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'contacts.manage' }),
        schema: {
          summary: 'A short-lived token for the contact’s own in-app feed and live socket',
          tags,
          params: Id,
          body: z
            .strictObject({ seconds: z.int().min(60).max(MAX_TOKEN_SECONDS).default(DEFAULT_TOKEN_SECONDS) })
            .nullish(),
          response: { 201: z.object({ token: z.string(), expiresAt: z.date() }) },
          example: {
            body: { seconds: 3600 },
            response: { token: 'eyJ…', expiresAt: new Date('2026-11-02T10:00:00Z') },
          },
        },
      },
      async (request, reply) => {
        const { organizationId } = auth.callerOf(request)
        const { id, erasedAt } = await contacts.get(organizationId, request.params.id)
        if (erasedAt) throw new AppError('contact_erased', `Contact ${id} was erased`)
        return reply.code(201).send(subscriberTokens.issue({ organizationId, contactId: id }, request.body?.seconds))
      },
    )
  }
