import type { CatalogueEntry, NotificationRequest } from '@carillon/client'
import type { Channel } from '../vocabulary.ts'

export const DELAYS = ['now', 'inMinute', 'inHour', 'tomorrow'] as const
export type Delay = (typeof DELAYS)[number]

const DELAY_MS: Record<Delay, number> = { now: 0, inMinute: 60_000, inHour: 3_600_000, tomorrow: 86_400_000 }

/** An event may be told to several audiences: the two together name one entry. */
export const keyOf = ({ type, audience }: CatalogueEntry) => `${type} ${audience}`

const planOf = ({ channels }: CatalogueEntry) => ('all' in channels ? channels.all : channels.firstOf)

/** Every entry is worded for the in-app feed as well as for the channels of its plan. */
export const mayTake = (entry: CatalogueEntry, channel: Channel) =>
  channel === 'in_app' || planOf(entry).includes(channel)

export interface EntryGroup {
  readonly group: string
  readonly items: { readonly value: string; readonly label: string }[]
}

/** Every entry under the part of the product it belongs to, in the catalogue's order. */
export const groupsOf = (
  entries: readonly CatalogueEntry[],
  words: {
    event(type: string): string
    pack(pack: string): string
    audience(audience: CatalogueEntry['audience']): string
  },
): EntryGroup[] =>
  [...Map.groupBy(entries, ({ pack }) => pack)].map(([pack, own]) => ({
    group: words.pack(pack),
    items: own.map((one) => ({
      value: keyOf(one),
      label: `${words.event(one.type)} → ${words.audience(one.audience)}`,
    })),
  }))

/** The groups with what has every word of a search in it, or in the group's own name; accents and case do not count. */
export function search(groups: readonly EntryGroup[], asked: string): EntryGroup[] {
  const wanted = plain(asked).split(/\s+/).filter(Boolean)
  return groups
    .map(({ group, items }) => ({
      group,
      items: items.filter(({ label, value }) => {
        const text = plain(`${group} ${label} ${value}`)
        return wanted.every((word) => text.includes(word))
      }),
    }))
    .filter(({ items }) => items.length > 0)
}

const plain = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/_/g, ' ')

/** The entry a first sample is best made from: one that shows in the mailbox and on a phone. */
export function firstSample(entries: readonly CatalogueEntry[]): CatalogueEntry {
  const outside = entries.filter(
    ({ channels }) =>
      'all' in channels &&
      channels.all.includes('email') &&
      (channels.all.includes('sms') || channels.all.includes('whatsapp')),
  )
  const first =
    outside.find(({ type }) => type.endsWith('.confirmed')) ??
    outside.find(({ type }) => type !== 'message.custom') ??
    outside[0] ??
    entries[0]
  if (!first) throw new Error('The catalogue is empty')
  return first
}

export type ReadPayload = { readonly value: Record<string, unknown> } | { readonly problem: 'badJson' | 'notObject' }

export function readPayload(text: string): ReadPayload {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return { problem: 'notObject' }
    return { value: value as Record<string, unknown> }
  } catch {
    return { problem: 'badJson' }
  }
}

export interface Sample {
  readonly entry: CatalogueEntry
  readonly payload: Record<string, unknown>
  readonly email: string
  readonly phone: string
  readonly name: string
  readonly locale: string
  /** None: as the catalogue says. */
  readonly channels: readonly Channel[]
  readonly delay: Delay
}

/** The body of `POST /v1/notifications`. */
export function sampleRequest(sample: Sample, now: Date): NotificationRequest {
  const { entry, payload, locale, channels, delay } = sample
  const [email, phone, name] = [sample.email.trim(), sample.phone.trim(), sample.name.trim()]
  return {
    type: entry.type,
    audience: entry.audience,
    to: { ...(email && { email }), ...(phone && { phone }), ...(name && { name }), locale },
    payload,
    locale,
    // Whoever tries a sample out sends it again and again.
    allowRepeat: true,
    ...(channels.length > 0 && { channels: [...channels] }),
    ...(delay !== 'now' && { sendAt: new Date(now.getTime() + DELAY_MS[delay]).toISOString() }),
  }
}
