import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCrypto } from '../../../platform/crypto.ts'
import { newId } from '../../../platform/ids.ts'
import { createReturnPaths, messageIdIn } from './return-path.ts'

const SECRET = 'a secret of thirty-two characters!'
const paths = createReturnPaths(createCrypto(SECRET))
const ids = fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }).map(newId)
const DOMAIN = { domain: 'bounces.shop.test' }
const MAILBOX = { address: 'bounces@shop.test' }

test('every message is read back out of its address, in whatever case it comes', () => {
  fc.assert(
    fc.property(ids, fc.constantFrom(DOMAIN, MAILBOX), fc.func(fc.boolean()), (messageId, at, upper) => {
      const address = paths.of(messageId, at)
      expect(address.slice(0, address.lastIndexOf('@')).length).toBeLessThanOrEqual(64)
      const changed = [...address].map((sign, i) => (upper(i) ? sign.toUpperCase() : sign.toLowerCase())).join('')
      expect(paths.read(changed)).toEqual({ kind: 'message', messageId })
    }),
  )
})

test('an address names its own message or none, whatever one letter of it is changed to', () => {
  fc.assert(
    fc.property(ids, fc.nat(51), fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'), (messageId, at, sign) => {
      const address = paths.of(messageId, DOMAIN)
      const read = paths.read(address.slice(0, 2 + at) + sign + address.slice(3 + at))
      if (read.kind === 'message') expect(read.messageId).toBe(messageId)
      else expect(read).toEqual({ kind: 'forged' })
    }),
  )
})

test('one made with another secret is made up, with a former one it is ours', () => {
  const address = paths.of(newId(new Date()), DOMAIN)
  const other = 'another secret of 32 characters!!'
  expect(createReturnPaths(createCrypto(other)).read(address)).toEqual({ kind: 'forged' })
  expect(createReturnPaths(createCrypto(other, [SECRET])).read(address)).toMatchObject({ kind: 'message' })
})

test.each([
  '',
  '@',
  'hello@shop.test',
  'b+@shop.test',
  `b+${'a'.repeat(51)}@shop.test`,
  `b+${'1'.repeat(52)}@shop.test`,
])('nothing is read from %j', (address) => expect(paths.read(address)).toEqual({ kind: 'other' }))

test('a Message-ID of ours names its message, others do not', () => {
  const id = newId(new Date())
  expect(messageIdIn(`<${id}@shop.test>`)).toBe(id)
  expect(messageIdIn('<20240624085401.44481.qmail@nq.example>')).toBeUndefined()
  expect(messageIdIn(`<${id.slice(0, 14)}4${id.slice(15)}@shop.test>`)).toBeUndefined()
})
