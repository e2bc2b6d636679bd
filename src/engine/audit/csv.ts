import { csvLine as lineOf } from '../../platform/csv.ts'
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

export const CSV_HEADER = lineOf(COLUMNS.map(([name]) => name))
export const csvLine = (entry: Entry): string => lineOf(COLUMNS.map(([, of]) => of(entry)))
