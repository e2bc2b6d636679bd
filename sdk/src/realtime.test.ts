import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { createClient, type RealtimeEvent } from './client.ts'

describe('live events', () => {
  type Accepted = { socket: WebSocket; url: string; authorization: string | undefined }

  async function liveServer() {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    const accepted: Accepted[] = []
    server.on('connection', (socket, request) =>
      accepted.push({ socket, url: request.url!, authorization: request.headers.authorization }),
    )
    await once(server, 'listening')
    onTestFinished(() => {
      for (const { socket } of accepted) socket.terminate()
      server.close()
    })
    return { accepted, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
  const frame = (cursor: string): RealtimeEvent => ({
    type: 'notification.created',
    cursor,
    at: '2026-11-20T09:00:00.000Z',
    data: { id: cursor, type: 't', contactId: 'c' },
  })
  const say = (accepted: Accepted | undefined, ...frames: object[]) => {
    for (const one of frames) accepted!.socket.send(JSON.stringify(one))
  }

  test('are told once each, and go on from the last after a break', async () => {
    const { accepted, baseUrl } = await liveServer()
    const heard: string[] = []
    const states: string[] = []
    const live = createClient({ baseUrl, apiKey: 'crl_test' }).connectRealtime({
      onEvent: (event) => heard.push(event.cursor),
      onState: (state) => states.push(state),
    })
    onTestFinished(() => live.close())
    await expect.poll(() => accepted.length).toBe(1)
    expect(accepted[0]).toMatchObject({ url: '/v1/realtime', authorization: 'Bearer crl_test' })
    say(accepted[0], { type: 'ready', cursor: '0' }, frame('1'), frame('2'), frame('2'))
    await expect.poll(() => heard).toEqual(['1', '2'])

    accepted[0]!.socket.terminate()
    await expect.poll(() => accepted.length).toBe(2)
    expect(accepted[1]!.url).toBe('/v1/realtime?cursor=2')
    say(accepted[1], { type: 'ready', cursor: '2' }, frame('1'), frame('2'), frame('3'))
    await expect.poll(() => heard).toEqual(['1', '2', '3'])
    expect(live.cursor).toBe('3')
    expect(states).toEqual(['connecting', 'live', 'connecting', 'live'])
  })

  test('tell of new numbers each time, though nothing else has happened between', async () => {
    const { accepted, baseUrl } = await liveServer()
    const heard: string[] = []
    const live = createClient({ baseUrl, apiKey: 'crl_test' }).connectRealtime({
      onEvent: ({ type, cursor }) => heard.push(`${type} ${cursor}`),
    })
    onTestFinished(() => live.close())
    await expect.poll(() => accepted.length).toBe(1)
    const tick = { type: 'stats.tick', cursor: '1' }
    say(accepted[0], { type: 'ready', cursor: '0' }, frame('1'), tick, tick, frame('2'))
    await expect
      .poll(() => heard)
      .toEqual(['notification.created 1', 'stats.tick 1', 'stats.tick 1', 'notification.created 2'])
  })

  test('go on from a break before the first event: the cursor of the greeting counts', async () => {
    const { accepted, baseUrl } = await liveServer()
    const live = createClient({ baseUrl, apiKey: 'crl_test' }).connectRealtime({ onEvent: () => {} })
    onTestFinished(() => live.close())
    await expect.poll(() => accepted.length).toBe(1)
    say(accepted[0], { type: 'ready', cursor: '7' })
    await expect.poll(() => live.cursor).toBe('7')
    accepted[0]!.socket.terminate()
    await expect.poll(() => accepted.at(-1)!.url).toBe('/v1/realtime?cursor=7')
  })

  test('begin anew, and say so, when the server does not know the cursor', async () => {
    const { accepted, baseUrl } = await liveServer()
    let gaps = 0
    const live = createClient({ baseUrl, token: () => 'a-token' }).connectRealtime({
      cursor: 'old',
      onEvent: () => {},
      onGap: () => gaps++,
    })
    onTestFinished(() => live.close())
    await expect.poll(() => accepted.length).toBe(1)
    expect(accepted[0]!.url).toBe('/v1/realtime?cursor=old&token=a-token')
    accepted[0]!.socket.close(1003, 'no')
    await expect.poll(() => accepted.length).toBe(2)
    expect(accepted[1]!.url).toBe('/v1/realtime?token=a-token')
    expect(gaps).toBe(1)
  })

  test('stop when they are closed, also between two tries', async () => {
    const { accepted, baseUrl } = await liveServer()
    const states: string[] = []
    const live = createClient({ baseUrl, apiKey: 'crl_test' }).connectRealtime({
      onEvent: () => {},
      onState: (state) => states.push(state),
    })
    await expect.poll(() => accepted.length).toBe(1)
    accepted[0]!.socket.terminate()
    await expect.poll(() => states.length).toBe(2)
    live.close()
    live.retryNow()
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(accepted).toHaveLength(1)
  })
})
