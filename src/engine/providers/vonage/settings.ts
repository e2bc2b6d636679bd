import { z } from 'zod'
import { baseUrlSetting, connectionsSetting, timeoutsSetting } from '../http-client/settings.ts'
import { smsSender } from '../sms-sender.ts'
import { webhookTokenSetting } from '../webhook-token.ts'

/** What a Vonage account needs. */
export const vonageSettings = z.strictObject({
  apiKey: z.string().regex(/^[0-9a-zA-Z]{8}$/, 'Write the API key: 8 letters and digits'),
  apiSecret: z
    .string()
    .regex(/^[\x21-\x7e]{6,64}$/, 'Write the API secret as Vonage shows it')
    .meta({ secret: true }),
  from: smsSender,
  /** Of the account's API settings. Set: what Vonage reports must be signed with it, and the address carries no token. */
  signatureSecret: z
    .string()
    .regex(/^[\x21-\x7e]{6,256}$/, 'Write the signature secret as Vonage shows it')
    .meta({ secret: true })
    .optional(),
  /** For addresses that are set up at Vonage by hand, where there is no signature secret; made here unless set. */
  webhookToken: webhookTokenSetting.optional(),
  baseUrl: baseUrlSetting('https://rest.nexmo.com'),
  connections: connectionsSetting,
  timeouts: timeoutsSetting,
})

export type VonageSettings = z.infer<typeof vonageSettings>
