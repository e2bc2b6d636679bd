import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import type { Channel } from '../channels/channel.ts'
import type { InboundKind } from '../channels/inbound.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
}

/** What is known of a message that somebody wrote to us. */
interface Written {
  readonly organizationId: string | null
  readonly accountId: string
  readonly channel: Channel
  readonly from: string | null
  readonly userId: string | null
  readonly to: string | null
  readonly at: Date
  readonly receivedAt: Date
  readonly kind: InboundKind
}

/** 24 hours, but for a minute: what leaves at the last moment would arrive too late. */
const OPEN_MS = 24 * 3_600_000 - 60_000

/** Of the others nobody says that they count as writing to a business; taken for open, a text would be lost. */
const OPENING: ReadonlySet<InboundKind> = new Set([
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contacts',
  'button',
  'order',
])

export type ReplyWindows = ReturnType<typeof createReplyWindows>

/**
 * Who may be answered freely: WhatsApp takes anything within 24 hours after a person wrote to a number, and approved
 * templates at any time. Kept per account and address, by number and by user id.
 */
export function createReplyWindows({ db, clock }: Deps) {
  return {
    /** What people wrote opens their windows. Doing it again changes nothing. */
    async follow(messages: readonly Written[]): Promise<void> {
      const rows = new Map<string, { accountId: string; address: string; organizationId: string | null; at: number }>()
      for (const message of messages) {
        const { channel, accountId, organizationId, from, userId, to } = message
        // In a group it was said to all of them.
        if (channel !== 'whatsapp' || !OPENING.has(message.kind) || (to !== null && !to.startsWith('+'))) continue
        const at = Math.min(message.at.getTime(), message.receivedAt.getTime())
        for (const address of [from, userId]) {
          if (address === null) continue
          const key = `${accountId} ${address}`
          rows.set(key, { accountId, address, organizationId, at: Math.max(at, rows.get(key)?.at ?? 0) })
        }
      }
      if (rows.size === 0) return
      // In one order everywhere, so that two calls at once wait for each other.
      const kept = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
      await db.run('reply_window.open', OPEN, [
        kept.map((row) => row.accountId),
        kept.map((row) => row.address),
        kept.map((row) => row.organizationId),
        kept.map((row) => new Date(row.at + OPEN_MS)),
      ])
    },

    /** Which of these are open now, as `account address`. */
    async open(asked: readonly { readonly accountId: string; readonly address: string }[]): Promise<Set<string>> {
      const rows = await db.run<{ account_id: string; address: string }>('reply_window.which', WHICH, [
        asked.map((one) => one.accountId),
        asked.map((one) => one.address),
        clock.now(),
      ])
      return new Set(rows.map((row) => `${row.account_id} ${row.address}`))
    },

    /** Takes away those that have closed. */
    sweep: () => db.run('reply_window.sweep', 'delete from reply_window where closes_at <= $1', [clock.now()]),
  }
}

const OPEN = `
insert into reply_window (account_id, address, organization_id, closes_at)
select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::timestamptz[])
on conflict (account_id, address) do update set closes_at = greatest(reply_window.closes_at, excluded.closes_at)`

const WHICH = `
select i.account_id, i.address from unnest($1::uuid[], $2::text[]) as i(account_id, address)
cross join lateral (select closes_at from reply_window w where w.account_id = i.account_id and w.address = i.address offset 0) w
where w.closes_at > $3`
