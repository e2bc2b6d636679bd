import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
let contactId: string
let token: string
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

beforeEach(async () => {
  contactId = (await app.post('/v1/contacts', { name: 'Feed reader' })).body.id
  token = (await app.post(`/v1/contacts/${contactId}/token`)).body.token
})

const tell = async (subject: string, to = contactId) => {
  const { body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { contactId: to },
    channels: ['in_app'],
    payload: { subject, body: 'Sample body' },
  })
  await app.settled()
  return body.messages[0].id as string
}
const feed = async () => (await app.call('GET', '/v1/in-app', undefined, { key: token })).body
const count = async () => (await app.call('GET', '/v1/in-app/unread-count', undefined, { key: token })).body
const act = (path: string) => app.call('POST', `/v1/in-app/${path}`, undefined, { key: token })

describe('a contact’s feed', () => {
  test('holds what was said, newest first, and counts what is unread', async () => {
    await tell('First')
    await tell('Second')
    expect((await feed()).items.map((item: { title: string }) => item.title)).toEqual(['Second', 'First'])
    expect(await count()).toEqual({ unread: 2, unseen: 2 })
  })

  test('reading an item marks its message read', async () => {
    const id = await tell('Read me')
    expect((await act(`${id}/read`)).body).toMatchObject({ id, readAt: expect.any(String), seenAt: expect.any(String) })
    expect(await count()).toEqual({ unread: 0, unseen: 0 })
    expect((await app.get(`/v1/messages/${id}`)).body.status).toBe('read')
  })

  test('unread brings it back; archive takes it away', async () => {
    const id = await tell('Keep')
    await act(`${id}/read`)
    await act(`${id}/unread`)
    expect(await count()).toEqual({ unread: 1, unseen: 0 })
    await act(`${id}/archive`)
    expect([(await feed()).items, await count()]).toEqual([[], { unread: 0, unseen: 0 }])
  })

  test('all at once', async () => {
    await tell('One')
    await tell('Two')
    expect((await act('seen-all')).body).toEqual({ changed: 2 })
    expect(await count()).toEqual({ unread: 2, unseen: 0 })
    expect((await act('read-all')).body).toEqual({ changed: 2 })
    expect(await count()).toEqual({ unread: 0, unseen: 0 })
  })

  test('is nobody else’s: a token opens its own contact’s and nothing more', async () => {
    const other = (await app.post('/v1/contacts', { name: 'Somebody else' })).body.id
    const theirs = await tell('Private', other)
    expect((await feed()).items).toEqual([])
    expect((await app.call('GET', `/v1/in-app?contactId=${other}`, undefined, { key: token })).body.items).toEqual([])
    expect((await act(`${theirs}/read`)).status).toBe(404)
    expect((await app.call('GET', '/v1/messages', undefined, { key: token })).status).toBe(403)
  })

  test('a token ends when it said it would', async () => {
    app.clock.advance(3_600_001)
    expect((await app.call('GET', '/v1/in-app', undefined, { key: token })).status).toBe(401)
  })
})
