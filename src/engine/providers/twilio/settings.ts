import { z } from 'zod'
import { baseUrlSetting, connectionsSetting, timeoutsSetting } from '../http-client/settings.ts'
import { notFrenchMobile } from '../sms-sender.ts'

/** E.164, a short code, or up to eleven letters and digits with at least one letter. */
const SENDER = /^(\+[1-9]\d{6,14}|\d{3,8}|(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11})$/

/** What a Twilio account needs. */
export const twilioSettings = z
  .strictObject({
    accountSid: z.string().regex(/^AC[0-9a-fA-F]{32}$/, 'Write the account SID: AC and 32 hexadecimal digits'),
    /** The primary token: Twilio signs its reports with it. */
    authToken: z
      .string()
      .regex(/^[\x21-\x7e]{8,256}$/, 'Write the auth token as Twilio shows it')
      .meta({ secret: true }),
    /** A number of the account, a short code, or a name; a Messaging Service picks one of its own unless set. */
    from: z
      .string()
      .regex(SENDER, 'Write a number as +33…, a short code, or a name of up to 11 letters')
      .refine(...notFrenchMobile)
      .optional(),
    messagingServiceSid: z
      .string()
      .regex(/^MG[0-9a-fA-F]{32}$/, 'Write the SID of the Messaging Service: MG and 32 hexadecimal digits')
      .optional(),
    /** Another region (`https://api.dublin.ie1.twilio.com`), or a test server. */
    baseUrl: baseUrlSetting('https://api.twilio.com'),
    /** Twilio answers 429 to more than an account may have. */
    connections: connectionsSetting,
    timeouts: timeoutsSetting,
  })
  .refine((settings) => settings.from ?? settings.messagingServiceSid, 'Give a sender: from, or messagingServiceSid')

export type TwilioSettings = z.infer<typeof twilioSettings>
