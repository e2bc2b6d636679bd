import type { TestDatabase } from '../database.ts'

/** What a request may leave behind although it was refused: that it was, and how often somebody tried. */
const KEPT_OF_REFUSALS: Readonly<Record<string, (act: string) => boolean>> = {
  // Attempts to sign in, to open an invitation, and what else is counted.
  'public.rate_limit': () => true,
  // Counted for the contact's hour before it is known that nothing can be sent, and given back.
  'public.rate_window': (act) => act === 'UPDATE',
  // Who was refused what; that these are refusals alone is looked at below.
  'public.audit_entry': (act) => act === 'INSERT',
  'public.audit_chain': () => true,
  // When it was last used.
  'public.api_key': (act) => act === 'UPDATE',
  // Which processes are there, and what they have heard.
  'bullmq.relay_node': () => true,
  'bullmq.relay_inbox': (act) => act === 'DELETE',
}

export interface Written {
  /** Where it is now. */
  mark(): Promise<number>
  /** Committed rows since, by table and act, but for what is kept of refusals. */
  since(mark: number): Promise<string[]>
}

/** Notes every row of every table that a transaction added, changed or removed, once it is committed. */
export async function watchWrites(database: TestDatabase): Promise<Written> {
  await database.query(`
    create schema watch;
    create unlogged table watch.written (id bigserial primary key, place text not null, act text not null, what text);
    create function watch.note() returns trigger language plpgsql security definer as $$
    begin
      insert into watch.written (place, act, what) values (
        regexp_replace(tg_table_schema || '.' || tg_table_name, '_[0-9]{6}$', ''), tg_op,
        case when tg_table_name = 'audit_entry' then to_jsonb(new) ->> 'outcome' end);
      return null;
    end $$`)
  const tables = await database.query<{ name: string }>(`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'watch')`)
  for (const { name } of tables)
    await database.query(
      `create trigger watch after insert or update or delete on ${name} for each row execute function watch.note()`,
    )
  return {
    async mark() {
      const [row] = await database.query<{ at: string | null }>('select max(id) as at from watch.written')
      return Number(row?.at ?? 0)
    },
    async since(mark) {
      const rows = await database.query<{ place: string; act: string; what: string | null; n: number }>(
        'select place, act, what, count(*)::int as n from watch.written where id > $1 group by 1, 2, 3',
        [mark],
      )
      return rows
        .filter(({ place, act, what }) => what === 'done' || KEPT_OF_REFUSALS[place]?.(act) !== true)
        .map(({ place, act, n }) => `${n} ${act} on ${place}`)
    },
  }
}
