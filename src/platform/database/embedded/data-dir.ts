import { createHash } from 'node:crypto'
import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { explainFolder, StartError } from '../../start-error.ts'
import { canReach, type ServerUser } from './server-user.ts'

export interface DataDir {
  readonly path: string
  /** Set when it is not the folder that was asked for: a line to tell the operator. */
  readonly note: string | undefined
}

/**
 * The folder of everything durable, made when it is missing. Postgres cannot run as root, so when root asks for a
 * folder the server's own user cannot walk to, a state folder of this clone takes its place; if the operator named the
 * folder, that is an error instead. `user` is `serverUser()`, or undefined where no Postgres of ours is to run.
 */
export function prepareDataDir(
  wanted: { path: string; named: boolean },
  user: ServerUser | undefined,
  stateRoot = '/var/lib/carillon',
): DataDir {
  const path = resolve(wanted.path)
  if (canReach(path, user)) {
    make(path, user)
    return { path, note: undefined }
  }
  if (wanted.named) {
    throw new StartError(
      `CARILLON_DATA_DIR is ${path}, which the user Postgres runs as (${user?.name}) cannot reach: let it through every folder above (chmod o+x), or name another folder.`,
    )
  }
  const instead = join(
    stateRoot,
    `${basename(dirname(path))}-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`,
  )
  make(instead, user)
  return {
    path: instead,
    note: `Data is kept in ${instead}: Postgres runs as ${user?.name}, which cannot reach ${dirname(path)}`,
  }
}

function make(folder: string, user: ServerUser | undefined): void {
  try {
    // One by one and with the mode set afterwards: a strict umask must not lock the server's user out.
    const missing: string[] = []
    for (let at = folder; !existsSync(at); at = dirname(at)) missing.unshift(at)
    for (const each of missing) if (makeOne(each)) chmodSync(each, user ? 0o711 : 0o700)
    if (!missing.length) mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    explainFolder(folder, error)
  }
}

/** False: another start has made it meanwhile. */
function makeOne(folder: string): boolean {
  try {
    mkdirSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' && statSync(folder).isDirectory()) return false
    throw error
  }
}
