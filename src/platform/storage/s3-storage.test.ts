import { readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PretendedS3, pretendS3, S3_KEYS } from '../../../test/pretended-s3.ts'
import { StorageConfigurationError } from './remote.ts'
import { createS3Storage } from './s3-storage.ts'
import { storageContract } from './storage.contract.ts'
import type { Storage } from './storage.ts'

let s3: PretendedS3
let storage: Storage
const settings = (more: object = {}) => ({
  endpoint: s3.url,
  region: 'eu-west-3',
  bucket: 'documents',
  prefix: 'carillon',
  ...S3_KEYS,
  ...more,
})

beforeAll(async () => {
  s3 = await pretendS3('documents', 'eu-west-3')
})
beforeEach(() => {
  s3.files.clear()
  s3.asked.length = 0
  s3.next.length = 0
  storage = createS3Storage(settings())
})
afterAll(() => s3.close())

describe('what nobody repairs by waiting is a matter of configuration, and is not asked again', () => {
  test.each<[string, object, string]>([
    ['a wrong secret', { secretAccessKey: 'wrong' }, 'SignatureDoesNotMatch'],
    ['an unknown key', { accessKeyId: 'AKIAWRONG' }, 'InvalidAccessKeyId'],
    ['another region', { region: 'us-east-1' }, 'AuthorizationHeaderMalformed'],
    ['no such bucket', { bucket: 'nothing' }, 'NoSuchBucket'],
  ])('%s', async (_name, wrong, code) => {
    const refused = createS3Storage(settings(wrong)).put('a', Buffer.of(1))
    await expect(refused).rejects.toThrow(StorageConfigurationError)
    await expect(refused).rejects.toThrow(code)
    await expect(refused).rejects.not.toThrow(S3_KEYS.secretAccessKey)
    expect(s3.asked).toHaveLength(1)
  })
})

test('while it is busy or breaks off it is asked again, with the whole file', async () => {
  s3.next.push({ status: 503, code: 'SlowDown' }, 'destroy')
  await storage.put('a', Readable.from([Buffer.from('all '), Buffer.from('of it')]))
  expect(s3.asked).toHaveLength(3)
  expect((await storage.get('a')).toString()).toBe('all of it')
})

test('who stays away is told as such, to be tried later', async () => {
  s3.next.push({ status: 500 }, { status: 503 }, { status: 429 })
  await expect(storage.get('a')).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 30 })
  const gone = createS3Storage(settings({ endpoint: 'http://127.0.0.1:1' }))
  await expect(gone.put('a', Buffer.of(1))).rejects.toMatchObject({ code: 'unavailable' })
})

test('files lie under the prefix, in the bucket', async () => {
  await storage.put('o/documents/x.pdf', Buffer.from('x'))
  expect([...s3.files.keys()]).toEqual(['carillon/o/documents/x.pdf'])
})

test('no file of this machine is left behind', async () => {
  const left = async () => (await readdir(tmpdir())).filter((name) => /^carillon-[0-9a-f]{8}-[0-9a-f-]{27}$/.test(name))
  const before = await left()
  await storage.put('a', Readable.from([Buffer.alloc(10)]))
  await createS3Storage(settings({ bucket: 'nothing' }))
    .put('a', Readable.from([Buffer.alloc(10)]))
    .catch(() => {})
  expect(await left()).toEqual(before)
})

storageContract(() => storage)
