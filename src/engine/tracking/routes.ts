import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { AppError, type ErrorCode, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { takeRawBodies } from '../../platform/http/body.ts'
import { isUnreachable } from '../../platform/http/problems.ts'
import { textReply } from '../../platform/http/schemas.ts'
import { newId } from '../../platform/ids.ts'
import type { Webhook, WebhookCall, WebhookRefusal, WebhookResult } from '../channels/report.ts'
import type { NewReceipt } from './receipt-store.ts'

interface Deps {
  readonly clock: Clock
  readonly accounts: {
    /** Where this account is called back; undefined when there is no such account. Answers from memory, known or not. */
    webhookOf(provider: string, accountId: string): Webhook | undefined
    /** Whether an account that is not known is none; unknown while the database is away. */
    isCurrent(): boolean
  }
  readonly receipts: {
    /** Resolves when the receipt is durable. */
    keep(receipt: NewReceipt): Promise<void>
    /** The same, for an account that cannot be looked up now. */
    keepUnverified(receipt: NewReceipt): Promise<void>
  }
  /** The carrier of this account has called; `refused`: why that was not taken. */
  readonly heard: (accountId: string, refused?: string) => void
  readonly observe?: (outcome: 'kept' | 'challenge' | 'refused' | 'unknown_account', calls: number) => void
}

/** A carrier may send this much at once, packed or not; WhatsApp's are up to 3 MB. */
const LARGEST_CALL_BYTES = 5 * 1024 * 1024

const NOT_ITS_TOKEN = 'This is not the token of this account'
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
  ({ clock, accounts, receipts, heard, observe }: Deps): FastifyPluginAsyncZod =>
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
      async (request, reply) => take(request, reply, webhookOf(request)),
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
        const webhook = webhookOf(request)
        if (!webhook?.answerChallenge) return take(request, reply, webhook)
        const answer = webhook.answerChallenge(queryOf(request))
        observe?.(answer === undefined ? 'refused' : 'challenge', 1)
        heard(request.params.accountId, answer === undefined ? NOT_ITS_TOKEN : undefined)
        if (answer === undefined) throw new AppError('forbidden', NOT_ITS_TOKEN)
        return reply.type('text/plain; charset=utf-8').serializer(String).send(answer)
      },
    )

    const webhookOf = ({ params: { provider, accountId } }: Call) => accounts.webhookOf(provider, accountId)

    async function take(request: Call, reply: FastifyReply, webhook: Webhook | undefined): Promise<FastifyReply> {
      const { provider, accountId } = request.params
      if (!webhook && accounts.isCurrent()) {
        observe?.('unknown_account', 1)
        throw notFound('Provider account', accountId)
      }
      const call: WebhookCall = {
        method: request.method,
        headers: single(request.headers),
        query: queryOf(request),
        body: await unpacked(request),
        receivedAt: clock.now(),
      }
      const receipt = { id: newId(call.receivedAt), provider, accountId, ...call }
      if (!webhook) {
        await receipts.keepUnverified(receipt)
        return reply.code(204).send()
      }
      const result = await received(webhook, call)
      if (!result) {
        await receipts.keepUnverified(receipt)
        return reply.code(204).send()
      }
      if (!result.ok) {
        observe?.('refused', 1)
        heard(accountId, result.detail)
        return refuse(result, webhook, reply)
      }
      await receipts.keep(receipt)
      observe?.('kept', 1)
      heard(accountId)
      return reply.code(204).send()
    }
  }

/** Undefined while what the webhook needs to know of its account cannot be read. */
async function received(webhook: Webhook, call: WebhookCall): Promise<WebhookResult | undefined> {
  try {
    return await webhook.receive(call)
  } catch (error) {
    if (isUnreachable(error)) return undefined
    throw error
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
  throw new AppError(status === undefined ? REFUSALS[reason] : STATUS_CODES[status], detail)
}

const STATUS_CODES = { 400: 'bad_request', 403: 'forbidden', 503: 'unavailable' } as const

const UNPACK = { gzip: promisify(gunzip), 'x-gzip': promisify(gunzip), deflate: promisify(inflate) } as const

/** Signatures are made over what was packed. */
async function unpacked({ headers, body }: Call): Promise<Buffer> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0)
  const encoding = headers['content-encoding']?.trim().toLowerCase()
  if (!encoding || encoding === 'identity' || bytes.length === 0) return bytes
  const unpack = UNPACK[encoding as keyof typeof UNPACK]
  if (!unpack) throw new AppError('unsupported_media_type', 'Send the body as it is, or packed with gzip or deflate')
  try {
    return await unpack(bytes, { maxOutputLength: LARGEST_CALL_BYTES })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new AppError('payload_too_large', 'The body is larger than this route takes')
    throw new AppError('bad_request', `The body is not what its content-encoding (${encoding}) says`, { cause: error })
  }
}

const queryOf = (request: Call): Record<string, string> =>
  single(request.query as Record<string, string | string[] | undefined>)

const single = (values: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
