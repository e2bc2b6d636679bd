import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Authentication } from '../organizations/authentication.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Organizations } from '../organizations/organizations.ts'
import { DEFAULT_DELIVERY, DeliverySettings, deliveryOf } from './delivery-settings.ts'
import { changed, DeliverySettingsPatch } from './delivery-settings-change.ts'

interface Deps {
  readonly auth: Authentication
  readonly organizations: Pick<Organizations, 'changeDelivery'>
  readonly organization: (id: string) => Promise<Organization>
}

/** GET and PATCH /v1/delivery-settings: how an organization's messages leave. */
export const deliverySettingsRoutes =
  ({ auth, organizations, organization }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    const tags = ['Delivery settings']

    app.get(
      '/delivery-settings',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'settings.read' }),
        schema: {
          summary: 'How messages leave: hours, caps, guard, tries, back-off, digests; defaults filled in',
          tags,
          response: { 200: DeliverySettings },
          example: { response: DEFAULT_DELIVERY },
        },
      },
      async (request) => deliveryOf(await organization(auth.callerOf(request).organizationId)),
    )

    app.patch(
      '/delivery-settings',
      {
        onRequest: auth.guard({ scope: 'manage', permission: 'settings.manage' }),
        schema: {
          summary: 'Change some of them; null is “off” where a setting can be off, else its default',
          tags,
          body: DeliverySettingsPatch,
          response: { 200: DeliverySettings },
          example: {
            body: { quietHours: { from: '20:00' }, contactCapPerHour: null },
            response: {
              ...DEFAULT_DELIVERY,
              contactCapPerHour: null,
              quietHours: { from: '20:00', to: '08:00', channels: ['sms', 'whatsapp'] },
            },
          },
        },
      },
      async (request) => {
        const { organizationId } = auth.callerOf(request)
        const stored = await organizations.changeDelivery(organizationId, (now) => changed(now, request.body))
        return DeliverySettings.parse(stored)
      },
    )
  }
