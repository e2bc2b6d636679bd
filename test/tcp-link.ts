import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpLink {
  /** The server's address through this link. */
  readonly url: string
  /** Ends every connection and refuses new ones, as a server that was stopped. */
  cut(): Promise<void>
  /** Keeps every connection and passes nothing on, as a server that hangs. */
  stall(): void
  /** Back to normal. */
  mend(): Promise<void>
  close(): Promise<void>
}

/** A way to a server that can be cut, hung and mended, so that tests break a connection without touching the server. */
export async function openTcpLink(target: string): Promise<TcpLink> {
  const { hostname, port } = new URL(target)
  const sockets = new Set<Socket>()
  let stalled = false

  const server = createServer((near) => {
    const far = connect(Number(port || 5432), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => {
        to.write(bytes)
      })
      from.on('error', () => {})
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
      if (stalled) from.pause()
    }
  })

  const listen = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(at, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      for (const socket of sockets) socket.destroy()
    })

  await listen(0)
  const own = (server.address() as AddressInfo).port
  const url = new URL(target)
  url.host = `127.0.0.1:${own}`

  return {
    url: url.href,
    cut,
    stall() {
      stalled = true
      for (const socket of sockets) socket.pause()
    },
    async mend() {
      stalled = false
      for (const socket of sockets) socket.resume()
      if (!server.listening) await listen(own)
    },
    close: cut,
  }
}
