import { newId } from '../../platform/ids.ts'
import type { SendResult } from '../channels/send-result.ts'
import type { Claimed, Settlement } from './delivery-store.ts'
import type { Outcome } from './outcome.ts'
import { EVENT_KINDS, statusCode } from './status.ts'

/** What the attempt table holds. */
export const OUTCOMES = ['sent', 'refused', 'uncertain'] as const
const outcomeCode = (result: SendResult): number => OUTCOMES.indexOf(result.outcome)

/** What one try leaves in the tables. */
export function settlementOf(
  row: Claimed,
  via: { readonly provider: string; readonly accountId: string },
  result: SendResult,
  outcome: Outcome,
  at: Date,
): Settlement {
  const refused = result.outcome === 'sent' ? undefined : result
  return {
    messageId: row.message_id,
    n: row.attempt,
    organizationId: row.organization_id,
    status: outcome.kind === 'settled' ? statusCode(outcome.status) : null,
    nextDueAt: outcome.kind === 'again' ? outcome.dueAt : null,
    tries: outcome.kind === 'again' && !outcome.countsAsTry ? row.tries : row.tries + 1,
    outcome: outcomeCode(result),
    provider: via.provider,
    providerAccountId: via.accountId,
    providerMessageId: result.outcome === 'sent' ? result.providerMessageId : null,
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
        })
      : null,
    suppress:
      outcome.kind === 'settled' && outcome.suppress
        ? { channel: row.channel, address: row.address, reason: 'hard_bounce' }
        : null,
    at,
  }
}
