import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError, type ErrorCode, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { takeRawBodies } from '../../platform/http/body.ts'
import { textReply } from '../../platform/http/schemas.ts'
import { newId } from '../../platform/ids.ts'
import type { Webhook, WebhookCall, WebhookRefusal } from '../channels/report.ts'
import type { NewReceipt } from './reports-store.ts'

interface Deps {
  readonly clock: Clock
  /** Where this provider account is called back; undefined when there is no such account. Answers from memory. */
  readonly webhookOf: (provider: string, accountId: string) => Webhook | undefined
  /** Resolves when the receipt is durable. */
  readonly keep: (receipt: NewReceipt) => Promise<void>
}

/** A carrier may send this much at once; WhatsApp's are up to 3 MB. */
const LARGEST_CALL_BYTES = 5 * 1024 * 1024

const REFUSALS: Readonly<Record<WebhookRefusal, ErrorCode>> = {
  bad_signature: 'unauthenticated',
  stale: 'unauthenticated',
  unreadable: 'bad_request',
}

type Call = FastifyRequest<{ Params: { provider: string; accountId: string } }>

/**
 * /webhooks/{provider}/:accountId — verify over the raw body, keep it as it came, acknowledge; it is worked through by a
 * job. GET is for vendors that ask whether the address is ours, and for those that report by it.
 */
export const webhookRoutes =
  ({ clock, webhookOf, keep }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    takeRawBodies(app)
    const params = z.object({ provider: z.string().max(50), accountId: z.uuid() })
    const tags = ['Webhooks']

    app.post(
      '/webhooks/:provider/:accountId',
      {
        bodyLimit: LARGEST_CALL_BYTES,
        schema: {
          summary: 'Where a carrier reports, and hands on what people write; signed by it',
          tags,
          params,
          response: { 204: z.void() },
        },
      },
      async (request, reply) => take(request, reply, theOneOf(request)),
    )

    app.get(
      '/webhooks/:provider/:accountId',
      {
        exposeHeadRoute: false,
        schema: {
          summary: 'Answers a carrier that asks whether the address is ours; where carriers that report by GET do',
          tags,
          params,
          response: { 200: textReply('What the carrier asked for'), 204: z.void() },
        },
      },
      async (request, reply) => {
        const webhook = theOneOf(request)
        if (!webhook.answerChallenge) return take(request, reply, webhook)
        const answer = webhook.answerChallenge(queryOf(request))
        if (answer === undefined) throw new AppError('forbidden', 'This is not the token of this account')
        return reply.type('text/plain; charset=utf-8').serializer(String).send(answer)
      },
    )

    function theOneOf({ params: { provider, accountId } }: Call): Webhook {
      const webhook = webhookOf(provider, accountId)
      if (!webhook) throw notFound('Provider account', accountId)
      return webhook
    }

    async function take(request: Call, reply: FastifyReply, webhook: Webhook): Promise<FastifyReply> {
      const call: WebhookCall = {
        method: request.method,
        headers: single(request.headers),
        query: queryOf(request),
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        receivedAt: clock.now(),
      }
      const result = await webhook.receive(call)
      if (!result.ok) return refuse(result, webhook, reply)
      await keep({ id: newId(call.receivedAt), organizationId: null, ...request.params, ...call })
      return reply.code(204).send()
    }
  }

/** As the vendor must hear it to do what is best: most drop what was answered with 4xx, some would send it for days. */
function refuse(
  { reason, detail }: { readonly reason: WebhookRefusal; readonly detail: string },
  { refuses }: Webhook,
  reply: FastifyReply,
): FastifyReply {
  const status = refuses?.[reason]
  if (status === 200) return reply.code(200).type('text/plain').serializer(String).send('')
  throw new AppError(status === 403 ? 'forbidden' : status === 503 ? 'unavailable' : REFUSALS[reason], detail)
}

const queryOf = (request: Call): Record<string, string> =>
  single(request.query as Record<string, string | string[] | undefined>)

const single = (values: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
