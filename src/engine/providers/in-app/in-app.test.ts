import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import type { OutboundInApp } from '../../channels/outbound.ts'
import { createInAppProvider } from './in-app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const connect = (put = app.app.feed.put) => createInAppProvider({ put }).connect({})
const message = (messageId: string, contactId: string): OutboundInApp => ({
  channel: 'in_app',
  messageId,
  organizationId: app.organizationId,
  contactId,
  attempt: 1,
  idempotencyKey: messageId,
  to: contactId,
  content: { title: 'Sample title', body: 'Sample body' },
})
const id = (n: number) => `019a9f00-0000-7000-8000-00000000000${n}`
const contact = async () => (await app.post('/v1/contacts', { name: 'Feed reader' })).body.id as string
const items = async (contactId: string) => (await app.get(`/v1/in-app?contactId=${contactId}`)).body.items

test('a message in the feed is delivered, and handing it over again adds nothing', async () => {
  const contactId = await contact()
  const connection = connect()
  for (let time = 0; time < 2; time++)
    expect(await connection.send(message(id(1), contactId))).toEqual({
      outcome: 'sent',
      providerMessageId: id(1),
      delivered: true,
    })
  expect(await items(contactId)).toHaveLength(1)
})

test('a contact that is gone fails its own message and nobody else’s', async () => {
  const contactId = await contact()
  const connection = connect()
  const [gone, here] = await Promise.all([
    connection.send(message(id(2), id(9))),
    connection.send(message(id(3), contactId)),
  ])
  expect([gone, here.outcome]).toEqual([
    expect.objectContaining({ outcome: 'refused', class: 'permanent', code: 'no_contact' }),
    'sent',
  ])
})

test('a feed that cannot be written is tried again', async () => {
  const connection = connect(() => Promise.reject(Object.assign(new Error('away'), { code: '57P01' })))
  expect(await connection.send(message(id(4), id(9)))).toMatchObject({
    outcome: 'refused',
    class: 'retry',
    code: 'feed',
  })
})

test('closing waits for what is on its way', async () => {
  const contactId = await contact()
  const connection = connect()
  const sending = connection.send(message(id(5), contactId))
  await connection.close()
  expect((await sending).outcome).toBe('sent')
})
