import { createHttpClient } from '../http-client/client.ts'
import type { FetchFromSns } from './sns.ts'

const LIMIT_MS = 5_000

/** From Amazon, over TLS, following no redirection. Certificates and confirmations are rare: nothing is kept open. */
export const fetchFromAmazon: FetchFromSns = async (address) => {
  const { origin, pathname, search } = new URL(address)
  const client = createHttpClient({ baseUrl: origin, connections: 1, connectMs: LIMIT_MS, limitMs: LIMIT_MS })
  try {
    const exchange = await client.send({ method: 'GET', path: `${pathname}${search}` })
    if (exchange.kind === 'answered' && exchange.status === 200) return exchange.body
    const what = exchange.kind === 'answered' ? exchange.status : exchange.code
    throw new Error(`${origin} did not give what was asked for (${what})`)
  } finally {
    await client.close()
  }
}
