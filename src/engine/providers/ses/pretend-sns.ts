import { createHash, createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { WebhookCall } from '../../channels/report.ts'
import { type Envelope, type FetchFromSns, signedText } from './sns.ts'

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8')

export const TOPIC = 'arn:aws:sns:eu-west-3:123456789012:SES_Events'
const HOST = 'https://sns.eu-west-3.amazonaws.com'
const CERTIFICATE_URL = `${HOST}/SimpleNotificationService-12345abcde.pem`

/** A topic of SNS for tests: it signs, and gives its certificate and confirmations to whoever fetches from it. */
export function createPretendSns() {
  const key = createPrivateKey(fixture('sns-key.pem'))
  const certificate = fixture('sns-certificate.pem')
  const fetched: string[] = []
  let messages = 0
  let isAway = false

  const fetchFromSns: FetchFromSns = async (url) => {
    fetched.push(url)
    if (isAway) throw new Error('SNS is away')
    if (url === CERTIFICATE_URL) return certificate
    if (url.startsWith(`${HOST}/?Action=ConfirmSubscription`)) return '<ConfirmSubscriptionResponse/>'
    throw new Error(`Nothing is at ${url}`)
  }

  function envelope(change: Partial<Envelope>, at: Date): Envelope {
    const made: Envelope = {
      Type: 'Notification',
      // A UUID that no other message has.
      MessageId: createHash('sha256')
        .update(`${++messages}`)
        .digest('hex')
        .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5'),
      TopicArn: TOPIC,
      Message: '',
      Timestamp: at.toISOString(),
      SignatureVersion: '1',
      Signature: '',
      SigningCertURL: CERTIFICATE_URL,
      ...change,
    }
    const digest = made.SignatureVersion === '2' ? 'sha256' : 'sha1'
    return { ...made, Signature: sign(digest, Buffer.from(signedText(made)), key).toString('base64') }
  }

  return {
    fetchFromSns,
    /** What was fetched, in order. */
    fetched,
    beAway(away: boolean): void {
      isAway = away
    },
    envelope,
    /** A call that brings what SES publishes, or whatever else the envelope holds. */
    callOf(made: Envelope, receivedAt: Date): WebhookCall {
      return { method: 'POST', headers: HEADERS, query: {}, body: Buffer.from(JSON.stringify(made)), receivedAt }
    },
    subscription: (at: Date, change: Partial<Envelope> = {}): Envelope =>
      envelope(
        {
          Type: 'SubscriptionConfirmation',
          Message: `You have chosen to subscribe to the topic ${TOPIC}.`,
          Token: '2336412f37fb',
          SubscribeURL: `${HOST}/?Action=ConfirmSubscription&TopicArn=${TOPIC}&Token=2336412f37fb`,
          ...change,
        },
        at,
      ),
  }
}

/** SNS sends JSON as text. */
const HEADERS = { 'content-type': 'text/plain; charset=UTF-8' }
