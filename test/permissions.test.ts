import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { needOf } from '../src/engine/organizations/need.ts'
import { ROLES } from '../src/engine/organizations/organization.ts'
import { DEFAULT_PERMISSIONS, PERMISSIONS } from '../src/engine/organizations/permissions.ts'
import { registeredRoutes } from '../src/platform/http/openapi.ts'
import { startTestApp, type TestApp } from './app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const NOBODY = '01977b3e-0000-7000-8000-0000000000ff'
const PARAMETERS: Record<string, string> = { ':role': 'staff', ':country': 'FR', ':provider': 'smtp' }
const addressOf = (url: string) => url.replace(/:\w+/g, (name) => PARAMETERS[name] ?? NOBODY)
const routes = () =>
  registeredRoutes(app.app.http).flatMap((route) => {
    const { method, url } = route
    return url.startsWith('/v1/') && typeof method === 'string' && method !== 'HEAD'
      ? [{ method: method as 'GET', url, need: needOf(route) }]
      : []
  })

describe('every route and every role', () => {
  test.each(ROLES)('%s is let in to exactly what the role may do', async (role) => {
    const headers = await app.signedIn(`${role}@example.org`, { role })
    const wrong: string[] = []
    for (const { method, url, need } of routes()) {
      if (need === undefined) throw new Error(`${method} ${url} names nothing`)
      // What a session does to itself is tried elsewhere.
      if (url === '/v1/session/organization') continue
      const body = method === 'GET' ? undefined : { unknownField: true }
      const { status } = await app.call(method, addressOf(url), body, { key: null, headers })
      const mayIn =
        typeof need === 'object'
          ? need.subscriber === true || DEFAULT_PERMISSIONS[role].includes(need.permission)
          : need === 'session' || need === 'anyone'
      if ((status === 403) === mayIn || status === 401 || status === 500) wrong.push(`${method} ${url}: ${status}`)
    }
    expect(wrong).toEqual([])
  })

  test('there is something to walk', () => {
    expect(routes().length).toBeGreaterThan(70)
  })

  test('a route asks of a key the scope of the permission it asks of a member', () => {
    const wrong = routes().filter(
      ({ need }) => typeof need === 'object' && PERMISSIONS[need.permission].scope !== need.scope,
    )
    expect(wrong).toEqual([])
  })
})
