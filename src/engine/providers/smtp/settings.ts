import { z } from 'zod'
import { parseMailbox } from '../../channels/address.ts'

/** Mails a second: what an ordinary mail host lets one customer send. */
export const USUAL_PER_SECOND = 10

const HOST = /^[A-Za-z0-9.:_[\]-]+$/
const DOMAIN = /^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/

const sender = z
  .string()
  .max(320)
  .refine((text) => {
    const mailbox = parseMailbox(text)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII from its first character
    return mailbox !== undefined && /^[\x00-\x7f]*$/.test(mailbox.address)
  }, 'Write an address, or a name and an address: Atelier <hello@example.com>')

/** The token takes 53 of the 64 octets before the @. */
export const bounceMailbox = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,11}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/, 'An address with at most 11 letters before the @')

/** What an SMTP account needs. */
export const smtpSettings = z
  .strictObject({
    host: z.string().min(1).max(253).regex(HOST),
    port: z.int().min(1).max(65_535).default(587),
    /** TLS from the first byte (port 465). Otherwise STARTTLS is used when the server offers it. */
    secure: z.boolean().default(false),
    /** Never go on without encryption. */
    requireTls: z.boolean().default(false),
    /** Never encrypt, and send the password in the clear. For a server on the same machine or network. */
    ignoreTls: z.boolean().default(false),
    /** Check the server's certificate. STARTTLS on this machine itself goes unchecked unless `requireTls` is set. */
    rejectUnauthorized: z.boolean().default(true),
    user: z.string().min(1).max(320).optional(),
    password: z.string().min(1).max(4096).meta({ secret: true }).optional(),
    from: sender,
    /** How this machine introduces itself in EHLO; its host name unless set. */
    clientName: z.string().regex(DOMAIN).optional(),
    /** Connections at the same time, at most, those not counted that have not answered for a while; opened as they are needed. */
    pool: z.int().min(1).max(100).default(5),
    /**
     * A connection is renewed after so many mails. Exim stops at 1000 by default; a server that stops earlier says 421,
     * and the mail takes a new connection. Opening one costs 1.3 ms of processor time, 3 ms with TLS and a sign-in.
     */
    messagesPerConnection: z.int().min(1).max(100_000).default(1000),
    timeouts: z
      .strictObject({
        connectMs: z.int().min(1).max(120_000).default(10_000),
        greetingMs: z.int().min(1).max(120_000).default(10_000),
        /** One send in all, waiting for a free connection included; a mail gets a second more for each 250 kB. */
        sendMs: z.int().min(1).max(600_000).default(30_000),
        /** An unused connection is closed after so long. */
        idleMs: z.int().min(1).max(300_000).default(30_000),
      })
      .prefault({}),
    /** Bounces come back to `b+<token>@` this domain, another one for each mail (VERP). Without it they go to `from`. */
    bounceDomain: z.string().regex(DOMAIN).optional(),
    /** The same in one mailbox whose server knows plus addresses: `bounces@example.com` gets `bounces+<token>@example.com`. */
    bounceAddress: bounceMailbox.optional(),
    dkim: z
      .strictObject({
        domain: z.string().regex(DOMAIN),
        selector: z.string().regex(/^[A-Za-z0-9._-]+$/),
        privateKey: z.string().includes('PRIVATE KEY').meta({ secret: true }),
      })
      .optional(),
  })
  .refine(
    ({ secure, requireTls, ignoreTls }) => !(ignoreTls && (secure || requireTls)),
    'ignoreTls contradicts secure and requireTls',
  )
  .refine(({ bounceDomain, bounceAddress }) => !(bounceDomain && bounceAddress), 'Give bounceDomain or bounceAddress')

export type SmtpSettings = z.infer<typeof smtpSettings>
