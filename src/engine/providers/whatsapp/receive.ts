import { costOf } from '../../channels/cost.ts'
import { reportedAs } from '../../channels/error-class.ts'
import type { Inbound } from '../../channels/inbound.ts'
import type { CarrierTemplate, Report, ReportStatus, WebhookCall, WebhookResult } from '../../channels/report.ts'
import { readJson } from '../http-client/body.ts'
import { createRedactor } from '../redact.ts'
import { meaningOf } from './codes.ts'
import { inboundOf, peopleOf, preferenceOf, timeOf } from './inbound.ts'
import type { WhatsappSettings } from './settings.ts'
import { isSameWord, isSigned } from './signature.ts'
import { templateStatus } from './templates.ts'

type Json = Readonly<Record<string, unknown>>

/** `played`: a voice message was listened to. */
const STATUSES = new Map<string, ReportStatus>(
  Object.entries({ sent: 'sent', delivered: 'delivered', read: 'read', played: 'read', failed: 'failed' } as const),
)
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What Meta asks by GET before it calls: it is given its word back if it knows ours. */
export function answerWhatsapp(query: WebhookCall['query'], { verifyToken }: WhatsappSettings): string | undefined {
  if (query['hub.mode'] !== 'subscribe' || verifyToken === undefined) return undefined
  return isSameWord(query['hub.verify_token'] ?? '', verifyToken) ? query['hub.challenge'] : undefined
}

/** Everything one call says, found entry by entry. */
interface Heard {
  readonly reports: Report[]
  readonly inbound: Inbound[]
  readonly templates: CarrierTemplate[]
  readonly unknown: string[]
}

/**
 * Checks `X-Hub-Signature-256` over the raw body and reads every entry and change of it. Meta calls one address for all
 * numbers of a business account unless it is told otherwise: what is about another number is not this account's.
 */
export function receiveWhatsapp(call: WebhookCall, settings: WhatsappSettings): WebhookResult {
  if (!isSigned(call.body, call.headers['x-hub-signature-256'], settings.appSecret))
    return { ok: false, reason: 'bad_signature', detail: 'X-Hub-Signature-256 is not of this app and body' }
  const body = readJson(call.body.toString())
  if (!body) return { ok: false, reason: 'unreadable', detail: 'The call is not a JSON object' }
  const heard: Heard = { reports: [], inbound: [], templates: [], unknown: [] }
  if (body.object !== 'whatsapp_business_account') heard.unknown.push(`object ${word(body.object)}`)
  else
    for (const entry of objects(body.entry))
      for (const change of objects(entry.changes)) hear(change, `${entry.id}`, settings, call, heard)
  return { ok: true, ...heard }
}

function hear(change: Json, businessAccountId: string, settings: WhatsappSettings, call: WebhookCall, heard: Heard) {
  const { field } = change
  const value = isJson(change.value) ? change.value : {}
  const number = isJson(value.metadata) ? value.metadata.phone_number_id : undefined
  if (number !== undefined && number !== settings.phoneNumberId) heard.unknown.push('another phone number')
  else if (field === 'messages') hearMessages(value, call, heard)
  else if (field === 'user_preferences')
    for (const preference of objects(value.user_preferences)) {
      const inbound = preferenceOf(preference, value, call.receivedAt)
      if (inbound) heard.inbound.push(inbound)
      else heard.unknown.push(`user preference ${word(preference.category)}`)
    }
  else if (field === 'message_template_status_update') {
    const template = businessAccountId === (settings.businessAccountId ?? businessAccountId) && templateOf(value)
    if (template) heard.templates.push(template)
    else heard.unknown.push(`template event ${word(value.event)}`)
  } else heard.unknown.push(`field ${word(field)}`)
}

function hearMessages(value: Json, call: WebhookCall, heard: Heard): void {
  const people = peopleOf(value)
  for (const message of objects(value.messages)) {
    const inbound = inboundOf(message, people, value, call.receivedAt)
    if (inbound) heard.inbound.push(inbound)
    else heard.unknown.push('message without an id')
  }
  for (const status of objects(value.statuses)) {
    const report = reportOf(status, call)
    if (report) heard.reports.push(report)
    else heard.unknown.push(`status ${word(status.status)}`)
  }
  // About the number, not about a message.
  for (const error of objects(value.errors)) heard.unknown.push(`error ${word(error.code)}`)
}

/** Its key is the message and the status: Meta repeats itself, and keeps no order. */
function reportOf(entry: Json, call: WebhookCall): Report | undefined {
  const status = STATUSES.get(`${entry.status}`)
  const { id, biz_opaque_callback_data: ours } = entry
  if (!status || typeof id !== 'string' || !id) return undefined
  return {
    eventId: `${id} ${entry.status}`,
    ...(typeof ours === 'string' && UUID.test(ours) ? { messageId: ours } : {}),
    providerMessageId: id,
    status,
    at: timeOf(entry.timestamp) ?? call.receivedAt,
    ...pricingOf(entry.pricing),
    ...(status === 'failed' ? failureOf(entry) : {}),
  }
}

/** Meta names the category and no amount, but where the message was free. */
function pricingOf(pricing: unknown): Pick<Report, 'pricing' | 'cost' | 'detail'> {
  if (!isJson(pricing) || typeof pricing.category !== 'string') return {}
  const { category, type, pricing_model: model, billable } = pricing
  const kind = typeof type === 'string' ? type : undefined
  const isFree = kind?.startsWith('free_') || billable === false
  const cost = isFree ? costOf(0, 'USD') : undefined
  return {
    pricing: { category, ...(kind ? { kind } : {}), ...(typeof model === 'string' ? { model } : {}) },
    detail: `Priced as ${[category, kind].filter((one) => one !== undefined).join(', ')}`,
    ...(cost ? { cost } : {}),
  }
}

/** As a refusal of the send would be: by the code alone. */
function failureOf(entry: Json): Pick<Report, 'code' | 'detail' | 'suppress' | 'withdraws' | 'about'> {
  const [error] = objects(entry.errors)
  const code = typeof error?.code === 'number' ? error.code : undefined
  const details = isJson(error?.error_data) ? error.error_data.details : undefined
  const words = typeof details === 'string' ? details : (error?.message ?? error?.title)
  const known = code === undefined ? undefined : meaningOf(code)
  const hide = createRedactor([`${entry.recipient_id ?? ''}`, `${entry.recipient_user_id ?? ''}`])
  const detail = (typeof words === 'string' ? hide(words) : '') || known?.[1]
  return {
    code: code === undefined ? 'failed' : `${code}`,
    ...(detail ? { detail } : {}),
    ...(known ? reportedAs(known[0]) : {}),
  }
}

function templateOf(value: Json): CarrierTemplate | undefined {
  const { message_template_id: id, message_template_name: name, message_template_language: language, reason } = value
  const status = templateStatus(value.event)
  if (!status || (typeof id !== 'number' && typeof id !== 'string')) return undefined
  if (typeof name !== 'string' || typeof language !== 'string') return undefined
  const { message_template_category: category, other_info: other } = value
  const told = isJson(other) && typeof other.description === 'string' ? other.description : reason
  return {
    id: `${id}`,
    name,
    language,
    status,
    ...(typeof category === 'string' ? { category: category.toLowerCase() } : {}),
    ...(typeof told === 'string' && told !== 'NONE' && told !== '' ? { reason: told } : {}),
  }
}

/** Only what is a word: an entry nobody knows may hold anything. */
const word = (value: unknown): string => (/^[\w.-]{1,60}$/.test(`${value}`) ? `${value}` : 'without a name')

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const objects = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : [])
