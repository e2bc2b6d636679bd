import { z } from 'zod'
import { baseUrlSetting, connectionsSetting, timeoutsSetting } from '../http-client/settings.ts'
import { smsSender } from '../sms-sender.ts'
import { webhookTokenSetting } from '../webhook-token.ts'

/** What a Brevo account needs. */
export const brevoSettings = z.strictObject({
  apiKey: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, 'Write the API key as Brevo shows it: xkeysib-…')
    .meta({ secret: true }),
  from: smsSender,
  /** For webhooks that are set up at Brevo by hand (replies, unsubscriptions); made here unless set. */
  webhookToken: webhookTokenSetting.optional(),
  baseUrl: baseUrlSetting('https://api.brevo.com/v3'),
  /** Brevo answers 429 above 150 requests a second. */
  connections: connectionsSetting,
  timeouts: timeoutsSetting,
})

export type BrevoSettings = z.infer<typeof brevoSettings>
