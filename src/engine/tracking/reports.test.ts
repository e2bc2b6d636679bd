import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { postAsSandbox, SANDBOX_ACCOUNTS } from '../../../test/sandbox-call.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ sandbox: { send: 'on demand' } })
})
afterAll(() => app.stop())

interface Row {
  problem: string | null
  processed_at: Date | null
  tries: number
}

let n = 0
async function send(): Promise<string> {
  const { body } = await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { email: `reported${n++}@example.org` },
    channels: ['email'],
    payload: { subject: 's', body: 'b' },
  })
  await app.settled()
  return body.messages[0].id
}
const report = (message: string, status: string, more: object = {}) => ({
  id: crypto.randomUUID(),
  message: crypto.randomUUID(),
  reference: message,
  status,
  at: app.clock.now().toISOString(),
  ...more,
})
const post = async (call: object) => expect(await postAsSandbox(app, SANDBOX_ACCOUNTS.email, call)).toBe(204)
const newest = async () =>
  (
    await app.database.query<Row>('select problem, processed_at, tries from webhook_receipt order by id desc limit 1')
  )[0]!
const done = () => app.eventually(async () => (await newest()).processed_at !== null)
const message = async (id: string) => (await app.get(`/v1/messages/${id}`)).body
const kinds = async (id: string) => (await message(id)).timeline.map(({ kind }: { kind: string }) => kind)

describe('reports of opens and clicks', () => {
  test('are a line each, once, with the link; those of machines are told apart and move nothing', async () => {
    const id = await send()
    const machine = [
      report(id, 'opened', { automatic: true }),
      report(id, 'clicked', { automatic: true, link: 'https://example.org/m' }),
    ]
    await post({ reports: machine })
    await done()
    expect(await message(id)).toMatchObject({ status: 'sent' })
    const all = [report(id, 'opened'), report(id, 'opened'), report(id, 'clicked', { link: 'https://example.org/a' })]
    for (const again of [all, all.toReversed(), machine]) {
      await post({ reports: again })
      await done()
    }
    expect((await kinds(id)).toSorted()).toEqual(
      ['accepted', 'sent', 'opened_by_machine', 'clicked_by_machine', 'opened', 'opened_again', 'clicked'].toSorted(),
    )
    const { timeline, status } = await message(id)
    expect([status, timeline.find(({ kind }: { kind: string }) => kind === 'clicked').detail]).toEqual([
      'clicked',
      { link: 'https://example.org/a' },
    ])
    const [counted] = await app.database.query(
      'select sum(machine_opened)::int as opened, sum(machine_clicked)::int as clicked from stat',
    )
    expect(counted).toEqual({ opened: 1, clicked: 1 })
  })
})

test('a deferral is a line; what it has cost is kept, the highest of all', async () => {
  const id = await send()
  const cost = (micros: number) => ({ cost: { micros, currency: 'EUR' } })
  await post({ reports: [report(id, 'deferred')] })
  await done()
  await post({ reports: [report(id, 'delivered', cost(500))] })
  await done()
  await post({ reports: [report(id, 'delivered', cost(700)), report(id, 'delivered', cost(300))] })
  await done()
  expect(await message(id)).toMatchObject({
    status: 'delivered',
    cost: { micros: 700, currency: 'EUR', source: 'reported' },
  })
  expect((await kinds(id)).toSorted()).toEqual(['accepted', 'deferred', 'delivered', 'sent'])
})

test('a complaint leaves the message where it is, and is told once', async () => {
  const id = await send()
  const complaint = report(id, 'complaint')
  for (const reports of [[report(id, 'clicked')], [complaint], [complaint]]) {
    await post({ reports })
    await done()
  }
  expect(await message(id)).toMatchObject({ status: 'clicked' })
  expect((await kinds(id)).toSorted()).toEqual(['accepted', 'clicked', 'complained', 'sent'])
})

describe('a call that says something we do not know', () => {
  test('is kept with what was strange about it', async () => {
    await post({ reports: [report('01a0b1c2-d3e4-7f00-8000-0123456789ab', 'delivered')], other: ['field novelty'] })
    await done()
    expect((await newest()).problem).toBe(
      '1 reports name messages that this account never sent; not known to this version: field novelty',
    )
  })

  test('is looked at again when it may only have been too early, and applied then', async () => {
    const id = await send()
    const theirs = crypto.randomUUID()
    await post({ reports: [{ ...report(id, 'delivered'), message: theirs, reference: undefined }] })
    await app.eventually(async () => (await newest()).tries === 1)
    expect((await newest()).processed_at).toBeNull()
    await app.database.query('update attempt set provider_message_id = $2 where message_id = $1', [id, theirs])
    app.clock.advance(3_000)
    await app.eventually(async () => (await message(id)).status === 'delivered')
  })

  test('that breaks us holds up no other, and is tried again later', async () => {
    const id = await send()
    // No currency, and nothing that Postgres can keep.
    const broken = { reports: [report(await send(), 'delivered', { cost: { micros: 1, currency: 'E\0R' } })] }
    await Promise.all([post(broken), post({ reports: [report(id, 'delivered')] })])
    await app.eventually(async () => (await message(id)).status === 'delivered')
    const [row] = await app.database.query<Row>(
      'select problem, processed_at, tries from webhook_receipt where processed_at is null',
    )
    expect(row).toMatchObject({ tries: 1, problem: expect.stringContaining('could not be worked through') })
    await app.database.query('delete from webhook_receipt where processed_at is null')
  })
})

test('calls too large to be worked through together are worked through one after the other', async () => {
  const ids = await Promise.all(Array.from({ length: 4 }, send))
  const large = { other: ['x'.repeat(400_000)] }
  await Promise.all(ids.map((id) => post({ reports: [report(id, 'delivered')], ...large })))
  await app.eventually(async () =>
    (await Promise.all(ids.map(message))).every(({ status }: { status: string }) => status === 'delivered'),
  )
  await done()
})

test('calls that were worked through are forgotten after thirty days, others are not', async () => {
  const id = await send()
  await post({ reports: [report(id, 'delivered')] })
  await done()
  await app.database.query(
    `insert into webhook_receipt (id, provider, account_id, headers, query, body, received_at)
     values ('01900000-0000-7000-8000-000000000001', 'gone', '01900000-0000-7000-8000-000000000002', '{}', '{}', '', '2020-01-01')`,
  )
  app.clock.advance(31 * 24 * 3_600_000)
  await app.app.receipts.sweep()
  expect(await app.database.query('select provider from webhook_receipt')).toEqual([{ provider: 'gone' }])
})
