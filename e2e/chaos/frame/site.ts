import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '../../../bench/lab/processes.ts'
import { type Product, type ProductOptions, startProduct } from '../../../bench/lab/product.ts'
import {
  type PostgresServer,
  type RedisServer,
  type Sink,
  startPostgres,
  startRedis,
  startSink,
  temporaryFolder,
} from '../../../bench/lab/servers.ts'
import type { Layout } from './scenario.ts'

export interface SiteOptions {
  /** How long the mail server takes for a mail: there always is something under way to be interrupted. */
  readonly sinkDelayMs: number
  /** Redis keeps its data on disk. */
  readonly redisKeepsData: boolean
  readonly postgresSettings: Readonly<Record<string, string | number>>
  /** Without a mail server of its own: the sandbox carriers take everything. */
  readonly sandbox: boolean
  readonly product: (lab: Lab) => Promise<Partial<ProductOptions>>
  /** What has to be done in the folder of data (`data`) and Postgres (`postgres`) before they are used. */
  readonly prepareFolder: (lab: Lab, folder: string) => void
}

/** Everything a scenario runs on. */
export interface Site {
  readonly lab: Lab
  readonly folder: string
  readonly dataDir: string
  readonly sink: Sink
  readonly redis: RedisServer | undefined
  readonly postgres: PostgresServer | undefined
  readonly product: Product
  /** The products that requests go to, in turn: more than one while a new version comes. */
  readonly serving: Product[]
  /** What this product was started with, to start another beside it. */
  readonly options: ProductOptions
  /** For the counts. The embedded server may have another port after a restart. */
  databaseUrl(): string
  /** What carriers took, by message. Counted in the mail servers unless the scenario replaces it. */
  carried: () => Promise<Copy[]>
}

/** One message as a carrier took it. */
export interface Copy {
  readonly messageId: string
  /** Milliseconds since 1970. */
  readonly at: number
}

const SINK_DELAY_MS = 8
const ROLES: Record<Layout, ProductOptions['roles']> = {
  redis: ['api', 'worker'],
  'two workers': ['api', 'worker', 'worker'],
  'no redis': ['api', 'worker'],
  embedded: ['all'],
}

export async function openSite(lab: Lab, layout: Layout, options: Partial<SiteOptions> = {}): Promise<Site> {
  const folder = temporaryFolder(lab)
  options.prepareFolder?.(lab, folder)
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir, { recursive: true })
  const sink = await startSink(lab, { keep: true })
  await sink.behave({ delayMs: options.sinkDelayMs ?? SINK_DELAY_MS })
  const hasRedis = layout === 'redis' || layout === 'two workers'
  const redis = hasRedis ? await startRedis(lab, folder, options.redisKeepsData) : undefined
  const postgres =
    layout === 'embedded'
      ? undefined
      : await startPostgres(lab, folder, options.postgresSettings ? { settings: options.postgresSettings } : {})
  const databaseUrl = await postgres?.database('carillon')
  const productOptions: ProductOptions = {
    roles: ROLES[layout],
    dataDir,
    ...(options.sandbox ? {} : { smtpPort: sink.port }),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(redis === undefined ? {} : { redisUrl: redis.url }),
    ...(await options.product?.(lab)),
  }
  const product = await startProduct(lab, productOptions)
  return {
    lab,
    folder,
    dataDir,
    sink,
    redis,
    postgres,
    product,
    serving: [product],
    options: productOptions,
    databaseUrl: () => databaseUrl ?? embeddedUrl(dataDir),
    carried: async () => (await sink.mails()).map(({ messageId, at }) => ({ messageId: messageIdOf(messageId), at })),
  }
}

/** Our id in a Message-ID header. */
export const messageIdOf = (header: string): string => /^<([0-9a-f-]{36})@/.exec(header)?.[1] ?? header

/** The embedded server's own access file, kept beside its cluster. */
function embeddedUrl(dataDir: string): string {
  const { port, password } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as Record<string, string>
  return `postgres://postgres:${password}@127.0.0.1:${port}/carillon?sslmode=disable`
}
