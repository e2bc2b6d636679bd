import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { z } from 'zod'

/** What this process is to do. `all` is the whole product in one process; `migrate` brings the database up to date and ends. */
export type Role = 'all' | 'api' | 'worker' | 'migrate'

export interface SmtpSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  readonly secure: boolean
  readonly user: string | undefined
  readonly password: string | undefined
  /** `Name <address>` or an address. */
  readonly from: string
}

/** The settings, read once and valid. Secrets are in here: never log it whole. */
export interface Config {
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
  readonly demo: boolean
  readonly demoApiKey: string | undefined
  /** Addresses of the users who operate the platform, in lower case. */
  readonly admins: readonly string[]
  /** The platform's own mail server, for organizations without one. */
  readonly smtp: SmtpSettings | undefined
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

const port = z
  .string()
  .regex(/^\d{1,5}$/)
  .transform(Number)
  .pipe(z.number().min(1).max(65_535))
const flag = z.enum(['1', '0', 'true', 'false']).transform((value) => value === '1' || value === 'true')
const addresses = z
  .string()
  .transform((value) =>
    value
      .toLowerCase()
      .split(',')
      .map((one) => one.trim()),
  )
  .pipe(z.array(z.email()))
const url = (...protocols: string[]) =>
  z.string().refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol))

/** Every setting: how it is checked, and what a right value is (the end of "NAME must be …"). */
const SETTINGS = {
  /** Role of this process. Roles other than `all` and `migrate` need DATABASE_URL. */
  CARILLON_ROLE: [z.enum(['all', 'api', 'worker', 'migrate']).default('all'), 'all, api, worker or migrate'],
  /** Port of the API and dashboard. */
  PORT: [port.default(3000), 'a port from 1 to 65535'],
  /** Address to listen on; 0.0.0.0 for every network. */
  HOST: [
    z
      .string()
      .regex(/^[\w.:-]+$/)
      .default('127.0.0.1'),
    'a host name or IP address',
  ],
  /** Base of links in messages; by default the address this process listens on. */
  PUBLIC_URL: [url('http:', 'https:').optional(), 'an http:// or https:// address'],
  /** Folder of the embedded Postgres, files and the generated secret. */
  CARILLON_DATA_DIR: [z.string().optional(), 'a folder'],
  /** A Postgres ≥ 15 to use instead of the embedded one. */
  DATABASE_URL: [url('postgres:', 'postgresql:').optional(), 'a postgres:// address'],
  /** Queues move to this Redis, so that several processes and machines share them. */
  REDIS_URL: [url('redis:', 'rediss:').optional(), 'a redis:// or rediss:// address'],
  /** The same in parts, instead of REDIS_URL. */
  REDIS_HOST: [
    z
      .string()
      .regex(/^[\w.:-]+$/)
      .optional(),
    'a host name or IP address',
  ],
  REDIS_PORT: [port.optional(), 'a port from 1 to 65535'],
  REDIS_PASSWORD: [z.string().optional(), 'a password'],
  /** Key material for encryption and signing. Changing it loses stored credentials and signs everyone out. */
  CARILLON_SECRET: [
    z
      .string()
      .refine((value) => Buffer.byteLength(value) >= 32)
      .optional(),
    'at least 32 bytes long',
  ],
  /** Loads the demo organization: on by default on the embedded Postgres, off elsewhere. */
  CARILLON_DEMO: [flag.optional(), '1 or 0'],
  /** The demo organization's API key; random otherwise. */
  CARILLON_DEMO_API_KEY: [z.string().regex(DEMO_KEY).optional(), 'crl_ and at least 16 letters, digits, - or _'],
  /** Who operates the platform, by the address they sign in with: they see the queues. The demo's sign-in is one. */
  CARILLON_ADMINS: [addresses.optional(), 'e-mail addresses, with commas between them'],
  /** A mail server for organizations without their own. */
  SMTP_HOST: [
    z
      .string()
      .regex(/^[\w.:-]+$/)
      .optional(),
    'a host name or IP address',
  ],
  /** 465 with SMTP_SECURE, 587 otherwise. */
  SMTP_PORT: [port.optional(), 'a port from 1 to 65535'],
  /** TLS from the first byte; by default only on port 465. */
  SMTP_SECURE: [flag.optional(), '1 or 0'],
  SMTP_USER: [z.string().optional(), 'a user name'],
  SMTP_PASSWORD: [z.string().optional(), 'a password'],
  /** Sender of mail; by default no-reply@ the host of PUBLIC_URL. */
  SMTP_FROM: [
    z
      .string()
      .regex(/^[^@\r\n]*[^@\s<>]@[^@\s<>]+>?$/)
      .optional(),
    'an address, or Name <address>',
  ],
  /** How much is logged. */
  LOG_LEVEL: [
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
    'fatal, error, warn, info, debug, trace or silent',
  ],
} as const

type Name = keyof typeof SETTINGS
type Settings = { [N in Name]: z.output<(typeof SETTINGS)[N][0]> }

/** May be given as NAME_FILE, a path to a file holding the value; never shown in a fault. */
const SECRETS: readonly Name[] = [
  'DATABASE_URL',
  'REDIS_URL',
  'REDIS_PASSWORD',
  'CARILLON_SECRET',
  'CARILLON_DEMO_API_KEY',
  'SMTP_USER',
  'SMTP_PASSWORD',
]

/** Reads the environment, the only place that does. An empty value counts as not set. Throws `ConfigError`. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const faults: string[] = []
  const settings = {} as Record<Name, unknown>
  for (const name of Object.keys(SETTINGS) as Name[]) settings[name] = read(name, env, faults)
  if (faults.length) throw new ConfigError(faults)

  const config = assemble(settings as Settings, faults)
  if (faults.length) throw new ConfigError(faults)
  return { ...config, warnings: strangers(env) }
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
  return {
    role: s.CARILLON_ROLE,
    host: s.HOST,
    port: s.PORT,
    publicUrl,
    dataDir: { path: resolve(s.CARILLON_DATA_DIR ?? 'data'), named: s.CARILLON_DATA_DIR !== undefined },
    databaseUrl: s.DATABASE_URL,
    redisUrl: redisUrl(s, faults),
    secret: s.CARILLON_SECRET,
    demo: s.CARILLON_DEMO ?? embedded,
    demoApiKey: s.CARILLON_DEMO_API_KEY,
    admins: s.CARILLON_ADMINS ?? [],
    smtp: smtp(s, publicUrl, faults),
    logLevel: s.LOG_LEVEL,
  }
}

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

function smtp(s: Settings, publicUrl: string, faults: string[]): SmtpSettings | undefined {
  if (!s.SMTP_HOST) {
    for (const name of ['SMTP_PORT', 'SMTP_SECURE', 'SMTP_USER', 'SMTP_PASSWORD', 'SMTP_FROM'] as const) {
      if (s[name] !== undefined) faults.push(`${name} is set without SMTP_HOST`)
    }
    return undefined
  }
  if (s.SMTP_USER && !s.SMTP_PASSWORD) faults.push('SMTP_PASSWORD is needed with SMTP_USER')
  if (s.SMTP_PASSWORD && !s.SMTP_USER) faults.push('SMTP_USER is needed with SMTP_PASSWORD')
  const secure = s.SMTP_SECURE ?? s.SMTP_PORT === 465
  const { hostname } = new URL(publicUrl)
  return {
    host: s.SMTP_HOST,
    port: s.SMTP_PORT ?? (secure ? 465 : 587),
    secure,
    user: s.SMTP_USER,
    password: s.SMTP_PASSWORD,
    from: s.SMTP_FROM ?? `no-reply@${isIP(hostname.replace(/[[\]]/g, '')) ? 'localhost' : hostname}`,
  }
}

const bracketed = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)

/** An address a browser on this machine can open. */
const linkHost = (host: string): string => (host === '0.0.0.0' || host === '::' ? 'localhost' : bracketed(host))

/** Names of ours that nobody reads: most likely a slip of the pen. */
function strangers(env: NodeJS.ProcessEnv): string[] {
  const known = new Set<string>([...Object.keys(SETTINGS), ...SECRETS.map((name) => `${name}_FILE`)])
  return Object.keys(env)
    .filter((name) => /^(CARILLON|SMTP|REDIS)_/.test(name) && !name.startsWith('CARILLON_TEST_') && !known.has(name))
    .map((name) => `${name} is not a setting of this version: it is ignored`)
}
