import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runAutomation, runBrief } from '../src/engine/automations/runs.ts'
import { allJobs } from '../src/engine/messages/jobs.ts'
import { startTestApp, type TestApp } from './app.ts'

let app: TestApp
let operator: Record<string, string>
beforeAll(async () => {
  app = await startTestApp({ admins: ['operator@example.com'] })
  operator = await app.signedIn('operator@example.com')
})
afterAll(() => app?.stop())

const board = (method: 'GET' | 'PUT', path: string, headers: Record<string, string>) =>
  app.app.http.inject({ method, url: `/ops/queues${path}`, headers })
const act = async (path: string) => {
  const answer = await board('PUT', path, operator)
  expect([200, 204], path).toContain(answer.statusCode)
}
async function queues(): Promise<{ name: string; displayName: string; counts: Record<string, number> }[]> {
  return (await board('GET', '/api/queues', operator)).json().queues
}
const nameOf = async (job: string) => (await queues()).find(({ displayName }) => displayName === job)!.name

let sent = 0
async function send(count: number): Promise<string[]> {
  const answers = await Promise.all(
    Array.from({ length: count }, () =>
      app.post('/v1/notifications', {
        type: 'message.custom',
        to: { email: `someone${sent++}@example.org` },
        channels: ['email'],
        payload: { subject: 's', body: 'b' },
      }),
    ),
  )
  return answers.map(({ body }) => body.messages[0].id)
}
async function allDelivered(ids: readonly string[]): Promise<void> {
  for (const id of ids)
    await app.eventually(async () => (await app.get(`/v1/messages/${id}`)).body.status === 'delivered')
  const [row] = await app.database.query<{ twice: number }>(
    'select count(*)::int as twice from (select message_id from attempt group by 1 having count(*) > 1) t',
  )
  expect(row?.twice).toBe(0)
}

describe('the board of queues', () => {
  test('is closed to keys and to members, open to operators, who may act from this server’s pages alone', async () => {
    const member = await app.signedIn('owner@example.com')
    expect((await board('GET', '', {})).statusCode).toBe(401)
    expect((await board('GET', '', { authorization: `Bearer ${app.key}` })).statusCode).toBe(403)
    expect((await board('GET', '', member)).statusCode).toBe(403)
    expect((await board('GET', '', operator)).statusCode).toBe(200)
    const elsewhere = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await board('PUT', '/api/queues/pause', { ...operator, ...elsewhere })).statusCode).toBe(403)
  })

  test('shows every kind of job', async () => {
    expect((await queues()).map(({ displayName }) => displayName)).toEqual(
      [...allJobs, runAutomation, runBrief].map(({ name }) => name),
    )
  })
})

describe('whatever is done on the board loses no message', () => {
  async function count(): Promise<number> {
    const { counts } = (await queues()).find(({ displayName }) => displayName === 'deliver-email-urgent')!
    return (counts.waiting ?? 0) + (counts.prioritized ?? 0)
  }
  async function removeEach(name: string): Promise<void> {
    for (const status of ['waiting', 'prioritized']) {
      const answer = await board('GET', `/api/queues?activeQueue=${name}&status=${status}`, operator)
      const jobs = answer.json().queues.flatMap((queue: { jobs: { id: string }[] }) => queue.jobs)
      for (const { id } of jobs) await act(`/api/queues/${name}/${id}/clean`)
    }
  }

  test('pause, and resume much later', async () => {
    const name = await nameOf('deliver-email-urgent')
    await act(`/api/queues/${name}/pause`)
    const ids = await send(120)
    await app.eventually(async () => (await count()) > 0)
    // Past every lease: what the paused queue holds has been taken back meanwhile, and offered again.
    for (let minutes = 0; minutes < 3; minutes++) {
      app.clock.advance(60_000)
      await app.app.dispatcher.sweep()
    }
    await act(`/api/queues/${name}/resume`)
    await allDelivered(ids)
  })

  test.each([
    ['emptied', async (name: string) => act(`/api/queues/${name}/empty`)],
    ['obliterated', async (name: string) => act(`/api/queues/${name}/obliterate`)],
    ['rid of its jobs one by one', removeEach],
  ])('a paused queue is %s', async (_what, deed) => {
    const name = await nameOf('deliver-email-urgent')
    await act(`/api/queues/${name}/pause`)
    const ids = await send(30)
    await app.eventually(async () => (await count()) > 0)
    await deed(name)
    expect(await count()).toBe(0)
    await act(`/api/queues/${name}/resume`)
    await allDelivered(ids)
  })
})
