import { createHash } from 'node:crypto'
import type { Clock } from '../../../platform/clock.ts'
import type { EarlierTry } from '../../channels/carrier.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { encodeFields } from '../http-client/body.ts'
import { idOf, readAnswer } from './message.ts'
import type { SignedClient } from './signed-client.ts'

interface Deps {
  readonly client: SignedClient
  readonly clock: Clock
  /** Path of the SMS account. */
  readonly account: string
  readonly hide: (text: string) => string
}

/** What was taken may show in the list a little later: until then it is looked for again. */
const SHOWS_WITHIN_MS = 2 * 60_000
const SHORTEST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 5 * 60_000
const TAG_LENGTH = 20

/** The tag a message is sent with, by which it is found. Of http2sms, the same field's older door, OVHcloud says: at most 20 characters. */
export const tagOf = (messageId: string): string =>
  createHash('sha256').update(messageId).digest('hex').slice(0, TAG_LENGTH)

/**
 * Whether an earlier try of a message arrived: the account's sent SMS are asked for its tag. One that is there was sent.
 * One that is not may still be on its way into that list, and OVHcloud does not say for how long: it is never sent again
 * on that guess, but ends as uncertain and is shown.
 */
export async function findEarlier(
  { client, clock, account, hide }: Deps,
  { messageId, attempt }: OutboundSms,
  tried: EarlierTry | undefined,
): Promise<SendResult> {
  const called = await client.call({
    method: 'GET',
    path: `${account}/outgoing?${encodeFields({ tag: tagOf(messageId) })}`,
  })
  const ids = called.left ? idsOf(called.exchange) : undefined
  if (!ids) {
    const answer = readAnswer(called, clock.now(), hide)
    const { code, detail } = answer.outcome === 'sent' ? UNREADABLE : answer
    const asked = answer.outcome === 'refused' ? answer.retryAfterMs : undefined
    return {
      outcome: 'uncertain',
      code,
      detail: `OVHcloud could not be asked about the last try: ${detail}`,
      retryAfterMs: asked ?? Math.min(SHORTEST_WAIT_MS * 2 ** Math.max(0, attempt - 2), LONGEST_WAIT_MS),
    }
  }
  const [id] = ids
  if (id !== undefined) return { outcome: 'sent', providerMessageId: id }
  const age = tried ? clock.now().getTime() - tried.since.getTime() : Number.POSITIVE_INFINITY
  return {
    outcome: 'uncertain',
    code: 'ENOTSEEN',
    detail: 'OVHcloud does not list it among the sent SMS, which is no proof that it was not taken',
    ...(age < SHOWS_WITHIN_MS ? { retryAfterMs: SHORTEST_WAIT_MS * 5 } : {}),
  }
}

const UNREADABLE = { code: 'EPROTOCOL', detail: 'Its list cannot be read' }

function idsOf(exchange: Awaited<ReturnType<SignedClient['call']>>['exchange']): string[] | undefined {
  if (exchange.kind !== 'answered' || exchange.status !== 200) return undefined
  try {
    const list: unknown = JSON.parse(exchange.body)
    const ids = Array.isArray(list) ? list.map(idOf) : undefined
    return ids?.every((id) => id !== undefined) ? ids : undefined
  } catch {
    return undefined
  }
}
