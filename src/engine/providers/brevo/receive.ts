import { Temporal } from 'temporal-polyfill'
import { costOf } from '../../channels/cost.ts'
import type { Inbound } from '../../channels/inbound.ts'
import type { Report, WebhookCall, WebhookResult } from '../../channels/report.ts'
import { createRedactor } from '../redact.ts'
import { isToken, tokenOf } from '../webhook-token.ts'
import { type Meaning, meaningOf } from './codes.ts'
import { CURRENCY, idOf } from './message.ts'
import type { BrevoSettings } from './settings.ts'

type Json = Readonly<Record<string, unknown>>

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Below it a time is in seconds: Brevo's own examples of `ts_epoch` are, its description says milliseconds. */
const FIRST_OF_MS = 100_000_000_000

/** Where Brevo reports on one message: it gives our id back, and shows who it is by the token. */
export const webUrlOf = (webhookUrl: string, settings: BrevoSettings, messageId: string): string =>
  `${webhookUrl}?token=${tokenFor(settings)}&message=${messageId}`

/**
 * Brevo signs nothing: whoever knows the token in the address is it. A webhook that was set up by hand may carry the
 * token as `Authorization: Bearer` instead.
 */
export function receiveBrevo(call: WebhookCall, settings: BrevoSettings): WebhookResult {
  const token = tokenFor(settings)
  const [, bearer] = /^Bearer (\S+)$/i.exec(call.headers.authorization ?? '') ?? []
  if (!isToken(call.query.token, token) && !isToken(bearer, token))
    return { ok: false, reason: 'bad_signature', detail: 'The address was called without the token of this account' }
  const reports: Report[] = []
  const inbound: Inbound[] = []
  const unknown: string[] = []
  for (const event of eventsOf(call.body.toString())) {
    const word = event && wordOf(event)
    const meaning = word ? meaningOf(word) : undefined
    if (!event || !word) unknown.push('an event without a name')
    else if (!meaning) unknown.push(/^[a-z_ -]{1,40}$/i.test(word) ? `event ${word}` : 'an event of another kind')
    else if ('status' in meaning) {
      const report = reportOf(event, word, meaning, call)
      if (report) reports.push(report)
      else unknown.push(`event ${word} without a message`)
    } else inbound.push(inboundOf(event, word, meaning, call))
  }
  return {
    ok: true,
    reports,
    ...(inbound.length > 0 ? { inbound } : {}),
    ...(unknown.length > 0 ? { unknown } : {}),
  }
}

const tokenFor = ({ webhookToken, apiKey }: BrevoSettings): string => tokenOf({ chosen: webhookToken, secret: apiKey })

/** One event, or several where the account has batched webhooks. Undefined: something else. */
function eventsOf(text: string): (Json | undefined)[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return [undefined]
  }
  return (Array.isArray(value) ? value : [value]).map((one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one) ? (one as Json) : undefined,
  )
}

function wordOf({ msg_status, event }: Json): string | undefined {
  const word = msg_status ?? event
  return typeof word === 'string' && word !== '' ? word : undefined
}

function reportOf(
  event: Json,
  word: string,
  { status, suppress, detail }: Extract<Meaning, { status: unknown }>,
  call: WebhookCall,
): Report | undefined {
  const id = idOf(event.messageId)
  const ours = [call.query.message, event.tag].find((one) => typeof one === 'string' && UUID.test(one))
  if (!id && typeof ours !== 'string') return undefined
  const credits = event.credits_used
  const cost = typeof credits === 'number' ? costOf(credits, CURRENCY) : undefined
  const isBad = status === 'failed' || status === 'bounced'
  const words = [event.description, event.reason].find((one) => typeof one === 'string' && one !== '')
  const hide = createRedactor([typeof event.to === 'string' ? event.to.replace(/^\+/, '') : undefined])
  const said = (typeof words === 'string' ? hide(words) : '') || detail
  const number = event.error_code
  return {
    eventId: `${id ?? ours} ${word}`,
    ...(id ? { providerMessageId: id } : {}),
    ...(typeof ours === 'string' ? { messageId: ours } : {}),
    status,
    at: timeOf(event, call.receivedAt),
    ...(isBad ? { code: typeof number === 'number' || typeof number === 'string' ? `${number}` : word } : {}),
    ...(isBad && said ? { detail: said } : {}),
    ...(suppress ? { suppress } : {}),
    ...(cost && cost.micros > 0 ? { cost } : {}),
  }
}

function inboundOf(event: Json, word: string, meaning: Meaning, call: WebhookCall): Inbound {
  const at = timeOf(event, call.receivedAt)
  const id = idOf(event.messageId)
  const digits = typeof event.to === 'string' || typeof event.to === 'number' ? `${event.to}`.replace(/^\+/, '') : ''
  const text = typeof event.reply === 'string' ? event.reply : undefined
  return {
    // Two replies to one message are two: they differ in their time or their words.
    eventId: [id ?? digits, word, timeIn(event)?.getTime() ?? '', text ?? ''].join(' ').slice(0, 200),
    channel: 'sms',
    ...(/^[1-9]\d{6,14}$/.test(digits) ? { from: `+${digits}` } : {}),
    at,
    kind: text === undefined && !('consent' in meaning) ? 'unknown' : 'text',
    ...(text === undefined ? {} : { text }),
    ...(id ? { inReplyTo: id } : {}),
    ...('consent' in meaning ? { consent: meaning.consent } : {}),
    raw: event,
  }
}

const timeOf = (event: Json, receivedAt: Date): Date => {
  const at = timeIn(event)
  return at && at <= receivedAt ? at : receivedAt
}

/** `ts_epoch` and `ts_event` are UTC; `date` is the wall clock of Paris. */
function timeIn({ ts_epoch, ts_event, date }: Json): Date | undefined {
  const stamp = [ts_epoch, ts_event].find((one) => typeof one === 'number' && one > 0)
  if (typeof stamp === 'number') {
    const at = new Date(stamp < FIRST_OF_MS ? stamp * 1000 : stamp)
    return Number.isNaN(at.getTime()) ? undefined : at
  }
  const match = typeof date === 'string' ? /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})$/.exec(date) : null
  if (!match) return undefined
  try {
    const local = Temporal.PlainDateTime.from(`${match[1]}T${match[2]}`)
    return new Date(local.toZonedDateTime('Europe/Paris').epochMilliseconds)
  } catch {
    return undefined
  }
}
