import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { StartError } from '../start-error.ts'

const LEAST_VERSION = 15
const RETRY_MS = 500

/** Not there yet: refused, name not known (a container still starting), starting up, or shutting down. */
const PASSING = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', '57P01', '57P03'])

const REASONS: Record<string, string> = {
  '28P01': 'it refuses the user or password',
  '28000': 'it does not let this user in',
  '3D000': 'it has no database of that name',
  '53300': 'it has no connection left',
}

/**
 * Waits up to `waitMs` for a database somebody else runs, and makes sure it can be used. Throws `StartError`; the
 * address in it shows no password.
 */
export async function awaitDatabase(url: string, log: (line: string) => void, waitMs = 30_000): Promise<void> {
  const { hostname, port, pathname } = new URL(url)
  const where = `${hostname}:${port || 5432}${pathname}`
  const deadline = performance.now() + waitMs
  for (let said = false; ; await sleep(RETRY_MS)) {
    const { version, code, message } = await look(url)
    if (version !== undefined) {
      if (version >= LEAST_VERSION) return
      throw new StartError(`DATABASE_URL: ${where} is Postgres ${version}; ${LEAST_VERSION} or newer is needed.`)
    }
    if (!PASSING.has(code) || performance.now() > deadline) {
      throw new StartError(`DATABASE_URL: ${where} cannot be used: ${REASONS[code] ?? (message || code)}.`)
    }
    if (!said) log(`Waiting for the database at ${where} (${code})`)
    said = true
  }
}

async function look(url: string): Promise<{ version?: number; code: string; message: string }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ n: string }>(`select current_setting('server_version_num') as n`)
    return { version: Math.floor(Number(rows[0]?.n) / 10_000), code: '', message: '' }
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException
    return { code, message }
  } finally {
    await client.end().catch(() => {})
  }
}
