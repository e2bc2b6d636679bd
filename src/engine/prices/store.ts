import { sql } from 'kysely'
import type { Database, Tx } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { channelCode, channelOf } from '../channels/channel.ts'
import type { Price } from './price.ts'

interface PriceRow {
  readonly organization_id: string | null
  readonly provider: string
  readonly channel: number
  readonly country: string
  readonly category: string
  readonly micros: string
  readonly currency: string
}

const toPrice = (row: PriceRow): Price => ({
  provider: row.provider,
  channel: channelOf(row.channel),
  country: row.country,
  category: row.category,
  micros: Number(row.micros),
  currency: row.currency,
})

/** An organization's own prices and the platform's. */
export async function readPrices(run: Database['run'], organizationId: string) {
  const rows = await run<PriceRow>(
    'prices.read',
    `select organization_id, provider, channel, country, category, micros, currency from price
     where organization_id = $1 or organization_id is null order by provider, channel, country, category`,
    [organizationId],
  )
  return {
    own: rows.filter((row) => row.organization_id !== null).map(toPrice),
    platform: rows.filter((row) => row.organization_id === null).map(toPrice),
  }
}

/** Puts these in the place of an organization's own prices. */
export async function replacePrices(
  tx: Tx,
  organizationId: string,
  prices: readonly Price[],
  now: Date,
): Promise<void> {
  // Two that save at once follow each other: the list is that of one of them.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`prices ${organizationId}`}, 0))`.execute(tx)
  await tx.deleteFrom('price').where('organization_id', '=', organizationId).execute()
  if (prices.length === 0) return
  await tx
    .insertInto('price')
    .values(
      prices.map(({ channel, ...price }) => ({
        ...price,
        id: newId(now),
        organization_id: organizationId,
        channel: channelCode(channel),
        created_at: now,
      })),
    )
    .execute()
}
