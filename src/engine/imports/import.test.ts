import { readdir } from 'node:fs/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const send = async (url: string, csv: string | Buffer, query: Record<string, string> = {}) => {
  const reply = await app.app.http.inject({
    method: 'POST',
    url,
    query,
    headers: { authorization: `Bearer ${app.key}`, 'content-type': 'text/csv' },
    payload: csv,
  })
  return { status: reply.statusCode, body: reply.json() }
}
const upload = (csv: string | Buffer, query?: Record<string, string>) => send('/v1/contacts/import', csv, query)
const preview = (csv: string | Buffer, query?: Record<string, string>) =>
  send('/v1/contacts/import/preview', csv, query)
const finished = (id: string) =>
  app.eventually(async () => {
    const { body } = await app.get(`/v1/contacts/import/${id}`)
    return body.finishedAt && body
  })
const imported = async (csv: string | Buffer, query?: Record<string, string>) => {
  const { status, body } = await upload(csv, query)
  expect({ status, body }).toMatchObject({ status: 202 })
  return finished(body.id)
}
const contact = async (email: string) =>
  (await app.get(`/v1/contacts?email=${encodeURIComponent(email)}`)).body.items[0]

describe('a file that says nobody is refused, and nothing of it is kept', () => {
  test.each([
    ['nothing', '', {}, 'file'],
    ['names alone', 'email,name\n', {}, 'file'],
    ['no address and no id', 'name,city\nAda,Lyon\n', {}, 'mapping'],
    ['a column there is none of', 'email\na@example.org\n', { mapping: '{"Mail":"email"}' }, 'mapping'],
    ['a place there is none of', 'email\na@example.org\n', { mapping: '{"email":"password"}' }, 'mapping'],
    [
      'two columns for one place',
      'a,b\na@example.org,b@example.org\n',
      { mapping: '{"1":"email","2":"email"}' },
      'mapping',
    ],
    ['an open quote at once', '"email\na@example.org', {}, 'file'],
    ['half a consent', 'email\na@example.org\n', { consentChannels: 'email' }, 'consentWording'],
    ['a mapping that is no JSON', 'email\na@example.org\n', { mapping: 'email' }, 'mapping'],
  ])('%s', async (_, csv, query, path) => {
    const { status, body } = await upload(csv, query as Record<string, string>)
    expect([status, body.errors?.[0]?.path ?? body.code]).toEqual([422, path])
    expect(await app.database.query("select 1 from automation_run where name = 'contacts.import'")).toEqual([])
  })

  test('JSON is no CSV', async () => {
    expect((await app.post('/v1/contacts/import', { rows: [] })).status).toBe(422)
  })
})

test('each row is a contact or is told with its line; formulas are texts; who is there twice is taken once', async () => {
  const file = Buffer.concat([
    Buffer.from(
      'Mail;Nom;Téléphone;Ville\r\nzoe@import.example.org;=HYPERLINK("x");06 39 98 10 01;"Saint-Étienne; Loire"\r\nZOE@import.example.org;Again;;\r\n',
    ),
    Buffer.from('nobody;@cmd;;\r\nphone@import.example.org;;+1+2;\r\n;;06 39 98 10 02;"Two\r\nlines"\r\n'),
    Buffer.from('last@import.example.org;Last;;"open\r\n'),
  ])
  const done = await imported(file, { list: 'From a file' })
  expect(done).toMatchObject({
    status: 'done',
    counts: { created: 2, updated: 0, repeated: 1, refused: 3 },
    segmentId: expect.any(String),
    errors: [
      { line: 4, message: 'has no valid e-mail address' },
      { line: 5, message: 'has no valid phone number' },
      { line: 8, message: expect.stringContaining('quote') },
    ],
  })
  expect(await contact('zoe@import.example.org')).toMatchObject({
    name: '=HYPERLINK("x")',
    phone: '+33639981001',
    attributes: { Ville: 'Saint-Étienne; Loire' },
  })
  expect((await app.get(`/v1/segments/${done.segmentId}`)).body).toMatchObject({ count: 2, name: 'From a file' })
})

test('a file of Windows is read; one of two minds is refused row by row', async () => {
  await imported(Buffer.from('courriel,nom\nwindows@import.example.org,Hélène\n', 'latin1'))
  expect((await contact('windows@import.example.org')).name).toBe('Hélène')
  const mixed = Buffer.concat([
    Buffer.from('email,nom\nutf8@import.example.org,Hélène\n'),
    Buffer.from('latin@import.example.org,H\xe9l\xe8ne\n', 'latin1'),
  ])
  expect(await imported(mixed)).toMatchObject({ counts: { created: 1, refused: 1 }, errors: [{ line: 3 }] })
})

test('what is known of somebody is added to, and what the file does not say stays', async () => {
  await app.post('/v1/contacts', {
    email: 'known@import.example.org',
    externalId: 'known-1',
    name: 'Known',
    attributes: { a: '1' },
  })
  const mapping = JSON.stringify({ Mail: 'email', B: 'attributes.b', C: 'ignore' })
  const done = await imported('Mail,B,C\nknown@import.example.org,2,3\nnew@import.example.org,,\n', { mapping })
  expect(done.counts).toMatchObject({ created: 1, updated: 1 })
  expect(await contact('known@import.example.org')).toMatchObject({
    name: 'Known',
    externalId: 'known-1',
    attributes: { a: '1', b: '2' },
  })
})

test('that somebody agreed is recorded as the file’s word, and no is no', async () => {
  const { body: left } = await app.post('/v1/contacts', { email: 'left@import.example.org' })
  const say = { channel: 'email', source: 'form', wording: 'I agree' }
  await app.post(`/v1/contacts/${left.id}/consents`, { ...say, state: 'granted' })
  await app.post(`/v1/contacts/${left.id}/consents`, { ...say, state: 'withdrawn' })
  const said = { consentChannels: 'email', consentWording: 'Yes, write to me.' }
  await imported('email\nleft@import.example.org\nagreed@import.example.org\n', { ...said, list: 'Agreed' })
  const { id } = await contact('agreed@import.example.org')
  expect((await app.get(`/v1/contacts/${id}/consents`)).body.items).toMatchObject([
    { state: 'granted', source: 'import', wording: 'Yes, write to me.', channel: 'email' },
  ])
  const found = await app.post('/v1/segments/preview', { filter: { all: [{ consent: 'email', is: true }] } })
  expect(found.body.examples.map((one: { id: string }) => one.id)).toEqual([id])
})

test('the beginning of a file shows its columns and what they would be; nothing is kept', async () => {
  const { status, body } = await preview('E-mail,Prénom,Mobile\na@example.org,Ada,0639981003\nnobody,Bob,\n')
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      encoding: 'utf-8',
      hasNames: true,
      columns: [
        { name: 'E-mail', target: 'email', samples: ['a@example.org', 'nobody'] },
        { name: 'Prénom', target: 'attributes.Prénom' },
        { name: 'Mobile', target: 'phone', samples: ['0639981003'] },
      ],
      rows: 2,
      errors: [{ line: 3, message: 'has no valid e-mail address' }],
    },
  })
  expect((await preview('a@example.org\nb@example.org\n')).body).toMatchObject({
    hasNames: false,
    columns: [{ name: '1', target: 'email' }],
    rows: 2,
  })
})

test('a sender who leaves in the middle leaves nothing behind, and the next one is taken', async () => {
  await app.app.http.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.app.http.server.address() as AddressInfo
  const unfinished = () => readdir(join(app.dataFolder, 'files', 'unfinished')).catch(() => [])
  const asked = request({
    port,
    host: '127.0.0.1',
    path: '/v1/contacts/import',
    method: 'POST',
    headers: { authorization: `Bearer ${app.key}`, 'content-type': 'text/csv', 'content-length': 1_000_000 },
  })
  asked.on('error', () => {})
  asked.write('email\nleaves@import.example.org\n')
  await app.eventually(async () => (await unfinished()).length === 1)
  asked.destroy()
  await app.eventually(async () => (await unfinished()).length === 0)
  expect((await imported('email\ncomes@import.example.org\n')).counts).toMatchObject({ created: 1 })
  expect(await contact('leaves@import.example.org')).toBeUndefined()
})

test('an address under another id of yours is somebody else; without an id it is theirs', async () => {
  await imported('externalId,email,name\nfirst-7,shared@import.example.org,First\n')
  const again = await imported(
    'externalId,email,name\nsecond-7,shared@import.example.org,Second\n,shared@import.example.org,Third\n',
  )
  expect(again.counts).toMatchObject({ created: 1, updated: 1 })
  const { items } = (await app.get('/v1/contacts?email=shared@import.example.org')).body
  expect(items.map(({ externalId, name }: Record<string, string>) => [externalId, name]).sort()).toEqual([
    ['first-7', 'Third'],
    ['second-7', 'Second'],
  ])
})

test('a long file goes on where a dead process left it, and is deleted in the end', async () => {
  const rows = Array.from({ length: 2_500 }, (_, n) => `long-${n % 2_400}@import.example.org`)
  const { body } = await upload(`email\n${rows.join('\n')}\n`)
  // Whoever held it died after some steps: another takes it up.
  await app.database.query(
    `update automation_run set attempt = attempt + 1, lease_until = null, offered_at = now() - interval '1 minute' where id = $1 and finished_at is null`,
    [body.id],
  )
  const done = await finished(body.id)
  expect(done.counts.created + done.counts.updated + done.counts.repeated).toBeGreaterThanOrEqual(2_500)
  const [there] = await app.database.query<{ n: number }>(
    "select count(*)::int as n from contact where email like 'long-%'",
  )
  expect(there?.n).toBe(2_400)
})
