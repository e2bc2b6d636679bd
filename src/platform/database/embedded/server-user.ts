import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** Who the server runs as. Postgres refuses to run as root. */
export interface ServerUser {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

/** The user a root process runs Postgres as; undefined when this process is an ordinary user and runs it itself. */
export function serverUser(uid = process.getuid?.()): ServerUser | undefined {
  if (uid !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const user = findUser(name)
    if (user) return user
  }
  throw new Error(
    'Started as root, but Postgres needs an ordinary user and this machine has neither postgres nor nobody',
  )
}

/** Whether the server's user can walk to the folder: every folder on the way lets it through. */
export function canReach(folder: string, user: ServerUser | undefined): boolean {
  if (!user) return true
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (!passable(at, user)) return false
    if (at === dirname(at)) return true
  }
}

/** What `spawn` needs to run as that user. The working folder must be one it can enter. */
export const runAs = (user: ServerUser | undefined) =>
  user ? { uid: user.uid, gid: user.gid, cwd: '/' } : { cwd: '/' }

function passable(folder: string, user: ServerUser): boolean {
  const stat = statSync(folder, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return true
  if (stat.uid === user.uid) return (stat.mode & 0o100) !== 0
  if (stat.gid === user.gid) return (stat.mode & 0o010) !== 0
  return (stat.mode & 0o001) !== 0
}

function findUser(name: string): ServerUser | undefined {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`))
  const [, , uid, gid] = line?.split(':') ?? []
  return uid && gid ? { name, uid: Number(uid), gid: Number(gid) } : undefined
}
