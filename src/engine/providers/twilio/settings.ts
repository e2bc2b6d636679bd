import { z } from 'zod'

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
    from: z.string().regex(SENDER, 'Write a number as +33…, a short code, or a name of up to 11 letters').optional(),
    messagingServiceSid: z
      .string()
      .regex(/^MG[0-9a-fA-F]{32}$/, 'Write the SID of the Messaging Service: MG and 32 hexadecimal digits')
      .optional(),
    /** Another region (`https://api.dublin.ie1.twilio.com`), or a test server. */
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .refine((text) => {
        const url = URL.parse(text)
        return url !== null && !url.username && !url.password && !url.search && !url.hash
      }, 'Write an address without a user, query or fragment')
      .default('https://api.twilio.com'),
    /** Requests of one process at the same time, at most. Twilio answers 429 to more than an account may have. */
    connections: z.int().min(1).max(200).default(20),
    timeouts: z
      .strictObject({
        connectMs: z.int().min(1).max(30_000).default(5_000),
        /** One send in all, waiting for a free connection included. */
        sendMs: z.int().min(1).max(30_000).default(20_000),
      })
      .prefault({}),
  })
  .refine((settings) => settings.from ?? settings.messagingServiceSid, 'Give a sender: from, or messagingServiceSid')

export type TwilioSettings = z.infer<typeof twilioSettings>
