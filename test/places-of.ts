import type { TestApp } from './app.ts'

/** Every place of the database where this text stands, as `table.column`. */
export async function placesOf(app: TestApp, text: string): Promise<string[]> {
  const columns = await app.database.query<{ s: string; t: string; c: string; kind: string }>(`
    select c.table_schema as s, c.table_name as t, c.column_name as c, c.data_type as kind
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema in ('public', 'auth') and t.table_type = 'BASE TABLE' and c.data_type in ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY')`)
  const found: string[] = []
  for (const { s, t, c, kind } of columns) {
    const place = kind === 'bytea' ? `position(convert_to($1, 'UTF8') in "${c}")` : `position($1 in "${c}"::text)`
    const [row] = await app.database.query<{ n: number }>(
      `select count(*)::int as n from "${s}"."${t}" where ${place} > 0`,
      [text],
    )
    if (row!.n > 0) found.push(s === 'public' ? `${t}.${c}` : `${s}.${t}.${c}`)
  }
  return found
}
