import type { WebhookCall, WebhookResult } from '../../channels/report.ts'
import { readNotification } from './events.ts'
import type { SesSettings } from './settings.ts'
import { createSnsVerifier, type Envelope, type FetchFromSns, hostOfTopic, isAt, readEnvelope } from './sns.ts'

/** SNS tries for an hour at most (its limit for HTTP endpoints), with the first try's timestamp. */
const OLDEST_MS = 2 * 3_600_000
/** Clocks differ. */
const FURTHEST_AHEAD_MS = 10 * 60_000

const RAW = 'The topic delivers raw messages, which are not signed: switch raw message delivery off'

/**
 * Checks what SNS posts and says what it reports; a subscription to the account's own topic is confirmed. Rejects when the
 * certificate cannot be fetched, so that the call is made, or worked through, once more.
 */
export function createSesReceiver(fetchFromSns: FetchFromSns) {
  const isOfSns = createSnsVerifier(fetchFromSns)
  /** Of the last subscriptions that were confirmed: a call is looked at twice. */
  const confirmed = new Set<string>()

  return async (call: WebhookCall, { topicArn }: SesSettings): Promise<WebhookResult> => {
    if (call.headers['x-amz-sns-rawdelivery'] === 'true') return { ok: false, reason: 'unreadable', detail: RAW }
    const envelope = readEnvelope(call.body)
    if (!envelope) return { ok: false, reason: 'unreadable', detail: 'The call is no message of Amazon SNS' }
    if (!topicArn || envelope.TopicArn !== topicArn)
      return { ok: false, reason: 'bad_signature', detail: 'The message is not of the topic of this account' }
    if (!(await isOfSns(envelope, call.receivedAt)))
      return { ok: false, reason: 'bad_signature', detail: 'The signature is not one of Amazon SNS' }
    const ageMs = call.receivedAt.getTime() - Date.parse(envelope.Timestamp)
    // Also when the time cannot be read.
    if (!(ageMs <= OLDEST_MS && ageMs >= -FURTHEST_AHEAD_MS))
      return { ok: false, reason: 'stale', detail: 'The message was signed hours ago, or in the future' }

    if (envelope.Type === 'SubscriptionConfirmation') return confirm(envelope)
    if (envelope.Type === 'UnsubscribeConfirmation')
      return { ok: true, reports: [], unknown: ['UnsubscribeConfirmation: the topic reports here no longer'] }
    const { report, unknown } = readNotification(envelope, call.receivedAt)
    return { ok: true, reports: report ? [report] : [], ...(unknown ? { unknown: [unknown] } : {}) }
  }

  async function confirm({ TopicArn, SubscribeURL = '' }: Envelope): Promise<WebhookResult> {
    const query = URL.parse(SubscribeURL)?.searchParams
    const isOurs =
      isAt(SubscribeURL, hostOfTopic(TopicArn)) &&
      query?.get('Action') === 'ConfirmSubscription' &&
      query.get('TopicArn') === TopicArn
    if (!isOurs)
      return { ok: false, reason: 'bad_signature', detail: 'The subscription is not to be confirmed at Amazon SNS' }
    if (confirmed.has(SubscribeURL)) return { ok: true, reports: [] }
    try {
      await fetchFromSns(SubscribeURL)
    } catch {
      return { ok: false, reason: 'stale', detail: 'Amazon SNS did not let the subscription be confirmed' }
    }
    if (confirmed.size >= 100) confirmed.clear()
    confirmed.add(SubscribeURL)
    return { ok: true, reports: [] }
  }
}
