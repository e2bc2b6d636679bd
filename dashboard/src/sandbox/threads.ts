import type { SandboxInbound, SandboxMessage } from '@carillon/client'
import type { Status } from '../vocabulary.ts'

/** What stands in a thread: what the organization wrote, and what was written back. */
export type Line = ({ readonly by: 'organization' } & SandboxMessage) | ({ readonly by: 'holder' } & SandboxInbound)

export interface Thread {
  readonly address: string
  readonly contactName: string | null
  /** Oldest first, as a phone shows them. */
  readonly lines: readonly Line[]
}

/** One thread per number, the one where something was written last comes first. */
export function threadsOf(messages: readonly SandboxMessage[], answers: readonly SandboxInbound[]): Thread[] {
  const lines: Line[] = [
    ...messages.map((message) => ({ by: 'organization' as const, ...message })),
    ...answers.map((answer) => ({ by: 'holder' as const, ...answer })),
  ]
  const newestFirst = lines.sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
  return [...Map.groupBy(newestFirst, ({ address }) => address)].map(([address, ofNumber]) => ({
    address,
    contactName: ofNumber.find(({ contactName }) => contactName)?.contactName ?? null,
    lines: ofNumber.toReversed(),
  }))
}

/** `2026-11-20` in the given zone: two messages with the same key stand under one date. */
export const dayKey = (at: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(new Date(at))

export type Piece = { readonly text: string; readonly href?: string }

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/g

/** Text with its web addresses told apart, as a phone makes them tappable. */
export function linkedPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  let end = 0
  for (const match of text.matchAll(LINK)) {
    if (match.index > end) pieces.push({ text: text.slice(end, match.index) })
    pieces.push({ text: match[0], href: match[0] })
    end = match.index + match[0].length
  }
  if (end < text.length) pieces.push({ text: text.slice(end) })
  return pieces
}

export type TickState = 'pending' | 'sent' | 'delivered' | 'read' | 'failed'

/** The carrier has it, so it is at least sent, whatever the list of messages has told so far. */
export function tickOf(status: Status | undefined): TickState {
  if (status === 'read' || status === 'clicked' || status === 'opened') return 'read'
  if (status === 'delivered') return 'delivered'
  if (status === 'failed' || status === 'bounced') return 'failed'
  return status === 'sent' || status === undefined ? 'sent' : 'pending'
}
