/** Rows of a CSV file: commas or semicolons, as its first line has more of; quotes may hold either, and line breaks. */
export function rowsOf(text: string): string[][] {
  const [first = ''] = text.split('\n', 1)
  const separator = first.split(';').length > first.split(',').length ? ';' : ','
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = () => {
    row.push(cell)
    if (row.some((one) => one.trim())) rows.push(row)
    row = []
    cell = ''
  }
  const source = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  for (let at = 0; at < source.length; at++) {
    const sign = source[at]!
    if (quoted) {
      if (sign !== '"') cell += sign
      else if (source[at + 1] === '"') cell += source[++at]
      else quoted = false
    } else if (sign === '"' && cell === '') quoted = true
    else if (sign === separator) {
      row.push(cell)
      cell = ''
    } else if (sign === '\n') endRow()
    else cell += sign
  }
  endRow()
  return rows
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

export interface Line {
  /** As a text editor counts them: the first is that of the names. */
  readonly number: number
  readonly professional: Record<string, unknown>
}

/** A professional for each line after the names of the columns, for the server to judge. */
export function professionalsOf(text: string): {
  readonly lines: readonly Line[]
  readonly unknown: readonly string[]
} {
  const [names = [], ...rows] = rowsOf(text)
  const columns = names.map((name) => COLUMNS.find((known) => known.toLowerCase() === name.trim().toLowerCase()))
  const lines = rows.map((row, index) => {
    const given = new Map(columns.flatMap((name, at) => (name && row[at]?.trim() ? [[name, row[at].trim()]] : [])))
    const number = (name: (typeof COLUMNS)[number]) => Number(given.get(name)?.replace(',', '.'))
    const professional: Record<string, unknown> = {
      company: given.get('company') ?? '',
      email: given.get('email') ?? '',
      skills: (given.get('skills') ?? '').split(/[\s,;|]+/).filter(Boolean),
    }
    for (const name of ['name', 'phone', 'address', 'locale'] as const)
      if (given.has(name)) professional[name] = given.get(name)
    if (given.has('radiusKm')) professional.radiusKm = number('radiusKm')
    if (given.has('latitude') || given.has('longitude'))
      professional.coordinates = { latitude: number('latitude'), longitude: number('longitude') }
    return { number: index + 2, professional }
  })
  return { lines, unknown: names.filter((name, at) => !columns[at] && name.trim()) }
}
