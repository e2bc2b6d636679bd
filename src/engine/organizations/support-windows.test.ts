import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

const HOUR_MS = 3_600_000

let app: TestApp
let operator: Record<string, string>
beforeAll(async () => {
  app = await startTestApp({ admins: ['operator@example.org'] })
  operator = await app.signedIn('operator@example.org', { role: 'staff' })
})
afterAll(() => app.stop())

const as = (headers: Record<string, string>) => ({ key: null, headers })
const looking = (organizationId: string) => as({ ...operator, 'x-organization-id': organizationId })
const openWindow = (key: string, hours = 24) =>
  app.call('POST', '/v1/support-windows', { hours, reason: 'A message did not arrive' }, { key })

/** An organization with a contact and a message in it. */
async function theirs() {
  const { organizationId, key } = await app.otherOrganization()
  const { body } = await app.call('POST', '/v1/contacts', { email: 'theirs@example.org' }, { key })
  return { organizationId, key, contactId: body.id as string }
}

describe('without a window, those who operate the platform', () => {
  test('see that organizations are there, and how large', async () => {
    const { organizationId, key } = await theirs()
    const { body } = await app.call('GET', '/v1/platform/organizations', undefined, as(operator))
    const one = body.items.find((item: { id: string }) => item.id === organizationId)
    expect(one).toEqual({
      id: organizationId,
      name: 'Another sample organization',
      country: 'FR',
      demo: false,
      createdAt: expect.any(String),
      members: 0,
      sentIn30Days: 0,
      supportUntil: null,
    })
    const owner = await app.signedIn('an-owner@example.org')
    for (const options of [{ key }, as(owner), { key: null }])
      expect((await app.call('GET', '/v1/platform/organizations', undefined, options)).status).toBeGreaterThan(400)
  })

  test('are refused everything in an organization they are no member of', async () => {
    const { organizationId, contactId } = await theirs()
    for (const url of ['/v1/messages', `/v1/contacts/${contactId}`, '/v1/members', '/v1/session']) {
      const { status, body } = await app.call('GET', url, undefined, looking(organizationId))
      expect([url, status, body.detail]).toEqual([url, 403, expect.stringContaining('no support window open')])
    }
    const choice = await app.call('PUT', '/v1/session/organization', { organizationId }, as(operator))
    expect(choice.status).toBe(404)
  })

  test('do not even exist for anybody else', async () => {
    const { organizationId, key } = await theirs()
    await openWindow(key)
    const owner = await app.signedIn('an-owner@example.org')
    const { status } = await app.call(
      'GET',
      '/v1/messages',
      undefined,
      as({ ...owner, 'x-organization-id': organizationId }),
    )
    expect(status).toBe(404)
    expect((await app.call('PUT', '/v1/session/organization', { organizationId }, as(owner))).status).toBe(404)
  })
})

describe('through a window, they', () => {
  test('look, and change nothing', async () => {
    const { organizationId, key, contactId } = await theirs()
    await openWindow(key)
    const look = (url: string) => app.call('GET', url, undefined, looking(organizationId))
    expect((await look(`/v1/contacts/${contactId}`)).body.email).toBe('theirs@example.org')
    expect((await look('/v1/session')).body).toMatchObject({
      role: 'platform_admin',
      organization: { id: organizationId },
      supportUntil: expect.any(String),
    })
    for (const url of ['/v1/api-keys', '/v1/invitations', '/v1/support-windows'])
      expect((await look(url)).status).toBe(403)
    for (const [method, url, body] of [
      ['DELETE', `/v1/contacts/${contactId}`, undefined],
      ['POST', '/v1/contacts', { email: 'x@example.org' }],
      ['POST', '/v1/sms/preview', { text: 'x' }],
      ['POST', '/v1/support-windows', { hours: 72, reason: 'more' }],
    ] as const)
      expect((await app.call(method, url, body, looking(organizationId))).body).toMatchObject({
        status: 403,
        detail: expect.stringContaining('change nothing'),
      })
  })

  test('are written down with each look and each thing refused, for the owner to read', async () => {
    const { organizationId, key, contactId } = await theirs()
    const window = (await openWindow(key)).body.id
    await app.call('GET', `/v1/contacts/${contactId}`, undefined, looking(organizationId))
    await app.call('DELETE', `/v1/contacts/${contactId}`, undefined, looking(organizationId))
    const { items } = (await app.call('GET', '/v1/audit', undefined, { key })).body
    const theirLooks = items.filter((entry: { supportWindowId: string | null }) => entry.supportWindowId === window)
    expect(theirLooks.map((entry: Record<string, unknown>) => [entry.act, entry.outcome, entry.subjects])).toEqual([
      ['contact.removed', 'refused', [contactId]],
      ['contact.read', 'done', [contactId]],
    ])
    expect(theirLooks[0].actor).toMatchObject({ kind: 'platform_admin', name: expect.stringMatching(/./) })
    expect(items.some(({ act }: { act: string }) => act === 'support_window.opened')).toBe(true)
  })

  test('are out when it is closed, and when its time has come', async () => {
    const { organizationId, key } = await theirs()
    const first = await openWindow(key, 2)
    const look = async () => (await app.call('GET', '/v1/messages', undefined, looking(organizationId))).status
    expect(await look()).toBe(200)
    const closed = await app.call('DELETE', `/v1/support-windows/${first.body.id}`, undefined, { key })
    expect([closed.body.open, await look()]).toEqual([false, 403])
    await openWindow(key, 2)
    expect(await look()).toBe(200)
    app.clock.advance(2 * HOUR_MS)
    expect(await look()).toBe(403)
    const { items } = (await app.call('GET', '/v1/support-windows', undefined, { key })).body
    expect(
      items.map(({ open, closedAt }: { open: boolean; closedAt: string | null }) => [open, closedAt !== null]),
    ).toEqual([
      [false, false],
      [false, true],
    ])
  })

  test('may work there as the page does, and are told when the window has ended under them', async () => {
    const { organizationId, key } = await theirs()
    const { body } = await openWindow(key)
    const session = await app.call('GET', '/v1/session', undefined, as(operator))
    expect(session.body.organizations.map(({ id }: { id: string }) => id)).toContain(organizationId)
    await app.call('PUT', '/v1/session/organization', { organizationId }, as(operator))
    expect((await app.call('GET', '/v1/contacts', undefined, as(operator))).body.items).toHaveLength(1)
    await app.call('DELETE', `/v1/support-windows/${body.id}`, undefined, { key })
    const after = await app.call('GET', '/v1/contacts', undefined, as(operator))
    expect([after.status, after.body.detail]).toEqual([403, expect.stringContaining('has ended')])
    expect(
      (await app.call('PUT', '/v1/session/organization', { organizationId: app.organizationId }, as(operator))).status,
    ).toBe(200)
    expect((await app.call('GET', '/v1/contacts', undefined, as(operator))).status).toBe(200)
  })

  test('are back in their own organization once the page has told them so', async () => {
    const { organizationId, key } = await theirs()
    const { body } = await openWindow(key)
    await app.call('PUT', '/v1/session/organization', { organizationId }, as(operator))
    await app.call('DELETE', `/v1/support-windows/${body.id}`, undefined, { key })
    expect((await app.call('GET', '/v1/contacts', undefined, as(operator))).status).toBe(403)
    const session = await app.call('GET', '/v1/session', undefined, as(operator))
    expect([session.body.organization.id, session.body.supportUntil]).toEqual([app.organizationId, null])
    expect((await app.call('GET', '/v1/contacts', undefined, as(operator))).status).toBe(200)
  })
})

describe('a window', () => {
  test('is at most 72 hours, has a reason, and there is one at a time', async () => {
    const { key } = await theirs()
    for (const body of [{ hours: 73, reason: 'x' }, { hours: 0, reason: 'x' }, { hours: 1, reason: ' ' }, { hours: 1 }])
      expect((await app.call('POST', '/v1/support-windows', body, { key })).status).toBe(422)
    const answers = await Promise.all([openWindow(key), openWindow(key), openWindow(key)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  })

  test('of another organization is nobody’s', async () => {
    const { key } = await theirs()
    const { body } = await openWindow(key)
    expect((await app.call('DELETE', `/v1/support-windows/${body.id}`)).status).toBe(404)
    expect((await app.get('/v1/support-windows')).body.items).toEqual([])
  })
})
