import type { Channel } from './channel.ts'

export interface Attachment {
  readonly filename: string
  readonly contentType: string
  /** Set for an inline image: the HTML names it as `cid:<contentId>`. */
  readonly contentId?: string
  /** Read from storage when the mail is made. Undefined: there will never be such a file, and the mail leaves without it. */
  read(): Promise<Buffer | undefined>
  /** An address that anybody may fetch it at, for carriers that are told of files instead of being given them. */
  readonly link?: string
}

export interface EmailContent {
  readonly subject: string
  readonly html: string
  readonly text: string
}

export interface TextContent {
  readonly text: string
}

/** A template that WhatsApp has approved, with its gaps filled in: what may be said outside the 24 hours. */
export interface WhatsappTemplate {
  readonly name: string
  /** As WhatsApp writes it: `fr`, `pt_BR`. */
  readonly language: string
  readonly category?: 'marketing' | 'utility' | 'authentication'
  readonly header?: WhatsappHeader
  /** The gaps of its body, in their order. */
  readonly body: readonly string[]
  /** The gaps of its buttons: what a quick reply carries back, the end of a link, a code to copy. */
  readonly buttons?: readonly {
    readonly kind: 'quick_reply' | 'url' | 'copy_code'
    /** The button's place in the template, from 0. */
    readonly index: number
    readonly value: string
  }[]
  /** Twilio's name for it: `HX` and 32 hexadecimal digits. */
  readonly contentSid?: string
}

/** `file`: the message's own attachment goes there. */
export type WhatsappHeader =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image' | 'video' | 'document'; readonly link: string }
  | { readonly kind: 'file' }

/** What a person may press below a text. */
export type WhatsappButtons =
  | { readonly kind: 'reply'; readonly buttons: readonly { readonly id: string; readonly title: string }[] }
  | {
      readonly kind: 'list'
      /** On the button that opens the list. */
      readonly label: string
      readonly rows: readonly { readonly id: string; readonly title: string; readonly description?: string }[]
    }
  | { readonly kind: 'link'; readonly title: string; readonly url: string }

export interface WhatsappContent extends TextContent {
  /** Goes instead of the text where the person's 24 hours are over. */
  readonly template?: WhatsappTemplate
  /** Under the text. */
  readonly buttons?: WhatsappButtons
}

export interface InAppContent {
  readonly title: string
  readonly body: string
  readonly actionUrl?: string
}

interface OutboundBase {
  readonly messageId: string
  readonly organizationId: string
  readonly contactId: string
  /** 1 for the first try. */
  readonly attempt: number
  /** The same for every try of one message: a carrier that knows idempotency keys is given this one. */
  readonly idempotencyKey: string
  readonly to: string
}

export interface OutboundEmail extends OutboundBase {
  readonly channel: 'email'
  readonly toName?: string
  readonly content: EmailContent
  readonly replyTo?: string
  /** Extra headers, names in their usual case. Values are one line; CR and LF are refused by the adapter. */
  readonly headers?: Readonly<Record<string, string>>
  readonly attachments: readonly Attachment[]
}

export interface OutboundSms extends OutboundBase {
  readonly channel: 'sms'
  readonly content: TextContent
}

/** `to` is a phone number as E.164, or WhatsApp's business-scoped user id (`FR.1349…`). */
export interface OutboundWhatsapp extends OutboundBase {
  readonly channel: 'whatsapp'
  readonly content: WhatsappContent
  readonly attachments?: readonly Attachment[]
  /** Whether the person wrote within the last 24 hours: then the text goes, else the template if there is one. */
  readonly windowOpen?: boolean
}

export interface OutboundInApp extends OutboundBase {
  readonly channel: 'in_app'
  readonly content: InAppContent
}

export type Outbound = OutboundEmail | OutboundSms | OutboundWhatsapp | OutboundInApp
export type OutboundOf<C extends Channel> = Extract<Outbound, { channel: C }>
