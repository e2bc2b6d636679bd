import { sql } from 'kysely'
import type { Database, Tx } from '../../platform/database/database.ts'
import { channelCode } from '../channels/channel.ts'
import { type Account, MOST_ACCOUNTS } from './account.ts'
import { type AccountRow, toAccount } from './store.ts'

type Work = Pick<Database, 'as'>
type Content = Pick<Account, 'name' | 'position' | 'weight' | 'limits' | 'enabled' | 'settings'>
type Change = Content & Pick<Account, 'resetAt' | 'removedAt'>
/** What is undefined stays as it is. */
export type Changes = { readonly [Field in keyof Change]?: Change[Field] | undefined }

/** By which every process follows the changes, whatever its own clock says. */
const DATABASE_TIME = sql<Date>`now()`

const COLUMNS = [
  'id',
  'organization_id',
  'provider',
  'channel',
  'name',
  'settings',
  'position',
  'weight',
  'limits',
  'enabled',
  'reset_at',
  'created_at',
  'removed_at',
  sql<string>`updated_at::text`.as('version'),
] as const

export const listOwn = (db: Work, organizationId: string): Promise<Account[]> =>
  db.as(organizationId, async (tx) => (await there(tx).orderBy('id').execute()).map(read))

export const findOwn = (db: Work, organizationId: string, id: string): Promise<Account | undefined> =>
  db.as(organizationId, async (tx) => readIf(await there(tx).where('id', '=', id).executeTakeFirst()))

/** Undefined when the organization has as many as it may. `allow` may still refuse it, in the same transaction. */
export const insertOwn = (
  db: Work,
  organizationId: string,
  account: Content & Pick<Account, 'id' | 'provider' | 'channel' | 'createdAt'>,
  allow: (tx: Tx) => Promise<void>,
): Promise<Account | undefined> =>
  db.as(organizationId, async (tx) => {
    await allow(tx)
    // One at a time for each organization, so that two at once do not both find the last place free.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`provider_account ${organizationId}`}, 0))`.execute(tx)
    const { n } = await tx
      .selectFrom('provider_account')
      .select(({ fn }) => fn.countAll<string>().as('n'))
      .where('removed_at', 'is', null)
      .executeTakeFirstOrThrow()
    if (Number(n) >= MOST_ACCOUNTS) return undefined
    const row = await tx
      .insertInto('provider_account')
      .values({
        id: account.id,
        organization_id: organizationId,
        provider: account.provider,
        channel: channelCode(account.channel),
        name: account.name,
        settings: account.settings,
        position: account.position,
        weight: account.weight,
        limits: JSON.stringify(account.limits),
        enabled: account.enabled,
        created_at: account.createdAt,
        updated_at: DATABASE_TIME,
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow()
    return read(row)
  })

/** Undefined when somebody else has changed or removed the account since it was read. */
export const saveOwn = (
  db: Work,
  organizationId: string,
  account: Account,
  { limits, resetAt, removedAt, ...plain }: Changes,
): Promise<Account | undefined> =>
  db.as(organizationId, async (tx) =>
    readIf(
      await tx
        .updateTable('provider_account')
        // Kysely leaves out what is undefined.
        .set({
          ...plain,
          limits: limits && JSON.stringify(limits),
          reset_at: resetAt,
          removed_at: removedAt,
          updated_at: DATABASE_TIME,
        })
        .where('id', '=', account.id)
        .where(sql<boolean>`updated_at::text = ${account.version}`)
        .where('removed_at', 'is', null)
        .returning(COLUMNS)
        .executeTakeFirst(),
    ),
  )

const there = (tx: Tx) => tx.selectFrom('provider_account').select(COLUMNS).where('removed_at', 'is', null)

const read = (row: unknown): Account => toAccount(row as AccountRow)
const readIf = (row: unknown): Account | undefined => (row === undefined ? undefined : read(row))
