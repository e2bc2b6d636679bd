import { z } from 'zod'
import { baseUrlSetting, connectionsSetting, timeoutsSetting } from '../http-client/settings.ts'
import { smsSender } from '../sms-sender.ts'
import { webhookTokenSetting } from '../webhook-token.ts'

const KEY = /^[A-Za-z0-9]{8,64}$/

/** What an OVHcloud SMS account needs. The three keys come from OVHcloud's page for making API keys. */
export const ovhSettings = z.strictObject({
  applicationKey: z.string().regex(KEY, 'Write the application key: letters and digits'),
  applicationSecret: z.string().regex(KEY, 'Write the application secret: letters and digits').meta({ secret: true }),
  consumerKey: z.string().regex(KEY, 'Write the consumer key: letters and digits').meta({ secret: true }),
  /** The SMS account. */
  serviceName: z.string().regex(/^sms-[A-Za-z0-9]{2,30}-\d{1,4}$/, 'Write the SMS account as sms-ab12345-1'),
  /** A sender that OVHcloud has approved for the account. */
  from: smsSender,
  /** Part of the address that is set up at OVHcloud for its delivery reports, which are not signed. Without it they are refused. */
  webhookToken: webhookTokenSetting.optional(),
  baseUrl: baseUrlSetting('https://eu.api.ovh.com/1.0'),
  connections: connectionsSetting,
  timeouts: timeoutsSetting,
})

export type OvhSettings = z.infer<typeof ovhSettings>
