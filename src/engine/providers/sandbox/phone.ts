import { AppError, invalid } from '../../../errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import { newId } from '../../../platform/ids.ts'
import { type Channel, channelCode, channelOf } from '../../channels/channel.ts'
import type { InboundKind } from '../../channels/inbound.ts'
import type { Post } from './reports.ts'
import { signedHeaders } from './signature.ts'
import type { AnswerRow, SandboxStore } from './store.ts'

interface Deps {
  readonly store: Pick<SandboxStore, 'accountToAnswer' | 'answers'>
  readonly clock: Clock
  readonly key: Buffer
  readonly post: Post
}

/** What the holder of a sandbox phone or mailbox writes. */
export interface Answer {
  readonly channel: 'email' | 'sms' | 'whatsapp'
  /** Their address. */
  readonly from: string
  readonly name?: string | undefined
  readonly kind?: Extract<InboundKind, 'text' | 'image' | 'document' | 'audio'> | undefined
  readonly text?: string | undefined
  /** Addresses of files. */
  readonly media?: readonly { readonly reference: string; readonly contentType?: string | undefined }[] | undefined
}

/** An answer as the engine took it. */
export interface TakenAnswer {
  readonly id: string
  readonly channel: Channel
  /** Whose phone or mailbox it was written on. */
  readonly address: string
  readonly contactId: string | null
  readonly contactName: string | null
  readonly kind: string
  readonly text: string | null
  /** `withdrawn`: nothing more is sent to this address on this channel; `granted`: it is again. */
  readonly consent: 'granted' | 'withdrawn' | null
  readonly createdAt: Date
}

export type Phone = ReturnType<typeof createPhone>

/** The other end of the line: what is written here reaches the engine as from a carrier, by a signed call to our own webhook. */
export const createPhone = ({ store, clock, key, post }: Deps) => ({
  /**
   * Answers the organization's newest message to that address, on the account that it came by; from somebody it has never
   * written to, on its own sandbox account. The id of the inbound message at the sandbox.
   */
  async write(organizationId: string, answer: Answer): Promise<{ id: string }> {
    const { channel, from, name, kind = 'text', text, media } = answer
    const found = await store.accountToAnswer(organizationId, channelCode(channel), from)
    if (!found)
      throw invalid(
        'from',
        'Send something to this address first, or add a sandbox account of your own for the channel',
      )
    const now = clock.now()
    const id = newId(now)
    const inbound = {
      id,
      from,
      at: now.toISOString(),
      kind,
      ...(found.answers ? { inReplyTo: found.answers } : {}),
      ...(name === undefined ? {} : { name }),
      ...(text === undefined ? {} : { text }),
      ...(media === undefined ? {} : { media }),
    }
    const body = Buffer.from(JSON.stringify({ inbound: [inbound] }))
    const path = `/webhooks/sandbox/${found.accountId}`
    const status = await post(path, { 'content-type': 'application/json', ...signedHeaders(key, body, now) }, body)
    if (status < 200 || status > 299)
      throw new AppError('unavailable', `The webhook answered ${status}`, { retryAfterSeconds: 2 })
    return { id }
  },

  /** What was written, newest first, below the id `before`. */
  async written(
    organizationId: string,
    { channel, before, limit }: { channel?: Channel; before?: string; limit: number },
  ): Promise<TakenAnswer[]> {
    const rows = await store.answers(organizationId, {
      limit,
      ...(channel === undefined ? {} : { channel: channelCode(channel) }),
      ...(before === undefined ? {} : { before }),
    })
    return rows.map(toAnswer)
  },
})

const toAnswer = (row: AnswerRow): TakenAnswer => ({
  id: row.id,
  channel: channelOf(row.channel),
  address: row.address,
  contactId: row.contact_id,
  contactName: row.contact_name,
  kind: row.kind,
  text: row.text,
  consent: consentOf(row),
  createdAt: row.at,
})

function consentOf({ consent, state }: AnswerRow): TakenAnswer['consent'] {
  if (state === 'withdrawn' || consent === 'stop') return 'withdrawn'
  return state === 'granted' || consent === 'start' ? 'granted' : null
}
