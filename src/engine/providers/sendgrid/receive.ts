import type { WebhookCall, WebhookResult } from '../../channels/report.ts'
import { readEvent } from './events.ts'
import type { SendgridSettings } from './settings.ts'
import { checkSignature, createKeyring } from './signature.ts'

/** Checks the signature of a call of the event webhook and says what its events report. */
export function createSendgridReceiver() {
  const keyOf = createKeyring()
  return (call: WebhookCall, { webhookKey }: Pick<SendgridSettings, 'webhookKey'>): WebhookResult =>
    receive(call, webhookKey, keyOf)
}

function receive(
  call: WebhookCall,
  webhookKey: string | undefined,
  keyOf: ReturnType<typeof createKeyring>,
): WebhookResult {
  if (!webhookKey)
    return { ok: false, reason: 'bad_signature', detail: 'This account has no webhookKey to check the signature with' }
  const verdict = checkSignature(call, webhookKey, keyOf)
  if (verdict === 'stale')
    return { ok: false, reason: 'stale', detail: 'The call was signed more than a day ago, or in the future' }
  if (verdict === 'forged')
    return { ok: false, reason: 'bad_signature', detail: 'The signature is not one of the key of this account' }

  const events = listIn(call.body)
  if (!events) return { ok: false, reason: 'unreadable', detail: 'The call is no list of events' }
  const read = events.map((event) => readEvent(event, call.receivedAt))
  const unknown = read.flatMap((one) => one.unknown ?? [])
  // Duplicates come within one call too.
  const reports = new Map(read.flatMap(({ report }) => (report ? [[report.eventId, report]] : [])))
  return { ok: true, reports: [...reports.values()], ...(unknown.length ? { unknown } : {}) }
}

function listIn(body: Buffer): unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(body.toString())
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
