import type { Mailbox } from '../../channels/address.ts'

/** RFC 5322 §2.1.1: lines should be at most 78 long, RFC 2047 §2: at most 76 with encoded words in them; never over 998. */
const LINE = 76
const HARD_LINE = 998
/** RFC 2047 §2: an encoded word with its delimiters. */
const WORD = 75
const WORD_START = '=?UTF-8?Q?'
const WORD_END = '?='

/** Everything a header value must not hold: what could end the line, or hide from whoever reads it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\x00-\x1f\x7f\u0080-\u009f\u2028\u2029]+/g
const PRINTABLE = /^[\x20-\x7e]*$/
const NAME_TOKEN = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+$/
/** What Q encoding may leave as it is in every place a word can stand, a display name being the strictest (RFC 2047 §5). */
const Q_SAFE = /^[A-Za-z0-9!*+/-]$/

/** One line of text: controls and line breaks are spaces, the ends trimmed. */
export const oneLine = (text: string): string => text.replace(CONTROL, ' ').trim()

/** `Name: text`, folded, in encoded words when it is not plain ASCII. `text` is one line already. */
export function textHeader(name: string, text: string): string {
  const start = name.length + 2
  if (PRINTABLE.test(text) && !text.includes('=?')) {
    if (start + text.length <= LINE) return `${name}: ${text}\r\n`
    const folded = fold(text, start)
    if (folded) return `${name}: ${folded}\r\n`
  }
  return `${name}: ${encodedWords(text, start)}\r\n`
}

/** `Name: "Display" <address>`. The display name must be one line already; the address is written as it is. */
export function mailboxHeader(name: string, { name: display, address }: Mailbox): string {
  const start = name.length + 2
  if (!display) return `${name}: ${start + address.length > HARD_LINE ? '\r\n ' : ''}${address}\r\n`
  const phrase = displayName(display, start)
  const lastLine = phrase.length - (phrase.lastIndexOf('\n') + 1) + (phrase.includes('\n') ? 0 : start)
  return `${name}: ${phrase}${lastLine + address.length + 3 > LINE ? '\r\n' : ''} <${address}>\r\n`
}

function displayName(name: string, start: number): string {
  if (!PRINTABLE.test(name) || name.includes('=?') || name.length > LINE - start - 2) return encodedWords(name, start)
  return NAME_TOKEN.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`
}

/** Breaks at single spaces so that unfolding gives the text back; nothing when a word is too long for any line. */
function fold(text: string, start: number): string | undefined {
  const words = text.split(/(?<=\S)(?= \S)/)
  let out = ''
  let column = start
  for (const word of words) {
    if (out && column + word.length > LINE) {
      out += '\r\n'
      column = 0
    }
    out += word
    column += word.length
    if (column > HARD_LINE) return undefined
  }
  return out
}

/** RFC 2047 Q encoding in words of at most 75, never cutting a character in two: each word must decode by itself. */
function encodedWords(text: string, start: number): string {
  let out = WORD_START
  let column = start + WORD_START.length
  let limit = LINE
  for (const character of text) {
    const encoded = qCharacter(character)
    if (column + encoded.length + WORD_END.length > limit) {
      out += `${WORD_END}\r\n ${WORD_START}`
      column = 1 + WORD_START.length
      limit = WORD + 1
    }
    out += encoded
    column += encoded.length
  }
  return out + WORD_END
}

function qCharacter(character: string): string {
  if (character === ' ') return '_'
  if (Q_SAFE.test(character)) return character
  let out = ''
  for (const byte of Buffer.from(character, 'utf8')) out += `=${byte < 16 ? '0' : ''}${byte.toString(16).toUpperCase()}`
  return out
}
