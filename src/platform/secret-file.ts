import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from './start-error.ts'

const LEAST_BYTES = 32

/** The installation's own key material: made on the first start, then read from a file only this user can read. */
export function ownSecret(dataDir: string): string {
  const file = join(dataDir, 'secret')
  try {
    writeFileSync(file, `${randomBytes(LEAST_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (Buffer.byteLength(secret) < LEAST_BYTES) {
    throw new StartError(
      `${file} holds less than ${LEAST_BYTES} bytes: put the secret back from a backup, or delete the file to have a new one (stored credentials are lost).`,
    )
  }
  return secret
}
