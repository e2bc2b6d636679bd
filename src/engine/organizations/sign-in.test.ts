import { describe, expect, onTestFinished, test } from 'vitest'
import {
  newMember,
  newOrganization,
  noLinks,
  PASSWORD,
  PUBLIC_URL,
  SAME_ORIGIN,
  SECRET,
  signInAs,
  signInSuite,
} from '../../../test/sign-in-app.ts'
import { ALL_PERMISSIONS } from './permissions.ts'
import { openSignInPool, signInSetup } from './sign-in.ts'

const { start, query, url } = signInSuite()

describe('a member', () => {
  test('signs in, is known, works, and is unknown after signing out', async () => {
    const app = await start()
    const { organization, email } = await newMember(app)
    const { answer, cookie } = await signInAs(app, ' Owner@Example.com '.trim())
    expect(answer.json()).toMatchObject({ user: { email, name: 'Sample owner' } })
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly/i)
    expect(String(answer.headers['set-cookie'])).toMatch(/SameSite=Lax/i)
    expect(answer.body).not.toContain('token')

    expect((await app.get('/v1/session', { cookie })).json()).toEqual({
      user: { id: answer.json().user.id, name: 'Sample owner', email },
      organization: {
        id: organization.id,
        name: 'Sample',
        locale: 'fr',
        timeZone: 'Europe/Paris',
        brand: { color: '#4263eb' },
        demo: false,
      },
      secondFactor: false,
      role: 'owner',
      permissions: ALL_PERMISSIONS,
      organizations: [{ id: organization.id, name: 'Sample', supportUntil: null }],
      supportUntil: null,
      platformAdmin: false,
    })
    expect((await app.post('/v1/send', { a: 1 }, { cookie, ...SAME_ORIGIN })).json()).toMatchObject({
      kind: 'member',
      organizationId: organization.id,
      scopes: ['send', 'read', 'manage'],
    })
    expect((await app.get('/v1/member', { cookie })).statusCode).toBe(200)

    expect((await app.post('/api/auth/sign-out', {}, { cookie, ...SAME_ORIGIN })).statusCode).toBe(200)
    expect((await app.get('/v1/session', { cookie })).json()).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect((await app.get('/v1/read', { cookie })).statusCode).toBe(401)
  })

  test('of a lesser role sends and reads, and leaves the set-up alone', async () => {
    const app = await start()
    await newMember(app, 'operations_manager')
    const { cookie } = await signInAs(app, 'owner@example.com')
    expect((await app.get('/v1/read', { cookie })).json().scopes).toEqual(['send', 'read'])
    expect((await app.get('/v1/api-keys', { cookie })).json()).toMatchObject({ status: 403 })
  })

  test('is refused alike for a wrong password and an unknown address', async () => {
    const app = await start()
    await newMember(app)
    const wrong = await signInAs(app, 'owner@example.com', 'not the password')
    const unknown = await signInAs(app, 'nobody@example.com', 'not the password')
    expect(wrong.answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(wrong.cookie).toBe('')
    const { requestId: _a, ...first } = wrong.answer.json()
    const { requestId: _b, ...second } = unknown.answer.json()
    expect(first).toEqual(second)
  })

  test('cannot be guessed: after some tries the address waits, and the right password waits as well', async () => {
    const app = await start({ attempts: 4 })
    await newMember(app)
    for (let i = 0; i < 4; i++)
      expect((await signInAs(app, 'owner@example.com', `guess ${i}`)).answer.statusCode).toBe(401)
    const { answer } = await signInAs(app, 'owner@example.com')
    expect(answer.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    app.clock.advance(200_000)
    expect((await signInAs(app, 'owner@example.com')).answer.statusCode).toBe(200)
  })

  test('gets a session of their own, whatever cookie was planted before', async () => {
    const app = await start()
    await newMember(app)
    const planted = await signInAs(app, 'owner@example.com')
    const { cookie } = await signInAs(app, 'owner@example.com', PASSWORD, { ...SAME_ORIGIN, cookie: planted.cookie })
    expect(cookie).not.toBe(planted.cookie)
    expect((await app.get('/v1/session', { cookie })).statusCode).toBe(200)
  })

  test('does not sign up by themselves, nor reach the sign-in library’s other addresses', async () => {
    const app = await start()
    const person = { email: 'new@example.com', password: PASSWORD, name: 'New' }
    expect((await app.post('/api/auth/sign-up/email', person, SAME_ORIGIN)).json()).toMatchObject({
      status: 404,
      code: 'not_found',
    })
    expect((await app.post('/api/auth/update-user', { name: 'x' }, SAME_ORIGIN)).statusCode).toBe(404)
    expect((await app.get('/api/auth/error')).statusCode).toBe(404)
    expect(await query('select from auth."user"')).toEqual([])
  })

  test('changes the password only with the old one; other sessions end', async () => {
    const app = await start()
    await newMember(app)
    const here = await signInAs(app, 'owner@example.com')
    const elsewhere = await signInAs(app, 'owner@example.com')
    const change = (currentPassword: string) =>
      app.post(
        '/api/auth/change-password',
        { currentPassword, newPassword: 'a new long password' },
        { cookie: here.cookie, ...SAME_ORIGIN },
      )
    expect((await change('wrong')).statusCode).toBe(422)
    expect((await change(PASSWORD)).statusCode).toBe(200)
    expect((await app.get('/v1/session', { cookie: elsewhere.cookie })).statusCode).toBe(401)
    expect((await signInAs(app, 'owner@example.com')).answer.statusCode).toBe(401)
    expect((await signInAs(app, 'owner@example.com', 'a new long password')).answer.statusCode).toBe(200)
  })

  test('cannot take a password that is easy to guess; the old one stays, and the refusal says what to do', async () => {
    const app = await start()
    await newMember(app, 'owner', 'camille.exemple@atelier-lumiere.example')
    const { cookie } = await signInAs(app, 'camille.exemple@atelier-lumiere.example')
    for (const [newPassword, why] of [
      ['password123', 'first that somebody would try'],
      ['Azertyuiop1', 'first that somebody would try'],
      ['motdepasse123', 'first that somebody would try'],
      ['aaaaaaaaaaaaaaaa', 'first that somebody would try'],
      ['bonjour2026', 'first that somebody would try'],
      ['camille.exemple@atelier-lumiere.example', 'your name, your address'],
      ['Lumiere2026!', 'your name, your address'],
      ['SampleOwner!', 'your name, your address'],
    ] as const) {
      const refused = await app.post(
        '/api/auth/change-password',
        { currentPassword: PASSWORD, newPassword },
        { cookie, ...SAME_ORIGIN },
      )
      const about = `${newPassword}: ${refused.body}`
      expect(refused.json(), about).toMatchObject({
        status: 422,
        code: 'weak_password',
        errors: [{ path: 'newPassword', message: expect.stringContaining(why) }],
        detail: expect.stringContaining('three or four words'),
      })
    }
    expect((await signInAs(app, 'camille.exemple@atelier-lumiere.example')).answer.statusCode).toBe(200)
  })

  test('cannot try the old password again and again with a session that somebody left open', async () => {
    const app = await start({ attempts: 4 })
    await newMember(app)
    const { cookie } = await signInAs(app, 'owner@example.com')
    const statuses = []
    for (let i = 0; i < 6; i++) {
      const change = { currentPassword: `guess ${i}`, newPassword: 'tuesday lemon ferry' }
      statuses.push((await app.post('/api/auth/change-password', change, { cookie, ...SAME_ORIGIN })).statusCode)
    }
    expect(statuses).toEqual([422, 422, 422, 422, 429, 429])
  })

  test('who left the organization is out, whatever the session says', async () => {
    const app = await start()
    await newMember(app)
    const { cookie } = await signInAs(app, 'owner@example.com')
    await query('delete from member')
    expect((await app.get('/v1/session', { cookie })).statusCode).toBe(401)
    expect((await app.get('/v1/read', { cookie })).statusCode).toBe(401)
  })

  test('of two organizations works in one, and may change to the other but not to a third', async () => {
    const app = await start()
    const first = await newMember(app)
    const second = await newMember(app)
    const third = await newOrganization(app)
    const { cookie } = await signInAs(app, 'owner@example.com')
    const choose = (organizationId: string) =>
      app.server.inject({
        method: 'PUT',
        url: '/v1/session/organization',
        payload: { organizationId },
        headers: { cookie, ...SAME_ORIGIN },
      })
    expect((await app.get('/v1/read', { cookie })).json().organizationId).toBe(first.organization.id)
    expect((await choose(second.organization.id)).json().organization.id).toBe(second.organization.id)
    expect((await app.get('/v1/read', { cookie })).json().organizationId).toBe(second.organization.id)
    expect((await choose(third.id)).statusCode).toBe(404)
  })

  test('is made once, however often: the password stays the first one', async () => {
    const app = await start()
    const { organization, member } = await newMember(app)
    const again = await app.organizations.createMember({
      organizationId: organization.id,
      email: 'OWNER@example.com',
      name: 'Other',
      password: 'another password',
      role: 'staff',
    })
    expect(again).toEqual(member)
    expect((await signInAs(app, 'owner@example.com')).answer.statusCode).toBe(200)
    expect(await query('select from contact')).toHaveLength(1)
  })
})

test('the tables are those the sign-in library asks for', async () => {
  const { getMigrations } = await import('better-auth/db/migration')
  const pool = openSignInPool(url())
  onTestFinished(() => pool.end())
  const plan = await getMigrations(signInSetup(pool, { secret: SECRET, publicUrl: PUBLIC_URL, tell: noLinks }))
  expect(plan).toMatchObject({ toBeCreated: [], toBeAdded: [], toBeAddedIndexes: [], schemaProblems: [] })
})

test('the sign-in role cannot read a message, and the others cannot read a password', async () => {
  const asRole = (role: string, statement: string) =>
    query(`begin; set local role ${role}; ${statement}`).finally(() => query('rollback'))
  await expect(asRole('carillon_auth', 'select * from message')).rejects.toThrow('permission denied')
  await expect(asRole('carillon_http', 'select * from auth.account')).rejects.toThrow('permission denied')
  await expect(asRole('carillon_engine', 'select * from auth.session')).rejects.toThrow('permission denied')
})
