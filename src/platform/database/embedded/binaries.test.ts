import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findBinaries, placeBinaries } from './binaries.ts'

const installed = findBinaries(undefined, tmpdir())
const server = { name: 'postgres', uid: 54_321, gid: 54_321 }
let base: string

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'carillon-binaries-'))
  chmodSync(base, 0o755)
})
afterEach(() => rmSync(base, { recursive: true }))

/** As npm unpacks it when install scripts are not allowed: without the links between libraries. */
function unpacked(): string {
  const folder = join(base, 'package', 'native')
  mkdirSync(join(base, 'package'), { mode: 0o755 })
  cpSync(installed.folder, folder, { recursive: true, verbatimSymlinks: true })
  const lib = join(folder, 'lib')
  for (const name of readdirSync(lib)) if (lstatSync(join(lib, name)).isSymbolicLink()) rmSync(join(lib, name))
  return folder
}

const version = (folder: string) => execFileSync(join(folder, 'bin', 'initdb'), ['--version'], { encoding: 'utf8' })

test('links an install without scripts left out are made', () => {
  const folder = unpacked()
  expect(placeBinaries(folder, join(base, 'copy'), undefined)).toBe(folder)
  expect(version(folder)).toContain('PostgreSQL')
})

test('programs the server cannot reach are copied once, complete', () => {
  const folder = unpacked()
  chmodSync(join(base, 'package'), 0o700)
  const copy = join(base, 'copy')
  expect(placeBinaries(folder, copy, server)).toBe(copy)
  expect(version(copy)).toContain('PostgreSQL')
  const made = lstatSync(copy).ino
  expect(placeBinaries(folder, copy, server)).toBe(copy)
  expect(lstatSync(copy).ino).toBe(made)
  expect(existsSync(`${copy}.${process.pid}`)).toBe(false)
})
