import { PERIODS, type Period, periodStart } from '../messages/search.ts'

const KINDS = ['change', 'look'] as const
export type Kind = (typeof KINDS)[number]

/** What the address of the page holds, so that a link or the back button shows the same entries. */
export interface AuditSearch {
  readonly kind?: Kind | undefined
  readonly act?: string | undefined
  readonly outcome?: 'refused' | undefined
  readonly actor?: string | undefined
  readonly subject?: string | undefined
  readonly period?: Period | undefined
}

const ACT = /^[a-z_]+(?:\.[a-z_]+)?$/
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((known) => known === String(value))
const like = (pattern: RegExp, value: unknown) => (typeof value === 'string' && pattern.test(value) ? value : undefined)

/** Reads filters out of an address. Whatever is not one of ours is dropped, never an error. */
export const auditSearch = (search: Record<string, unknown>): AuditSearch => ({
  kind: oneOf(KINDS, search.kind),
  act: like(ACT, search.act),
  outcome: oneOf(['refused'], search.outcome),
  actor: like(UUID, search.actor),
  subject: like(UUID, search.subject),
  period: oneOf(Object.keys(PERIODS) as Period[], search.period),
})

export interface AuditFilter {
  readonly kind?: Kind
  readonly act?: string
  readonly outcome?: 'refused'
  readonly actor?: string
  readonly subject?: string
  readonly from?: string
}

export function auditFilter({ period, ...rest }: AuditSearch, now: Date): AuditFilter {
  const given: AuditFilter = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return period ? { ...given, from: periodStart(period, now) } : given
}

/** Where the same entries come as a file. */
export const exportAddress = (filter: AuditFilter, format: 'csv' | 'ndjson'): string =>
  `/v1/audit/export?${new URLSearchParams({ ...filter, format })}`
