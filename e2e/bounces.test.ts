import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLab, freePort, type Lab, until } from '../bench/lab/processes.ts'
import { type Product, startProduct } from '../bench/lab/product.ts'
import { temporaryFolder } from '../bench/lab/servers.ts'
import { startDovecot } from './dovecot.ts'
import { type Postfix, startPostfix } from './postfix.ts'

const READER = 'reader@recipients.test'
const RETURNS = 'returns@sender.test'
const TIME_LIMIT_MS = 60_000

interface Detail {
  status: string
  reason: string | null
  timeline: { kind: string; detail?: { detail?: string } }[]
}

let lab: Lab
let folder: string
let product: Product
let postfix: Postfix
let n = 0

const send = async (email: string) => {
  const { status, body } = await product.call<{ messages: { id: string; status: string }[] }>(
    'POST',
    '/v1/notifications',
    {
      type: 'message.custom',
      to: { email },
      channels: ['email'],
      payload: { subject: `Sample ${n}`, body: `Sample body ${++n}` },
    },
  )
  expect(status).toBe(202)
  return body.messages[0]!
}
const detail = async (id: string) => (await product.call<Detail>('GET', `/v1/messages/${id}`)).body
const reaches = (id: string, wanted: string) =>
  until(`${id} to be ${wanted}`, TIME_LIMIT_MS, async () => (await detail(id)).status === wanted)

async function startAll(env: Record<string, string>): Promise<void> {
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir)
  product = await startProduct(lab, { roles: ['all'], dataDir, smtpPort: postfix.port, env })
}

async function sendsBack(): Promise<void> {
  const gone = await send('gone@recipients.test')
  const fine = await send(READER)
  await reaches(gone.id, 'bounced')
  const bounced = await detail(gone.id)
  expect(bounced.reason).toBe('5.1.1')
  expect(bounced.timeline.at(-1)).toMatchObject({
    kind: 'bounced',
    detail: { detail: expect.stringContaining('unknown user') },
  })
  expect((await send('gone@recipients.test')).status).toBe('suppressed')
  expect((await detail(fine.id)).status).toBe('sent')
}

describe('mail for an unknown user, sent back by a real Postfix', () => {
  describe('to the listener', () => {
    beforeAll(async () => {
      lab = createLab()
      folder = temporaryFolder(lab)
      const port = await freePort()
      postfix = await startPostfix(lab, folder, [READER], { bounces: true, elsewhere: { 'bounces.sender.test': port } })
      await startAll({
        BOUNCE_DOMAIN: 'bounces.sender.test',
        BOUNCE_SMTP_PORT: String(port),
        BOUNCE_SMTP_HOST: '127.0.0.1',
      })
    }, 120_000)
    afterAll(() => lab.close())

    test('makes the message bounced and stops the address', sendsBack, 120_000)
  })

  describe('to a mailbox on a real Dovecot', () => {
    beforeAll(async () => {
      lab = createLab()
      folder = temporaryFolder(lab)
      postfix = await startPostfix(lab, folder, [READER, RETURNS], { bounces: true })
      const dovecot = await startDovecot(lab, folder, postfix.maildir(RETURNS))
      await startAll({ BOUNCE_ADDRESS: RETURNS, BOUNCE_IMAP_URL: dovecot.url })
    }, 120_000)
    afterAll(() => lab.close())

    /** Maildir: the flags of a mail are the end of its file's name. */
    const unseen = () =>
      ['new', 'cur']
        .flatMap((name) => readdirSync(join(postfix.maildir(RETURNS), name)))
        .filter((file) => !/:2,[A-Z]*S/.test(file))
    const counted = async () => {
      const reply = await fetch(`${product.origin}/metrics`)
      const lines = (await reply.text()).split('\n').filter((line) => line.startsWith('carillon_bounce_mails_total'))
      return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    }

    test('makes the message bounced and stops the address; the mail is marked', async () => {
      await sendsBack()
      await until('the mail to be marked', TIME_LIMIT_MS, () => unseen().length === 0)
      expect(await counted()).toBe(1)
    }, 120_000)

    test('after the reader was killed, those that came meanwhile are read, and none again', async () => {
      await product.processes.get('all')!.kill()
      product.restart('all')
      await product.ready()
      const { id } = await send('gone.too@recipients.test')
      await reaches(id, 'bounced')
      await until('the mail to be marked', TIME_LIMIT_MS, () => unseen().length === 0)
      expect(await counted()).toBe(1)
    }, 120_000)

    test('when the mailbox counts anew, what was read stays read and new mail is found', async () => {
      await product.processes.get('all')!.stop()
      for (const file of readdirSync(postfix.maildir(RETURNS)).filter((name) => name.startsWith('dovecot')))
        rmSync(join(postfix.maildir(RETURNS), file), { recursive: true })
      product.restart('all')
      await product.ready()
      const { id } = await send('gone.three@recipients.test')
      await reaches(id, 'bounced')
      expect(await counted()).toBe(1)
    }, 120_000)
  })
})
