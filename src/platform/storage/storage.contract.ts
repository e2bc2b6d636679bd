import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { FileMissingError, type Storage } from './storage.ts'

/** What every storage promises, whatever is behind it. */
export function storageContract(current: () => Storage): void {
  test.each([
    '',
    '..',
    '../outside',
    '/etc/passwd',
    'a//b',
    'a/.hidden',
    'a b',
    'UPPER',
    'é',
    'a?b',
    'a%2fb',
    'a'.repeat(201),
  ])('%j is not a key, for any operation', async (key) => {
    const storage = current()
    for (const work of [
      () => storage.put(key, Buffer.of(1)),
      () => storage.get(key),
      () => storage.stream(key),
      () => storage.exists(key),
      () => storage.size(key),
      () => storage.delete(key),
    ])
      await expect(work()).rejects.toThrow(RangeError)
  })

  test('what was never stored is missing, and deleting it is no error', async () => {
    const storage = current()
    await expect(storage.get('a/b')).rejects.toThrow(FileMissingError)
    await expect(storage.stream('a/b')).rejects.toThrow(FileMissingError)
    expect(await storage.exists('a/b')).toBe(false)
    expect(await storage.size('a/b')).toBeUndefined()
    await storage.delete('a/b')
  })

  test('a source that breaks leaves the former file', async () => {
    const storage = current()
    await storage.put('a', Buffer.from('former'))
    const breaking = Readable.from(
      (async function* () {
        yield Buffer.alloc(100_000)
        throw new Error('the sender hung up')
      })(),
    )
    await expect(storage.put('a', breaking)).rejects.toThrow('the sender hung up')
    expect((await storage.get('a')).toString()).toBe('former')
  })

  test('a buffer and a stream come back byte for byte, whole or streamed', async () => {
    const storage = current()
    const bytes = Buffer.alloc(3_000_000, 'é\0漢')
    expect(await storage.put('o/documents/whole.pdf', bytes)).toEqual({ bytes: bytes.length })
    const halves = Readable.from([bytes.subarray(0, 7), bytes.subarray(7)])
    expect(await storage.put('o/documents/streamed', halves)).toEqual({ bytes: bytes.length })
    for (const key of ['o/documents/whole.pdf', 'o/documents/streamed']) {
      expect(bytes.equals(await storage.get(key))).toBe(true)
      expect(await storage.size(key)).toBe(bytes.length)
      expect(bytes.equals(await buffer(await storage.stream(key)))).toBe(true)
    }
    await storage.put('empty', Buffer.alloc(0))
    expect(await storage.get('empty')).toHaveLength(0)
    expect(await storage.size('empty')).toBe(0)
  })

  test('stored again, a file is there once, as it was stored last', async () => {
    const storage = current()
    await storage.put('k', Buffer.from('one'))
    await storage.put('k', Buffer.from('two'))
    expect((await storage.get('k')).toString()).toBe('two')
    await storage.delete('k')
    expect(await storage.exists('k')).toBe(false)
    await storage.delete('k')
  })

  test('keys that begin alike are different files', async () => {
    const storage = current()
    await Promise.all(['a', 'a/b', 'a-b', 'a_b'].map((key) => storage.put(key, Buffer.from(key))))
    for (const key of ['a', 'a/b', 'a-b', 'a_b']) expect((await storage.get(key)).toString()).toBe(key)
    await storage.delete('a')
    expect(await storage.exists('a/b')).toBe(true)
  })
}
