import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestApp, type TestApp } from '../../../test/app.ts'

interface Frame {
  type: string
  cursor: string
  data?: { id?: string; messageId?: string; contactId?: string; status?: string }
}

let app: TestApp
let address: string
beforeAll(async () => {
  app = await startTestApp()
  await app.app.http.listen({ port: 0, host: '127.0.0.1' })
  address = `ws://127.0.0.1:${(app.app.http.server.address() as AddressInfo).port}/v1/realtime`
})
afterAll(() => app.stop())

async function open(query = '', key: string = app.key) {
  const socket = new WebSocket(`${address}?${query}`, { headers: { authorization: `Bearer ${key}` } })
  const frames: Frame[] = []
  let code: number | undefined
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame))
  socket.on('close', (closed) => {
    code = closed
  })
  socket.on('error', () => {})
  await app.eventually(async () => frames.length > 0 || code !== undefined)
  return { frames, close: () => socket.terminate(), code: () => code }
}

const send = async (to: object, channels = ['email']) =>
  (await app.post('/v1/notifications', { type: 'message.custom', to, channels, payload: { subject: 's', body: 'b' } }))
    .body
/** In one order: a carrier's quick report may be written down before our own word that it was sent. */
const statuses = (frames: Frame[], id: string) =>
  frames
    .filter((frame) => frame.data?.messageId === id)
    .map((frame) => String(frame.data?.status))
    .sort()

describe('the live socket', () => {
  test('tells what happens as it happens', async () => {
    const { frames, close } = await open()
    expect(frames[0]).toMatchObject({ type: 'ready', cursor: expect.any(String) })
    const { id, messages } = await send({ email: 'live@example.org' })
    await app.eventually(async () => statuses(frames, messages[0].id).length > 1)
    expect(statuses(frames, messages[0].id)).toEqual(['delivered', 'sent'])
    expect(frames.filter((frame) => frame.type === 'notification.created' && frame.data?.id === id)).toHaveLength(1)
    close()
  })

  test('a client that comes back with its last cursor has missed nothing and hears nothing twice', async () => {
    const first = await open()
    const before = await send({ email: 'resume0@example.org' })
    await app.eventually(async () => statuses(first.frames, before.messages[0].id).includes('delivered'))
    first.close()
    const missed: string[] = []
    for (let n = 1; n <= 12; n++) missed.push((await send({ email: `resume${n}@example.org` })).messages[0].id)
    await app.settled()

    const second = await open(`cursor=${first.frames.at(-1)!.cursor}`)
    await app.eventually(async () => missed.every((id) => statuses(second.frames, id).length > 1))
    for (const id of missed) expect(statuses(second.frames, id)).toEqual(['delivered', 'sent'])
    const all = [...first.frames, ...second.frames]
      .filter((frame) => frame.type !== 'ready')
      .map((frame) => frame.cursor)
    expect(new Set(all).size).toBe(all.length)
    second.close()
  })

  test('another organization hears nothing of it', async () => {
    const other = await app.otherOrganization()
    const theirs = await open('', other.key)
    const ours = await open()
    const { messages } = await send({ email: 'private@example.org' })
    await app.eventually(async () => statuses(ours.frames, messages[0].id).includes('delivered'))
    expect(theirs.frames.filter((frame) => frame.type !== 'ready')).toEqual([])
    theirs.close()
    ours.close()
  })

  test('a subscriber hears of its own contact only', async () => {
    const { body: contact } = await app.post('/v1/contacts', { name: 'Subscriber' })
    const { body: token } = await app.post(`/v1/contacts/${contact.id}/token`)
    const { frames, close } = await open('', token.token)
    await send({ email: 'not-them@example.org' })
    const { messages } = await send({ contactId: contact.id }, ['in_app'])
    await app.eventually(async () => statuses(frames, messages[0].id).includes('delivered'))
    expect(new Set(frames.filter((frame) => frame.data).map((frame) => frame.data!.contactId))).toEqual(
      new Set([contact.id]),
    )
    close()
  })

  test('a made-up cursor and a stranger are refused', async () => {
    expect((await open('cursor=nonsense')).code()).toBe(1003)
    expect((await open('', 'crl_nobodyknowsthiskey')).frames).toEqual([])
  })
})
