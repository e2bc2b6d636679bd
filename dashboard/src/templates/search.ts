import { given, oneOf, text } from '../parts/search.ts'
import { CHANNELS, type Channel } from '../vocabulary.ts'

/** What a template can be picked by: whose words are live, a draft, built-in words that changed since. */
export const STATES = ['own', 'built_in', 'draft', 'changed'] as const

/** The packs that word events. */
export const PACKS = ['appointments', 'bookings', 'shop', 'casework', 'engine', 'platform'] as const

/** What the list is narrowed to; kept in the address. */
export interface TemplateSearch {
  readonly search?: string | undefined
  readonly pack?: (typeof PACKS)[number] | undefined
  readonly channel?: Channel | undefined
  readonly locale?: string | undefined
  readonly state?: (typeof STATES)[number] | undefined
  /** The event whose templates are shown. */
  readonly open?: string | undefined
}

export const templateSearch = (search: Record<string, unknown>): TemplateSearch => ({
  search: text(search.search)?.slice(0, 100),
  pack: oneOf(PACKS, search.pack),
  channel: oneOf(CHANNELS, search.channel),
  locale: text(search.locale)?.slice(0, 35),
  state: oneOf(STATES, search.state),
  open: text(search.open)?.slice(0, 100),
})

/** As the API takes it; what is searched for is found on the page, by the names events have there. */
export function templateFilter({ state, open: _shown, search: _sought, ...rest }: TemplateSearch) {
  const picked =
    state === 'draft'
      ? { draft: 'true' as const }
      : state === 'changed'
        ? { builtInChanged: 'true' as const }
        : state && { state }
  return { ...given(rest), ...picked }
}
