import { expect, test } from 'vitest'
import { type ConfigError, loadConfig } from '../config.ts'

const faults = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    return (error as ConfigError).faults
  }
}
const IMAP = 'imaps://returns%40shop.test:canary%2Fpassword@mail.shop.test/Bounces'

test('no mail is taken in unless it is asked for', () => {
  expect(loadConfig({ SMTP_HOST: 'mail.shop.test' })).toMatchObject({ bounceListener: undefined, bounceBox: undefined })
})

test('the platform’s mail servers are told where bounces come back to', () => {
  const servers = { SMTP_HOST: 'a.shop.test', SMTP_BACKUP_HOST: 'b.shop.test' }
  const at = { bounceDomain: 'bounces.shop.test' }
  const config = loadConfig({ ...servers, BOUNCE_DOMAIN: 'bounces.shop.test' })
  expect([config.smtp, config.smtpBackup]).toEqual([expect.objectContaining(at), expect.objectContaining(at)])
  expect(loadConfig({ ...servers, BOUNCE_ADDRESS: 'returns@shop.test' }).smtp).toMatchObject({
    bounceAddress: 'returns@shop.test',
  })
})

test('a listener and a mailbox are read from their settings', () => {
  const config = loadConfig({ BOUNCE_SMTP_PORT: '2525', BOUNCE_IMAP_URL: IMAP, BOUNCE_IMAP_DONE: 'Done' })
  expect(config.bounceListener).toEqual({ host: '0.0.0.0', port: 2525, tls: undefined })
  expect(config.bounceBox).toEqual({
    host: 'mail.shop.test',
    port: 993,
    secure: true,
    user: 'returns@shop.test',
    password: 'canary/password',
    folder: 'Bounces',
    doneFolder: 'Done',
  })
})

test('what does not fit together is named, and no secret is shown', () => {
  expect(faults({ BOUNCE_DOMAIN: 'bounces.shop.test', BOUNCE_ADDRESS: 'returns@shop.test' })).toEqual([
    'BOUNCE_DOMAIN and BOUNCE_ADDRESS are both set: keep one',
  ])
  expect(faults({ BOUNCE_ADDRESS: 'much-too-long-a-name@shop.test' })[0]).toMatch(/^BOUNCE_ADDRESS must be/)
  expect(faults({ BOUNCE_SMTP_PORT: '25', BOUNCE_SMTP_CERT: '-----BEGIN CERTIFICATE' })).toEqual([
    'BOUNCE_SMTP_CERT and BOUNCE_SMTP_KEY are needed together',
  ])
  expect(faults({ BOUNCE_IMAP_DONE: 'Done' })).toEqual(['BOUNCE_IMAP_DONE is set without BOUNCE_IMAP_URL'])
  for (const url of ['imaps://canary@mail.shop.test', 'https://canary:x@mail.shop.test']) {
    const lines = faults({ BOUNCE_IMAP_URL: url })
    expect(lines).toHaveLength(1)
    expect(lines.join()).not.toContain('canary')
  }
})
