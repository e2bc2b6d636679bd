import { newId } from '../../platform/ids.ts'
import type { Carrier } from '../channels/carrier.ts'
import type { SuppressionReason } from '../channels/report.ts'
import type { SendResult } from '../channels/send-result.ts'
import { OUTCOMES } from './attempt-outcome.ts'
import type { Claimed } from './delivery-store.ts'
import { newDeadLetter } from './new-dead-letter.ts'
import type { Outcome } from './outcome.ts'
import type { Settlement } from './settle-store.ts'
import { EVENT_KINDS, statusCode } from './status.ts'
import { nextCheck } from './status-check.ts'

const NOTHING = { parts: null, cost: null }

const suppressionOf = (result: SendResult): SuppressionReason =>
  (result.outcome === 'refused' ? result.suppress : undefined) ?? 'hard_bounce'
const outcomeCode = (result: SendResult): number => OUTCOMES.indexOf(result.outcome)

/** What one try leaves in the tables. `via`: the account that made it; undefined when none was asked. */
export function settlementOf(
  row: Claimed,
  via: Pick<Carrier, 'provider' | 'accountId' | 'canBeAsked'> | undefined,
  result: SendResult,
  outcome: Outcome,
  at: Date,
  billed: Pick<Settlement, 'parts' | 'cost'> = NOTHING,
): Settlement {
  const refused = result.outcome === 'sent' ? undefined : result
  const followUpAt = followUp(row, outcome, at)
  return {
    messageId: row.message_id,
    n: row.attempt,
    organizationId: row.organization_id,
    status: outcome.kind === 'settled' ? statusCode(outcome.status) : null,
    nextDueAt: outcome.kind === 'again' ? outcome.dueAt : null,
    followUpAt,
    tries: outcome.kind === 'again' && !outcome.countsAsTry ? row.tries : row.tries + 1,
    outcome: outcomeCode(result),
    provider: via?.provider ?? null,
    providerAccountId: via?.accountId ?? null,
    providerMessageId: result.outcome === 'sent' ? result.providerMessageId : null,
    ...billed,
    errorClass: result.outcome === 'refused' ? result.class : null,
    code: refused?.code ?? null,
    detail: refused?.detail ?? null,
    reason: outcome.kind === 'settled' ? outcome.reason : null,
    eventId: newId(at),
    eventKind: EVENT_KINDS[outcome.event],
    eventDetail: refused
      ? JSON.stringify({
          attempt: row.attempt,
          code: refused.code,
          detail: refused.detail,
          ...(outcome.kind === 'again' ? { nextTryAt: outcome.dueAt } : {}),
          ...(outcome.kind === 'settled' && outcome.status === 'suppressed' ? { reason: outcome.reason } : {}),
        })
      : result.outcome === 'sent' && result.note
        ? JSON.stringify({ detail: result.note })
        : null,
    suppress:
      outcome.kind === 'settled' && outcome.failure === 'suppressed'
        ? { channel: row.channel, address: row.address, reason: suppressionOf(result) }
        : null,
    deadLetter:
      outcome.kind === 'settled' && outcome.failure && !followUpAt
        ? newDeadLetter(row, outcome.failure, refused?.code ?? null)
        : null,
    checkAt:
      via?.canBeAsked && outcome.kind === 'settled' && outcome.status === 'sent' ? (nextCheck(at, at) ?? null) : null,
    at,
  }
}

/**
 * When the next channel of its chain must be looked at: at once when this one failed for sure or was held back, and where it is set,
 * after the time a report of delivery may take. Null: nothing follows.
 */
function followUp({ fallback }: Claimed, outcome: Outcome, at: Date): Date | null {
  if (!fallback || outcome.kind === 'again' || fallback.next.length === 0) return null
  // An attempt that may have arrived is no definite failure: a person decides.
  if (outcome.failure) return outcome.failure === 'uncertain' ? null : at
  if (outcome.status === 'suppressed') return at
  if (outcome.status !== 'sent' || fallback.afterMs === null) return null
  return new Date(at.getTime() + fallback.afterMs)
}
