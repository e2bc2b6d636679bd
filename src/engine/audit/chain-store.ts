import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { type Crypto, SealError } from '../../platform/crypto.ts'
import { int8s, texts, times, uuids } from '../../platform/database/arrays.ts'
import type { Database } from '../../platform/database/database.ts'
import { FIRST_ID } from '../../platform/ids.ts'
import { genesis, type Head, stampOf } from './chain.ts'
import type { Row } from './entry.ts'

type Run = Database['run']

/** A chain as this process may go on with it. */
export interface Chain {
  readonly organizationId: string
  readonly key: KeyObject
  readonly head: Head
  /** Of what `head` was when it was read: it is gone on with only if that is still so. */
  readonly stamp: Buffer
}

export interface ChainRow {
  readonly organization_id: string
  readonly key: Buffer
  readonly n: string
  readonly hash: Buffer
  readonly at: Date
  readonly anchor_n: string
  readonly start_n: string
  readonly start_hash: Buffer
  readonly began_at: Date
  readonly keep_days: number
  readonly stamp: Buffer
}

const COLUMNS = 'organization_id, key, n, hash, at, anchor_n, start_n, start_hash, began_at, keep_days, stamp'

export const headOf = (row: ChainRow): Head => ({
  n: Number(row.n),
  hash: row.hash,
  at: row.at,
  anchorN: Number(row.anchor_n),
  startN: Number(row.start_n),
  startHash: row.start_hash,
  beganAt: row.began_at,
})

/** @throws SealError when it was sealed with a secret that is not known. */
export const keyOf = (row: ChainRow, crypto: Crypto): KeyObject =>
  createSecretKey(crypto.open(row.key, row.organization_id))

/** The same; undefined for one sealed with a secret that is not known. */
export function knownKeyOf(row: ChainRow, crypto: Crypto): KeyObject | undefined {
  try {
    return keyOf(row, crypto)
  } catch (error) {
    if (error instanceof SealError) return undefined
    throw error
  }
}

export async function findChain(run: Run, organizationId: string): Promise<ChainRow | undefined> {
  const sql = `select ${COLUMNS} from audit_chain where organization_id = $1`
  return (await run<ChainRow>('audit.chain', sql, [organizationId]))[0]
}

/** The same, and nobody goes on with it until this transaction ends. */
export async function lockChain(run: Run, organizationId: string): Promise<ChainRow | undefined> {
  const sql = `select ${COLUMNS} from audit_chain where organization_id = $1 for update`
  return (await run<ChainRow>('audit.lock', sql, [organizationId]))[0]
}

/** The chain there is, or a new one. */
export async function beginChain(run: Run, crypto: Crypto, organizationId: string, now: Date): Promise<ChainRow> {
  const found = await findChain(run, organizationId)
  if (found) return found
  const secret = randomBytes(32)
  const key = createSecretKey(secret)
  const hash = genesis(key, organizationId, 0)
  const head: Head = { n: 0, hash, at: now, anchorN: 0, startN: 0, startHash: hash, beganAt: now }
  await run(
    'audit.begin',
    `insert into audit_chain (organization_id, key, n, hash, at, anchor_n, start_n, start_hash, began_at, stamp)
     values ($1, $2, 0, $3, $4, 0, 0, $3, $4, $5) on conflict do nothing`,
    [organizationId, crypto.seal(secret, organizationId), hash, now, stampOf(key, organizationId, head)],
  )
  return (await findChain(run, organizationId))!
}

/** Goes on with another key after the last entry: what is before can no longer be verified, and that is said of it. */
export async function replaceKey(run: Run, crypto: Crypto, row: ChainRow): Promise<void> {
  const secret = randomBytes(32)
  const key = createSecretKey(secret)
  const { n } = headOf(row)
  const hash = genesis(key, row.organization_id, n)
  const head: Head = { ...headOf(row), hash, startN: n, startHash: hash }
  await run(
    'audit.replace-key',
    'update audit_chain set key = $2, hash = $3, start_n = n, start_hash = $3, stamp = $4 where organization_id = $1 and key = $5',
    [
      row.organization_id,
      crypto.seal(secret, row.organization_id),
      hash,
      stampOf(key, row.organization_id, head),
      row.key,
    ],
  )
}

/** Adds entries and moves the head, both or neither; the new stamp. Undefined: somebody else was faster, and nothing was done. */
export async function extend(run: Run, chain: Chain, rows: readonly Row[], next: Head): Promise<Buffer | undefined> {
  const { organizationId, key, stamp } = chain
  const nextStamp = stampOf(key, organizationId, next)
  const [added] = await run<{ count: number }>('audit.extend', EXTEND, [
    organizationId,
    stamp,
    next.n,
    next.hash,
    next.at,
    nextStamp,
    int8s(rows.map((row) => row.n)),
    uuids(rows.map((row) => row.id)),
    times(rows.map((row) => row.at)),
    texts(rows.map((row) => row.kind)),
    texts(rows.map((row) => row.act)),
    texts(rows.map((row) => row.outcome)),
    texts(rows.map((row) => row.actorKind)),
    texts(rows.map((row) => row.actorId)),
    texts(rows.map((row) => row.actorName)),
    texts(rows.map((row) => row.subjects.join(' '))),
    texts(rows.map((row) => row.details)),
    texts(rows.map((row) => row.requestId)),
    texts(rows.map((row) => row.supportWindowId)),
    texts(rows.map((row) => row.ip)),
    texts(rows.map((row) => row.userAgent)),
    rows.map((row) => row.originSalt),
    rows.map((row) => row.originDigest),
    rows.map((row) => row.hash),
  ])
  return added!.count > 0 ? nextStamp : undefined
}

/** Of entries that were handed in before, perhaps: those that are in the chain. */
export async function findWritten(run: Run, organizationId: string, ids: readonly string[], since: Date) {
  const rows = await run<{ id: string }>(
    'audit.written',
    'select id from audit_entry where organization_id = $1 and at >= $2 and id = any($3::uuid[])',
    [organizationId, since, ids],
  )
  return new Set(rows.map(({ id }) => id))
}

/** The head, and the lowest and highest numbers of entries, as of one moment. */
export async function surveyChain(run: Run, organizationId: string) {
  const [row] = await run<{ chain: boolean; first_n: string | null; last_n: string | null } & Partial<ChainRow>>(
    'audit.survey',
    `select c.*, c.organization_id is not null as chain,
       (select n from audit_entry e where e.organization_id = o.id order by n limit 1) as first_n,
       (select n from audit_entry e where e.organization_id = o.id order by n desc limit 1) as last_n
     from (select $1::uuid as id) o left join audit_chain c on c.organization_id = o.id`,
    [organizationId],
  )
  return {
    chain: row!.chain ? (row as ChainRow) : undefined,
    firstN: row!.first_n === null ? undefined : Number(row!.first_n),
    lastN: row!.last_n === null ? undefined : Number(row!.last_n),
  }
}

/** Entries after `after`, up to `to`, in their order. */
export async function readEntries(run: Run, organizationId: string, after: number, to: number, limit: number) {
  const rows = await run<Omit<Row, 'n'> & { n: string }>(
    'audit.entries',
    `select n, id, at, kind, act, outcome, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName", subjects, details::text as details,
       request_id as "requestId", support_window_id as "supportWindowId", ip, user_agent as "userAgent", origin_salt as "originSalt",
       origin_digest as "originDigest", hash
     from audit_entry where organization_id = $1 and n > $2 and n <= $3 order by n limit $4`,
    [organizationId, after, to, limit],
  )
  return rows.map((row): Row => ({ ...row, n: Number(row.n) }))
}

/** Every organization that has a chain, or entries of one. */
export async function* eachOrganization(run: Run): AsyncGenerator<string> {
  for (let after = FIRST_ID; ; ) {
    const [row] = await run<{ organization_id: string }>(
      'audit.next',
      `select organization_id from (
         (select organization_id from audit_chain where organization_id > $1 order by organization_id limit 1)
         union all (select organization_id from audit_entry where organization_id > $1 order by organization_id, n limit 1)
       ) o order by organization_id limit 1`,
      [after],
    )
    if (!row) return
    yield row.organization_id
    after = row.organization_id
  }
}

const EXTEND = `
with head as (
  update audit_chain set n = $3, hash = $4, at = $5, stamp = $6 where organization_id = $1 and stamp = $2 returning organization_id
), added as (
  insert into audit_entry (organization_id, n, id, at, kind, act, outcome, actor_kind, actor_id, actor_name, subjects, details, request_id, support_window_id,
    ip, user_agent, origin_salt, origin_digest, hash)
  select head.organization_id, e.n, id, at, kind, act, outcome, actor_kind, actor_id, actor_name, string_to_array(subjects, ' '), details::json, request_id,
    support_window_id, ip, user_agent, origin_salt, origin_digest, e.hash
  from head cross join unnest($7::bigint[], $8::uuid[], $9::timestamptz[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
    $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::bytea[], $23::bytea[], $24::bytea[])
    as e(n, id, at, kind, act, outcome, actor_kind, actor_id, actor_name, subjects, details, request_id, support_window_id, ip, user_agent, origin_salt, origin_digest, hash)
  returning 1
)
select count(*)::int as count from added`
