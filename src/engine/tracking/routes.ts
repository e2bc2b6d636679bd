import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { takeRawBodies } from '../../platform/http/body.ts'
import { newId } from '../../platform/ids.ts'
import type { WebhookCall, WebhookResult } from '../channels/report.ts'
import type { NewReceipt } from './reports-store.ts'

interface Deps {
  readonly clock: Clock
  /** Verifies a call of this provider account; undefined when there is no such account. */
  readonly receive: (
    provider: string,
    accountId: string,
    call: WebhookCall,
  ) => WebhookResult | Promise<WebhookResult> | undefined
  /** Resolves when the receipt is durable. */
  readonly keep: (receipt: NewReceipt) => Promise<void>
}

/** A carrier may send this much at once; WhatsApp's are up to 3 MB. */
const LARGEST_CALL_BYTES = 5 * 1024 * 1024

/** POST /webhooks/{provider}/:accountId — verify over the raw body, keep it as it came, acknowledge; it is worked through by a job. */
export const webhookRoutes =
  ({ clock, receive, keep }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    takeRawBodies(app)
    app.post(
      '/webhooks/:provider/:accountId',
      {
        bodyLimit: LARGEST_CALL_BYTES,
        schema: {
          summary: 'Where a carrier reports; signed by it',
          tags: ['Webhooks'],
          params: z.object({ provider: z.string().max(50), accountId: z.uuid() }),
          response: { 204: z.void() },
        },
      },
      async (request, reply) => {
        const { provider, accountId } = request.params
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const headers = single(request.headers)
        const query = single(request.query as Record<string, string | string[] | undefined>)
        const receivedAt = clock.now()
        const call: WebhookCall = { method: request.method, headers, query, body, receivedAt }
        const result = await receive(provider, accountId, call)
        if (!result) throw notFound('Provider account', accountId)
        if (!result.ok)
          throw new AppError(result.reason === 'unreadable' ? 'bad_request' : 'unauthenticated', result.detail)
        await keep({
          id: newId(receivedAt),
          organizationId: null,
          provider,
          accountId,
          headers,
          query,
          body,
          receivedAt,
        })
        return reply.code(204).send()
      },
    )
  }

const single = (values: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
