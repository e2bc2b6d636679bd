import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from './fixtures/signatures.json' with { type: 'json' }
import { isSigned, type SignedCall, signatureOf } from './signature.ts'

type Fields = readonly (readonly [string, string])[]

interface Vector {
  readonly name: string
  readonly authToken: string
  readonly url: string
  readonly expected: string
  readonly params?: Readonly<Record<string, string>>
  readonly paramsList?: Fields
  readonly rawBody?: string
  readonly bodySHA256?: string
}

const ALL = [...vectors.official, ...vectors.computed] as unknown as readonly Vector[]

/** A vector as the call it stands for. */
function callOf({ url, params, paramsList, rawBody, bodySHA256 }: Vector): SignedCall {
  if (bodySHA256) return { url, fields: [], otherBody: Buffer.from(rawBody!) }
  return { url, fields: paramsList ?? (params ? Object.entries(params) : [...new URLSearchParams(rawBody)]) }
}

describe('Twilio’s own vectors', () => {
  for (const vector of ALL)
    test(vector.name, () => expect(isSigned(callOf(vector), vector.expected, vector.authToken)).toBe(true))
})

describe('every change of a signed call is noticed', () => {
  for (const vector of ALL) {
    const call = callOf(vector)
    const check = (changed: SignedCall, signature = vector.expected, token = vector.authToken) =>
      expect(isSigned(changed, signature, token)).toBe(false)
    test(vector.name, () => {
      check(call, vector.expected, `${vector.authToken}x`)
      check({ ...call, url: call.url.replace('://', '://evil.') })
      check({ ...call, url: `${call.url}&more=1` })
      check({ ...call, fields: [...call.fields, ['Extra', 'x']] })
      if (call.fields.length > 0) check({ ...call, fields: call.fields.slice(1) })
      if (call.otherBody) check({ ...call, otherBody: Buffer.concat([call.otherBody, Buffer.from(' ')]) })
      if (call.otherBody) check({ url: call.url.replace(/&bodySHA256.*/, ''), fields: [], otherBody: call.otherBody })
      for (const signature of ['', 'x', vector.expected.slice(0, -4), `${vector.expected}AAAA`, 'A'.repeat(28)])
        check(call, signature)
    })
  }
})

test('whatever the fields and their order, what is signed is recognised, and nothing else throws', () => {
  const fields = fc.array(fc.tuple(fc.string(), fc.string()))
  fc.assert(
    fc.property(
      fc.webUrl({ withQueryParameters: true }),
      fields,
      fc.string(),
      fc.string(),
      (url, some, token, noise) => {
        const signature = signatureOf({ url, fields: some }, token)
        expect(isSigned({ url, fields: some.toReversed() }, signature, token)).toBe(true)
        expect(isSigned({ url: noise, fields: some }, noise, token)).toBe(false)
      },
    ),
  )
})
