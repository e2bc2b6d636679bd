import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { assertPortFree } from './listening.ts'

async function occupy() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as { port: number }).port }
}

test('a port in use is a line that says what to do', async () => {
  const { server, port } = await occupy()
  await expect(assertPortFree('127.0.0.1', port, 0)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use (perhaps by another Carillon): stop what listens there, or set PORT to another port.`,
  )
  server.close()
})

test('a port that is just being given back is waited for', async () => {
  const { server, port } = await occupy()
  const free = assertPortFree('127.0.0.1', port, 10_000)
  await sleep(250)
  server.close()
  await free
})

test('an address of another machine is named as the mistake', async () => {
  await expect(assertPortFree('192.0.2.1', 3000)).rejects.toThrow(
    'HOST is 192.0.2.1, which is not an address of this machine.',
  )
})

test('looking leaves the port free', async () => {
  const { server, port } = await occupy()
  server.close()
  await once(server, 'close')
  await assertPortFree('127.0.0.1', port)
  await assertPortFree('127.0.0.1', port)
})
