import { API_KEY as BREVO_KEY, startPretendBrevo } from '../src/engine/providers/brevo/pretend-server.ts'
import { startPretendSendgrid } from '../src/engine/providers/sendgrid/pretend-server.ts'
import { createPretendSns, TOPIC } from '../src/engine/providers/ses/pretend-sns.ts'
import { startPretendServer } from '../src/engine/providers/smtp/pretend-server.ts'
import { startPretendTwilio } from '../src/engine/providers/twilio/pretend-server.ts'
import { signatureOf as twilioSignature } from '../src/engine/providers/twilio/signature.ts'
import { API_KEY, API_SECRET, startPretendVonage } from '../src/engine/providers/vonage/pretend-server.ts'
import { signatureOf as vonageSignature } from '../src/engine/providers/vonage/signature.ts'
import { startPretendWhatsapp } from '../src/engine/providers/whatsapp/pretend-server.ts'

/** A vendor's call to a webhook, as it is on the wire. */
export interface Call {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string
}

/** One report: the vendor's word, and whatever it says with it. */
export type Saying = readonly [word: string, more?: Readonly<Record<string, unknown>>]

/** A message that the vendor has taken. */
export interface Sent {
  readonly id: string
  readonly address: string
}

/** A vendor that was started for a test, and reports under its own signature. */
export interface ReportingVendor {
  readonly provider: string
  readonly channel: 'email' | 'sms' | 'whatsapp'
  readonly settings: object
  /** What becomes of its messages, one each: reports in the order they happened. */
  readonly stories: readonly (readonly Saying[])[]
  /** The call that brings one report: it happened at `at`, and is signed `now`. */
  call(webhookUrl: string, message: Sent, saying: Saying, at: Date, now: Date): Call
  /** The call by which the person writes to us, where that must come first. */
  writes?(webhookUrl: string, address: string, now: Date): Call
  stop(): Promise<void>
}

const JSON_TYPE = { 'content-type': 'application/json' }
const seconds = (time: Date): number => Math.floor(time.getTime() / 1000)
const found = <T>(what: T | undefined): T => {
  if (what === undefined) throw new Error('The vendor has not taken this message')
  return what
}

async function startSendgrid(): Promise<ReportingVendor> {
  const server = await startPretendSendgrid()
  const { apiKey, baseUrl, webhookKey } = server
  return {
    provider: 'sendgrid',
    channel: 'email',
    settings: { apiKey, baseUrl, webhookKey, from: 'Atelier <hello@shop.example>' },
    stories: [
      [['processed'], ['deferred'], ['delivered'], ['open'], ['click', { url: 'https://shop.example/a' }]],
      [['delivered'], ['open', { sg_machine_open: true }], ['spamreport']],
      [['bounce', { type: 'bounce', status: '5.1.1', reason: '550 5.1.1 Unknown' }]],
      [['dropped', { reason: 'Unsubscribed Address' }]],
      // It came back, and was read after all.
      [['bounce', { type: 'blocked', status: '4.7.0', reason: '421 4.7.0 Later' }], ['open']],
    ],
    call(url, { id, address }, [event, more], at, now) {
      const taken = server.taken.find(({ mail }) => mail.personalizations[0].to[0].email === address)
      const entry = { taken: found(taken), event, timestamp: seconds(at), sg_event_id: `${id} ${event}`, ...more }
      return { url, ...server.report([entry], now) }
    },
    stop: server.stop,
  }
}

export const sns = createPretendSns()

async function startSes(): Promise<ReportingVendor> {
  const server = await startPretendServer()
  const sesId = '0102018f5a6b7c8d-11111111-2222-3333-4444-555555555555-000000'
  server.become({ content: `250 Ok ${sesId}` })
  return {
    provider: 'ses',
    channel: 'email',
    settings: {
      region: 'eu-west-3',
      user: 'AKIAEXAMPLE',
      password: 'a-password',
      from: 'hello@shop.example',
      topicArn: TOPIC,
      host: '127.0.0.1',
      port: server.port,
      ignoreTls: true,
    },
    stories: [
      [['Send'], ['Delivery'], ['Open'], ['Click', { click: { link: 'https://shop.example/a' } }]],
      [['Delivery'], ['Complaint', { complaint: { complaintFeedbackType: 'abuse' } }]],
      [
        [
          'Bounce',
          {
            bounce: {
              bounceType: 'Permanent',
              bounceSubType: 'General',
              bouncedRecipients: [{ action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 Unknown' }],
            },
          },
        ],
      ],
    ],
    call(url, { id, address }, [eventType, more], at, now) {
      const mail = { messageId: sesId, destination: [address], tags: { carillon_message_id: [id] } }
      const name = eventType.toLowerCase()
      const said = { [name]: { ...(more?.[name] as object), timestamp: at.toISOString() } }
      const Message = JSON.stringify({ eventType, mail, ...said })
      const made = sns.envelope({ Message, MessageId: `${id.slice(0, -8)}${name.padEnd(8, 'x').slice(0, 8)}` }, now)
      return { url, headers: { 'content-type': 'text/plain; charset=UTF-8' }, payload: JSON.stringify(made) }
    },
    stop: server.stop,
  }
}

async function startTwilio(): Promise<ReportingVendor> {
  const server = await startPretendTwilio()
  const { accountSid, authToken, baseUrl } = server
  return {
    provider: 'twilio',
    channel: 'sms',
    settings: { accountSid, authToken, baseUrl, from: 'Atelier' },
    stories: [
      [['sent'], ['delivered', { Price: '-0.07500', PriceUnit: 'EUR' }]],
      [
        ['sent', { Price: '-0.02', PriceUnit: 'EUR' }],
        ['undelivered', { ErrorCode: '30005', Price: '-0.03', PriceUnit: 'EUR' }],
      ],
      [['failed', { ErrorCode: '21610' }]],
      // It did not arrive, and then it did.
      [['undelivered', { ErrorCode: '30003' }], ['delivered']],
    ],
    call(webhookUrl, { id, address }, [word, more]) {
      const { sid } = found(server.taken.find(({ to }) => to === address))
      const url = `${webhookUrl}?message=${id}`
      const form = new URLSearchParams({ MessageSid: sid, MessageStatus: word, To: address, AccountSid: accountSid })
      for (const [name, value] of Object.entries(more ?? {})) form.set(name, `${value}`)
      return {
        url,
        headers: {
          'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
          'x-twilio-signature': twilioSignature({ url, fields: [...form] }, authToken),
        },
        payload: `${form}`,
      }
    },
    stop: server.stop,
  }
}

async function startVonage(): Promise<ReportingVendor> {
  const server = await startPretendVonage()
  const signatureSecret = 'a-signature-secret'
  return {
    provider: 'vonage',
    channel: 'sms',
    settings: { apiKey: API_KEY, apiSecret: API_SECRET, from: 'Atelier', baseUrl: server.baseUrl, signatureSecret },
    stories: [
      [['accepted'], ['buffered'], ['delivered', { price: '0.03330000' }]],
      [['accepted'], ['failed', { 'err-code': '3' }]],
      [['rejected', { 'err-code': '9' }]],
    ],
    call(url, { address }, [status, more], at, now) {
      const msisdn = address.slice(1)
      const asked = found(server.asked.find(({ body }) => new URLSearchParams(body).get('to') === msisdn))
      const fields = {
        msisdn,
        to: 'Atelier',
        messageId: JSON.parse(asked.answer!.body).messages[0]['message-id'] as string,
        'client-ref': new URLSearchParams(asked.body).get('client-ref')!,
        status,
        'err-code': '0',
        'message-timestamp': at.toISOString().slice(0, 19).replace('T', ' '),
        timestamp: `${seconds(now)}`,
        ...(more as Record<string, string>),
      }
      const sig = vonageSignature(fields, signatureSecret, 'sha256')
      return { url, headers: JSON_TYPE, payload: JSON.stringify({ ...fields, sig }) }
    },
    stop: server.stop,
  }
}

async function startBrevo(): Promise<ReportingVendor> {
  const server = await startPretendBrevo()
  return {
    provider: 'brevo',
    channel: 'sms',
    settings: { apiKey: BREVO_KEY, from: 'MaBoite', baseUrl: server.baseUrl },
    stories: [
      [
        ['sent', { credits_used: 3.6 }],
        ['delivered', { credits_used: 4.5 }],
      ],
      [['sent'], ['hard_bounce']],
      [['blacklisted']],
      [['soft_bounce'], ['delivered']],
    ],
    call(_, { address }, [msg_status, more], at) {
      const bodies = server.asked.map(({ body, answer }) => ({ sent: JSON.parse(body || '{}'), answer }))
      const { sent, answer } = found(
        bodies.find(({ sent: { recipient } }) => `+${recipient}`.endsWith(address.slice(1))),
      )
      const { messageId } = JSON.parse(answer!.body)
      const payload = JSON.stringify({ msg_status, messageId, to: address.slice(1), ts_epoch: at.getTime(), ...more })
      return { url: sent.webUrl, headers: JSON_TYPE, payload }
    },
    stop: server.stop,
  }
}

async function startWhatsapp(): Promise<ReportingVendor> {
  const meta = await startPretendWhatsapp()
  return {
    provider: 'whatsapp',
    channel: 'whatsapp',
    settings: meta.settings,
    stories: [
      [['sent'], ['delivered', { pricing: { category: 'service', type: 'free_customer_service' } }], ['read']],
      [['failed', { errors: [{ code: 131026, title: 'Message undeliverable' }] }]],
      [['delivered']],
    ],
    call(url, { address }, [status, more], at) {
      const { id } = found(meta.taken.find(({ message }) => `${message.to}`.endsWith(address.slice(1))))
      return { url, ...meta.report(id, status, { timestamp: `${seconds(at)}`, ...more }) }
    },
    writes: (url, address, now) => ({
      url,
      ...meta.writes(
        {
          from: address.slice(1),
          id: `wamid.in.${address}`,
          timestamp: `${seconds(now)}`,
          type: 'text',
          text: { body: 'Bonjour' },
        },
        { wa_id: address.slice(1), profile: { name: 'Camille' } },
      ),
    }),
    stop: meta.stop,
  }
}

export const REPORTING_VENDORS = [startSendgrid, startSes, startTwilio, startVonage, startBrevo, startWhatsapp]
