import { request } from 'undici'
import { GeocodingError } from './geocoding.ts'

const ANSWER_WITHIN_MS = 4_000
const LARGEST_ANSWER_BYTES = 256 * 1024

/** Asks a service for JSON. Redirects are not followed: they would take the address elsewhere. @throws GeocodingError */
export async function ask(service: string, url: URL, userAgent: string): Promise<unknown> {
  let text: string
  try {
    const { statusCode, headers, body } = await request(url, {
      headers: { 'user-agent': userAgent, accept: 'application/json' },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    })
    if (statusCode !== 200) {
      await body.dump()
      throw refusal(service, statusCode, headers['retry-after'])
    }
    text = await readWhole(service, body)
  } catch (error) {
    // Not as a cause: undici’s errors may name the URL, and the URL holds the address.
    throw error instanceof GeocodingError ? error : new GeocodingError('temporary', `${service} ${whatFailed(error)}`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new GeocodingError('temporary', `${service} answered something that is not JSON`)
  }
}

async function readWhole(service: string, body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > LARGEST_ANSWER_BYTES) throw new GeocodingError('temporary', `${service} answered too much`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function refusal(service: string, status: number, retryAfter: string | string[] | undefined): GeocodingError {
  const seconds = Number(retryAfter)
  const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) * 1_000 : undefined
  // 403 is how Nominatim shuts out who does not keep to its terms.
  const kind = status === 429 || status >= 500 ? 'temporary' : 'configuration'
  return new GeocodingError(kind, `${service} answered ${status}`, retryAfterMs)
}

const whatFailed = (error: unknown): string => {
  const { name, code } = error as { name?: string; code?: string }
  return name === 'TimeoutError' || name === 'AbortError' ? 'does not answer' : `cannot be reached (${code ?? name})`
}
