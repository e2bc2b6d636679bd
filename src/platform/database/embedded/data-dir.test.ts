import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { prepareDataDir } from './data-dir.ts'

const server = { name: 'postgres', uid: 54_321, gid: 54_321 }
let base: string

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'carillon-data-dir-'))
  chmodSync(base, 0o755)
})
afterEach(() => rmSync(base, { recursive: true }))

test('a missing folder is made, and the server can walk to it whatever the umask', () => {
  const before = process.umask(0o077)
  try {
    const path = join(base, 'un é', 'data')
    expect(prepareDataDir({ path, named: true }, server)).toEqual({ path, note: undefined })
    expect(statSync(path).mode & 0o001).toBe(0o001)
    expect(statSync(join(base, 'un é')).mode & 0o001).toBe(0o001)
  } finally {
    process.umask(before)
  }
})

test('in a folder only root can read, a state folder of this clone is used and said', () => {
  const clone = join(base, 'clone')
  mkdirSync(clone, { mode: 0o700 })
  const first = prepareDataDir({ path: join(clone, 'data'), named: false }, server, join(base, 'state'))
  expect(first.path).toMatch(/state\/clone-[0-9a-f]{8}$/)
  expect(first.note).toBe(`Data is kept in ${first.path}: Postgres runs as postgres, which cannot reach ${clone}`)
  expect(existsSync(first.path)).toBe(true)
  expect(existsSync(join(clone, 'data'))).toBe(false)
  expect(prepareDataDir({ path: join(clone, 'data'), named: false }, server, join(base, 'state'))).toEqual(first)

  const twin = join(base, 'elsewhere', 'clone')
  mkdirSync(twin, { recursive: true, mode: 0o700 })
  expect(prepareDataDir({ path: join(twin, 'data'), named: false }, server, join(base, 'state')).path).not.toBe(
    first.path,
  )
})

test('a folder the operator named is never swapped for another', () => {
  mkdirSync(join(base, 'locked'), { mode: 0o700 })
  expect(() => prepareDataDir({ path: join(base, 'locked', 'data'), named: true }, server)).toThrow(
    /^CARILLON_DATA_DIR is .*locked\/data, which the user Postgres runs as \(postgres\) cannot reach: let it through/,
  )
})

test('an ordinary user runs the server itself, so its folders stay closed to others', () => {
  const path = join(base, 'mine')
  prepareDataDir({ path, named: false }, undefined)
  expect(statSync(path).mode & 0o777).toBe(0o700)
})
