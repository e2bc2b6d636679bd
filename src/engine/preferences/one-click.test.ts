import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOneClick } from './one-click.ts'

function request(name: string): { contentType: string; body: Buffer } {
  const text = readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'latin1')
  const [head = '', ...rest] = text.split(/\r?\n\r?\n/)
  const contentType = /^content-type: (.*)$/im.exec(head)?.[1]?.trim() ?? ''
  return { contentType, body: Buffer.from(rest.join('\r\n\r\n'), 'latin1') }
}

test.each(['one-click-request.http', 'one-click-request-multipart.http'])('%s is one', (name) => {
  const { contentType, body } = request(name)
  expect(isOneClick(contentType, body)).toBe(true)
})

const FORM = 'application/x-www-form-urlencoded'
const MULTIPART = 'multipart/form-data; boundary=b'
const part = (name: string, value: string) =>
  `--b\r\nContent-Disposition: form-data; name=${name}\r\n\r\n${value}\r\n--b--\r\n`

test.each([
  ['nothing', FORM, ''],
  ['another value', FORM, 'List-Unsubscribe=Two-Clicks'],
  ['another field', FORM, 'Unsubscribe=One-Click'],
  ['the words without a field', FORM, 'One-Click'],
  ['multipart without a boundary', 'multipart/form-data', part('"List-Unsubscribe"', 'One-Click')],
  ['another boundary', 'multipart/form-data; boundary=c', part('"List-Unsubscribe"', 'One-Click')],
  ['another field in a part', MULTIPART, part('"Other"', 'One-Click')],
  ['another value in a part', MULTIPART, part('"List-Unsubscribe"', 'No')],
  ['a part that only talks of it', MULTIPART, part('"note"', 'name="List-Unsubscribe"\r\n\r\nOne-Click')],
])('%s is none', (_, contentType, body) => {
  expect(isOneClick(contentType, Buffer.from(body))).toBe(false)
})

test('one among other fields is one, however it is spelled', () => {
  expect(isOneClick(`${FORM}; charset=utf-8`, Buffer.from('a=b&List-Unsubscribe=One-Click'))).toBe(true)
  expect(isOneClick('', Buffer.from('List-Unsubscribe=One%2DClick'))).toBe(true)
  expect(isOneClick('multipart/form-data; boundary="b"', Buffer.from(part('List-Unsubscribe', 'One-Click')))).toBe(true)
  expect(
    isOneClick(
      MULTIPART,
      Buffer.from(
        `--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n${part('"List-Unsubscribe"', 'One-Click')}`,
      ),
    ),
  ).toBe(true)
})

test('nothing anybody sends makes it throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(FORM, MULTIPART, 'multipart/form-data; boundary=--', ''),
      fc.uint8Array(),
      (type, body) => {
        expect(typeof isOneClick(type, Buffer.from(body))).toBe('boolean')
      },
    ),
  )
})
