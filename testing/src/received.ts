import type { Client, SandboxMessageDetail } from '@carillon/client'

export type SandboxChannel = 'email' | 'sms' | 'whatsapp'

/** A message as the pretended carrier took it. */
export interface Received {
  readonly id: string
  /** The engine's message: `client.messages.get(messageId)` tells what became of it. */
  readonly messageId: string
  readonly channel: SandboxChannel
  readonly to: string
  readonly contactName: string | null
  /** Of an e-mail. */
  readonly subject: string | null
  readonly text: string
  readonly html: string | null
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  readonly attachments: SandboxMessageDetail['attachments']
  /** How often it was handed over: more than once after a try without an answer. */
  readonly copies: number
  readonly at: Date
}

/** What a message must be; what is left out may be anything. */
export interface Wanted {
  readonly channel?: SandboxChannel
  readonly to?: string
  readonly subject?: string | RegExp
  readonly text?: string | RegExp
}

const PAGE = 200

/** What the pretended carriers have received since this was made, or since `forget`. */
export function createReceived(client: Client) {
  const forgotten = new Set<string>()
  const read = new Map<string, Received>()

  async function* items() {
    for await (const item of client.sandbox.each({ limit: PAGE })) if (!forgotten.has(item.id)) yield item
  }

  return {
    /** Those that fit, oldest first. */
    async list(wanted: Wanted = {}): Promise<Received[]> {
      const found: Received[] = []
      for await (const item of items()) {
        if (wanted.channel !== undefined && item.channel !== wanted.channel) continue
        if (wanted.to !== undefined && item.address !== wanted.to) continue
        if (wanted.subject !== undefined && !says(item.subject ?? '', wanted.subject)) continue
        const known = read.get(item.id)
        // Of an e-mail the list shows its first words only; what was received does not change but for its copies.
        const message = known ? { ...known, copies: item.copies } : toReceived(await client.sandbox.get(item.id))
        read.set(item.id, message)
        if (wanted.text === undefined || says(message.text, wanted.text)) found.push(message)
      }
      return found.reverse()
    },

    /** As if nothing had been received so far. */
    async forget(): Promise<void> {
      for await (const { id } of items()) forgotten.add(id)
      read.clear()
    },
  }
}

const says = (words: string, wanted: string | RegExp): boolean =>
  typeof wanted === 'string' ? words.includes(wanted) : wanted.test(words)

const toReceived = (detail: SandboxMessageDetail): Received => ({
  id: detail.id,
  messageId: detail.messageId,
  channel: detail.channel as SandboxChannel,
  to: detail.address,
  contactName: detail.contactName,
  subject: detail.subject,
  text: detail.text ?? '',
  html: detail.html,
  headers: detail.headers,
  attachments: detail.attachments,
  copies: detail.copies,
  at: new Date(detail.createdAt),
})
