import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'
import { BOUNCE_SECRETS, BOUNCE_SETTINGS, type BounceConfig, bounces } from './config/bounces.ts'
import { CARRIER_SECRETS, CARRIER_SETTINGS, type CarrierConfig, carriers } from './config/carriers.ts'
import { flag, hostName, port, type Setting, url } from './config/checks.ts'
import { GEOCODER_SETTINGS, geocoders } from './config/geocoders.ts'
import { MAIL_PREFIXES } from './config/mail-carriers.ts'
import { OIDC_SECRETS, OIDC_SETTINGS, oidc } from './config/oidc.ts'
import { SMS_PREFIXES, unusedSms } from './config/sms-carriers.ts'
import { STORAGE_SECRETS, STORAGE_SETTINGS, storage } from './config/storage.ts'
import { STRIPE_SECRETS, STRIPE_SETTINGS, stripe } from './config/stripe.ts'

import type { OidcSettings } from './engine/organizations/oidc.ts'
import type { GeocoderSettings } from './platform/geocoding/providers.ts'
import type { StorageSettings } from './platform/storage/storages.ts'

export type { SmtpSettings } from './config/carriers.ts'

/**
 * What this process is to do. `all` is the whole product in one process; `migrate` brings the database up to date and
 * ends; `rotate-secrets` seals again what was sealed with an old secret and ends;
 * `audit-verify` reads every organization's audit log, says what is wrong with it and ends;
 * `audit-begin-again` lets those go on whose secret is lost.
 */
export type Role = 'all' | 'api' | 'worker' | 'migrate' | 'rotate-secrets' | 'audit-verify' | 'audit-begin-again'

/** The settings, read once and valid. Secrets are in here: never log it whole. */
export interface Config extends CarrierConfig, Omit<BounceConfig, 'bounceTo'> {
  readonly role: Role
  readonly host: string
  readonly port: number
  /** Base of links in messages, without a slash at the end. */
  readonly publicUrl: string
  /** Where the embedded Postgres, files and the generated secret live. `named`: the operator chose it. */
  readonly dataDir: { readonly path: string; readonly named: boolean }
  /** Undefined: the embedded Postgres. */
  readonly databaseUrl: string | undefined
  /** Undefined: queues live in Postgres. */
  readonly redisUrl: string | undefined
  /** Key material, at least 32 bytes. Undefined (only on the embedded Postgres): generated into the data dir. */
  readonly secret: string | undefined
  /** Former secrets: what they sealed or signed is still read. */
  readonly oldSecrets: readonly string[]
  /** Organizations' provider accounts may name hosts on private networks. */
  readonly allowPrivateHosts: boolean
  readonly sandboxCheckout: boolean
  readonly demo: boolean
  readonly demoSamples: boolean
  readonly demoApiKey: string | undefined
  /** Addresses of the users who operate the platform, in lower case. */
  readonly admins: readonly string[]
  /** Opens /api/cron/:name; undefined: nobody can. */
  readonly cronSecret: string | undefined
  readonly slackWebhookUrl: string | undefined
  /** Addresses and networks of the proxies that are believed when they say who asks. */
  readonly trustedProxies: readonly string[]
  /** A company's own sign-in; undefined: there is none. */
  readonly oidc: OidcSettings | undefined
  /** The platform's Stripe account, or where a test server stands in for Stripe; undefined: neither. */
  readonly stripe: Readonly<Record<string, string>> | undefined
  /** Services that know where addresses are, in the order they are asked. */
  readonly geocoders: readonly GeocoderSettings[]
  /** Where files are kept; undefined: in a folder of the data dir. */
  readonly storage: StorageSettings | undefined
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent'
  /** Things that look like mistakes but do not stop the start, one line each. */
  readonly warnings: readonly string[]
}

/** The settings cannot be used. One line per fault, each naming its setting and none showing a secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'ConfigError'
    this.faults = faults
  }
}

const DEMO_KEY = /^crl_[A-Za-z0-9_-]{16,}$/

const LEAST_SECRET_BYTES = 32
const isSecret = (value: string): boolean => Buffer.byteLength(value) >= LEAST_SECRET_BYTES
const secrets = z
  .string()
  .transform((value) => value.split(/[,\n]/).map((one) => one.trim()))
  .pipe(z.array(z.string().refine(isSecret)))
const addresses = z
  .string()
  .transform((value) =>
    value
      .toLowerCase()
      .split(',')
      .map((one) => one.trim()),
  )
  .pipe(z.array(z.email()))

const NETWORK = /^([^/]+)(?:\/(\d{1,3}))?$/
const isNetwork = (text: string): boolean => {
  const [, address = '', bits = '0'] = NETWORK.exec(text) ?? []
  const version = isIP(address)
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128)
}
const networks = z
  .string()
  .transform((value) => value.split(',').map((one) => one.trim()))
  .pipe(z.array(z.string().refine(isNetwork)))

/** Every setting; those of carriers are in config/carriers.ts, those of mail that comes back in config/bounces.ts. */
const SETTINGS = {
  /** Role of this process. `api` and `worker` need DATABASE_URL. */
  CARILLON_ROLE: [
    z.enum(['all', 'api', 'worker', 'migrate', 'rotate-secrets', 'audit-verify', 'audit-begin-again']).default('all'),
    'all, api, worker, migrate, rotate-secrets, audit-verify or audit-begin-again',
  ],
  /** Port of the API and dashboard. */
  PORT: [port.default(3000), 'a port from 1 to 65535'],
  /** Address to listen on; 0.0.0.0 for every network. */
  HOST: [hostName.default('127.0.0.1'), 'a host name or IP address'],
  /** Base of links in messages; by default the address this process listens on. */
  PUBLIC_URL: [url('http:', 'https:').optional(), 'an http:// or https:// address'],
  /** Folder of the embedded Postgres, files and the generated secret. */
  CARILLON_DATA_DIR: [z.string().optional(), 'a folder'],
  /** A Postgres ≥ 15 to use instead of the embedded one. */
  DATABASE_URL: [url('postgres:', 'postgresql:').optional(), 'a postgres:// address'],
  /** Queues move to this Redis, so that several processes and machines share them. */
  REDIS_URL: [url('redis:', 'rediss:').optional(), 'a redis:// or rediss:// address'],
  /** The same in parts, instead of REDIS_URL. */
  REDIS_HOST: [hostName.optional(), 'a host name or IP address'],
  REDIS_PORT: [port.optional(), 'a port from 1 to 65535'],
  REDIS_PASSWORD: [z.string().optional(), 'a password'],
  /** Key material for encryption and signing. Changing it loses stored credentials and signs everyone out. */
  CARILLON_SECRET: [z.string().refine(isSecret).optional(), 'at least 32 bytes long'],
  /** Former values of CARILLON_SECRET, until `npm run rotate-secrets` has been run. */
  CARILLON_OLD_SECRETS: [secrets.optional(), 'former secrets with commas between them, each at least 32 bytes long'],
  /** Whether organizations' provider accounts may name hosts on private networks: by default only on the embedded Postgres. */
  CARILLON_ALLOW_PRIVATE_HOSTS: [flag.optional(), '1 or 0'],
  /** Keeps the sandbox's checkout open although messages leave in earnest: for rehearsals. */
  CARILLON_SANDBOX_CHECKOUT: [flag.default(false), '1 or 0'],
  /** Loads the demo organization: on by default on the embedded Postgres, off elsewhere. */
  CARILLON_DEMO: [flag.optional(), '1 or 0'],
  /** Sample people and messages in it; without them it is empty, for tests. */
  CARILLON_DEMO_SAMPLES: [flag.default(true), '1 or 0'],
  /** The demo organization's API key; random otherwise. */
  CARILLON_DEMO_API_KEY: [z.string().regex(DEMO_KEY).optional(), 'crl_ and at least 16 letters, digits, - or _'],
  /** Opens /api/cron/:name to outside schedulers. */
  CRON_SECRET: [
    z
      .string()
      .regex(/^\S{16,500}$/)
      .optional(),
    '16 characters or more, without spaces',
  ],
  /** Who operates the platform, by the address they sign in with: they see the queues. The demo's sign-in is one. */
  CARILLON_ADMINS: [addresses.optional(), 'e-mail addresses, with commas between them'],
  /** An incoming webhook of Slack where those who operate the platform read its alerts along. Its address is a secret. */
  SLACK_WEBHOOK_URL: [url('https:', 'http:').optional(), 'the https:// address of an incoming webhook'],
  /** Proxies in front of this process: who asks is read from their X-Forwarded-For. From others it is not believed. */
  CARILLON_TRUSTED_PROXIES: [networks.optional(), 'IP addresses or networks (10.0.0.0/8), with commas between them'],
  /** How much is logged. */
  LOG_LEVEL: [
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'fatal, error, warn, info, debug, trace or silent',
  ],
  ...OIDC_SETTINGS,
  ...GEOCODER_SETTINGS,
  ...STORAGE_SETTINGS,
  ...BOUNCE_SETTINGS,
  ...CARRIER_SETTINGS,
  ...STRIPE_SETTINGS,
} as const satisfies Record<string, Setting>

type Name = keyof typeof SETTINGS
type Settings = { [N in Name]: z.output<(typeof SETTINGS)[N][0]> }

/** May be given as NAME_FILE, a path to a file holding the value; never shown in a fault. */
const SECRETS: readonly Name[] = [
  'DATABASE_URL',
  'REDIS_URL',
  'REDIS_PASSWORD',
  'CARILLON_SECRET',
  'CARILLON_OLD_SECRETS',
  'CARILLON_DEMO_API_KEY',
  'SLACK_WEBHOOK_URL',
  ...OIDC_SECRETS,
  ...STORAGE_SECRETS,
  ...BOUNCE_SECRETS,
  ...CARRIER_SECRETS,
  ...STRIPE_SECRETS,
]

/** Reads the environment, the only place that does. An empty value counts as not set. Throws `ConfigError`. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = []
  const settings = {} as Record<Name, unknown>
  for (const name of Object.keys(SETTINGS) as Name[]) settings[name] = read(name, env, faults)
  if (faults.length) throw new ConfigError(faults)

  const config = assemble(settings as Settings, faults)
  if (faults.length) throw new ConfigError(faults)
  return { ...config, warnings: [...strangers(env), ...unusedSms(env), ...unreachable(config)] }
}

function read(name: Name, env: NodeJS.ProcessEnv, faults: string[]): unknown {
  const [schema, expected] = SETTINGS[name]
  const secret = SECRETS.includes(name)
  const file = secret ? env[`${name}_FILE`] || undefined : undefined
  let value = env[name] || undefined
  if (file && value) {
    faults.push(`${name} and ${name}_FILE are both set: keep one`)
    return undefined
  }
  if (file) {
    try {
      value = readFileSync(file, 'utf8').replace(/\r?\n$/, '') || undefined
    } catch (error) {
      faults.push(`${name}_FILE names ${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`)
      return undefined
    }
    if (!value) faults.push(`${name}_FILE names ${file}, which is empty`)
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  faults.push(
    `${file ? `${name}_FILE: the value` : name} must be ${expected}${secret ? '' : `, not ${JSON.stringify(value)}`}`,
  )
  return undefined
}

function assemble(s: Settings, faults: string[]): Omit<Config, 'warnings'> {
  const embedded = !s.DATABASE_URL
  if (embedded && (s.CARILLON_ROLE === 'api' || s.CARILLON_ROLE === 'worker')) {
    faults.push(
      `DATABASE_URL is needed with CARILLON_ROLE=${s.CARILLON_ROLE}: the embedded Postgres serves one process`,
    )
  }
  if (!embedded && !s.CARILLON_SECRET && s.CARILLON_ROLE !== 'migrate') {
    faults.push('CARILLON_SECRET is needed with DATABASE_URL: at least 32 random bytes, the same for every process')
  }
  const publicUrl = (s.PUBLIC_URL ?? `http://${linkHost(s.HOST)}:${s.PORT}`).replace(/\/+$/, '')
  const { bounceTo, ...ways } = bounces(s, faults)
  return {
    role: s.CARILLON_ROLE,
    host: s.HOST,
    port: s.PORT,
    publicUrl,
    dataDir: { path: resolve(s.CARILLON_DATA_DIR ?? 'data'), named: s.CARILLON_DATA_DIR !== undefined },
    databaseUrl: s.DATABASE_URL,
    redisUrl: redisUrl(s, faults),
    secret: s.CARILLON_SECRET,
    oldSecrets: s.CARILLON_OLD_SECRETS ?? [],
    allowPrivateHosts: s.CARILLON_ALLOW_PRIVATE_HOSTS ?? embedded,
    sandboxCheckout: s.CARILLON_SANDBOX_CHECKOUT,
    demo: s.CARILLON_DEMO ?? embedded,
    demoSamples: s.CARILLON_DEMO_SAMPLES,
    demoApiKey: s.CARILLON_DEMO_API_KEY,
    admins: s.CARILLON_ADMINS ?? [],
    cronSecret: s.CRON_SECRET,
    slackWebhookUrl: s.SLACK_WEBHOOK_URL,
    trustedProxies: s.CARILLON_TRUSTED_PROXIES ?? [],
    oidc: oidc(s, faults),
    stripe: stripe(s, faults),
    geocoders: geocoders(s, faults),
    storage: storage(s, faults),
    logLevel: s.LOG_LEVEL,
    ...withReturnPath(carriers(s, publicUrl, faults), bounceTo),
    ...ways,
  }
}

/** The platform's own mail servers are told where bounces come back to. */
const withReturnPath = (
  { smtp, smtpBackup, ...rest }: CarrierConfig,
  bounceTo: BounceConfig['bounceTo'],
): CarrierConfig => ({
  ...rest,
  smtp: smtp && { ...smtp, ...bounceTo },
  smtpBackup: smtpBackup && { ...smtpBackup, ...bounceTo },
})

function redisUrl(s: Settings, faults: string[]): string | undefined {
  if (s.REDIS_URL) {
    if (s.REDIS_HOST) faults.push('REDIS_URL and REDIS_HOST are both set: keep one')
    return s.REDIS_URL
  }
  if (!s.REDIS_HOST) {
    if (s.REDIS_PORT) faults.push('REDIS_PORT is set without REDIS_HOST')
    if (s.REDIS_PASSWORD) faults.push('REDIS_PASSWORD is set without REDIS_HOST')
    return undefined
  }
  const password = s.REDIS_PASSWORD ? `:${encodeURIComponent(s.REDIS_PASSWORD)}@` : ''
  return `redis://${password}${bracketed(s.REDIS_HOST)}:${s.REDIS_PORT ?? 6379}`
}

const bracketed = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)

/** An address a browser on this machine can open. */
const linkHost = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : bracketed(host))

const THIS_MACHINE = /^(localhost|127\.[\d.]+|\[::1\])$/

/** Messages would leave for people whose links, and whose carriers' reports, lead nowhere. */
function unreachable({ publicUrl, smtp, sendgrid, ses, sms, whatsapp }: Omit<Config, 'warnings'>): string[] {
  const sends = [smtp, sendgrid, ses, sms, whatsapp].some((carrier) => carrier !== undefined)
  return sends && THIS_MACHINE.test(new URL(publicUrl).hostname)
    ? [
        `Messages go to real carriers, but their links lead to ${publicUrl}: set PUBLIC_URL to an address people can reach`,
      ]
    : []
}

const PREFIXES = [
  'CARILLON_',
  'OIDC_',
  'BOUNCE_',
  'SMTP_',
  'REDIS_',
  'STRIPE_',
  'GEOCODER',
  'GEOPLATEFORME_',
  'NOMINATIM_',
  'S3_',
  'DRIVE_',
  'WHATSAPP_',
  ...MAIL_PREFIXES,
  ...SMS_PREFIXES,
]

/** Names of ours that nobody reads: most likely a slip of the pen. */
function strangers(env: NodeJS.ProcessEnv): string[] {
  const known = new Set<string>([...Object.keys(SETTINGS), ...SECRETS.map((name) => `${name}_FILE`)])
  return Object.keys(env)
    .filter((name) => PREFIXES.some((prefix) => name.startsWith(prefix)))
    .filter((name) => !name.startsWith('CARILLON_TEST_') && !known.has(name))
    .map((name) => `${name} is not a setting of this version: it is ignored`)
}
