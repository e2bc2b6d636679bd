import { verify, X509Certificate } from 'node:crypto'

/** What Amazon SNS posts, once it has been read. */
export interface Envelope {
  readonly Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation'
  readonly MessageId: string
  readonly TopicArn: string
  readonly Message: string
  readonly Timestamp: string
  readonly SignatureVersion: string
  readonly Signature: string
  readonly SigningCertURL: string
  readonly Subject?: string
  readonly Token?: string
  readonly SubscribeURL?: string
}

/** Gets what is at an address of SNS. Rejects unless the whole of it came. */
export type FetchFromSns = (url: string) => Promise<string>

const NEEDED = [
  'MessageId',
  'TopicArn',
  'Message',
  'Timestamp',
  'SignatureVersion',
  'Signature',
  'SigningCertURL',
] as const
const TYPES: readonly unknown[] = ['Notification', 'SubscriptionConfirmation', 'UnsubscribeConfirmation']
const NOTIFICATION = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const
const CONFIRMATION = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const
/** By SignatureVersion. A topic signs with SHA-1 unless it was told otherwise. */
const DIGESTS = new Map([
  ['1', 'sha1'],
  ['2', 'sha256'],
])
const CERTIFICATE_PATH = /^\/SimpleNotificationService-[A-Za-z0-9]{1,64}\.pem$/

/** Undefined: the body is no message of SNS. */
export function readEnvelope(body: Buffer): Envelope | undefined {
  let value: unknown
  try {
    value = JSON.parse(body.toString())
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const fields = value as Record<string, unknown>
  const isWhole =
    TYPES.includes(fields.Type) &&
    NEEDED.every((name) => typeof fields[name] === 'string') &&
    [...NOTIFICATION, ...CONFIRMATION].every((name) => fields[name] == null || typeof fields[name] === 'string')
  return isWhole ? (value as Envelope) : undefined
}

/** The one host that speaks for a topic: nothing is fetched from any other. */
export function hostOfTopic(topicArn: string): string {
  const [, partition, , region] = topicArn.split(':')
  return `sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}`
}

/** An https address of exactly this host, without a user or a port. */
export function isAt(text: string, host: string): boolean {
  const url = URL.parse(text)
  return url !== null && url.protocol === 'https:' && url.host === host && !url.username && !url.password && !url.hash
}

/** What SNS signs: names and values on lines of their own, in the order of the names. */
export function signedText(envelope: Envelope): string {
  const names = envelope.Type === 'Notification' ? NOTIFICATION : CONFIRMATION
  return names
    .filter((name) => envelope[name] != null)
    .map((name) => `${name}\n${envelope[name]}\n`)
    .join('')
}

/** SNS changes its certificates once a year or so. */
const MOST_CERTIFICATES = 50

/**
 * Checks that an envelope is SNS's own. The certificate comes over TLS from the topic's own SNS host and is kept. The check
 * rejects when it cannot be fetched: nobody knows then.
 */
export function createSnsVerifier(fetchFromSns: FetchFromSns) {
  const certificates = new Map<string, Promise<X509Certificate>>()

  function certificateAt(url: string): Promise<X509Certificate> {
    const known = certificates.get(url)
    if (known) return known
    const fetched = fetchFromSns(url).then((pem) => new X509Certificate(pem))
    if (certificates.size >= MOST_CERTIFICATES) certificates.clear()
    certificates.set(url, fetched)
    fetched.catch(() => certificates.delete(url))
    return fetched
  }

  return async (envelope: Envelope, receivedAt: Date): Promise<boolean> => {
    const digest = DIGESTS.get(envelope.SignatureVersion)
    const url = envelope.SigningCertURL
    if (!digest || !isAt(url, hostOfTopic(envelope.TopicArn))) return false
    const { pathname, search } = new URL(url)
    if (!CERTIFICATE_PATH.test(pathname) || search !== '') return false
    const certificate = await certificateAt(url)
    if (receivedAt < new Date(certificate.validFrom) || receivedAt > new Date(certificate.validTo)) return false
    const signature = Buffer.from(envelope.Signature, 'base64')
    return verify(digest, Buffer.from(signedText(envelope)), certificate.publicKey, signature)
  }
}
