/** Nodemailer's pool and nothing else: no request, no row, no job. What a mail costs before a pipeline is built around it. SMTP_PORT · MAILS · TEMPLATE */
import Handlebars from 'handlebars'
import { createTransport } from 'nodemailer'
import { BODY, SUBJECT } from '../content.ts'
import { TEMPLATES } from './template.ts'

const WARM_UP = 1000
const AT_ONCE = 50
const mails = Number(process.env.MAILS)
const render = Handlebars.compile<{ subject: string; body: string }>(TEMPLATES[process.env.TEMPLATE ?? 'layout'])
const transport = createTransport({
  pool: true,
  maxConnections: 10,
  maxMessages: Number.POSITIVE_INFINITY,
  host: '127.0.0.1',
  port: Number(process.env.SMTP_PORT),
  ignoreTLS: true,
})

async function pour(count: number): Promise<void> {
  let next = 0
  const sender = async () => {
    for (let n = next++; n < count; n = next++) {
      const subject = SUBJECT.replace('{{seq}}', String(n))
      const html = render({ subject, body: BODY })
      await transport.sendMail({ from: 'Bench <bench@sender.test>', to: `contact-${n}@recipients.test`, subject, html })
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sender))
}

await pour(WARM_UP)
const began = performance.now()
await pour(mails)
console.log(JSON.stringify({ perSecond: (mails / (performance.now() - began)) * 1000 }))
transport.close()
