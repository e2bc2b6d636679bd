import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { StartError } from './start-error.ts'

const REASONS: Record<string, (host: string, port: number) => string> = {
  EADDRINUSE: (host, port) =>
    `Port ${port} on ${host} is in use (perhaps by another Carillon): stop what listens there, or set PORT to another port.`,
  EACCES: (_, port) => `Port ${port} may not be opened by this user: set PORT to one above 1023.`,
  EADDRNOTAVAIL: (host) => `HOST is ${host}, which is not an address of this machine.`,
  ENOTFOUND: (host) => `HOST is ${host}, a name that leads to no address.`,
}

/**
 * Makes sure we shall be able to listen there, before any work is done. A port still held (by a process that is just
 * stopping) is waited for up to `waitMs`. Throws `StartError`.
 */
export async function assertPortFree(host: string, port: number, waitMs = 2_000): Promise<void> {
  for (const deadline = performance.now() + waitMs; ; await sleep(100)) {
    const code = await tryListening(host, port)
    if (!code) return
    if (code !== 'EADDRINUSE' || performance.now() > deadline) throw listenError(code, host, port)
  }
}

async function tryListening(host: string, port: number): Promise<string | undefined> {
  const probe = createServer()
  try {
    probe.listen({ host, port, exclusive: true })
    await once(probe, 'listening')
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  } finally {
    if (probe.listening) {
      probe.close()
      await once(probe, 'close')
    }
  }
}

function listenError(code: string, host: string, port: number): StartError {
  return new StartError(REASONS[code]?.(host, port) ?? `Cannot listen on ${host} port ${port} (${code}).`)
}
