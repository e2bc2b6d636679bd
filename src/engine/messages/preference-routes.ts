import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { CATEGORIES, type Category } from '../catalogue/event.ts'
import type { Contacts } from '../contacts/contacts.ts'
import type { Authentication } from '../organizations/authentication.ts'
import { type DigestFrequency, Frequency } from './delivery-settings.ts'
import { Id } from './schemas.ts'

type Choices = Record<Category, DigestFrequency | null>

const choices = <T extends z.ZodType>(field: T) =>
  Object.fromEntries(CATEGORIES.map((category) => [category, field])) as Record<Category, T>

const Preferences = z
  .object({
    digest: z
      .object(choices(Frequency.nullable()))
      .describe('How news of each category are gathered; null: as the organization does it'),
  })
  .meta({ id: 'Preferences' })
const PreferencesPatch = z
  .strictObject({ digest: z.strictObject(choices(Frequency.nullish())).optional() })
  .meta({ id: 'PreferencesPatch' })

const example = { digest: { tx: null, rem: null, mkt: 'weekly', ops: null } } as const

/** GET and PATCH /v1/contacts/:id/preferences: what a contact chose for itself. */
export const preferenceRoutes =
  ({ auth, contacts }: { auth: Authentication; contacts: Contacts }): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Contacts']

    app.get(
      '/contacts/:id/preferences',
      {
        onRequest: auth.guard({ scope: 'read' }),
        schema: {
          summary: 'What a contact chose for itself',
          tags,
          params: Id,
          response: { 200: Preferences },
          example: { response: example },
        },
      },
      async (request) => shown(await contacts.digestOf(auth.callerOf(request).organizationId, request.params.id)),
    )

    app.patch(
      '/contacts/:id/preferences',
      {
        onRequest: auth.guard({ scope: 'send' }),
        schema: {
          summary: 'Change them; null follows the organization again',
          tags,
          params: Id,
          body: PreferencesPatch,
          response: { 200: Preferences },
          example: { body: { digest: { mkt: 'weekly' } }, response: example },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        return shown(await contacts.changeDigest(organizationId, request.params.id, request.body.digest ?? {}))
      },
    )
  }

const shown = (digest: Readonly<Partial<Record<string, string>>>) => ({
  digest: Object.fromEntries(CATEGORIES.map((category) => [category, digest[category] ?? null])) as Choices,
})
