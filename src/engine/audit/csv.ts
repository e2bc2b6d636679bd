import type { Entry } from './schemas.ts'

const COLUMNS: readonly (readonly [name: string, of: (entry: Entry) => string | number | null | undefined])[] = [
  ['n', (entry) => entry.n],
  ['at', (entry) => entry.at.toISOString()],
  ['kind', (entry) => entry.kind],
  ['act', (entry) => entry.act],
  ['outcome', (entry) => entry.outcome],
  ['actor_kind', (entry) => entry.actor.kind],
  ['actor_id', (entry) => entry.actor.id],
  ['actor_name', (entry) => entry.actor.name],
  ['subjects', (entry) => entry.subjects.join(' ')],
  ['fields', (entry) => entry.details.fields?.join(' ')],
  ['values', (entry) => entry.details.values && JSON.stringify(entry.details.values)],
  ['about', (entry) => entry.details.about],
  ['filters', (entry) => entry.details.filters?.join(' ')],
  ['count', (entry) => entry.details.count],
  ['route', (entry) => entry.details.route],
  ['ip', (entry) => entry.ip],
  ['user_agent', (entry) => entry.userAgent],
  ['request_id', (entry) => entry.requestId],
  ['support_window_id', (entry) => entry.supportWindowId],
]

export const CSV_HEADER = line(COLUMNS.map(([name]) => name))
export const csvLine = (entry: Entry): string => line(COLUMNS.map(([, of]) => of(entry)))

/** RFC 4180. */
function line(cells: readonly (string | number | null | undefined)[]): string {
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
