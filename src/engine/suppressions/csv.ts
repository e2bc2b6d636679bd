import { isUtf8 } from 'node:buffer'

export interface CsvRow {
  /** Of the file, from 1: where the row begins. */
  readonly line: number
  readonly fields: readonly string[]
  /** Set instead of fields: why it cannot be read. */
  readonly fault?: string
}

const QUOTE = 0x22
const LF = 0x0a
const CR = 0x0d
const BOM = Buffer.of(0xef, 0xbb, 0xbf)
const LONGEST_ROW_BYTES = 64 * 1024
const SEPARATORS = [',', ';', '\t']

/**
 * The rows of a CSV file (RFC 4180; `,`, `;` or tab, whichever the first row has most of; LF or CRLF). Empty lines are
 * passed over. A row that is not UTF-8, or whose quotes do not close, is told with its line, and the next one is read:
 * after an open quote the next line begins a row.
 */
export function* readCsv(file: Buffer): Generator<CsvRow> {
  let at = file.subarray(0, 3).equals(BOM) ? 3 : 0
  let line = 1
  let separator: string | undefined
  while (at < file.length) {
    const end = endOfRow(file, at)
    const closed = end !== undefined
    const stop = end ?? endOfLine(file, at)
    const bytes = file.subarray(at, file[stop - 1] === CR ? stop - 1 : stop)
    const begins = line
    for (let i = at; i < stop; i++) if (file[i] === LF) line++
    line++
    at = stop + 1
    if (bytes.length === 0) continue
    if (!closed) yield { line: begins, fields: [], fault: 'A quote is opened and not closed' }
    else if (!isUtf8(bytes)) yield { line: begins, fields: [], fault: 'Not valid UTF-8: save the file as CSV UTF-8' }
    else {
      const text = bytes.toString()
      separator ??= separatorOf(text)
      yield { line: begins, fields: fieldsOf(text, separator) }
    }
  }
}

/** Where a row ends: the first line break outside quotes. Undefined when a quote stays open, or open for too long. */
function endOfRow(file: Buffer, from: number): number | undefined {
  let quoted = false
  for (let i = from; i < file.length; i++) {
    if (file[i] === QUOTE) quoted = !quoted
    else if (file[i] === LF && !quoted) return i
    if (quoted && i - from > LONGEST_ROW_BYTES) return undefined
  }
  return quoted ? undefined : file.length
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
