import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createCrypto } from '../../platform/crypto.ts'
import { createLinkTokens } from './tokens.ts'

const SECRET = 'a sample secret of at least 32 characters'
const OTHER = 'another sample secret, also long enough'
const MESSAGE = '019a9f00-0000-7000-8000-000000000001'
const CONTACT = '019a9f00-0000-7000-8000-000000000002'
const tokens = createLinkTokens(createCrypto(SECRET))
const PREFERENCES = { contactId: CONTACT, category: 'mkt', messageId: MESSAGE } as const

const made = () => ({
  open: tokens.open(MESSAGE),
  click: tokens.click(MESSAGE, 'https://shop.example/a?b=c')!,
  trap: tokens.trap(MESSAGE),
  preferences: tokens.preferences(PREFERENCES),
})
const readers = (by: typeof tokens) => [by.readOpen, by.readClick, by.readPreferences]
const readBy = (by: typeof tokens, token: string) => readers(by).map((read) => read(token))

describe('a token that is not ours says nothing', () => {
  test('with any one of its characters changed, added or left out', () => {
    for (const token of Object.values(made()))
      for (let at = 0; at < token.length; at++) {
        const other = token[at] === 'A' ? 'B' : 'A'
        // The next letter differs in the lowest bit alone, which the last character may not even use.
        const next = String.fromCharCode(token.charCodeAt(at) ^ 1)
        for (const put of [other, next, '', `${token[at]}A`])
          expect(readBy(tokens, token.slice(0, at) + put + token.slice(at + 1))).toEqual([
            undefined,
            undefined,
            undefined,
          ])
      }
  })

  test('whatever is sent in its place', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.uint8Array({ maxLength: 200 }).map(asText)), (token) => {
        expect(readBy(tokens, token)).toEqual([undefined, undefined, undefined])
      }),
    )
  })

  test('when another installation made it', () => {
    const theirs = createLinkTokens(createCrypto(OTHER))
    for (const token of Object.values(made())) expect(readBy(theirs, token)).toEqual([undefined, undefined, undefined])
  })

  test('read as one for something else', () => {
    const { open, click, trap, preferences } = made()
    expect(readBy(tokens, open)).toEqual([MESSAGE, undefined, undefined])
    expect(readBy(tokens, click)).toEqual([
      undefined,
      { messageId: MESSAGE, target: 'https://shop.example/a?b=c' },
      undefined,
    ])
    expect(readBy(tokens, trap)).toEqual([undefined, { messageId: MESSAGE, target: null }, undefined])
    expect(readBy(tokens, preferences)).toEqual([undefined, undefined, PREFERENCES])
  })

  test('with the first byte of a format that is not there yet', () => {
    const crypto = createCrypto(SECRET)
    const content = Buffer.concat([Buffer.of(0x21), Buffer.from(MESSAGE.replaceAll('-', ''), 'hex')])
    const token = Buffer.concat([content, crypto.stamp('link/open', content)]).toString('base64url')
    expect(tokens.readOpen(token)).toBeUndefined()
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    '//elsewhere.example',
    'https:\\\\elsewhere.example',
    'https://',
    'https://shop.example@elsewhere.example/',
    'https://shop.example/a b',
    'https://shop.example/\r\nset-cookie: a=b',
    'ftp://shop.example/',
    'mailto:a@example.org',
    '',
    `https://shop.example/${'a'.repeat(1_400)}`,
  ])('no link is made to %s', (target) => {
    expect(tokens.click(MESSAGE, target)).toBeUndefined()
  })

  test('a target that we should not have stamped leads nowhere either', () => {
    const crypto = createCrypto(SECRET)
    const content = Buffer.concat([
      Buffer.of(0x12),
      Buffer.from(MESSAGE.replaceAll('-', ''), 'hex'),
      Buffer.from('javascript:alert(1)'),
    ])
    const token = Buffer.concat([content, crypto.stamp('link/click', content)]).toString('base64url')
    expect(tokens.readClick(token)).toBeUndefined()
  })
})

test('what was made with a former secret is still read', () => {
  const rotated = createLinkTokens(createCrypto(OTHER, [SECRET]))
  expect(rotated.readOpen(made().open)).toBe(MESSAGE)
  expect(rotated.readPreferences(made().preferences)).toEqual(PREFERENCES)
})

test('tokens stay what they are from one version to the next, and short', () => {
  // Made by this code under SECRET: links that are in mailboxes must go on working.
  expect(made()).toEqual(VECTORS)
  expect(VECTORS.preferences).toHaveLength(67)
})

test('every web address comes back as it was', () => {
  fc.assert(
    fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (target) => {
      const token = tokens.click(MESSAGE, target)
      expect(token && tokens.readClick(token)).toEqual({ messageId: MESSAGE, target })
    }),
    { numRuns: 30 },
  )
})

const asText = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url')

const VECTORS: ReturnType<typeof made> = {
  open: 'EQGanwAAAHAAgAAAAAAAAAEuzEt-PUtuXbXSxdRy1gDI',
  click: 'EgGanwAAAHAAgAAAAAAAAAFodHRwczovL3Nob3AuZXhhbXBsZS9hP2I9Y_aoQIQW3gKH3PjXCOmtFMs',
  trap: 'EgGanwAAAHAAgAAAAAAAAAGf1aeBDoxphJKI4lJioFvm',
  preferences: 'EwIBmp8AAABwAIAAAAAAAAACAZqfAAAAcACAAAAAAAAAAQ_yGJpcJ7_vFoWkK53_kKA',
}
