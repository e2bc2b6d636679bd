import type { DeadLetter } from '@carillon/client'
import { type FilterOf, filterOf, oneOf, PERIODS, type Period, text } from '../parts/search.ts'
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

/** Reads filters out of an address. Whatever is not one of ours is dropped, never an error. */
export const failedSearch = (search: Record<string, unknown>): FailedSearch => ({
  reason: oneOf(FAILURES, search.reason),
  channel: oneOf(CHANNELS, search.channel),
  type: text(search.type),
  code: text(search.code),
  contactId: text(search.contactId),
  period: oneOf(PERIODS, search.period),
})

export type LetterFilter = FilterOf<FailedSearch>

/** As the API takes it. */
export const letterFilter = filterOf<FailedSearch>
