import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Authentication } from '../organizations/authentication.ts'
import { payload, Ref, source } from '../templates/schemas.ts'
import * as examples from './examples.ts'
import { AcceptedAnswer } from './schemas.ts'
import type { TestSend } from './test-send.ts'

interface Deps {
  readonly auth: Authentication
  readonly testSend: TestSend
}

/** POST /v1/templates/…/test-send */
export const testSendRoutes =
  ({ auth, testSend }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/templates/:key/:channel/:locale/test-send',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'templates.manage' }),
        schema: {
          summary:
            'Send it to yourself or a contact of yours, marked as a test; the draft unless you give something else',
          tags: ['Templates'],
          params: Ref,
          body: z
            .strictObject({
              source: source.optional(),
              versionId: z.uuid().optional(),
              payload: payload.optional(),
              to: z.strictObject({ contactId: z.uuid() }).optional().describe('The signed-in member unless set'),
            })
            .prefault({}),
          response: { 202: z.object({ ...AcceptedAnswer.shape, templateVersionId: z.uuid() }) },
          example: examples.testSend,
        },
      },
      async (request, reply) => {
        const { organizationId, actor } = auth.callerOf(request)
        return reply.code(202).send(await testSend(organizationId, request.params, request.body, actor))
      },
    )
  }
