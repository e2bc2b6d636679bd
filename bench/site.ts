import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readAccess } from '../src/platform/database/embedded/cluster.ts'
import { BODY, HTML, SUBJECT } from './content.ts'
import type { Lab, Running } from './lab/processes.ts'
import { createContacts, type Product, postgresIn, startProduct } from './lab/product.ts'
import {
  type Load,
  type PostgresServer,
  type RedisServer,
  type Sink,
  startLoad,
  startPostgres,
  startRedis,
  startSink,
  temporaryFolder,
} from './lab/servers.ts'
import type { LoadJob } from './load.ts'
import { type Watched, watch } from './measure.ts'
import { type Pipeline, startTypical, type TypicalOptions } from './typical/pipeline.ts'

/** What every bench stands on: one Postgres, one Redis, one sink, one load generator, for ours and the typical pipeline alike. */
export interface Site {
  readonly folder: string
  readonly postgres: PostgresServer
  readonly redis: RedisServer
  readonly sink: Sink
  readonly load: Load
}

export async function prepareSite(
  lab: Lab,
  options: { appendOnly: boolean; profileDir?: string; keepMails?: boolean },
): Promise<Site> {
  const folder = temporaryFolder(lab)
  const postgres = await startPostgres(lab, folder, { countStatements: options.profileDir !== undefined })
  const redis = await startRedis(lab, folder, options.appendOnly)
  const sink = await startSink(lab, { keep: options.keepMails ?? false })
  const load = await startLoad(lab)
  return { folder, postgres, redis, sink, load }
}

export type JobKind = Pick<LoadJob, 'origin' | 'path' | 'headers' | 'item' | 'targets'>

export interface Ours {
  readonly product: Product
  /** Where its rows are; undefined when it has its own embedded server. */
  readonly databaseUrl: string | undefined
  /** Where its rows are, also those of its own server. */
  readonly rowsUrl: string
  readonly watched: Watched[]
  /** To contacts made beforehand. */
  single(item?: string): JobKind
  batch(item?: string): JobKind
  /** To addresses never seen before: each makes a contact. */
  inline(prefix: string): JobKind
}

export interface OursOptions {
  /** `npm start`'s default: everything in one process on its own Postgres, no Redis. */
  embedded: boolean
  roles: readonly ('all' | 'api' | 'worker')[]
  /** How many mails will be sent to these contacts; no contact is sent more than the hourly cap lets through. */
  mails: number
  profileDir?: string
  /** Mails are the caller's own five kilobytes of HTML rather than rendered in the built-in layout. */
  ownHtml?: boolean
  /** Settings of carriers, instead of the mail sink's. */
  carriers?: Readonly<Record<string, string>>
  /** The version that runs: the folder of a checkout. This one unless said. */
  root?: string
}

const MAILS_PER_CONTACT = 80
let made = 0

/** Starts the product on an empty database, with its contacts. */
export async function startOurs(lab: Lab, site: Site, options: OursOptions): Promise<Ours> {
  made += 1
  const dataDir = join(site.folder, `data-${made}`)
  mkdirSync(dataDir, { recursive: true, mode: 0o755 })
  await site.redis.flush()
  const databaseUrl = options.embedded ? undefined : await site.postgres.database('ours')
  const servers = databaseUrl === undefined ? {} : { databaseUrl, redisUrl: site.redis.url }
  const product = await startProduct(lab, {
    roles: options.roles,
    dataDir,
    ...(options.carriers === undefined ? { smtpPort: site.sink.port } : { env: options.carriers }),
    ...servers,
    ...(options.root === undefined ? {} : { root: options.root }),
    ...(options.profileDir === undefined ? {} : { profileDir: options.profileDir }),
  })
  const targets = await createContacts(product, Math.max(500, Math.ceil(options.mails / MAILS_PER_CONTACT)))
  const to = (recipient: Record<string, string>) => ({
    type: 'message.custom',
    to: recipient,
    channels: ['email'],
    payload: { subject: SUBJECT, body: BODY, ...(options.ownHtml ? { html: HTML } : {}) },
  })
  const kind = (path: string, item: string, addressed: string[] = targets): JobKind => ({
    origin: product.origin,
    path,
    headers: product.headers,
    item,
    targets: addressed,
  })
  const toContact = JSON.stringify(to({ contactId: '{{to}}' }))
  return {
    product,
    databaseUrl,
    rowsUrl: databaseUrl ?? embeddedUrl(dataDir),
    watched: watchedParts(site, product, options.embedded ? dataDir : undefined),
    single: (item = toContact) => kind('/v1/notifications', item),
    batch: (item = toContact) => kind('/v1/notifications/batch', item),
    inline: (prefix) =>
      kind('/v1/notifications', JSON.stringify(to({ email: `${prefix}-{{seq}}@recipients.test` })), ['']),
  }
}

function embeddedUrl(dataDir: string): string {
  const { port, password } = readAccess(join(dataDir, 'postgres.json'))
  return `postgres://postgres:${password}@127.0.0.1:${port}/carillon`
}

function watchedParts(site: Site, product: Product, embeddedIn: string | undefined): Watched[] {
  const own = [...product.processes.values()].map((running) => watch(running))
  if (embeddedIn === undefined) return [...own, ...serverParts(site)]
  const pid = postgresIn(embeddedIn)
  return pid === undefined ? own : [...own, { name: 'postgres', pid, withChildren: true }]
}

const serverParts = ({ postgres, redis }: Site): Watched[] => [watch(postgres.process, true), watch(redis.process)]

export interface Typical {
  readonly pipeline: Pipeline
  readonly watched: Watched[]
}

/** Starts the typical pipeline on an empty database of the same servers. */
export async function startTypicalOn(
  lab: Lab,
  site: Site,
  options: { embedded: boolean; concurrency: number; template?: 'layout' | 'short' },
): Promise<Typical> {
  const settings: TypicalOptions = {
    databaseUrl: await site.postgres.database('typical'),
    smtpPort: site.sink.port,
    concurrency: options.concurrency,
    template: options.template ?? 'layout',
    layout: options.embedded ? 'all' : 'api+worker',
    ...(options.embedded ? {} : { redisUrl: site.redis.url }),
  }
  const pipeline = await startTypical(lab, settings)
  const watched = [...pipeline.processes.map((running: Running) => watch(running)), ...serverParts(site)]
  return { pipeline, watched }
}
