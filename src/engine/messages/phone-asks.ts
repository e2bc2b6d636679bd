import type { Contact } from '../contacts/contact.ts'
import type { PhoneAsk } from './country-brake.ts'
import { addressesOf, askedChannels, isPhone } from './draft.ts'
import type { Prepared } from './prepare.ts'

/** Which phones a batch may write to, each in its place; undefined where no channel of a phone is asked for. */
export const phoneAsksOf = (
  batch: readonly Prepared[],
  contacts: readonly (Contact | undefined)[],
): (PhoneAsk | undefined)[] =>
  batch.map((item, index): PhoneAsk | undefined => {
    const contact = contacts[index]
    const channel = askedChannels(item).find(isPhone)
    if (!contact || !channel) return undefined
    const address = addressesOf(item.to, contact)[channel]
    return address === undefined
      ? undefined
      : { organization: item.organization, address, isChosen: item.lane === 'bulk' }
  })
