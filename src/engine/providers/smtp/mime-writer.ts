/** Longest line of an encoded body, RFC 2045 §6.7 and §6.8. */
const LINE = 76
/** What fits on a line before a soft break's `=`. */
const FULL = LINE - 1
/** So many bytes make one full line of base64. */
const BASE64_LINE_BYTES = 57
/** From so many bytes per UTF-16 unit on (Arabic, Chinese, walls of emoji) base64 is shorter than quoted-printable. */
const BASE64_BYTES_PER_UNIT = 1.35
const FIRST_SIZE = 64 * 1024
/** Larger buffers than this are given back after the mail that needed them. */
const KEPT_SIZE = 1024 * 1024

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const DOT = 46
const EQUALS = 61
const CAPITAL_F = 70
const UNDERSCORE = 95
const HEX = Buffer.from('0123456789ABCDEF', 'latin1')
const FROM = Buffer.from('From ', 'latin1')

/** 1: stands for itself anywhere in a line. 0: white space, a line break, or written as `=XX`. */
const PLAIN = new Uint8Array(256)
for (let byte = 33; byte <= 126; byte++) PLAIN[byte] = byte === EQUALS ? 0 : 1

export type TransferEncoding = '7bit' | 'quoted-printable' | 'base64'

/**
 * Puts a mail together in one buffer that is used again for the next one. Bodies come out in the form every mail server
 * passes on unchanged: CRLF line ends, at most 76 bytes a line, no line that begins with a dot or with "From ". So SMTP
 * needs no dot-stuffing. `=_` cannot occur in a body: a boundary with it in is safe whatever the text.
 */
export interface MimeWriter {
  reset(): void
  /** Header text, ASCII. */
  ascii(text: string): void
  /** Header text of a mail to an address beyond ASCII (RFC 6532). */
  utf8(text: string): void
  /** Takes a text to write next and says how it will be encoded, since that is announced before it. */
  load(text: string): TransferEncoding
  /** Writes the text that was loaded. */
  body(): void
  /** A copy of what was written. */
  finish(): Buffer
}

export function createMimeWriter(): MimeWriter {
  let target = Buffer.allocUnsafeSlow(FIRST_SIZE)
  let end = 0
  let source = Buffer.allocUnsafeSlow(FIRST_SIZE)
  let length = 0
  let encoding: TransferEncoding = '7bit'

  const makeRoom = (bytes: number) => {
    if (end + bytes <= target.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(target.length * 2, end + bytes))
    target.copy(larger, 0, 0, end)
    target = larger
  }

  return {
    reset() {
      end = 0
      if (target.length > KEPT_SIZE) target = Buffer.allocUnsafeSlow(FIRST_SIZE)
      if (source.length > KEPT_SIZE) source = Buffer.allocUnsafeSlow(FIRST_SIZE)
    },
    ascii(text) {
      makeRoom(text.length)
      end += target.write(text, end, 'latin1')
    },
    utf8(text) {
      makeRoom(text.length * 3)
      end += target.write(text, end, 'utf8')
    },
    load(text) {
      if (text.length * 3 > source.length) source = Buffer.allocUnsafeSlow(text.length * 3)
      length = source.write(text, 0, 'utf8')
      if (isPlain(source, length)) encoding = '7bit'
      else encoding = length > text.length * BASE64_BYTES_PER_UNIT ? 'base64' : 'quoted-printable'
      return encoding
    },
    body() {
      if (encoding === '7bit') {
        makeRoom(length * 2)
        end = writePlain(source, length, target, end)
      } else if (encoding === 'base64') {
        makeRoom(Math.ceil(length / BASE64_LINE_BYTES) * (LINE + 2) + length)
        end = writeBase64(source, length, target, end)
      } else {
        // At worst every byte is written as =XX, 25 to a line.
        makeRoom(length * 4 + LINE)
        end = writeQuotedPrintable(source, length, target, end)
      }
    },
    finish: () => Buffer.from(target.subarray(0, end)),
  }
}

/** Short lines of printable ASCII that nothing on the way would touch: they go as they are. */
function isPlain(source: Buffer, length: number): boolean {
  let column = 0
  for (let i = 0; i < length; i++) {
    const byte = source[i]!
    if (byte === LF || byte === CR) {
      const before = source[i - 1]
      if (before === SPACE || before === TAB) return false
      column = 0
      continue
    }
    if (column === 0 && startsAwkwardly(source, i, length)) return false
    if (++column > LINE || byte > 126 || (byte < SPACE && byte !== TAB)) return false
    if (byte === EQUALS && source[i + 1] === UNDERSCORE) return false
  }
  const last = source[length - 1]
  return last !== SPACE && last !== TAB
}

/** A dot would be doubled by SMTP, and mailbox files put a > before "From ". */
const startsAwkwardly = (source: Buffer, at: number, length: number): boolean =>
  source[at] === DOT || (source[at] === CAPITAL_F && at + 5 <= length && FROM.compare(source, at, at + 5) === 0)

function writePlain(source: Buffer, length: number, target: Buffer, start: number): number {
  let out = start
  for (let i = 0; i < length; i++) {
    const byte = source[i]!
    if (byte === LF || byte === CR) {
      if (byte === CR && source[i + 1] === LF) i++
      target[out++] = CR
      target[out++] = LF
    } else {
      target[out++] = byte
    }
  }
  return out
}

/** RFC 2045 §6.7. A character is never cut by a soft line break, which the RFC allows but some readers do not survive. */
function writeQuotedPrintable(source: Buffer, length: number, target: Buffer, start: number): number {
  let out = start
  let lineStart = start
  let i = 0
  while (i < length) {
    if (out === lineStart && startsAwkwardly(source, i, length)) {
      out = writeHex(source[i++]!, target, out)
      continue
    }
    // The common run: printable bytes up to the end of the line, without asking about the line each time.
    const runEnd = Math.min(length, i + FULL - (out - lineStart))
    while (i < runEnd && PLAIN[source[i]!] === 1) target[out++] = source[i++]!
    if (i === length) break
    const byte = source[i]!

    if (byte === LF || byte === CR) {
      if (byte === CR && source[i + 1] === LF) i++
      i++
      target[out++] = CR
      target[out++] = LF
      lineStart = out
      continue
    }

    const next = source[i + 1]
    const endsLine = i + 1 === length || next === LF || next === CR
    const isLiteral = PLAIN[byte] === 1 || ((byte === SPACE || byte === TAB) && !endsLine)
    const characterBytes = byte < 0xc0 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4
    if (out - lineStart + (isLiteral ? 1 : characterBytes * 3) > FULL) {
      target[out++] = EQUALS
      target[out++] = CR
      target[out++] = LF
      lineStart = out
      continue
    }
    if (isLiteral) {
      target[out++] = byte
      i++
    } else {
      const after = i + characterBytes
      while (i < after) out = writeHex(source[i++]!, target, out)
    }
  }
  return out
}

function writeHex(byte: number, target: Buffer, out: number): number {
  target[out] = EQUALS
  target[out + 1] = HEX[byte >> 4]!
  target[out + 2] = HEX[byte & 15]!
  return out + 3
}

function writeBase64(source: Buffer, length: number, target: Buffer, start: number): number {
  // Line ends are made CRLF first: inside base64 nobody on the way can do it.
  const text = source.toString('utf8', 0, length)
  const bytes = /\r(?!\n)|(?<!\r)\n/.test(text)
    ? Buffer.from(text.replace(/\r\n?|\n/g, '\r\n'))
    : source.subarray(0, length)
  let out = start
  for (let i = 0; i < bytes.length; i += BASE64_LINE_BYTES) {
    if (i > 0) {
      target[out++] = CR
      target[out++] = LF
    }
    out += target.write(bytes.toString('base64', i, Math.min(i + BASE64_LINE_BYTES, bytes.length)), out, 'latin1')
  }
  return out
}
