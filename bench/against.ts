import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { BODY, SUBJECT } from './content.ts'
import { familyOf, type Lab, threadSeconds } from './lab/processes.ts'
import { createContacts, type Product, startProduct } from './lab/product.ts'
import { startPostgres, temporaryFolder } from './lab/servers.ts'
import { type Findings, percentile } from './report.ts'

export interface AgainstOptions {
  /** Another checkout, with its packages installed. */
  folder: string
  /** Samples of each kind and side. */
  rounds: number
}

const CONTACTS = 1_500
const WARM_UP = 4

interface Side {
  name: 'that one' | 'this one'
  product: Product
  contacts: string[]
  postgresPid: number
  sent: number
  samples: Record<Kind, { api: number; postgres: number }[]>
}

type Kind = keyof typeof KINDS
/** What one sample sends: so many requests of so many notifications, so many at once. */
const KINDS = {
  'batches of 1 000': { requests: 2, size: 1_000, atOnce: 2 },
  single: { requests: 640, size: 1, atOnce: 32 },
}

/**
 * What accepting costs this version and another one, in turn, each on a Postgres of its own: processor time for each
 * notification, of small samples, of which the quickest tenth is told. So it can be read on a machine that has other work,
 * where rates and times say nothing.
 */
export async function benchAgainst(lab: Lab, { folder, rounds }: AgainstOptions): Promise<Findings> {
  const sides = [await startSide(lab, 'that one', folder), await startSide(lab, 'this one')]
  for (let round = -WARM_UP; round < rounds; round++)
    for (const kind of Object.keys(KINDS) as Kind[])
      for (const side of round % 2 ? sides.toReversed() : sides) {
        const sample = await measure(side, kind)
        if (round >= 0) side.samples[kind].push(sample)
      }
  for (const side of sides) await side.product.stop()
  return {
    bench: 'against',
    settings: { folder, rounds },
    table: [
      ['', 'version', 'API, µs each', 'median', 'Postgres, µs each', 'median'],
      ...(Object.keys(KINDS) as Kind[]).flatMap((kind) =>
        sides.map(({ name, samples }) => {
          const of = (part: 'api' | 'postgres', share: number) =>
            percentile(
              samples[kind].map((sample) => sample[part]),
              share,
            ).toFixed(1)
          return [kind, name, of('api', 0.1), of('api', 0.5), of('postgres', 0.1), of('postgres', 0.5)]
        }),
      ),
    ],
    notes: [`Of ${rounds} samples each, the tenth percentile and the median. Queues on Postgres, no worker.`],
    runs: sides.map(({ name, samples }) => ({ name, samples })),
  }
}

async function startSide(lab: Lab, name: Side['name'], root?: string): Promise<Side> {
  const folder = temporaryFolder(lab)
  const postgres = await startPostgres(lab, folder)
  const dataDir = join(folder, 'data')
  mkdirSync(dataDir, { mode: 0o755 })
  const databaseUrl = await postgres.database('carillon')
  const product = await startProduct(lab, { roles: ['api'], dataDir, databaseUrl, ...(root ? { root } : {}) })
  const contacts = await createContacts(product, CONTACTS)
  const samples = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, []])) as unknown as Side['samples']
  return { name, product, contacts, postgresPid: postgres.process.pid, sent: 0, samples }
}

async function measure(side: Side, kind: Kind): Promise<{ api: number; postgres: number }> {
  const { requests, size, atOnce } = KINDS[kind]
  const bodies = Array.from({ length: requests }, () => Array.from({ length: size }, () => notification(side)))
  const apiPid = [...side.product.processes.values()][0]!.pid
  const used = () => ({ api: threadSeconds(apiPid), postgres: sumOf(familyOf(side.postgresPid)) })
  const before = used()
  const sender = async () => {
    for (let own = bodies.pop(); own; own = bodies.pop()) {
      const { status, body } =
        size === 1
          ? await side.product.call('POST', '/v1/notifications', own[0])
          : await side.product.call('POST', '/v1/notifications/batch', { notifications: own })
      if (status !== 202) throw new Error(`${side.name} answered ${status} ${JSON.stringify(body)}`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, sender))
  const after = used()
  const each = (seconds: number) => (seconds * 1e6) / (requests * size)
  return { api: each(after.api - before.api), postgres: each(after.postgres - before.postgres) }
}

const sumOf = (pids: readonly number[]): number => pids.reduce((sum, pid) => sum + threadSeconds(pid), 0)

function notification(side: Side) {
  const seq = side.sent++
  return {
    type: 'message.custom',
    to: { contactId: side.contacts[seq % CONTACTS] },
    channels: ['email'],
    payload: { subject: SUBJECT.replace('{{seq}}', String(seq)), body: BODY },
  }
}
