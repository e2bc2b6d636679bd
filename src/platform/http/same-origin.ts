import type { FastifyRequest } from 'fastify'

/**
 * Whether a browser made this request from one of our own pages. Browsers say so in Sec-Fetch-Site, or, where the page is
 * plain http, in Origin; a page cannot forge either. A request with neither is not from a browser's page: false.
 */
export function isSameOrigin(request: FastifyRequest, publicUrl: string): boolean {
  const { origin } = request.headers
  const site = request.headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  if (origin === undefined || !URL.canParse(origin)) return false
  return origin === new URL(publicUrl).origin || new URL(origin).host === request.host
}

/** Whether the request says that it comes from a page of another site. Programs, which say nothing, pass. */
export const isCrossSite = (request: FastifyRequest, publicUrl: string): boolean =>
  (request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined) &&
  !isSameOrigin(request, publicUrl)
