import { createPublicKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { parseMailbox } from '../../channels/address.ts'

/** The verification key as SendGrid shows it: base64 of a P-256 key's SPKI, without PEM's first and last line. */
export function readVerificationKey(text: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    return key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
  } catch {
    return undefined
  }
}

/** What a SendGrid account needs. */
export const sendgridSettings = z.strictObject({
  /** With the right to send mail (`mail.send`); it needs no other. */
  apiKey: z
    .string()
    .regex(/^[\x21-\x7e]{8,256}$/, 'Write the API key as SendGrid shows it: SG. and so on')
    .meta({ secret: true }),
  /** A verified sender, or an address at an authenticated domain. */
  from: z
    .string()
    .max(320)
    .refine((text) => {
      const mailbox = parseMailbox(text)
      return mailbox !== undefined && /^[\x20-\x7e]*$/.test(mailbox.address)
    }, 'Write an address, or a name and an address: Atelier <hello@example.com>'),
  /** Of the signed event webhook. Without it no report is believed. */
  webhookKey: z
    .string()
    .trim()
    .max(500)
    .refine((text) => readVerificationKey(text) !== undefined, 'Write the verification key as SendGrid shows it')
    .optional(),
  /** `https://api.eu.sendgrid.com` for a subuser whose data stays in the EU, or a test server. */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .refine((text) => {
      const url = URL.parse(text)
      return url !== null && !url.username && !url.password && !url.search && !url.hash
    }, 'Write an address without a user, query or fragment')
    .default('https://api.sendgrid.com'),
  /** Requests of one process at the same time, at most. */
  connections: z.int().min(1).max(200).default(20),
  timeouts: z
    .strictObject({
      connectMs: z.int().min(1).max(30_000).default(5_000),
      /** One send in all, waiting for a free connection included; a mail gets a second more for each 250 kB. */
      sendMs: z.int().min(1).max(30_000).default(20_000),
    })
    .prefault({}),
})

export type SendgridSettings = z.infer<typeof sendgridSettings>
