import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import { Id } from '../messages/schemas.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { Filter } from './filter.ts'
import {
  exampleFilter,
  exampleFound,
  exampleSegment,
  Found,
  NewSegment,
  Segment,
  SegmentChange,
  SegmentFound,
} from './schemas.ts'
import type { Segments } from './segments.ts'

interface Deps {
  readonly auth: Authentication
  readonly segments: Segments
}

/** /v1/segments: contacts somebody means together, by a filter or on a list. */
export const segmentRoutes =
  ({ auth, segments }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Segments']
    const read = auth.guard({ scope: 'read', permission: 'campaigns.read' })
    const manage = auth.guard({ scope: 'send', permission: 'campaigns.manage' })

    app.get(
      '/segments',
      {
        onRequest: read,
        schema: {
          summary: 'Segments, newest first',
          tags,
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(Segment) },
          example: { response: { items: [exampleSegment], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const rows = await segments.list(auth.callerOf(request).organizationId, {
          before: idBefore('segments', cursor),
          limit: limit + 1,
        })
        return idPage('segments', rows, limit, (row) => row)
      },
    )

    app.post(
      '/segments',
      {
        onRequest: manage,
        schema: {
          summary: 'Make a segment: a filter, or a list',
          tags,
          body: NewSegment,
          response: { 201: Segment },
          example: { body: { name: exampleSegment.name, filter: exampleFilter }, response: exampleSegment },
        },
      },
      async (request, reply) =>
        reply
          .code(201)
          .send(
            await segments.create(
              auth.callerOf(request).organizationId,
              request.body as Parameters<Segments['create']>[1],
            ),
          ),
    )

    app.post(
      '/segments/preview',
      {
        onRequest: read,
        schema: {
          summary: 'Whom a filter would find now',
          tags,
          body: z.strictObject({ filter: Filter }),
          response: { 200: Found },
          example: { body: { filter: exampleFilter }, response: exampleFound },
        },
      },
      async (request) =>
        segments.preview(
          auth.callerOf(request).organizationId,
          request.body.filter as Parameters<Segments['preview']>[1],
        ),
    )

    app.get(
      '/segments/:id',
      {
        onRequest: read,
        schema: {
          summary: 'A segment, and whom it finds now',
          tags,
          params: Id,
          response: { 200: SegmentFound },
          example: { response: { ...exampleSegment, ...exampleFound } },
        },
      },
      async (request) => segments.get(auth.callerOf(request).organizationId, request.params.id),
    )

    app.patch(
      '/segments/:id',
      {
        onRequest: manage,
        schema: {
          summary: 'Change a segment; a campaign that has begun keeps its recipients',
          tags,
          params: Id,
          body: SegmentChange,
          response: { 200: Segment },
          example: { body: { name: 'Readers' }, response: { ...exampleSegment, name: 'Readers' } },
        },
      },
      async (request) =>
        segments.update(
          auth.callerOf(request).organizationId,
          request.params.id,
          request.body as Parameters<Segments['update']>[2],
        ),
    )

    app.delete(
      '/segments/:id',
      {
        onRequest: manage,
        schema: {
          summary: 'Remove a segment; its contacts stay',
          tags,
          params: Id,
          response: { 204: z.void() },
          example: {},
        },
      },
      async (request, reply) => {
        await segments.remove(auth.callerOf(request).organizationId, request.params.id)
        return reply.code(204).send()
      },
    )

    app.post(
      '/segments/:id/contacts',
      {
        onRequest: manage,
        schema: {
          summary: 'Put contacts on a list; those that are on it stay, and those that are none of yours are left out',
          tags,
          params: Id,
          body: z.strictObject({ contactIds: z.array(z.uuid()).min(1).max(1_000) }),
          response: { 200: z.object({ added: z.int() }) },
          example: { body: { contactIds: [exampleFound.examples[0]!.id] }, response: { added: 1 } },
        },
      },
      async (request) =>
        segments.add(auth.callerOf(request).organizationId, request.params.id, request.body.contactIds),
    )

    app.delete(
      '/segments/:id/contacts/:contactId',
      {
        onRequest: manage,
        schema: {
          summary: 'Take a contact off a list',
          tags,
          params: z.object({ id: z.uuid(), contactId: z.uuid() }),
          response: { 204: z.void() },
          example: {},
        },
      },
      async (request, reply) => {
        await segments.take(auth.callerOf(request).organizationId, request.params.id, request.params.contactId)
        return reply.code(204).send()
      },
    )
  }
