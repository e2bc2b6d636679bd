import { costOf } from '../../channels/cost.ts'
import type { Inbound } from '../../channels/inbound.ts'
import type { Report, WebhookCall, WebhookResult } from '../../channels/report.ts'
import { readJson } from '../http-client/body.ts'
import { isToken, tokenOf } from '../webhook-token.ts'
import { RECEIPT_ERRORS, RECEIPT_STATUSES } from './codes.ts'
import { CURRENCY } from './message.ts'
import type { VonageSettings } from './settings.ts'
import { isSigned, type Params } from './signature.ts'

/** Vonage cuts off nothing: it refuses an address that is longer (SMS API 1.5.1). */
const LONGEST_CALLBACK = 100
/** Where the token is, in one letter for the sake of that limit. */
const TOKEN = 't'
const REFERENCE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\.([1-9]\d?))?$/

/**
 * Vonage repeats a call for 24 hours until it is answered well, and does not say whether it signs each try anew. A
 * recording that is played again within that time changes nothing: reports and messages are known by their ids.
 */
const OLDEST_MS = 25 * 3_600_000
const FASTEST_CLOCK_MS = 5 * 60_000

/** Where Vonage reports on a message. Undefined when the address would be too long for it. */
export function callbackOf(webhookUrl: string, settings: VonageSettings): string | undefined {
  const address = settings.signatureSecret ? webhookUrl : `${webhookUrl}?${TOKEN}=${tokenFor(settings)}`
  return address.length <= LONGEST_CALLBACK ? address : undefined
}

/** `client-ref`, which comes back in every receipt: our id, and how many parts there are, as each has a receipt and a price of its own. */
export const referenceOf = (messageId: string, parts: number): string =>
  parts === 1 ? messageId : `${messageId}.${parts}`

/** Checks the signature, or the token of the address, of a call that came by GET, as a form or as JSON; then says what it reports. */
export function receiveVonage(call: WebhookCall, settings: VonageSettings): WebhookResult {
  const params = paramsOf(call)
  // Vonage asks for the address without anything before it lets it be set.
  if (params && Object.keys(params).length === 0)
    return { ok: false, reason: 'unreadable', detail: 'The call says nothing' }
  if (settings.signatureSecret) {
    if (!params || !isSigned(params, settings.signatureSecret))
      return { ok: false, reason: 'bad_signature', detail: 'sig is not of this account’s signature secret' }
    const age = call.receivedAt.getTime() - Number(params.timestamp || Number.NaN) * 1000
    if (!(age <= OLDEST_MS && age >= -FASTEST_CLOCK_MS))
      return { ok: false, reason: 'stale', detail: 'The signed timestamp is not of now' }
  } else if (!isToken(call.query[TOKEN], tokenFor(settings))) {
    return { ok: false, reason: 'bad_signature', detail: 'The address was called without the token of this account' }
  }
  if (!params) return strange('a body of another kind')
  if (!params.messageId) return strange('a call without messageId')
  if (params.status !== undefined) return receiptOf(params, params.messageId, params.status, call.receivedAt)
  if (params.msisdn !== undefined)
    return { ok: true, reports: [], inbound: [inboundOf(params, params.messageId, call.receivedAt)] }
  return strange('a call without status or msisdn')
}

const tokenFor = ({ webhookToken, apiSecret }: VonageSettings): string =>
  tokenOf({ chosen: webhookToken, secret: apiSecret })

const strange = (what: string): WebhookResult => ({ ok: true, reports: [], unknown: [what] })

/** The account's settings decide which of the three ways Vonage uses. Undefined: a body that is none of them. */
function paramsOf({ query, body, headers }: WebhookCall): Params | undefined {
  const text = body.toString().trim()
  if (!text) return Object.fromEntries(Object.entries(query).filter(([name]) => name !== TOKEN))
  const isJson = /^[[{]/.test(text) || (headers['content-type'] ?? '').includes('json')
  if (!isJson) return Object.fromEntries(new URLSearchParams(text))
  const json = readJson(text)
  return json && Object.fromEntries(Object.entries(json).map(([name, value]) => [name, wordOf(value)]))
}

const wordOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : `${value}`

function receiptOf(params: Params, id: string, word: string, receivedAt: Date): WebhookResult {
  const known = RECEIPT_STATUSES.get(word)
  if (!known) return strange(/^[a-z_ -]{1,40}$/i.test(word) ? `status ${word}` : 'a status of another kind')
  const code = params['err-code'] ?? '0'
  const status = word === 'unknown' && code !== '0' ? 'failed' : known
  const [, messageId, parts] = REFERENCE.exec(params['client-ref'] ?? '') ?? []
  const price = costOf(params.price ?? '', CURRENCY)
  const [meaning, suppress] = (status === 'failed' && RECEIPT_ERRORS.get(code)) || []
  const report: Report = {
    eventId: `${id} ${word}`,
    providerMessageId: id,
    ...(messageId ? { messageId } : {}),
    status,
    at: timeOf(params['message-timestamp'], receivedAt),
    ...(status === 'failed' ? { code: code === '0' ? word : code } : {}),
    ...(meaning ? { detail: meaning } : {}),
    ...(suppress ? { suppress } : {}),
    // Of one part: the others have cost the same. Without our reference it is not known how many there are.
    ...(price && messageId ? { cost: { ...price, micros: price.micros * Number(parts ?? 1) } } : {}),
  }
  return { ok: true, reports: [report] }
}

/** Each part of a long message comes as one of its own; Vonage does not join them. */
function inboundOf(params: Params, id: string, receivedAt: Date): Inbound {
  const from = numberOf(params.msisdn)
  const to = params.to
  return {
    eventId: id,
    channel: 'sms',
    ...(from ? { from } : {}),
    ...(to ? { to: numberOf(to) ?? to } : {}),
    at: timeOf(params['message-timestamp'], receivedAt),
    kind: params.text === undefined ? 'unknown' : 'text',
    ...(params.text === undefined ? {} : { text: params.text }),
    raw: params,
  }
}

const numberOf = (digits: string | undefined): string | undefined =>
  /^[1-9]\d{6,14}$/.test(digits ?? '') ? `+${digits}` : undefined

/** `2026-01-15 10:00:00`, in UTC: when Vonage made the call. */
function timeOf(text: string | undefined, receivedAt: Date): Date {
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})/.exec(text ?? '')
  const at = new Date(match ? `${match[1]}T${match[2]}Z` : Number.NaN)
  return at <= receivedAt ? at : receivedAt
}
