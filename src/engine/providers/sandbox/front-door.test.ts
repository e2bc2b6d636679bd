import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

async function send(to: object, channel: string, html?: string) {
  const request = {
    type: 'message.custom',
    to,
    channels: [channel],
    payload: { subject: 'Sample', body: 'Sample', ...(html && { html }) },
    allowRepeat: true,
  }
  const { body } = await app.post('/v1/notifications', request)
  return body.messages[0] as { id: string; status: string; reason?: string }
}
const message = async (id: string) => (await app.get(`/v1/messages/${id}`)).body
const reaches = (id: string, status: string) =>
  app.eventually(async () => {
    const found = await message(id)
    return found.status === status && found
  })
/** Time goes by, so that what comes seconds later comes now. */
const passes = async (look: () => Promise<boolean>) =>
  app.eventually(async () => {
    app.clock.advance(1_000)
    return look()
  })
const LINK = '<body><a href="https://shop.example/a">A</a></body>'

describe('a mail', () => {
  test('to clicks@ is followed as by a person, through the link itself', async () => {
    const { id } = await send({ email: 'clicks@example.org' }, 'email', LINK)
    await passes(async () => (await message(id)).status === 'clicked')
  })

  test('to scanner@ is followed by a machine, and stays delivered', async () => {
    const { id } = await send({ email: 'scanner@example.org' }, 'email', LINK)
    await passes(async () =>
      (await message(id)).timeline.some(({ kind }: { kind: string }) => kind === 'clicked_by_machine'),
    )
    const { status, timeline } = await message(id)
    expect(status).toBe('delivered')
    expect(timeline.map(({ kind }: { kind: string }) => kind).slice(0, 3)).toEqual(['accepted', 'sent', 'delivered'])
  })
})

test('an SMS has its cost from the report, in the organization’s own money', async () => {
  const { id } = await send({ phone: '+33639980001' }, 'sms')
  expect((await reaches(id, 'delivered')).cost).toMatchObject({
    parts: 1,
    micros: 45_000,
    currency: 'EUR',
    source: 'reported',
  })
})

describe('what is written on a phone', () => {
  const write = (from: string, text: string, channel = 'sms') =>
    app.post('/v1/sandbox/inbound', { channel, from, text })
  const written = async (query = '') => (await app.get(`/v1/sandbox/inbound?${query}`)).body.items
  const shows = (text: string, query?: string) =>
    app.eventually(async () => (await written(query)).find((one: { text: string }) => one.text === text))

  test('from a number that nothing was sent to is refused', async () => {
    expect(await write('+33639980099', 'Bonjour')).toMatchObject({ status: 422 })
  })

  test('can be read again, newest first, a page at a time, by channel, by nobody else', async () => {
    const phone = '+33639980002'
    await reaches((await send({ phone, name: 'Sample Client' }, 'sms')).id, 'delivered')
    await reaches((await send({ phone }, 'whatsapp')).id, 'read')
    for (const text of ['One', 'Two']) {
      expect(await write(phone, text)).toMatchObject({ status: 202 })
      await shows(text)
    }
    expect(await write(phone, 'Three', 'whatsapp')).toMatchObject({ status: 202 })
    await shows('Three', 'channel=whatsapp')

    const first = (await app.get('/v1/sandbox/inbound?channel=sms&limit=1')).body
    expect(first.items).toMatchObject([
      { channel: 'sms', address: phone, contactName: 'Sample Client', kind: 'text', text: 'Two', consent: null },
    ])
    const second = (await app.get(`/v1/sandbox/inbound?channel=sms&limit=1&cursor=${first.nextCursor}`)).body
    expect(second).toMatchObject({ items: [{ text: 'One' }], nextCursor: null })
    expect((await app.get('/v1/sandbox/inbound?cursor=made-up')).body).toMatchObject({ code: 'invalid_cursor' })

    const { key } = await app.otherOrganization()
    expect((await app.call('GET', '/v1/sandbox/inbound', undefined, { key })).body.items).toEqual([])
  })

  test('STOP is shown as what it is, and holds back the next one; START lifts it', async () => {
    const phone = '+33639980003'
    await reaches((await send({ phone }, 'sms')).id, 'delivered')
    await write(phone, 'Stop')
    expect(await shows('Stop')).toMatchObject({ consent: 'withdrawn' })
    await app.eventually(async () => (await send({ phone }, 'sms')).reason === 'opted_out')
    await write(phone, 'Start')
    expect(await shows('Start')).toMatchObject({ consent: 'granted' })
  })

  test('a yes is consent from somebody who had said no', async () => {
    const phone = '+33639980004'
    await reaches((await send({ phone }, 'sms')).id, 'delivered')
    await write(phone, 'Oui')
    expect(await shows('Oui')).toMatchObject({ consent: null })
    await write(phone, 'Stop !')
    await shows('Stop !')
    await write(phone, 'Oui !')
    await app.eventually(async () => (await shows('Oui !')).consent === 'granted')
  })
})
