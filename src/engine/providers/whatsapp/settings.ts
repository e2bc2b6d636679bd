import { z } from 'zod'

/** What a WhatsApp number of Meta's Cloud API needs. */
export const whatsappSettings = z.strictObject({
  /** Of a system user, without an end; one of a person runs out within hours. */
  accessToken: z
    .string()
    .regex(/^[\x21-\x7e]{8,1024}$/, 'Write the access token as Meta shows it')
    .meta({ secret: true }),
  /** Meta's id of the number, not the number itself. */
  phoneNumberId: z.string().regex(/^\d{5,25}$/, 'Write the phone number ID: digits, not the number itself'),
  /** The WhatsApp Business Account: without it templates are not looked at. */
  businessAccountId: z
    .string()
    .regex(/^\d{5,25}$/, 'Write the ID of the WhatsApp Business Account: digits')
    .optional(),
  /** Meta signs its webhooks with it. */
  appSecret: z
    .string()
    .regex(/^[\x21-\x7e]{8,256}$/, 'Write the app secret as Meta shows it')
    .meta({ secret: true }),
  /** A word of your own that Meta gives back when the webhook's address is set up. */
  verifyToken: z
    .string()
    .regex(/^[\x21-\x7e]{1,256}$/, 'Write a word without spaces')
    .meta({ secret: true })
    .optional(),
  apiVersion: z
    .string()
    .regex(/^v\d{1,3}\.\d{1,2}$/, 'Write a version such as v23.0')
    .default('v23.0'),
  /** The business portfolio, whose limit its numbers share; the number's own account counts alone unless set. */
  portfolioId: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'Write the ID of the business portfolio')
    .optional(),
  /**
   * To how many a portfolio may write first in any 24 hours
   * (developers.facebook.com/documentation/business-messaging/whatsapp/messaging-limits).
   */
  messagingLimit: z.union([z.literal([250, 2_000, 10_000, 100_000]), z.literal('unlimited')]).default('unlimited'),
  /** A test server. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine((text) => {
      const url = URL.parse(text)
      return url !== null && !url.username && !url.password && !url.search && !url.hash
    }, 'Write an address without a user, query or fragment')
    .default('https://graph.facebook.com'),
  /** Requests of one process at the same time, at most. */
  connections: z.int().min(1).max(200).default(20),
  timeouts: z
    .strictObject({
      connectMs: z.int().min(1).max(15_000).default(5_000),
      /** One request, waiting for a free connection included; a message with a file takes two. */
      sendMs: z.int().min(1).max(15_000).default(15_000),
    })
    .prefault({}),
})
export type WhatsappSettings = z.infer<typeof whatsappSettings>
