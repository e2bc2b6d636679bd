import { sql } from 'kysely'
import type { Clock } from '../../platform/clock.ts'
import type { Database, Tx } from '../../platform/database/database.ts'
import { storedKey } from '../../platform/limits/stored-key.ts'

const DAY_MS = 24 * 3_600_000
const SWEPT_AT_ONCE = 5_000

export type FirstContacts = ReturnType<typeof createFirstContacts>

/**
 * The different people a portfolio writes to without having been written to, in any 24 hours: exactly, over all processes.
 * Whoever was written to counts until 24 hours after the last message, and may be written to again meanwhile.
 * @see https://developers.facebook.com/docs/whatsapp/messaging-limits
 */
export function createFirstContacts({ db, clock }: { db: Pick<Database, 'engine' | 'run'>; clock: Clock }) {
  return {
    /** Of these addresses, those that may be written to now; and when there is room for one more. */
    async take(
      portfolio: string,
      perDay: number,
      addresses: readonly string[],
    ): Promise<{ taken: ReadonlySet<string>; retryAt: Date }> {
      const people = new Map(addresses.map((address) => [storedKey(address), address]))
      const asked = [...people.keys()].toSorted()
      const key = storedKey(portfolio)
      const now = clock.now()
      const since = new Date(now.getTime() - DAY_MS)
      return db.engine.transaction().execute(async (tx) => {
        // A statement sees what was there when it began: it must begin after the one before it has ended.
        await sql`select pg_advisory_xact_lock(hashtextextended(${`first-contacts ${key}`}, 0))`.execute(tx)
        const { rows } = await written(key, asked, perDay, since, now).execute(tx)
        const taken = new Set(rows.map(({ person }) => people.get(person)!))
        return { taken, retryAt: taken.size === people.size ? now : await roomAt(tx) }
      })

      /** When the first of those that count is forgotten, unless it is written to once more. */
      async function roomAt(tx: Tx): Promise<Date> {
        const { rows } = await sql<{ written_at: Date }>`
          select written_at from first_contact where portfolio = ${key} and written_at > ${since}
          order by written_at limit 1`.execute(tx)
        return new Date((rows[0]?.written_at ?? now).getTime() + DAY_MS)
      }
    },

    /** Forgets those that count no more. Says how many. */
    async sweep(): Promise<number> {
      const before = new Date(clock.now().getTime() - DAY_MS)
      for (let forgotten = 0; ; ) {
        const rows = await db.run(
          'first-contacts.sweep',
          `delete from first_contact where (portfolio, person) in
             (select portfolio, person from first_contact where written_at <= $1::timestamptz limit ${SWEPT_AT_ONCE}) returning 1`,
          [before],
        )
        forgotten += rows.length
        if (rows.length < SWEPT_AT_ONCE) return forgotten
      }
    },
  }
}

const written = (portfolio: string, asked: readonly string[], perDay: number, since: Date, now: Date) =>
  sql<{ person: string }>`
    with asked as (select unnest(${asked}::text[]) as person),
    known as (
      select person from first_contact join asked using (person) where portfolio = ${portfolio} and written_at > ${since}
    ),
    fresh as (
      select person from asked where person not in (select person from known)
      limit greatest(0, ${perDay} - (select count(*) from first_contact where portfolio = ${portfolio} and written_at > ${since}))
    )
    insert into first_contact as f (portfolio, person, written_at)
    select ${portfolio}, person, ${now}::timestamptz from (select person from known union all select person from fresh) as may
    on conflict (portfolio, person) do update set written_at = greatest(f.written_at, excluded.written_at)
    returning person`
