import type { Channel } from '../channels/channel.ts'

/**
 * What a contact chose, as it is stored. `optedOut`: nothing one may say no to, on any channel; `measured: false`: its opens
 * and clicks are not to be kept; `channels`: category → channel → yes or no. What is absent follows the organization.
 */
export interface Preferences {
  readonly optedOut?: boolean
  readonly measured?: boolean
  readonly channels?: Readonly<Partial<Record<string, Readonly<Partial<Record<string, boolean>>>>>>
}

/** What the contact itself said about news of a category on a channel; undefined: nothing. */
export const choiceOf = (
  { optedOut, channels }: Preferences,
  category: string,
  channel: Channel,
): boolean | undefined => (optedOut ? false : channels?.[category]?.[channel])
