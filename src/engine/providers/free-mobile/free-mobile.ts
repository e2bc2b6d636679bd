import type { Clock } from '../../../platform/clock.ts'
import { type ErrorWord, refusedAs } from '../../channels/error-class.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { jsonBody } from '../http-client/body.ts'
import { createHttpClient, type Exchange } from '../http-client/client.ts'
import { refusalOf } from '../http-client/refusal.ts'
import { retryAfterMs } from '../http-client/retry-after.ts'
import { type Connection, defineProvider, type Network, type Provider } from '../provider.ts'
import { type FreeMobileSettings, freeMobileSettings } from './settings.ts'

/** Free Mobile's whole answer is its status; the bodies say nothing. SOURCE.md says where the meanings are from. */
const STATUSES = new Map<number, readonly [ErrorWord, string]>([
  [400, ['permanent_content', 'Free Mobile misses a part of the request: the text is empty']],
  [402, ['retry_later', 'Too many SMS in too little time']],
  [403, ['config', 'The service is switched off in the subscriber area, or the login or key is wrong']],
  // Documented as an error on its side after which to try again, so nothing was sent.
  [500, ['retry', 'Free Mobile had an error on its side']],
])

/**
 * SMS to oneself by Free Mobile's notification service: for alerts to whoever operates an installation. It sends to the
 * subscriber alone, gives no ids and reports nothing. The key is only ever in the body: addresses end up in logs.
 */
export const createFreeMobileProvider = ({ clock }: { clock: Clock }): Provider<'sms', FreeMobileSettings> =>
  defineProvider({
    name: 'free_mobile',
    channel: 'sms',
    settings: freeMobileSettings,
    hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
    whenUncertain: 'stop',
    connect: (settings, network) => connectFreeMobile(settings, network, clock),
  })

function connectFreeMobile(
  { user, pass, number, baseUrl, connections, timeouts }: FreeMobileSettings,
  network: Network | undefined,
  clock: Clock,
): Connection<'sms'> {
  const client = createHttpClient({
    baseUrl,
    connections,
    connectMs: timeouts.connectMs,
    limitMs: timeouts.sendMs,
    ...(network?.lookup ? { lookup: network.lookup } : {}),
  })
  return {
    async send({ to, content, messageId }) {
      if (to !== number)
        return refusedAs('permanent_recipient', {
          code: 'not_subscriber',
          detail: 'Free Mobile sends SMS to the subscriber’s own number alone, and this is another one',
        })
      const body = jsonBody({ user, pass, msg: content.text })
      return readAnswer(await client.send({ method: 'POST', path: '/sendmsg', body }), messageId, clock.now())
    },
    close: () => client.close(),
  }
}

function readAnswer(exchange: Exchange, messageId: string, now: Date): SendResult {
  if (exchange.kind === 'answered') {
    const { status, headers, body } = exchange
    // A page is somebody else's: a proxy, a portal.
    if (status === 200 && !/^\s*</.test(body)) return { outcome: 'sent', providerMessageId: messageId }
    const known = STATUSES.get(status)
    if (known)
      return refusedAs(known[0], {
        code: `${status}`,
        detail: known[1],
        retryAfterMs: retryAfterMs(headers, now),
        about: status >= 500 ? 'account' : undefined,
      })
  }
  return refusalOf(exchange, { repeatIsSafe: false, now })
}
