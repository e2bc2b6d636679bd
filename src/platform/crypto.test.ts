import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCrypto, hashToken, newToken, SealError, sameSecret } from './crypto.ts'

const SECRET = 'a sample secret of at least 32 characters'
const OTHER = 'another sample secret, also long enough'
const NOW = new Date('2025-03-01T12:00:00Z')
const LATER = new Date('2025-03-01T13:00:00Z')

test('a box with any byte changed does not open', () => {
  const crypto = createCrypto(SECRET)
  const box = crypto.seal('the carrier password')
  for (const index of box.keys()) {
    const changed = Buffer.from(box)
    changed[index] = (changed[index] as number) ^ 1
    expect(() => crypto.open(changed)).toThrow(SealError)
  }
})

test('a box cut short, or of nothing, does not open', () => {
  const crypto = createCrypto(SECRET)
  const box = crypto.seal('x')
  for (let length = 0; length < box.length; length++) {
    expect(() => crypto.open(box.subarray(0, length))).toThrow(SealError)
  }
})

test('a box does not open in another place', () => {
  const crypto = createCrypto(SECRET)
  const box = crypto.seal('x', 'account-1')
  expect(() => crypto.open(box, 'account-2')).toThrow(SealError)
  expect(() => crypto.open(box)).toThrow(SealError)
  expect(crypto.open(box, 'account-1').toString()).toBe('x')
})

test('a box of another secret does not open, unless it is a former one', () => {
  const box = createCrypto(SECRET).seal('x')
  expect(() => createCrypto(OTHER).open(box)).toThrow(SealError)

  const rotated = createCrypto(OTHER, [SECRET])
  expect(rotated.open(box).toString()).toBe('x')
  expect(rotated.isStale(box)).toBe(true)
  expect(rotated.isStale(rotated.seal('x'))).toBe(false)
})

test('whatever is sealed comes back, and never looks the same twice', () => {
  const crypto = createCrypto(SECRET)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.string(), (content, place) => {
      const box = crypto.seal(Buffer.from(content), place)
      expect(crypto.open(box, place)).toEqual(Buffer.from(content))
      expect(crypto.seal(Buffer.from(content), place)).not.toEqual(box)
    }),
  )
  expect(crypto.open(crypto.seal('é 漢字 👋')).toString()).toBe('é 漢字 👋')
})

test('a secret too short to be one is refused', () => {
  expect(() => createCrypto('short')).toThrow(RangeError)
})

test('a token is refused when it is changed, expired, of another purpose or not one at all', () => {
  const crypto = createCrypto(SECRET)
  const token = crypto.sign('unsubscribe', { contactId: 'c1' }, LATER)
  expect(crypto.verify('unsubscribe', token, NOW)).toEqual({ contactId: 'c1' })

  expect(crypto.verify('unsubscribe', token, LATER)).toBeUndefined()
  expect(crypto.verify('click', token, NOW)).toBeUndefined()
  for (const bad of ['', '.', 'a.b', 'a', `${token}.`, `${token}=`, token.slice(1), token.slice(0, -1), `.${token}`]) {
    expect(crypto.verify('unsubscribe', bad, NOW)).toBeUndefined()
  }
  for (const index of Array.from(token).keys()) {
    const changed = `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`
    expect(crypto.verify('unsubscribe', changed, NOW)).toBeUndefined()
  }
})

test('whatever a stranger sends as a token is refused without a throw', () => {
  const crypto = createCrypto(SECRET)
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.tuple(fc.base64String(), fc.base64String()).map((p) => p.join('.')),
      ),
      (token) => {
        expect(crypto.verify('click', token, NOW)).toBeUndefined()
      },
    ),
  )
})

test('tokens made before a rotation still verify; new ones need the new secret', () => {
  const before = createCrypto(SECRET)
  const after = createCrypto(OTHER, [SECRET])
  expect(after.verify('click', before.sign('click', 7, null), NOW)).toBe(7)
  expect(before.verify('click', after.sign('click', 7, null), NOW)).toBeUndefined()
})

test('any JSON travels in a token, which is safe in an address', () => {
  const crypto = createCrypto(SECRET)
  fc.assert(
    fc.property(fc.jsonValue(), (payload) => {
      const token = crypto.sign('click', payload, null)
      expect(token).toMatch(/^[\w.-]+$/)
      expect(crypto.verify('click', token, NOW)).toEqual(JSON.parse(JSON.stringify(payload)))
    }),
  )
})

test('new tokens carry their prefix, differ, and are found again by their hash', () => {
  const tokens = Array.from({ length: 500 }, () => newToken('crl'))
  expect(new Set(tokens).size).toBe(500)
  for (const token of tokens) expect(token).toMatch(/^crl_[0-9A-Za-z]{40}$/)
  expect(hashToken('crl_x')).toEqual(hashToken('crl_x'))
  expect(hashToken('crl_x')).not.toEqual(hashToken('crl_y'))
})

test('secrets compare by content, whatever their lengths', () => {
  expect(sameSecret('abc', Buffer.from('abc'))).toBe(true)
  expect(sameSecret('abc', 'abd')).toBe(false)
  expect(sameSecret('abc', 'abcd')).toBe(false)
  expect(sameSecret('', 'a')).toBe(false)
})
