import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { takeRawBodies } from '../../platform/http/body.ts'
import { type HostedPage, sendPage, wordsPage } from '../../platform/http/hosted-page.ts'
import type { LinkTokens } from '../links/tokens.ts'
import { sendUnknownLink } from '../links/unknown-link.ts'
import type { Organization } from '../organizations/organization.ts'
import { escapeHtml } from '../templates/helpers.ts'
import type { Request } from './agreement-store.ts'
import type { Agreements } from './agreements.ts'
import { organizationPage } from './page.ts'
import { languageFor, WORDS } from './words.ts'

interface Deps {
  readonly agreements: Pick<Agreements, 'requestOf' | 'confirm'>
  readonly tokens: Pick<LinkTokens, 'preferences'>
  readonly organization: (id: string) => Promise<Organization>
}

const LARGEST_BODY_BYTES = 1024

type Route = { Params: { token: string } }

/**
 * GET /u/c/:token — what a contact is asked to confirm; looking confirms nothing, because filters follow links.
 * POST /u/c/:token — that page's button.
 */
export const confirmRoutes =
  ({ agreements, tokens, organization }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    takeRawBodies(app)

    app.get<Route>('/u/c/:token', { schema: { hide: true } }, async (request, reply) => {
      const asked = await agreements.requestOf(request.params.token)
      if (!asked) return sendUnknownLink(request, reply)
      return sendPage(reply, statusOf(asked), await pageOf(asked))
    })

    app.post<Route>(
      '/u/c/:token',
      { bodyLimit: LARGEST_BODY_BYTES, schema: { hide: true } },
      async (request, reply) => {
        const asked = await agreements.requestOf(request.params.token)
        if (!asked) return sendUnknownLink(request, reply)
        const body = Buffer.isBuffer(request.body) ? request.body.toString() : ''
        if (new URLSearchParams(body).get('confirm') !== '1') {
          const language = languageFor(asked.locale ?? (await organization(asked.organizationId)).locale)
          return sendPage(reply, 400, wordsPage(language, ...WORDS[language].unread))
        }
        const confirmed = (await agreements.confirm(request.params.token)) ?? asked
        return sendPage(reply, statusOf(confirmed), await pageOf(confirmed))
      },
    )

    async function pageOf(asked: Request): Promise<HostedPage> {
      const tenant = await organization(asked.organizationId)
      const language = languageFor(asked.locale ?? tenant.locale)
      const words = WORDS[language].confirm
      if (asked.state === 'void') return wordsPage(language, ...words.void)
      if (asked.state === 'expired') return wordsPage(language, ...words.expired)
      const { contactId, channel } = asked
      const choices =
        contactId === null ? '' : `/u/${tokens.preferences({ contactId, category: 'mkt', messageId: contactId })}`
      const main =
        asked.state === 'confirmed'
          ? `<p class="done" role="status">${words.done}</p><p><a href="${choices}">${words.choices}</a></p>`
          : `<p>${words.ask(escapeHtml(tenant.name), WORDS[language].channels[channel])}</p>
${asked.wording ? `<p class="muted">${escapeHtml(asked.wording)}</p>` : ''}
<form method="post"><div class="actions"><button class="first" name="confirm" value="1">${words.button}</button></div></form>
<p class="muted">${words.ignore}</p>`
      return organizationPage({ language, organization: tenant, title: words.title, main })
    }
  }

const statusOf = ({ state }: Request): number => (state === 'void' || state === 'expired' ? 410 : 200)
