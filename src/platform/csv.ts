import { isAscii, isUtf8 } from 'node:buffer'

export interface CsvRow {
  /** Of the file, from 1: where the row begins. */
  readonly line: number
  readonly fields: readonly string[]
  /** Set instead of fields: why it cannot be read. */
  readonly fault?: string
}

export const CSV_ENCODINGS = ['utf-8', 'windows-1252', 'utf-16le'] as const
export type CsvEncoding = (typeof CSV_ENCODINGS)[number]
type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d
const BOM = Buffer.of(0xef, 0xbb, 0xbf)
const UTF16_BOM = Buffer.of(0xff, 0xfe)
const LONGEST_ROW_BYTES = 64 * 1024
const SEPARATORS = [',', ';', '\t']
/** Bytes that windows-1252 has no letter for come out as these. */
const NO_LETTER = /[\u0080-\u009f]/

/**
 * The rows of a CSV file (RFC 4180; `,`, `;` or tab, whichever the first row has most of; LF or CRLF), as they come: no more
 * of the file is held than a row. Empty lines are passed over. A row that is not in the encoding, that is too long, or whose
 * quotes do not close, is told with its line, and the next one is read: after an open quote the next line begins a row.
 */
export async function* readCsv(source: Bytes, encoding: CsvEncoding = 'utf-8'): AsyncGenerator<CsvRow> {
  const decode = decoderOf(encoding)
  let rest: Buffer = Buffer.alloc(0)
  let line = 1
  let separator: string | undefined
  let isFirst = true
  /** The rest of this line is of a row that was told. */
  let passing = false

  for await (const { bytes, isLast } of marked(encoding === 'utf-16le' ? asUtf8(source) : source)) {
    let data = rest.length > 0 ? Buffer.concat([rest, bytes]) : bytes
    if (isFirst && data.length < BOM.length && !isLast) {
      rest = data
      continue
    }
    if (isFirst && data.subarray(0, BOM.length).equals(BOM)) data = data.subarray(BOM.length)
    isFirst = false
    let at = 0
    if (passing) {
      at = endOfLine(data, at) + 1
      passing = at > data.length
      if (!passing) line++
    }
    while (at < data.length) {
      const end = endOfRow(data, at, isLast)
      if (end === 'unknown') break
      const isOpen = end === 'open'
      const stop = isOpen ? endOfLine(data, at) : end
      const row = data.subarray(at, data[stop - 1] === CR ? stop - 1 : stop)
      const begins = line
      for (let i = at; i < stop; i++) if (data[i] === LF) line++
      passing = isOpen && stop === data.length && !isLast
      if (!passing) line++
      at = stop + 1
      if (row.length === 0) continue
      if (isOpen) {
        yield { line: begins, fields: [], fault: 'Too long, or a quote is opened and not closed' }
        continue
      }
      const text = decode(row)
      if (text === undefined) {
        yield { line: begins, fields: [], fault: 'Not valid UTF-8: save the file as CSV UTF-8' }
        continue
      }
      separator ??= separatorOf(text)
      yield { line: begins, fields: fieldsOf(text, separator) }
    }
    rest = Buffer.from(data.subarray(at))
  }
}

/**
 * What a whole file is written in, and its lines. Windows-1252, which spreadsheets of Windows write, where something is not
 * UTF-8 and nothing can only be UTF-8; a file that mixes both is read as UTF-8, and the other rows are refused.
 */
export async function surveyCsv(source: Bytes): Promise<{ encoding: CsvEncoding; lines: number; bytes: number }> {
  let rest: Buffer = Buffer.alloc(0)
  let lines = 0
  let bytes = 0
  let broken = false
  let accented = false
  let start: Buffer | undefined
  for await (const chunk of marked(source)) {
    bytes += chunk.bytes.length
    start ??= chunk.bytes.subarray(0, UTF16_BOM.length)
    const data = rest.length > 0 ? Buffer.concat([rest, chunk.bytes]) : chunk.bytes
    // What lies behind the last break may end within a letter; a break is never part of one.
    const cut = chunk.isLast ? data.length : data.lastIndexOf(LF) + 1
    look(data.subarray(0, cut))
    rest = Buffer.from(data.subarray(cut))
    if (rest.length > LONGEST_ROW_BYTES) {
      look(rest)
      rest = Buffer.alloc(0)
    }
  }
  if (start?.equals(UTF16_BOM)) return { encoding: 'utf-16le', lines, bytes }
  return { encoding: broken && !accented ? 'windows-1252' : 'utf-8', lines, bytes }

  function look(part: Buffer): void {
    for (let at = part.indexOf(LF); at >= 0; at = part.indexOf(LF, at + 1)) lines++
    if (part.length > 0 && part.at(-1) !== LF) lines++
    if (isAscii(part)) return
    if (isUtf8(part)) {
      accented = true
      return
    }
    for (let at = 0; at < part.length; ) {
      const end = endOfLine(part, at)
      const one = part.subarray(at, end)
      if (!isUtf8(one)) broken = true
      else if (!isAscii(one)) accented = true
      at = end + 1
    }
  }
}

/** Each chunk, and whether it is the last. */
async function* marked(source: Bytes): AsyncGenerator<{ bytes: Buffer; isLast: boolean }> {
  let held: Buffer | undefined
  for await (const chunk of source) {
    if (held) yield { bytes: held, isLast: false }
    held = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
  }
  if (held) yield { bytes: held, isLast: true }
}

async function* asUtf8(source: Bytes): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder('utf-16le')
  for await (const chunk of source) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}

function decoderOf(encoding: CsvEncoding): (row: Buffer) => string | undefined {
  if (encoding !== 'windows-1252') return (row) => (isUtf8(row) ? row.toString() : undefined)
  const decoder = new TextDecoder('windows-1252')
  return (row) => {
    const text = decoder.decode(row)
    return NO_LETTER.test(text) ? undefined : text
  }
}

/** Where a row ends: the first line break outside quotes. `open`: a quote stays open, or the row is too long. `unknown`: what follows must be read. */
function endOfRow(file: Buffer, from: number, isLast: boolean): number | 'open' | 'unknown' {
  let quoted = false
  for (let i = from; i < file.length; i++) {
    if (file[i] === QUOTE) quoted = !quoted
    else if (file[i] === LF && !quoted) return i
    if (i - from > LONGEST_ROW_BYTES) return 'open'
  }
  if (!isLast) return 'unknown'
  return quoted ? 'open' : file.length
}

function endOfLine(file: Buffer, from: number): number {
  const end = file.indexOf(LF, from)
  return end < 0 ? file.length : end
}

function separatorOf(row: string): string {
  const count = (separator: string) => row.split(separator).length
  return SEPARATORS.reduce((best, one) => (count(one) > count(best) ? one : best))
}

function fieldsOf(row: string, separator: string): string[] {
  if (!row.includes('"')) return row.split(separator).map((field) => field.trim())
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let i = 0; i < row.length; i++) {
    const letter = row[i]!
    if (quoted) {
      if (letter !== '"') field += letter
      else if (row[i + 1] === '"') {
        field += '"'
        i++
      } else quoted = false
    } else if (letter === '"' && field.trim() === '') {
      quoted = true
      field = ''
    } else if (letter === separator) {
      fields.push(field.trim())
      field = ''
    } else field += letter
  }
  fields.push(field.trim())
  return fields
}

/** What a written file begins with: without it spreadsheets take UTF-8 for the encoding of their country. */
export const CSV_MARK = '\uFEFF'

/** A row to write, by RFC 4180. */
export function csvLine(cells: readonly (string | number | null | undefined)[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

/**
 * A spreadsheet runs a cell that begins like a formula, whoever wrote it: an apostrophe before it makes it a text
 * (OWASP, CSV Injection).
 */
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'number') return String(value)
  const text = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
