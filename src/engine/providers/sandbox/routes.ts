import type { FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { idBefore, idPage, Page, pageQuery } from '../../../platform/http/paging.ts'
import { bytesReply } from '../../../platform/http/schemas.ts'
import type { Mailbox } from './mailbox.ts'
import type { Phone } from './phone.ts'

interface Deps {
  /** Lets in who may read, and says for which organization. */
  readonly auth: {
    guard(
      need:
        | { readonly scope: 'read'; readonly permission: 'messages.read' }
        | { readonly scope: 'send'; readonly permission: 'messages.send' },
    ): onRequestAsyncHookHandler
    callerOf(request: FastifyRequest): { readonly organizationId: string; readonly permissions: readonly string[] }
  }
  /** Types whose messages hold what lets somebody in: shown to those alone who decide who comes in. */
  readonly lettingIn: readonly string[]
  readonly sandbox: { readonly mailbox: Mailbox; readonly phone: Phone }
}

const channel = z.enum(['email', 'sms', 'whatsapp'])
const fields = {
  id: z.uuid(),
  messageId: z.uuid(),
  channel: z.string(),
  address: z.string(),
  contactName: z.string().nullable(),
  subject: z.string().nullable(),
  preview: z.string(),
  text: z.string().nullable().describe('All of it; in the list null for an e-mail'),
  copies: z.int(),
  createdAt: z.date(),
}
const Item = z.object(fields).meta({ id: 'SandboxMessage' })
const Detail = z
  .object({
    ...fields,
    html: z.string().nullable(),
    headers: z.array(z.object({ name: z.string(), value: z.string() })),
    attachments: z.array(
      z.object({
        index: z.int(),
        filename: z.string().nullable(),
        contentType: z.string(),
        bytes: z.int(),
        contentId: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'SandboxMessageDetail' })

const item = {
  id: '019a9f00-0000-7000-8000-000000000070',
  messageId: '019a9f00-0000-7000-8000-000000000003',
  channel: 'email',
  address: 'client@example.org',
  contactName: 'Sample Client',
  subject: 'Your order is ready',
  preview: 'Your order 42 is ready to be picked up.',
  text: null,
  copies: 1,
  createdAt: new Date('2026-11-02T09:00:00Z'),
}
const detail = {
  ...item,
  html: '<p>Your order 42 is ready to be picked up.</p>',
  text: 'Your order 42 is ready to be picked up.',
  headers: [{ name: 'Subject', value: 'Your order is ready' }],
  attachments: [{ index: 0, filename: 'invoice.pdf', contentType: 'application/pdf', bytes: 48_213, contentId: null }],
}

const Answer = z
  .strictObject({
    channel,
    from: z.string().min(1).max(320).describe('The address that a message reached, as the sandbox shows it'),
    name: z.string().max(200).optional(),
    kind: z.enum(['text', 'image', 'document', 'audio']).optional(),
    text: z.string().max(10_000).optional(),
    media: z
      .array(z.strictObject({ reference: z.string().max(2_000), contentType: z.string().max(200).optional() }))
      .max(10)
      .optional(),
  })
  .meta({ id: 'SandboxAnswer' })

const Taken = z
  .object({
    id: z.uuid(),
    channel: z.string(),
    address: z.string().describe('Whose phone or mailbox it was written on'),
    contactId: z.uuid().nullable(),
    contactName: z.string().nullable(),
    kind: z.string(),
    text: z.string().nullable(),
    consent: z
      .enum(['granted', 'withdrawn'])
      .nullable()
      .describe('What its words said: STOP withdraws, and nothing more is sent there on this channel'),
    createdAt: z.date(),
  })
  .meta({ id: 'SandboxInbound' })

const taken = {
  id: '019a9f00-0000-7000-8000-000000000091',
  channel: 'sms',
  address: '+33639980001',
  contactId: '019a9f00-0000-7000-8000-000000000001',
  contactName: 'Sample Client',
  kind: 'text',
  text: 'STOP',
  consent: 'withdrawn' as const,
  createdAt: new Date('2026-11-02T09:00:00Z'),
}

/** GET /v1/sandbox/messages…: what the sandbox carriers were given. POST and GET /v1/sandbox/inbound: answers to it. */
export const sandboxRoutes =
  ({ auth, sandbox: { mailbox, phone }, lettingIn }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const hidden = (request: FastifyRequest) =>
      auth.callerOf(request).permissions.includes('members.manage') ? [] : lettingIn
    const onRequest = auth.guard({ scope: 'read', permission: 'messages.read' })
    const tags = ['Sandbox']

    app.get(
      '/sandbox/messages',
      {
        onRequest,
        schema: {
          summary: 'What the sandbox carriers were given, newest first',
          tags,
          querystring: z.strictObject({ ...pageQuery, channel: channel.optional() }),
          response: { 200: Page(Item) },
          example: { response: { items: [item], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, channel } = request.query
        const before = idBefore('sandbox', cursor)
        const items = await mailbox.list(auth.callerOf(request).organizationId, {
          limit: limit + 1,
          without: hidden(request),
          ...(channel ? { channel } : {}),
          ...(before ? { before } : {}),
        })
        return idPage('sandbox', items, limit, (one) => one)
      },
    )

    app.post(
      '/sandbox/inbound',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'messages.send' }),
        schema: {
          summary: 'Writes back from a phone or mailbox of the sandbox, as a carrier hands it on: by a signed webhook',
          tags,
          body: Answer,
          response: { 202: z.object({ id: z.string().describe('The sandbox’s id of the message') }) },
          example: {
            body: { channel: 'sms', from: '+33639980001', text: 'STOP' },
            response: { id: '019a9f00-0000-7000-8000-000000000071' },
          },
        },
      },
      async (request, reply) =>
        reply.code(202).send(await phone.write(auth.callerOf(request).organizationId, request.body)),
    )

    app.get(
      '/sandbox/inbound',
      {
        onRequest,
        schema: {
          summary: 'What was written from phones and mailboxes of the sandbox, newest first',
          tags,
          querystring: z.strictObject({ ...pageQuery, channel: channel.optional() }),
          response: { 200: Page(Taken) },
          example: { response: { items: [taken], nextCursor: null } },
        },
      },
      async (request) => {
        const { limit, cursor, channel } = request.query
        const before = idBefore('sandbox-inbound', cursor)
        const items = await phone.written(auth.callerOf(request).organizationId, {
          limit: limit + 1,
          ...(channel ? { channel } : {}),
          ...(before ? { before } : {}),
        })
        return idPage('sandbox-inbound', items, limit, (one) => one)
      },
    )

    app.get(
      '/sandbox/messages/:id',
      {
        onRequest,
        schema: {
          summary: 'One message as the carrier read it',
          tags,
          params: z.object({ id: z.uuid() }),
          response: { 200: Detail },
          example: { response: detail },
        },
      },
      async (request) => {
        const { headers, attachments, ...rest } = await mailbox.read(
          auth.callerOf(request).organizationId,
          request.params.id,
          hidden(request),
        )
        return { ...rest, headers: [...headers], attachments: [...attachments] }
      },
    )

    app.get(
      '/sandbox/messages/:id/attachments/:index',
      {
        onRequest,
        schema: {
          summary: 'One file of a mail',
          tags,
          params: z.object({ id: z.uuid(), index: z.coerce.number().int().min(0).max(999) }),
          response: { 200: bytesReply('The file') },
        },
      },
      async (request, reply) => {
        const { id, index } = request.params
        const { filename, contentType, content } = await mailbox.attachment(
          auth.callerOf(request).organizationId,
          id,
          index,
          hidden(request),
        )
        // A file is saved, never opened in our own origin, whatever it says it is.
        return reply
          .header('content-type', /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : 'application/octet-stream')
          .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(filename.toWellFormed())}`)
          .header('x-content-type-options', 'nosniff')
          .header('content-security-policy', "sandbox; default-src 'none'")
          .header('cache-control', 'private, max-age=3600')
          .send(content)
      },
    )
  }
