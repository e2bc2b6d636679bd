export type ApiHeaders = Readonly<Record<string, string>>

/** A year, for every name below this one. */
export const STRICT_TRANSPORT = { maxAge: 31_536_000, includeSubDomains: true }

/**
 * On every answer that is not a page. They also guard what a route streams (an attachment somebody sent us): shown by a
 * browser, it may do nothing. What needs https is left out where PUBLIC_URL is plain http.
 */
export const apiHeaders = (publicUrl: string): ApiHeaders => ({
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  ...(publicUrl.startsWith('https:')
    ? { 'strict-transport-security': `max-age=${STRICT_TRANSPORT.maxAge}; includeSubDomains` }
    : {}),
})
