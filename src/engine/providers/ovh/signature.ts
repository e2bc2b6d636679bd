import { createHash } from 'node:crypto'

export interface SignedRequest {
  readonly method: string
  /** Whole, with its query. */
  readonly url: string
  /** As sent; empty when there is none. */
  readonly body: string
  /** Seconds since 1970, by OVHcloud's clock. */
  readonly timestamp: number
}

/** `X-Ovh-Signature`: SHA-1 over the secret, the consumer key and the request. */
export function signatureOf(
  { method, url, body, timestamp }: SignedRequest,
  keys: { readonly applicationSecret: string; readonly consumerKey: string },
): string {
  const signed = [keys.applicationSecret, keys.consumerKey, method, url, body, timestamp].join('+')
  return `$1$${createHash('sha1').update(signed).digest('hex')}`
}
