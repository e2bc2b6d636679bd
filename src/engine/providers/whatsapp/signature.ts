import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** `X-Hub-Signature-256` of these bytes: HMAC-SHA256 with the app's secret, over the body as it came. */
export const signatureOf = (body: Buffer | string, appSecret: string): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`

/** Compared in constant time. Meta writes accents as `\\uXXXX`: a body that was parsed and written again is another one. */
export function isSigned(body: Buffer, signature: string | undefined, appSecret: string): boolean {
  const [given, ours] = [Buffer.from(signature ?? ''), Buffer.from(signatureOf(body, appSecret))]
  return given.length === ours.length && timingSafeEqual(given, ours)
}

/** Of any length, without telling by the time it takes how far they agree. */
export const isSameWord = (given: string, ours: string): boolean => timingSafeEqual(digested(given), digested(ours))

const digested = (text: string): Buffer => createHash('sha256').update(text).digest()
