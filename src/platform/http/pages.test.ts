import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { startHttpServer, THING, things } from '../../../test/http-server.ts'
import type { Server } from './server.ts'

describe('the pages', () => {
  const withDashboard = async (publicUrl = 'http://127.0.0.1:3000') => {
    const folder = mkdtempSync(join(tmpdir(), 'carillon-pages-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Dashboard</title>')
    writeFileSync(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')
    writeFileSync(join(folder, 'assets', 'main-abc123.js'), 'export {}')
    return startHttpServer(things, { dashboardFolder: folder, publicUrl })
  }
  const visit = (server: Server, url: string) => server.inject({ url, headers: { accept: 'text/html,*/*' } })

  test('are the dashboard, at any address that is not the API’s', async () => {
    const server = await withDashboard()
    for (const url of ['/', '/messages', '/messages/42?tab=html', '/v1-notes']) {
      const page = await visit(server, url)
      expect(page.statusCode).toBe(200)
      expect(page.body).toContain('<title>Dashboard')
      expect(page.headers['cache-control']).toBe('no-cache')
    }
    const script = await server.inject('/assets/main-abc123.js')
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect((await server.inject('/favicon.svg')).headers['content-type']).toContain('svg')
  })

  test('do not hide a missing thing of the API, a missing file, or a program’s mistake', async () => {
    const server = await withDashboard()
    for (const url of ['/v1/nothing', '/assets/gone-1.js', '/health/nothing', '/openapi.json/x']) {
      expect((await visit(server, url)).json()).toMatchObject({ code: 'not_found' })
    }
    expect((await server.inject({ url: '/messages', headers: { accept: 'application/json' } })).json()).toMatchObject({
      code: 'not_found',
    })
    expect((await visit(server, '/v1/things')).json()).toMatchObject({ code: 'method_not_allowed' })
  })

  test('run scripts from this server only, and work over plain http', async () => {
    const server = await withDashboard()
    for (const url of ['/', '/docs']) {
      const policy = String((await visit(server, url)).headers['content-security-policy'])
      expect(policy).toContain("script-src 'self';")
      expect(policy).not.toContain('upgrade-insecure-requests')
    }
    expect((await visit(server, '/')).headers['strict-transport-security']).toBeUndefined()
    const secure = await withDashboard('https://messages.example.com')
    expect((await visit(secure, '/')).headers['strict-transport-security']).toContain('max-age')
    expect((await secure.inject(`/v1/things/${THING.id}`)).headers['content-security-policy']).toContain(
      "default-src 'none'",
    )
  })

  test('include the API’s documentation, without an inline script and without the network', async () => {
    const server = await startHttpServer(things)
    const page = await visit(server, '/docs')
    const scripts = page.body.match(/<script[^>]*>[^<]*/g) ?? []
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(script).toMatch(/^<script src="\/docs\/static\/[\w-]+\.js"[^>]*>\s*$/)
    for (const [, url] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
      expect((await server.inject(url!)).statusCode).toBe(200)
    }
    expect((await server.inject('/docs/json')).json().info.version).toBe('1.2.3')
  })
})
