import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { type Database, runWithin } from '../../platform/database/database.ts'
import { createSlots } from '../../platform/slots.ts'
import { DIGEST_TYPE } from '../catalogue/event.ts'
import { channelOf } from '../channels/channel.ts'
import type { Organization } from '../organizations/organization.ts'
import type { Templates } from '../templates/templates.ts'
import type { Accept } from './accept.ts'
import { type Claimed, release } from './delivery-store.ts'
import { carry, drop, gather, groupOf, keysOfVersions } from './digest-store.ts'
import { variablesOf } from './outbound.ts'

interface Deps {
  readonly db: Pick<Database, 'run' | 'engine'>
  readonly clock: Clock
  readonly accept: Pick<Accept, 'within'>
  readonly templates: Pick<Templates, 'load' | 'resolve'>
  readonly organization: (id: string) => Promise<Organization>
  readonly nudge: () => void
  readonly changed: (organizationId: string) => void
  readonly onError: (error: unknown, ids: { messageId?: string }) => void
  readonly observe?: (items: number) => void
}

interface Item {
  readonly title: string
  readonly body?: string
  readonly url?: string
}

/** More than a person reads at once; the rest is counted. */
const MOST_LISTED = 50
const LONGEST_TITLE = 300
const LONGEST_BODY = 500
const DIGESTS_AT_ONCE = 4

/** Another worker that holds items of the same contact gives them back, or has taken ours, within this time. */
const YIELD_MS = 400
/** What could not leave, by a surprise, is tried again after so long. */
const RETRY_MS = 10_000

export type Digest = ReturnType<typeof createDigest>

/**
 * Lets what was gathered for a contact leave as one message: all that is due on the same channel and of the same
 * category. The items' work goes and the digest is written in one transaction, so each item leaves once or is still there.
 */
export function createDigest({ db, clock, accept, templates, organization, nudge, changed, onError, observe }: Deps) {
  // One at a time in a process: the items of a contact come in many jobs at the same moment, and must find each other.
  let turn: Promise<void> = Promise.resolve()
  const together = createSlots(DIGESTS_AT_ONCE)
  return (rows: readonly Claimed[], workerId: string): Promise<void> => {
    turn = turn.catch(() => {}).then(() => gatherAndLeave(rows, workerId))
    return turn
  }

  async function gatherAndLeave(rows: readonly Claimed[], workerId: string): Promise<void> {
    let { items, rivals } = await gather(db.run, rows, workerId, clock.now())
    if (rivals.size > 0) {
      // Whoever holds the first of a contact's items waits for the others to be given back; the others give back.
      const first = (row: Claimed) => !((rivals.get(groupOf(row)) ?? '~') < firstOf(items, row))
      const later = items.filter((row) => !first(row))
      await giveBack(later, workerId)
      await sleep(YIELD_MS)
      const kept = items.filter(first)
      items = kept.length > 0 ? (await gather(db.run, kept, workerId, clock.now())).items : []
    }
    await Promise.all(
      [...Map.groupBy(items, groupOf).values()].map((group) => together(() => leaveOrWait(group, workerId))),
    )
    nudge()
  }

  async function leaveOrWait(group: Claimed[], workerId: string): Promise<void> {
    const inOrder = group.sort((a, b) => (a.message_id < b.message_id ? -1 : 1))
    const [first] = inOrder as [Claimed]
    try {
      await leave(inOrder, workerId)
      observe?.(inOrder.length)
    } catch (error) {
      // Nothing was written: the items are taken up again, until their deadline ends them.
      onError(error, { messageId: first.message_id })
      await giveBack(inOrder, workerId, RETRY_MS).catch((again: unknown) => onError(again, {}))
    }
    changed(first.organization_id)
  }

  async function giveBack(items: readonly Claimed[], workerId: string, afterMs = 0): Promise<void> {
    if (items.length === 0) return
    const now = clock.now()
    const dueAt = new Date(now.getTime() + afterMs)
    await release(
      db.run,
      items.map((row) => ({
        messageId: row.message_id,
        n: row.attempt,
        organizationId: row.organization_id,
        dueAt,
        event: null,
      })),
      workerId,
      now,
    )
  }

  async function leave(items: readonly Claimed[], holder: string): Promise<void> {
    const [first] = items as [Claimed]
    const channel = channelOf(first.channel)
    const request = {
      type: DIGEST_TYPE,
      to: { contactId: first.contact_id },
      channels: [channel],
      locale: first.locale,
      allowRepeat: true,
      payload: await payloadOf(items),
    }
    await db.engine.transaction().execute(async (tx) => {
      const run = runWithin(tx)
      const ids = items.map((item) => item.message_id)
      const answer = await accept
        .within(run, first.organization_id, request, { category: first.category })
        .catch((error: unknown) => {
          if (error instanceof AppError) return error
          throw error
        })
      const carried =
        answer instanceof AppError
          ? await drop(run, ids, holder, answer.message, clock.now())
          : await carry(run, ids, holder, answer.messages[0]!.id, clock.now())
      if (carried < ids.length) throw new Error('Another worker has taken over some of these items')
    })
  }

  async function payloadOf(items: readonly Claimed[]) {
    const listed = await Promise.all(items.slice(0, MOST_LISTED).map(itemOf))
    const left = items.length - listed.length
    return { count: items.length, items: listed, ...(left > 0 ? { left } : {}) }
  }

  /** What the item would have said in the app: every entry has words for that, and they are the shortest. */
  async function itemOf(row: Claimed): Promise<Item> {
    const tenant = await organization(row.organization_id)
    const key = (await keysOfVersions(db.run, [row.template_version_id])).get(row.template_version_id)
    const version = key === undefined ? undefined : await templates.resolve(tenant.id, key, 'in_app', row.locale)
    const template = version ? (await templates.load([version.versionId])).get(version.versionId) : undefined
    const content = template?.render(variablesOf(row, tenant))
    if (content?.channel !== 'in_app') return { title: row.type }
    return {
      title: content.title.slice(0, LONGEST_TITLE) || row.type,
      ...(content.body ? { body: content.body.slice(0, LONGEST_BODY) } : {}),
      ...(content.actionUrl ? { url: content.actionUrl } : {}),
    }
  }
}

const firstOf = (items: readonly Claimed[], like: Claimed): string =>
  items
    .filter((row) => groupOf(row) === groupOf(like))
    .reduce((least, row) => (row.message_id < least ? row.message_id : least), '~')
