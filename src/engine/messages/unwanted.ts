import type { Category } from '../catalogue/event.ts'
import type { Channel } from '../channels/channel.ts'
import { type Marketing, mayAdvertise } from '../contacts/marketing.ts'
import { choiceOf, type Preferences } from '../contacts/preferences.ts'
import { isOptional, type OptionalCategory } from '../links/message-links.ts'
import type { DeliverySettings } from './delivery-settings.ts'
import type { Prepared } from './prepare.ts'

type Defaults = Pick<DeliverySettings, 'preferences'>

/** Whether a contact hears of news it may say no to by this channel: its own choice, else its organization's. */
export const isWanted = (
  category: OptionalCategory,
  channel: Channel,
  preferences: Preferences,
  settings: Defaults,
): boolean => choiceOf(preferences, category, channel) ?? settings.preferences[category][channel]

/** Whether this is not to be sent. What is critical or required never is unwanted, nor what nobody may say no to. */
export const isUnwanted = (
  { entry, category, lane }: { entry: Pick<Prepared['entry'], 'required'>; category: Category; lane: Prepared['lane'] },
  channel: Channel,
  preferences: Preferences,
  settings: Defaults,
): boolean =>
  isOptional(category) && lane !== 'critical' && !entry.required && !isWanted(category, channel, preferences, settings)

/** Whether this is marketing to an address that nobody has agreed to have it at. No lane and no choice stands for that. */
export const needsConsent = (
  category: Category,
  channel: Channel,
  address: string,
  marketing: Marketing,
  settings: Pick<DeliverySettings, 'marketingConsent'>,
): boolean => category === 'mkt' && !mayAdvertise(marketing, channel, address, settings.marketingConsent)
