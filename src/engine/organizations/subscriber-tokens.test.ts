import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { newOrganization, signInSuite } from '../../../test/sign-in-app.ts'

const { start } = signInSuite()

describe('a subscriber token', () => {
  const contactId = '01977b3e-0000-7000-8000-00000000000c'

  test('opens one contact’s feed and nothing else', async () => {
    const app = await start()
    const organization = await newOrganization(app)
    const { token } = app.subscriberTokens.issue({ organizationId: organization.id, contactId })
    expect((await app.get('/v1/feed', app.as(token))).json()).toEqual({
      organizationId: organization.id,
      kind: 'contact',
      scopes: [],
      contactId,
    })
    for (const url of ['/v1/read', '/v1/member', '/v1/api-keys']) {
      expect((await app.get(url, app.as(token))).json()).toMatchObject({ status: 403, code: 'forbidden' })
    }
  })

  test('ends after an hour, or a day at most', async () => {
    const app = await start()
    const organizationId = (await newOrganization(app)).id
    const short = app.subscriberTokens.issue({ organizationId, contactId })
    const long = app.subscriberTokens.issue({ organizationId, contactId }, 365 * 24 * 3600)
    app.clock.advance(3600_000)
    expect((await app.get('/v1/feed', app.as(short.token))).statusCode).toBe(401)
    expect((await app.get('/v1/feed', app.as(long.token))).statusCode).toBe(200)
    app.clock.advance(23 * 3600_000)
    expect((await app.get('/v1/feed', app.as(long.token))).statusCode).toBe(401)
  })

  test('changed by one character is nothing', async () => {
    const app = await start()
    const { token } = app.subscriberTokens.issue({ organizationId: (await newOrganization(app)).id, contactId })
    const changed = token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    expect((await app.get('/v1/feed', app.as(changed))).statusCode).toBe(401)
  })

  test('may stand in the address of a live socket, and only there', async () => {
    const app = await start()
    const { token } = app.subscriberTokens.issue({ organizationId: (await newOrganization(app)).id, contactId })
    expect((await app.get(`/v1/feed?token=${token}`)).statusCode).toBe(401)

    const url = (await app.server.listen({ port: 0, host: '127.0.0.1' })).replace('http', 'ws')
    const socket = new WebSocket(`${url}/v1/live?token=${token}`)
    expect(JSON.parse(String((await once(socket, 'message'))[0]))).toMatchObject({ contactId })
    socket.terminate()
  })
})
