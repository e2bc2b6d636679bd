import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Database } from '../../platform/database/database.ts'
import { takeRawBodies } from '../../platform/http/body.ts'
import { sendPage, wordsPage } from '../../platform/http/hosted-page.ts'
import type { Channel } from '../channels/channel.ts'
import { isOptional } from '../links/message-links.ts'
import type { LinkTokens, PreferenceLink } from '../links/tokens.ts'
import { sendUnknownLink } from '../links/unknown-link.ts'
import { deliveryOf } from '../messages/delivery-settings.ts'
import type { Organization } from '../organizations/organization.ts'
import { isOneClick } from './one-click.ts'
import { nameOf, preferencePage } from './page.ts'
import {
  type Chosen,
  type ChosenBy,
  type ContactPreferences,
  hears,
  KINDS,
  type Kind,
  type Standing,
  withChoices,
} from './preferences.ts'
import { languageFor, WORDS } from './words.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly tokens: Pick<LinkTokens, 'readPreferences'>
  readonly preferences: ContactPreferences
  readonly organization: (id: string) => Promise<Organization>
}

/** A one-click request has 26 bytes, the form a few hundred. */
const LARGEST_BODY_BYTES = 16 * 1024

interface Reader {
  readonly organization: Organization
  readonly language: 'fr' | 'en'
  readonly channels: readonly Channel[]
}

type Request = { Params: { token: string } }

/**
 * GET /u/:token — a contact's page of choices; looking changes nothing, because filters follow links. POST /u/:token —
 * RFC 8058's one-click, or that page's form. The token is the credential: no cookie, no sign-in, and nothing another site
 * could make somebody send. It works as long as the contact is there, whatever became of the message.
 */
export const preferenceLinkRoutes =
  ({ db, tokens, preferences, organization }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    takeRawBodies(app)

    app.get<Request>('/u/:token', { schema: { hide: true } }, async (request, reply) => {
      const link = tokens.readPreferences(request.params.token)
      if (!link) return sendUnknownLink(request, reply)
      const reader = await readerOf(link)
      if (!reader) return sendPage(reply, 410, wordsPage('fr', ...WORDS.fr.gone))
      return sendPage(reply, 200, pageOf(link, reader, await preferences.of(reader.organization.id, link.contactId)))
    })

    app.post<Request>(
      '/u/:token',
      { bodyLimit: LARGEST_BODY_BYTES, schema: { hide: true } },
      async (request, reply) => {
        const link = tokens.readPreferences(request.params.token)
        if (!link) return sendUnknownLink(request, reply)
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const reader = await readerOf(link)
        const language = reader?.language ?? 'fr'
        const words = WORDS[language]

        if (isOneClick(request.headers['content-type'] ?? '', body)) {
          const { category } = link
          if (!isOptional(category)) return sendPage(reply, 422, wordsPage(language, ...words.notOptional))
          // Nobody is left who could be written to: that is what was asked for.
          if (reader)
            await unsubscribe(
              reader,
              link,
              { category, channel: 'email' },
              { source: 'one_click', wording: () => 'List-Unsubscribe=One-Click' },
            )
          return reply.type('text/plain; charset=utf-8').send(`${words.saved}\n`)
        }

        if (!reader) return sendPage(reply, 410, wordsPage(language, ...words.gone))
        const form = new URLSearchParams(body.toString())
        const stop = KINDS.find((kind) => nameOf(kind) === form.get('stop'))
        if (!stop && !form.has('none') && !form.has('save'))
          return sendPage(reply, 400, wordsPage(language, ...words.unread))
        const by: ChosenBy = {
          source: 'preference_page',
          wording: ({ category, channel }) => `${words.kinds[category].name} (${words.channels[channel]})`,
        }
        const chosen = stop
          ? await unsubscribe(reader, link, stop, by)
          : await preferences.change(
              reader.organization.id,
              link.contactId,
              (before) => chosenBy(form, before, reader),
              by,
            )
        return sendPage(reply, 200, pageOf(link, reader, chosen, form.has('none') ? 'stopped' : 'saved'))
      },
    )

    const unsubscribe = (reader: Reader, link: PreferenceLink, kind: Kind, by: ChosenBy): Promise<Standing> =>
      preferences.change(
        reader.organization.id,
        link.contactId,
        (before) => ({
          ...before,
          preferences: withChoices(before.preferences, [{ ...kind, wanted: false }]),
        }),
        by,
      )

    async function readerOf({ contactId }: PreferenceLink): Promise<Reader | undefined> {
      const [contact] = await db.run<{
        organization_id: string
        locale: string | null
        has_email: boolean
        has_phone: boolean
        has_account: boolean
      }>(
        'preferences.reader',
        `select organization_id, locale, email is not null as has_email, phone is not null as has_phone, external_id is not null as has_account
         from contact where id = $1 and erased_at is null`,
        [contactId],
      )
      if (!contact) return undefined
      const tenant = await organization(contact.organization_id)
      return {
        organization: tenant,
        language: languageFor(contact.locale ?? tenant.locale),
        channels: [
          ...(contact.has_email ? (['email'] as const) : []),
          ...(contact.has_phone ? (['sms', 'whatsapp'] as const) : []),
          // Only somebody the host application knows can look into a feed.
          ...(contact.has_account ? (['in_app'] as const) : []),
        ],
      }
    }
  }

/** What the form says about the kinds it showed; of the others nothing changes. */
function chosenBy(form: URLSearchParams, before: Chosen, { channels }: Reader): Chosen {
  if (form.has('none')) return { ...before, preferences: { ...before.preferences, optedOut: true } }
  const on = new Set(form.getAll('on'))
  const shown = KINDS.filter(({ channel }) => channels.includes(channel))
  const chosen = withChoices(
    before.preferences,
    shown.map((kind) => ({ ...kind, wanted: on.has(nameOf(kind)) })),
  )
  return { ...before, preferences: { ...chosen, optedOut: false, measured: on.has('measured') } }
}

function pageOf(link: PreferenceLink, reader: Reader, standing: Standing, done?: 'saved' | 'stopped') {
  const { category } = link
  return preferencePage({
    ...reader,
    about: isOptional(category) && reader.channels.includes('email') ? { category, channel: 'email' } : undefined,
    isWanted: (kind) => hears(kind, standing, deliveryOf(reader.organization)),
    measured: standing.preferences.measured !== false,
    done,
  })
}
