import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { postAsSandbox, SANDBOX_ACCOUNTS } from '../../../test/sandbox-call.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

let n = 0
/** A number nobody has used yet. */
const number = () => `+336399803${String(n++).padStart(2, '0')}`

async function send(phone: string, channel = 'sms') {
  const request = {
    type: 'message.custom',
    to: { phone },
    channels: [channel],
    payload: { subject: 's', body: 'b' },
    allowRepeat: true,
  }
  const { body } = await app.post('/v1/notifications', request)
  await app.settled()
  return body.messages[0] as { id: string; status: string; reason?: string }
}
const contactOf = async (phone: string): Promise<string> =>
  (await app.get(`/v1/contacts?phone=${encodeURIComponent(phone)}`)).body.items[0].id
const consents = async (phone: string) => (await app.get(`/v1/contacts/${await contactOf(phone)}/consents`)).body.items
async function post(call: object, account: string = SANDBOX_ACCOUNTS.sms): Promise<void> {
  expect(await postAsSandbox(app, account, call)).toBe(204)
  await app.eventually(
    async () => (await app.database.query('select 1 from webhook_receipt where processed_at is null')).length === 0,
  )
}
async function write(from: string, text: string, { at = app.clock.now(), ...more }: { at?: Date; id?: string } = {}) {
  await post({ inbound: [{ id: `consent-${n++}`, from, text, kind: 'text', at: at.toISOString(), ...more }] })
}

describe('who writes STOP', () => {
  test('hears no more on that channel, and the log says when, in which words and by what proof', async () => {
    const phone = number()
    await send(phone)
    await write(phone, ' Arrêt. ')
    expect(await send(phone)).toMatchObject({ status: 'suppressed', reason: 'opted_out' })
    expect(await send(phone, 'whatsapp')).toMatchObject({ status: 'queued' })
    const [entry, ...others] = await consents(phone)
    expect(entry).toMatchObject({
      state: 'withdrawn',
      channel: 'sms',
      address: phone,
      source: 'inbound',
      wording: ' Arrêt. ',
    })
    expect(others).toEqual([])
    const [proof] = await app.database.query('select text, consent from inbound_message where id = $1', [
      entry.inboundId,
    ])
    expect(proof).toEqual({ text: ' Arrêt. ', consent: 'stop' })
  })

  test('hears again after START, and after a yes', async () => {
    const phone = number()
    await send(phone)
    await write(phone, 'STOP')
    await write(phone, 'START')
    expect(await send(phone)).toMatchObject({ status: 'queued' })
    await write(phone, 'stop')
    await write(phone, 'Oui !')
    expect(await send(phone)).toMatchObject({ status: 'queued' })
    expect((await consents(phone)).map(({ state }: { state: string }) => state)).toEqual([
      'granted',
      'withdrawn',
      'granted',
      'withdrawn',
    ])
  })

  test('is stopped by the newest word, in whatever order and however often the carrier hands them on', async () => {
    const phone = number()
    await send(phone)
    const [earlier, later] = [new Date(app.clock.now().getTime() - 60_000), app.clock.now()]
    await write(phone, 'START', { at: later, id: 'newest' })
    await write(phone, 'STOP', { at: earlier, id: 'older' })
    await write(phone, 'STOP', { at: earlier, id: 'older' })
    expect(await send(phone)).toMatchObject({ status: 'queued' })
    expect(await consents(phone)).toHaveLength(2)
  })

  test('a yes from somebody who has not said STOP says nothing, nor does STOP in a sentence', async () => {
    const phone = number()
    await send(phone)
    await write(phone, 'OUI')
    await write(phone, 'Ne vous arrêtez pas, stop au feu')
    expect(await consents(phone)).toEqual([])
  })

  test('to one organization still hears the others', async () => {
    const phone = number()
    const other = await app.otherOrganization()
    await send(phone)
    await write(phone, 'STOP')
    const request = { type: 'message.custom', to: { phone }, channels: ['sms'], payload: { subject: 's', body: 'b' } }
    const { body } = await app.call('POST', '/v1/notifications', request, { key: other.key })
    expect(body.messages).toMatchObject([{ status: 'queued' }])
  })
})

describe('START lifts nothing but a STOP', () => {
  test.each([
    ['complaint', 'complaint'],
    ['hard_bounce', 'hard_bounce'],
  ])('a %s stays, whether it came before the STOP or after', async (status, reason) => {
    for (const order of ['before', 'after']) {
      const phone = number()
      const { id } = await send(phone)
      const report = () =>
        post({ reports: [{ id, message: id, reference: id, status, at: app.clock.now().toISOString() }] })
      if (order === 'before') await report()
      await write(phone, 'STOP')
      if (order === 'after') await report()
      await write(phone, 'START')
      expect(await send(phone)).toMatchObject({ status: 'suppressed', reason })
    }
  })
})

test('the phone of the sandbox answers like a carrier’s: STOP, then a photo', async () => {
  const phone = number()
  const other = await app.otherOrganization()
  const refused = await app.post('/v1/sandbox/inbound', { channel: 'sms', from: phone, text: 'STOP' })
  expect([refused.status, refused.body.errors[0].path]).toEqual([422, 'from'])
  await send(phone)
  // Somebody else writes to the same number later; the answer is still to this organization.
  const request = { type: 'message.custom', to: { phone }, channels: ['sms'], payload: { subject: 's', body: 'b' } }
  await app.call('POST', '/v1/notifications', request, { key: other.key })
  await app.settled()
  expect((await app.post('/v1/sandbox/inbound', { channel: 'sms', from: phone, text: 'STOP' })).status).toBe(202)
  await app.eventually(async () => (await consents(phone)).length === 1)
  expect(await send(phone)).toMatchObject({ status: 'suppressed' })
  const photo = {
    channel: 'sms',
    from: phone,
    kind: 'image',
    media: [{ reference: 'photo', contentType: 'image/jpeg' }],
  }
  const { body } = await app.post('/v1/sandbox/inbound', photo)
  const [kept] = await app.eventually(async () => {
    const rows = await app.database.query('select * from inbound_message where event_id = $1', [body.id])
    return rows.length > 0 && rows
  })
  expect(kept).toMatchObject({ kind: 'image', organization_id: app.organizationId, media: [{ reference: 'photo' }] })
})

test('the log cannot be changed, by a request nor by the engine, and another organization’s is not found', async () => {
  for (const role of ['carillon_http', 'carillon_engine'])
    for (const statement of ["update consent_event set state = 'granted'", 'delete from consent_event'])
      await expect(app.database.query(`do $$ begin set local role ${role}; ${statement}; end $$`)).rejects.toThrow(
        'permission denied',
      )
  const phone = number()
  await send(phone)
  const other = await app.otherOrganization()
  const theirs = await app.call('GET', `/v1/contacts/${await contactOf(phone)}/consents`, undefined, { key: other.key })
  expect(theirs.status).toBe(404)
})
