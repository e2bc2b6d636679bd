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

export const inAppSource = z.strictObject({
  title: line,
  body: z.string().trim().min(1).max(MAX_TEXT),
  actionUrl: line.optional(),
})

export const SOURCES = {
  email: emailSource,
  sms: textSource,
  whatsapp: textSource,
  in_app: inAppSource,
} as const satisfies Record<Channel, z.ZodType>

export type Layout = 'branded' | 'plain'
export type EmailSource = z.input<typeof emailSource>
export type TextSource = z.input<typeof textSource>
export type InAppSource = z.input<typeof inAppSource>
export type SourceOf<C extends Channel> = z.input<(typeof SOURCES)[C]>
export type TemplateSource = EmailSource | TextSource | InAppSource

/** The built-in wording of one catalogue entry in one language. */
export type ChannelSources = { readonly [C in Channel]?: SourceOf<C> }

/** Every language the product ships its own wording in. */
export const BUILT_IN_LOCALES = ['fr', 'en'] as const
export type BuiltInLocale = (typeof BUILT_IN_LOCALES)[number]
export type BuiltInTemplates = Readonly<Record<BuiltInLocale, ChannelSources>>
