const SEPARATORS = [',', ';', '\t']
/** As long a row as the server reads. */
const LONGEST_ROW = 64 * 1024
/** What a byte that is not in the encoding becomes. */
const UNREADABLE = '\uFFFD'
const LF = 10

/**
 * The text of a file, as the server reads those of contacts: in UTF-16 where it says so or has bytes of nothing, else UTF-8;
 * Windows-1252, which spreadsheets of Windows write, where something is not UTF-8 and nothing can only be UTF-8.
 */
export function textOf(bytes: Uint8Array): string {
  const nothing = bytes.indexOf(0)
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (nothing > 0 && nothing % 2 === 1))
    return new TextDecoder('utf-16le').decode(bytes)
  if ((bytes[0] === 0xfe && bytes[1] === 0xff) || nothing >= 0) return new TextDecoder('utf-16be').decode(bytes)
  const isUtf8 =
    utf8Of(bytes) !== undefined ||
    linesOf(bytes).some((line) => line.some((byte) => byte > 127) && utf8Of(line) !== undefined)
  return new TextDecoder(isUtf8 ? 'utf-8' : 'windows-1252').decode(bytes)
}

function utf8Of(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  for (let from = 0; from < bytes.length; ) {
    const at = bytes.indexOf(LF, from)
    const end = at < 0 ? bytes.length : at
    lines.push(bytes.subarray(from, end))
    from = end + 1
  }
  return lines
}

export interface CsvRow {
  /** Of the file, from 1: where the row begins. */
  readonly line: number
  readonly cells: readonly string[]
  /** Set where it cannot be read. */
  readonly fault?: 'quote' | 'encoding'
}

/**
 * Rows of a CSV file (RFC 4180; `,`, `;` or tab, whichever its first line has most of): quotes may hold those, quotes and line
 * breaks. Empty rows are passed over. After a quote that is not closed, the next line begins a row.
 */
export function* rowsOf(text: string): Generator<CsvRow> {
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  const first = source.split('\n', 20).find((line) => line.trim()) ?? ''
  const separator = SEPARATORS.reduce((best, one) => (first.split(one).length > first.split(best).length ? one : best))
  let line = 1
  for (let at = 0; at < source.length; ) {
    const row = rowAt(source, at, separator)
    const end = row?.end ?? lineEnd(source, at)
    const written = source.slice(at, end)
    if (!row) yield { line, cells: [], fault: 'quote' }
    else if (written.includes(UNREADABLE)) yield { line, cells: [], fault: 'encoding' }
    else if (row.cells.some((cell) => cell)) yield { line, cells: row.cells }
    line += written.split('\n').length
    at = end + 1
  }
}

const lineEnd = (source: string, from: number): number => {
  const end = source.indexOf('\n', from)
  return end < 0 ? source.length : end
}

/** The row that begins there; nothing where a quote stays open, or the row is too long. */
function rowAt(source: string, from: number, separator: string): { cells: string[]; end: number } | undefined {
  const cells: string[] = []
  let cell = ''
  let quoted = false
  let at = from
  for (; at < source.length && (quoted || source[at] !== '\n'); at++) {
    if (at - from > LONGEST_ROW) return undefined
    const sign = source[at]!
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (source[at + 1] === '"') cell += source[++at]
      else quoted = false
    } else if (sign === '"' && cell.trim() === '') {
      quoted = true
      cell = ''
    } else if (sign === separator) {
      cells.push(cell.trim())
      cell = ''
    } else cell += sign
  }
  if (quoted) return undefined
  return { cells: [...cells, cell.trim()], end: at }
}

export const COLUMNS = [
  'company',
  'name',
  'email',
  'phone',
  'address',
  'latitude',
  'longitude',
  'radiusKm',
  'skills',
  'locale',
] as const
type Column = (typeof COLUMNS)[number]
const NEEDED = ['company', 'email', 'skills'] as const satisfies readonly Column[]
const NUMBERS: readonly Column[] = ['latitude', 'longitude', 'radiusKm']

export type Fault =
  | { readonly why: 'quote' | 'encoding' | 'cells' }
  | { readonly why: 'number'; readonly column: Column; readonly value: string }

/** A row below the names: a professional for the server to judge, or why it cannot be read. */
export type Line = { readonly line: number } & (
  | { readonly professional: Record<string, unknown> }
  | { readonly fault: Fault }
)

export interface Professionals {
  readonly lines: readonly Line[]
  /** Names of columns there are none of. */
  readonly unknown: readonly string[]
  /** Columns that are needed and not there. */
  readonly missing: readonly string[]
}

/** What a file says, at most `most` lines and one more. */
export function professionalsOf(text: string, most: number): Professionals {
  const rows = rowsOf(text)
  const head = rows.next()
  const names = head.done ? [] : head.value.cells
  const columns = names.map((name) => COLUMNS.find((known) => known.toLowerCase() === name.toLowerCase()))
  const lines: Line[] = []
  for (const row of rows) {
    lines.push(lineOf(row, columns))
    if (lines.length > most) break
  }
  return {
    lines,
    unknown: names.filter((name, at) => !columns[at] && name),
    missing: NEEDED.filter((name) => !columns.includes(name)),
  }
}

function lineOf({ line, cells, fault }: CsvRow, columns: readonly (Column | undefined)[]): Line {
  if (fault) return { line, fault: { why: fault } }
  // What stands beyond the last name would be lost: most often a separator that lacks its quotes.
  if (cells.some((cell, at) => cell && at >= columns.length)) return { line, fault: { why: 'cells' } }
  const given = new Map(columns.flatMap((name, at) => (name && cells[at] ? [[name, cells[at]] as const] : [])))
  const number = (name: Column) => Number(given.get(name)?.replace(',', '.'))
  const wrong = NUMBERS.find((name) => given.has(name) && !Number.isFinite(number(name)))
  if (wrong) return { line, fault: { why: 'number', column: wrong, value: given.get(wrong)! } }
  const professional: Record<string, unknown> = {
    company: given.get('company') ?? '',
    email: given.get('email') ?? '',
    skills: (given.get('skills') ?? '').split(/[\s,;|]+/).filter(Boolean),
  }
  for (const name of ['name', 'phone', 'address', 'locale'] as const)
    if (given.has(name)) professional[name] = given.get(name)
  if (given.has('radiusKm')) professional.radiusKm = number('radiusKm')
  if (given.has('latitude') || given.has('longitude'))
    professional.coordinates = Object.fromEntries(
      (['latitude', 'longitude'] as const).filter((name) => given.has(name)).map((name) => [name, number(name)]),
    )
  return { line, professional }
}
