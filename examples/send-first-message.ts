import { createClient } from '@carillon/client'

/**
 * Sends one message and waits until it is on its way:
 *
 *   CARILLON_API_KEY=crl_… node examples/send-first-message.ts you@example.org
 */
const carillon = createClient({
  baseUrl: process.env.CARILLON_URL ?? 'http://127.0.0.1:3000',
  apiKey: process.env.CARILLON_API_KEY,
})

const sent = await carillon.notifications.send({
  type: 'message.custom',
  to: { email: process.argv[2] ?? 'you@example.org' },
  channels: ['email'],
  payload: { subject: 'Hello', body: 'My first message.' },
})
console.log('accepted', sent.id)

const isWaiting = (status: string) => ['scheduled', 'queued', 'sending'].includes(status)
let { status } = await carillon.notifications.get(sent.id)
while (isWaiting(status)) {
  await new Promise((resolve) => setTimeout(resolve, 100))
  status = (await carillon.notifications.get(sent.id)).status
}
console.log(status)
