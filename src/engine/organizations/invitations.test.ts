import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD, SAME_ORIGIN, startTestApp, type TestApp } from '../../../test/app.ts'
import { channelCode } from '../channels/channel.ts'
import type { Role } from './organization.ts'

const DAY_MS = 24 * 3_600_000

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

let count = 0
const newAddress = () => `invited${++count}@example.org`
const nobody = { key: null, headers: SAME_ORIGIN }
const as = (headers: Record<string, string>) => ({ key: null, headers })
const invite = (email: string, role: Role = 'staff', key = app.key) =>
  app.call('POST', '/v1/invitations', { email, role }, { key })
const accept = (
  token: string,
  given: object = { name: 'Sample Colleague', password: PASSWORD },
  options: object = nobody,
) => app.call('POST', '/v1/invitations/accept', { token, ...given }, options)
const open = (token: string) => app.call('POST', '/v1/invitations/open', { token }, nobody)
const signIn = (email: string) => app.call('POST', '/api/auth/sign-in/email', { email, password: PASSWORD }, nobody)

/** The token in the newest mail to an address. */
async function tokenOf(email: string, key = app.key): Promise<string> {
  await app.settled()
  const { items } = (await app.call('GET', '/v1/sandbox/messages', undefined, { key })).body
  const { id } = items.find((mail: { address: string }) => mail.address === email)
  const { text } = (await app.call('GET', `/v1/sandbox/messages/${id}`, undefined, { key })).body
  return /\/invitation#(inv_\w+)/.exec(text)![1]!
}
async function invited(role: Role = 'staff') {
  const email = newAddress()
  const { body } = await invite(email, role)
  return { email, id: body.id as string, token: await tokenOf(email) }
}

describe('an invitation does not let in', () => {
  test('twice, not even at the same moment', async () => {
    const { email, token } = await invited()
    const answers = await Promise.all([accept(token), accept(token), accept(token)])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404])
    const members = await app.database.query(
      'select from member m join contact c on c.id = m.contact_id where c.email = $1',
      [email],
    )
    expect(members).toHaveLength(1)
    expect((await accept(token)).status).toBe(404)
  })

  test('when it has expired, was withdrawn, replaced, or never was; and all of them answer alike', async () => {
    const expired = await invited()
    app.clock.advance(7 * DAY_MS)
    const revoked = await invited()
    expect((await app.call('DELETE', `/v1/invitations/${revoked.id}`)).body.status).toBe('revoked')
    expect((await app.call('DELETE', `/v1/invitations/${revoked.id}`)).status).toBe(200)
    const replaced = await invited()
    await invite(replaced.email)
    const answers = []
    for (const token of [expired.token, revoked.token, replaced.token, 'inv_0000000000000000000000000000000000000000'])
      for (const { status, body } of [await open(token), await accept(token)])
        answers.push([status, body.code, body.detail])
    expect(answers).toEqual(answers.map(() => [404, 'not_found', expect.stringContaining('ask for a new one')]))
    const { items } = (await app.get('/v1/invitations')).body
    const statusOf = ({ id }: { id: string }) => items.find((item: { id: string }) => item.id === id).status
    expect([expired, revoked, replaced].map(statusOf)).toEqual(['expired', 'revoked', 'revoked'])
  })

  test('somebody signed in as another person', async () => {
    const { email, token } = await invited()
    const other = await app.signedIn('somebody-else@example.org')
    const { status, body } = await accept(token, {}, as(other))
    expect([status, body.code, body.detail]).toEqual([409, 'conflict', expect.stringContaining(email)])
    expect((await open(token)).status).toBe(200)
  })

  test('somebody who has a sign-in and is not signed in: the link is not a way around their password', async () => {
    const { organizationId } = await app.otherOrganization()
    const email = newAddress()
    await app.signedIn(email, { role: 'staff', organizationId })
    await invite(email)
    const token = await tokenOf(email)
    expect((await open(token)).body).toMatchObject({ hasSignIn: true })
    expect((await accept(token, { name: 'Other', password: 'another password' })).status).toBe(401)
    expect((await signIn(email)).status).toBe(200)
  })

  test('without a name, or with a password as short as sign-in refuses', async () => {
    const { token } = await invited()
    expect((await accept(token, { password: PASSWORD })).body.errors[0].path).toBe('name')
    expect((await accept(token, { name: 'Sample' })).body.errors[0].path).toBe('password')
    expect((await accept(token, { name: 'Sample', password: 'short' })).body.errors[0].path).toBe('password')
    expect((await open(token)).status).toBe(200)
  })

  test('with a password that is easy to guess: the invitation stays open', async () => {
    const { token } = await invited()
    for (const password of ['password123', 'sample colleague', 'Sample-organization'])
      expect((await accept(token, { name: 'Sample Colleague', password })).body).toMatchObject({
        code: 'weak_password',
        errors: [{ path: 'password' }],
      })
    expect((await open(token)).status).toBe(200)
  })

  test('from another site', async () => {
    const { token } = await invited()
    const evil = { key: null, headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' } }
    expect((await accept(token, undefined, evil)).status).toBe(403)
  })
})

describe('inviting', () => {
  test('tells nothing of whether an address has a sign-in here', async () => {
    const { organizationId } = await app.otherOrganization()
    const known = newAddress()
    await app.signedIn(known, { role: 'staff', organizationId })
    const shape = ({ status, body }: { status: number; body: object }) => [status, Object.keys(body).sort()]
    expect(shape(await invite(known))).toEqual(shape(await invite(newAddress())))
  })

  test('a member is a conflict; what is no address and what may not be written to are refused, and leave nothing', async () => {
    const member = newAddress()
    await app.signedIn(member)
    expect((await invite(member)).status).toBe(409)
    expect((await invite('not an address')).body).toMatchObject({ status: 422, code: 'invalid_address' })
    const bounced = newAddress()
    await app.database.query(
      `insert into suppression (organization_id, channel, address, reason, created_at) values ($1, $2, $3, 'hard_bounce', now())`,
      [app.organizationId, channelCode('email'), bounced],
    )
    expect((await invite(bounced)).body).toMatchObject({ status: 422, code: 'unreachable' })
    expect(await app.database.query('select from invitation where email = any($1)', [[member, bounced]])).toEqual([])
  })

  test('twice at the same moment leaves one that works', async () => {
    const email = newAddress()
    const answers = await Promise.all([invite(email), invite(email), invite(email)])
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true)
    const { items } = (await app.get('/v1/invitations')).body
    expect(
      items.filter((item: { email: string; status: string }) => item.email === email && item.status === 'pending'),
    ).toHaveLength(1)
  })

  test('stores no token, and shows its link to nobody but the invited', async () => {
    const { email, token } = await invited()
    const stored = await app.database.query<{ all: string }>(
      `select coalesce(string_agg(i::text, ''), '') || (select string_agg(n::text, '') from notification n) as all from invitation i`,
    )
    expect(stored[0]!.all).toContain(email)
    expect(stored[0]!.all).not.toContain(token)
    const list = (await app.get('/v1/notifications?type=member.invited')).body.items
    const message = (await app.get(`/v1/messages/${list[0].messages[0].id}`)).body
    expect(list[0].payload.acceptUrl).toBe('••••••')
    expect(message.content.text).toContain('/invitation#exemple')
    expect(JSON.stringify([list, message])).not.toContain(token)
  })

  test('another organization’s invitation is nobody’s here', async () => {
    const other = await app.otherOrganization()
    const { body } = await invite(newAddress(), 'staff', other.key)
    expect((await app.call('DELETE', `/v1/invitations/${body.id}`)).status).toBe(404)
    expect((await app.get('/v1/invitations')).body.items.some((item: { id: string }) => item.id === body.id)).toBe(
      false,
    )
  })
})

describe('accepting', () => {
  test('with a name and a password of one’s own: a sign-in, a member with that role, and a contact', async () => {
    const { email, id, token } = await invited('accounting')
    expect((await open(token)).body).toEqual({
      organization: 'Sample organization',
      email,
      role: 'accounting',
      invitedBy: 'Test key',
      hasSignIn: false,
    })
    const { body } = await accept(token)
    expect(body).toEqual({ organizationId: app.organizationId, memberId: expect.any(String), email })
    const { headers } = await signIn(email)
    const cookie = [headers['set-cookie']].flat().join('; ')
    const session = (await app.call('GET', '/v1/session', undefined, as({ cookie }))).body
    expect([session.role, session.user.name]).toEqual(['accounting', 'Sample Colleague'])
    const contacts = (await app.get(`/v1/contacts?email=${encodeURIComponent(email)}`)).body.items
    expect(contacts.map(({ name }: { name: string }) => name)).toEqual(['Sample Colleague'])
    expect((await app.call('DELETE', `/v1/invitations/${id}`)).body.code).toBe('already_settled')
  })

  test('with the sign-in one has, which then works in the new organization', async () => {
    const { organizationId } = await app.otherOrganization()
    const email = newAddress()
    const headers = await app.signedIn(email, { role: 'owner', organizationId })
    await invite(email, 'lawyer')
    expect((await accept(await tokenOf(email), {}, as(headers))).status).toBe(200)
    const session = (await app.call('GET', '/v1/session', undefined, as(headers))).body
    expect([session.organization.id, session.role, session.organizations.length]).toEqual([
      app.organizationId,
      'lawyer',
      2,
    ])
  })

  test('again after one was removed', async () => {
    const { email, token } = await invited()
    const { body } = await accept(token)
    expect((await app.call('DELETE', `/v1/members/${body.memberId}`)).status).toBe(204)
    await invite(email, 'assistant')
    const { headers } = await signIn(email)
    const cookie = [headers['set-cookie']].flat().join('; ')
    expect((await accept(await tokenOf(email), {}, as({ ...SAME_ORIGIN, cookie }))).status).toBe(200)
    expect((await app.call('GET', '/v1/session', undefined, as({ cookie }))).body.role).toBe('assistant')
  })
})
