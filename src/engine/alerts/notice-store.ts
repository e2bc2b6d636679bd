import { sql } from 'kysely'
import type { Database, Tx } from '../../platform/database/database.ts'

type Run = Database['run']

export interface NoticeRow {
  readonly id: string
  readonly text: string
  /** Tries that were made, this one included. */
  readonly tries: number
  readonly created_at: Date
}

export const addNotice = (tx: Tx, { id, text }: Pick<NoticeRow, 'id' | 'text'>, now: Date) =>
  sql`insert into operator_notice (id, text, due_at, created_at) values (${id}, ${text}, ${now}, ${now})`.execute(tx)

/** Those that are due, which nobody else takes until `until`. */
export const takeNotices = (run: Run, now: Date, until: Date, limit: number): Promise<NoticeRow[]> =>
  run<NoticeRow>(
    'alerts.notices',
    `update operator_notice n set due_at = $2, tries = tries + 1
     where n.id in (select id from operator_notice where due_at <= $1 order by id limit $3 for update skip locked)
     returning id, text, tries, created_at`,
    [now, until, limit],
  )

/** It was posted, or never will be. */
export const dropNotice = (run: Run, id: string) =>
  run('alerts.drop-notice', 'delete from operator_notice where id = $1', [id])

export const putOffNotice = (run: Run, id: string, until: Date) =>
  run('alerts.put-off-notice', 'update operator_notice set due_at = $2 where id = $1', [id, until])
