import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '../../../bench/lab/processes.ts'
import { LeftOut } from './scenario.ts'

/** A disk of so many bytes at this folder, in memory; gone when the lab closes. */
export function mountSmallDisk(lab: Lab, folder: string, bytes: number): void {
  mkdirSync(folder, { recursive: true })
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=755`, 'tmpfs', folder], { stdio: 'pipe' })
  } catch (error) {
    throw new LeftOut(`a disk that can be filled is a tmpfs here, and mounting one was refused (${String(error)})`)
  }
  // Lazily: whoever was killed on it may still be going.
  lab.afterwards(() => execFileSync('umount', ['-l', folder], { stdio: 'pipe' }))
}

const BLOCK = Buffer.alloc(64 * 1024)

/** Writes until nothing more goes onto the disk. What it gives makes room again. */
export function fillDisk(folder: string): () => void {
  const path = join(folder, 'ballast')
  const file = openSync(path, 'w')
  try {
    for (let size = BLOCK.length; size >= 512; ) {
      try {
        writeSync(file, BLOCK, 0, size)
      } catch {
        size /= 2
      }
    }
  } finally {
    closeSync(file)
  }
  return () => rmSync(path)
}
