import type { Channel } from './channel.ts'

export interface Attachment {
  readonly filename: string
  readonly contentType: string
  /** Set for an inline image: the HTML names it as `cid:<contentId>`. */
  readonly contentId?: string
  /** Read from storage when the mail is made. */
  read(): Promise<Buffer>
}

export interface EmailContent {
  readonly subject: string
  readonly html: string
  readonly text: string
}

export interface TextContent {
  readonly text: string
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

export interface OutboundWhatsapp extends OutboundBase {
  readonly channel: 'whatsapp'
  readonly content: TextContent
}

export interface OutboundInApp extends OutboundBase {
  readonly channel: 'in_app'
  readonly content: InAppContent
}

export type Outbound = OutboundEmail | OutboundSms | OutboundWhatsapp | OutboundInApp
export type OutboundOf<C extends Channel> = Extract<Outbound, { channel: C }>
