import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { CATEGORIES, type Category } from '../catalogue/event.ts'
import { CHANNELS, type Channel } from '../channels/channel.ts'
import { OPTIONAL_CATEGORIES, type OptionalCategory } from '../links/message-links.ts'
import { type DigestFrequency, Frequency } from '../messages/delivery-settings.ts'
import { Id } from '../messages/schemas.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { type Chosen, type ContactPreferences, KINDS, withChoices } from './preferences.ts'

const perCategory = <T extends z.ZodType>(field: T) =>
  Object.fromEntries(CATEGORIES.map((category) => [category, field])) as Record<Category, T>
const perOptional = <T>(field: T) =>
  Object.fromEntries(OPTIONAL_CATEGORIES.map((category) => [category, field])) as Record<OptionalCategory, T>
const perChannel = <T>(field: T) =>
  Object.fromEntries(CHANNELS.map((channel) => [channel, field])) as Record<Channel, T>

const Preferences = z
  .object({
    digest: z
      .object(perCategory(Frequency.nullable()))
      .describe('How news of each category are gathered; null: as the organization does it'),
    channels: z
      .object(perOptional(z.object(perChannel(z.boolean().nullable()))))
      .describe('Whether reminders and marketing are wanted by each channel; null: as the organization does it'),
    optedOut: z
      .boolean()
      .describe('Nothing but what is critical, transactional or for staff, whatever `channels` says'),
    measured: z.boolean().describe('Whether its opens and clicks are kept'),
  })
  .meta({ id: 'Preferences' })

const choices = {
  digest: z.strictObject(perCategory(Frequency.nullish())).optional(),
  channels: z.strictObject(perOptional(z.strictObject(perChannel(z.boolean().nullish())).optional())).optional(),
  optedOut: z.boolean().optional(),
  measured: z.boolean().optional(),
}
const PreferencesPatch = z.strictObject(choices).meta({ id: 'PreferencesPatch' })
const PreferencesPut = z.strictObject(choices).meta({ id: 'PreferencesPut' })
type Change = z.infer<typeof PreferencesPatch>

const nothing = perChannel(null)
const example = {
  digest: { tx: null, rem: null, mkt: 'weekly', ops: null },
  channels: { rem: nothing, mkt: { ...nothing, sms: false } },
  optedOut: false,
  measured: true,
} as const

interface Deps {
  readonly auth: Authentication
  readonly preferences: ContactPreferences
}

/** GET, PUT and PATCH /v1/contacts/:id/preferences: what a contact chose for itself. */
export const preferenceRoutes =
  ({ auth, preferences }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Contacts']

    app.get(
      '/contacts/:id/preferences',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'contacts.read' }),
        schema: {
          summary: 'What a contact chose for itself',
          tags,
          params: Id,
          response: { 200: Preferences },
          example: { response: example },
        },
      },
      async (request) => shown(await preferences.of(auth.callerOf(request).organizationId, request.params.id)),
    )

    app.put(
      '/contacts/:id/preferences',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'contacts.manage' }),
        schema: {
          summary: 'Replace them; what is not named follows the organization again',
          tags,
          params: Id,
          body: PreferencesPut,
          response: { 200: Preferences },
          example: { body: { digest: { mkt: 'weekly' }, channels: { mkt: { sms: false } } }, response: example },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        const replaced = merged({ digest: {}, preferences: {} }, request.body)
        return shown(await preferences.change(organizationId, request.params.id, () => replaced, { source: 'api' }))
      },
    )

    app.patch(
      '/contacts/:id/preferences',
      {
        onRequest: auth.guard({ scope: 'send', permission: 'contacts.manage' }),
        schema: {
          summary: 'Change some of them; null follows the organization again',
          tags,
          params: Id,
          body: PreferencesPatch,
          response: { 200: Preferences },
          example: { body: { channels: { mkt: { sms: false } } }, response: example },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        return shown(
          await preferences.change(organizationId, request.params.id, (before) => merged(before, request.body), {
            source: 'api',
          }),
        )
      },
    )
  }

function merged({ digest, preferences }: Chosen, change: Change): Chosen {
  const gathered = Object.entries({ ...digest, ...change.digest }).filter(([, frequency]) => frequency != null)
  const named = KINDS.flatMap((kind) => {
    const wanted = change.channels?.[kind.category]?.[kind.channel]
    return wanted === undefined ? [] : [{ ...kind, wanted: wanted ?? undefined }]
  })
  return {
    digest: Object.fromEntries(gathered) as Chosen['digest'],
    preferences: {
      ...withChoices(preferences, named),
      ...(change.optedOut === undefined ? {} : { optedOut: change.optedOut }),
      ...(change.measured === undefined ? {} : { measured: change.measured }),
    },
  }
}

const shown = ({ digest, preferences }: Chosen) => ({
  digest: Object.fromEntries(CATEGORIES.map((category) => [category, digest[category] ?? null])) as Record<
    Category,
    DigestFrequency | null
  >,
  channels: Object.fromEntries(
    OPTIONAL_CATEGORIES.map((category) => [
      category,
      Object.fromEntries(CHANNELS.map((channel) => [channel, preferences.channels?.[category]?.[channel] ?? null])),
    ]),
  ) as Record<OptionalCategory, Record<Channel, boolean | null>>,
  optedOut: preferences.optedOut ?? false,
  measured: preferences.measured ?? true,
})
