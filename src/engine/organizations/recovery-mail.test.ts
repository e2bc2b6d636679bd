import { describe, expect, test } from 'vitest'
import { SAME_ORIGIN, startTestApp } from '../../../test/app.ts'
import { type PretendServer, startPretendServer } from '../providers/smtp/pretend-server.ts'

describe('whoever runs an organization’s mail server', () => {
  const at = (server: PretendServer) => ({
    host: '127.0.0.1',
    port: server.port,
    from: 'Sample sender <hello@example.com>',
  })
  const account = (server: PretendServer) => ({
    provider: 'smtp',
    channel: 'email',
    name: 'Of our own',
    settings: at(server),
  })
  const SUBJECT = /^Subject: (.*)$/m
  const subjects = ({ mails }: PretendServer) => mails.map((mime) => SUBJECT.exec(mime.toString())?.[1]?.trim())

  test('does not read a link that lets a member in: it goes by the platform’s', async () => {
    const [platform, theirs] = [await startPretendServer(), await startPretendServer()]
    const product = await startTestApp({
      smtp: { ...at(platform), secure: false, user: undefined, password: undefined },
    })
    try {
      expect((await product.post('/v1/providers', account(theirs))).status).toBe(201)
      const email = `somebody@example.org`
      await product.signedIn(email)
      const asked = { key: null, headers: SAME_ORIGIN }
      for (const path of ['/request-password-reset', '/sign-in/magic-link'])
        expect((await product.call('POST', `/api/auth${path}`, { email }, asked)).status).toBe(202)
      const payload = { subject: 'A sample', body: 'Its words.' }
      const usual = { type: 'message.custom', to: { email }, payload, channels: ['email'] }
      expect((await product.post('/v1/notifications', usual)).status).toBe(202)
      await product.eventually(async () => platform.mails.length === 2 && theirs.mails.length === 1)
      expect(subjects(theirs)).toEqual(['A sample'])
    } finally {
      await product.stop()
      await Promise.all([platform.stop(), theirs.stop()])
    }
  })

  test('carries it only where the platform has nothing but the sandbox, which others could look into', async () => {
    const theirs = await startPretendServer()
    const product = await startTestApp()
    try {
      expect((await product.post('/v1/providers', account(theirs))).status).toBe(201)
      const email = `somebody@example.org`
      await product.signedIn(email)
      await product.call('POST', '/api/auth/request-password-reset', { email }, { key: null, headers: SAME_ORIGIN })
      await product.eventually(async () => theirs.mails.length === 1)
      expect((await product.get('/v1/sandbox/messages')).body.items).toEqual([])
    } finally {
      await product.stop()
      await theirs.stop()
    }
  })
})
