import type { Database } from '../../platform/database/database.ts'
import type { Carrier, EarlierTry } from '../channels/carrier.ts'
import type { Outbound } from '../channels/outbound.ts'
import type { SendResult } from '../channels/send-result.ts'
import { OUTCOMES } from './attempt-outcome.ts'
import type { Claimed } from './delivery-store.ts'

type Run = Database['run']

const UNCERTAIN = OUTCOMES.indexOf('uncertain')

/** The last try never got an answer. By the provider's rule: ask, stop, or (undefined) send again with the same id. */
export async function settleEarlier(
  run: Run,
  row: Claimed,
  { accountId, whenUncertain, find }: Pick<Carrier, 'accountId' | 'whenUncertain' | 'find'>,
  message: Outbound,
): Promise<SendResult | undefined> {
  if (whenUncertain === 'ask' && find) return find(message, await earlierTry(run, row, accountId))
  if (whenUncertain === 'stop')
    return {
      outcome: 'uncertain',
      code: 'lost',
      detail: `Try ${row.unknown_attempt} ended without an answer and cannot be asked about`,
    }
  return undefined
}

/** What a carrier that is asked about a message must know of its tries by this account. */
async function earlierTry(run: Run, row: Claimed, accountId: string): Promise<EarlierTry | undefined> {
  const [first] = await run<{ since: Date | null }>(
    'delivery.unknown-since',
    // The first of them: asking without success is a try too, and what may have arrived is older.
    `select min(started_at) as since from attempt
     where message_id = $1 and provider_account_id = $2 and (outcome is null or outcome = ${UNCERTAIN})`,
    [row.message_id, accountId],
  )
  if (!first?.since) return undefined
  return {
    since: first.since,
    async belongsToOthers(providerMessageIds) {
      // After the carrier has named them: what it names was begun before, so its try is there to be seen.
      if (await hasRivals(run, row, accountId)) return 'not_yet'
      const rows = await run<{ provider_message_id: string }>(
        'delivery.known-to-others',
        `select provider_message_id from attempt
         where provider_account_id = $1 and provider_message_id = any($2::text[]) and message_id <> $3`,
        [accountId, providerMessageIds, row.message_id],
      )
      return new Set(rows.map((known) => known.provider_message_id))
    },
  }
}

/**
 * Whether another message to the same address has a try by this account that a worker is at, or one whose outcome is
 * unknown and whose turn is first. Of several, the oldest asks first and takes what it finds: two with the same words
 * never take one copy for both.
 */
async function hasRivals(run: Run, row: Claimed, accountId: string): Promise<boolean> {
  const rows = await run<{ there: boolean }>(
    'delivery.rivals',
    `select exists (
       select 1 from (select m.id from message m where m.organization_id = $1 and m.address = $2 and m.status <= 2 and m.id <> $3 offset 0) m
       cross join lateral (select w.state, w.attempt from message_work w where w.message_id = m.id offset 0) w
       cross join lateral (select a.n, a.outcome from attempt a where a.message_id = m.id and a.provider_account_id = $4
         and (a.outcome is null or a.outcome = ${UNCERTAIN}) offset 0) a
       where m.id < $3 or (w.state = 3 and a.outcome is null and a.n = w.attempt)
     ) as there`,
    [row.organization_id, row.address, row.message_id, accountId],
  )
  return rows[0]!.there
}
