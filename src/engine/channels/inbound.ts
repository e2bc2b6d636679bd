import type { Channel } from './channel.ts'

/** What a person sent. `unknown`: a kind this version has never heard of; it is kept raw and shown as such. */
export const INBOUND_KINDS = [
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'button',
  'reaction',
  'order',
  'system',
  'unsupported',
  'unknown',
] as const
export type InboundKind = (typeof INBOUND_KINDS)[number]

/** What a person asks for by what they sent: of everything, or of marketing alone. */
export const INBOUND_CONSENTS = ['stop', 'start', 'help', 'stop_marketing', 'start_marketing'] as const
export type InboundConsent = (typeof INBOUND_CONSENTS)[number]

/** A file that came with a message, still at the carrier. */
export interface InboundMedia {
  /** The carrier's id of it, or its address there. */
  readonly reference: string
  readonly contentType?: string
  readonly filename?: string
  readonly bytes?: number
  /** Hexadecimal, where the carrier gives it. */
  readonly sha256?: string
}

/** One message that a person sent to an account of ours. */
export interface Inbound {
  /** The carrier's id of the message: the same id twice is one message. */
  readonly eventId: string
  readonly channel: Extract<Channel, 'email' | 'sms' | 'whatsapp'>
  /** E.164 or an e-mail address; unset where the carrier gives only `userId`. */
  readonly from?: string
  /** The carrier's own id of the person: WhatsApp's business-scoped user id. */
  readonly userId?: string
  /** The name they go by there. */
  readonly name?: string
  /** Our address that they wrote to; of a group, its id. */
  readonly to?: string
  readonly at: Date
  readonly kind: InboundKind
  /** The words: the text itself, a caption, the title of the button that was pressed. */
  readonly text?: string
  /** What a pressed button carries. */
  readonly payload?: string
  readonly media?: readonly InboundMedia[]
  /** Our message that it answers, where that is known. */
  readonly messageId?: string
  /** The carrier's id of the message it answers. */
  readonly inReplyTo?: string
  /** Set where the carrier itself has understood a word of consent; else the engine reads the text. */
  readonly consent?: InboundConsent
  /** As it came, in the carrier's own words. */
  readonly raw: unknown
}
