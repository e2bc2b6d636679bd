import type { RealtimeEvent } from '@carillon/client'
import { InfiniteQueryObserver, QueryClient, QueryObserver } from '@tanstack/react-query'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLiveCache } from './live-cache.ts'
import type { Pages } from './pages.ts'

interface Row {
  id: string
  status: string
}

let queryClient: QueryClient
let cache: ReturnType<typeof createLiveCache>
const unsubscribe: (() => void)[] = []

beforeEach(() => {
  queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } } })
  cache = createLiveCache(queryClient)
})
afterEach(() => {
  cache.stop()
  for (const end of unsubscribe.splice(0)) end()
  queryClient.clear()
})

/** A list on screen, answered by `answer` each time it is asked for; `asked` counts. */
function showList(queryKey: unknown[], answer: () => Promise<Row[]> | Row[]) {
  const asked = { times: 0 }
  const observer = new InfiniteQueryObserver(queryClient, {
    queryKey,
    queryFn: async () => {
      asked.times += 1
      return { items: await answer(), nextCursor: null as string | null }
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })
  unsubscribe.push(observer.subscribe(() => {}))
  const rows = () => queryClient.getQueryData<Pages<Row>>(queryKey)?.pages.flatMap(({ items }) => items) ?? []
  return { asked, rows }
}

function show(queryKey: unknown[], queryFn: () => Promise<Row> | Row) {
  unsubscribe.push(new QueryObserver(queryClient, { queryKey, queryFn }).subscribe(() => {}))
}

let events = 0
const status = (messageId: string, status: string, at = '2026-11-20T10:00:00.000Z'): RealtimeEvent => ({
  type: 'message.status',
  cursor: String(events++),
  at,
  data: {
    messageId,
    notificationId: `n-${messageId}`,
    contactId: 'c',
    type: 'message.custom',
    channel: 'email',
    status,
  },
})
const created = (type = 'message.custom'): RealtimeEvent => ({
  type: 'notification.created',
  cursor: String(events++),
  at: '2026-11-20T10:00:00.000Z',
  data: { id: 'n', type, contactId: 'c' },
})

/** Lets every answer that needs no waiting arrive. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 20))

test('a status changes on the list without a request', async () => {
  const list = showList(['messages', {}], () => [{ id: 'a', status: 'queued' }])
  await settle()
  cache.apply(status('a', 'sent'))
  expect(list.rows()).toEqual([{ id: 'a', status: 'sent' }])
  expect(list.asked.times).toBe(1)
})

test('an older status that comes late changes nothing', async () => {
  const list = showList(['messages', {}], () => [{ id: 'a', status: 'queued' }])
  await settle()
  cache.apply(status('a', 'delivered', '2026-11-20T10:00:02.000Z'))
  cache.apply(status('a', 'sent', '2026-11-20T10:00:01.000Z'))
  expect(list.rows()[0]?.status).toBe('delivered')
})

test('new messages come on top of every list on screen, once per burst', async () => {
  let rows: Row[] = [{ id: 'a', status: 'sent' }]
  const list = showList(['messages', {}], () => rows)
  await settle()
  rows = [{ id: 'b', status: 'queued' }, ...rows]
  for (let n = 0; n < 100; n++) cache.apply(created())
  await settle()
  expect(list.rows().map(({ id }) => id)).toEqual(['b', 'a'])
  expect(list.asked.times).toBe(2)
})

test('what somebody wrote to us comes on top of the answers of its channel alone', async () => {
  const sms = showList(['answers', 'sms'], () => [])
  const whatsapp = showList(['answers', 'whatsapp'], () => [])
  await settle()
  cache.apply({
    type: 'inbound.received',
    cursor: String(events++),
    at: '2026-11-20T10:00:00.000Z',
    data: { id: 'i', contactId: null, channel: 'sms', kind: 'text' },
  })
  await settle()
  expect([sms.asked.times, whatsapp.asked.times]).toEqual([2, 1])
})

test('a list nobody looks at is asked for when somebody does', async () => {
  const list = showList(['messages', {}], () => [{ id: 'a', status: 'sent' }])
  await settle()
  unsubscribe.splice(0)[0]?.()
  cache.apply(created())
  await settle()
  expect(list.asked.times).toBe(1)
  expect(queryClient.getQueryState(['messages', {}])?.isInvalidated).toBe(true)
})

test('an event that comes while the first answer is under way is not lost', async () => {
  const answers: ((row: Row) => void)[] = []
  show(['message', 'a'], () => new Promise((resolve) => answers.push(resolve)))
  cache.apply(status('a', 'delivered'))
  answers[0]?.({ id: 'a', status: 'queued' })
  await settle()
  expect(answers).toHaveLength(2)
  answers[1]?.({ id: 'a', status: 'delivered' })
  await settle()
  expect(queryClient.getQueryData(['message', 'a'])).toEqual({ id: 'a', status: 'delivered' })
})

test('a failed look at the head leaves the list as it was', async () => {
  let fails = false
  const list = showList(['messages', {}], () => {
    if (fails) throw new Error('gone')
    return [{ id: 'a', status: 'sent' }]
  })
  await settle()
  fails = true
  cache.apply(created())
  await settle()
  expect(list.rows()).toEqual([{ id: 'a', status: 'sent' }])
})

test('events about messages that no page shows ask for nothing', async () => {
  const list = showList(['messages', {}], () => [{ id: 'a', status: 'sent' }])
  await settle()
  for (let n = 0; n < 50; n++) cache.apply(status(`other-${n}`, 'delivered'))
  await settle()
  expect(list.asked.times).toBe(1)
})

test('catching up asks for what may have changed, not for what cannot', async () => {
  const list = showList(['messages', {}], () => [])
  const catalogue = showList(['catalogue'], () => [])
  await settle()
  cache.catchUp()
  await settle()
  expect([list.asked.times, catalogue.asked.times]).toEqual([2, 1])
})

test('a booking is looked at again when it is told of, not with every message', async () => {
  let asked = 0
  show(['booking', 'a'], () => ({ id: 'a', status: String(++asked) }))
  await settle()
  cache.apply(created())
  await settle()
  expect(asked).toBe(1)
  cache.apply(created('mission.accepted'))
  await settle()
  expect(asked).toBe(2)
})

test('numbers on screen are asked for again when they have changed, those of closed pages when they are opened', async () => {
  let asked = 0
  show(['stats', 'overview', 'month'], () => ({ id: 'stats', status: String(++asked) }))
  queryClient.setQueryData(['stats', 'overview', 'today'], {})
  await settle()
  cache.apply({ type: 'stats.tick', cursor: '1' })
  cache.apply({ type: 'stats.tick', cursor: '1' })
  await settle()
  expect(asked).toBe(2)
  expect(queryClient.getQueryState(['stats', 'overview', 'today'])?.isInvalidated).toBe(true)
})
