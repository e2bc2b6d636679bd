import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime, { type Email } from 'postal-mime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, type Lab, until } from '../bench/lab/processes.ts'
import { type Product, type ProductOptions, startProduct } from '../bench/lab/product.ts'
import { startPostgres, startRedis, temporaryFolder } from '../bench/lab/servers.ts'
import { type MixedMessage, mixedMessages, toMany } from './mixed-messages.ts'
import { type Postfix, startPostfix } from './postfix.ts'

const MIXED = mixedMessages(150)
const MANY = toMany(50)
const ALL = [...MIXED, ...MANY]
const DELIVERY_TIME_LIMIT_MS = 120_000

interface Accepted {
  id: string
  messages: { id: string; channel: string; status: string }[]
}

interface StoredMessage {
  status: string
  content: { subject: string; html: string; text: string }
  attachments: { filename: string; contentType: string; bytes: number }[]
}

/** One message as the product keeps it, beside the mail in its recipient's mailbox. */
interface Pair {
  sent: MixedMessage
  messageId: string
  stored: StoredMessage
  mail: Email
  raw: string
}

const asRequest = ({ address, name, subject, body, html, attachments }: MixedMessage) => ({
  type: 'message.custom',
  to: { email: address, name },
  channels: ['email'],
  payload: { subject, body, ...(html === undefined ? {} : { html }) },
  ...(attachments.length === 0
    ? {}
    : { attachments: attachments.map(({ content, ...rest }) => ({ ...rest, content: content.toString('base64') })) }),
})

/** Line ends travel as CRLF and mailboxes keep LF; what is compared are the lines. */
const lines = (text: string): string => text.replaceAll('\r\n', '\n')

/** The link nobody sees, which counts who follows everything. */
const TRAP =
  /<a href="[^"]*\/t\/c\/[^"]*" rel="nofollow" aria-hidden="true" tabindex="-1" style="[^"]*display:none[^"]*"><\/a>/g
const COUNTED = /(?<=href=")[^"]*\/t\/c\/[^"]*(?=")/g

/** What a reader has who follows the links: each counted link is asked where it leads, once. */
async function followed(html: string, known: Map<string, string>): Promise<string> {
  const shown = html.replace(TRAP, '')
  for (const link of new Set(shown.match(COUNTED))) {
    if (known.has(link)) continue
    const reply = await fetch(link, { redirect: 'manual' })
    expect(reply.status, link).toBe(302)
    known.set(link, reply.headers.get('location')!)
  }
  return shown.replace(COUNTED, (link) => known.get(link)!.replaceAll('&', '&amp;'))
}

/** postal-mime puts a line end of its own after every text that was not base64. */
const arrived = (text: string | undefined): string => lines(text ?? '').replace(/\n$/, '')

/** Sends everything through the API and reads every mailbox back. */
async function deliverAll(product: Product, postfix: Postfix): Promise<Pair[]> {
  const ids = new Map<MixedMessage, string>()
  for (const message of MIXED) {
    const { status, body } = await product.call<Accepted>('POST', '/v1/notifications', asRequest(message))
    expect(status, `${message.kind}: ${JSON.stringify(body)}`).toBe(202)
    ids.set(message, body.messages[0]!.id)
  }
  const { status, body } = await product.call<{ results: Accepted[] }>('POST', '/v1/notifications/batch', {
    notifications: MANY.map(asRequest),
  })
  expect(status, JSON.stringify(body)).toBe(202)
  MANY.forEach((message, i) => {
    ids.set(message, body.results[i]!.messages[0]!.id)
  })

  await postfix.delivered(ALL.length, DELIVERY_TIME_LIMIT_MS)
  return Promise.all(
    ALL.map(async (sent) => {
      const messageId = ids.get(sent)!
      const stored = await until(`${sent.kind} to be sent`, 20_000, async () => {
        const answer = await product.call<StoredMessage>('GET', `/v1/messages/${messageId}`)
        return answer.body.status === 'sent' || answer.body.status === 'delivered' ? answer.body : undefined
      })
      const mails = postfix.mailbox(sent.address)
      expect(mails, `mails to ${sent.address}`).toHaveLength(1)
      return { sent, messageId, stored, mail: await PostalMime.parse(mails[0]!), raw: mails[0]!.toString('latin1') }
    }),
  )
}

const setups: { title: string; options: (lab: Lab, folder: string) => Promise<Partial<ProductOptions>> }[] = [
  { title: 'in one process on the embedded Postgres', options: async () => ({ roles: ['all'] }) },
  {
    title: 'through an API and two workers on Postgres and Redis',
    options: async (lab, folder) => ({
      roles: ['api', 'worker', 'worker'],
      databaseUrl: await (await startPostgres(lab, folder)).database('carillon'),
      redisUrl: (await startRedis(lab, folder)).url,
    }),
  },
]

describe.each(setups)('200 mixed messages through a real Postfix, $title', ({ options }) => {
  let lab: Lab
  let pairs: Pair[]

  beforeAll(async () => {
    lab = createLab()
    const folder = temporaryFolder(lab)
    const postfix = await startPostfix(
      lab,
      folder,
      ALL.map(({ address }) => address),
    )
    const dataDir = join(folder, 'data')
    mkdirSync(dataDir)
    const product = await startProduct(lab, {
      roles: ['all'],
      dataDir,
      smtpPort: postfix.port,
      ...(await options(lab, folder)),
    })
    pairs = await deliverAll(product, postfix)
  }, 240_000)
  afterAll(() => lab.close())

  test('each reached its recipient once, and the product says that it was sent', () => {
    expect(pairs).toHaveLength(200)
    expect(new Set(pairs.map(({ mail }) => mail.messageId)).size).toBe(200)
  })

  test('the Message-ID is made of the message’s own id', () => {
    for (const { mail, messageId } of pairs) expect(mail.messageId).toContain(messageId)
  })

  test('subjects arrive as they were asked for', () => {
    for (const { sent, mail } of pairs) expect(mail.subject, sent.kind).toBe(sent.subject)
  })

  test('names and addresses arrive as they were asked for', () => {
    for (const { sent, mail } of pairs) {
      expect(mail.to, sent.kind).toEqual([{ name: sent.name, address: sent.address }])
      expect(mail.from, sent.kind).toEqual({ name: 'Bench', address: 'bench@sender.test' })
    }
  })

  test('the HTML that arrives, its links followed, is the HTML the product shows', async () => {
    const known = new Map<string, string>()
    for (const { sent, stored, mail } of pairs)
      expect(await followed(arrived(mail.html), known), sent.kind).toBe(lines(stored.content.html))
    expect(known.size).toBeGreaterThan(100)
  })

  test('the caller’s own HTML arrives as it was written, its links followed', async () => {
    const withHtml = pairs.filter(({ sent }) => sent.html !== undefined)
    expect(withHtml.length).toBeGreaterThan(10)
    const known = new Map<string, string>()
    for (const { sent, mail } of withHtml)
      expect(await followed(arrived(mail.html), known), sent.kind).toBe(lines(sent.html!))
  })

  test('the text that arrives is the text the product shows', () => {
    // The parser ends a text with a line end or not, as it was encoded on the way.
    for (const { sent, stored, mail } of pairs)
      expect(arrived(mail.text).trimEnd(), sent.kind).toBe(lines(stored.content.text).trimEnd())
  })

  test('every word of the request is in the text part', () => {
    for (const { sent, mail } of pairs) {
      const words = (text: string) => text.split(/\s+/).join(' ').trim()
      expect(words(mail.text ?? ''), sent.kind).toContain(words(sent.body))
    }
  })

  test('the HTML names the inline image, and the image is there under that name', () => {
    const withImage = pairs.filter(({ sent }) => sent.attachments[0]?.contentId !== undefined)
    expect(withImage.length).toBeGreaterThan(5)
    for (const { sent, mail } of withImage) {
      const { contentId, content } = sent.attachments[0]!
      expect(mail.html, sent.kind).toContain(`src="cid:${contentId}"`)
      const image = mail.attachments.find((attachment) => attachment.contentId === `<${contentId}>`)
      expect(Buffer.from(image?.content as ArrayBuffer).equals(content), sent.kind).toBe(true)
    }
  })

  test('attachments arrive byte for byte, under their names and types', () => {
    for (const { sent, mail, stored } of pairs) {
      expect(
        mail.attachments.map(({ filename, mimeType }) => ({ filename, mimeType })),
        sent.kind,
      ).toEqual(sent.attachments.map(({ filename, contentType }) => ({ filename, mimeType: contentType })))
      sent.attachments.forEach(({ content, filename }, i) => {
        const received = Buffer.from(mail.attachments[i]!.content as ArrayBuffer)
        expect(received.length, filename).toBe(content.length)
        expect(received.equals(content), filename).toBe(true)
        expect(stored.attachments[i]?.bytes, filename).toBe(content.length)
      })
    }
  })

  test('no line is longer than mail allows', () => {
    for (const { sent, raw } of pairs) {
      expect(Math.max(...raw.split('\n').map((line) => line.length)), sent.kind).toBeLessThanOrEqual(998)
    }
  })
})
