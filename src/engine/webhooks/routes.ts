import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { invalid } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { DELIVERY_STATUSES } from './delivery-store.ts'
import type { Endpoints } from './endpoints.ts'
import {
  Delivery,
  description,
  Endpoint,
  EndpointWithSecret,
  events,
  Id,
  sampleDelivery,
  sampleEndpoint,
  secret,
  shown,
  shownDelivery,
  url,
} from './schemas.ts'

interface Deps {
  readonly auth: Authentication
  readonly endpoints: Endpoints
  readonly clock: Clock
}

const ENDPOINTS = 'webhook-endpoints'
const DELIVERIES = 'webhook-deliveries'
/** A replay that asks for no time is of the last day. */
const USUAL_REPLAY_MS = 24 * 3_600_000

/** /v1/webhook-endpoints: where an organization's own servers hear of what happens (standardwebhooks.com). */
export const webhookEndpointRoutes =
  ({ auth, endpoints, clock }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Outgoing webhooks']
    const reading = auth.guard({ scope: 'read', permission: 'settings.read' })
    const managing = auth.guard({ scope: 'manage', permission: 'webhooks.manage' })

    app.get(
      '/webhook-endpoints',
      {
        onRequest: reading,
        schema: {
          summary: 'Where your servers hear of what happens, newest first',
          tags,
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(Endpoint) },
          example: { response: { items: [sampleEndpoint], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const { organizationId } = auth.callerOf(request)
        const rows = await endpoints.list(organizationId, idBefore(ENDPOINTS, cursor), limit + 1)
        return idPage(ENDPOINTS, rows, limit, shown)
      },
    )

    app.post(
      '/webhook-endpoints',
      {
        onRequest: managing,
        schema: {
          summary: 'Add an endpoint; it hears of what happens from now on',
          tags,
          body: z.strictObject({
            url,
            description: description.optional(),
            events: events.optional(),
            enabled: z.boolean().optional(),
          }),
          response: { 201: EndpointWithSecret },
          example: {
            body: { url: sampleEndpoint.url, events: ['message.delivered', 'message.failed'] },
            response: { ...sampleEndpoint, secret },
          },
        },
      },
      async (request, reply) => {
        const made = await endpoints.create(auth.callerOf(request).organizationId, request.body)
        return reply.code(201).send({ ...shown(made.endpoint), secret: made.secret })
      },
    )

    app.get(
      '/webhook-endpoints/:id',
      {
        onRequest: reading,
        schema: {
          summary: 'One endpoint; its secret is never shown again',
          tags,
          params: Id,
          response: { 200: Endpoint },
          example: { response: sampleEndpoint },
        },
      },
      async (request) => shown(await endpoints.get(auth.callerOf(request).organizationId, request.params.id)),
    )

    app.patch(
      '/webhook-endpoints/:id',
      {
        onRequest: managing,
        schema: {
          summary: 'Change an endpoint, switch it off or on; what happens while it is off is not told to it',
          tags,
          params: Id,
          body: z.strictObject({
            url: url.optional(),
            description: description.optional(),
            events: events.optional(),
            enabled: z.boolean().optional(),
          }),
          response: { 200: Endpoint },
          example: { body: { enabled: true }, response: sampleEndpoint },
        },
      },
      async (request) =>
        shown(await endpoints.change(auth.callerOf(request).organizationId, request.params.id, request.body)),
    )

    app.delete(
      '/webhook-endpoints/:id',
      {
        onRequest: managing,
        schema: {
          summary: 'Remove an endpoint and what was told to it',
          tags,
          params: Id,
          response: { 204: z.void() },
        },
      },
      async (request, reply) => {
        await endpoints.remove(auth.callerOf(request).organizationId, request.params.id)
        return reply.code(204).send()
      },
    )

    app.post(
      '/webhook-endpoints/:id/secret',
      {
        onRequest: managing,
        schema: {
          summary: 'Change the secret; the former one signs beside it for a day',
          tags,
          params: Id,
          response: { 200: EndpointWithSecret },
          example: { response: { ...sampleEndpoint, secret } },
        },
      },
      async (request) => {
        const made = await endpoints.rotate(auth.callerOf(request).organizationId, request.params.id)
        return { ...shown(made.endpoint), secret: made.secret }
      },
    )

    app.post(
      '/webhook-endpoints/:id/test',
      {
        onRequest: managing,
        schema: {
          summary: 'Send it a webhook.test; look for the delivery to see what it answered',
          tags,
          params: Id,
          response: { 202: z.object({ deliveryId: z.uuid() }) },
          example: { response: { deliveryId: sampleDelivery.id } },
        },
      },
      async (request, reply) => {
        const deliveryId = await endpoints.test(auth.callerOf(request).organizationId, request.params.id)
        return reply.code(202).send({ deliveryId })
      },
    )

    app.get(
      '/webhook-endpoints/:id/deliveries',
      {
        onRequest: reading,
        schema: {
          summary: 'What was told to it and what it answered, newest first; kept for 30 days',
          tags,
          params: Id,
          querystring: z.strictObject({ ...pageQuery, status: z.enum(DELIVERY_STATUSES).optional() }),
          response: { 200: Page(Delivery) },
          example: { response: { items: [sampleDelivery], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, status } = request.query
        const rows = await endpoints.deliveries(auth.callerOf(request).organizationId, {
          endpointId: request.params.id,
          status,
          before: idBefore(DELIVERIES, cursor),
          limit: limit + 1,
        })
        return idPage(DELIVERIES, rows, limit, shownDelivery)
      },
    )

    app.post(
      '/webhook-endpoints/:id/deliveries/:deliveryId/replay',
      {
        onRequest: managing,
        schema: {
          summary: 'Send one delivery again, with the same webhook-id',
          tags,
          params: z.object({ id: z.uuid(), deliveryId: z.uuid() }),
          response: { 202: z.object({ replayed: z.int() }) },
          example: { response: { replayed: 1 } },
        },
      },
      async (request, reply) => {
        const { id, deliveryId } = request.params
        const replayed = await endpoints.replay(auth.callerOf(request).organizationId, id, { id: deliveryId })
        return reply.code(202).send({ replayed })
      },
    )

    app.post(
      '/webhook-endpoints/:id/replay',
      {
        onRequest: managing,
        schema: {
          summary: 'Send the deliveries of a time again: those that failed, or all',
          tags,
          params: Id,
          body: z.strictObject({
            from: z.iso.datetime({ offset: true }).optional().describe('Default: a day before the end'),
            to: z.iso.datetime({ offset: true }).optional().describe('Default: now'),
            failedOnly: z.boolean().default(true),
          }),
          response: { 202: z.object({ replayed: z.int() }) },
          example: { body: { from: '2026-11-20T00:00:00Z' }, response: { replayed: 12 } },
        },
      },
      async (request, reply) => {
        const { failedOnly } = request.body
        const to = request.body.to === undefined ? clock.now() : new Date(request.body.to)
        const from =
          request.body.from === undefined ? new Date(to.getTime() - USUAL_REPLAY_MS) : new Date(request.body.from)
        if (from >= to) throw invalid('from', 'It must be before the end')
        const { organizationId } = auth.callerOf(request)
        const replayed = await endpoints.replay(organizationId, request.params.id, { from, to, failedOnly })
        return reply.code(202).send({ replayed })
      },
    )
  }
