import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { ConfigError, loadConfig } from './config.ts'

const SECRET = 'canary-0123456789-0123456789-0123456789'
const folder = mkdtempSync(join(tmpdir(), 'carillon-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function faults(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

test('with nothing set it is the whole product on this machine alone, with the demo', () => {
  expect(loadConfig({})).toEqual({
    role: 'all',
    host: '127.0.0.1',
    port: 3000,
    publicUrl: 'http://127.0.0.1:3000',
    dataDir: { path: resolve('data'), named: false },
    databaseUrl: undefined,
    redisUrl: undefined,
    secret: undefined,
    oldSecrets: [],
    allowPrivateHosts: true,
    sandboxCheckout: false,
    demo: true,
    demoSamples: true,
    demoApiKey: undefined,
    admins: [],
    cronSecret: undefined,
    slackWebhookUrl: undefined,
    trustedProxies: [],
    oidc: undefined,
    geocoders: [],
    storage: undefined,
    smtp: undefined,
    smtpBackup: undefined,
    smtpPerSecond: 10,
    sendgrid: undefined,
    ses: undefined,
    sms: undefined,
    logLevel: 'info',
    warnings: [],
  })
})

test('each wrong value is one line that names its setting', () => {
  expect(
    faults({
      PORT: '80000',
      HOST: 'no good',
      CARILLON_ROLE: 'boss',
      PUBLIC_URL: 'example.com',
      CARILLON_DEMO: 'maybe',
      LOG_LEVEL: 'loud',
    }),
  ).toEqual([
    'CARILLON_ROLE must be all, api, worker, migrate, rotate-secrets, audit-verify or audit-begin-again, not "boss"',
    'PORT must be a port from 1 to 65535, not "80000"',
    'HOST must be a host name or IP address, not "no good"',
    'PUBLIC_URL must be an http:// or https:// address, not "example.com"',
    'CARILLON_DEMO must be 1 or 0, not "maybe"',
    'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent, not "loud"',
  ])
  for (const port of ['0', '-1', '3000.5', '3e3', ' 3000', 'abc']) expect(faults({ PORT: port })).toHaveLength(1)
})

test('a wrong secret is named and never shown', () => {
  const wrong = faults({
    CARILLON_SECRET: 'canary',
    DATABASE_URL: 'mysql://u:canary@db/x',
    REDIS_URL: 'canary',
    CARILLON_DEMO_API_KEY: 'canary',
  })
  expect(wrong).toHaveLength(4)
  expect(wrong.join()).not.toContain('canary')
  expect(wrong[0]).toBe('DATABASE_URL must be a postgres:// address')
})

test('another database needs a secret, since nothing is generated there', () => {
  const DATABASE_URL = 'postgres://u:p@db.example/carillon'
  expect(faults({ DATABASE_URL })).toEqual([
    'CARILLON_SECRET is needed with DATABASE_URL: at least 32 random bytes, the same for every process',
  ])
  expect(faults({ DATABASE_URL, CARILLON_ROLE: 'migrate' })).toEqual([])
  const config = loadConfig({ DATABASE_URL, CARILLON_SECRET: SECRET })
  expect(config).toMatchObject({ databaseUrl: DATABASE_URL, secret: SECRET, demo: false })
  expect(loadConfig({ DATABASE_URL, CARILLON_SECRET: SECRET, CARILLON_DEMO: '1' }).demo).toBe(true)
})

test('the embedded Postgres serves one process, so split roles need another', () => {
  expect(faults({ CARILLON_ROLE: 'worker' })).toEqual([
    'DATABASE_URL is needed with CARILLON_ROLE=worker: the embedded Postgres serves one process',
  ])
  expect(faults({ CARILLON_ROLE: 'api', DATABASE_URL: 'postgres://db/x', CARILLON_SECRET: SECRET })).toEqual([])
})

test('the secret is measured in bytes', () => {
  expect(faults({ CARILLON_SECRET: 'é'.repeat(15) })).toEqual(['CARILLON_SECRET must be at least 32 bytes long'])
  expect(faults({ CARILLON_SECRET: 'é'.repeat(16) })).toEqual([])
})

test('a secret can come from a file; its last line break is not part of it', () => {
  const file = join(folder, 'secret')
  writeFileSync(file, `${SECRET}\n`)
  expect(loadConfig({ CARILLON_SECRET_FILE: file }).secret).toBe(SECRET)
  expect(faults({ CARILLON_SECRET_FILE: file, CARILLON_SECRET: SECRET })).toEqual([
    'CARILLON_SECRET and CARILLON_SECRET_FILE are both set: keep one',
  ])
  expect(faults({ CARILLON_SECRET_FILE: join(folder, 'none') })).toEqual([
    `CARILLON_SECRET_FILE names ${join(folder, 'none')}, which cannot be read (ENOENT)`,
  ])

  writeFileSync(file, '\n')
  expect(faults({ CARILLON_SECRET_FILE: file })).toEqual([`CARILLON_SECRET_FILE names ${file}, which is empty`])
  writeFileSync(file, 'short canary')
  expect(faults({ CARILLON_SECRET_FILE: file })).toEqual([
    'CARILLON_SECRET_FILE: the value must be at least 32 bytes long',
  ])
})

test('operators are named by address, in any case, with commas', () => {
  expect(loadConfig({ CARILLON_ADMINS: ' Ops@Example.com,second@example.com ' }).admins).toEqual([
    'ops@example.com',
    'second@example.com',
  ])
  expect(faults({ CARILLON_ADMINS: 'ops@example.com,everyone' })).toEqual([
    'CARILLON_ADMINS must be e-mail addresses, with commas between them, not "ops@example.com,everyone"',
  ])
})

test('an empty value counts as not set', () => {
  expect(loadConfig({ PORT: '', REDIS_URL: '', SMTP_HOST: '', CARILLON_DATA_DIR: '' })).toEqual(loadConfig({}))
})

test('Redis may be given in parts', () => {
  expect(loadConfig({ REDIS_HOST: 'cache' }).redisUrl).toBe('redis://cache:6379')
  expect(loadConfig({ REDIS_HOST: '::1', REDIS_PORT: '6380', REDIS_PASSWORD: 'p@ss/word' }).redisUrl).toBe(
    'redis://:p%40ss%2Fword@[::1]:6380',
  )
  expect(faults({ REDIS_URL: 'redis://a', REDIS_HOST: 'b' })).toEqual([
    'REDIS_URL and REDIS_HOST are both set: keep one',
  ])
  expect(faults({ REDIS_PORT: '6380' })).toEqual(['REDIS_PORT is set without REDIS_HOST'])
})

test('a mail server needs a host; the rest has sensible defaults', () => {
  expect(loadConfig({ SMTP_HOST: 'mail.example' }).smtp).toEqual({
    host: 'mail.example',
    port: 587,
    secure: false,
    user: undefined,
    password: undefined,
    from: 'no-reply@localhost',
  })
  expect(
    loadConfig({ SMTP_HOST: 'mail.example', SMTP_PORT: '465', PUBLIC_URL: 'https://msg.shop.example/' }).smtp,
  ).toMatchObject({ secure: true, from: 'no-reply@msg.shop.example' })
  expect(loadConfig({ SMTP_HOST: 'mail.example', SMTP_SECURE: 'true' }).smtp?.port).toBe(465)
  expect(loadConfig({ SMTP_HOST: 'm', SMTP_FROM: 'La Boutique <bonjour@shop.example>' }).smtp?.from).toBe(
    'La Boutique <bonjour@shop.example>',
  )
  expect(faults({ SMTP_FROM: 'a@b.example' })).toEqual(['SMTP_FROM is set without SMTP_HOST'])
  expect(faults({ SMTP_HOST: 'm', SMTP_USER: 'u' })).toEqual(['SMTP_PASSWORD is needed with SMTP_USER'])
  expect(faults({ SMTP_HOST: 'm', SMTP_FROM: 'a@b.example\r\nBcc: c@d.example' })).toHaveLength(1)
})

test('real carriers with links that lead nowhere are warned of', () => {
  const warnings = (env: NodeJS.ProcessEnv) => loadConfig({ SMTP_HOST: 'mail.example', ...env }).warnings
  expect(warnings({})).toEqual([expect.stringContaining('set PUBLIC_URL')])
  expect(warnings({ PUBLIC_URL: 'http://localhost:3000' })).toHaveLength(1)
  expect(warnings({ PUBLIC_URL: 'https://msg.example' })).toEqual([])
  expect(loadConfig({}).warnings).toEqual([])
})

test('links in messages lead to PUBLIC_URL, without a doubled slash', () => {
  expect(loadConfig({ PUBLIC_URL: 'https://msg.example/app/' }).publicUrl).toBe('https://msg.example/app')
  expect(loadConfig({ HOST: '0.0.0.0', PORT: '8080' }).publicUrl).toBe('http://localhost:8080')
  expect(loadConfig({ HOST: '::1' }).publicUrl).toBe('http://[::1]:3000')
})

test('a setting nobody reads is pointed out, and does not stop the start', () => {
  expect(loadConfig({ CARILLON_ROL: 'api', PATH: '/bin', CARILLON_TEST_REDIS_URL: 'x' }).warnings).toEqual([
    'CARILLON_ROL is not a setting of this version: it is ignored',
  ])
})

test('former secrets are listed with commas, or one on each line of a file, and never shown', () => {
  const other = `other-${SECRET}`
  expect(loadConfig({ CARILLON_OLD_SECRETS: `${SECRET}, ${other}` }).oldSecrets).toEqual([SECRET, other])
  const file = join(folder, 'old-secrets')
  writeFileSync(file, `${SECRET}\n${other}\n`)
  expect(loadConfig({ CARILLON_OLD_SECRETS_FILE: file }).oldSecrets).toEqual([SECRET, other])
  expect(faults({ CARILLON_OLD_SECRETS: `${SECRET},short-one` })).toEqual([
    'CARILLON_OLD_SECRETS must be former secrets with commas between them, each at least 32 bytes long',
  ])
})

test('private hosts are for organizations on one’s own machine, unless it is said otherwise', () => {
  const elsewhere = { DATABASE_URL: 'postgres://u:p@db.example/carillon', CARILLON_SECRET: SECRET }
  expect(loadConfig({}).allowPrivateHosts).toBe(true)
  expect(loadConfig(elsewhere).allowPrivateHosts).toBe(false)
  expect(loadConfig({ ...elsewhere, CARILLON_ALLOW_PRIVATE_HOSTS: '1' }).allowPrivateHosts).toBe(true)
  expect(loadConfig({ CARILLON_ALLOW_PRIVATE_HOSTS: '0' }).allowPrivateHosts).toBe(false)
})

test('a second mail server stands behind the first, with its sender unless it has one', () => {
  const first = { SMTP_HOST: 'mail.example.com', SMTP_FROM: 'Shop <hello@shop.example>', SMTP_PER_SECOND: '2.5' }
  const { smtpBackup, smtpPerSecond } = loadConfig({ ...first, SMTP_BACKUP_HOST: 'backup.example.com' })
  expect(smtpBackup).toMatchObject({ host: 'backup.example.com', port: 587, from: 'Shop <hello@shop.example>' })
  expect(smtpPerSecond).toBe(2.5)
  expect(faults({ SMTP_BACKUP_HOST: 'backup.example.com' })).toEqual(['SMTP_BACKUP_HOST is set without SMTP_HOST'])
  expect(faults({ SMTP_BACKUP_USER: 'shop' })).toEqual(['SMTP_BACKUP_USER is set without SMTP_BACKUP_HOST'])
  expect(faults({ ...first, SMTP_BACKUP_HOST: 'b.example.com', SMTP_BACKUP_USER: 'shop' })).toEqual([
    'SMTP_BACKUP_PASSWORD is needed with SMTP_BACKUP_USER',
  ])
  for (const rate of ['0', '-1', 'fast', '1e9', '0.00009', '10001'])
    expect(faults({ ...first, SMTP_PER_SECOND: rate })).toEqual([
      `SMTP_PER_SECOND must be a number from 0.0001 to 10000, or off for no limit, not "${rate}"`,
    ])
  expect(loadConfig({ SMTP_HOST: 'mail.example.com' }).smtpPerSecond).toBe(10)
  expect(loadConfig({ ...first, SMTP_PER_SECOND: 'off' }).smtpPerSecond).toBeUndefined()
  expect(loadConfig({ ...first, SMTP_PER_SECOND: '0.0001' }).smtpPerSecond).toBe(0.0001)
})

describe('the platform’s WhatsApp number', () => {
  const whole = {
    WHATSAPP_ACCESS_TOKEN: 'canary-token',
    WHATSAPP_PHONE_NUMBER_ID: '106540352242922',
    WHATSAPP_APP_SECRET: 'canary-secret',
  }
  test('is refused with a setting missing or wrong, and its secrets are never shown', () => {
    expect(faults({ WHATSAPP_ACCESS_TOKEN: 'canary-token' })).toEqual([
      'WHATSAPP_PHONE_NUMBER_ID is needed with WHATSAPP_ACCESS_TOKEN',
      'WHATSAPP_APP_SECRET is needed with WHATSAPP_ACCESS_TOKEN',
    ])
    expect(faults({ WHATSAPP_VERIFY_TOKEN: 'canary' })).toEqual([
      'WHATSAPP_VERIFY_TOKEN is set without WHATSAPP_ACCESS_TOKEN',
    ])
    const wrong = faults({
      ...whole,
      WHATSAPP_ACCESS_TOKEN: 'canary token',
      WHATSAPP_PHONE_NUMBER_ID: '+33757590000',
      WHATSAPP_APP_SECRET: 'canary secret',
      WHATSAPP_MESSAGING_LIMIT: '1000',
      WHATSAPP_API_VERSION: '23',
      WHATSAPP_BASE_URL: 'graph.facebook.com',
    })
    expect(wrong).toHaveLength(6)
    expect(wrong.join()).not.toContain('canary')
  })
  test('is what its provider needs', () => {
    expect(loadConfig({}).whatsapp).toBeUndefined()
    expect(
      loadConfig({
        ...whole,
        WHATSAPP_VERIFY_TOKEN: 'word',
        WHATSAPP_BUSINESS_ACCOUNT_ID: '102290129340398',
        WHATSAPP_MESSAGING_LIMIT: '2000',
        WHATSAPP_API_VERSION: 'v24.0',
        WHATSAPP_BASE_URL: 'http://127.0.0.1:4011',
      }).whatsapp,
    ).toEqual({
      accessToken: 'canary-token',
      phoneNumberId: '106540352242922',
      appSecret: 'canary-secret',
      verifyToken: 'word',
      businessAccountId: '102290129340398',
      messagingLimit: 2_000,
      apiVersion: 'v24.0',
      baseUrl: 'http://127.0.0.1:4011',
    })
  })
})

describe('the platform’s other mail carriers', () => {
  const WEBHOOK_KEY =
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEDr2LjtURuePQzplybdC+u4CwrqDqBaWjcMMsTbhdbcwHBcepxo7yAQGhHPTnlvFYPAZFceEu/1FwCM/QmGUhA=='
  const sendgrid = { SENDGRID_API_KEY: 'SG.canary-key', SENDGRID_FROM: 'Atelier <hello@shop.example>' }
  const ses = {
    SES_REGION: 'eu-west-3',
    SES_USER: 'AKIAcanary',
    SES_PASSWORD: 'canary',
    SES_FROM: 'hello@shop.example',
  }

  test('are named one line each where a setting is missing or wrong, without showing secrets', () => {
    expect(faults({ SENDGRID_API_KEY: sendgrid.SENDGRID_API_KEY })).toEqual([
      'SENDGRID_FROM is needed with SENDGRID_API_KEY',
    ])
    expect(faults({ SENDGRID_FROM: sendgrid.SENDGRID_FROM, SENDGRID_WEBHOOK_KEY: WEBHOOK_KEY })).toEqual([
      'SENDGRID_FROM is set without SENDGRID_API_KEY',
      'SENDGRID_WEBHOOK_KEY is set without SENDGRID_API_KEY',
    ])
    expect(faults({ SES_REGION: 'eu-west-3' })).toEqual([
      'SES_USER is needed with SES_REGION',
      'SES_PASSWORD is needed with SES_REGION',
      'SES_FROM is needed with SES_REGION',
    ])
    expect(faults({ SES_TOPIC_ARN: 'arn:aws:sns:eu-west-3:123456789012:ses' })).toEqual([
      'SES_TOPIC_ARN is set without SES_REGION',
    ])
    const wrong = faults({
      SENDGRID_API_KEY: 'canary key',
      SENDGRID_FROM: 'Atelier',
      SENDGRID_WEBHOOK_KEY: 'MFkw',
      SENDGRID_BASE_URL: 'api.sendgrid.com',
      SES_REGION: 'Paris',
      SES_TOPIC_ARN: 'arn:aws:sqs:eu-west-3:123456789012:ses',
      SES_BASE_URL: 'smtp://mail.example.com/path',
    })
    expect(wrong.map((line) => line.split(' ')[0])).toEqual([
      'SENDGRID_API_KEY',
      'SENDGRID_FROM',
      'SENDGRID_WEBHOOK_KEY',
      'SENDGRID_BASE_URL',
      'SES_REGION',
      'SES_TOPIC_ARN',
      'SES_BASE_URL',
    ])
    expect(wrong.join()).not.toContain('canary')
  })

  test('are read, with the sender of the mail server unless they have one', () => {
    expect(loadConfig({ ...sendgrid, SENDGRID_WEBHOOK_KEY: WEBHOOK_KEY }).sendgrid).toEqual({
      apiKey: 'SG.canary-key',
      from: 'Atelier <hello@shop.example>',
      webhookKey: WEBHOOK_KEY,
    })
    const smtp = { SMTP_HOST: 'mail.example.com', SMTP_FROM: 'shop@shop.example' }
    expect(
      loadConfig({ ...smtp, SENDGRID_API_KEY: 'SG.canary-key', SENDGRID_BASE_URL: 'https://api.eu.sendgrid.com' })
        .sendgrid,
    ).toMatchObject({ from: 'shop@shop.example', baseUrl: 'https://api.eu.sendgrid.com' })
    expect(loadConfig({ ...ses, SES_BASE_URL: 'smtp://127.0.0.1:2525' }).ses).toEqual({
      region: 'eu-west-3',
      user: 'AKIAcanary',
      password: 'canary',
      from: 'hello@shop.example',
      host: '127.0.0.1',
      port: 2525,
      secure: false,
      ignoreTls: true,
    })
  })
})

describe('the platform’s SMS carrier', () => {
  const TWILIO_ACCOUNT_SID = `AC${'0'.repeat(32)}`
  const whole = {
    SMS_PROVIDER: 'twilio',
    TWILIO_ACCOUNT_SID,
    TWILIO_AUTH_TOKEN: 'canary-token',
    TWILIO_FROM: 'Atelier',
  }

  test('is refused with a setting missing or wrong, and its token is never shown', () => {
    expect(faults({ SMS_PROVIDER: 'twilio' })).toEqual([
      'TWILIO_ACCOUNT_SID is needed with SMS_PROVIDER=twilio',
      'TWILIO_AUTH_TOKEN is needed with SMS_PROVIDER=twilio',
      'TWILIO_FROM is needed with SMS_PROVIDER=twilio',
    ])
    expect(faults({ SMS_PROVIDER: 'pigeon' })).toEqual([
      expect.stringMatching(/^SMS_PROVIDER must be twilio, vonage,? .*brevo.*, not "pigeon"$/),
    ])
    const wrong = faults({
      ...whole,
      TWILIO_ACCOUNT_SID: 'SKcanary',
      TWILIO_AUTH_TOKEN: 'canary token',
      TWILIO_FROM: 'Atelier Été',
      TWILIO_BASE_URL: 'api.twilio.com',
    })
    expect(wrong).toHaveLength(4)
    expect(wrong.join()).not.toContain('canary')
  })

  test('sends as a number, a name or a Messaging Service', () => {
    expect(loadConfig(whole).sms?.settings).toEqual({
      accountSid: TWILIO_ACCOUNT_SID,
      authToken: 'canary-token',
      from: 'Atelier',
    })
    const service = `MG${'a'.repeat(32)}`
    expect(
      loadConfig({ ...whole, TWILIO_FROM: service, TWILIO_BASE_URL: 'http://127.0.0.1:4010' }).sms?.settings,
    ).toEqual({
      accountSid: TWILIO_ACCOUNT_SID,
      authToken: 'canary-token',
      messagingServiceSid: service,
      baseUrl: 'http://127.0.0.1:4010',
    })
  })

  const others = {
    vonage: {
      needed: { VONAGE_API_KEY: 'abcd1234', VONAGE_API_SECRET: 'canary-secret', VONAGE_FROM: 'Atelier' },
      more: {
        VONAGE_SIGNATURE_SECRET: 'canary-signature',
        VONAGE_WEBHOOK_TOKEN: 'canary-token',
        VONAGE_BASE_URL: 'http://127.0.0.1:4010',
      },
      wrong: {
        VONAGE_API_KEY: 'canary-api-key',
        VONAGE_API_SECRET: 'canary secret',
        VONAGE_FROM: '+33612345678',
        VONAGE_SIGNATURE_SECRET: 'canary signature',
        VONAGE_WEBHOOK_TOKEN: 'canary?',
        VONAGE_BASE_URL: 'rest.nexmo.com',
      },
      settings: {
        apiKey: 'abcd1234',
        apiSecret: 'canary-secret',
        from: 'Atelier',
        signatureSecret: 'canary-signature',
        webhookToken: 'canary-token',
        baseUrl: 'http://127.0.0.1:4010',
      },
    },
    brevo: {
      needed: { BREVO_API_KEY: 'xkeysib-canary-key', BREVO_FROM: '36111' },
      more: { BREVO_WEBHOOK_TOKEN: 'canary-token', BREVO_BASE_URL: 'http://127.0.0.1:4010/v3' },
      wrong: {
        BREVO_API_KEY: 'canary',
        BREVO_FROM: 'Atelier Été',
        BREVO_WEBHOOK_TOKEN: 'canary?',
        BREVO_BASE_URL: 'file:///etc/passwd',
      },
      settings: {
        apiKey: 'xkeysib-canary-key',
        from: '36111',
        webhookToken: 'canary-token',
        baseUrl: 'http://127.0.0.1:4010/v3',
      },
    },
    ovh: {
      needed: {
        OVH_APPLICATION_KEY: 'canaryKey0123456',
        OVH_APPLICATION_SECRET: 'canarySecret0123',
        OVH_CONSUMER_KEY: 'canaryConsumer01',
        OVH_SERVICE: 'sms-ab12345-1',
        OVH_FROM: 'Atelier',
      },
      more: { OVH_WEBHOOK_TOKEN: 'canary-token', OVH_BASE_URL: 'https://ca.api.ovh.com/1.0' },
      wrong: {
        OVH_APPLICATION_KEY: 'canary key',
        OVH_APPLICATION_SECRET: 'canary secret',
        OVH_CONSUMER_KEY: 'canary consumer',
        OVH_SERVICE: 'ab12345',
        OVH_FROM: '+33712345678',
        OVH_WEBHOOK_TOKEN: 'canary?',
        OVH_BASE_URL: 'eu.api.ovh.com',
      },
      settings: {
        applicationKey: 'canaryKey0123456',
        applicationSecret: 'canarySecret0123',
        consumerKey: 'canaryConsumer01',
        serviceName: 'sms-ab12345-1',
        from: 'Atelier',
        webhookToken: 'canary-token',
        baseUrl: 'https://ca.api.ovh.com/1.0',
      },
    },
    free_mobile: {
      needed: { FREE_MOBILE_USER: '12345678', FREE_MOBILE_PASS: 'canaryKey01234', FREE_MOBILE_NUMBER: '+33612345678' },
      more: { FREE_MOBILE_BASE_URL: 'http://127.0.0.1:4010' },
      wrong: {
        FREE_MOBILE_USER: 'canary',
        FREE_MOBILE_PASS: 'canary key',
        FREE_MOBILE_NUMBER: '0612345678',
        FREE_MOBILE_BASE_URL: 'file:///etc/passwd',
      },
      settings: {
        user: '12345678',
        pass: 'canaryKey01234',
        number: '+33612345678',
        baseUrl: 'http://127.0.0.1:4010',
      },
    },
  }
  for (const [SMS_PROVIDER, { needed, more, wrong, settings }] of Object.entries(others))
    test(`is ${SMS_PROVIDER} with its own settings, one line for each that is missing or wrong`, () => {
      expect(faults({ SMS_PROVIDER })).toEqual(
        Object.keys(needed).map((name) => `${name} is needed with SMS_PROVIDER=${SMS_PROVIDER}`),
      )
      const lines = faults({ SMS_PROVIDER, ...wrong })
      expect(lines.map((line) => line.split(' ')[0])).toEqual(Object.keys(wrong))
      expect(lines.join()).not.toContain('canary')
      const config = loadConfig({
        PUBLIC_URL: 'https://msg.example',
        SMS_PROVIDER,
        ...needed,
        ...more,
        TWILIO_FROM: 'Atelier',
      })
      expect(config.sms).toMatchObject({ provider: SMS_PROVIDER, settings })
      expect(config.warnings).toEqual(['TWILIO_FROM is set without SMS_PROVIDER=twilio: it is ignored'])
    })

  test('is not Twilio because its own tools’ settings are there', () => {
    const config = loadConfig({ TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN: 'canary-token', TWILIO_REGION: 'ie1' })
    expect(config.sms).toBeUndefined()
    expect(config.warnings).toEqual([
      'TWILIO_REGION is not a setting of this version: it is ignored',
      'TWILIO_ACCOUNT_SID is set without SMS_PROVIDER=twilio: it is ignored',
      'TWILIO_AUTH_TOKEN is set without SMS_PROVIDER=twilio: it is ignored',
    ])
  })
})

test('proxies that are believed are addresses or networks', () => {
  expect(loadConfig({ CARILLON_TRUSTED_PROXIES: '10.0.0.0/8, ::1' }).trustedProxies).toEqual(['10.0.0.0/8', '::1'])
  for (const wrong of ['10.0.0.0/33', 'proxy.example', '*', 'true', '10.0.0', '::1/129'])
    expect(faults({ CARILLON_TRUSTED_PROXIES: wrong })).toEqual([
      `CARILLON_TRUSTED_PROXIES must be IP addresses or networks (10.0.0.0/8), with commas between them, not "${wrong}"`,
    ])
})

describe('a company’s own sign-in', () => {
  const env = {
    OIDC_ISSUER: 'https://login.example.com/realms/sample',
    OIDC_CLIENT_ID: 'carillon',
    OIDC_CLIENT_SECRET: 'canary',
  }

  test('takes issuer, id and secret together, and a name for its button', () => {
    const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = env
    expect(loadConfig(env).oidc).toEqual({ issuer, clientId, clientSecret, name: 'OpenID Connect' })
    expect(loadConfig({ ...env, OIDC_NAME: 'Sample company' }).oidc?.name).toBe('Sample company')
    for (const name of Object.keys(env)) expect(faults({ ...env, [name]: '' })[0]).toContain('are needed together')
    const file = join(folder, 'oidc')
    writeFileSync(file, 'from a file\n')
    expect(loadConfig({ ...env, OIDC_CLIENT_SECRET: '', OIDC_CLIENT_SECRET_FILE: file }).oidc?.clientSecret).toBe(
      'from a file',
    )
  })

  test('is reached by https, but on this machine', () => {
    expect(faults({ ...env, OIDC_ISSUER: 'http://login.example.com' })[0]).toContain('https://')
    expect(faults({ ...env, OIDC_ISSUER: 'login.example.com' })[0]).toContain('OIDC_ISSUER must be')
    expect(faults({ ...env, OIDC_ISSUER: 'http://127.0.0.1:8080' })).toEqual([])
    expect(faults({ ...env, OIDC_NAME: 'x'.repeat(61) })[0]).toContain('OIDC_NAME')
    expect(loadConfig({ OIDC_ISSUR: 'x' }).warnings[0]).toContain('OIDC_ISSUR')
  })
})

describe('geocoders', () => {
  test('nobody is asked unless they are named', () => {
    expect(loadConfig({}).geocoders).toEqual([])
  })

  test('in the order they are named, with who asks', () => {
    const { geocoders } = loadConfig({ GEOCODERS: 'nominatim, geoplateforme', GEOCODER_CONTACT: 'ops@example.com' })
    expect(geocoders.map(({ name }) => name)).toEqual(['nominatim', 'geoplateforme'])
    expect(geocoders[0]!.userAgent).toBe('Carillon (ops@example.com)')
  })

  test('the public Nominatim wants a contact, one of your own does not', () => {
    expect(faults({ GEOCODERS: 'nominatim' })[0]).toContain('GEOCODER_CONTACT')
    expect(faults({ GEOCODERS: 'nominatim', NOMINATIM_BASE_URL: 'http://127.0.0.1:8081' })).toEqual([])
    expect(faults({ GEOCODERS: 'google' })[0]).toContain('GEOCODERS must be')
  })
})

describe('storage', () => {
  const s3 = { STORAGE: 's3', S3_BUCKET: 'files', S3_ACCESS_KEY_ID: 'AKIA', S3_SECRET_ACCESS_KEY: 'secret-of-s3' }
  const key = JSON.stringify({
    client_email: 'a@b.iam.gserviceaccount.com',
    private_key: '-----BEGIN PRIVATE KEY-----',
  })
  const drive = { STORAGE: 'drive', DRIVE_FOLDER_ID: 'folder', DRIVE_ID: 'drive', DRIVE_SERVICE_ACCOUNT: key }

  test('a bucket, at Amazon unless an endpoint is named', () => {
    expect(loadConfig({ ...s3, S3_REGION: 'eu-west-3' }).storage).toMatchObject({
      kind: 's3',
      s3: { endpoint: 'https://s3.eu-west-3.amazonaws.com', bucket: 'files', prefix: '' },
    })
    expect(faults({ ...s3, S3_BUCKET: '' })[0]).toContain('S3_BUCKET')
    expect(faults({ ...s3, S3_BUCKET: 'No Bucket' })[0]).toContain('S3_BUCKET must be')
  })

  test('a folder of a drive, by a service account on a shared drive or by a person', () => {
    expect(loadConfig(drive).storage).toMatchObject({ kind: 'drive', drive: { driveId: 'drive' } })
    const person = { DRIVE_CLIENT_ID: 'c', DRIVE_CLIENT_SECRET: 's', DRIVE_REFRESH_TOKEN: 'r' }
    expect(faults({ STORAGE: 'drive', DRIVE_FOLDER_ID: 'folder', ...person })).toEqual([])
    expect(faults({ STORAGE: 'drive', DRIVE_FOLDER_ID: 'folder' })[0]).toContain('DRIVE_REFRESH_TOKEN')
    expect(faults({ ...drive, DRIVE_ID: '' })[0]).toContain('DRIVE_ID is needed')
    expect(faults({ ...drive, DRIVE_FOLDER_ID: '' })[0]).toContain('DRIVE_FOLDER_ID')
    const broken = faults({ ...drive, DRIVE_SERVICE_ACCOUNT: '{"private_key":"secret words"}' })
    expect(broken[0]).toContain('DRIVE_SERVICE_ACCOUNT must be')
    expect(broken.join()).not.toContain('secret words')
  })
})
