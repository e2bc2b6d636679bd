import { CHANNELS, type Channel, type MessageFilter, STATUSES, type Status } from '../vocabulary.ts'

export const PERIODS = { '1': 1, '7': 7, '30': 30 } as const
export type Period = keyof typeof PERIODS

/** What the address of the list holds: its filters, so that a link or the back button shows the same list. */
export interface MessageSearch {
  readonly status?: Status | undefined
  readonly channel?: Channel | undefined
  readonly type?: string | undefined
  readonly address?: string | undefined
  readonly contactId?: string | undefined
  readonly period?: Period | undefined
}

const oneOf = <T extends string>(values: readonly T[], value: unknown): T | undefined =>
  values.find((known) => known === String(value))
const text = (value: unknown) =>
  typeof value === 'string' || typeof value === 'number' ? String(value).trim() || undefined : undefined

/** Reads filters out of an address. Whatever is not one of ours is dropped, never an error. */
export const messageSearch = (search: Record<string, unknown>): MessageSearch => ({
  status: oneOf(STATUSES, search.status),
  channel: oneOf(CHANNELS, search.channel),
  type: text(search.type),
  address: text(search.address),
  contactId: text(search.contactId),
  period: oneOf(Object.keys(PERIODS) as Period[], search.period),
})

export const isFiltered = (search: object) => Object.values(search).some((value) => value !== undefined)

/** The period is counted back from the start of the minute, so that the same list keeps the same question. */
export function periodStart(period: Period, now: Date): string {
  const minute = Math.floor(now.getTime() / 60_000) * 60_000
  return new Date(minute - PERIODS[period] * 86_400_000).toISOString()
}

export function messageFilter({ period, ...rest }: MessageSearch, now: Date): MessageFilter {
  const given: MessageFilter = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return period ? { ...given, from: periodStart(period, now) } : given
}

export type Sought =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'reference'; readonly id: string }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'type'; readonly type: string }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const PHONE = /^\+?[\d\s().-]{6,}$/
const TYPE = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/

/** What someone means by what they typed into the search field: a reference, an e-mail or phone, or a message type. */
export function soughtBy(typed: string): Sought {
  const value = typed.trim()
  if (!value) return { kind: 'nothing' }
  if (UUID.test(value)) return { kind: 'reference', id: value.toLowerCase() }
  if (PHONE.test(value)) return { kind: 'address', address: value.replace(/[\s().-]/g, '') }
  if (TYPE.test(value)) return { kind: 'type', type: value }
  return { kind: 'address', address: value.toLowerCase() }
}
