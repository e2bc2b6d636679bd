import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { PackSurface } from '../../engine/packs/surface.ts'
import { change, SETTINGS } from './acts.ts'
import { exemptionCode } from './documents/invoice.ts'
import { line } from './documents/parties.ts'
import type { PaymentAccounts } from './payment-accounts.ts'
import { Pricing } from './price.ts'
import { Id } from './schemas.ts'
import type { Services } from './services.ts'
import { BookingSettings, type createSettings } from './settings.ts'
import { StripeSettings } from './stripe.ts'

interface Deps {
  readonly surface: PackSurface
  readonly services: Services
  readonly settings: ReturnType<typeof createSettings>
  readonly accounts: PaymentAccounts
}

const Label = z.strictObject({ fr: z.string().trim().min(1).max(100), en: z.string().trim().min(1).max(100) })
const VatExemption = z
  .strictObject({
    code: exemptionCode.describe('Of the VATEX list: VATEX-EU-132-1I is teaching'),
    reason: z.strictObject({ fr: line, en: line }),
  })
  .meta({ id: 'VatExemption' })
const fields = {
  label: Label,
  pricing: Pricing,
  responsibleIds: z.array(z.uuid()).max(50).optional().describe('Members who are told of every booking of it'),
  professionalShare: z
    .int()
    .min(0)
    .max(100)
    .nullable()
    .optional()
    .describe('What whoever does it earns, in hundredths of the price; null: nothing is said about it'),
  vatRate: z
    .number()
    .min(0)
    .max(100)
    .refine((percent) => Math.abs(percent * 100 - Math.round(percent * 100)) < 1e-6, 'has two decimals at most')
    .nullable()
    .optional()
    .describe(
      'VAT in its price, in percent; 0: exempt, for the reason in `vatExemption`; null: what the seller’s scheme comes to (20 in France, none in the franchise)',
    ),
  vatExemption: VatExemption.nullable()
    .optional()
    .describe('With a rate of 0, and only then: why there is no VAT, as invoices say it (BT-120, BT-121)'),
  enabled: z.boolean().optional().describe('Whether it can be ordered'),
}

const NewService = z
  .strictObject({
    key: z
      .string()
      .regex(/^[a-z][a-z0-9_-]{0,59}$/, 'takes small letters, digits, - and _')
      .describe('Stays as it is'),
    ...fields,
  })
  .meta({ id: 'NewServiceType' })

const Service = z
  .object({
    id: z.uuid(),
    key: z.string(),
    label: Label,
    pricing: Pricing,
    responsibleIds: z.array(z.uuid()).readonly(),
    professionalShare: z.int().nullable(),
    vatRate: z.number().nullable(),
    vatExemption: VatExemption.nullable(),
    enabled: z.boolean(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'ServiceType' })

const Account = z
  .object({
    id: z.uuid(),
    kind: z
      .enum(['stripe', 'platform', 'sandbox', 'none'])
      .describe('Its own, the platform’s, the sandbox, where no money moves, or none: nobody can pay online'),
    name: z.string(),
    webhookUrl: z.string().describe('What Stripe is to call'),
    keyEnd: z.string().nullable().describe('The last letters of its key'),
  })
  .meta({ id: 'PaymentAccount' })

const at = new Date('2027-01-12T09:00:00Z')
const service = {
  key: 'moving',
  label: { fr: 'Déménagement', en: 'Moving' },
  pricing: {
    rules: [
      { kind: 'base' as const, label: { fr: 'Forfait', en: 'Base' }, amount: 20_000 },
      { kind: 'per_unit' as const, label: { fr: 'Volume', en: 'Volume' }, input: 'volume', amount: 1_800 },
      { kind: 'per_unit' as const, label: { fr: 'Étages', en: 'Floors' }, input: 'floors', amount: 3_000, included: 1 },
      { kind: 'option' as const, label: { fr: 'Cartons', en: 'Packing' }, input: 'packing', amount: 9_000 },
    ],
    minimum: 30_000,
    insurance: { percent: 5, minimum: 1_500 },
  },
  responsibleIds: [],
  professionalShare: 60,
  vatRate: 20,
  vatExemption: null,
  enabled: true,
}
const serviceExample = { ...service, id: '019a9f00-0000-7000-8000-0000000000b2', createdAt: at, updatedAt: at }
const settingsExample = BookingSettings.parse({ fallback: { latitude: 45.76, longitude: 4.84 } })
const accountExample = {
  id: '019a9f00-0000-7000-8000-0000000000b6',
  kind: 'stripe' as const,
  name: 'Stripe',
  webhookUrl: 'https://example.com/webhooks/stripe/019a9f00-0000-7000-8000-0000000000b6',
  keyEnd: 'ab12',
}

/** What is sold and for how much, how professionals are asked, and where money comes in. */
export const settingsRoutes =
  ({ surface, services, settings, accounts }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Booking settings']
    const { callerOf } = surface

    app.get(
      '/bookings/service-types',
      {
        onRequest: surface.guard('settings.read', SETTINGS),
        schema: {
          summary: 'What is sold, and how its price comes about',
          tags,
          response: { 200: z.object({ items: z.array(Service) }) },
          example: { response: { items: [serviceExample] } },
        },
      },
      async (request) => ({ items: await services.list(callerOf(request).organizationId) }),
    )

    app.post(
      '/bookings/service-types',
      {
        onRequest: surface.guard('settings.manage', change('service_type.added', ['key', 'pricing', 'enabled'])),
        schema: {
          summary: 'Add a service type',
          tags,
          body: NewService,
          response: { 201: Service },
          example: { body: service, response: serviceExample },
        },
      },
      async (request, reply) =>
        reply.code(201).send(await services.add(callerOf(request).organizationId, request.body)),
    )

    app.get(
      '/bookings/service-types/:id',
      {
        onRequest: surface.guard('settings.read', SETTINGS),
        schema: {
          summary: 'One service type',
          tags,
          params: Id,
          response: { 200: Service },
          example: { response: serviceExample },
        },
      },
      async (request) => services.get(callerOf(request).organizationId, request.params.id),
    )

    app.patch(
      '/bookings/service-types/:id',
      {
        onRequest: surface.guard('settings.manage', change('service_type.updated', ['pricing', 'enabled'])),
        schema: {
          summary: 'Change a service type; quotes keep the rules they were made with',
          tags,
          params: Id,
          body: z.strictObject(fields).partial(),
          response: { 200: Service },
          example: { body: { enabled: false }, response: { ...serviceExample, enabled: false } },
        },
      },
      async (request) => services.change(callerOf(request).organizationId, request.params.id, request.body),
    )

    app.get(
      '/bookings/settings',
      {
        onRequest: surface.guard('settings.read', SETTINGS),
        schema: {
          summary: 'How quotes and missions are dealt with',
          tags,
          response: { 200: BookingSettings },
          example: { response: settingsExample },
        },
      },
      async (request) => settings.get(callerOf(request).organizationId),
    )

    app.patch(
      '/bookings/settings',
      {
        onRequest: surface.guard(
          'settings.manage',
          change('booking_settings.updated', Object.keys(BookingSettings.shape)),
        ),
        schema: {
          summary: 'Change some of it',
          tags,
          body: Changes,
          response: { 200: BookingSettings },
          example: { body: { radiusKm: 80 }, response: { ...settingsExample, radiusKm: 80 } },
        },
      },
      async (request) => settings.change(callerOf(request).organizationId, request.body),
    )

    app.get(
      '/bookings/payment-account',
      {
        onRequest: surface.guard('settings.read', SETTINGS),
        schema: {
          summary: 'Where money comes in',
          tags,
          response: { 200: Account },
          example: { response: accountExample },
        },
      },
      async (request) => accounts.view(callerOf(request).organizationId),
    )

    app.put(
      '/bookings/payment-account',
      {
        onRequest: surface.guard('providers.manage', change('payment_account.set', ['name'])),
        schema: {
          summary: 'Be paid through a Stripe account of one’s own',
          description:
            'Its secrets are kept encrypted and never shown. Let Stripe call `webhookUrl` with the events `checkout.session.*`, `charge.refunded` and `refund.*`. An earlier account is still listened to.',
          tags,
          body: StripeSettings.extend({ name: z.string().trim().min(1).max(100).default('Stripe') }),
          response: { 200: Account },
          example: {
            body: { name: 'Stripe', secretKey: 'sk_test_sample0000', webhookSecret: 'whsec_sample0000' },
            response: accountExample,
          },
        },
      },
      async (request) => {
        const { organizationId } = callerOf(request)
        const { name, ...secrets } = request.body
        await accounts.set(organizationId, name, secrets)
        return accounts.view(organizationId)
      },
    )

    app.delete(
      '/bookings/payment-account',
      {
        onRequest: surface.guard('providers.manage', change('payment_account.removed')),
        schema: {
          summary: 'Back to the platform’s account, or the sandbox',
          tags,
          response: { 204: z.void() },
        },
      },
      async (request, reply) => {
        await accounts.remove(callerOf(request).organizationId)
        return reply.code(204).send()
      },
    )
  }

/** Each setting as it is checked, without what goes otherwise: what is not named stays. */
const Changes = z
  .strictObject(
    Object.fromEntries(
      Object.entries(BookingSettings.shape).map(([name, schema]) => [name, schema.unwrap().optional()]),
    ) as {
      [N in keyof typeof BookingSettings.shape]: z.ZodOptional<ReturnType<(typeof BookingSettings.shape)[N]['unwrap']>>
    },
  )
  .meta({ id: 'BookingSettingsChange' })
