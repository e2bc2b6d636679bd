import type { Database } from '../../platform/database/database.ts'
import type { EarlierTry } from '../channels/carrier.ts'
import { OUTCOMES } from './attempt-outcome.ts'

type Run = Database['run']

const UNCERTAIN = OUTCOMES.indexOf('uncertain')

/** What a carrier that is asked about a message must know of its tries by this account. */
export async function earlierTry(run: Run, messageId: string, accountId: string): Promise<EarlierTry | undefined> {
  const [row] = await run<{ since: Date | null }>(
    'delivery.unknown-since',
    // The first of them: asking without success is a try too, and what may have arrived is older.
    `select min(started_at) as since from attempt
     where message_id = $1 and provider_account_id = $2 and (outcome is null or outcome = ${UNCERTAIN})`,
    [messageId, accountId],
  )
  if (!row?.since) return undefined
  return {
    since: row.since,
    async belongsToOthers(providerMessageIds) {
      const rows = await run<{ provider_message_id: string }>(
        'delivery.known-to-others',
        `select provider_message_id from attempt
         where provider_account_id = $1 and provider_message_id = any($2::text[]) and message_id <> $3`,
        [accountId, providerMessageIds, messageId],
      )
      return new Set(rows.map((known) => known.provider_message_id))
    },
  }
}
