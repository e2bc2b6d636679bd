import type { Clock } from '../../../platform/clock.ts'
import type { EarlierTry } from '../../channels/carrier.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { encodeFields, readJson } from '../http-client/body.ts'
import type { HttpClient } from '../http-client/client.ts'
import { refusalOf } from '../http-client/refusal.ts'
import { meaningOf } from './codes.ts'
import { idOf, readRefusal } from './message.ts'

interface Deps {
  readonly client: HttpClient
  readonly clock: Clock
  readonly hide: (text: string) => string
}
type Json = Readonly<Record<string, unknown>>

const PATH = '/transactionalSMS/statistics/events'
/** Brevo works asynchronously and does not say when an event shows in its list. */
const SHOWS_WITHIN_MS = 5 * 60_000
const ASK_AGAIN_MS = 30_000

/**
 * Whether an earlier try of a message arrived: the events that carry our id as their tag. That there is none proves
 * nothing, so it never says that the message was not seen: it goes on asking and then leaves the outcome unknown.
 */
export async function findEarlier(
  { client, clock, hide }: Deps,
  { messageId }: OutboundSms,
  tried: EarlierTry | undefined,
): Promise<SendResult> {
  const query = encodeFields({ tags: JSON.stringify([messageId]), days: '2', limit: '100' })
  const exchange = await client.send({ method: 'GET', path: `${PATH}?${query}` })
  const now = clock.now()
  const body = exchange.kind === 'answered' ? readJson(exchange.body) : undefined
  if (exchange.kind !== 'answered' || exchange.status !== 200) {
    const no =
      exchange.kind === 'answered' && exchange.status >= 300
        ? readRefusal(exchange, body, now, hide)
        : refusalOf(exchange, { repeatIsSafe: false, now })
    return {
      outcome: 'uncertain',
      code: no.code,
      detail: `Brevo could not be asked about the last try: ${no.detail}`,
      retryAfterMs: Math.max(no.retryAfterMs ?? 0, ASK_AGAIN_MS),
    }
  }
  const events = (Array.isArray(body?.events) ? body.events : []) as readonly (Json | null)[]
  const ours = events.filter((event) => event?.tag === messageId)
  const id = ours.map((event) => idOf(event?.messageId)).find((one) => one !== undefined)
  if (id) return { outcome: 'sent', providerMessageId: id, ...(ours.some(isDelivery) ? { delivered: true } : {}) }
  const isLate = tried === undefined || now.getTime() - tried.since.getTime() > SHOWS_WITHIN_MS
  return {
    outcome: 'uncertain',
    code: 'ENOTSHOWN',
    detail: 'Brevo’s list of events does not show the message, which does not prove that it was not taken',
    ...(isLate ? {} : { retryAfterMs: ASK_AGAIN_MS }),
  }
}

function isDelivery(event: Json | null): boolean {
  const meaning = typeof event?.event === 'string' ? meaningOf(event.event) : undefined
  return meaning !== undefined && 'status' in meaning && meaning.status === 'delivered'
}
