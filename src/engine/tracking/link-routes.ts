import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { LinkTokens } from '../links/tokens.ts'
import { sendUnknownLink } from '../links/unknown-link.ts'
import type { Hits } from './hits.ts'

interface Deps {
  readonly tokens: Pick<LinkTokens, 'readOpen' | 'readClick'>
  readonly hits: Pick<Hits, 'note'>
}

/** One transparent pixel. */
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

/**
 * GET /t/o/:token and GET /t/c/:token — the picture and the links of our mails. Neither waits for the database, and a token
 * that is not ours leads nowhere. HEAD answers the same: filters that ask first must find what a person would.
 */
export const linkRoutes =
  ({ tokens, hits }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get<{ Params: { token: string } }>('/t/o/:token', { schema: { hide: true } }, (request, reply) => {
      const messageId = tokens.readOpen(request.params.token)
      if (!messageId) return sendUnknownLink(request, reply)
      hits.note({ messageId, kind: 'open', link: null, ...who(request) })
      return reply
        .headers({ 'cache-control': 'no-store, private', 'cross-origin-resource-policy': 'cross-origin' })
        .type('image/gif')
        .send(PIXEL)
    })

    const click = (request: FastifyRequest, reply: FastifyReply, token: string) => {
      const link = tokens.readClick(token)
      if (!link) return sendUnknownLink(request, reply)
      hits.note({ messageId: link.messageId, kind: 'click', link: link.target, ...who(request) })
      // What nobody can see leads nowhere either.
      if (link.target === null) return reply.code(204).send()
      return reply.header('referrer-policy', 'no-referrer').redirect(inAscii(link.target), 302)
    }
    // The router takes parameters of 500 characters; a long address makes a longer token.
    app.get<{ Params: { '*': string } }>('/t/c/*', { schema: { hide: true } }, (request, reply) =>
      click(request, reply, request.params['*']),
    )
  }

/** A header holds ASCII only; everything else comes out as it was written. */
const inAscii = (target: string): string => (/^[!-~]+$/.test(target) ? target : new URL(target).href)

const who = ({ method, headers }: FastifyRequest) => ({
  method,
  userAgent: headers['user-agent'] ?? '',
  prefetch: ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].some((name) =>
    /prefetch|preview/i.test([headers[name]].flat().join()),
  ),
})
