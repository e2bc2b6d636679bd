import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime'

/** A mail with everything a reader looks at, whatever shape it came in. */
export interface ParsedMail {
  /** Names in lower case; values unfolded, in the order they came. */
  readonly headers: ReadonlyMap<string, readonly string[]>
  readonly from: { readonly name: string; readonly address: string }
  readonly subject: string
  /** What a person would read: the text part, else the HTML without its tags. */
  readonly text: string
  /** Every other part, those of enclosed messages not among them. */
  readonly parts: readonly MailPart[]
  /** Everything after the header as it came, as Latin-1: for mails whose MIME is broken. */
  readonly body: string
  readonly messageId: string | undefined
  readonly date: Date | undefined
}

export interface MailPart {
  /** `message/delivery-status`; lower case. */
  readonly type: string
  readonly filename: string | undefined
  readonly bytes: number
  /** The first 64 kB of a part that is text or a message. */
  readonly text: string
}

/** What of a mail is kept. */
export const LARGEST_MAIL_BYTES = 10 * 1024 * 1024
/** What of it is looked at. Reports stand before the message they return, and the parser takes 20 µs for a line, empty or not. */
const READ_BYTES = 1024 * 1024
const READ_LINES = 20_000
const LONGEST_TEXT = 200_000
const LONGEST_PART = 64 * 1024
const LONGEST_BODY = 256 * 1024
/** Real bounces have three levels. */
const DEEPEST_NESTING = 30
const LARGEST_HEADERS_BYTES = 512 * 1024

/** Never throws for what the mail is; undefined when nobody could read it (nested without end, headers without end, empty). */
export async function parseMail(raw: Uint8Array): Promise<ParsedMail | undefined> {
  const mail = beginning(Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, READ_BYTES)))
  let email: Email
  try {
    email = await PostalMime.parse(mail, {
      forceRfc822Attachments: true,
      maxNestingDepth: DEEPEST_NESTING,
      maxHeadersSize: LARGEST_HEADERS_BYTES,
    })
  } catch {
    return undefined
  }
  if (email.headers.length === 0) return undefined
  const date = email.date === undefined ? undefined : new Date(email.date)
  return {
    headers: headersOf(email),
    from: mailboxOf(email.from),
    subject: decoded(email, 'subject', email.subject),
    text: textOf(email),
    parts: email.attachments.slice(0, 100).map(partOf),
    body: bodyOf(mail),
    messageId: idIn(email.messageId),
    date: date && !Number.isNaN(date.getTime()) ? date : undefined,
  }
}

function beginning(mail: Buffer): Buffer {
  let end = 0
  for (let lines = 0; lines < READ_LINES; lines++) {
    end = mail.indexOf(10, end) + 1
    if (end === 0) return mail
  }
  return mail.subarray(0, end)
}

/** `<id@host>` without its brackets. */
export const idIn = (text: string | undefined): string | undefined =>
  /<?([^\s<>]{1,900}@[^\s<>]{1,255})>?/.exec(text ?? '')?.[1]

/** The values of a header, none when it is absent. */
export const valuesOf = ({ headers }: Pick<ParsedMail, 'headers'>, name: string): readonly string[] =>
  headers.get(name) ?? []

function headersOf({ headers }: Email): Map<string, string[]> {
  const byName = new Map<string, string[]>()
  for (const { key, value } of headers) {
    const values = byName.get(key)
    if (values) values.push(value)
    else byName.set(key, [value])
  }
  return byName
}

const mailboxOf = (from: Address | undefined) => ({ name: from?.name ?? '', address: from?.address ?? '' })

const decoded = (email: Email, name: string, value: string | undefined): string =>
  (value ?? email.headers.find(({ key }) => key === name)?.value ?? '').replace(/\s+/g, ' ').trim()

function textOf({ text, html }: Email): string {
  if (text?.trim()) return text.slice(0, LONGEST_TEXT)
  return (html ?? '')
    .slice(0, LONGEST_TEXT)
    .replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]{0,200}>/gi, '\n')
    .replace(/<[^>]{0,2000}>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#39;|&rsquo;/g, "'")
    .replace(/&amp;/g, '&')
}

function partOf({ mimeType, filename, content }: Attachment): MailPart {
  const bytes = typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer)
  const readable = /^(text|message)\//.test(mimeType)
  return {
    type: mimeType,
    filename: filename ?? undefined,
    bytes: bytes.length,
    text: readable ? decode(bytes.subarray(0, LONGEST_PART)) : '',
  }
}

/** Status parts name no charset: Japanese servers write theirs, Western ones Latin-1, the others UTF-8. */
function decode(bytes: Buffer): string {
  if (bytes.includes('\x1b$')) return new TextDecoder('iso-2022-jp').decode(bytes)
  const utf8 = bytes.toString('utf8')
  return utf8.slice(0, -4).includes('\ufffd') ? bytes.toString('latin1') : utf8
}

function bodyOf(mail: Buffer): string {
  const text = mail.subarray(0, LARGEST_HEADERS_BYTES + LONGEST_BODY).toString('latin1')
  const end = /\r?\n\r?\n/.exec(text)
  return end ? text.slice(end.index, end.index + LONGEST_BODY) : ''
}
