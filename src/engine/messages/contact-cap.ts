import type { Windows } from '../../platform/limits/windows.ts'
import { DIGEST_TYPE } from '../catalogue/event.ts'
import type { Contact } from '../contacts/contact.ts'
import { deliveryOf } from './delivery-settings.ts'
import { askedChannels } from './draft.ts'
import { contactKey } from './limit-keys.ts'
import type { Prepared } from './prepare.ts'
import { digestOf } from './timing.ts'

/** One notification that counts for its contact. */
interface Counted {
  /** Its place in the batch. */
  readonly index: number
  readonly contactId: string
  readonly cap: number
  /** It goes whatever the count, and is counted. */
  readonly passes: boolean
}

const HOUR_MS = 3_600_000

/** What the cap said to a batch. Places are those of the batch. */
export interface Capped {
  /** One too many for their contact. */
  readonly over: ReadonlySet<number>
  /** Gives back what was counted for those that were not sent to their contact after all. */
  settle(used: (index: number) => boolean): Promise<void>
}

/**
 * Counts a batch for its contacts, over a rolling hour that all processes share. One ask per contact: critical ones and
 * digests take their place first and go anyway, the others get what is left, in their order. What waits for a digest does
 * not count: it is one of many in one message.
 */
export async function countForContacts(
  windows: Pick<Windows, 'takeEach' | 'giveBack'>,
  batch: readonly Prepared[],
  contacts: readonly (Contact | undefined)[],
  now: Date,
): Promise<Capped> {
  const over = new Set<number>()
  const asks = [...Map.groupBy(countedOf(batch, contacts), (item) => item.contactId)].map(([contactId, own]) => ({
    key: contactKey(contactId),
    window: { limit: own[0]!.cap, windowMs: HOUR_MS },
    wanted: own.length,
    own,
  }))
  const given = asks.length > 0 ? await windows.takeEach(asks) : []
  asks.forEach(({ own }, n) => {
    const taken = given[n]!
    if (taken === own.length) return
    const others = own.filter((item) => !item.passes)
    const room = Math.max(0, taken - (own.length - others.length))
    for (const { index } of others.slice(room)) over.add(index)
  })
  return {
    over,
    async settle(used) {
      const unused = asks.flatMap(({ key, window, own }, n) => {
        const count = given[n]! - own.filter(({ index }) => used(index)).length
        return count > 0 ? [windows.giveBack(key, window, count, now)] : []
      })
      // What cannot be given back stays counted for its hour; the notifications are written all the same.
      await Promise.allSettled(unused)
    },
  }
}

function countedOf(batch: readonly Prepared[], contacts: readonly (Contact | undefined)[]): Counted[] {
  return batch.flatMap((item, index): Counted[] => {
    const contact = contacts[index]
    const settings = deliveryOf(item.organization)
    const cap = settings.contactCapPerHour
    if (!contact || cap === null) return []
    const gathered = digestOf(item, contact.digest, settings) !== 'off' && !askedChannels(item).includes('in_app')
    if (gathered) return []
    return [{ index, contactId: contact.id, cap, passes: item.lane === 'critical' || item.entry.type === DIGEST_TYPE }]
  })
}
