import type { Clock } from '../../../platform/clock.ts'
import { type ErrorWord, refusedAs } from '../../channels/error-class.ts'
import type { SendResult } from '../../channels/send-result.ts'
import { jsonBody } from '../http-client/body.ts'
import { createHttpClient, type Exchange } from '../http-client/client.ts'
import { refusalOf } from '../http-client/refusal.ts'
import { retryAfterMs } from '../http-client/retry-after.ts'

interface Options {
  /** The whole address is the secret: it is in no result, and never logged. */
  readonly webhookUrl: string
  readonly clock: Clock
}

/** Slack's words for what is wrong with an incoming webhook. SOURCE.md says where they are from. */
const WORDS = new Map<string, readonly [ErrorWord, string]>([
  ['invalid_payload', ['permanent_content', 'Slack could not read the text']],
  ['no_text', ['permanent_content', 'The text is empty']],
  ['too_many_attachments', ['permanent_content', 'Slack takes no more attachments']],
  ['user_not_found', ['config', 'Who or what the webhook posts to is no longer there']],
  ['action_prohibited', ['config', 'The workspace does not let this webhook post']],
  ['posting_to_general_channel_denied', ['config', 'The webhook may not post to the general channel']],
  ['invalid_token', ['config', 'The address of the webhook is wrong, or was revoked']],
  ['team_disabled', ['config', 'The workspace is disabled']],
  ['channel_not_found', ['config', 'The channel is no longer there']],
  ['no_service', ['config', 'The webhook was switched off, or never existed']],
  ['no_service_id', ['config', 'The address of the webhook is not whole']],
  ['no_active_hooks', ['config', 'The webhook was switched off']],
  ['no_team', ['config', 'The address of the webhook names no workspace']],
  ['channel_is_archived', ['config', 'The channel is archived']],
  ['rollup_error', ['retry', 'Slack had an error on its side']],
])

const CONNECT_MS = 5_000
const LIMIT_MS = 20_000

export interface SlackWebhook {
  send(text: string): Promise<SendResult>
  close(): Promise<void>
}

/**
 * An incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat). It answers `ok` and no id, and knows no
 * idempotency: what was lost on the way is posted again, as an alert told twice is better than one that nobody saw.
 */
export function createSlackWebhook({ webhookUrl, clock }: Options): SlackWebhook {
  const { origin, pathname, search } = new URL(webhookUrl)
  const client = createHttpClient({ baseUrl: origin, connections: 1, connectMs: CONNECT_MS, limitMs: LIMIT_MS })
  return {
    async send(text) {
      const exchange = await client.send({ method: 'POST', path: `${pathname}${search}`, body: jsonBody({ text }) })
      return readAnswer(exchange, clock.now())
    },
    close: () => client.close(),
  }
}

function readAnswer(exchange: Exchange, now: Date): SendResult {
  if (exchange.kind === 'answered') {
    const { status, headers, body } = exchange
    const word = body.trim()
    if (status === 200 && word === 'ok') return { outcome: 'sent', providerMessageId: '' }
    const known = status === 429 ? undefined : WORDS.get(word)
    if (known)
      return refusedAs(known[0], {
        code: word,
        detail: known[1],
        retryAfterMs: retryAfterMs(headers, now),
        about: status >= 500 ? 'account' : undefined,
      })
  }
  return refusalOf(exchange, { repeatIsSafe: true, now })
}

/** A line in bold, what is known, and where to look. */
export const slackText = (said: {
  readonly title: string
  readonly lines: readonly string[]
  readonly url: string | undefined
}): string =>
  [
    `*${escaped(said.title)}*`,
    ...said.lines.map(escaped),
    ...(said.url === undefined ? [] : [`<${escaped(said.url)}>`]),
  ].join('\n')

/** Plain words as Slack shows them: three letters stand for something else there (docs.slack.dev, “Escaping text”). */
const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
