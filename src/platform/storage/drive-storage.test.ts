import { generateKeyPairSync } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { PERSON, type PretendedDrive, pretendDrive, SERVICE_ACCOUNT } from '../../../test/pretended-drive.ts'
import { createMovableClock } from '../clock.ts'
import { createDriveStorage, type DriveSettings } from './drive-storage.ts'
import { StorageConfigurationError } from './remote.ts'
import { storageContract } from './storage.contract.ts'
import type { Storage } from './storage.ts'

let drive: PretendedDrive
let storage: Storage
const clock = createMovableClock()
const create = (more: Partial<DriveSettings> = {}) =>
  createDriveStorage(
    {
      identity: SERVICE_ACCOUNT,
      folderId: 'folder-1',
      driveId: 'drive-1',
      baseUrl: drive.url,
      tokenUrl: `${drive.url}/token`,
      ...more,
    },
    clock,
  )

beforeAll(async () => {
  drive = await pretendDrive('folder-1', 'drive-1')
})
beforeEach(() => {
  drive.files.clear()
  drive.asked.length = 0
  drive.next.length = 0
  drive.manager = true
  storage = create()
})
afterAll(() => drive.close())

describe('what nobody repairs by waiting is a matter of configuration', () => {
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const otherKey = other.export({ type: 'pkcs8', format: 'pem' }).toString()
  test.each<[string, Partial<DriveSettings>, RegExp]>([
    [
      'another key',
      { identity: { ...SERVICE_ACCOUNT, privateKey: otherKey } },
      /does not let the storage in: 400 invalid_grant/,
    ],
    ['a person who took it back', { identity: { ...PERSON, refreshToken: 'gone' } }, /invalid_grant/],
    ['no such folder', { folderId: 'folder-2' }, /does not know the folder/],
    ['no such drive', { driveId: 'drive-2' }, /does not know the folder or drive/],
  ])('%s', async (_name, wrong, message) => {
    const refused = create(wrong).put('a', Buffer.of(1))
    await expect(refused).rejects.toThrow(StorageConfigurationError)
    await expect(refused).rejects.toThrow(message)
  })

  test('a key that is none', () => {
    expect(() => create({ identity: { ...SERVICE_ACCOUNT, privateKey: 'none' } })).toThrow(/cannot be read/)
  })

  test('a service account without a shared drive is told what to do', async () => {
    drive.next.push({ status: 403, reason: 'storageQuotaExceeded' })
    await expect(storage.put('a', Buffer.of(1))).rejects.toThrow(/shared drive \(DRIVE_ID\)/)
  })
})

test('a person’s refresh token does as well', async () => {
  const theirs = create({ identity: PERSON })
  await theirs.put('a', Buffer.from('x'))
  expect((await theirs.get('a')).toString()).toBe('x')
})

test('a limit passes, and is told apart: 403 there too', async () => {
  drive.next.push({ status: 403, reason: 'userRateLimitExceeded' })
  await storage.put('a', Buffer.from('x'))
  expect((await storage.get('a')).toString()).toBe('x')
  drive.next.push(...Array.from({ length: 3 }, () => ({ status: 503 })))
  await expect(storage.get('a')).rejects.toMatchObject({ code: 'unavailable' })
})

test('an upload that breaks off is begun anew, and there is one file', async () => {
  drive.next.push({ status: 503 }, { status: 503 })
  await storage.put('a', Readable.from([Buffer.from('all '), Buffer.from('of it')]))
  expect((await storage.get('a')).toString()).toBe('all of it')
  expect(drive.files.size).toBe(1)
})

test('a token that is taken back is replaced by another, once', async () => {
  await storage.put('a', Buffer.from('x'))
  drive.tokens.clear()
  expect((await storage.get('a')).toString()).toBe('x')
  clock.advance(3_600_000)
  expect((await storage.get('a')).toString()).toBe('x')
})

test('of two files of one key the older one counts, and the next put takes the other away', async () => {
  await storage.put('a', Buffer.from('older'))
  const [first] = drive.files.values()
  drive.files.set('twin', { ...first!, id: 'twin', content: Buffer.from('newer') })
  const elsewhere = create()
  expect((await elsewhere.get('a')).toString()).toBe('older')
  await elsewhere.put('a', Buffer.from('newest'))
  expect([...drive.files.values()].map(({ content }) => content.toString())).toEqual(['newest'])
})

test('who may not delete for good puts into the bin', async () => {
  await storage.put('a', Buffer.from('x'))
  drive.manager = false
  await storage.delete('a')
  expect([...drive.files.values()].map(({ trashed }) => trashed)).toEqual([true])
  expect(await storage.exists('a')).toBe(false)
})

test('a file is called by its key, for people who look', async () => {
  await storage.put('o/documents/f-2027-000001.pdf', Buffer.from('x'))
  expect([...drive.files.values()].map(({ name }) => name)).toEqual(['o/documents/f-2027-000001.pdf'])
})

storageContract(() => storage)
