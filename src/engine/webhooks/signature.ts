import { createHmac, randomBytes } from 'node:crypto'

/**
 * The Standard Webhooks scheme (standardwebhooks.com, specification 1.0): HMAC-SHA256 over `id.timestamp.body` with the
 * bytes behind `whsec_`, base64, `v1,` before it; one for each secret while they are being changed.
 */
export function signedHeaders(id: string, body: string, secrets: readonly string[], now: Date): Record<string, string> {
  const timestamp = `${Math.floor(now.getTime() / 1000)}`
  const sign = (secret: string) =>
    `v1,${createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': secrets.map(sign).join(' '),
  }
}

const PREFIX = 'whsec_'
/** The scheme asks for 24 to 64 bytes. */
const SECRET_BYTES = 32

export const newSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString('base64')

const keyOf = (secret: string): Buffer => Buffer.from(secret.slice(PREFIX.length), 'base64')
