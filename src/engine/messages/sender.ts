import type { Caller } from '../organizations/authentication.ts'

/** By whom a notification came. */
export type Sender = Pick<Caller['actor'], 'kind' | 'id'>

/** As they are stored; a number is never used again for another. */
const CODES: Readonly<Record<Sender['kind'], number>> = {
  api_key: 1,
  member: 2,
  contact: 3,
  platform_admin: 4,
}
const KINDS = Object.entries(CODES) as [Sender['kind'], number][]

export const senderCode = (kind: Sender['kind']): number => CODES[kind]

/** Null: the product itself, or before it was kept. */
export function senderOf(code: number | null, id: string | null): Sender | null {
  const [kind] = KINDS.find(([, known]) => known === code) ?? []
  return kind && id !== null ? { kind, id } : null
}
