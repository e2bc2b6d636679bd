import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { request } from 'undici'
import { type Lab, sleep, until } from '../../../bench/lab/processes.ts'

export interface ShufflingProxy {
  readonly url: string
  /** Calls taken, and how often they were handed on. */
  readonly calls: () => { taken: number; handedOn: number }
  /** Where calls go; until it is known they wait. */
  target: string | undefined
  /** Waits until nothing is on its way any more. */
  quiet(timeLimitMs: number): Promise<void>
}

const TIMES = 3
const RETRY_MS = 200

/** Stands between a carrier and our webhooks: hands each call on three times, each after a delay of its own. */
export async function startShufflingProxy(lab: Lab, longestMs: number, random: () => number): Promise<ShufflingProxy> {
  let taken = 0
  let handedOn = 0
  let underWay = 0
  let closed = false
  const server = createServer(async (incoming, answer) => {
    const body = await buffer(incoming)
    const { host: _, connection: __, 'content-length': ___, ...headers } = incoming.headers
    taken += 1
    for (let time = 0; time < TIMES; time++) void handOn(incoming.url ?? '/', headers, body)
    answer.writeHead(204).end()
  })

  async function handOn(path: string, headers: Record<string, string | string[] | undefined>, body: Buffer) {
    underWay += 1
    await sleep(random() * longestMs)
    while (!closed) {
      const status = proxy.target && (await post(`${proxy.target}${path}`, headers, body))
      if (typeof status === 'number' && status < 500) break
      await sleep(RETRY_MS)
    }
    handedOn += 1
    underWay -= 1
  }

  const post = (url: string, headers: Record<string, string | string[] | undefined>, body: Buffer) =>
    request(url, { method: 'POST', headers, body }).then(
      async (answer) => {
        await answer.body.dump()
        return answer.statusCode
      },
      () => undefined,
    )

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  lab.afterwards(() => {
    closed = true
    server.closeAllConnections()
    server.close()
  })
  const proxy: ShufflingProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls: () => ({ taken, handedOn }),
    target: undefined,
    quiet: async (timeLimitMs) => void (await until('the proxy to be quiet', timeLimitMs, () => underWay === 0)),
  }
  return proxy
}
