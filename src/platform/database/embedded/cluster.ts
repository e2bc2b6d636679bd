import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { StartError, userName } from '../../start-error.ts'
import type { Binaries } from './binaries.ts'
import { runAs, type ServerUser } from './server-user.ts'

/** What must be known to connect again; kept beside the cluster in a file only this process's user can read. */
export interface Access {
  readonly port: number | undefined
  readonly password: string
}

/** The same whatever the machine: no part of it depends on the user's locale. */
export const SERVER_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' }

/** Makes the cluster when there is none. Built aside and renamed, so that a start cut short leaves nothing half made. */
export function ensureCluster(
  cluster: string,
  password: string,
  binaries: Binaries,
  user: ServerUser | undefined,
): 'made' | 'found' {
  if (existsSync(cluster)) {
    refuseForeign(cluster, binaries, user)
    return 'found'
  }
  const draft = `${cluster}.new`
  const passwordFile = `${cluster}.password`
  rmSync(draft, { recursive: true, force: true })
  try {
    mkdirSync(draft)
    chmodSync(draft, 0o700)
    rmSync(passwordFile, { force: true })
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (user) for (const path of [draft, passwordFile]) chownSync(path, user.uid, user.gid)
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
    const auth = ['-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
    expectSuccess(spawnSync(binaries.initdb, ['-D', draft, ...auth, ...locale, '--no-instructions'], run(user)))
    renameSync(draft, cluster)
    return 'made'
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(draft, { recursive: true, force: true })
  }
}

/** Gives the superuser this password without needing the old one. The server must not be running. */
export function resetPassword(
  cluster: string,
  password: string,
  binaries: Binaries,
  user: ServerUser | undefined,
): void {
  const input = `alter role postgres password '${password}'\n`
  expectSuccess(spawnSync(binaries.postgres, ['--single', '-D', cluster, 'postgres'], { ...run(user), input }))
}

export function readAccess(file: string): Access {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Access
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' && !(error instanceof SyntaxError)) throw error
    return { port: undefined, password: randomBytes(24).toString('hex') }
  }
}

export function writeAccess(file: string, access: Access): void {
  const draft = `${file}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, JSON.stringify(access), { mode: 0o600 })
  renameSync(draft, file)
}

const run = (user: ServerUser | undefined) => ({ ...runAs(user), env: SERVER_ENV, encoding: 'utf8' as const })

function expectSuccess({ status, error, stderr }: SpawnSyncReturns<string>): void {
  if (status === 0) return
  throw new StartError(`The embedded Postgres could not be set up: ${error?.message ?? lastLine(stderr)}`)
}

function refuseForeign(cluster: string, binaries: Binaries, user: ServerUser | undefined): void {
  const owner = statSync(cluster).uid
  if (owner !== (user?.uid ?? process.getuid?.())) {
    throw new StartError(
      `The database in ${cluster} belongs to another user (uid ${owner}), not to ${user?.name ?? userName()}: start Carillon as the user who made it, or set CARILLON_DATA_DIR to another folder.`,
    )
  }
  const major = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim()
  if (major !== binaries.major) {
    throw new StartError(
      `The database in ${cluster} was made by Postgres ${major}, and this is Postgres ${binaries.major}: dump it with the old one and load it into a new data folder.`,
    )
  }
}

/** The last line Postgres wrote that says what is wrong. */
export function lastLine(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
  return lines.findLast((line) => /FATAL|PANIC|error:/i.test(line)) ?? lines.at(-1) ?? 'no reason given'
}
