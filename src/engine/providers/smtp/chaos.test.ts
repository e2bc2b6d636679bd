import type { Socket } from 'node:net'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import type { OutboundEmail } from '../../channels/outbound.ts'
import { startPretendServer } from './pretend-server.ts'
import { createSmtpProvider } from './smtp.ts'

const smtp = createSmtpProvider({ clock: systemClock, returnPathOf: (id) => `b+${id}@bounces.shop.example` })

const mail = (): OutboundEmail => {
  const messageId = newId(new Date())
  const content = { subject: 'Sample', html: '<p>Sample</p>', text: 'Sample' }
  return {
    channel: 'email',
    messageId,
    organizationId: messageId,
    contactId: messageId,
    attempt: 1,
    idempotencyKey: messageId,
    to: 'a@example.com',
    content,
    attachments: [],
  }
}

const STEPS = ['greeting', 'MAIL', 'RCPT', 'DATA', 'content'] as const
const MOODS = [
  'fine',
  'fine',
  'fine',
  'fine',
  'fine',
  'fine',
  '4yz',
  '5yz',
  '421',
  'drop',
  'silent',
  'garbage',
  'late',
] as const
const FINE = {
  greeting: '220 Hello',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go on',
  content: '250 2.0.0 Ok',
}

test('whatever a server does, each mail gets one result, and the result is true', async () => {
  const moods = fc.array(fc.constantFrom(...MOODS), { minLength: 20, maxLength: 120 })
  await fc.assert(
    fc.asyncProperty(moods, fc.boolean(), fc.integer({ min: 1, max: 4 }), async (moods, pipelines, pool) => {
      /** Ids of mails the server has said yes to. */
      const accepted = new Set<string>()
      let turn = 0

      const act = (step: (typeof STEPS)[number]) => (socket: Socket) => {
        const mood = moods[turn++ % moods.length]!
        const say = (line: string) => {
          if (socket.writable) socket.write(`${line}\r\n`)
        }
        if (mood === 'drop') return void socket.destroy()
        if (mood === 'silent') return
        if (mood === 'garbage') return say('what?')
        if (mood === '421') return void socket.end('421 4.3.2 Closing\r\n')
        if (mood === '4yz') return say('450 4.3.0 Not now')
        if (mood === '5yz') return say('550 5.7.1 No')
        if (step === 'content') accepted.add(/Message-ID: <([^@]+)@/.exec(server.mails.at(-1)!.toString())![1]!)
        if (mood === 'late') return void setTimeout(() => say(FINE[step]), 5)
        return say(FINE[step])
      }
      const server = await startPretendServer({
        extensions: pipelines ? ['PIPELINING'] : [],
        greeting: act('greeting'),
        MAIL: act('MAIL'),
        RCPT: act('RCPT'),
        content: act('content'),
      })
      const connection = smtp.connect(
        smtp.settings.parse({
          host: '127.0.0.1',
          port: server.port,
          from: 'hello@shop.example',
          pool,
          messagesPerConnection: 5,
          timeouts: { sendMs: 60, connectMs: 30, greetingMs: 30, idleMs: 10 },
        }),
      )
      const mails = Array.from({ length: 15 }, mail)
      const results = await Promise.all(mails.map((message) => connection.send(message)))
      await connection.close()
      await server.stop()

      for (const [i, { messageId }] of mails.entries()) {
        const { outcome } = results[i]!
        if (outcome === 'sent') expect(accepted).toContain(messageId)
        if (outcome === 'refused') expect(accepted).not.toContain(messageId)
      }
      const ids = server.mails.map((mime) => /Message-ID: <([^@]+)@/.exec(mime.toString())![1]!)
      expect(new Set(ids).size).toBe(ids.length)
    }),
    { numRuns: 60 },
  )
})
