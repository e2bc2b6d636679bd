import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFolderStorage, type FolderStorage } from './folder-storage.ts'
import { storageContract } from './storage.contract.ts'
import { FileMissingError } from './storage.ts'

let folder: string
let storage: FolderStorage

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon storage é '))
  storage = createFolderStorage(join(folder, 'files'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** Every file there is, with its mode. */
async function files(): Promise<{ path: string; mode: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return await Promise.all(paths.map(async (path) => ({ path, mode: (await stat(path)).mode & 0o777 })))
}

test.each([
  '',
  '.',
  '..',
  '/etc/passwd',
  '../outside',
  'a/../../outside',
  'a//b',
  'a/',
  'a/.hidden',
  'a\\b',
  'a\0b',
  'UPPER',
  'a b',
  'é',
  'a'.repeat(201),
])('%j is not a key, for any operation', async (key) => {
  await expect(storage.put(key, Buffer.of(1))).rejects.toThrow(RangeError)
  await expect(storage.get(key)).rejects.toThrow(RangeError)
  await expect(storage.stream(key)).rejects.toThrow(RangeError)
  await expect(storage.exists(key)).rejects.toThrow(RangeError)
  await expect(storage.size(key)).rejects.toThrow(RangeError)
  await expect(storage.delete(key)).rejects.toThrow(RangeError)
  expect(await files()).toEqual([])
})

test('whatever the key, nothing is written outside the folder', async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[a-z./~%\\-]{1,20}$/), async (key) => {
      await storage.put(key, Buffer.of(1)).catch(() => {})
      for (const { path } of await files()) expect(path.startsWith(join(folder, 'files'))).toBe(true)
    }),
    { numRuns: 50 },
  )
})

test('what was never stored is missing, and deleting it is no error', async () => {
  await expect(storage.get('a/b')).rejects.toThrow(FileMissingError)
  await expect(storage.stream('a/b')).rejects.toThrow(FileMissingError)
  expect(await storage.exists('a/b')).toBe(false)
  expect(await storage.size('a/b')).toBeUndefined()
  await storage.delete('a/b')
})

test('a source that breaks leaves the former file, and no half of the new one', async () => {
  await storage.put('a', Buffer.from('former'))
  const breaking = Readable.from(
    (async function* () {
      yield Buffer.alloc(100_000)
      throw new Error('the sender hung up')
    })(),
  )
  await expect(storage.put('a', breaking)).rejects.toThrow('the sender hung up')
  expect((await storage.get('a')).toString()).toBe('former')
  expect(await files()).toHaveLength(1)
})

test('what a crash left half-written is removed, and what is being written now is not', async () => {
  await storage.put('a', Buffer.from('x'))
  const left = join(folder, 'files', 'unfinished', 'left')
  await writeFile(left, 'half')
  await utimes(left, new Date('2025-01-01'), new Date('2025-01-01'))
  await writeFile(join(folder, 'files', 'unfinished', 'now'), 'half')

  expect(await storage.removeUnfinished(new Date('2025-01-02'))).toBe(1)
  expect((await files()).map(({ path }) => path.split('/').at(-1)).sort()).toEqual(['a', 'now'])
})

test('a buffer and a stream come back byte for byte, whole or streamed', async () => {
  const bytes = Buffer.alloc(3_000_000, 'é\0漢')
  expect(await storage.put('attachments/1/whole', bytes)).toEqual({ bytes: bytes.length })
  expect(await storage.put('attachments/1/streamed', Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]))).toEqual(
    {
      bytes: bytes.length,
    },
  )
  for (const key of ['attachments/1/whole', 'attachments/1/streamed']) {
    expect(bytes.equals(await storage.get(key))).toBe(true)
    expect(await storage.size(key)).toBe(bytes.length)
    expect(bytes.equals(await buffer(await storage.stream(key)))).toBe(true)
  }
  await storage.put('empty', Buffer.alloc(0))
  expect(await storage.get('empty')).toHaveLength(0)
})

test('a later file replaces the former one, and readers at that moment see one of them whole', async () => {
  const versions = ['a', 'b', 'c', 'd'].map((letter) => Buffer.alloc(200_000, letter))
  await storage.put('k', versions[0] as Buffer)
  const reads = Array.from({ length: 20 }, () => storage.get('k'))
  await Promise.all(versions.map((version) => storage.put('k', version)))
  for (const read of await Promise.all(reads)) {
    expect(versions.some((version) => version.equals(read))).toBe(true)
  }
  expect(await files()).toHaveLength(1)
})

test('files are readable by their owner alone, and spread over subfolders', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, n) => storage.put(`f/${n}`, Buffer.of(n))))
  const stored = await files()
  expect(stored.every(({ mode }) => mode === 0o600)).toBe(true)
  expect(new Set(stored.map(({ path }) => path.split('/').slice(0, -1).join('/'))).size).toBeGreaterThan(15)

  await storage.delete('f/3')
  expect(await storage.exists('f/3')).toBe(false)
  expect(await storage.exists('f/4')).toBe(true)
})

storageContract(() => storage)
