import { REMEDIES } from '../../channels/error-class.ts'
import type { Report, ReportStatus, WebhookCall, WebhookResult } from '../../channels/report.ts'
import { createRedactor } from '../redact.ts'
import { CODES } from './codes.ts'
import type { TwilioSettings } from './settings.ts'
import { isSigned } from './signature.ts'

/** What Twilio's words say in ours. accepted, queued, scheduled and sending tell nothing that is not known. */
const STATUSES = new Map<string, ReportStatus>(
  Object.entries({
    sent: 'sent',
    delivered: 'delivered',
    read: 'read',
    undelivered: 'failed',
    failed: 'failed',
    canceled: 'failed',
  } as const),
)
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Where Twilio reports on one message. It gives our id back: a report comes home even when the answer to the request was
 * lost. The fragment is Twilio's own, never sent nor signed: try up to five times more, for 15 seconds in all
 * (twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
 */
export const statusCallback = (webhookUrl: string, messageId: string): string =>
  `${webhookUrl}?message=${messageId}#rc=5&rp=5xx,ct,rt`

/** Checks a status callback's signature and says what it reports. Inbound messages are signed the same and report nothing. */
export function receiveTwilio(call: WebhookCall, settings: TwilioSettings, webhookUrl?: string): WebhookResult {
  const isForm = !(call.headers['content-type'] ?? '').includes('json')
  const form = new URLSearchParams(isForm ? call.body.toString() : '')
  const signed = isSigned(
    { url: addressOf(call, webhookUrl ?? ''), fields: [...form], ...(isForm ? {} : { otherBody: call.body }) },
    call.headers['x-twilio-signature'] ?? '',
    settings.authToken,
  )
  if (!signed)
    return { ok: false, reason: 'bad_signature', detail: 'X-Twilio-Signature is not of this account and address' }

  const sid = form.get('MessageSid') ?? form.get('SmsSid')
  const word = form.get('MessageStatus') ?? form.get('SmsStatus')
  if (!sid || !word) return { ok: false, reason: 'unreadable', detail: 'The call names no message and status' }
  const status = STATUSES.get(word)
  if (!status) return { ok: true, reports: [] }
  return { ok: true, reports: [reportOf(sid, word, status, form, call)] }
}

function reportOf(sid: string, word: string, status: ReportStatus, form: URLSearchParams, call: WebhookCall): Report {
  const report = { eventId: `${sid} ${word}`, providerMessageId: sid, ...ourId(call), status, at: call.receivedAt }
  if (status !== 'failed') return report
  const number = form.get('ErrorCode') ?? ''
  const known = CODES[Number(number)]
  const hide = createRedactor([form.get('To')?.replace(/^\+/, '')])
  const detail = hide(form.get('ErrorMessage') ?? '') || known?.[1]
  return {
    ...report,
    code: number || word,
    ...(detail ? { detail } : {}),
    ...(known && REMEDIES[known[0]].class === 'suppress' ? { suppress: 'opted_out' as const } : {}),
  }
}

function ourId({ query }: WebhookCall): { messageId?: string } {
  const id = query.message
  return id && UUID.test(id) ? { messageId: id } : {}
}

/** What Twilio was told to call and signed, whatever host a proxy made of it. */
function addressOf({ query }: WebhookCall, webhookUrl: string): string {
  const fields = Object.entries(query).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  return fields.length ? `${webhookUrl}?${fields.join('&')}` : webhookUrl
}
