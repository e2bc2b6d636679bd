import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'

/** What the server does with one request. Unset: what the carrier does when all is well. */
export interface Doing {
  readonly delayMs?: number
  /** `nothing`: never; `reset`: the connection dies once the request has been read; `dies half way`: in the middle of the answer. */
  readonly says?: Answer | 'nothing' | 'reset' | 'dies half way'
}

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  /** An object is sent as JSON. */
  readonly body: string | object
}

export interface Asked {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** What it was answered; undefined when it got none. */
  answer?: { readonly status: number; readonly body: string }
}

export interface PretendCarrier {
  readonly baseUrl: string
  /** Every request, in the order they came. */
  readonly asked: Asked[]
  /** Changes what it does: always the same, or decided for each request. */
  become(doing: Doing | ((asked: Asked) => Doing)): void
  stop(): Promise<void>
}

/** A carrier's HTTP API for tests, on 127.0.0.1, that can misbehave as a carrier can. */
export async function startPretendCarrier(
  usual: (asked: Asked) => Answer,
  first: Doing | ((asked: Asked) => Doing) = {},
): Promise<PretendCarrier> {
  const asked: Asked[] = []
  const sockets = new Set<Socket>()
  let doing = first

  const server = createServer(async (request, response) => {
    const body = await text(request).catch(() => undefined)
    if (body === undefined) return
    const url = new URL(request.url!, 'http://carrier')
    const one: Asked = {
      method: request.method!,
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body,
    }
    asked.push(one)
    const { delayMs, says } = typeof doing === 'function' ? doing(one) : doing
    if (delayMs !== undefined) await sleep(delayMs)
    if (says === 'nothing') return
    if (says === 'reset') return void request.socket.resetAndDestroy()
    if (says === 'dies half way') return dieHalfWay(response)
    one.answer = answer(response, says ?? usual(one))
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))

  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    become(next) {
      doing = next
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function answer(response: ServerResponse, { status, headers = {}, body }: Answer): { status: number; body: string } {
  const said = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(said)
  return { status, body: said }
}

function dieHalfWay(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
  response.write('{"messages":', () => response.socket?.resetAndDestroy())
}
