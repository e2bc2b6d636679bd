import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import Dkim from 'nodemailer/lib/dkim'
import { describe, expect, test } from 'vitest'
import { createDkimSigner } from './dkim.ts'

const TIME = new Date('2026-05-01T10:00:00Z')
const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})
const ed25519 = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
})

const MIME = Buffer.from(
  [
    'From: =?UTF-8?Q?Atelier_=C3=89t=C3=A9?= <hello@shop.example>',
    'To: customer@example.com',
    'Subject: A long subject that',
    ' goes on  in the next line',
    'X-Not-Signed: x',
    'List-Unsubscribe: <https://shop.example/u/1>',
    'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
    'Message-ID: <1@shop.example>',
    '',
    'Two  spaces, a\ttab, an end \t',
    '',
    '.dot',
    '',
    '',
    '',
  ].join('\r\n'),
)

/** A verifier written from RFC 6376 alone, sharing nothing with the signer. */
function isValid(signed: Buffer, publicKey: string): boolean {
  const [head, ...rest] = signed.toString('latin1').split('\r\n\r\n')
  const fields = head!.split(/\r\n(?=[^ \t])/)
  const relax = (field: string) => {
    const colon = field.indexOf(':')
    return `${field.slice(0, colon).toLowerCase().trimEnd()}:${field
      .slice(colon + 1)
      .replace(/\r\n/g, '')
      .replace(/[ \t]+/g, ' ')
      .trim()}`
  }
  const signature = fields.find((field) => field.startsWith('DKIM-Signature:'))!
  const tags = Object.fromEntries(
    signature
      .slice('DKIM-Signature:'.length)
      .replace(/\s+/g, '')
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]),
  )
  const lines = rest
    .join('\r\n\r\n')
    .split('\r\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
  while (lines.at(-1) === '') lines.pop()
  const body = lines.length > 0 ? `${lines.join('\r\n')}\r\n` : ''
  if (createHash('sha256').update(body, 'latin1').digest('base64') !== tags.bh) return false

  const signedFields = tags
    .h!.split(':')
    .map((name) => `${relax(fields.findLast((field) => field.toLowerCase().startsWith(`${name}:`))!)}\r\n`)
  const data = Buffer.from(signedFields.join('') + relax(signature.replace(/(\bb=)[\s\S]*$/, '$1')), 'latin1')
  const key = createPublicKey(publicKey)
  const bytes = Buffer.from(tags.b!, 'base64')
  return tags.a === 'rsa-sha256'
    ? verify('sha256', data, key, bytes)
    : verify(null, createHash('sha256').update(data).digest(), key, bytes)
}

test.each(['List-Unsubscribe', 'List-Unsubscribe-Post'])('%s is signed, on its one line', async (name) => {
  const signer = createDkimSigner({ domain: 'shop.example', selector: 's', privateKey: rsa.privateKey })
  const signed = await signer.sign(MIME, TIME)
  expect(isValid(signed, rsa.publicKey)).toBe(true)
  const changed = signed.toString('latin1').replace(new RegExp(`(\r\n${name}: [^\r\n]*)`), '$1x')
  expect(isValid(Buffer.from(changed, 'latin1'), rsa.publicKey)).toBe(false)
})

describe('a signed mail', () => {
  for (const [kind, pair] of [
    ['RSA', rsa],
    ['Ed25519', ed25519],
  ] as const) {
    test(`verifies with its ${kind} key, and no longer after a change`, async () => {
      const signer = createDkimSigner({ domain: 'shop.example', selector: 's1', privateKey: pair.privateKey })
      const signed = await signer.sign(MIME, TIME)
      expect(isValid(signed, pair.publicKey)).toBe(true)
      expect(signed.subarray(-MIME.length).equals(MIME)).toBe(true)
      expect(isValid(Buffer.from(signed.toString().replace('.dot', '.cat')), pair.publicKey)).toBe(false)
      expect(isValid(Buffer.from(signed.toString().replace('goes on', 'comes on')), pair.publicKey)).toBe(false)
      expect(isValid(Buffer.from(signed.toString().replace('One-Click', 'Two-Click')), pair.publicKey)).toBe(false)
    })
  }

  test("has the body hash nodemailer's signer gives", async () => {
    const signer = createDkimSigner({ domain: 'shop.example', selector: 's1', privateKey: rsa.privateKey })
    const theirs = new Dkim({ domainName: 'shop.example', keySelector: 's1', privateKey: rsa.privateKey }).sign(MIME)
    const chunks: Buffer[] = []
    for await (const chunk of theirs) chunks.push(chunk as Buffer)
    const hash = (mime: Buffer) => /\bbh=([^;]+);/.exec(mime.toString().replace(/\s+/g, ''))?.[1]
    expect(hash(await signer.sign(MIME, TIME))).toBe(hash(Buffer.concat(chunks)))
  })

  test('keeps its lines short', async () => {
    const signed = await createDkimSigner({ domain: 'shop.example', selector: 's1', privateKey: rsa.privateKey }).sign(
      MIME,
      TIME,
    )
    for (const line of signed.toString().split('\r\n')) expect(line.length).toBeLessThanOrEqual(78)
  })

  test('may have an empty body', async () => {
    const signer = createDkimSigner({ domain: 'shop.example', selector: 's1', privateKey: rsa.privateKey })
    expect(isValid(await signer.sign(Buffer.from('From: a@shop.example\r\n\r\n'), TIME), rsa.publicKey)).toBe(true)
  })
})
