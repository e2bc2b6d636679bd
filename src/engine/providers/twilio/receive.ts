import { costOf } from '../../channels/cost.ts'
import { reportedAs } from '../../channels/error-class.ts'
import type { Report, ReportStatus, WebhookCall, WebhookResult } from '../../channels/report.ts'
import { createRedactor } from '../redact.ts'
import { CODES } from './codes.ts'
import { inboundOf } from './inbound.ts'
import type { TwilioSettings } from './settings.ts'
import { isSigned } from './signature.ts'

/** What Twilio's words say in ours. Those of `EARLY` tell nothing that is not known. */
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
const EARLY: ReadonlySet<string> = new Set(['accepted', 'queued', 'scheduled', 'sending'])
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Where Twilio reports on one message. It gives our id back: a report comes home even when the answer to the request was
 * lost. The fragment is Twilio's own, never sent nor signed: try up to five times more, for 15 seconds in all
 * (twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
 */
export const statusCallback = (webhookUrl: string, messageId: string): string =>
  `${webhookUrl}?message=${messageId}#rc=5&rp=5xx,ct,rt`

/** Checks the signature of a status callback or an inbound message, which are signed the same, and says what it tells. */
export function receiveTwilio(
  call: WebhookCall,
  settings: Pick<TwilioSettings, 'authToken'>,
  webhookUrl?: string,
  readInbound = inboundOf,
): WebhookResult {
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
  if (word === 'received') return readInbound(sid, form, call.receivedAt)
  const told = reportOf({
    sid,
    word,
    code: form.get('ErrorCode') ?? '',
    words: form.get('ErrorMessage') ?? '',
    to: form.get('To') ?? '',
    price: form.get('Price') ?? '',
    priceUnit: form.get('PriceUnit') ?? '',
    at: call.receivedAt,
  })
  if (told) return { ok: true, reports: [{ ...told, ...ourId(call) }] }
  return { ok: true, reports: [], ...(EARLY.has(word) ? {} : { unknown: ['status'] }) }
}

interface Told {
  readonly sid: string
  /** Twilio's status. */
  readonly word: string
  readonly code: string
  readonly words: string
  readonly to: string
  readonly price: string
  readonly priceUnit: string
  readonly at: Date
}

/** What a callback or a Message resource tells of a message. Undefined: nothing that is not known. */
export function reportOf({ sid, word, code, words, to, price, priceUnit, at }: Told): Report | undefined {
  const status = STATUSES.get(word)
  if (!status) return undefined
  const cost = costOf(price, priceUnit)
  const report = {
    eventId: `${sid} ${word}`,
    providerMessageId: sid,
    status,
    at,
    ...(cost ? { cost } : {}),
  }
  if (status !== 'failed') return report
  const known = CODES[Number(code)]
  const detail = createRedactor([to.replace(/^\w+:/, '').replace(/^\+/, '')])(words) || known?.[1]
  return {
    ...report,
    code: code || word,
    ...(detail ? { detail } : {}),
    ...(known ? reportedAs(known[0]) : {}),
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
