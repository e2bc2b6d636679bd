import { Readable } from 'node:stream'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery, textAfter, textPage } from '../../platform/http/paging.ts'
import { streamReply } from '../../platform/http/schemas.ts'
import { isId } from '../../platform/ids.ts'
import { askedPlan } from '../messages/request.ts'
import { AcceptedAnswer, Id } from '../messages/schemas.ts'
import { type Authentication, actorOf } from '../organizations/authentication.ts'
import type { CampaignDraft, Campaigns } from './campaigns.ts'
import { recipientsCsv } from './recipients-csv.ts'
import {
  Campaign,
  CampaignChange,
  CampaignStatus,
  Estimate,
  exampleCampaign,
  exampleDraft,
  exampleEstimate,
  exampleProgress,
  exampleRecipient,
  Label,
  NewCampaign,
  Progress,
  Recipient,
  RecipientStatus,
} from './schemas.ts'
import type { TestCampaign } from './test-campaign.ts'

interface Deps {
  readonly auth: Authentication
  readonly campaigns: Campaigns
  readonly testCampaign: TestCampaign
}

const recipientFilter = { status: RecipientStatus.optional(), reason: z.string().max(100).optional() }

/** /v1/campaigns: one message for many people. */
export const campaignRoutes =
  ({ auth, campaigns, testCampaign }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Campaigns']
    const read = auth.guard({ scope: 'read', permission: 'campaigns.read' })
    const manage = auth.guard({ scope: 'send', permission: 'campaigns.manage' })

    app.get(
      '/campaigns',
      {
        onRequest: read,
        schema: {
          summary: 'Campaigns, newest first',
          tags,
          querystring: z.strictObject({ ...pageQuery, status: CampaignStatus.optional() }),
          response: { 200: Page(Campaign) },
          example: { response: { items: [exampleCampaign], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, status } = request.query
        const rows = await campaigns.list(auth.callerOf(request).organizationId, {
          status,
          before: idBefore('campaigns', cursor),
          limit: limit + 1,
        })
        return idPage('campaigns', rows, limit, (row) => row)
      },
    )

    app.post(
      '/campaigns',
      {
        onRequest: manage,
        schema: {
          summary: 'Prepare a campaign; nothing is sent before it is started',
          tags,
          body: NewCampaign,
          response: { 201: Campaign },
          example: { body: exampleDraft, response: { ...exampleCampaign, status: 'draft' as const, startedAt: null } },
        },
      },
      async (request, reply) => {
        const caller = auth.callerOf(request)
        const { channels, ...draft } = request.body
        return reply
          .code(201)
          .send(
            await campaigns.create(
              caller.organizationId,
              { ...draft, channels: askedPlan(channels)! },
              actorOf(caller),
            ),
          )
      },
    )

    app.get(
      '/campaigns/:id',
      {
        onRequest: read,
        schema: {
          summary: 'A campaign, and how far it is',
          tags,
          params: Id,
          response: { 200: Campaign },
          example: { response: exampleCampaign },
        },
      },
      async (request) => campaigns.get(auth.callerOf(request).organizationId, request.params.id),
    )

    app.patch(
      '/campaigns/:id',
      {
        onRequest: manage,
        schema: {
          summary: 'Change a campaign that was not started',
          tags,
          params: Id,
          body: CampaignChange,
          response: { 200: Campaign },
          example: { body: { throttle: null }, response: { ...exampleCampaign, throttle: null } },
        },
      },
      async (request) => {
        const caller = auth.callerOf(request)
        const { channels, ...rest } = request.body
        const change = Object.fromEntries(
          Object.entries({ ...rest, channels: askedPlan(channels) }).filter(([, value]) => value !== undefined),
        ) as Partial<CampaignDraft>
        return campaigns.update(caller.organizationId, request.params.id, change, actorOf(caller))
      },
    )

    app.delete(
      '/campaigns/:id',
      {
        onRequest: manage,
        schema: {
          summary: 'Remove a campaign that was not started',
          tags,
          params: Id,
          response: { 204: z.void() },
          example: {},
        },
      },
      async (request, reply) => {
        await campaigns.remove(auth.callerOf(request).organizationId, request.params.id)
        return reply.code(204).send()
      },
    )

    app.post(
      '/campaigns/:id/estimate',
      {
        onRequest: read,
        schema: {
          summary: 'What it would come to now: whom it reaches, whom not and why, and what that costs',
          description:
            'Decided by the rules that decide when it is sent; nothing is written. Of more than 20 000 contacts a part is looked at and stands for the others.',
          tags,
          params: Id,
          response: { 200: Estimate },
          example: { response: exampleEstimate },
        },
      },
      async (request) => campaigns.estimate(auth.callerOf(request).organizationId, request.params.id),
    )

    app.post(
      '/campaigns/:id/start',
      {
        onRequest: manage,
        schema: {
          summary: 'Start it, now or at its time',
          description: 'Refused as `nobody_to_reach`, with the reasons, when nobody would be sent it.',
          tags,
          params: Id,
          response: { 200: Campaign },
          example: { response: { ...exampleCampaign, status: 'preparing' as const } },
        },
      },
      async (request) => {
        const caller = auth.callerOf(request)
        return campaigns.start(caller.organizationId, request.params.id, actorOf(caller))
      },
    )

    const moves = [
      ['pause', 'Pause it: no further recipient is written to once this answers', 'paused'],
      ['resume', 'Go on where it was paused', 'running'],
      ['cancel', 'End it: what it has given to be sent and nobody has begun to send is stopped', 'cancelled'],
    ] as const
    for (const [name, summary, status] of moves)
      app.post(
        `/campaigns/:id/${name}`,
        {
          onRequest: manage,
          schema: {
            summary,
            tags,
            params: Id,
            response: { 200: Campaign },
            example: { response: { ...exampleCampaign, status } },
          },
        },
        async (request) => campaigns[name](auth.callerOf(request).organizationId, request.params.id),
      )

    app.post(
      '/campaigns/:id/winner',
      {
        onRequest: manage,
        schema: {
          summary: 'Choose the winner of an A/B test now, by hand',
          tags,
          params: Id,
          body: z.strictObject({ variant: Label }),
          response: { 200: Campaign },
          example: { body: { variant: 'B' as const }, response: { ...exampleCampaign, winner: 'B' as const } },
        },
      },
      async (request) =>
        campaigns.choose(auth.callerOf(request).organizationId, request.params.id, request.body.variant),
    )

    app.post(
      '/campaigns/:id/test-send',
      {
        onRequest: manage,
        schema: {
          summary: 'Send it to yourself or a contact of yours, on each of its channels, marked as a test',
          tags,
          params: Id,
          body: z
            .strictObject({
              variant: Label.default('A'),
              to: z.strictObject({ contactId: z.uuid() }).optional().describe('The signed-in member unless set'),
            })
            .prefault({}),
          response: {
            202: z.object({ messages: z.array(AcceptedAnswer.shape.messages.element) }),
          },
          example: {
            body: { variant: 'A' as const },
            response: {
              messages: [{ id: '019a9f00-0000-7000-8000-000000000010', channel: 'email', status: 'queued' }],
            },
          },
        },
      },
      async (request, reply) => {
        const { organizationId, actor } = auth.callerOf(request)
        return reply.code(202).send(await testCampaign(organizationId, request.params.id, request.body, actor))
      },
    )

    app.get(
      '/campaigns/:id/progress',
      {
        onRequest: read,
        schema: {
          summary: 'How far a campaign is, in numbers; also told live as campaign.progress',
          tags,
          params: Id,
          response: { 200: z.object({ id: z.uuid(), status: CampaignStatus, ...Progress.shape }) },
          example: { response: { id: exampleCampaign.id, status: 'running' as const, ...exampleProgress } },
        },
      },
      async (request) => {
        const { id, status, progress } = await campaigns.get(auth.callerOf(request).organizationId, request.params.id)
        return { id, status, ...progress }
      },
    )

    app.get(
      '/campaigns/:id/recipients',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'contacts.read' }),
        schema: {
          summary: 'Who it is for, and what became of each',
          tags,
          params: Id,
          querystring: z.strictObject({ ...pageQuery, ...recipientFilter }),
          response: { 200: Page(Recipient) },
          example: { response: { items: [exampleRecipient], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, status, reason } = request.query
        const after = textAfter('campaign-recipients', cursor)
        const rows = await campaigns.recipients(auth.callerOf(request).organizationId, request.params.id, {
          state: status,
          reason,
          after: isId(after) ? after : undefined,
          limit: limit + 1,
        })
        return textPage('campaign-recipients', rows, limit, ({ id }) => id)
      },
    )

    app.get(
      '/campaigns/:id/recipients.csv',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'contacts.read' }),
        schema: {
          summary: 'The same as a file, one line each, with their addresses',
          description:
            'CSV in UTF-8 whose cells no spreadsheet takes for formulas. Each line is as it was when it was written.',
          tags,
          params: Id,
          querystring: z.strictObject(recipientFilter),
          response: { 200: streamReply('The file') },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const { status, reason } = request.query
        const pages = await campaigns.everyRecipient(auth.callerOf(request).organizationId, id, {
          state: status,
          reason,
        })
        return reply
          .header('content-type', 'text/csv; charset=utf-8')
          .header('content-disposition', `attachment; filename="campaign-${id}.csv"`)
          .send(Readable.from(recipientsCsv(pages)))
      },
    )
  }
