import type { Category } from '../catalogue/event.ts'
import type { Channel } from '../channels/channel.ts'
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
