import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openTcpLink, type TcpLink } from '../../../test/tcp-link.ts'
import type { Realtime } from './realtime.ts'
import { createRealtime, type RealtimeOptions } from './relay-realtime.ts'

export interface Server {
  readonly backend: RealtimeOptions['backend']
  /** Takes everything away, as FLUSHALL does. */
  wipe(): Promise<void>
  close(): Promise<void>
}

/** What every backend of realtime promises. */
export function realtimeContract(name: string, start: () => Promise<Server>): void {
  describe(`realtime on ${name}`, () => {
    let server: Server
    let link: TcpLink
    let prefix: string
    let errors: Error[]
    let opened: Realtime[]

    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.close())

    beforeEach(async () => {
      link = await openTcpLink(server.backend.url)
      prefix = `t${randomUUID().slice(0, 8)}`
      errors = []
      opened = []
    })
    afterEach(async () => {
      await link.mend()
      await Promise.all(opened.map((realtime) => realtime.close()))
      await link.close()
    })

    /** As another process would open it. */
    function open(options: Partial<RealtimeOptions> = {}): Realtime {
      const backend = { kind: server.backend.kind, url: link.url }
      const realtime = createRealtime({ backend, prefix, onError: (error) => errors.push(error), ...options })
      opened.push(realtime)
      return realtime
    }

    const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 25 })

    /** Subscribes, and waits until the subscription is under way. */
    async function hear(realtime: Realtime, topic: string) {
      const heard: unknown[] = []
      let gaps = 0
      const stop = realtime.subscribe(
        topic,
        (payload) => heard.push(payload),
        () => gaps++,
      )
      await eventually(() => expect(gaps).toBe(1))
      return { heard, stop, gaps: () => gaps }
    }

    test('an outage is told to onError, not to the publisher; afterwards it works again', async () => {
      const [publisher, subscriber] = [open(), open()]
      const { heard } = await hear(subscriber, 'a')
      await link.cut()
      await publisher.publish('a', { lost: true })
      await eventually(() => expect(errors).not.toEqual([]))

      await link.mend()
      await eventually(async () => {
        await publisher.publish('a', { found: true })
        expect(heard).toContainEqual({ found: true })
      })
    })

    test('a server that hangs holds no publisher up for ever', async () => {
      const publisher = open()
      await publisher.publish('a', {})
      link.stall()
      await publisher.publish('a', {})
      expect(errors).not.toEqual([])
    })

    test('opened while the server is gone, it works once it is there', async () => {
      await link.cut()
      const realtime = open()
      const heard: unknown[] = []
      realtime.subscribe('a', (payload) => heard.push(payload))
      await realtime.publish('a', { lost: true })
      await link.mend()
      await eventually(async () => {
        await realtime.publish('a', { n: 1 })
        expect(heard).toContainEqual({ n: 1 })
      })
    })

    test('wiped away, it registers again and says that there was a gap', async () => {
      const realtime = open()
      const { heard, gaps } = await hear(realtime, 'a')
      await server.wipe()
      await eventually(() => expect(gaps()).toBe(2))
      await realtime.publish('a', { n: 1 })
      await eventually(() => expect(heard).toEqual([{ n: 1 }]))
    })

    test('a listener that throws is told to onError and harms no other', async () => {
      const realtime = open()
      realtime.subscribe('a', () => {
        throw new Error('a listener broke')
      })
      const { heard } = await hear(realtime, 'a')
      await realtime.publish('a', { n: 1 })
      await realtime.publish('a', { n: 2 })
      await eventually(() => expect(heard).toHaveLength(2))
      expect(errors.map((error) => error.message)).toEqual(['a listener broke'])
    })

    test.each(['', 'a b', 'a..b', 'a.*', '>', 'a:b', 'é', '.a'])('%j is not a topic', async (topic) => {
      const realtime = open()
      await expect(realtime.publish(topic, {})).rejects.toThrow(RangeError)
      expect(() => realtime.subscribe(topic, () => {})).toThrow(RangeError)
    })

    test('after stopping, nothing more is heard, and others still hear', async () => {
      const [publisher, subscriber] = [open(), open()]
      const [one, other] = [await hear(subscriber, 'a'), await hear(subscriber, 'a')]
      one.stop()
      one.stop()
      await publisher.publish('a', { n: 1 })
      await eventually(() => expect(other.heard).toEqual([{ n: 1 }]))
      expect(one.heard).toEqual([])

      other.stop()
      const again = await hear(subscriber, 'a')
      await publisher.publish('a', { n: 2 })
      await eventually(() => expect(again.heard).toEqual([{ n: 2 }]))
      expect(other.heard).toHaveLength(1)
    })

    test('every process that subscribed hears it, and only its topic', async () => {
      const [publisher, one, other] = [open(), open(), open()]
      const heard = [await hear(one, 'organization.1'), await hear(other, 'organization.1')]
      const elsewhere = await hear(other, 'organization.2')
      await publisher.publish('organization.1', { ids: ['é', '漢'] })
      for (const { heard: list } of heard) await eventually(() => expect(list).toEqual([{ ids: ['é', '漢'] }]))
      expect(elsewhere.heard).toEqual([])
    })

    test('a burst arrives whole, each publication once', async () => {
      const [publisher, subscriber] = [open(), open()]
      const { heard } = await hear(subscriber, 'a')
      await Promise.all(Array.from({ length: 3_000 }, (_, n) => publisher.publish('a', { n })))
      await eventually(() => expect(heard).toHaveLength(3_000))
      expect(new Set(heard.map((payload) => (payload as { n: number }).n)).size).toBe(3_000)
      expect(errors).toEqual([])
    })

    test('installations with different prefixes do not hear each other', async () => {
      const [one, other] = [open(), open({ prefix: `${prefix}b` })]
      const [here, there] = [await hear(one, 'a'), await hear(other, 'a')]
      await one.publish('a', { n: 1 })
      await eventually(() => expect(here.heard).toHaveLength(1))
      expect(there.heard).toEqual([])
    })

    test('close hands over what was published, and is heard of no more', async () => {
      const [publisher, subscriber] = [open(), open()]
      const { heard } = await hear(subscriber, 'a')
      void publisher.publish('a', { n: 1 })
      await publisher.close()
      await publisher.close()
      await publisher.publish('a', { n: 2 })
      await eventually(() => expect(heard).toEqual([{ n: 1 }]))
    })
  })
}
