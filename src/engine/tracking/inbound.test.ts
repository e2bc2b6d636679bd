import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { postAsSandbox, SANDBOX_ACCOUNTS } from '../../../test/sandbox-call.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

interface Kept {
  organization_id: string | null
  contact_id: string | null
  from_address: string | null
  text: string | null
  kind: string
}

let n = 0
const wrote = (more: object) => ({ id: `in-${n++}`, at: app.clock.now().toISOString(), kind: 'text', ...more })
/** Posts them as the sandbox would, and waits until they were worked through. */
async function arrive(messages: object[], accountId: string = SANDBOX_ACCOUNTS.sms): Promise<void> {
  expect(await postAsSandbox(app, accountId, { inbound: messages })).toBe(204)
  await app.eventually(
    async () => (await app.database.query('select 1 from webhook_receipt where processed_at is null')).length === 0,
  )
}
const kept = (id: string): Promise<Kept[]> =>
  app.database.query<Kept>('select * from inbound_message where event_id = $1', [id])

async function sendTo(phone: string, key = app.key): Promise<string> {
  const { body } = await app.call(
    'POST',
    '/v1/notifications',
    {
      type: 'message.custom',
      to: { phone },
      channels: ['sms'],
      payload: { subject: 's', body: 'Sample' },
      allowRepeat: true,
    },
    { key },
  )
  await app.settled()
  return (await app.call('GET', `/v1/notifications/${body.id}`, undefined, { key })).body.contactId
}

describe('what a person writes to us', () => {
  test('to a shared account is for the organization that wrote to that address last', async () => {
    const other = await app.otherOrganization()
    const contactId = await sendTo('+33639980201')
    const theirs = await sendTo('+33639980201', other.key)
    const message = wrote({ from: '+33639980201', text: 'Bonjour' })
    await arrive([message])
    expect(await kept(message.id)).toMatchObject([{ organization_id: other.organizationId, contact_id: theirs }])

    await sendTo('+33639980201')
    const later = wrote({ from: '+33 6 39 98 02 01', text: 'Merci' })
    await arrive([later])
    expect(await kept(later.id)).toMatchObject([
      { organization_id: app.organizationId, contact_id: contactId, from_address: '+33639980201', text: 'Merci' },
    ])
  })

  test('in answer to a message is for the organization that sent it, whoever wrote since', async () => {
    const other = await app.otherOrganization()
    await sendTo('+33639980202')
    const [{ provider_message_id: answered }] = (await app.database.query<{ provider_message_id: string }>(
      'select provider_message_id from message where address = $1',
      ['+33639980202'],
    )) as [{ provider_message_id: string }]
    await sendTo('+33639980202', other.key)
    const message = wrote({ from: '+33639980202', text: 'Oui', inReplyTo: answered })
    await arrive([message])
    expect(await kept(message.id)).toMatchObject([{ organization_id: app.organizationId }])
  })

  test('from somebody nobody has written to is kept without an organization', async () => {
    const message = wrote({ from: '+33639980203', text: 'Qui êtes-vous ?' })
    await arrive([message])
    expect(await kept(message.id)).toMatchObject([{ organization_id: null, contact_id: null }])
  })

  test('to an organization’s own account is its own, also from a stranger', async () => {
    const account = await app.post('/v1/providers', { provider: 'sandbox', channel: 'sms', name: 'Own' })
    const message = wrote({ from: '+33639980204', text: 'Bonjour' })
    await arrive([message], account.body.id)
    expect(await kept(message.id)).toMatchObject([{ organization_id: app.organizationId, contact_id: null }])
    await app.call('DELETE', `/v1/providers/${account.body.id}`)
  })

  test('is linked by the carrier’s id of the person, once it was seen with a number', async () => {
    const contactId = await sendTo('+33639980205')
    await arrive([wrote({ from: '+33639980205', userId: 'FR.123', text: 'Bonjour' })])
    const [{ account_id: account }] = (await app.database.query<{ account_id: string }>(
      "select account_id from inbound_message where user_id = 'FR.123'",
    )) as [{ account_id: string }]
    expect(account).toBe(SANDBOX_ACCOUNTS.sms)
    const message = wrote({ userId: 'FR.123', text: 'Encore moi' })
    await arrive([message])
    expect(await kept(message.id)).toMatchObject([
      { organization_id: app.organizationId, contact_id: contactId, from_address: null },
    ])
  })

  test('is one message, however often the carrier hands it on', async () => {
    await sendTo('+33639980206')
    const message = wrote({ from: '+33639980206', text: 'Une fois' })
    await arrive([message, message])
    await Promise.all([arrive([message]), arrive([message])])
    expect(await kept(message.id)).toHaveLength(1)
  })

  test('is kept whatever it is made of', async () => {
    await sendTo('+33639980207')
    const odd = [
      wrote({ from: '+33639980207', kind: 'hologram', text: 'NUL \0, half a pair \ud83d, “quotes” \\ {,}' }),
      wrote({ from: '+33639980207', kind: 'image', media: [{ reference: 'm-1', contentType: 'image/jpeg' }] }),
      wrote({ id: 'long-'.padEnd(200, 'x'), from: '36179', text: '' }),
    ]
    await arrive(odd)
    expect(await kept(odd[0]!.id)).toMatchObject([{ kind: 'unknown' }])
    expect(await kept(odd[1]!.id)).toMatchObject([{ kind: 'image', media: [{ reference: 'm-1' }] }])
    expect(await kept(odd[2]!.id)).toMatchObject([{ from_address: '36179' }])
  })

  test('is read with its contact, from whichever of their addresses, and by nobody else', async () => {
    const early = wrote({ from: '+33639980208', text: 'Avant d’être connue' })
    const own = await app.post('/v1/providers', { provider: 'sandbox', channel: 'sms', name: 'Own' })
    await arrive([early], own.body.id)
    await app.call('DELETE', `/v1/providers/${own.body.id}`)
    const contactId = await sendTo('+33639980208')
    await arrive([wrote({ from: '+33639980208', text: 'Après' })])
    await arrive([
      wrote({ from: '+33639980208', kind: 'image', media: [{ reference: 'm-2', contentType: 'image/jpeg' }] }),
    ])
    const read = (query = '') => app.get(`/v1/contacts/${contactId}/inbound${query}`)
    expect((await read()).body.items).toMatchObject([
      { kind: 'image', text: null, files: [{ contentType: 'image/jpeg', filename: null }] },
      { kind: 'text', text: 'Après', channel: 'sms', from: '+33639980208', files: [], consent: null },
      { text: 'Avant d’être connue' },
    ])
    const first = (await read('?limit=2')).body
    expect((await read(`?limit=2&cursor=${first.nextCursor}`)).body).toMatchObject({
      items: [{ text: 'Avant d’être connue' }],
      nextCursor: null,
    })
    const other = await app.otherOrganization()
    expect(await app.call('GET', `/v1/contacts/${contactId}/inbound`, undefined, { key: other.key })).toMatchObject({
      status: 404,
      body: { code: 'not_found' },
    })
  })

  test('is told to live sockets of its organization, and to no other', async () => {
    await app.app.http.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.app.http.server.address() as AddressInfo
    const other = await app.otherOrganization()
    const listen = (key: string) => {
      const frames: { type: string; data?: { contactId?: string } }[] = []
      const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/realtime`, {
        headers: { authorization: `Bearer ${key}` },
      })
      socket.on('message', (data) => frames.push(JSON.parse(String(data)) as { type: string }))
      return { frames, socket }
    }
    const [mine, theirs] = [listen(app.key), listen(other.key)]
    await app.eventually(async () => mine.frames.length > 0 && theirs.frames.length > 0)
    const contactId = await sendTo('+33639980208')
    await arrive([wrote({ from: '+33639980208', text: 'Bonjour' })])
    const frame = await app.eventually(async () =>
      mine.frames.find(({ type, data }) => type === 'inbound.received' && data?.contactId === contactId),
    )
    expect(frame.data).toMatchObject({ contactId, channel: 'sms', kind: 'text' })
    expect(theirs.frames.map(({ type }) => type)).toEqual(['ready'])
    mine.socket.terminate()
    theirs.socket.terminate()
  })
})
