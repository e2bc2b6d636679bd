import { filterOf, oneOf, PERIODS, type Period, text } from '../parts/search.ts'
import { CHANNELS, type Channel, STATUSES, type Status } from '../vocabulary.ts'

/** What the address of the list holds: its filters, so that a link or the back button shows the same list. */
export interface MessageSearch {
  readonly status?: Status | undefined
  readonly channel?: Channel | undefined
  readonly type?: string | undefined
  readonly address?: string | undefined
  readonly contactId?: string | undefined
  readonly period?: Period | undefined
}

/** Reads filters out of an address. Whatever is not one of ours is dropped, never an error. */
export const messageSearch = (search: Record<string, unknown>): MessageSearch => ({
  status: oneOf(STATUSES, search.status),
  channel: oneOf(CHANNELS, search.channel),
  type: text(search.type),
  address: text(search.address),
  contactId: text(search.contactId),
  period: oneOf(PERIODS, search.period),
})

/** As the API takes it. */
export const messageFilter = filterOf<MessageSearch>

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
