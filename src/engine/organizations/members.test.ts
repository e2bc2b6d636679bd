import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import type { Role } from './organization.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

type Headers = Record<string, string>
const as = (headers: Headers) => ({ key: null, headers })
let count = 0
/** An organization of its own, so that tests do not meet, with one of each of `roles`. */
async function team(...roles: Role[]) {
  const { organizationId, key } = await app.otherOrganization()
  const people = []
  for (const role of roles) {
    const email = `member${++count}@example.org`
    const headers = await app.signedIn(email, { role, organizationId })
    people.push({ email, headers })
  }
  const { body } = await app.call('GET', '/v1/members', undefined, { key })
  return {
    organizationId,
    key,
    people: people.map(({ email, headers }) => ({
      email,
      headers,
      id: body.items.find((member: { email: string }) => member.email === email).id as string,
    })),
  }
}
const change = (headers: Headers, id: string, body: object) => app.call('PATCH', `/v1/members/${id}`, body, as(headers))
const remove = (headers: Headers, id: string) => app.call('DELETE', `/v1/members/${id}`, undefined, as(headers))

describe('the last owner', () => {
  test('cannot be demoted, shut out or removed', async () => {
    const { people } = await team('owner', 'admin')
    const [owner, admin] = people as [(typeof people)[0], (typeof people)[0]]
    for (const { status, body } of [
      await change(owner.headers, owner.id, { role: 'staff' }),
      await change(owner.headers, owner.id, { disabled: true }),
      await remove(owner.headers, owner.id),
    ])
      expect([status, body.code]).toEqual([409, 'conflict'])
    expect((await remove(admin.headers, owner.id)).status).toBe(403)
    expect((await app.call('GET', '/v1/session', undefined, as(owner.headers))).body.role).toBe('owner')
  })

  test('stays, though the two there are leave at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const { organizationId, people } = await team('owner', 'owner')
      const [first, second] = people as [(typeof people)[0], (typeof people)[0]]
      const answers = await Promise.all([
        change(first.headers, first.id, { role: 'staff' }),
        remove(second.headers, second.id),
        change(first.headers, second.id, { disabled: true }),
      ])
      const left = await app.database.query(
        `select from member where organization_id = $1 and role = 'owner' and disabled_at is null`,
        [organizationId],
      )
      expect([left.length, answers.some(({ status }) => status < 300)]).toEqual([1, true])
    }
  })

  test('is not one who was shut out', async () => {
    const { people } = await team('owner', 'owner')
    const [first, second] = people as [(typeof people)[0], (typeof people)[0]]
    expect((await change(first.headers, second.id, { disabled: true })).status).toBe(200)
    expect((await change(first.headers, first.id, { role: 'admin' })).status).toBe(409)
  })
})

describe('nobody gives or takes what they do not have', () => {
  test('an admin neither makes an owner nor touches one; nor does an API key', async () => {
    const { key, people } = await team('owner', 'admin', 'staff')
    const [owner, admin, staff] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]]
    expect((await change(admin.headers, staff.id, { role: 'owner' })).body).toMatchObject({
      status: 403,
      detail: 'Only an owner makes an owner, or changes one',
    })
    expect((await change(admin.headers, admin.id, { role: 'owner' })).status).toBe(403)
    expect((await app.call('PATCH', `/v1/members/${staff.id}`, { role: 'owner' }, { key })).status).toBe(403)
    expect((await app.call('DELETE', `/v1/members/${owner.id}`, undefined, { key })).status).toBe(403)
    expect((await app.call('POST', '/v1/invitations', { email: 'x@example.org', role: 'owner' }, { key })).status).toBe(
      403,
    )
    expect((await change(admin.headers, staff.id, { role: 'accounting' })).body.role).toBe('accounting')
  })

  test('a manager who may manage members widens neither their own role nor another’s, and leaves stronger ones alone', async () => {
    const { people } = await team('owner', 'admin', 'operations_manager')
    const [owner, admin, manager] = people as [(typeof people)[0], (typeof people)[0], (typeof people)[0]]
    const put = (headers: Headers, role: string, permissions: string[] | null) =>
      app.call('PUT', `/v1/roles/${role}`, { permissions }, as(headers))
    const { body } = await app.call('GET', '/v1/roles', undefined, as(owner.headers))
    const own = body.items.find((item: { role: string }) => item.role === 'operations_manager').permissions
    expect((await put(owner.headers, 'operations_manager', [...own, 'members.manage'])).status).toBe(200)

    expect(
      (await put(manager.headers, 'operations_manager', [...own, 'members.manage', 'data.erase'])).body,
    ).toMatchObject({
      status: 403,
      detail: expect.stringContaining('data.erase'),
    })
    expect((await put(manager.headers, 'staff', ['api_keys.manage'])).status).toBe(403)
    expect((await put(manager.headers, 'admin', [])).status).toBe(403)
    expect((await change(manager.headers, manager.id, { role: 'admin' })).status).toBe(403)
    expect((await remove(manager.headers, admin.id)).status).toBe(403)
    expect((await put(manager.headers, 'staff', ['messages.read'])).body).toMatchObject({
      custom: true,
      permissions: ['messages.read'],
    })
  })

  test('an owner’s role cannot be narrowed', async () => {
    const { people } = await team('owner')
    const answer = await app.call('PUT', '/v1/roles/owner', { permissions: [] }, as(people[0]!.headers))
    expect([answer.status, answer.body.code]).toEqual([409, 'conflict'])
  })

  test('who may make API keys gives only scopes all of which is theirs', async () => {
    const { people } = await team('owner', 'staff')
    const [owner, staff] = people as [(typeof people)[0], (typeof people)[0]]
    const permissions = ['messages.read', 'api_keys.manage']
    await app.call('PUT', '/v1/roles/staff', { permissions }, as(owner.headers))
    const { status } = await app.call('POST', '/v1/api-keys', { name: 'k', scopes: ['manage'] }, as(staff.headers))
    expect(status).toBe(403)
  })
})

describe('what changes counts at once', () => {
  test('a role that is edited while its member is signed in: refused in plain words, then let in again', async () => {
    const { people } = await team('owner', 'staff')
    const [owner, staff] = people as [(typeof people)[0], (typeof people)[0]]
    const look = () => app.call('GET', '/v1/contacts', undefined, as(staff.headers))
    expect((await look()).status).toBe(200)
    await app.call('PUT', '/v1/roles/staff', { permissions: ['messages.read'] }, as(owner.headers))
    expect((await look()).body).toMatchObject({
      status: 403,
      code: 'forbidden',
      detail: 'This needs the permission to see contacts (contacts.read); your role does not have it',
    })
    expect((await app.call('GET', '/v1/session', undefined, as(staff.headers))).body.permissions).toEqual([
      'messages.read',
    ])
    await app.call('PUT', '/v1/roles/staff', { permissions: null }, as(owner.headers))
    expect((await look()).status).toBe(200)
  })

  test('a member who is shut out is out, and in again when let in', async () => {
    const { people } = await team('owner', 'staff')
    const [owner, staff] = people as [(typeof people)[0], (typeof people)[0]]
    expect((await change(owner.headers, staff.id, { disabled: true })).body.disabledAt).not.toBeNull()
    expect((await app.call('GET', '/v1/messages', undefined, as(staff.headers))).status).toBe(401)
    expect(
      await app.database.query('select from auth.session s join member m on m.user_id = s.user_id where m.id = $1', [
        staff.id,
      ]),
    ).toEqual([])
    await change(owner.headers, staff.id, { disabled: false })
    const again = await app.call(
      'POST',
      '/api/auth/sign-in/email',
      { email: staff.email, password: 'correct horse battery' },
      { key: null },
    )
    expect(again.status).toBe(200)
  })

  test('a member who is removed is signed out everywhere; one who works elsewhere too stays there', async () => {
    const here = await team('owner', 'staff')
    const [owner, staff] = here.people as [(typeof here.people)[0], (typeof here.people)[0]]
    const elsewhere = await app.otherOrganization()
    await app.signedIn(staff.email, { role: 'staff', organizationId: elsewhere.organizationId })
    expect((await remove(owner.headers, staff.id)).status).toBe(204)
    const session = await app.call('GET', '/v1/session', undefined, as(staff.headers))
    expect(session.body.organization.id).toBe(elsewhere.organizationId)
    expect(session.body.organizations).toHaveLength(1)

    const { items } = (await app.call('GET', '/v1/members', undefined, { key: elsewhere.key })).body
    await app.call('DELETE', `/v1/members/${items[0].id}`, undefined, { key: elsewhere.key })
    expect((await app.call('GET', '/v1/session', undefined, as(staff.headers))).status).toBe(401)
    expect(
      await app.database.query('select from auth.session s join auth."user" u on u.id = s.user_id where u.email = $1', [
        staff.email,
      ]),
    ).toEqual([])
  })

  test('the live socket of a member who is shut out is closed', async () => {
    const { people } = await team('owner', 'staff')
    const [owner, staff] = people as [(typeof people)[0], (typeof people)[0]]
    await app.app.http.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.app.http.server.address() as AddressInfo
    const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/realtime`, {
      headers: { cookie: staff.headers.cookie!, origin: `http://127.0.0.1:${port}` },
    })
    let closed: number | undefined
    let heard = 0
    socket
      .on('message', () => heard++)
      .on('close', (code) => {
        closed = code
      })
    await app.eventually(async () => heard > 0)
    await change(owner.headers, staff.id, { disabled: true })
    expect(await app.eventually(async () => closed)).toBe(1008)
  })
})

test('a member who may not see messages has their own feed, and nobody else’s', async () => {
  const { key, people } = await team('owner', 'staff')
  const [owner, staff] = people as [(typeof people)[0], (typeof people)[0]]
  await app.call('PUT', '/v1/roles/staff', { permissions: [] }, as(owner.headers))
  const { items } = (await app.call('GET', '/v1/members', undefined, { key })).body
  const own = items.find((member: { id: string }) => member.id === staff.id).contactId
  const other = items.find((member: { id: string }) => member.id === owner.id).contactId
  for (const contactId of [own, other])
    await app.call(
      'POST',
      '/v1/notifications',
      { type: 'message.custom', to: { contactId }, channels: ['in_app'], payload: { subject: contactId, body: 'b' } },
      { key },
    )
  await app.settled()
  for (const query of ['', `?contactId=${other}`]) {
    const feed = await app.call('GET', `/v1/in-app${query}`, undefined, as(staff.headers))
    expect(feed.body.items.map((item: { title: string }) => item.title)).toEqual([own])
  }
})

test('another organization’s members are nobody here', async () => {
  const { people } = await team('owner')
  const other = await team('owner', 'staff')
  const [, staff] = other.people as [(typeof people)[0], (typeof people)[0]]
  const { headers } = people[0]!
  expect((await change(headers, staff.id, { role: 'admin' })).status).toBe(404)
  expect((await remove(headers, staff.id)).status).toBe(404)
  expect((await app.call('GET', '/v1/members', undefined, as(headers))).body.items).toHaveLength(1)
})

test('a request may name another of one’s organizations, and no other', async () => {
  const { people } = await team('owner')
  const [{ headers, email }] = people as [(typeof people)[0]]
  const second = await app.otherOrganization()
  await app.signedIn(email, { role: 'staff', organizationId: second.organizationId })
  const third = await app.otherOrganization()
  const ask = (id: string) => app.call('GET', '/v1/session', undefined, as({ ...headers, 'x-organization-id': id }))
  expect((await ask(second.organizationId)).body).toMatchObject({
    role: 'staff',
    organization: { id: second.organizationId },
  })
  expect((await ask(third.organizationId)).status).toBe(404)
  const withKey = await app.call('GET', '/v1/messages', undefined, {
    key: second.key,
    headers: { 'x-organization-id': third.organizationId },
  })
  expect(withKey.status).toBe(404)
})
