import { spawnSync } from 'node:child_process'
import { readFileSync, readlinkSync, realpathSync } from 'node:fs'

/**
 * Tells one process from a later one with the same number: the time it started. Undefined when there is no such
 * process, or only its remains wait to be collected (a zombie).
 */
export function processIdentity(pid: number): string | undefined {
  const { alive, startedAt } = look(pid)
  return alive ? startedAt : undefined
}

/** Killed, but its parent has not collected it yet: kill(2) and Postgres still take it for alive. */
export const isZombie = (pid: number): boolean => look(pid).zombie

/** Whether that process is a Postgres working on that cluster, and not something else that got its number. */
export function servesCluster(pid: number, cluster: string): boolean {
  if (!look(pid).alive) return false
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster)
    return ps(pid, 'command').includes(cluster)
  } catch {
    return false
  }
}

const NOBODY = { alive: false, zombie: false, startedAt: '' }

function look(pid: number): { alive: boolean; zombie: boolean; startedAt: string } {
  if (process.platform !== 'linux') {
    const line = ps(pid, 'stat,lstart')
    return line
      ? { alive: !line.startsWith('Z'), zombie: line.startsWith('Z'), startedAt: line.replace(/^\S+\s+/, '') }
      : NOBODY
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in brackets and may hold spaces; the 3rd is the state, the 22nd the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const zombie = fields[0] === 'Z' || fields[0] === 'X'
    return { alive: !zombie, zombie, startedAt: fields[19] ?? '' }
  } catch {
    return NOBODY
  }
}

const ps = (pid: number, columns: string): string =>
  spawnSync('ps', ['-ww', ...columns.split(',').flatMap((column) => ['-o', `${column}=`]), '-p', String(pid)], {
    encoding: 'utf8',
  }).stdout?.trim() ?? ''
