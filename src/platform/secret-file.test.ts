import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ownSecret } from './secret-file.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carillon-secret-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('it is made once, for this user alone', () => {
  const secret = ownSecret(folder)
  expect(Buffer.byteLength(secret)).toBeGreaterThanOrEqual(32)
  expect(ownSecret(folder)).toBe(secret)
  expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600)
})

test('a file cut short is not taken for a secret, nor replaced by itself', () => {
  writeFileSync(join(folder, 'secret'), '')
  expect(() => ownSecret(folder)).toThrow(/secret holds less than 32 bytes: put the secret back/)
})
