import fc from 'fast-check'
import MailComposer from 'nodemailer/lib/mail-composer'
import PostalMime, { type Email } from 'postal-mime'
import { describe, expect, test } from 'vitest'
import { createMovableClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { Attachment, OutboundEmail } from '../../channels/outbound.ts'
import { type Composed, createComposer } from './compose.ts'

const clock = createMovableClock()
const FROM = { name: 'Atelier Été', address: 'hello@shop.example' }
const composer = createComposer({ from: FROM, clock })

const mail = (change: Partial<OutboundEmail> = {}): OutboundEmail => ({
  channel: 'email',
  messageId: newId(clock.now()),
  organizationId: newId(clock.now()),
  contactId: newId(clock.now()),
  attempt: 1,
  idempotencyKey: 'key',
  to: 'customer@example.com',
  content: { subject: 'Hello', html: '<p>Hello</p>', text: 'Hello' },
  attachments: [],
  ...change,
})
const withContent = (content: Partial<OutboundEmail['content']>) =>
  mail({ content: { subject: 'Hello', html: '<p>Hello</p>', text: 'Hello', ...content } })

async function compose(message: OutboundEmail): Promise<Buffer> {
  const composed: Composed = await composer.compose(message)
  if (!composed.ok) throw new Error(composed.detail)
  return composed.mime
}
const read = async (message: OutboundEmail): Promise<Email> => PostalMime.parse(await compose(message))
const headerBlock = (mime: Buffer) => mime.toString('latin1', 0, mime.indexOf('\r\n\r\n'))

/** What mail does to a text: lines end one way, and the parser may add or drop the last line end. */
const asMailed = (text: string | undefined) => (text ?? '').replace(/\r\n?|\n/g, '\n').replace(/\n+$/, '')

const words = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.stringMatching(/^[ -~é\r\n\t=.]{0,300}$/),
  fc
    .array(
      fc.constantFrom(
        'From ',
        '.',
        '..',
        '=',
        '=\r\n',
        '--',
        '--=_',
        '\r\n',
        '\n',
        '\r',
        ' ',
        '\t',
        'é',
        '👩‍👩‍👧',
        '世界',
        'x'.repeat(80),
        '?=',
        '=?UTF-8?Q?x?=',
      ),
    )
    .map((parts) => parts.join('')),
)
/** Text that can be sent at all: halves of surrogate pairs and NUL are refused when a notification is accepted. */
const text = words.map((anything) => anything.toWellFormed().replaceAll('\0', '').replaceAll('\ufeff', ''))
const line = text.map((anything) =>
  anything
    .replace(/\p{C}|\p{Z}/gu, ' ')
    .replace(/ +/g, ' ')
    .trim(),
)

describe('every mail', () => {
  test('reads back as it was, like the one nodemailer makes of the same parts', async () => {
    const parts = fc.record({ subject: line, name: line, html: text, text })
    await fc.assert(
      fc.asyncProperty(parts, async ({ subject, name, html, text }) => {
        const message = mail({ toName: name, content: { subject, html, text } })
        const ours = await read(message)
        const theirs = await PostalMime.parse(
          await new MailComposer({
            from: FROM,
            to: { name, address: message.to },
            subject,
            html: html.replace(/\r\n?|\n/g, '\r\n'),
            text: text.replace(/\r\n?|\n/g, '\r\n'),
            newline: 'win',
          })
            .compile()
            .build(),
        )

        expect(asMailed(ours.html)).toBe(asMailed(html))
        expect(asMailed(ours.text)).toBe(asMailed(text))
        expect(ours.subject ?? '').toBe(subject)
        expect(ours.to).toEqual([{ name, address: message.to }])
        expect(ours.from).toEqual(FROM)

        // Nodemailer passes on what looks like an encoded word; the reader would see something else than was written.
        if (!subject.includes('=?')) expect(ours.subject).toEqual(theirs.subject)
        expect(ours.from).toEqual(theirs.from)
        expect(asMailed(ours.html)).toBe(asMailed(theirs.html))
        expect(asMailed(ours.text)).toBe(asMailed(theirs.text))
      }),
      { numRuns: 300 },
    )
  })

  test('is lines of ASCII, CRLF-ended, at most 76 long in the bodies, none with a dot or "From " at its start', async () => {
    await fc.assert(
      fc.asyncProperty(fc.record({ subject: text, html: text, text }), async (content) => {
        const mime = await compose(withContent(content))
        expect(mime.every((byte) => byte < 128 && byte !== 0)).toBe(true)
        const lines = mime.toString('latin1').split('\r\n')
        for (const line of lines) expect(line).not.toMatch(/[\r\n]|^\.|^From /)
        for (const line of lines.slice(lines.indexOf(''))) expect(line.length).toBeLessThanOrEqual(78)
        for (const line of lines.slice(0, lines.indexOf(''))) expect(line.length).toBeLessThanOrEqual(998)
        expect(mime.subarray(-2).toString()).toBe('\r\n')
      }),
      { numRuns: 300 },
    )
  })

  test('has exactly the headers it should have, whatever is put into the values', async () => {
    const evil = fc
      .array(
        fc.constantFrom(
          '\r\n',
          '\n',
          '\r',
          '\0',
          '\u0085',
          '\u2028',
          'Bcc: eve@example.com',
          '\r\n\r\n',
          'x',
          ': ',
          '<',
          '>',
          '"',
          ',',
          ';',
          'é',
        ),
      )
      .map((parts) => parts.join(''))
    await fc.assert(
      fc.asyncProperty(evil, evil, async (subject, toName) => {
        const mime = await compose(mail({ toName, content: { subject, html: 'x', text: 'x' } }))
        const names = headerBlock(mime)
          .split(/\r\n(?![ \t])/)
          .map((header) => header.slice(0, header.indexOf(':')))
        expect(names).toEqual(['From', 'To', 'Subject', 'Message-ID', 'Date', 'MIME-Version', 'Content-Type'])
        const { to } = await PostalMime.parse(mime)
        expect(to?.map(({ address }) => address)).toEqual(['customer@example.com'])
      }),
    )
  })

  test('is the same bytes again when it is made again', async () => {
    const message = mail()
    clock.moveTo(new Date('2026-03-29T01:30:00Z'))
    const first = await compose(message)
    clock.moveTo(new Date('2026-03-29T01:30:00Z'))
    expect((await compose(message)).equals(first)).toBe(true)
    expect(headerBlock(first)).toContain(`Message-ID: <${message.messageId}@shop.example>`)
    expect(headerBlock(first)).toContain('Date: Sun, 29 Mar 2026 01:30:00 +0000')
  })
})

describe('the bodies', () => {
  test('plain short lines go as they are', async () => {
    expect((await compose(mail())).toString()).toContain('Content-Transfer-Encoding: 7bit\r\n\r\n<p>Hello</p>\r\n')
  })
  test('accents go as quoted-printable', async () => {
    expect((await compose(withContent({ text: 'à bientôt' }))).toString()).toContain(
      'quoted-printable\r\n\r\n=C3=A0 bient=C3=B4t\r\n',
    )
  })
  test('other scripts go as base64, which is shorter', async () => {
    expect((await compose(withContent({ text: 'こんにちは'.repeat(40) }))).toString()).toContain(
      'Content-Transfer-Encoding: base64',
    )
  })
  test('a text with the boundary in it does not end its part', async () => {
    const message = mail()
    const boundary = `--=_${message.messageId}`
    const text = `before\r\n${boundary}\r\n\r\nafter\r\n${boundary}--\r\nend`
    const email = await read({ ...message, content: { subject: 'x', html: text, text } })
    expect(asMailed(email.text)).toBe(asMailed(text))
    expect(asMailed(email.html)).toBe(asMailed(text))
  })
  test('a character is never cut by a line end', async () => {
    const body = (await compose(withContent({ text: 'é'.repeat(500) }))).toString()
    for (const line of body.split('\r\n').filter((line) => line.startsWith('=C3')))
      expect(line).toMatch(/^(=C3=A9)+=?$/)
  })
  test('a megabyte of one line survives', async () => {
    const html = `<p>${'été = '.repeat(200_000)}</p>`
    expect(asMailed((await read(withContent({ html }))).html)).toBe(html)
  })
})

describe('the headers', () => {
  test('a name with commas and quotes is one name', async () => {
    expect((await read(mail({ toName: 'Smith, "Bob" <x>; (the) \\ first' }))).to).toEqual([
      { name: 'Smith, "Bob" <x>; (the) \\ first', address: 'customer@example.com' },
    ])
  })
  test('a subject that looks encoded is shown as written', async () => {
    expect((await read(withContent({ subject: '=?UTF-8?Q?Not_encoded?=' }))).subject).toBe('=?UTF-8?Q?Not_encoded?=')
  })
  test('a long subject is folded at spaces and unfolds to itself', async () => {
    const subject =
      'Your order is ready to be picked up at the workshop tomorrow morning between nine and twelve o clock'
    const mime = await compose(withContent({ subject }))
    expect(
      headerBlock(mime)
        .split('\r\n')
        .every((line) => line.length <= 76),
    ).toBe(true)
    expect((await PostalMime.parse(mime)).subject).toBe(subject)
  })
  test('List-Unsubscribe stays on one line', async () => {
    const value = `<https://shop.example/u/${'a'.repeat(300)}>`
    expect(headerBlock(await compose(mail({ headers: { 'List-Unsubscribe': value } })))).toContain(
      `List-Unsubscribe: ${value}\r\n`,
    )
  })
  test('a reply-to may have a name', async () => {
    expect((await read(mail({ replyTo: 'Répondre <help@shop.example>' }))).replyTo).toEqual([
      { name: 'Répondre', address: 'help@shop.example' },
    ])
  })
  test('an extra header beyond ASCII is encoded', async () => {
    const email = await read(mail({ headers: { 'X-Campaign': 'Été 2026' } }))
    expect(headerBlock(await compose(mail({ headers: { 'X-Campaign': 'Été 2026' } })))).toContain(
      'X-Campaign: =?UTF-8?Q?',
    )
    expect(email.headers.some(({ key }) => key === 'x-campaign')).toBe(true)
  })
  for (const [what, change] of [
    ['an extra header with a line break', { headers: { 'X-Tag': 'a\r\nBcc: eve@example.com' } }],
    ['an extra header whose name holds a colon', { headers: { 'X-Tag: a': 'b' } }],
    ['an extra header that names the sender', { headers: { FROM: 'eve@example.com' } }],
    ['an extra header that changes the content type', { headers: { 'Content-Type': 'text/html' } }],
    [
      'a List-Unsubscribe longer than a line may be',
      { headers: { 'List-Unsubscribe': `<https://shop.example/${'a'.repeat(1000)}>` } },
    ],
    ['a reply-to that is no address', { replyTo: 'help' }],
    ['an address that is none', { to: 'customer' }],
    ['two addresses', { to: 'a@example.com, b@example.com' }],
  ] as const) {
    test(`${what} is refused`, () => expect(composer.compose(mail(change))).toMatchObject({ ok: false }))
  }
})

describe('a mail with files', () => {
  const file = (change: Partial<Attachment>, content: Buffer): Attachment => ({
    filename: 'a.bin',
    contentType: 'application/octet-stream',
    read: async () => content,
    ...change,
  })

  test('gives them back byte for byte, with their names', async () => {
    const files = fc.array(
      fc.record({
        name: line.filter((name) => name !== '' && !/[\\/]|=\?/.test(name)),
        content: fc.uint8Array({ maxLength: 2000 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    await fc.assert(
      fc.asyncProperty(files, text, async (files, html) => {
        const attachments = files.map(({ name, content }) => file({ filename: name }, Buffer.from(content)))
        const email = await read(mail({ attachments, content: { subject: 'Été', html, text: html } }))
        expect(email.attachments.map(({ content }) => Buffer.from(content as ArrayBuffer).toString('hex'))).toEqual(
          files.map(({ content }) => Buffer.from(content).toString('hex')),
        )
        expect(email.attachments.map(({ filename }) => filename)).toEqual(files.map(({ name }) => name))
        expect(asMailed(email.html)).toBe(asMailed(html))
        expect(email.subject).toBe('Été')
      }),
      { numRuns: 60 },
    )
  })

  test('keeps an inline image beside its HTML', async () => {
    const image = file(
      { filename: 'logo.png', contentType: 'image/png', contentId: 'logo' },
      Buffer.from([137, 80, 78, 71]),
    )
    const email = await read(
      mail({ attachments: [image], content: { subject: 'x', html: '<img src="cid:logo">', text: 'x' } }),
    )
    expect(email.attachments).toMatchObject([
      { contentId: '<logo>', mimeType: 'image/png', disposition: 'inline', related: true },
    ])
  })

  test('keeps the line ends of a text file', async () => {
    const content = Buffer.from('a\nb\r\nc\r')
    const email = await read(mail({ attachments: [file({ filename: 'a.txt', contentType: 'text/plain' }, content)] }))
    expect(Buffer.from(email.attachments[0]!.content as ArrayBuffer).equals(content)).toBe(true)
  })

  test('cannot inject a header by a file name or type', async () => {
    const attachments = [
      file(
        { filename: 'a\r\nBcc: eve@example.com', contentType: 'text/plain\r\nBcc: eve@example.com' },
        Buffer.from('x'),
      ),
    ]
    const mime = await compose(mail({ attachments }))
    expect(mime.toString()).not.toMatch(/^Bcc/m)
  })

  test('has one of each header', async () => {
    const names = headerBlock(await compose(mail({ attachments: [file({}, Buffer.from('x'))] })))
      .split(/\r\n(?![ \t])/)
      .map((header) => header.slice(0, header.indexOf(':')).toLowerCase())
    expect(names.toSorted()).toEqual(['content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to'])
  })
})
