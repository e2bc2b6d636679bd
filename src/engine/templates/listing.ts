import { CHANNELS } from '../channels/channel.ts'
import type { BuiltIn } from './built-ins.ts'
import type { NameRow, TemplateRef, VersionRow } from './version-store.ts'

/** A catalogue entry, as far as its templates are concerned. Several may share a key; the first stands for it. */
export interface TemplateEntry extends BuiltIn {
  readonly type: string
  /** Which pack it is of. */
  readonly pack: string
  readonly audience: string
  readonly category: 'tx' | 'rem' | 'mkt' | 'ops'
  readonly required: boolean
  /** What lets somebody in wherever they work: no organization words it. */
  readonly platformOnly: boolean
}

/** A template's state: which words are live where nobody asks for another language. */
export type TemplateState = 'own' | 'built_in' | 'none'

export interface ListFilter {
  readonly channel?: string | undefined
  readonly locale?: string | undefined
  readonly state?: TemplateState | undefined
  readonly pack?: string | undefined
  readonly draft?: boolean | undefined
  readonly builtInChanged?: boolean | undefined
  /** In the key, the type or whom it is for. */
  readonly search?: string | undefined
}

/** What there is, in the order of its names. */
export const listed = (
  rows: readonly NameRow[],
  entries: ReadonlyMap<string, readonly TemplateEntry[]>,
  filter: ListFilter,
): ListItem[] =>
  rows
    .flatMap((row) => {
      const own = entries.get(row.key)
      return own ? [itemOf(row, own)] : []
    })
    .filter((item) => matches(item, filter))
    .sort((a, b) => (listPosition(a) < listPosition(b) ? -1 : 1))

/** By which a list is in order, and goes on after. */
export const listPosition = ({ key, channel, locale }: TemplateRef): string =>
  `${key} ${CHANNELS.indexOf(channel)} ${locale}`

/** Whose words are live. */
export const stateOf = (live: Pick<VersionRow, 'builtIn'> | undefined): TemplateState =>
  live === undefined ? 'none' : live.builtIn ? 'built_in' : 'own'

/** What is to be known of a key's entries. */
export const aboutOf = (own: readonly TemplateEntry[]) => ({
  type: own[0]!.type,
  pack: own[0]!.pack,
  audiences: own.map((entry) => entry.audience),
  category: own[0]!.category,
  required: own.some((entry) => entry.required),
})

const itemOf = (row: NameRow, own: readonly TemplateEntry[]) => ({
  key: row.key,
  channel: row.channel,
  locale: row.locale,
  ...aboutOf(own),
  state: stateOf(row.versionId === null ? undefined : { builtIn: !row.own }),
  live: row.versionId === null ? null : { id: row.versionId, number: row.number!, publishedAt: row.publishedAt! },
  draft: row.draftRevision === null ? null : { revision: row.draftRevision, updatedAt: row.draftAt! },
  builtInChanged: row.builtInChanged,
})

type ListItem = ReturnType<typeof itemOf>

function matches(item: ListItem, { search, ...filter }: ListFilter): boolean {
  const words = [item.key, item.type, ...item.audiences].join(' ').toLowerCase()
  return (
    (filter.channel === undefined || item.channel === filter.channel) &&
    (filter.locale === undefined || item.locale === filter.locale) &&
    (filter.state === undefined || item.state === filter.state) &&
    (filter.draft === undefined || (item.draft !== null) === filter.draft) &&
    (filter.builtInChanged === undefined || item.builtInChanged === filter.builtInChanged) &&
    (filter.pack === undefined || item.pack === filter.pack) &&
    (search === undefined || words.includes(search.toLowerCase()))
  )
}
