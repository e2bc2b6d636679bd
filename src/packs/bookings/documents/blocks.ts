import type { Sheet, Style } from './sheet.ts'

const LABEL: Style = { size: 7.5, weight: 'medium' }
const GAP = 22

/** Who writes and what this is: the logo or name at the left, the kind of document at the right. */
export function heading(sheet: Sheet, { name, title, number }: { name: string; title: string; number: string }): void {
  const { left, width, palette } = sheet
  const half = width / 2 - 12
  const nameHeight = sheet.logo(left, sheet.y, 170, 44)
    ? 44
    : sheet.put(name, left, sheet.y + 2, half, { size: 15, weight: 'semibold' })
  const right = { align: 'right' } as const
  // A long title is set smaller before it is parted.
  const size = [21, 19, 17].find((each) => sheet.widthOf(title, { size: each, weight: 'semibold' }) <= half) ?? 17
  let y = sheet.y - 3
  y += sheet.put(title, left + half + 24, y, half, { size, weight: 'semibold', color: palette.brandInk, ...right })
  y += sheet.put(number, left + half + 24, y, half, { size: 10, weight: 'medium', color: palette.muted, ...right })
  sheet.y = Math.max(y, sheet.y + nameHeight) + GAP + 4
}

export interface Party {
  readonly label: string
  readonly name: string
  /** Further lines; empty ones are left out. */
  readonly lines: readonly (string | undefined)[]
}

/** Two parties side by side: whoever gets it at the right, where the window of a French envelope is. */
export function parties(sheet: Sheet, two: readonly Party[]): void {
  const width = (sheet.width - 36) / 2
  const heights = two.map((party, index) => {
    const x = sheet.left + index * (width + 36)
    let y = sheet.y
    y += sheet.put(party.label, x, y, width, { ...LABEL, color: sheet.palette.muted }) + 3
    y += sheet.put(party.name, x, y, width, { size: 10.5, weight: 'semibold' }) + 1
    for (const line of party.lines) if (line) y += sheet.put(line, x, y, width, { size: 9 })
    return y - sheet.y
  })
  sheet.y += Math.max(...heights) + GAP
}

export interface Fact {
  readonly label: string
  readonly value: string
}

/** Facts on tinted bands, up to four in a row and as many in each row as can be. */
export function facts(sheet: Sheet, all: readonly Fact[]): void {
  const inset = 14
  const perRow = Math.ceil(all.length / Math.ceil(all.length / 4))
  for (let from = 0; from < all.length; from += perRow) {
    const row = all.slice(from, from + perRow)
    const width = (sheet.width - 2 * inset - 12 * (row.length - 1)) / row.length
    const value: Style = { size: 9.5, weight: 'semibold' }
    const height = Math.max(...row.map((fact) => sheet.heightOf(fact.value, width, value))) + 34
    sheet.ensure(height)
    sheet.box(sheet.left, sheet.y, sheet.width, height, sheet.palette.tint)
    row.forEach((fact, index) => {
      const x = sheet.left + inset + index * (width + 12)
      sheet.put(fact.label, x, sheet.y + 10, width, { ...LABEL, color: sheet.palette.muted })
      sheet.put(fact.value, x, sheet.y + 23, width, value)
    })
    sheet.y += height + 8
  }
  sheet.y += GAP - 8
}

export interface Column {
  readonly label: string
  readonly width: number
  readonly align?: 'left' | 'right'
}

export interface Row {
  readonly cells: readonly string[]
  /** Under the first cell, smaller. */
  readonly detail?: string | undefined
}

const CELL: Style = { size: 9 }
const DETAIL: Style = { size: 8 }
const BETWEEN = 12

/** A table whose head is repeated on every page; a row is never parted. The first column takes what width is left. */
export function table(sheet: Sheet, columns: readonly Column[], rows: readonly Row[]): void {
  const others = columns.slice(1).reduce((sum, { width }) => sum + width + BETWEEN, 0)
  const widths = columns.map(({ width }, index) => (index === 0 ? sheet.width - others : width))
  const starts = widths.map(
    (_, index) => sheet.left + widths.slice(0, index).reduce((sum, width) => sum + width + BETWEEN, 0),
  )
  const { muted, brandInk } = sheet.palette
  const cell = (index: number, size: Style): Style => {
    const align = columns[index]!.align ?? 'left'
    return { ...size, align, ...(align === 'right' ? { tabular: true } : {}) }
  }
  const head = () => {
    const height = Math.max(...columns.map(({ label }, index) => sheet.heightOf(label, widths[index]!, LABEL)))
    columns.forEach(({ label }, index) => {
      sheet.put(label, starts[index]!, sheet.y, widths[index]!, { ...LABEL, color: muted, ...align(columns[index]!) })
    })
    sheet.y += height + 5
    sheet.rule(sheet.left, sheet.y, sheet.width, brandInk)
    sheet.y += 1
  }

  sheet.ensure(70)
  head()
  for (const row of rows) {
    const detail = row.detail ? sheet.heightOf(row.detail, widths[0]!, DETAIL) + 1 : 0
    const tall = row.cells.map((text, index) => sheet.heightOf(text, widths[index]!, CELL) + (index === 0 ? detail : 0))
    const height = Math.max(...tall) + 13
    if (sheet.ensure(height)) head()
    row.cells.forEach((text, index) => {
      sheet.put(text, starts[index]!, sheet.y + 6, widths[index]!, {
        ...cell(index, CELL),
        ...(index === 0 ? { weight: 'medium' } : {}),
      })
    })
    if (row.detail) {
      const y = sheet.y + 7 + sheet.heightOf(row.cells[0]!, widths[0]!, CELL)
      sheet.put(row.detail, starts[0]!, y, widths[0]!, { ...DETAIL, color: muted })
    }
    sheet.y += height
    sheet.rule(sheet.left, sheet.y, sheet.width)
  }
  sheet.y += 14
}

const align = ({ align: side }: Column): Pick<Style, 'align'> => (side ? { align: side } : {})

export interface Sum {
  readonly label: string
  readonly amount: string
  readonly strong?: boolean
}

const SUMS_WIDTH = 246

/** The sums at the right, the last of them on the organization’s colour; what was agreed about payment at their left. */
export function sums(sheet: Sheet, all: readonly Sum[], total: Sum, beside?: { title: string; lines: string[] }): void {
  const height = all.length * 17 + 44
  const text = beside ? sheet.width - SUMS_WIDTH - 36 : 0
  const besideHeight = beside
    ? 16 + beside.lines.reduce((sum, line) => sum + sheet.heightOf(line, text, { size: 8.5 }) + 1, 0)
    : 0
  sheet.ensure(Math.max(height, besideHeight))
  const x = sheet.right - SUMS_WIDTH
  const begin = sheet.y
  for (const { label, amount, strong } of all) {
    const style: Style = { size: 9, weight: strong ? 'semibold' : 'regular' }
    sheet.put(label, x + 12, sheet.y, 150, { ...style, color: strong ? sheet.palette.ink : sheet.palette.muted })
    sheet.put(amount, x + 132, sheet.y, SUMS_WIDTH - 144, { ...style, align: 'right', tabular: true })
    sheet.y += 17
  }
  sheet.y += 3
  sheet.box(x, sheet.y, SUMS_WIDTH, 34, sheet.palette.brand)
  const on = { color: sheet.palette.onBrand, weight: 'semibold' } as const
  sheet.put(total.label, x + 12, sheet.y + 11, 130, { size: 9.5, ...on })
  sheet.put(total.amount, x + 110, sheet.y + 8, SUMS_WIDTH - 122, { size: 13, ...on, align: 'right', tabular: true })
  sheet.y += 34
  if (beside) {
    let y = begin
    y += sheet.put(beside.title, sheet.left, y, text, { ...LABEL, color: sheet.palette.muted }) + 3
    for (const line of beside.lines) y += sheet.put(line, sheet.left, y, text, { size: 8.5 }) + 1
    sheet.y = Math.max(sheet.y, y)
  }
  sheet.y += GAP
}

/** A heading within the page, kept with what follows. */
export function section(sheet: Sheet, title: string): void {
  sheet.ensure(60)
  sheet.y += sheet.put(title, sheet.left, sheet.y, sheet.width, { size: 11.5, weight: 'semibold' }) + 7
}

/** Words over the whole width. */
export function paragraph(sheet: Sheet, text: string, style: Style = { size: 9 }): void {
  for (const part of text.split('\n')) {
    const height = sheet.heightOf(part, sheet.width, style)
    sheet.ensure(height)
    sheet.put(part, sheet.left, sheet.y, sheet.width, style)
    sheet.y += height + 2
  }
}

/** What the law or the business adds, small. */
export function smallPrint(sheet: Sheet, texts: readonly string[]): void {
  for (const text of texts) paragraph(sheet, text, { size: 7.5, color: sheet.palette.muted })
  sheet.y += 6
}

/** Labels at the left and their values at the right of them, a line each. */
export function pairs(sheet: Sheet, all: readonly Fact[]): void {
  const labelWidth = 150
  for (const { label, value } of all) {
    const width = sheet.width - labelWidth - 12
    const height =
      Math.max(
        sheet.heightOf(value, width, { size: 9, weight: 'medium' }),
        sheet.heightOf(label, labelWidth, { size: 9 }),
      ) + 10
    sheet.ensure(height)
    sheet.put(label, sheet.left, sheet.y + 5, labelWidth, { size: 9, color: sheet.palette.muted })
    sheet.put(value, sheet.left + labelWidth + 12, sheet.y + 5, width, { size: 9, weight: 'medium' })
    sheet.y += height
    sheet.rule(sheet.left, sheet.y, sheet.width)
  }
  sheet.y += GAP
}

/** A box to sign in. */
export function signature(sheet: Sheet, label: string): void {
  const [width, height] = [SUMS_WIDTH, 74]
  sheet.ensure(height)
  sheet.box(sheet.right - width, sheet.y, width, height, sheet.palette.tint)
  sheet.put(label, sheet.right - width + 12, sheet.y + 9, width - 24, { ...LABEL, color: sheet.palette.muted })
  sheet.y += height + GAP
}
