import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Authentication } from '../organizations/authentication.ts'
import type { Organization } from '../organizations/organization.ts'
import { deliveryOf } from './delivery-settings.ts'
import { previewSms } from './sms-preview.ts'

interface Deps {
  readonly auth: Authentication
  readonly organization: (id: string) => Promise<Organization>
}

/** More than any carrier takes in one message. */
const LONGEST_TEXT = 5_000

const count = {
  encoding: z.enum(['GSM-7', 'UCS-2']),
  segments: z.int().describe('How many SMS the carrier sends and bills'),
  units: z.int().describe('Septets in GSM-7 (€ ^ { } [ ] ~ \\ | take two), UTF-16 units in UCS-2'),
}

const Preview = z
  .object({
    ...count,
    folded: z
      .object({ text: z.string(), ...count })
      .describe('Without the accents and curls that GSM-7 lacks; the text itself where that does not make it GSM-7'),
    forcesUcs2: z
      .array(
        z.object({
          character: z.string(),
          positions: z.array(z.int()).describe('In UTF-16 units from 0, as JavaScript indexes strings'),
        }),
      )
      .describe('The characters that are not in GSM-7'),
    fold: z.boolean().describe('Whether it would be sent as folded'),
    warning: z.string().nullable().describe('Set when what would be sent takes more parts than sms.warnAboveSegments'),
  })
  .meta({ id: 'SmsPreview' })

const EXAMPLE_TEXT = 'Votre fenêtre est prête'

/** POST /v1/sms/preview: what a text comes to as an SMS. Nothing is sent or kept. */
export const smsPreviewRoutes =
  ({ auth, organization }: Deps): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/sms/preview',
      {
        onRequest: auth.guard({ scope: 'read', permission: 'messages.read' }),
        schema: {
          summary: 'What a text comes to as an SMS: encoding, parts, and the same text in GSM-7',
          tags: ['Messages'],
          body: z.strictObject({
            text: z.string().max(LONGEST_TEXT),
            fold: z.boolean().optional().describe('As the organization’s sms.fold unless set'),
          }),
          response: { 200: Preview },
          example: { body: { text: EXAMPLE_TEXT }, response: previewSms(EXAMPLE_TEXT, true, 1) },
        },
      },
      async (request) => {
        const { sms } = deliveryOf(await organization(auth.callerOf(request).organizationId))
        return previewSms(request.body.text, request.body.fold ?? sms.fold, sms.warnAboveSegments)
      },
    )
  }
