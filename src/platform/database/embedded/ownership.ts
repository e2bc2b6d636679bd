import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from '../../start-error.ts'
import { processIdentity } from './processes.ts'

/** One process at a time works in a data folder. */
export interface Ownership {
  release(): void
}

/**
 * Makes this process the owner. A mark left by a process that is gone counts for nothing; a living owner is given
 * `waitMs` to finish (it may be stopping), then the start is refused with its process number.
 */
export async function takeOwnership(folder: string, waitMs = 5_000): Promise<Ownership> {
  const file = join(folder, 'owner')
  const mine = `${process.pid} ${processIdentity(process.pid)}`
  for (let waited = 0; ; waited += 100) {
    if (claim(file, mine)) return { release: () => release(file, mine) }
    const holder = read(file)
    if (holder === undefined) continue
    if (!isAlive(holder)) discard(file, holder)
    else if (waited >= waitMs) {
      throw new StartError(
        `Carillon already runs on ${folder} (process ${holder.split(' ')[0]}). Stop it first, or set CARILLON_DATA_DIR to another folder.`,
      )
    } else await sleep(100)
  }
}

/** Written aside and linked into place, so that nobody reads a mark that is only half there. */
function claim(file: string, mine: string): boolean {
  const draft = `${file}.new-${process.pid}`
  writeFileSync(draft, mine)
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Moved aside before it is deleted, so that of two starts that saw the same dead mark none removes the other's new one. */
function discard(file: string, holder: string): void {
  const aside = `${file}.${process.pid}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  if (read(aside) === holder) rmSync(aside, { force: true })
  else renameSync(aside, file)
}

function release(file: string, mine: string): void {
  if (read(file) === mine) rmSync(file, { force: true })
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function isAlive(holder: string): boolean {
  const [pid, startedAt] = holder.split(/ (.*)/s)
  return Number(pid) > 0 && processIdentity(Number(pid)) === startedAt
}
