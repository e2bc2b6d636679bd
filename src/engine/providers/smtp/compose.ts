import type { Clock } from '../../../platform/clock.ts'
import { type Mailbox, normalizeEmail, parseMailbox } from '../../channels/address.ts'
import type { OutboundEmail } from '../../channels/outbound.ts'
import { composeWithAttachments } from './attachments.ts'
import { mailboxHeader, oneLine, textHeader } from './header.ts'
import { createMimeWriter } from './mime-writer.ts'

/** A finished mail, or why this one can never be made. */
export type Composed =
  | {
      readonly ok: true
      /** CRLF line ends, no line over 998 bytes or beginning with a dot. */
      readonly mime: Buffer
      readonly messageIdHeader: string
      /** The envelope's recipient, its domain in ASCII. */
      readonly to: string
      /** The address needs a server with SMTPUTF8: its local part is not ASCII. */
      readonly needsUtf8: boolean
    }
  | { readonly ok: false; readonly code: string; readonly detail: string }

export interface Composer {
  /** Synchronous unless there are attachments: this is the hottest path of the product. */
  compose(message: OutboundEmail): Composed | Promise<Composed>
}

/** Header fields only the composer writes. */
const OWN_HEADERS = new Set(
  'from sender to cc bcc subject date message-id reply-to mime-version return-path received dkim-signature'.split(' '),
)
const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,75}$/
/** RFC 5322 §2.1.1. */
const HARD_LINE = 998
/** Some signing servers break the DKIM signature of a folded List-Unsubscribe (nodemailer issue 1654). */
const NEVER_FOLDED = /^list-/i

/** Makes the mails of one sender. The same message makes the same bytes within one second, whichever process makes it. */
export function createComposer({ from, clock }: { from: Mailbox; clock: Clock }): Composer {
  const writer = createMimeWriter()
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  const fromHeader = mailboxHeader('From', tidy(from))
  let dateAtSecond = 0
  let dateText = ''

  const date = () => {
    const now = clock.now()
    const second = Math.floor(now.getTime() / 1000)
    if (second !== dateAtSecond) {
      dateAtSecond = second
      dateText = now.toUTCString().replace('GMT', '+0000')
    }
    return dateText
  }

  return {
    compose(message) {
      const to = normalizeEmail(message.to)
      if (!to) return { ok: false, code: 'address', detail: 'The address is not one mail can go to' }
      const extra = extraHeaders(message)
      if (typeof extra !== 'string') return extra

      const messageIdHeader = `<${message.messageId}@${domain}>`
      const recipient = tidy({ ...(message.toName ? { name: message.toName } : {}), address: to })
      const head =
        fromHeader + mailboxHeader('To', recipient) + textHeader('Subject', oneLine(message.content.subject)) + extra
      const mail = { ok: true, messageIdHeader, to, needsUtf8: !isAscii(to) } as const

      if (message.attachments.length > 0) {
        return composeWithAttachments(message, { head, date: date(), messageIdHeader }).then((mime) => ({
          ...mail,
          mime,
        }))
      }

      const boundary = `=_${message.messageId}`
      writer.reset()
      if (isAscii(head)) writer.ascii(head)
      else writer.utf8(head)
      writer.ascii(
        `Message-ID: ${messageIdHeader}\r\nDate: ${date()}\r\nMIME-Version: 1.0\r\n` +
          `Content-Type: multipart/alternative;\r\n boundary="${boundary}"\r\n`,
      )
      writePart(message.content.text, 'text/plain', boundary)
      writePart(message.content.html, 'text/html', boundary)
      writer.ascii(`\r\n--${boundary}--\r\n`)
      return { ...mail, mime: writer.finish() }
    },
  }

  function writePart(text: string, type: string, boundary: string) {
    const encoding = writer.load(text)
    writer.ascii(
      `\r\n--${boundary}\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`,
    )
    writer.body()
  }
}

function extraHeaders({ replyTo, headers }: OutboundEmail): string | (Composed & { ok: false }) {
  let out = ''
  if (replyTo) {
    const mailbox = parseMailbox(replyTo)
    if (!mailbox) return { ok: false, code: 'reply-to', detail: 'The reply-to is not an address' }
    if (!isAscii(mailbox.address))
      return { ok: false, code: 'reply-to', detail: 'The reply-to has letters beyond ASCII before the @' }
    out += mailboxHeader('Reply-To', tidy(mailbox))
  }
  for (const name in headers) {
    const value = headers[name]!
    if (!HEADER_NAME.test(name) || OWN_HEADERS.has(name.toLowerCase()) || /^content-/i.test(name)) {
      return { ok: false, code: 'header', detail: 'A header has a name that may not be set' }
    }
    if (oneLine(value) !== value.trim())
      return { ok: false, code: 'header', detail: `The header ${name} holds a line break or control character` }
    if (!NEVER_FOLDED.test(name)) out += textHeader(name, value.trim())
    else if (isAscii(value) && name.length + 2 + value.length <= HARD_LINE) out += `${name}: ${value.trim()}\r\n`
    else return { ok: false, code: 'header', detail: `The header ${name} must be ASCII and fit on one line` }
  }
  return out
}

const tidy = ({ name, address }: Mailbox): Mailbox => {
  const line = name && oneLine(name)
  return line ? { name: line, address } : { address }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the first half of Latin-1, controls and all
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text)
