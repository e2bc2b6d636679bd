import type { Cost } from '../../channels/cost.ts'
import type { Report } from '../../channels/report.ts'
import { PTT, RECEIPTS } from './codes.ts'

interface Told {
  readonly id: string
  readonly ptt: number | undefined
  readonly receipt: number | undefined
  readonly at: Date
  readonly cost?: Cost | undefined
}

/** What the two codes of a sent SMS say of it, the operator's own first. Undefined: nothing that is known. */
export function reportOf({ id, ptt, receipt, at, cost }: Told): Report | undefined {
  const byOperator = ptt === undefined ? undefined : PTT.get(ptt)
  const byReceipt = receipt === undefined ? undefined : RECEIPTS.get(receipt)
  // An operator that goes on trying may be behind the receipt's end.
  const state = byOperator && isEnd(byOperator.status) ? byOperator : (byReceipt ?? byOperator)
  if (!state) return undefined
  const code = state === byOperator ? `ptt ${ptt}` : `dlr ${receipt}`
  return {
    eventId: `${id} ${code}`,
    providerMessageId: id,
    status: state.status,
    at,
    ...(state.status === 'failed' ? { code, detail: state.detail } : {}),
    ...(state.suppress ? { suppress: 'invalid_address' as const } : {}),
    ...(cost ? { cost } : {}),
  }
}

const isEnd = (status: Report['status']): boolean => status === 'delivered' || status === 'failed'
