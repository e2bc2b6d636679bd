import type { Crypto } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import { FIRST_ID } from '../../platform/ids.ts'

interface Box {
  readonly id: string
  readonly box: Buffer
}

const AT_ONCE = 500

export interface Rotation {
  /** Secrets there are. */
  readonly sealed: number
  /** Those that had been sealed with an old secret, and now are with the present one. */
  readonly sealedAgain: number
  /** Those that none of the secrets opens. */
  readonly unreadable: number
}

/** Every column that holds sealed boxes, each bound to its row's id, and how that is called. */
const PLACES = [
  ['provider_account', 'settings', 'id'],
  ['webhook_endpoint', 'secret', 'id'],
  ['webhook_endpoint', 'old_secret', 'id'],
  ['audit_chain', 'key', 'organization_id'],
] as const

/**
 * Seals again everything that an old secret had sealed. May run while the product does, and be run again: what is saved
 * meanwhile is left alone, being sealed with the present secret already.
 */
export async function rotateSecrets(run: Database['run'], crypto: Crypto): Promise<Rotation> {
  const total = { sealed: 0, sealedAgain: 0, unreadable: 0 }
  for (const [table, column, id] of PLACES) {
    const count = await rotate(run, crypto, table, column, id)
    total.sealed += count.sealed
    total.sealedAgain += count.sealedAgain
    total.unreadable += count.unreadable
  }
  return total
}

async function rotate(
  run: Database['run'],
  crypto: Crypto,
  table: string,
  column: string,
  id: string,
): Promise<Rotation> {
  const count = { sealed: 0, sealedAgain: 0, unreadable: 0 }
  for (let after = FIRST_ID; ; ) {
    const boxes = await run<Box>(
      `boxes.${table}.${column}`,
      `select ${id} as id, ${column} as box from ${table} where ${id} > $1 and ${column} is not null order by ${id} limit ${AT_ONCE}`,
      [after],
    )
    const stale = boxes.filter((box) => crypto.isStale(box.box))
    const opened = stale.flatMap((box) => {
      const content = contentOf(box)
      return content ? [{ ...box, again: crypto.seal(content, box.id) }] : []
    })
    // Not `updated_at`: what they say has not changed, and processes that still have the old secret could not read it.
    const changed = await run<{ id: string }>(
      `seal-again.${table}.${column}`,
      `update ${table} t set ${column} = i.again from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as i(id, box, again)
       where t.${id} = i.id and t.${column} = i.box returning t.${id}`,
      [opened.map(({ id }) => id), opened.map(({ box }) => box), opened.map(({ again }) => again)],
    )
    count.sealed += boxes.length
    count.sealedAgain += changed.length
    count.unreadable += stale.length - opened.length
    const last = boxes.at(-1)
    if (!last || boxes.length < AT_ONCE) return count
    after = last.id
  }

  function contentOf({ id, box }: Box): Buffer | undefined {
    try {
      return crypto.open(box, id)
    } catch {
      return undefined
    }
  }
}
