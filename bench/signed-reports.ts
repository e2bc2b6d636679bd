import { type KeyObject, sign } from 'node:crypto'
import { statusCode } from '../src/engine/messages/status.ts'
import { signatureOf } from '../src/engine/providers/twilio/signature.ts'
import type { TakenMessage } from './carrier.ts'
import { TWILIO_TOKEN } from './lab/carrier.ts'
import type { Call } from './load.ts'

/** The platform's own accounts, as in `src/carriers.ts`. */
const ACCOUNTS = {
  sendgrid: '00000000-0000-7000-8000-000000000021',
  twilio: '00000000-0000-7000-8000-000000000004',
} as const

export type Event = Readonly<Record<string, unknown>>
export const [DELIVERED, OPENED, CLICKED, BOUNCED] = (['delivered', 'opened', 'clicked', 'bounced'] as const).map(
  statusCode,
) as [number, number, number, number]
let told = 0

const event = ({ messageId, providerId, to }: TakenMessage, name: string, more: Event = {}): Event => ({
  email: to,
  timestamp: Math.floor(Date.now() / 1000),
  'smtp-id': `<${providerId}@geopod-ismtpd-1>`,
  event: name,
  category: ['orders'],
  sg_event_id: `bench${(++told).toString(36).padStart(17, '0')}`,
  sg_message_id: `${providerId}.recvd-6f4c5b7d9-abcde-1-65A4F2B0-12.0`,
  carillon_message_id: messageId,
  ...more,
})
export const delivered = (mail: TakenMessage): Event => event(mail, 'delivered', { response: '250 2.0.0 OK', tls: 1 })

/** What becomes of each mail: all but every fiftieth are delivered, of those half are opened, and half of these clicked. The events as they come: mixed. */
export function storiesOf(mails: readonly TakenMessage[]): {
  events: Event[]
  statuses: Map<string, number>
  bounced: number
} {
  const events: Event[] = []
  const statuses = new Map<string, number>()
  const bouncedAddresses = new Set<string>()
  for (const [n, mail] of mails.entries()) {
    events.push(event(mail, 'processed'))
    if (n % 50 === 0) {
      events.push(event(mail, 'bounce', { type: 'bounce', status: '5.1.1', reason: '550 5.1.1 Unknown user' }))
      bouncedAddresses.add(mail.to)
      statuses.set(mail.messageId, BOUNCED)
      continue
    }
    events.push(delivered(mail))
    const opened = n % 2 === 0
    const clicked = n % 4 === 0
    if (opened) events.push(event(mail, 'open', { useragent: 'Mozilla/5.0', ip: '192.0.2.1' }))
    if (clicked)
      events.push(event(mail, 'click', { url: 'https://shop.example/commandes/suivi', useragent: 'Mozilla/5.0' }))
    statuses.set(mail.messageId, clicked ? CLICKED : opened ? OPENED : DELIVERED)
  }
  return { events: mixed(events), statuses, bounced: bouncedAddresses.size }
}

/** Those of one mail lie some hundreds apart, in no order: as they come when a campaign leaves. */
function mixed<T>(list: readonly T[]): T[] {
  const all = [...list]
  for (let i = 0; i < all.length; i++) {
    const j = Math.min(all.length - 1, i + ((i * 7919) % 1_000))
    ;[all[i], all[j]] = [all[j]!, all[i]!]
  }
  return all
}

export function sendgridCall(events: readonly Event[], key: KeyObject, kind: string): Call {
  const timestamp = `${Math.floor(Date.now() / 1000)}`
  const body = `${JSON.stringify(events)}\r\n`
  return {
    path: `/webhooks/sendgrid/${ACCOUNTS.sendgrid}`,
    headers: {
      'x-twilio-email-event-webhook-timestamp': timestamp,
      'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(timestamp + body), key).toString('base64'),
    },
    body,
    kind,
  }
}

export function twilioCall({ messageId, providerId, to }: TakenMessage, origin: string): Call {
  const path = `/webhooks/twilio/${ACCOUNTS.twilio}?message=${messageId}`
  const form = new URLSearchParams({
    SmsSid: providerId,
    SmsStatus: 'delivered',
    MessageStatus: 'delivered',
    To: to,
    MessageSid: providerId,
    AccountSid: `AC${'0123456789abcdef'.repeat(2)}`,
    From: 'Bench',
    ApiVersion: '2010-04-01',
  })
  return {
    path,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'x-twilio-signature': signatureOf({ url: origin + path, fields: [...form] }, TWILIO_TOKEN),
    },
    body: `${form}`,
    kind: 'twilio',
  }
}
