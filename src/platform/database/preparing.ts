import type { PostgresPool, PostgresPoolClient } from 'kysely'
import type pg from 'pg'

/** A statement said so often is prepared. What is put together anew for every list of ids never is. */
const OFTEN = 5
/** Each connection keeps every plan it has made. */
const MOST_PREPARED = 400
const MOST_COUNTED = 2_000

/**
 * The pool as Kysely sees it, with what is said again and again prepared once for each connection. Postgres then plans it
 * only as often as its parameters make a difference.
 */
export function preparing(pool: pg.Pool): PostgresPool {
  const names = new Map<string, string>()
  const counts = new Map<string, number>()

  function nameOf(text: string): string | undefined {
    const name = names.get(text)
    if (name !== undefined || names.size >= MOST_PREPARED) return name
    const count = (counts.get(text) ?? 0) + 1
    if (count < OFTEN) {
      if (counts.size >= MOST_COUNTED) counts.clear()
      counts.set(text, count)
      return undefined
    }
    counts.delete(text)
    names.set(text, `often_${names.size}`)
    return names.get(text)
  }

  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await pool.connect()
      const query = (text: string, values: readonly unknown[]) =>
        client.query({ name: values.length > 0 ? nameOf(text) : undefined, text, values: [...values] })
      return { query: query as unknown as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) }
    },
  }
}
