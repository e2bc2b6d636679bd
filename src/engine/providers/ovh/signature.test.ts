import { describe, expect, test } from 'vitest'
import signatures from './fixtures/signatures.json' with { type: 'json' }
import { signatureOf } from './signature.ts'

describe('the vectors of OVHcloud’s own client', () => {
  for (const { appSecret, expected, ...vector } of signatures.vectors) {
    const keys = { applicationSecret: appSecret, consumerKey: vector.consumerKey }
    test(`${vector.method} ${vector.url}`, () => expect(signatureOf(vector, keys)).toBe(expected))
    test(`every change of ${vector.method} ${vector.url} makes another signature`, () => {
      const changed = [
        signatureOf(vector, { ...keys, applicationSecret: `${appSecret.slice(0, -1)}x` }),
        signatureOf(vector, { ...keys, consumerKey: `${vector.consumerKey.slice(0, -1)}x` }),
        signatureOf({ ...vector, method: 'PUT' }, keys),
        signatureOf({ ...vector, url: `${vector.url}?a=1` }, keys),
        signatureOf({ ...vector, body: `${vector.body} ` }, keys),
        signatureOf({ ...vector, timestamp: vector.timestamp - 1 }, keys),
      ]
      for (const signature of changed) expect(signature).toMatch(/^\$1\$[0-9a-f]{40}$/)
      expect(new Set([expected, ...changed]).size).toBe(changed.length + 1)
    })
  }
})
