import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { createLooking } from '../../platform/looking.ts'
import type { SendResult } from '../channels/send-result.ts'
import type { RaisedEvent } from '../messages/events.ts'
import { type Notice, noticeOf } from './notice.ts'
import { addNotice, dropNotice, type NoticeRow, putOffNotice, takeNotices } from './notice-store.ts'

interface Deps {
  readonly db: Pick<Database, 'run'>
  readonly clock: Clock
  /** Writes a notice as the place it goes to shows it, and posts it there. */
  readonly post: { text(notice: Notice): string; send(text: string): Promise<SendResult> }
  /** Why one will not be posted; never the address. */
  readonly onLost: (why: { code: string; detail: string }) => void
  readonly onError: (error: unknown) => void
}

const LOOK_EVERY_MS = 2_000
const AT_ONCE = 20
/** Longer than a post may take. */
const LEASE_MS = 60_000
const FIRST_WAIT_MS = 10_000
const LONGEST_WAIT_MS = 15 * 60_000
/** What has been wrong for a day is known by then, or over. */
const TRIED_FOR_MS = 24 * 3_600_000

export type Notices = ReturnType<typeof createNotices>

/**
 * Alerts of those who operate the installation, where they read along outside of it. Each is a row, written in the
 * transaction that tells the alert; whichever worker finds it due posts it, and tries again less and less often for a day.
 */
export function createNotices({ db, clock, post, onLost, onError }: Deps) {
  return {
    /** Is posted if the caller commits. */
    async add(tx: Tx, event: RaisedEvent, locale: string): Promise<void> {
      const notice = noticeOf(event, locale)
      if (!notice) return
      const now = clock.now()
      await addNotice(tx, { id: newId(now), text: post.text(notice) }, now)
    },

    look,
    ...createLooking(look, LOOK_EVERY_MS, onError),
  }

  async function look(): Promise<void> {
    const now = clock.now()
    const due = await takeNotices(db.run, now, new Date(now.getTime() + LEASE_MS), AT_ONCE)
    // In the order in which they happened: that it is over comes after that it began.
    for (const row of due.toSorted((a, b) => (a.id < b.id ? -1 : 1))) await one(row)
  }

  async function one(row: NoticeRow): Promise<void> {
    const result = await post.send(row.text)
    if (result.outcome === 'sent') return void (await dropNotice(db.run, row.id))
    const now = clock.now()
    const isFinal = result.outcome === 'refused' && (result.class === 'permanent' || result.class === 'suppress')
    const asked = 'retryAfterMs' in result ? result.retryAfterMs : undefined
    const waitMs = Math.max(asked ?? 0, Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (row.tries - 1)))
    const next = new Date(now.getTime() + waitMs)
    if (isFinal || next.getTime() >= row.created_at.getTime() + TRIED_FOR_MS) {
      onLost({ code: result.code, detail: result.detail })
      await dropNotice(db.run, row.id)
    } else await putOffNotice(db.run, row.id, next)
  }
}
