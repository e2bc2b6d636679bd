import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../platform/http/paging.ts'
import type { Authentication } from '../organizations/authentication.ts'
import type { AccountEdits } from './edits.ts'
import {
  ACCOUNT_EXAMPLE,
  NEW_ACCOUNT_EXAMPLE,
  NewProviderAccount,
  ProviderAccount,
  ProviderAccountChange,
  TestAnswer,
} from './schemas.ts'
import type { AccountViews } from './views.ts'

interface Deps {
  readonly auth: Authentication
  readonly edits: AccountEdits
  readonly views: AccountViews
}

const Id = z.object({ id: z.uuid() })
const LIST = 'providers'

export const providerRoutes =
  ({ auth, edits, views }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Providers']
    const reading = auth.guard({ scope: 'read', permission: 'settings.read' })
    const managing = auth.guard({ scope: 'manage', permission: 'providers.manage' })

    app.get(
      '/providers',
      {
        onRequest: reading,
        schema: {
          summary:
            'Accounts messages go by: your own, and the platform’s where you have none; by channel, in the order they are used',
          tags,
          querystring: z.strictObject(pageQuery),
          response: { 200: Page(ProviderAccount) },
          example: { response: { items: [ACCOUNT_EXAMPLE], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor } = request.query
        const all = await views.list(auth.callerOf(request).organizationId)
        // A few dozen at most: a page is cut from the whole list, which is not in the order of ids.
        const after = idBefore(LIST, cursor)
        const rest = all.slice(after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1)
        return idPage(LIST, rest, limit, (account) => account)
      },
    )

    app.get(
      '/providers/:id',
      {
        onRequest: reading,
        schema: {
          summary: 'One provider account, with its state; secrets are never shown',
          tags,
          params: Id,
          response: { 200: ProviderAccount },
          example: { response: ACCOUNT_EXAMPLE },
        },
      },
      async (request) => views.get(auth.callerOf(request).organizationId, request.params.id),
    )

    app.post(
      '/providers',
      {
        onRequest: managing,
        schema: {
          summary: 'Add a provider account; from the next message on, its channel goes by your own',
          tags,
          body: NewProviderAccount,
          response: { 201: ProviderAccount },
          example: { body: NEW_ACCOUNT_EXAMPLE, response: ACCOUNT_EXAMPLE },
        },
      },
      async (request, reply) => {
        const made = await edits.create(auth.callerOf(request).organizationId, request.body)
        return reply.code(201).send(await views.showOne(made))
      },
    )

    app.patch(
      '/providers/:id',
      {
        onRequest: managing,
        schema: {
          summary: 'Change a provider account; what is not named stays, secrets too',
          tags,
          params: Id,
          body: ProviderAccountChange,
          response: { 200: ProviderAccount },
          example: {
            body: { position: 1, limits: { perSecond: 5 }, settings: { user: 'sample-2' } },
            response: {
              ...ACCOUNT_EXAMPLE,
              position: 1,
              limits: { perSecond: 5 },
              settings: { ...ACCOUNT_EXAMPLE.settings, user: 'sample-2' },
            },
          },
        },
      },
      async (request) =>
        views.showOne(await edits.change(auth.callerOf(request).organizationId, request.params.id, request.body)),
    )

    app.delete(
      '/providers/:id',
      {
        onRequest: managing,
        schema: {
          summary: 'Remove a provider account; reports about what it has sent are still taken',
          tags,
          params: Id,
          response: { 204: z.void() },
          example: {},
        },
      },
      async (request, reply) => {
        await edits.remove(auth.callerOf(request).organizationId, request.params.id)
        return reply.code(204).send()
      },
    )

    app.post(
      '/providers/:id/test',
      {
        onRequest: managing,
        schema: {
          summary: 'Sign in and out with the saved settings, sending nothing',
          tags,
          params: Id,
          response: { 200: TestAnswer },
          example: { response: { ok: false, detail: 'The mail server refused the user or password: Bad credentials' } },
        },
      },
      async (request) => {
        const { organizationId, platformAdmin = false } = auth.callerOf(request)
        return edits.test(organizationId, request.params.id, platformAdmin)
      },
    )

    app.post(
      '/providers/:id/reset',
      {
        onRequest: managing,
        schema: {
          summary: 'Close the account’s breaker at once, in every process',
          tags,
          params: Id,
          response: { 200: ProviderAccount },
          example: { response: ACCOUNT_EXAMPLE },
        },
      },
      async (request) => {
        const { organizationId, platformAdmin = false } = auth.callerOf(request)
        return views.showOne(await edits.reset(organizationId, request.params.id, platformAdmin))
      },
    )
  }
