import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { invalid } from '../../errors.ts'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { Feed, FeedRow } from './feed.ts'

interface Deps {
  readonly auth: Authentication
  readonly feed: Feed
  /** A signed-in member's own contact. */
  readonly contactOfMember: (organizationId: string, memberId: string) => Promise<string | undefined>
}

const at = z.date()
const Item = z
  .object({
    id: z.uuid(),
    title: z.string(),
    body: z.string(),
    actionUrl: z.string().nullable(),
    createdAt: at,
    seenAt: at.nullable(),
    readAt: at.nullable(),
    archivedAt: at.nullable(),
  })
  .meta({ id: 'InAppItem' })
const Whose = {
  contactId: z.uuid().optional().describe('Whose feed. A subscriber token and a signed-in member have their own.'),
}
const Id = z.object({ id: z.uuid() })

const item = {
  id: '019a9f00-0000-7000-8000-000000000050',
  title: 'Payment received',
  body: '42.00 EUR for order 42',
  actionUrl: null,
  createdAt: new Date('2026-11-02T09:00:00Z'),
  seenAt: null,
  readAt: null,
  archivedAt: null,
}

export const inAppRoutes =
  ({ auth, feed, contactOfMember }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['In-app']
    const onRequest = auth.guard({ scope: 'read', permission: 'messages.read', subscriber: true })

    app.get(
      '/in-app',
      {
        onRequest,
        schema: {
          summary: 'A contact’s feed, newest first',
          tags,
          querystring: z.strictObject({ ...pageQuery, ...Whose }),
          response: { 200: Page(Item) },
          example: { response: { items: [item], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, contactId } = request.query
        const who = await whose(request, contactId)
        const rows = await feed.list(who.organizationId, who.contactId, {
          before: idBefore('in-app', cursor),
          limit: limit + 1,
        })
        return idPage('in-app', rows, limit, toItem)
      },
    )

    app.get(
      '/in-app/unread-count',
      {
        onRequest,
        schema: {
          summary: 'How many items are unread, and unseen',
          tags,
          querystring: z.strictObject(Whose),
          response: { 200: z.object({ unread: z.int(), unseen: z.int() }) },
          example: { response: { unread: 2, unseen: 1 } },
        },
      },
      async (request) => {
        const who = await whose(request, request.query.contactId)
        return feed.count(who.organizationId, who.contactId)
      },
    )

    for (const mark of ['seen', 'read', 'unread', 'archive'] as const)
      app.post(
        `/in-app/:id/${mark}`,
        {
          onRequest,
          schema: {
            summary: `Mark an item ${mark === 'archive' ? 'archived' : mark}`,
            tags,
            params: Id,
            querystring: z.strictObject(Whose),
            response: { 200: Item },
            example: { response: item },
          },
        },
        async (request) => {
          const who = await whose(request, request.query.contactId)
          return toItem(await feed.mark(who.organizationId, who.contactId, request.params.id, mark))
        },
      )

    for (const mark of ['seen', 'read'] as const)
      app.post(
        `/in-app/${mark}-all`,
        {
          onRequest,
          schema: {
            summary: `Mark the whole feed ${mark}`,
            tags,
            querystring: z.strictObject(Whose),
            response: { 200: z.object({ changed: z.int() }) },
            example: { response: { changed: 3 } },
          },
        },
        async (request) => {
          const who = await whose(request, request.query.contactId)
          return { changed: await feed.markAll(who.organizationId, who.contactId, mark) }
        },
      )

    async function whose(
      request: FastifyRequest,
      asked: string | undefined,
    ): Promise<{ organizationId: string; contactId: string }> {
      const { organizationId, actor, contactId: own } = auth.callerOf(request)
      if (own !== undefined) return { organizationId, contactId: own }
      const contactId = asked ?? (actor.kind === 'member' ? await contactOfMember(organizationId, actor.id) : undefined)
      if (contactId === undefined) throw invalid('contactId', 'says whose feed; an API key has none of its own')
      return { organizationId, contactId }
    }
  }

const toItem = (row: FeedRow) => ({
  id: row.message_id,
  title: row.title,
  body: row.body,
  actionUrl: row.action_url,
  createdAt: row.created_at,
  seenAt: row.seen_at,
  readAt: row.read_at,
  archivedAt: row.archived_at,
})
