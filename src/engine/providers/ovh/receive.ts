import type { WebhookCall, WebhookResult } from '../../channels/report.ts'
import { isToken } from '../webhook-token.ts'
import { idOf } from './message.ts'
import type { OvhSettings } from './settings.ts'
import { reportOf } from './state.ts'

/**
 * A delivery report: OVHcloud calls the address set up at it with `id`, `ptt`, `date`, `description` (the receipt's
 * number) and `descriptionDlr` in the query (guide for SMS users, step 5). It signs nothing, so the address carries a
 * token. The method and the form of `date` are not documented: both methods are taken, and the time is that of the call.
 */
export function receiveOvh(call: WebhookCall, { webhookToken }: OvhSettings): WebhookResult {
  const fields = fieldsOf(call)
  if (webhookToken === undefined || !isToken(fields.get('token') ?? undefined, webhookToken))
    return { ok: false, reason: 'bad_signature', detail: 'The address was called without the token of this account' }
  const id = idOf(fields.get('id') ?? undefined)
  if (id === undefined) return strange('a call without the id of an SMS')
  const [ptt, receipt] = [numberOf(fields.get('ptt')), numberOf(fields.get('description'))]
  if (ptt === undefined && receipt === undefined)
    return strange(fields.has('senderid') ? 'a reply' : 'a call without ptt or description')
  const report = reportOf({ id, ptt, receipt, at: call.receivedAt })
  if (report) return { ok: true, reports: [report] }
  return KNOWN_TO_SAY_NOTHING.has(ptt ?? -1) || receipt === 0 || receipt === 4
    ? { ok: true, reports: [] }
    : strange(`ptt ${ptt ?? 'none'}`)
}

/** 6: the operator tells no end. */
const KNOWN_TO_SAY_NOTHING: ReadonlySet<number> = new Set([0, 6])

const strange = (what: string): WebhookResult => ({ ok: true, reports: [], unknown: [what] })

/** Whoever adds its own query to an address that has one may write a second question mark: the token ends there. */
function fieldsOf({ query, body }: WebhookCall): URLSearchParams {
  const fields = new URLSearchParams(body.toString())
  for (const [name, value] of Object.entries(query)) {
    const at = name === 'token' ? value.indexOf('?') : -1
    fields.set(name, at < 0 ? value : value.slice(0, at))
    if (at >= 0) for (const [more, text] of new URLSearchParams(value.slice(at + 1))) fields.set(more, text)
  }
  return fields
}

const numberOf = (text: string | null): number | undefined =>
  text !== null && /^\d{1,5}$/.test(text) ? Number(text) : undefined
