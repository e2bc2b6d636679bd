import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

let n = 0
const mail = () => `suppressed-${++n}@example.org`
const add = (over: object = {}) => app.post('/v1/suppressions', { channel: 'email', address: mail(), ...over })
const list = async (query = '') => (await app.get(`/v1/suppressions${query}`)).body.items
const find = async (address: string) => (await list(`?address=${encodeURIComponent(address)}`))[0]
const lift = (id: string, over: object = {}) =>
  app.call('DELETE', `/v1/suppressions/${id}`, { reason: 'Asked by phone', ...over })
async function send(email: string, over: object = {}) {
  const { body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { email },
    channels: ['email'],
    payload: { subject: 's', body: `b ${++n}` },
    ...over,
  })
  return body
}
async function upload(csv: string | Buffer) {
  const reply = await app.app.http.inject({
    method: 'POST',
    url: '/v1/suppressions/import',
    headers: { authorization: `Bearer ${app.key}`, 'content-type': 'text/csv' },
    payload: csv,
  })
  return { status: reply.statusCode, body: reply.json() }
}
const finished = (id: string) =>
  app.eventually(async () => {
    const { body } = await app.get(`/v1/suppressions/imports/${id}`)
    return body.finishedAt && body
  })

describe('what is not an address, or not ours, is refused', () => {
  test.each([
    [{ address: 'nobody' }, 'address'],
    [{ channel: 'sms', address: 'a@example.org' }, 'address'],
    [{ channel: 'in_app' }, 'channel'],
    [{ reason: 'because' }, 'reason'],
  ])('%j', async (over, path) => {
    const reply = await add(over)
    expect([reply.status, reply.body.errors[0].path]).toEqual([422, path])
  })

  test('another organization’s suppression and import do not exist', async () => {
    const { body } = await add()
    const { key } = await app.otherOrganization()
    expect((await app.call('DELETE', `/v1/suppressions/${body.id}`, { reason: 'Sample' }, { key })).status).toBe(404)
    const { body: run } = await upload(mail())
    expect((await app.call('GET', `/v1/suppressions/imports/${run.id}`, undefined, { key })).status).toBe(404)
    expect((await app.call('GET', '/v1/suppressions', undefined, { key })).body.items).toEqual([])
    await finished(run.id)
  })
})

describe('a suppression added by hand', () => {
  test('refuses what comes and stops what waits', async () => {
    const address = mail()
    const waiting = await send(address, { sendAt: new Date(app.clock.now().getTime() + 3_600_000).toISOString() })
    const { status, body } = await add({ address: ` ${address.toUpperCase()} `, note: 'Asked by phone' })
    expect([status, body]).toEqual([
      201,
      expect.objectContaining({ address, reason: 'manual', note: 'Asked by phone' }),
    ])
    expect((await app.get(`/v1/notifications/${waiting.id}`)).body.messages[0]).toMatchObject({
      status: 'cancelled',
      reason: 'manual',
    })
    expect((await send(address)).messages[0]).toMatchObject({ status: 'suppressed', reason: 'manual' })
  })

  test('is one, however often it is added, with the hardest of its reasons', async () => {
    const address = mail()
    const { body: first } = await add({ address, reason: 'complaint' })
    const { body: again } = await add({ address })
    expect(again).toEqual(first)
    expect(await list(`?address=${address}`)).toHaveLength(1)
  })

  test('is listed newest first, by channel and reason, page by page', async () => {
    const address = '+33639989001'
    await add({ channel: 'whatsapp', address, reason: 'invalid_address' })
    await add({ channel: 'sms', address: '06 39 98 90 01', reason: 'invalid_address' })
    const both = await list('?reason=invalid_address')
    expect(both.map(({ channel }: { channel: string }) => channel)).toEqual(['sms', 'whatsapp'])
    expect(await list('?channel=whatsapp')).toHaveLength(1)
    const { body } = await app.get('/v1/suppressions?limit=1&reason=invalid_address')
    const next = await app.get(`/v1/suppressions?limit=1&reason=invalid_address&cursor=${body.nextCursor}`)
    expect([body.items[0], next.body.items[0], next.body.nextCursor]).toEqual([...both, null])
  })
})

describe('lifting one', () => {
  test('needs a reason, which is kept with who gave it', async () => {
    const { body } = await add()
    expect((await app.call('DELETE', `/v1/suppressions/${body.id}`)).status).toBe(422)
    expect((await lift(body.id)).status).toBe(204)
    expect((await lift(body.id)).status).toBe(404)
    const kept = await app.database.query<Record<string, unknown>>(
      'select reason, why, forced, actor from suppression_lifted where address = $1',
      [body.address],
    )
    expect(kept).toEqual([
      { reason: 'manual', why: 'Asked by phone', forced: false, actor: expect.objectContaining({ kind: 'api_key' }) },
    ])
    expect((await send(body.address)).messages[0].status).toBe('queued')
  })

  test.each(['complaint', 'opted_out'])('a %s goes by force alone', async (reason) => {
    const { body } = await add({ reason })
    expect((await lift(body.id)).body.code).toBe('conflict')
    expect(await find(body.address)).toBeDefined()
    expect((await lift(body.id, { force: true })).status).toBe(204)
    expect(await find(body.address)).toBeUndefined()
  })
})

describe('an import', () => {
  test('takes what it can, and tells each bad row with its line', async () => {
    const [one, two] = [mail(), mail()]
    const file = Buffer.concat([
      Buffer.from(`address;channel;reason\r\n${one};email;hard_bounce\r\n=HYPERLINK("x");email;\r\n`),
      Buffer.from('caf\xe9@example.org;email;\r\n', 'latin1'),
      Buffer.from(
        `${one.toUpperCase()};;\r\n;email;\r\n${two};fax;\r\n${two};email;boredom\r\n${two};;\r\n"06 39 98 90 77";sms;\r\n`,
      ),
    ])
    const { status, body } = await upload(file)
    expect([status, body.status]).toEqual([202, 'waiting'])
    const done = await finished(body.id)
    expect(done).toMatchObject({
      status: 'done',
      counts: { added: 3, known: 0, repeated: 1, refused: 5 },
      progress: { done: 9, total: 9 },
    })
    expect(done.errors).toEqual([
      { line: 3, message: 'has no valid e-mail address' },
      { line: 4, message: expect.stringContaining('UTF-8') },
      { line: 6, message: 'has no address' },
      { line: 7, message: expect.stringContaining('channel') },
      { line: 8, message: expect.stringContaining('reason') },
    ])
    expect(await find('+33639989077')).toMatchObject({ channel: 'sms', reason: 'manual' })
  })

  test('the same again adds nothing, by CSV or as a list', async () => {
    const rows = [mail(), mail()]
    expect((await finished((await upload(rows.join('\n'))).body.id)).counts).toMatchObject({ added: 2 })
    const { body } = await app.post('/v1/suppressions/import', {
      rows: [...rows.map((address) => ({ address })), 'nonsense', null, { address: 7 }],
    })
    const done = await finished(body.id)
    expect(done.counts).toEqual({ added: 0, known: 2, repeated: 0, refused: 3 })
    expect(done.errors.map(({ line }: { line: number }) => line)).toEqual([3, 4, 5])
  })

  test('stops what waits for the addresses in it, for the reason that is given', async () => {
    const address = mail()
    const waiting = await send(address, { sendAt: new Date(app.clock.now().getTime() + 3_600_000).toISOString() })
    await finished((await upload(`address;reason\n${address};complaint`)).body.id)
    expect((await app.get(`/v1/notifications/${waiting.id}`)).body.messages[0]).toMatchObject({
      status: 'cancelled',
      reason: 'complaint',
    })
  })

  test.each([
    ['nothing', ''],
    ['a hundred thousand rows and one', 'a@example.org\n'.repeat(100_001)],
  ])('of %s is refused', async (_, file) => {
    const reply = await upload(file)
    expect([400, 422]).toContain(reply.status)
  })
})

test('an address that is kept as a hash is refused and found, and does not show', async () => {
  const { body } = await add({ reason: 'complaint' })
  const { createFingerprints } = await import('../contacts/fingerprints.ts')
  const { createCrypto } = await import('../../platform/crypto.ts')
  const { TEST_SECRET } = await import('../../../test/app.ts')
  const print = createFingerprints(createCrypto(TEST_SECRET)).of(app.organizationId, 1, body.address)
  await app.database.query('update suppression set address = $2 where id = $1', [body.id, print])
  expect((await send(body.address)).messages[0]).toMatchObject({ status: 'suppressed', reason: 'complaint' })
  expect(await find(body.address)).toMatchObject({ id: body.id, address: null, erased: true })
  const { body: run } = await upload(body.address)
  expect((await finished(run.id)).counts).toMatchObject({ added: 0, known: 1 })
})
