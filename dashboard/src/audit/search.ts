import { type FilterOf, filterOf, oneOf, PERIODS, type Period } from '../parts/search.ts'

export const KINDS = ['change', 'look'] as const

/** What the address of the page holds, so that a link or the back button shows the same entries. */
export interface AuditSearch {
  readonly kind?: (typeof KINDS)[number] | undefined
  readonly act?: string | undefined
  readonly outcome?: 'refused' | undefined
  readonly actor?: string | undefined
  readonly subject?: string | undefined
  readonly period?: Period | undefined
}

const ACT = /^[a-z_]+(?:\.[a-z_]+)?$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const like = (pattern: RegExp, value: unknown) => (typeof value === 'string' && pattern.test(value) ? value : undefined)

/** Reads filters out of an address. Whatever is not one of ours is dropped, never an error. */
export const auditSearch = (search: Record<string, unknown>): AuditSearch => ({
  kind: oneOf(KINDS, search.kind),
  act: like(ACT, search.act),
  outcome: oneOf(['refused'], search.outcome),
  actor: like(UUID, search.actor),
  subject: like(UUID, search.subject),
  period: oneOf(PERIODS, search.period),
})

export type AuditFilter = FilterOf<AuditSearch>

/** As the API takes it. */
export const auditFilter = filterOf<AuditSearch>

/** Where the same entries come as a file. */
export const exportAddress = (filter: AuditFilter, format: 'csv' | 'ndjson'): string =>
  `/v1/audit/export?${new URLSearchParams({ ...filter, format })}`
