import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { testDatabase } from '../../../test/database.ts'
import { startHttpServer } from '../../../test/http-server.ts'
import { testRedisUrl } from '../../../test/redis.ts'
import { AppError } from '../../errors.ts'
import { queueBoard } from './board.ts'
import { createQueue, type QueueOptions } from './bullmq-queue.ts'
import { prepareQueue } from './postgres-backend.ts'
import { defineJob } from './queue.ts'

const nudge = defineJob({ name: 'nudge', payload: z.object({ id: z.number() }), attempts: 1, concurrency: 5 })
const other = defineJob({ name: 'other', payload: z.object({}), attempts: 1, concurrency: 1 })
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 60_000, interval: 25 })

interface Server {
  readonly backend: QueueOptions['backend']
  close(): Promise<void>
}

/** What the board promises wherever the queues are. */
function boardContract(name: string, start: () => Promise<Server>): void {
  describe(`the board of queues on ${name}`, () => {
    let database: Server
    beforeAll(async () => {
      database = await start()
    })
    afterAll(() => database.close())

    async function open() {
      const acts: string[] = []
      const queue = createQueue({
        backend: database.backend,
        prefix: `t${randomUUID().slice(0, 8)}`,
        onError: () => {},
        log: { info: () => {}, warn: () => {}, error: () => {} },
      })
      onTestFinished(() => queue.close())
      const server = await startHttpServer((server) =>
        server.register(
          queueBoard({
            queue,
            jobs: [nudge, other],
            publicUrl: 'http://127.0.0.1:3000',
            onAct: ({ method, url }) => void acts.push(`${method} ${url}`),
            guard: async (request) => {
              if (request.headers.cookie === undefined) throw new AppError('unauthenticated', 'Sign in')
              if (request.headers.cookie !== 'operator') throw new AppError('forbidden', 'Not you')
            },
          }),
        ),
      )
      const ask = async (method: 'GET' | 'PUT' | 'POST', path: string, headers: Record<string, string> = {}) => {
        const answer = await server.inject({
          method,
          url: `/ops/queues${path}`,
          headers: { cookie: 'operator', ...headers },
        })
        return { status: answer.statusCode, text: answer.body, headers: answer.headers }
      }
      const look = async () => {
        const { queues } = JSON.parse((await ask('GET', '/api/queues')).text)
        return queues as { name: string; displayName: string; isPaused: boolean; counts: Record<string, number> }[]
      }
      return { queue, server, acts, ask, look, name: async () => (await look())[0]!.name }
    }

    test('every address of it is guarded: page, files, what it reads and what it does', async () => {
      const { server } = await open()
      const addresses = [
        ['GET', '/ops/queues'],
        ['GET', '/ops/queues/'],
        ['GET', '/ops/queues/queue/nudge'],
        ['GET', '/ops/queues/static/images/logo.svg'],
        ['GET', '/ops/queues/api/queues'],
        ['PUT', '/ops/queues/api/queues/pause'],
        ['PUT', '/ops/queues/api/queues/nudge/obliterate'],
      ] as const
      for (const [method, url] of addresses) {
        expect((await server.inject({ method, url })).json(), url).toMatchObject({ status: 401 })
        const stranger = await server.inject({ method, url, headers: { cookie: 'member', accept: 'text/html' } })
        expect(stranger.json(), url).toMatchObject({ status: 403, code: 'forbidden' })
      }
    })

    test('somebody signed out who opens the page is sent to sign in, and then back', async () => {
      const { server } = await open()
      const answer = await server.inject({
        url: '/ops/queues/queue/nudge?status=failed',
        headers: { accept: 'text/html' },
      })
      expect([answer.statusCode, answer.headers.location]).toEqual([
        302,
        '/sign-in?next=%2Fops%2Fqueues%2Fqueue%2Fnudge%3Fstatus%3Dfailed',
      ])
    })

    test('the page lets in scripts of this server only, and is not kept by anyone', async () => {
      const { ask } = await open()
      const page = await ask('GET', '', { accept: 'text/html' })
      expect(page.headers['content-type']).toMatch('text/html')
      expect(page.headers['content-security-policy']).toMatch(/script-src 'self';/)
      expect(page.headers['content-security-policy']).not.toMatch(/sandbox/)
      expect(page.text).not.toMatch(/https?:\/\//)
      const script = /src="(static\/js\/main[^"]+)"/.exec(page.text)?.[1]
      const file = await ask('GET', `/${script}`)
      expect([file.status, file.headers['content-type']]).toEqual([200, expect.stringMatching('javascript')])
      expect((await ask('GET', '/static/../../../package.json')).status).toBe(404)
      expect((await ask('GET', '/api/redis/stats')).status).toBe(200)
    })

    test('a failed job is shown with its reason, and runs when it is retried', async () => {
      const { queue, ask, look, name } = await open()
      const ran: number[] = []
      let broken = true
      queue.work(nudge, async ({ id }) => {
        if (broken) throw new Error('the carrier is away')
        ran.push(id)
        return undefined
      })
      await queue.add(nudge, [{ payload: { id: 1 } }, { payload: { id: 2 } }])
      await eventually(async () => expect((await look())[0]?.counts.failed).toBe(2))
      expect((await look()).map(({ displayName }) => displayName)).toEqual(['nudge', 'other'])

      const { queues } = JSON.parse((await ask('GET', `/api/queues?activeQueue=${await name()}&status=failed`)).text)
      const [job] = queues[0].jobs
      expect(job.failedReason).toBe('the carrier is away')
      broken = false
      expect((await ask('PUT', `/api/queues/${await name()}/${job.id}/retry`)).status).toBe(204)
      await eventually(() => expect(ran).toEqual([job.data.id]))
      expect((await ask('PUT', `/api/queues/${await name()}/retry/failed`)).status).toBe(200)
      await eventually(() => expect(ran.toSorted()).toEqual([1, 2]))
    })

    test('a paused queue still counts what waits in it, and goes on when it is resumed', async () => {
      const { queue, ask, look, name } = await open()
      const ran: number[] = []
      queue.work(nudge, async ({ id }) => void ran.push(id))
      expect((await ask('PUT', `/api/queues/${await name()}/pause`)).status).toBe(200)
      await eventually(async () => expect((await look())[0]?.isPaused).toBe(true))
      await queue.add(nudge, [{ payload: { id: 1 } }, { payload: { id: 2 }, priority: 3 }])
      expect(await queue.waiting(nudge)).toBe(2)
      expect((await ask('PUT', `/api/queues/${await name()}/resume`)).status).toBe(200)
      await eventually(() => expect(ran).toEqual([1, 2]))
    })

    test('what was done there is told, and what was refused is not', async () => {
      const { server, acts, ask, name } = await open()
      await server.inject({ method: 'PUT', url: '/ops/queues/api/queues/pause', headers: { cookie: 'member' } })
      await ask('GET', '/api/queues')
      expect(acts).toEqual([])
      const url = `/api/queues/${await name()}/pause`
      await ask('PUT', url)
      expect(acts).toEqual([`PUT /ops/queues${url}`])
    })

    test('what the queue cannot do is refused in our words, and its page’s beside them', async () => {
      const { ask, name, server } = await open()
      const queue = await name()
      for (const path of [`${queue}/clean/nonsense`, `${queue}/clean/1`, `${queue}/retry/nonsense`, 'nobody/pause']) {
        const { status, text, headers } = await ask('PUT', `/api/queues/${path}`)
        if (status < 400) continue
        expect([path, status]).toEqual([path, expect.toSatisfy((it: number) => it < 500)])
        expect(headers['content-type']).toContain('application/problem+json')
        expect(JSON.parse(text)).toMatchObject({ status, code: status === 404 ? 'not_found' : 'bad_request' })
      }
      for (const payload of ['2147483648', '"words"', '[1]', 'true']) {
        const headers = { cookie: 'operator', 'content-type': 'application/json' }
        const url = `/ops/queues/api/queues/${queue}/clean/1`
        const answer = await server.inject({ method: 'PUT', url, headers, payload })
        expect([payload, answer.statusCode]).toEqual([payload, 400])
      }
      expect(JSON.parse((await ask('PUT', '/api/queues/nobody/pause')).text)).toMatchObject({
        code: 'not_found',
        error: { key: 'ERRORS.QUEUE_NOT_FOUND' },
      })
    })

    test('an unknown queue or job is 404, and a request without what it needs does no harm', async () => {
      const { queue, ask, look, name } = await open()
      expect((await ask('GET', '/api/queues/nothing/1')).status).toBe(404)
      expect((await ask('PUT', `/api/queues/${await name()}/404/retry`)).status).toBe(404)
      expect((await ask('PUT', `/api/queues/${await name()}/obliterate`)).status).toBe(400)
      await queue.add(nudge, [{ payload: { id: 1 } }])
      expect((await look())[0]?.counts.waiting).toBe(1)
    })
  })
}

boardContract('Postgres', async () => {
  const database = await testDatabase()
  await prepareQueue(database.url)
  return { backend: { kind: 'postgres', url: database.url }, close: () => database.close() }
})

const redisUrl = testRedisUrl()
if (redisUrl) boardContract('Redis', async () => ({ backend: { kind: 'redis', url: redisUrl }, close: async () => {} }))
