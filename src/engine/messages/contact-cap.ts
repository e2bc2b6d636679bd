import type { Windows } from '../../platform/limits/windows.ts'
import type { Contact } from '../contacts/contact.ts'
import { deliveryOf } from './delivery-settings.ts'
import { askedChannels } from './draft.ts'
import { contactKey } from './limit-keys.ts'
import type { Prepared } from './prepare.ts'
import { DIGEST_TYPE, digestOf } from './timing.ts'

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

/**
 * Which of a batch, by their places, are one too many for their contact within the hour. One ask per contact: critical
 * ones and digests take their place first and go anyway, the others get what is left, in their order. What waits for a
 * digest does not count: it is one of many in one message. Counts are shared by all processes.
 */
export async function overCap(
  windows: Pick<Windows, 'takeUpTo'>,
  batch: readonly Prepared[],
  contacts: readonly (Contact | undefined)[],
): Promise<ReadonlySet<number>> {
  const over = new Set<number>()
  await Promise.all(
    [...Map.groupBy(countedOf(batch, contacts), (item) => item.contactId)].map(async ([contactId, own]) => {
      const window = { limit: own[0]!.cap, windowMs: HOUR_MS }
      const { taken } = await windows.takeUpTo(contactKey(contactId), window, own.length)
      if (taken === own.length) return
      const others = own.filter((item) => !item.passes)
      const room = Math.max(0, taken - (own.length - others.length))
      for (const { index } of others.slice(room)) over.add(index)
    }),
  )
  return over
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
