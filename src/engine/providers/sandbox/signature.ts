import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

/** Unix seconds when the call was made. */
export const TIMESTAMP_HEADER = 'carillon-sandbox-timestamp'
/** `v1=` and the HMAC-SHA256, in hex, of the timestamp, a dot, and the body as it was sent. */
export const SIGNATURE_HEADER = 'carillon-sandbox-signature'

const MAX_AGE_MS = 5 * 60_000

/** The key the sandbox signs its reports with, derived from the server's secret. */
export const signingKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', secret, '', 'carillon/sandbox/webhooks', 32))

export function signedHeaders(key: Buffer, body: Buffer, time: Date): Record<string, string> {
  const timestamp = String(Math.floor(time.getTime() / 1000))
  return { [TIMESTAMP_HEADER]: timestamp, [SIGNATURE_HEADER]: `v1=${hmac(key, timestamp, body).toString('hex')}` }
}

export type Verdict = 'genuine' | 'bad_signature' | 'stale'

export function verify(
  key: Buffer,
  headers: Readonly<Record<string, string | undefined>>,
  body: Buffer,
  receivedAt: Date,
): Verdict {
  const timestamp = headers[TIMESTAMP_HEADER] ?? ''
  const given = /^v1=([0-9a-f]{64})$/.exec(headers[SIGNATURE_HEADER] ?? '')?.[1]
  if (!given || !/^\d{1,12}$/.test(timestamp)) return 'bad_signature'
  if (!timingSafeEqual(Buffer.from(given, 'hex'), hmac(key, timestamp, body))) return 'bad_signature'
  return Math.abs(receivedAt.getTime() - Number(timestamp) * 1000) > MAX_AGE_MS ? 'stale' : 'genuine'
}

const hmac = (key: Buffer, timestamp: string, body: Buffer): Buffer =>
  createHmac('sha256', key).update(timestamp).update('.').update(body).digest()
