import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { normalizeEmail, normalizePhone, parseMailbox } from './address.ts'

describe('an e-mail address that cannot receive mail is refused', () => {
  const refused = {
    'without an @': 'bob.example.com',
    'without a local part': '@example.com',
    'without a dot in the domain': 'bob@localhost',
    'with two @': 'bob@home@example.com',
    'with a space': 'bob smith@example.com',
    'with a quoted local part': '"bob smith"@example.com',
    'with two dots in a row': 'bob..smith@example.com',
    'with a dot at the start': '.bob@example.com',
    'at an IP address': 'bob@192.0.2.1',
    'at an address literal': 'bob@[192.0.2.1]',
    'with a line break': 'bob@example.com\r\nBcc: eve@example.com',
    'with an invisible character': 'bo\u200bb@example.com',
    'with a domain label that starts with a hyphen': 'bob@-example.com',
    'with an underscore in the domain': 'bob@ex_ample.com',
    'with a percent-encoded domain': 'bob@%65xample.com',
    'with a path behind the domain': 'bob@example.com/x',
    'with broken punycode': 'bob@xn--zzzz--.com',
    'with a local part over 64 octets': `${'é'.repeat(33)}@example.com`,
    'over 254 octets in all': `bob@${`${'a'.repeat(60)}.`.repeat(4)}example.com`,
    'that is empty': '',
  }
  for (const [why, address] of Object.entries(refused)) {
    test(why, () => expect(normalizeEmail(address)).toBeUndefined())
  }
})

describe('an e-mail address has one spelling', () => {
  test('lower case, trimmed', () =>
    expect(normalizeEmail(' Bob.Smith+News@Example.COM\n')).toBe('bob.smith+news@example.com'))
  test('its domain in ASCII, whichever form was given', () => {
    expect(normalizeEmail('bob@Bücher.example')).toBe('bob@xn--bcher-kva.example')
    expect(normalizeEmail('bob@xn--bcher-kva.example')).toBe('bob@xn--bcher-kva.example')
  })
  test('accents composed', () => expect(normalizeEmail('rene\u0301@example.com')).toBe('ren\u00e9@example.com'))
  test('the characters people really have', () =>
    expect(normalizeEmail("o'neil_a-b@mail.example.co.uk")).toBe("o'neil_a-b@mail.example.co.uk"))

  test('whatever the text, the answer is undefined or stays what it is when normalised again', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.emailAddress(),
      fc.tuple(fc.string(), fc.string()).map((parts) => parts.join('@')),
    )
    fc.assert(
      fc.property(text, (anything) => {
        const once = normalizeEmail(anything)
        if (once === undefined) return
        expect(normalizeEmail(once)).toBe(once)
        expect(once).not.toMatch(/[\r\n\0\s<>,;]/)
      }),
    )
  })
})

describe('a mailbox is read from what people write', () => {
  test('a bare address', () => expect(parseMailbox('Bob@Example.com')).toEqual({ address: 'Bob@example.com' }))
  test('a name and an address', () =>
    expect(parseMailbox('Atelier Été <bonjour@example.com>')).toEqual({
      name: 'Atelier Été',
      address: 'bonjour@example.com',
    }))
  test('a quoted name with a comma and quotes in it', () =>
    expect(parseMailbox('"Smith, \\"Bob\\"" <bob@example.com>')).toEqual({
      name: 'Smith, "Bob"',
      address: 'bob@example.com',
    }))
  test('a sender on this machine', () =>
    expect(parseMailbox('no-reply@localhost')).toEqual({ address: 'no-reply@localhost' }))
  test('nothing when a bracket is missing', () => expect(parseMailbox('Bob <bob@example.com')).toBeUndefined())
  test('nothing when there are two', () => expect(parseMailbox('<a@example.com> <b@example.com>')).toBeUndefined())
})

describe('a phone number that cannot exist is refused', () => {
  for (const [number, country] of [
    ['', 'FR'],
    ['12', 'FR'],
    ['call me', 'FR'],
    ['+33 6 12 34 56 78 ext. 5', 'FR'],
    ['06 12 34 56 78 or 06 12 34 56 79', 'FR'],
    ['+999 123 456 789', 'FR'],
    ['0612345678', 'ZZ'],
  ] as const) {
    test(`${JSON.stringify(number)} in ${country}`, () => expect(normalizePhone(number, country)).toBeUndefined())
  }
})

describe('a phone number has one spelling', () => {
  for (const [number, country, e164] of [
    ['06 12 34 56 78', 'FR', '+33612345678'],
    ['06.12.34.56.78', 'fr', '+33612345678'],
    ['+33 (0)6 12 34 56 78', 'FR', '+33612345678'],
    ['0033612345678', 'DE', '+33612345678'],
    ['whatsapp:+33612345678', 'FR', '+33612345678'],
    ['0692 12 34 56', 'RE', '+262692123456'],
    ['(202) 555-0123', 'US', '+12025550123'],
  ] as const) {
    test(`${number} in ${country}`, () => expect(normalizePhone(number, country)).toBe(e164))
  }

  test('Brazil: with and without the ninth digit', () => {
    expect(normalizePhone('+55 11 8765-4321', 'FR')).toBe('+5511987654321')
    expect(normalizePhone('11 98765-4321', 'BR')).toBe('+5511987654321')
  })
  test('Brazil: a landline gets no ninth digit', () =>
    expect(normalizePhone('+55 11 3765-4321', 'FR')).toBe('+551137654321'))
  test('Mexico: with and without the old 1', () => {
    expect(normalizePhone('+52 1 55 1234 5678', 'FR')).toBe('+525512345678')
    expect(normalizePhone('55 1234 5678', 'MX')).toBe('+525512345678')
  })
  test('Argentina: the mobile 9, the 15 dialled at home, and neither', () => {
    expect(normalizePhone('+54 9 11 2345-6789', 'FR')).toBe('+5491123456789')
    expect(normalizePhone('011 15 2345-6789', 'AR')).toBe('+5491123456789')
    expect(normalizePhone('+54 11 2345-6789', 'FR')).toBe('+5491123456789')
  })
  test('numbers kept for fiction are taken: the sandbox answers to them', () => {
    expect(normalizePhone('06 39 98 00 01', 'FR')).toBe('+33639980001')
    expect(normalizePhone('01 99 00 00 01', 'FR')).toBe('+33199000001')
  })
})
