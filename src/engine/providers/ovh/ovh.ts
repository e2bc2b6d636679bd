import type { Clock } from '../../../platform/clock.ts'
import type { OutboundSms } from '../../channels/outbound.ts'
import { countSegments } from '../../channels/segments.ts'
import { jsonBody, readJson } from '../http-client/body.ts'
import { type Connection, defineProvider, type Network, type Provider } from '../provider.ts'
import { createRedactor } from '../redact.ts'
import { findEarlier, tagOf } from './find.ts'
import { readAnswer } from './message.ts'
import { receiveOvh } from './receive.ts'
import { type OvhSettings, ovhSettings } from './settings.ts'
import { createSignedClient } from './signed-client.ts'
import { askStatus } from './status.ts'

/** How long operators go on trying, in minutes. */
const VALIDITY_MINUTES = 2 * 24 * 60

/**
 * SMS by OVHcloud's API 1.0 (`POST /sms/{serviceName}/jobs`). It knows no idempotency key: a try whose outcome is unknown
 * is looked for by its tag, and never sent again on a guess; see `findEarlier`.
 */
export const createOvhProvider = ({ clock }: { clock: Clock }): Provider<'sms', OvhSettings> =>
  defineProvider({
    name: 'ovh',
    channel: 'sms',
    settings: ovhSettings,
    hosts: ({ baseUrl }) => [new URL(baseUrl).hostname],
    whenUncertain: 'ask',
    connect: (settings, network) => connectOvh(settings, network, clock),
    receive: receiveOvh,
  })

function connectOvh(settings: OvhSettings, network: Network | undefined, clock: Clock): Connection<'sms'> {
  const { applicationKey, applicationSecret, consumerKey, serviceName, from } = settings
  const client = createSignedClient(settings, network, clock)
  const account = `/sms/${serviceName}`
  const keys = [applicationKey, applicationSecret, consumerKey]

  return {
    async send(message) {
      const { to, content, messageId } = message
      const body = jsonBody({
        charset: 'UTF-8',
        class: 'phoneDisplay',
        coding: countSegments(content.text).encoding === 'GSM-7' ? '7bit' : '8bit',
        message: content.text,
        // The text says what it says: whether STOP belongs in it is decided where it is written.
        noStopClause: true,
        priority: 'high',
        receivers: [to],
        sender: from,
        senderForResponse: false,
        tag: tagOf(messageId),
        validityPeriod: VALIDITY_MINUTES,
      })
      return readAnswer(
        await client.call({ method: 'POST', path: `${account}/jobs`, body }),
        clock.now(),
        hiderFor(message),
      )
    },

    find: (message, tried) => findEarlier({ client, clock, account, hide: hiderFor(message) }, message, tried),

    statusOf: (id) => askStatus({ client, clock, account }, id),

    async test() {
      const called = await client.call({ method: 'GET', path: account })
      const { exchange } = called
      const found =
        called.left && exchange.kind === 'answered' && exchange.status === 200 ? readJson(exchange.body) : undefined
      if (found?.name === serviceName)
        return found.status === 'disable'
          ? { ok: false, detail: 'OVHcloud has disabled this SMS account' }
          : { ok: true }
      const answer = readAnswer(called, clock.now(), createRedactor(keys))
      return { ok: false, detail: answer.outcome === 'sent' || found ? 'This is not OVHcloud’s API' : answer.detail }
    },

    close: () => client.close(),
  }

  function hiderFor({ to, content }: OutboundSms) {
    return createRedactor([content.text, to, to.replace(/^\+/, ''), ...keys])
  }
}
