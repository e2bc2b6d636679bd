import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from './fixtures/signatures.json' with { type: 'json' }
import { isSigned, signatureOf } from './signature.ts'

type Method = Parameters<typeof signatureOf>[2]

const ALL = [...vectors.official, ...vectors.computed].map(({ name, algorithm, params, sig, secret }) => ({
  name,
  method: algorithm as Method,
  params: Object.fromEntries(Object.entries(params).map(([key, value]) => [key, `${value}`])),
  sig,
  secret,
}))

describe('Vonage’s own vectors', () => {
  for (const { name, method, params, sig, secret } of ALL)
    test(name, () => {
      expect(signatureOf(params, secret, method)).toBe(sig)
      expect(isSigned({ ...params, sig }, secret)).toBe(true)
      expect(isSigned({ sig: sig.toUpperCase(), ...params }, secret)).toBe(true)
    })
})

describe('every change of a signed call is noticed', () => {
  for (const { name, params, sig, secret } of ALL)
    test(name, () => {
      const isRight = (changed: Record<string, string>, key = secret) => isSigned({ ...params, sig, ...changed }, key)
      expect(isRight({}, `${secret}x`)).toBe(false)
      expect(isRight({}, secret.slice(1))).toBe(false)
      for (const [key, value] of Object.entries(params)) {
        expect(isRight({ [key]: `${value}x` }), key).toBe(false)
        const other = String.fromCharCode(value.charCodeAt(0) ^ 1)
        expect(isRight({ [key]: `${other}${value.slice(1)}` }), key).toBe(false)
      }
      expect(isRight({ more: '' })).toBe(false)
      const [, ...fewer] = Object.entries(params)
      expect(isSigned({ ...Object.fromEntries(fewer), sig }, secret)).toBe(false)
      const flipped = (sig.startsWith('0') ? '1' : '0') + sig.slice(1)
      for (const wrong of ['', 'x', flipped, sig.slice(0, -1), `${sig}0`, `${sig} `, '0'.repeat(32), '0'.repeat(128)])
        expect(isRight({ sig: wrong }), wrong).toBe(false)
    })
})

test('whatever the parameters and their order, what is signed is recognised, and noise is not', () => {
  const params = fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => name !== 'sig'),
    fc.string(),
  )
  const method = fc.constantFrom<Method>('md5hash', 'md5', 'sha1', 'sha256', 'sha512')
  fc.assert(
    fc.property(params, fc.string({ minLength: 1 }), method, fc.string(), (some, secret, how, noise) => {
      const backwards = Object.fromEntries(Object.entries(some).toReversed())
      expect(isSigned({ ...backwards, sig: signatureOf(some, secret, how) }, secret)).toBe(true)
      expect(isSigned({ ...some, sig: noise }, secret)).toBe(false)
    }),
  )
})
