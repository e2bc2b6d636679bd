import { parseEnvelope, symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import { versioned } from './second-factor.ts'
import { keyOf, openSignInPool } from './sign-in.ts'

interface Row {
  readonly id: string
  readonly secret: string
  readonly backup_codes: string
}

interface Secrets {
  readonly databaseUrl: string
  readonly secret: string
  readonly oldSecrets: readonly string[]
}

/**
 * Encrypts every second factor again that a former secret encrypted. May run while the product does, and be run again:
 * what is changed meanwhile is left alone.
 */
export async function encryptSecondFactorsAgain({ databaseUrl, secret, oldSecrets }: Secrets) {
  const keys = versioned([secret, ...oldSecrets].map(keyOf))
  const currentVersion = keys[0]!.version
  const key = { keys: new Map(keys.map(({ version, value }) => [version, value])), currentVersion }
  const count = { sealed: 0, sealedAgain: 0, unreadable: 0 }
  const pool = openSignInPool(databaseUrl)
  try {
    const { rows } = await pool.query<Row>('select id, secret, backup_codes from two_factor order by id')
    for (const row of rows) {
      count.sealed += 1
      if ([row.secret, row.backup_codes].every((box) => parseEnvelope(box)?.version === currentVersion)) continue
      const again = await Promise.all(
        [row.secret, row.backup_codes].map(async (data) =>
          symmetricEncrypt({ key, data: await symmetricDecrypt({ key, data }) }),
        ),
      ).catch(() => undefined)
      if (!again) {
        count.unreadable += 1
        continue
      }
      const { rowCount } = await pool.query(
        'update two_factor set secret = $2, backup_codes = $3 where id = $1 and secret = $4 and backup_codes = $5',
        [row.id, ...again, row.secret, row.backup_codes],
      )
      count.sealedAgain += rowCount ?? 0
    }
    return count
  } finally {
    await pool.end()
  }
}
