import type { Crypto } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'

interface Box {
  readonly id: string
  readonly settings: Buffer
}

const AT_ONCE = 500
const FIRST = '00000000-0000-0000-0000-000000000000'

export interface Rotation {
  /** Settings there are. */
  readonly sealed: number
  /** Those that had been sealed with an old secret, and now are with the present one. */
  readonly sealedAgain: number
  /** Those that none of the secrets opens. */
  readonly unreadable: number
}

/**
 * Seals again every provider account's settings that an old secret had sealed. May run while the product does, and be
 * run again: settings that are saved meanwhile are left alone, being sealed with the present secret already.
 */
export async function rotateSecrets(run: Database['run'], crypto: Crypto): Promise<Rotation> {
  const count = { sealed: 0, sealedAgain: 0, unreadable: 0 }
  for (let after = FIRST; ; ) {
    const boxes = await run<Box>(
      'accounts.boxes',
      `select id, settings from provider_account where id > $1 and settings is not null order by id limit ${AT_ONCE}`,
      [after],
    )
    const stale = boxes.filter((box) => crypto.isStale(box.settings))
    const opened = stale.flatMap((box) => {
      const content = contentOf(box)
      return content ? [{ ...box, again: crypto.seal(content, box.id) }] : []
    })
    // Not `updated_at`: what they say has not changed, and processes that still have the old secret could not read it.
    const changed = await run<{ id: string }>(
      'accounts.seal-again',
      `update provider_account a set settings = i.again from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as i(id, settings, again)
       where a.id = i.id and a.settings = i.settings returning a.id`,
      [opened.map(({ id }) => id), opened.map(({ settings }) => settings), opened.map(({ again }) => again)],
    )
    count.sealed += boxes.length
    count.sealedAgain += changed.length
    count.unreadable += stale.length - opened.length
    const last = boxes.at(-1)
    if (!last || boxes.length < AT_ONCE) return count
    after = last.id
  }

  function contentOf({ id, settings }: Box): Buffer | undefined {
    try {
      return crypto.open(settings, id)
    } catch {
      return undefined
    }
  }
}
