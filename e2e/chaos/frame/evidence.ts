import type { Product } from '../../../bench/lab/product.ts'
import { query } from '../../../bench/lab/servers.ts'
import type { Accepted, Cancelled, Stage, Strike } from './scenario.ts'
import type { Sending } from './send.ts'
import type { Copy } from './site.ts'

/** Everything there is to judge by, gathered when the dust has settled. */
export interface Evidence {
  readonly accepted: readonly Accepted[]
  readonly cancelled: readonly Cancelled[]
  readonly sending: Sending
  readonly copies: readonly Copy[]
  /** Where each message is, as the API says. */
  readonly messages: ReadonlyMap<string, { readonly status: string; readonly reason: string | null }>
  /** Tries that never got an answer, or got one that says “it may have arrived”, by message. */
  readonly unknownTries: ReadonlyMap<string, number>
  /** Rows of work that are left. */
  readonly workLeft: number
  readonly struck: readonly Strike[]
  /** When sending began (ms since 1970). */
  readonly began: number
  /** From the end of the last fault, or of sending if that was later, until nothing was left to do; undefined: there still is. */
  readonly settledAfterMs: number | undefined
}

export async function gather(
  stage: Stage,
  rest: Pick<Evidence, 'sending' | 'struck' | 'began' | 'settledAfterMs'>,
): Promise<Evidence> {
  const { site } = stage
  const [work] = await query<{ n: number }>(site.databaseUrl(), 'select count(*)::int n from message_work')
  return {
    ...rest,
    accepted: rest.sending.accepted,
    cancelled: stage.cancelled,
    copies: await site.carried(),
    messages: await messagesOf(site.serving[0]!),
    unknownTries: await unknownTries(site.databaseUrl()),
    workLeft: work?.n ?? 0,
  }
}

/** Tries without a known outcome, by message: interrupted ones, and those a carrier left unanswered. */
async function unknownTries(url: string): Promise<Map<string, number>> {
  const rows = await query<{ message_id: string; n: number }>(
    url,
    'select message_id, count(*)::int n from attempt where settled_at is null or outcome = 2 group by message_id',
  )
  return new Map(rows.map(({ message_id, n }) => [message_id, n]))
}

/** Tries that were begun after `since` and have no answer yet; undefined when the database cannot be asked. */
export async function openTries(url: string, since: Date): Promise<number | undefined> {
  const rows = await query<{ n: number }>(
    url,
    'select count(*)::int n from attempt where settled_at is null and started_at > $1',
    [since],
  ).catch(() => undefined)
  return rows?.[0]?.n
}

async function messagesOf(product: Product): Promise<Map<string, { status: string; reason: string | null }>> {
  const messages = new Map<string, { status: string; reason: string | null }>()
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: {
      status: number
      body: { items: { id: string; status: string; reason: string | null }[]; nextCursor: string | null }
    } = await product.call(
      'GET',
      `/v1/messages?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
    )
    if (page.status !== 200) throw new Error(`GET /v1/messages answered ${page.status} ${JSON.stringify(page.body)}`)
    for (const { id, status, reason } of page.body.items) messages.set(id, { status, reason })
    cursor = page.body.nextCursor
  }
  return messages
}

/** What happened to a message, and when (ms from the start of sending): for one that came late. */
export async function storyOf(url: string, id: string, began: number): Promise<string> {
  const rows = await query<{ at: Date; what: string }>(
    url,
    `select created_at as at, 'accepted' as what from message where id = $1
     union all select started_at, 'try ' || n || ' begins' from attempt where message_id = $1
     union all select settled_at, 'try ' || n || ' ends ' || coalesce(code, 'sent') from attempt where message_id = $1 and settled_at is not null
     order by at`,
    [id],
  )
  return `${id}: ${rows.map(({ at, what }) => `${at.getTime() - began} ms ${what}`).join(' · ')}`
}
