import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { openTcpLink, type TcpLink } from '../../../test/tcp-link.ts'
import { createQueue, type QueueOptions } from './bullmq-queue.ts'
import { defineJob, type Queue } from './queue.ts'

export interface Server {
  readonly backend: QueueOptions['backend']
  /** Takes every job away, as FLUSHALL does. */
  wipe(): Promise<void>
  /** Ends every connection of the queue on the server's side. */
  disconnectAll(): Promise<void>
  close(): Promise<void>
}

/** What every backend of the queue promises. */
export function queueContract(name: string, start: () => Promise<Server>): void {
  describe(`the queue on ${name}`, () => {
    let server: Server
    let link: TcpLink
    let errors: Error[]
    let logged: { level: string; fields: Record<string, unknown>; message: string }[]
    let opened: Queue[]
    let prefix: string

    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.close())

    beforeEach(async () => {
      link = await openTcpLink(server.backend.url)
      errors = []
      logged = []
      opened = []
      prefix = `t${randomUUID().slice(0, 8)}`
    })
    afterEach(async () => {
      await link.mend()
      await Promise.all(opened.map((queue) => queue.close()))
      await link.close()
    })

    function open(options: Partial<QueueOptions> = {}): Queue {
      const write = (level: string) => (fields: object, message: string) =>
        void logged.push({ level, fields: { ...fields }, message })
      const queue = createQueue({
        backend: { kind: server.backend.kind, url: link.url },
        prefix,
        onError: (error) => errors.push(error),
        log: { info: write('info'), warn: write('warn'), error: write('error') },
        ...options,
      })
      opened.push(queue)
      return queue
    }

    const nudge = defineJob({ name: 'nudge', payload: z.object({ id: z.number() }), attempts: 3, concurrency: 1 })
    const ids = (...list: number[]) => list.map((id) => ({ payload: { id } }))

    /** Works `nudge` and remembers what it took. */
    function collect(queue: Queue, before: (id: number) => Promise<void> | void = () => {}): number[] {
      const taken: number[] = []
      queue.work(nudge, async ({ id }) => {
        await before(id)
        taken.push(id)
        return undefined
      })
      return taken
    }
    const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 25 })

    test('a job that does not carry what its kind says is never run, nor tried again', async () => {
      const queue = open()
      const other = defineJob({ ...nudge, payload: z.object({ id: z.string() }) })
      await queue.add(other, [{ payload: { id: 'not a number' } }])
      const taken = collect(queue)
      await eventually(() => expect(logged).toMatchObject([{ level: 'error', fields: { job: 'nudge' } }]))
      expect(await queue.waiting(nudge)).toBe(0)
      expect(taken).toEqual([])
    })

    test('what a job throws is tried again, then given up, and told with its cause', async () => {
      const queue = open()
      let tries = 0
      queue.work({ ...nudge, attempts: 2 }, async () => {
        tries++
        throw new Error('no route to canary@example.org')
      })
      await queue.add({ ...nudge, attempts: 2 }, ids(1))
      await eventually(() => expect(logged.at(-1)).toMatchObject({ level: 'error', fields: { attempt: 2 } }))
      expect(tries).toBe(2)
      expect(logged.map(({ level }) => level)).toEqual(['warn', 'error'])
      expect(errors).toEqual([])
    })

    test('a job that throws once is done by the next try', async () => {
      const queue = open()
      let tries = 0
      const taken = collect(queue, () => {
        if (++tries === 1) throw new Error('once')
      })
      await queue.add(nudge, ids(1))
      await eventually(() => expect(taken).toEqual([1]))
    })

    test('a cancelled job is not tried again', async () => {
      const queue = open()
      let tries = 0
      queue.work(nudge, async () => {
        tries++
        return { cancel: 'the row is gone' }
      })
      await queue.add(nudge, ids(1))
      await eventually(() => expect(logged).toMatchObject([{ level: 'info', fields: { reason: 'the row is gone' } }]))
      await sleep(1_500)
      expect(tries).toBe(1)
    })

    test('a snooze comes back, more often than there are tries', async () => {
      const queue = open()
      let runs = 0
      queue.work({ ...nudge, attempts: 1 }, async () => (++runs < 4 ? { snoozeMs: 20 } : undefined))
      await queue.add({ ...nudge, attempts: 1 }, ids(1))
      await eventually(() => expect(runs).toBe(4))
      expect(logged).toEqual([])
    })

    test('while the server is gone, calls fail as unavailable; when it is back, everything goes on', async () => {
      const queue = open()
      const taken = collect(queue)
      await queue.add(nudge, ids(1))
      await eventually(() => expect(taken).toEqual([1]))

      await link.cut()
      await expect(queue.add(nudge, ids(2))).rejects.toMatchObject({ code: 'unavailable' })
      await expect(queue.waiting(nudge)).rejects.toMatchObject({ code: 'unavailable' })
      await expect(queue.check()).rejects.toMatchObject({ code: 'unavailable' })
      await eventually(() => expect(errors).not.toEqual([]))

      await link.mend()
      await eventually(() => queue.check())
      await eventually(() => queue.add(nudge, ids(3)))
      await eventually(() => expect(taken).toContain(3))
    })

    test('a server that hangs is unavailable too', async () => {
      const queue = open()
      await queue.add(nudge, ids(1))
      link.stall()
      await expect(queue.add(nudge, ids(2))).rejects.toMatchObject({ code: 'unavailable' })
      await expect(queue.check()).rejects.toMatchObject({ code: 'unavailable' })
      await link.mend()
      await eventually(() => queue.check())
    })

    test('a queue opened while the server is gone works once it is there', async () => {
      await link.cut()
      const queue = open()
      const taken = collect(queue)
      await expect(queue.add(nudge, ids(1))).rejects.toMatchObject({ code: 'unavailable' })
      await expect(queue.check()).rejects.toMatchObject({ code: 'unavailable' })

      await link.mend()
      await eventually(() => queue.add(nudge, ids(2)))
      await eventually(() => expect(taken).toContain(2))
    })

    test('connections ended by the server, in the middle of a job too, cost no more than that nudge', async () => {
      const queue = open()
      const taken = collect(queue, async (id) => {
        if (id === 1) await server.disconnectAll()
      })
      await queue.add(nudge, ids(1))
      await eventually(() => expect(taken).toContain(1))
      await eventually(() => queue.add(nudge, ids(2)))
      await eventually(() => expect(taken).toContain(2))

      await server.disconnectAll() // now while it waits for work
      await eventually(() => queue.add(nudge, ids(3)))
      await eventually(() => expect(taken).toContain(3))
    })

    test('a queue that was wiped, in the middle of a job too, takes what comes later', async () => {
      const queue = open()
      const taken = collect(queue, async (id) => {
        if (id === 1) await server.wipe()
      })
      await queue.add(nudge, ids(1, 2, 3))
      await eventually(() => expect(taken).toContain(1))
      expect(await queue.waiting(nudge)).toBe(0)

      await queue.add(nudge, ids(4))
      await eventually(() => expect(taken).toContain(4))
      expect(taken).not.toContain(2)
    })

    test('close lets running jobs end, and add what they must, and takes nothing new', async () => {
      const queue = open()
      let end: () => void = () => {}
      const held = new Promise<void>((resolve) => {
        end = resolve
      })
      const taken = collect(queue, async () => {
        await held
        await queue.add(nudge, ids(3))
      })
      await queue.add(nudge, ids(1, 2))
      const other = open()
      await eventually(async () => expect(await other.waiting(nudge)).toBe(1))

      const closing = queue.close()
      end()
      await closing
      expect(taken).toEqual([1])
      expect(await other.waiting(nudge)).toBe(2)
      await expect(queue.add(nudge, ids(4))).rejects.toMatchObject({ code: 'unavailable' })
    })

    test('close does not wait for ever, for a job or for a server', async () => {
      const queue = open({ closeWithinMs: 100 })
      queue.work(nudge, () => new Promise(() => {}))
      await queue.add(nudge, ids(1))
      await eventually(async () => expect(await queue.waiting(nudge)).toBe(0))
      await link.cut()
      await queue.close()
    })

    test('one worker per kind and process', () => {
      const queue = open()
      collect(queue)
      expect(() => collect(queue)).toThrow(/already has its worker/)
    })

    test('waiting counts what no worker has taken, whatever its priority', async () => {
      const queue = open()
      expect(await queue.waiting(nudge)).toBe(0)
      await queue.add(nudge, [...ids(1, 2), { payload: { id: 3 }, priority: 5 }])
      expect(await queue.waiting(nudge)).toBe(3)
      expect(await queue.waiting(defineJob({ ...nudge, name: 'another' }))).toBe(0)

      const taken = collect(queue)
      await eventually(() => expect(taken).toHaveLength(3))
      expect(await queue.waiting(nudge)).toBe(0)
    })

    test('a lower number runs first, and 0 before all', async () => {
      const queue = open()
      await queue.add(
        nudge,
        [3, 0, 2, 1].map((n) => ({ payload: { id: n }, priority: n })),
      )
      const taken = collect(queue)
      await eventually(() => expect(taken).toEqual([0, 1, 2, 3]))
    })

    test('more jobs than one portion all arrive, each once', async () => {
      const queue = open()
      const many = Array.from({ length: 1_234 }, (_, n) => n)
      const taken: number[] = []
      queue.work({ ...nudge, concurrency: 20 }, async ({ id }) => {
        taken.push(id)
        return undefined
      })
      await queue.add(nudge, ids(...many))
      await eventually(() => expect(taken.toSorted((a, b) => a - b)).toEqual(many))
      expect(errors).toEqual([])
    })

    test('a process runs no more jobs at once than its kind allows', async () => {
      const queue = open()
      let running = 0
      let most = 0
      let done = 0
      queue.work({ ...nudge, concurrency: 4 }, async () => {
        most = Math.max(most, ++running)
        await sleep(20)
        running--
        done++
        return undefined
      })
      await queue.add(nudge, ids(...Array(20).keys()))
      await eventually(() => expect(done).toBe(20))
      expect(most).toBe(4)
    })

    test('what one process adds, another takes at once, each job once', async () => {
      const [one, other, adding] = [open(), open(), open()]
      const taken = [collect(one, () => sleep(5)), collect(other, () => sleep(5))]
      await adding.add(nudge, ids(...Array(40).keys()))
      await eventually(() => expect(taken.flat()).toHaveLength(40))
      expect(new Set(taken.flat()).size).toBe(40)
      expect(taken[0]?.length).toBeGreaterThan(0)
      expect(taken[1]?.length).toBeGreaterThan(0)
    })

    test('queues of different prefixes do not see each other', async () => {
      const [one, other] = [open(), open({ prefix: `${prefix}b` })]
      await one.add(nudge, ids(1))
      expect(await other.waiting(nudge)).toBe(0)
    })
  })
}
