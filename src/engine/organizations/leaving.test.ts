import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { createForgetLeavers } from './leaving.ts'
import { createSignIn, type SignIn } from './sign-in.ts'

const DAY_MS = 24 * 3_600_000
let app: TestApp
let db: Database
let signIn: SignIn
beforeAll(async () => {
  app = await startTestApp({ admins: ['operator@example.org'] })
  db = openDatabase({ url: app.database.url })
  signIn = createSignIn({
    databaseUrl: app.database.url,
    secret: 'x'.repeat(32),
    publicUrl: 'http://127.0.0.1:3000',
    tell: async () => {},
    onError: () => {},
  })
})
afterAll(async () => {
  await signIn.close()
  await db.close()
  await app.stop()
})

const users = async () =>
  (await app.database.query<{ email: string }>('select email from auth."user" order by email')).map(
    ({ email }) => email,
  )
const forgetAfter = (days: number) =>
  createForgetLeavers({
    db,
    signIn,
    admins: ['operator@example.org'],
    clock: { ...app.clock, now: () => new Date(app.clock.now().getTime() + days * DAY_MS) },
  })()

test('whoever belongs to no organization is forgotten ninety days later, and so is who was invited and never came', async () => {
  await app.signedIn('stays@example.org')
  await app.signedIn('left@example.org', { role: 'staff' })
  await app.signedIn('back@example.org', { role: 'staff' })
  await signIn.ensureUser({ email: 'operator@example.org', name: 'Operator', password: 'correct horse battery 42' })
  await app.post('/v1/invitations', { email: 'invited@example.org', role: 'staff' })
  const { items } = (await app.get('/v1/members')).body
  for (const email of ['left@example.org', 'back@example.org']) {
    const { id } = items.find((one: { email: string }) => one.email === email)
    expect((await app.call('DELETE', `/v1/members/${id}`)).status).toBe(204)
  }
  const all = await users()
  await forgetAfter(0)
  await forgetAfter(89)
  expect(await users()).toEqual(all)
  expect((await app.get('/v1/invitations')).body.items).toHaveLength(1)

  await app.app.organizations.createMember({
    organizationId: app.organizationId,
    email: 'back@example.org',
    password: 'correct horse battery 42',
    name: 'Back',
    role: 'staff',
  })
  await forgetAfter(91)
  expect(await users()).toEqual(all.filter((email) => email !== 'left@example.org'))
  expect(await app.database.query('select 1 from user_leaving')).toHaveLength(0)
  await forgetAfter(98)
  expect(await app.database.query('select 1 from invitation')).toEqual([])
})
