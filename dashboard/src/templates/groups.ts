import type { TemplateItem } from '@carillon/client'
import { CHANNELS, type Channel } from '../vocabulary.ts'

/** The templates of one event, whoever hears of it. */
export interface TemplateGroup {
  readonly type: string
  readonly pack: string
  readonly audiences: readonly string[]
  readonly channels: readonly Channel[]
  readonly locales: readonly string[]
  readonly own: number
  readonly drafts: number
  readonly changed: number
  readonly items: readonly TemplateItem[]
}

/** One group for each event, in the order of their names; what it says at a glance is counted. */
export const groupsOf = (items: readonly TemplateItem[]): TemplateGroup[] =>
  [...Map.groupBy(items, ({ type }) => type)]
    .map(([type, own]) => ({
      type,
      pack: own[0]!.pack,
      audiences: [...new Set(own.flatMap(({ audiences }) => audiences))],
      channels: CHANNELS.filter((channel) => own.some((item) => item.channel === channel)),
      locales: [...new Set(own.map(({ locale }) => locale))].sort(),
      own: own.filter(({ state }) => state === 'own').length,
      drafts: own.filter(({ draft }) => draft !== null).length,
      changed: own.filter(({ builtInChanged }) => builtInChanged).length,
      items: own,
    }))
    .sort((a, b) => (a.type < b.type ? -1 : 1))
