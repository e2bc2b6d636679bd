import { z } from 'zod'
import type { Channel } from '../channels/channel.ts'

/** The longest source taken, in characters: a long newsletter is a tenth of it. */
const MAX_BODY = 100_000
const MAX_LINE = 500
const MAX_TEXT = 2_000

const line = z.string().trim().min(1).max(MAX_LINE)

/**
 * What a template's author writes, per channel. Every string may hold Handlebars tags; which ones is said in
 * `check.ts`, and what they may name by the payload schema of the catalogue entry.
 */
export const emailSource = z.strictObject({
  subject: line,
  /** The line a mailbox shows after the subject. Without it the mail's first words are shown. */
  preheader: line.optional(),
  /** MJML that goes inside the layout's column (`<mj-text>`, `<mj-button>`, …), or whole `<mj-section>`s. */
  body: z.string().trim().min(1).max(MAX_BODY),
  /** The plain text part. Without it one is made from `body` when the version is published. */
  text: z.string().trim().min(1).max(MAX_BODY).optional(),
  layout: z.enum(['branded', 'plain']).default('branded'),
})

export const textSource = z.strictObject({ text: z.string().trim().min(1).max(MAX_TEXT) })

const piece = z.string().trim().min(1).max(1_024)

/**
 * WhatsApp: the text goes within 24 hours after the person wrote, with the buttons below it; at other times the template
 * that WhatsApp has approved under this name and language, its gaps filled in.
 */
export const whatsappSource = z.strictObject({
  ...textSource.shape,
  template: z
    .strictObject({
      name: z.string().regex(/^[a-z0-9_]{1,512}$/, 'Write it as WhatsApp has it: small letters, digits and _'),
      language: z.string().regex(/^[a-z]{2,3}(_[A-Z]{2,4})?$/, 'Write it as WhatsApp has it: fr, en_US'),
      category: z.enum(['marketing', 'utility', 'authentication']).optional(),
      /** `file`: the message's own attachment. */
      header: z
        .union([
          z.strictObject({ kind: z.literal('text'), text: piece.max(60) }),
          z.strictObject({ kind: z.enum(['image', 'video', 'document']), link: piece }),
          z.strictObject({ kind: z.literal('file') }),
        ])
        .optional(),
      /** What goes into `{{1}}`, `{{2}}`, … of its body. */
      body: z.array(piece).max(20).default([]),
      buttons: z
        .array(
          z.strictObject({
            kind: z.enum(['quick_reply', 'url', 'copy_code']),
            index: z.int().min(0).max(9),
            value: piece,
          }),
        )
        .max(10)
        .optional(),
      /** Twilio's name for it. */
      contentSid: z
        .string()
        .regex(/^HX[0-9a-fA-F]{32}$/, 'Write HX and 32 hexadecimal digits')
        .optional(),
    })
    .optional(),
  buttons: z
    .union([
      z.strictObject({
        kind: z.literal('reply'),
        buttons: z
          .array(z.strictObject({ id: piece.max(256), title: piece }))
          .min(1)
          .max(3),
      }),
      z.strictObject({
        kind: z.literal('list'),
        label: piece,
        rows: z
          .array(z.strictObject({ id: piece.max(200), title: piece, description: piece.optional() }))
          .min(1)
          .max(10),
      }),
      z.strictObject({ kind: z.literal('link'), title: piece, url: piece }),
    ])
    .optional(),
})

export const inAppSource = z.strictObject({
  title: line,
  body: z.string().trim().min(1).max(MAX_TEXT),
  actionUrl: line.optional(),
})

export const SOURCES = {
  email: emailSource,
  sms: textSource,
  whatsapp: whatsappSource,
  in_app: inAppSource,
} as const satisfies Record<Channel, z.ZodType>

export type Layout = 'branded' | 'plain'
export type EmailSource = z.input<typeof emailSource>
export type TextSource = z.input<typeof textSource>
export type WhatsappSource = z.input<typeof whatsappSource>
export type InAppSource = z.input<typeof inAppSource>
export type SourceOf<C extends Channel> = z.input<(typeof SOURCES)[C]>
export type TemplateSource = EmailSource | TextSource | WhatsappSource | InAppSource

/** The built-in wording of one catalogue entry in one language. */
export type ChannelSources = { readonly [C in Channel]?: SourceOf<C> }

/** Every language the product ships its own wording in. */
export const BUILT_IN_LOCALES = ['fr', 'en'] as const
export type BuiltInLocale = (typeof BUILT_IN_LOCALES)[number]
export type BuiltInTemplates = Readonly<Record<BuiltInLocale, ChannelSources>>
