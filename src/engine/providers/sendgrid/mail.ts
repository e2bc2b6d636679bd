import { type Mailbox, normalizeEmail, parseMailbox } from '../../channels/address.ts'
import { refusedAs } from '../../channels/error-class.ts'
import type { OutboundEmail } from '../../channels/outbound.ts'
import type { SendResult } from '../../channels/send-result.ts'

type Refused = Extract<SendResult, { outcome: 'refused' }>

/** Our message's id in every event about it. SendGrid stores it outside what it treats as personal: it is a random id. */
export const MESSAGE_ID_ARGUMENT = 'carillon_message_id'

export type Written = { readonly ok: true; readonly body: object } | { readonly ok: false; readonly refused: Refused }

/** Carillon counts opens and clicks and adds the way out itself: SendGrid leaves the mail as it is. */
const TRACKING_OFF = {
  click_tracking: { enable: false, enable_text: false },
  open_tracking: { enable: false },
  subscription_tracking: { enable: false },
  ganalytics: { enable: false },
}

/** What SendGrid's document says may not be set, and what has a field of its own. */
const NOT_EXTRA = new Set(
  'x-sg-id x-sg-eid received dkim-signature to from sender subject reply-to cc bcc message-id date mime-version return-path'.split(
    ' ',
  ),
)
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,75}$/
const CONTROL = /\p{Cc}+/gu

/** A mail as SendGrid's Mail Send takes it (v3), or why this one can never go this way. Rejects when a file cannot be read. */
export async function writeMail(message: OutboundEmail, from: Mailbox): Promise<Written> {
  const { content } = message
  const to = normalizeEmail(message.to)
  if (!to) return refuse('permanent_recipient', 'address', 'The address is not one mail can go to')
  const subject = oneLine(content.subject)
  if (!subject) return refuse('other_account', 'subject', 'SendGrid takes no mail without a subject')
  const replyTo = message.replyTo === undefined ? undefined : parseMailbox(message.replyTo)
  if (message.replyTo !== undefined && !replyTo)
    return refuse('permanent_message', 'reply-to', 'The reply-to is not an address')
  for (const [name, value] of Object.entries(message.headers ?? {})) {
    if (!HEADER_NAME.test(name) || NOT_EXTRA.has(name.toLowerCase()) || /^content-/i.test(name))
      return refuse('permanent_message', 'header', 'A header has a name that may not be set')
    if (oneLine(value) !== value.trim())
      return refuse('permanent_message', 'header', `The header ${name} holds a line break or control character`)
  }
  const parts = [
    { type: 'text/plain', value: content.text },
    { type: 'text/html', value: content.html },
  ].filter(({ value }) => value !== '')
  if (parts.length === 0) return refuse('other_account', 'content', 'SendGrid takes no empty mail')
  const attachments = (await Promise.all(message.attachments.map(fileOf))).filter((file) => file !== undefined)
  if (attachments.some((file) => file.content === ''))
    return refuse('other_account', 'attachment', 'SendGrid takes no empty file')

  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    ok: true,
    body: {
      personalizations: [
        {
          to: [recipient(to, message.toName)],
          // Kept by SendGrid: it is by this that mailboxes tell the copy of a mail that was sent twice.
          headers: { ...message.headers, 'Message-ID': `<${message.messageId}@${domain}>` },
          custom_args: { [MESSAGE_ID_ARGUMENT]: message.messageId },
        },
      ],
      from: person(from),
      ...(replyTo ? { reply_to: person(replyTo) } : {}),
      subject,
      content: parts,
      ...(attachments.length ? { attachments } : {}),
      tracking_settings: TRACKING_OFF,
    },
  }
}

async function fileOf({ filename, contentType, contentId, read }: OutboundEmail['attachments'][number]) {
  const content = await read()
  if (!content) return undefined
  return {
    content: content.toString('base64'),
    type: oneLine(contentType),
    filename: oneLine(filename),
    ...(contentId ? { disposition: 'inline', content_id: oneLine(contentId) } : { disposition: 'attachment' }),
  }
}

/** SendGrid reads a recipient's name with a comma or semicolon as several people unless it comes in quotes (seen by django-anymail). */
function recipient(email: string, name: string | undefined) {
  const text = name && oneLine(name)
  if (!text) return { email }
  return { email, name: /[,;]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : text }
}

function person({ name, address }: Mailbox) {
  const text = name && oneLine(name)
  return text ? { email: address, name: text } : { email: address }
}

const oneLine = (text: string): string => text.replace(CONTROL, ' ').trim()

const refuse = (word: Parameters<typeof refusedAs>[0], code: string, detail: string): Written => ({
  ok: false,
  refused: refusedAs(word, { code, detail }),
})
