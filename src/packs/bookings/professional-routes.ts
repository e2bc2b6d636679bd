import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { change, look } from './acts.ts'
import { type Professionals, toProfessional } from './professionals.ts'
import { Id } from './schemas.ts'
import { Coordinates } from './settings.ts'

interface Deps {
  readonly surface: PackSurface
  readonly professionals: Professionals
}

const fields = {
  company: z.string().trim().min(1).max(200),
  address: z.string().trim().min(3).max(300).optional().describe('Looked up where there are no coordinates'),
  coordinates: Coordinates.nullish().describe('Without them nothing is near: they are asked for no mission'),
  radiusKm: z.int().min(1).max(5_000).nullish().describe('How far they go; as far as the organization asks by default'),
  skills: z.array(z.string().min(1).max(60)).max(50).describe('Keys of service types'),
  blacklisted: z.boolean().optional().describe('Is never asked'),
  available: z.boolean().optional().describe('Is not asked while this is false'),
}

const NewProfessional = z
  .strictObject({
    ...fields,
    name: z.string().trim().min(1).max(200).optional(),
    email: z.email().max(320),
    phone: z.string().trim().min(3).max(32).optional(),
    locale: z.enum(['fr', 'en']).optional(),
  })
  .meta({ id: 'NewProfessional' })

const Professional = z
  .object({
    id: z.uuid(),
    contactId: z.uuid(),
    company: z.string(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
    coordinates: z.object({ latitude: z.number(), longitude: z.number() }).nullable(),
    radiusKm: z.int().nullable(),
    skills: z.array(z.string()).readonly(),
    blacklisted: z.boolean(),
    available: z.boolean(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Professional' })

const at = new Date('2027-01-12T09:00:00Z')
const body = {
  company: 'Transports Exemple',
  name: 'Alix Exemple',
  email: 'alix@example.com',
  phone: '+33639980002',
  coordinates: { latitude: 45.76, longitude: 4.84 },
  radiusKm: 80,
  skills: ['moving'],
}
const example = {
  ...body,
  id: '019a9f00-0000-7000-8000-0000000000b5',
  contactId: '019a9f00-0000-7000-8000-000000000021',
  blacklisted: false,
  available: true,
  createdAt: at,
  updatedAt: at,
}

/** /v1/bookings/professionals: who may be asked to do a job. */
export const professionalRoutes =
  ({ surface, professionals }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Professionals']
    const { callerOf } = surface

    app.get(
      '/bookings/professionals',
      {
        onRequest: surface.guard('bookings.read', look('professionals.listed')),
        schema: {
          summary: 'Professionals, newest first',
          tags,
          querystring: z.strictObject({
            ...pageQuery,
            search: z.string().trim().max(200).optional().describe('A part of the company, the name or the address'),
            skill: z.string().max(60).optional().describe('The key of a service they do'),
          }),
          response: { 200: Page(Professional) },
          example: { response: { items: [example], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, ...filter } = request.query
        const before = idBefore('professionals', cursor)
        const rows = await professionals.list(callerOf(request).organizationId, { ...filter, before, limit: limit + 1 })
        return idPage('professionals', rows, limit, toProfessional)
      },
    )

    app.get(
      '/bookings/professionals/:id',
      {
        onRequest: surface.guard('bookings.read', look('professional.read')),
        schema: {
          summary: 'One professional',
          tags,
          params: Id,
          response: { 200: Professional },
          example: { response: example },
        },
      },
      async (request) => professionals.get(callerOf(request).organizationId, request.params.id),
    )

    app.post(
      '/bookings/professionals',
      {
        onRequest: surface.guard('bookings.manage', change('professional.added')),
        schema: {
          summary: 'Add a professional; they become a contact',
          tags,
          body: NewProfessional,
          response: { 201: Professional },
          example: { body, response: example },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await professionals.add(callerOf(request).organizationId, request.body)),
    )

    app.patch(
      '/bookings/professionals/:id',
      {
        onRequest: surface.guard('bookings.manage', change('professional.updated')),
        schema: {
          summary: 'Change where, how far and for what a professional is asked, or whether at all',
          tags,
          params: Id,
          body: z.strictObject(fields).partial(),
          response: { 200: Professional },
          example: { body: { available: false }, response: { ...example, available: false } },
        },
      },
      async (request) => professionals.change(callerOf(request).organizationId, request.params.id, request.body),
    )

    app.delete(
      '/bookings/professionals/:id',
      {
        onRequest: surface.guard('bookings.manage', change('professional.removed')),
        schema: {
          summary: 'Ask a professional no more; what they did stays',
          tags,
          params: Id,
          response: { 204: z.void() },
        },
      },
      async (request, reply) => {
        await professionals.remove(callerOf(request).organizationId, request.params.id)
        return reply.code(204).send()
      },
    )
  }
