import { describe, expect, test } from 'vitest'
import { newKey, newOrganization, signInSuite } from '../../../test/sign-in-app.ts'

const { start, query } = signInSuite()

describe('an API key', () => {
  test.each([
    ['no key', {}],
    ['another scheme', { authorization: 'Basic abc' }],
    ['an empty key', { authorization: 'Bearer ' }],
    ['a key that was never made', { authorization: 'Bearer crl_0123456789012345678901234567890123456789' }],
    ['something that is no key', { authorization: 'Bearer crl_’; drop table api_key' }],
    ['half a key', { authorization: 'Bearer crl_' }],
    ['a made-up token', { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' }],
    ['a made-up cookie', { cookie: 'carillon.session_token=abc.def' }],
  ])('is needed: %s is 401', async (_case, headers) => {
    const app = await start()
    const answer = await app.get('/v1/read', headers)
    expect(answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  test('says for which organization, and what it may do', async () => {
    const app = await start()
    const { organization, key } = await newKey(app, ['read'])
    expect((await app.get('/v1/read', app.as(key))).json()).toEqual({
      organizationId: organization.id,
      kind: 'api_key',
      scopes: ['read'],
    })
  })

  test('without the scope is 403, told before the body is looked at', async () => {
    const app = await start()
    const { key } = await newKey(app, ['read'])
    expect((await app.post('/v1/send', { nonsense: true }, app.as(key))).json()).toMatchObject({
      status: 403,
      code: 'forbidden',
      detail: expect.stringContaining('send'),
    })
  })

  test('that is revoked is refused at once', async () => {
    const app = await start()
    const { key, id, organization } = await newKey(app)
    expect((await app.get('/v1/read', app.as(key))).statusCode).toBe(200)
    await app.apiKeys.revoke(organization.id, id)
    expect((await app.get('/v1/read', app.as(key))).json()).toMatchObject({
      status: 401,
      detail: 'This API key was revoked',
    })
  })

  test('that was revoked in another process is refused a tenth of a second later', async () => {
    const app = await start()
    const elsewhere = await start()
    const { key, id, organization } = await newKey(app)
    expect((await elsewhere.get('/v1/read', elsewhere.as(key))).statusCode).toBe(200)
    await app.apiKeys.revoke(organization.id, id)
    elsewhere.clock.advance(100)
    expect((await elsewhere.get('/v1/read', elsewhere.as(key))).statusCode).toBe(401)
  })

  test('that nobody knew a moment ago lets in once it is made', async () => {
    const app = await start()
    const { organization } = await newKey(app)
    const key = 'crl_preset0123456789abcdef'
    expect((await app.get('/v1/read', app.as(key))).statusCode).toBe(401)
    await app.apiKeys.create({ organizationId: organization.id, name: 'k', scopes: ['read'], key })
    expect((await app.get('/v1/read', app.as(key))).statusCode).toBe(200)
  })

  test('that has expired is refused from that moment', async () => {
    const app = await start()
    const { key } = await newKey(app, ['read'], new Date(app.clock.now().getTime() + 60_000))
    expect((await app.get('/v1/read', app.as(key))).statusCode).toBe(200)
    app.clock.advance(60_001)
    expect((await app.get('/v1/read', app.as(key))).json()).toMatchObject({
      status: 401,
      detail: 'This API key has expired',
    })
  })

  test('is stored as a hash only', async () => {
    const app = await start()
    const { key } = await newKey(app)
    const rows = await query('select to_jsonb(k)::text as row from api_key k')
    expect(JSON.stringify(rows)).not.toContain(key.slice(14))
  })

  test('is read once for many requests at once, also when some are not known', async () => {
    const app = await start()
    const { key } = await newKey(app)
    const unknown = 'crl_0123456789012345678901234567890123456789'
    const answers = await Promise.all(
      Array.from({ length: 300 }, (_, i) => app.get('/v1/read', app.as(i % 3 ? key : unknown))),
    )
    expect(answers.filter((answer) => answer.statusCode === 200)).toHaveLength(200)
    expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(100)
  })

  test('remembers its last use, written once a minute', async () => {
    const app = await start()
    const { key } = await newKey(app)
    const lastUsed = async () => {
      await app.apiKeys.close()
      const [row] = await query<{ last_used_at: Date }>('select last_used_at from api_key')
      return row!.last_used_at?.getTime()
    }
    await app.get('/v1/read', app.as(key))
    const first = await lastUsed()
    expect(first).toBeGreaterThan(0)
    app.clock.advance(59_000)
    await app.get('/v1/read', app.as(key))
    expect(await lastUsed()).toBe(first)
    app.clock.advance(2_000)
    await app.get('/v1/read', app.as(key))
    expect(await lastUsed()).toBeGreaterThan(first! + 59_000)
    expect(app.errors).toEqual([])
  })

  test('has a limit of requests, told in headers, that other organizations do not feel', async () => {
    const app = await start({ limit: { perSecond: 1, burst: 3 } })
    const { key } = await newKey(app)
    const other = await newKey(app)
    const answers = [
      await app.get('/v1/read', app.as(key)),
      await app.get('/v1/read', app.as(key)),
      await app.get('/v1/read', app.as(key)),
    ]
    expect(answers.map((answer) => answer.headers['ratelimit-remaining'])).toEqual(['2', '1', '0'])
    const refused = await app.get('/v1/read', app.as(key))
    expect(refused.json()).toMatchObject({ status: 429, code: 'rate_limited' })
    expect(refused.headers).toMatchObject({ 'retry-after': '1', 'ratelimit-limit': '3', 'ratelimit-reset': '1' })
    expect((await app.get('/v1/read', app.as(other.key))).statusCode).toBe(200)
    app.clock.advance(1000)
    expect((await app.get('/v1/read', app.as(key))).statusCode).toBe(200)
  })
})

describe('API keys', () => {
  test('are made, shown once, listed in pages and revoked', async () => {
    const app = await start()
    const { key, organization } = await newKey(app)
    const made = await app.post(
      '/v1/api-keys',
      { name: ' Shop ', scopes: ['send', 'send'], expiresAt: '2030-01-01T00:00:00+01:00' },
      app.as(key),
    )
    expect(made.statusCode).toBe(201)
    expect(made.json()).toMatchObject({
      name: 'Shop',
      scopes: ['send'],
      expiresAt: '2029-12-31T23:00:00.000Z',
      revokedAt: null,
      key: expect.stringMatching(/^crl_/),
    })

    const first = (await app.get('/v1/api-keys?limit=1', app.as(key))).json()
    expect(first.items).toEqual([expect.objectContaining({ id: made.json().id, prefix: made.json().key.slice(0, 12) })])
    expect(first.items[0]).not.toHaveProperty('key')
    const second = (await app.get(`/v1/api-keys?limit=1&cursor=${first.nextCursor}`, app.as(key))).json()
    expect(second).toMatchObject({ items: [{ name: 'Test' }], nextCursor: null })

    const revoked = await app.server.inject({
      method: 'DELETE',
      url: `/v1/api-keys/${made.json().id}`,
      headers: app.as(key),
    })
    expect(revoked.json().revokedAt).toMatch(/Z$/)
    expect((await app.get('/v1/read', app.as(made.json().key))).statusCode).toBe(401)
    expect(organization.id).toBeTruthy()
  })

  test('of another organization do not exist', async () => {
    const app = await start()
    const mine = await newKey(app)
    const theirs = await newKey(app)
    const answer = await app.server.inject({
      method: 'DELETE',
      url: `/v1/api-keys/${theirs.id}`,
      headers: app.as(mine.key),
    })
    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' })
    expect((await app.get('/v1/api-keys', app.as(mine.key))).json().items).toHaveLength(1)
    expect((await app.get('/v1/read', app.as(theirs.key))).statusCode).toBe(200)
  })

  test('cannot be made by a key that may not manage, nor with more than it has', async () => {
    const app = await start()
    const reader = await newKey(app, ['read'])
    expect((await app.post('/v1/api-keys', { name: 'x', scopes: ['read'] }, app.as(reader.key))).statusCode).toBe(403)
    const manager = await newKey(app, ['manage'])
    expect((await app.post('/v1/api-keys', { name: 'x', scopes: ['send'] }, app.as(manager.key))).json()).toMatchObject(
      { code: 'forbidden' },
    )
    expect(await query('select from api_key')).toHaveLength(2)
  })

  test.each([
    'made-up',
    'eyJhIjoxfQ',
    Buffer.from('[1,"api-keys","not an id"]').toString('base64url'),
    Buffer.from('[1,"contacts","01977b3e-0000-7000-8000-000000000001"]').toString('base64url'),
    Buffer.from('[9,"api-keys","01977b3e-0000-7000-8000-000000000001"]').toString('base64url'),
  ])('cannot be listed from the cursor %s', async (cursor) => {
    const app = await start()
    const { key } = await newKey(app)
    expect((await app.get(`/v1/api-keys?cursor=${cursor}`, app.as(key))).json()).toMatchObject({
      status: 400,
      code: 'invalid_cursor',
    })
  })

  test.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'page=2'])(
    'cannot be listed with %s',
    async (query) => {
      const app = await start()
      const { key } = await newKey(app)
      expect((await app.get(`/v1/api-keys?${query}`, app.as(key))).json()).toMatchObject({
        status: 422,
        code: 'validation_failed',
      })
    },
  )

  test('can be preset, and stay one key when preset again', async () => {
    const app = await start()
    const mine = await newOrganization(app)
    const other = await newOrganization(app)
    const preset = { name: 'Demo', scopes: ['read'] as const, key: 'crl_a-preset-key_of-the-demo' }
    const first = await app.apiKeys.create({ ...preset, organizationId: mine.id })
    expect((await app.apiKeys.create({ ...preset, organizationId: mine.id })).id).toBe(first.id)
    expect((await app.get('/v1/read', app.as(preset.key))).json().organizationId).toBe(mine.id)
    await expect(app.apiKeys.create({ ...preset, organizationId: other.id })).rejects.toMatchObject({
      code: 'conflict',
    })
    await expect(app.apiKeys.create({ ...preset, key: 'short', organizationId: other.id })).rejects.toMatchObject({
      code: 'validation_failed',
    })
  })
})
