import { describe, expect, test } from 'vitest'
import vectors from './fixtures/signatures.json' with { type: 'json' }
import { answerWhatsapp } from './receive.ts'
import { whatsappSettings } from './settings.ts'
import { isSigned, signatureOf } from './signature.ts'

describe('X-Hub-Signature-256', () => {
  for (const { name, appSecret, rawBody, expected } of vectors.vectors)
    test(name, () => {
      const body = Buffer.from(rawBody)
      expect(isSigned(body, expected, appSecret)).toBe(true)
      expect(isSigned(body, expected, `${appSecret}x`)).toBe(false)
      expect(isSigned(Buffer.concat([body, Buffer.from(' ')]), expected, appSecret)).toBe(false)
      for (let at = 0; at < body.length; at += 37) {
        const changed = Buffer.from(body)
        changed[at]! ^= 1
        expect(isSigned(changed, expected, appSecret)).toBe(false)
      }
      for (const signature of [undefined, '', 'sha256=', expected.slice(7), expected.slice(0, -1), `${expected}0`])
        expect(isSigned(body, signature, appSecret)).toBe(false)
    })

  test('is over the bytes: an accent that was read and written again is another body', () => {
    const raw = Buffer.from('{"body":"\\u00e9t\\u00e9 \\ud83d\\udc4d"}')
    const signature = signatureOf(raw, 'a-secret')
    expect(isSigned(raw, signature, 'a-secret')).toBe(true)
    expect(isSigned(Buffer.from(JSON.stringify(JSON.parse(raw.toString()))), signature, 'a-secret')).toBe(false)
  })
})

describe('the challenge of a new webhook address', () => {
  const settings = (verifyToken?: string) =>
    whatsappSettings.parse({
      accessToken: 'a-good-token',
      phoneNumberId: '106540352242922',
      appSecret: 'a-good-secret',
      ...(verifyToken === undefined ? {} : { verifyToken }),
    })
  for (const { query, verifyToken, expectBody } of vectors.verifyChallenge)
    test(query, () =>
      expect(answerWhatsapp(Object.fromEntries(new URLSearchParams(query)), settings(verifyToken))).toBe(expectBody),
    )
  test('is refused without a word of ours, without one of theirs, and for anything but a subscription', () => {
    const asked = { 'hub.mode': 'subscribe', 'hub.challenge': '1', 'hub.verify_token': 'word' }
    expect(answerWhatsapp(asked, settings('word'))).toBe('1')
    expect(answerWhatsapp(asked, settings())).toBeUndefined()
    expect(answerWhatsapp({ ...asked, 'hub.mode': 'unsubscribe' }, settings('word'))).toBeUndefined()
    expect(answerWhatsapp({ 'hub.mode': 'subscribe', 'hub.challenge': '1' }, settings('word'))).toBeUndefined()
    expect(answerWhatsapp({ ...asked, 'hub.verify_token': 'words' }, settings('word'))).toBeUndefined()
  })
})
