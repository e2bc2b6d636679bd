import type { DeadLetter } from '@carillon/client'
import { PERIODS, type Period, periodStart } from '../messages/search.ts'
import { CHANNELS, type Channel } from '../vocabulary.ts'

export type Failure = DeadLetter['reason']
export const FAILURES = [
  'permanent',
  'suppressed',
  'tries',
  'deadline',
  'uncertain',
  'render',
  'no_provider',
  'reported',
] as const satisfies readonly Failure[]

/** What the address of the page holds, so that a link or the back button shows the same letters. */
export interface FailedSearch {
  readonly reason?: Failure | undefined
  readonly channel?: Channel | undefined
  readonly type?: string | undefined
  readonly code?: string | undefined
  readonly contactId?: string | undefined
  readonly period?: Period | undefined
}

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((known) => known === String(value))
const text = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() || undefined : undefined

/** Reads filters out of an address. Whatever is not one of ours is dropped, never an error. */
export const failedSearch = (search: Record<string, unknown>): FailedSearch => ({
  reason: oneOf(FAILURES, search.reason),
  channel: oneOf(CHANNELS, search.channel),
  type: text(search.type),
  code: text(search.code),
  contactId: text(search.contactId),
  period: oneOf(Object.keys(PERIODS) as Period[], search.period),
})

export interface LetterFilter {
  readonly reason?: Failure
  readonly channel?: Channel
  readonly type?: string
  readonly code?: string
  readonly contactId?: string
  readonly from?: string
}

export function letterFilter({ period, ...rest }: FailedSearch, now: Date): LetterFilter {
  const given: LetterFilter = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return period ? { ...given, from: periodStart(period, now) } : given
}
