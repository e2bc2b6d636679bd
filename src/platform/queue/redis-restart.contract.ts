import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { createQueue } from './bullmq-queue.ts'
import { defineJob, type Queue } from './queue.ts'

let server: ChildProcess | undefined
let queue: Queue | undefined

async function startRedis(port: number): Promise<void> {
  const child = spawn('redis-server', [
    '--port',
    String(port),
    '--save',
    '',
    '--appendonly',
    'no',
    '--bind',
    '127.0.0.1',
  ])
  server = child
  for await (const chunk of child.stdout) if (String(chunk).includes('Ready to accept connections')) return
}

async function killRedis(): Promise<void> {
  if (!server) return
  const ended = once(server, 'exit')
  server.kill('SIGKILL')
  await ended
  server = undefined
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  return port
}

/** With a Redis of the test's own, to be killed. Where the suite runs on Redis, its server is installed. */
export function redisRestartContract(): void {
  afterEach(async () => {
    await queue?.close()
    await killRedis()
  })

  test('a Redis that is killed and comes back empty costs what was in it; then all goes on', async () => {
    const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 25 })
    const job = defineJob({ name: 'nudge', payload: z.object({ id: z.number() }), attempts: 3, concurrency: 5 })
    const taken: number[] = []
    const port = await freePort()
    await startRedis(port)
    queue = createQueue({
      backend: { kind: 'redis', url: `redis://127.0.0.1:${port}` },
      onError: () => {},
      log: { info: () => {}, warn: () => {}, error: () => {} },
    })
    queue.work(job, async ({ id }) => {
      if (id === 2) await killRedis()
      taken.push(id)
      return undefined
    })
    await queue.add(job, [{ payload: { id: 1 } }])
    await eventually(() => expect(taken).toContain(1))
    await queue.add(job, [{ payload: { id: 2 } }]) // dies while it is worked on
    await eventually(() => expect(taken).toContain(2))
    await expect(queue.add(job, [{ payload: { id: 3 } }])).rejects.toMatchObject({ code: 'unavailable' })

    await startRedis(port)
    await eventually(() => queue?.add(job, [{ payload: { id: 4 }, priority: 2 }]))
    await eventually(() => expect(taken).toContain(4))
    expect(await queue.waiting(job)).toBe(0)
  })
}
