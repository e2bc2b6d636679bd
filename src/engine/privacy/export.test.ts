import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { lines, unzip } from '../../../test/unzip.ts'
import { safeName } from './export.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
let contactId: string
beforeAll(async () => {
  app = await startTestApp()
  contactId = (
    await app.post('/v1/contacts', { name: 'Camille "Exemple"\r\n', email: 'held@example.org', phone: '+33639988001' })
  ).body.id
})
afterAll(() => app.stop())

const begin = (id = contactId) => app.post(`/v1/contacts/${id}/export`)
const finished = (id: string) =>
  app.eventually(async () => {
    const { body } = await app.get(`/v1/contacts/${contactId}/exports/${id}`)
    return body.finishedAt && body
  })
const download = (id: string, key = app.key) =>
  app.app.http.inject({
    url: `/v1/contacts/${contactId}/exports/${id}/download`,
    headers: { authorization: `Bearer ${key}` },
  })

describe('another organization', () => {
  test('can neither ask for it, nor see it, nor fetch it', async () => {
    const { body: run } = await begin()
    await finished(run.id)
    const { key } = await app.otherOrganization()
    expect((await app.call('POST', `/v1/contacts/${contactId}/export`, undefined, { key })).status).toBe(404)
    expect((await app.call('GET', `/v1/contacts/${contactId}/exports/${run.id}`, undefined, { key })).status).toBe(404)
    expect((await download(run.id, key)).statusCode).toBe(404)
    const { body: other } = await app.post('/v1/contacts', { email: 'someone@example.org' })
    expect((await app.get(`/v1/contacts/${other.id}/exports/${run.id}`)).status).toBe(404)
  })
})

test('an export is everything held, in one file whose name nobody chose', async () => {
  await app.post(`/v1/contacts/${contactId}/consents`, { channel: 'email', source: 'paper', wording: 'Yes, please' })
  await app.post('/v1/suppressions', { channel: 'sms', address: '+33639988001' })
  await app.post('/v1/notifications', {
    type: 'message.custom',
    to: { contactId },
    channels: ['email', 'in_app'],
    payload: { subject: 'Held', body: 'What was said' },
    attachments: [
      {
        filename: '../../etc/passwd',
        contentType: 'text/plain',
        content: Buffer.from('as it was sent').toString('base64'),
      },
    ],
  })
  await app.settled()
  const { status, body: asked } = await begin()
  expect(status).toBe(202)
  const run = await finished(asked.id)
  expect(run).toMatchObject({
    status: 'done',
    counts: { messages: 2, files: 1, missing_files: 0 },
    progress: { done: 2, total: 2 },
  })
  const reply = await download(run.id)
  expect(reply.headers).toMatchObject({
    'content-type': 'application/zip',
    'content-disposition': `attachment; filename="contact-${contactId}.zip"`,
    'cache-control': 'no-store',
    'content-length': String(run.bytes),
  })
  const files = unzip(reply.rawPayload)
  expect(JSON.parse(files['contact.json']!.toString())).toMatchObject({ id: contactId, email: 'held@example.org' })
  const messages = lines(files['messages.ndjson'])
  expect(messages.map(({ channel }) => channel)).toEqual(['email', 'in_app'])
  expect(messages[0].content.text).toContain('What was said')
  expect(messages[0].timeline.length).toBeGreaterThan(1)
  expect(lines(files['notifications.ndjson'])[0].payload).toMatchObject({ subject: 'Held' })
  expect(lines(files['consents.ndjson'])[0]).toMatchObject({ wording: 'Yes, please', state: 'granted' })
  expect(lines(files['suppressions.ndjson'])[0]).toMatchObject({ address: '+33639988001' })
  expect(lines(files['in-app.ndjson'])[0]).toMatchObject({ title: 'Held' })
  const name = Object.keys(files).find((one) => one.startsWith('files/'))!
  expect([name.includes('..'), files[name]!.toString()]).toEqual([false, 'as it was sent'])
})

test('its file is gone after seven days', async () => {
  const { body } = await begin()
  const run = await finished(body.id)
  expect(new Date(run.expiresAt).getTime() - new Date(run.finishedAt).getTime()).toBe(7 * DAY_MS)
  const [row] = await app.database.query<{ state: { key: string } }>('select state from automation_run where id = $1', [
    run.id,
  ])
  expect(row!.state.key).toContain('/exports/')
  const { createSweepExports } = await import('./export.ts')
  const { openDatabase } = await import('../../platform/database/database.ts')
  const deleted: string[] = []
  const storage = { put: never, stream: never, delete: async (key: string) => void deleted.push(key) }
  const db = openDatabase({ url: app.database.url })
  const sweep = createSweepExports({ db, clock: app.clock, storage })
  await sweep()
  expect(deleted).toEqual([])
  app.clock.advance(7 * DAY_MS + 1)
  await sweep()
  await db.close()
  expect(deleted).toContain(row!.state.key)
  expect((await download(run.id)).json()).toMatchObject({
    code: 'conflict',
    detail: expect.stringContaining('expired'),
  })
  expect((await app.get(`/v1/contacts/${contactId}/exports/${run.id}`)).body).toMatchObject({
    bytes: null,
    expiresAt: null,
  })
})

const never = () => Promise.reject(new Error('not to be called'))

test.each([
  ['../../etc/passwd', '_._etc_passwd'],
  ['C:\\Windows\\x.exe', 'C__Windows_x.exe'],
  ['a\0b\r\nc.pdf', 'a_b__c.pdf'],
  ['...', 'file'],
  ['Relevé – août.pdf', 'Relevé – août.pdf'],
])('a file called %j is packed as %j', (filename, packed) => {
  expect(safeName(filename)).toBe(packed)
})
