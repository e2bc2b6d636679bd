import type { Selectable } from 'kysely'
import { AppError, invalid, notFound } from '../../errors.ts'
import { createBatcher } from '../../platform/batch.ts'
import type { Clock } from '../../platform/clock.ts'
import { hashToken, newToken } from '../../platform/crypto.ts'
import type { Database } from '../../platform/database/database.ts'
import type { DB } from '../../platform/database/generated.ts'
import { newId } from '../../platform/ids.ts'
import { createRemembered, isRecent } from '../../platform/remembered.ts'
import type { Scope } from './organization.ts'

export interface ApiKey {
  readonly id: string
  readonly name: string
  /** The first characters, to recognise it by. */
  readonly prefix: string
  readonly scopes: Scope[]
  readonly createdAt: Date
  readonly expiresAt: Date | null
  /** To the minute. */
  readonly lastUsedAt: Date | null
  readonly revokedAt: Date | null
}

export interface ActiveKey {
  readonly id: string
  readonly organizationId: string
  readonly name: string
  readonly scopes: readonly Scope[]
}

export interface NewApiKey {
  readonly organizationId: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAt?: Date | null
  /** Presets the key instead of a random one: `crl_` and at least 16 letters, digits, `-` or `_`. */
  readonly key?: string
}

export interface ApiKeys {
  /** The one time the key itself is seen: only its SHA-256 is stored. Presetting a key the organization has returns that one. */
  create(key: NewApiKey): Promise<ApiKey & { key: string }>
  /** Newest first; `limit + 1` rows at most, so that the caller can tell whether there are more. */
  list(organizationId: string, page: { limit: number; before: string | undefined }): Promise<ApiKey[]>
  /** At once here, within a tenth of a second in every other process. Throws `not_found`; revoking twice is fine. */
  revoke(organizationId: string, id: string): Promise<ApiKey>
  /**
   * The key as it was read a tenth of a second ago at most: who calls a thousand times a second is not looked up a thousand
   * times. Throws `unauthenticated`, saying why.
   */
  check(key: string): Promise<ActiveKey>
  /** Writes the last uses that are still to be written. */
  close(): Promise<void>
}

type Row = Selectable<DB['api_key']>

const PRESET = /^crl_[A-Za-z0-9_-]{16,200}$/
const PREFIX_LENGTH = 12
const LAST_USED_EVERY_MS = 60_000
const REMEMBERED_MS = 100

const FIND = 'select * from api_key where hash = any($1::bytea[])'
/** Mostly all callers of a moment have the same key. For a list Postgres makes a plan each time, which takes longer than the look-up. */
const FIND_ONE = 'select * from api_key where hash = $1::bytea'

const TOUCH = `
  update api_key k set last_used_at = u.at from unnest($1::uuid[], $2::timestamptz[]) as u (id, at)
  where k.id = u.id and (k.last_used_at is null or k.last_used_at < u.at)`

export function createApiKeys({
  db,
  clock,
  onError,
}: {
  db: Database
  clock: Clock
  onError: (error: unknown) => void
}): ApiKeys {
  const find = createBatcher<Buffer, Row | undefined>({
    maxItems: 1000,
    maxConcurrent: 2,
    overlapFrom: 16,
    run: async (hashes) => {
      const hexes = hashes.map((hash) => hash.toString('hex'))
      const different = [...new Map(hexes.map((hex, i) => [hex, hashes[i]])).values()]
      const rows =
        different.length === 1
          ? await db.run<Row>('api_keys.find-one', FIND_ONE, different)
          : await db.run<Row>('api_keys.find', FIND, [different])
      const byHash = new Map(rows.map((row) => [row.hash.toString('hex'), row]))
      return hexes.map((hex) => byHash.get(hex))
    },
  })
  const known = createRemembered({ load: (hex) => find(Buffer.from(hex, 'hex')), clock, staleMs: REMEMBERED_MS })
  const touch = createBatcher<{ id: string; at: Date }, void>({
    maxItems: 1000,
    maxConcurrent: 1,
    run: async (uses) => {
      // Ordered, so that two processes that write the same keys wait for each other instead of locking each other out.
      const sorted = [...uses].sort((a, b) => (a.id < b.id ? -1 : 1))
      await db.run('api_keys.touch', TOUCH, [sorted.map((use) => use.id), sorted.map((use) => use.at)])
      return uses.map(() => undefined)
    },
  })
  const touchedAt = new Map<string, number>()

  function noteUse(row: Row, now: Date): void {
    const last = touchedAt.get(row.id) ?? row.last_used_at?.getTime() ?? 0
    if (isRecent(last, now, LAST_USED_EVERY_MS)) return
    if (touchedAt.size > 10_000) touchedAt.clear()
    touchedAt.set(row.id, now.getTime())
    touch({ id: row.id, at: now }).catch(onError)
  }

  return {
    async create({ organizationId, name, scopes, expiresAt = null, key = newToken('crl') }) {
      if (!PRESET.test(key)) throw invalid('key', 'A key is crl_ and at least 16 letters, digits, - or _')
      const now = clock.now()
      const hash = hashToken(key)
      const row = await db.as(organizationId, async (tx) => {
        const made = await tx
          .insertInto('api_key')
          .values({
            id: newId(now),
            organization_id: organizationId,
            name,
            prefix: key.slice(0, PREFIX_LENGTH),
            hash,
            scopes: [...scopes],
            expires_at: expiresAt,
            created_at: now,
          })
          .onConflict((conflict) => conflict.column('hash').doNothing())
          .returningAll()
          .executeTakeFirst()
        return made ?? tx.selectFrom('api_key').selectAll().where('hash', '=', hash).executeTakeFirst()
      })
      if (!row) throw new AppError('conflict', 'This key belongs to another organization')
      known.forget(hash.toString('hex'))
      return { ...toApiKey(row), key }
    },

    async list(organizationId, { limit, before }) {
      const rows = await db.as(organizationId, (tx) => {
        const newest = tx.selectFrom('api_key').selectAll().where('organization_id', '=', organizationId)
        const page = before === undefined ? newest : newest.where('id', '<', before)
        return page
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute()
      })
      return rows.map(toApiKey)
    },

    async revoke(organizationId, id) {
      const row = await db.as(organizationId, (tx) =>
        tx
          .updateTable('api_key')
          .set((row) => ({ revoked_at: row.fn.coalesce('revoked_at', row.val(clock.now())) }))
          .where('organization_id', '=', organizationId)
          .where('id', '=', id)
          .returningAll()
          .executeTakeFirst(),
      )
      if (!row) throw notFound('API key', id)
      known.forget(row.hash.toString('hex'))
      return toApiKey(row)
    },

    async check(key) {
      const row = PRESET.test(key) ? await known.of(hashToken(key).toString('hex')) : undefined
      if (!row) throw new AppError('unauthenticated', 'This API key is not known')
      const now = clock.now()
      if (row.revoked_at) throw new AppError('unauthenticated', 'This API key was revoked')
      if (row.expires_at && row.expires_at <= now) throw new AppError('unauthenticated', 'This API key has expired')
      noteUse(row, now)
      return { id: row.id, organizationId: row.organization_id, name: row.name, scopes: row.scopes as Scope[] }
    },

    close: () => touch.drain(),
  }
}

const toApiKey = (row: Row): ApiKey => ({
  id: row.id,
  name: row.name,
  prefix: row.prefix,
  scopes: row.scopes as Scope[],
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  lastUsedAt: row.last_used_at,
  revokedAt: row.revoked_at,
})
