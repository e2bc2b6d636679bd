import pg from 'pg'
import { LONGEST_WRITE_MS } from './changes-store.ts'

/** The first that Postgres gives to anybody; what it is written into was there before all that runs. */
const FIRST_XID = 3
const LOCK = 0x0ca21111

/**
 * A dump keeps the transaction ids of the server it was taken from, and the one it is restored to may be far behind them:
 * readers of the stream of changes (`changes-store.ts`) would wait for ids that are years away. What was restored is then
 * said to be of the first transaction, and readers go on there, by the time they had reached. To be called before
 * anything reads, by any number of processes at once. Says whether there was something to do.
 *
 * @see https://www.postgresql.org/docs/18/functions-info.html#FUNCTIONS-PG-SNAPSHOT
 */
export async function settleRestored(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    await client.query('begin')
    await client.query('select pg_advisory_xact_lock($1)', [LOCK])
    const { rows } = await client.query<{ next: string; restored: boolean }>(
      `select next::text, exists(select from webhook_cursor where xid > next)
         or coalesce((select xid > next from notification order by id desc limit 1), false)
         or exists(select from organization o where exists(select from message_event where organization_id = o.id and xid > next)
           or exists(select from inbound_message where organization_id = o.id and xid > next)) as restored
       from (select pg_snapshot_xmax(pg_current_snapshot()) as next) now`,
    )
    const { next, restored } = rows[0]!
    if (restored) {
      for (const table of ['notification', 'message_event', 'inbound_message'])
        await client.query(`update ${table} set xid = '${FIRST_XID}' where xid > $1::xid8`, [next])
      await client.query(
        `update webhook_cursor set xid = '${FIRST_XID}',
           after_id = (lpad(to_hex((extract(epoch from since) * 1000)::bigint - ${LONGEST_WRITE_MS}), 12, '0') || repeat('0', 20))::uuid
         where xid > $1::xid8`,
        [next],
      )
      await client.query('update webhook_endpoint set listens_since = null')
    }
    await client.query('commit')
    return restored
  } finally {
    await client.end()
  }
}
