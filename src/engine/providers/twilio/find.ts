import type { Clock } from '../../../platform/clock.ts'
import type { EarlierTry } from '../../channels/carrier.ts'
import { foldToGsm7 } from '../../channels/gsm-fold.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { encodeFields, readJson } from '../http-client/body.ts'
import type { Exchange, HttpClient } from '../http-client/client.ts'
import { httpDate } from '../http-client/retry-after.ts'
import { readAnswer, resultOf } from './message.ts'

interface Deps {
  readonly client: HttpClient
  readonly clock: Clock
  /** Of the account's Messages. */
  readonly path: string
  readonly hide: (text: string) => string
}

/** The message whose earlier try is looked for. */
interface Asked {
  readonly messageId: string
  readonly attempt: number
  /** As Twilio writes it. */
  readonly to: string
  /** Undefined: its words are Twilio's (a template), so it can only be told by being the only one. */
  readonly text: string | undefined
}

type Json = Readonly<Record<string, unknown>>

const PAGE_SIZE = 200
const MOST_PAGES = 5
/** Twilio's times are whole seconds, and a request takes a while to get there. */
const TOLERANCE_MS = 5_000
const SHORTEST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 5 * 60_000
const TRIAL_PREFIX = 'Sent from your Twilio trial account - '

/**
 * Whether an earlier try of a message arrived. Twilio knows no idempotency key, so its list is asked for what went to
 * that number since the try began, and told apart by the text. Not by `DateSent`: it is empty until a message has left
 * Twilio's queue, and the filter leaves those out (twilio/twilio-java#442).
 */
export async function findEarlier(
  { client, clock, path, hide }: Deps,
  { messageId, to, text, attempt }: Asked,
  tried: EarlierTry | undefined,
): Promise<SendResult | undefined> {
  const since = tried?.since.getTime() ?? madeAt(messageId)
  const candidates: Json[] = []
  let next: string | undefined = `${path}?${encodeFields({ To: to, PageSize: `${PAGE_SIZE}` })}`
  for (let page = 0; next !== undefined; page++) {
    const exchange = await client.send({ method: 'GET', path: next })
    const list = readList(exchange)
    if (!list) return cannotBeAsked(exchange, attempt, clock.now(), hide)
    // By Twilio's clock, which its times are of.
    const from = since + skewOf(exchange, clock.now()) - TOLERANCE_MS
    const recent = list.messages.filter((message) => createdAt(message) >= from)
    candidates.push(...recent)
    next = recent.length > 0 ? list.next : undefined
    if (next !== undefined && page + 1 === MOST_PAGES)
      return uncertain('EMANY', 'Too many messages went to that number since to find this one among them')
  }

  const outbound = candidates.filter((message) => `${message.direction}`.startsWith('outbound'))
  const others = outbound.length > 0 ? await tried?.belongsToOthers?.(outbound.map(({ sid }) => `${sid}`)) : undefined
  if (others === 'not_yet')
    return {
      outcome: 'uncertain',
      code: 'EOTHERS',
      detail: 'Another message to that number is not settled yet, and may be the one that Twilio names',
      retryAfterMs: SHORTEST_WAIT_MS,
    }
  const possible = outbound.filter(({ sid }) => !others?.has(`${sid}`)).sort((a, b) => createdAt(a) - createdAt(b))
  if (text === undefined && possible.length > 1)
    return uncertain('EMANY', 'Several messages went to that number since, and a template cannot be told by its words')
  const found =
    text === undefined ? possible[0] : possible.find(({ body }) => typeof body === 'string' && isSameText(text, body))
  if (found) return resultOf(found, hide) ?? uncertain('EPROTOCOL', 'Twilio’s list of messages cannot be read')
  if (possible.some(({ body }) => !body))
    return uncertain('EREDACTED', 'The account hides the texts of its messages, so this one cannot be told from others')
  return undefined
}

function readList(exchange: Exchange): { messages: Json[]; next: string | undefined } | undefined {
  if (exchange.kind !== 'answered' || exchange.status !== 200) return undefined
  const body = readJson(exchange.body)
  if (!Array.isArray(body?.messages)) return undefined
  const next = body.next_page_uri
  return {
    messages: body.messages.filter((item): item is Json => typeof item === 'object' && item !== null),
    next: typeof next === 'string' && next.startsWith('/') ? next : undefined,
  }
}

/** It is asked again, later each time, and as long as the message may wait: nothing of this is the message's fault. */
function cannotBeAsked(exchange: Exchange, attempt: number, now: Date, hide: (text: string) => string): SendResult {
  const answer = readAnswer(exchange, now, hide)
  const asked = answer.outcome === 'refused' ? answer.retryAfterMs : undefined
  const retryAfterMs = asked ?? Math.min(SHORTEST_WAIT_MS * 2 ** Math.max(0, attempt - 2), LONGEST_WAIT_MS)
  // Never the answer to a question about others: a list is no message.
  const { code, detail } = answer.outcome === 'sent' ? { code: 'EPROTOCOL', detail: 'Its list cannot be read' } : answer
  return { outcome: 'uncertain', code, detail: `Twilio could not be asked about the last try: ${detail}`, retryAfterMs }
}

const uncertain = (code: string, detail: string): SendResult => ({ outcome: 'uncertain', code, detail })

function skewOf(exchange: Exchange, now: Date): number {
  const theirs = exchange.kind === 'answered' ? httpDate(exchange.headers.date) : undefined
  return theirs === undefined ? 0 : theirs - now.getTime()
}

/** RFC 2822, by the API's document. What has no time may be from now. */
function createdAt({ date_created }: Json): number {
  const ms = typeof date_created === 'string' ? Date.parse(date_created) : Number.NaN
  return Number.isNaN(ms) ? Number.POSITIVE_INFINITY : ms
}

/** Trial accounts put a line before it; Smart Encoding writes it in GSM-7. */
function isSameText(sent: string, listed: string): boolean {
  const plain = (text: string) => foldToGsm7(text.replace(/\r\n/g, '\n').trim())
  return plain(sent) === plain(listed.startsWith(TRIAL_PREFIX) ? listed.slice(TRIAL_PREFIX.length) : listed)
}

/** A UUIDv7 begins with the milliseconds it was made at: no try is older than its message. */
const madeAt = (messageId: string): number => Number.parseInt(messageId.replaceAll('-', '').slice(0, 12), 16)
