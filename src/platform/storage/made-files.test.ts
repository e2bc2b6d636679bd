import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createFolderStorage } from './folder-storage.ts'
import { FileRefusedError, withMaker } from './made-files.ts'
import { FileMissingError, type Storage } from './storage.ts'

let folder: string
let storage: Storage
let made: string[]
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'carillon-made-'))
  made = []
  storage = withMaker(createFolderStorage(folder), (key) =>
    key.startsWith('own/documents/')
      ? {
          make: async (asked) => {
            made.push(asked)
            if (asked.endsWith('busy')) throw new Error('later')
            return asked.endsWith('never') ? undefined : Buffer.from(`made ${asked}`)
          },
          isWanted: async (asked) => !asked.endsWith('erased'),
        }
      : undefined,
  )
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('is made when it is first read, by however many, and kept', async () => {
  const key = 'own/documents/a'
  expect(await storage.size(key)).toBeUndefined()
  const read = await Promise.all([storage.get(key), storage.get(key), storage.stream(key).then(buffer)])
  expect(read.map(String)).toEqual(Array(3).fill(`made ${key}`))
  expect(await storage.exists(key)).toBe(true)
  await storage.get(key)
  expect(made).toEqual([key])
})

test('is made again when it was lost', async () => {
  await storage.get('own/documents/a')
  await storage.delete('own/documents/a')
  expect(String(await buffer(await storage.stream('own/documents/a')))).toBe('made own/documents/a')
  expect(made).toHaveLength(2)
})

test('what cannot be made now is asked for again; what never can is a file there is none of', async () => {
  for (let n = 0; n < 2; n++) await expect(storage.get('own/documents/busy')).rejects.toThrow('later')
  expect(made).toHaveLength(2)
  await expect(storage.get('own/documents/never')).rejects.toThrow(FileRefusedError)
})

test('what was erased while it was made does not stay', async () => {
  const key = 'own/documents/erased'
  await expect(storage.get(key)).rejects.toThrow(FileRefusedError)
  expect(await storage.exists(key)).toBe(false)
})

test('what nobody makes is missing as before', async () => {
  const missing = storage.get('own/attachments/a')
  await expect(missing).rejects.toThrow(FileMissingError)
  await expect(missing).rejects.not.toThrow(FileRefusedError)
  expect(made).toEqual([])
})
