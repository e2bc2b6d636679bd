import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { createRemembered } from '../../platform/remembered.ts'
import { CHANNELS, type Channel, channelCode } from '../channels/channel.ts'
import { CURRENT_BUILT_INS, CURRENT_OF_ORGANIZATION, type CurrentRow } from './store.ts'

/** Which version a new message pins. */
export interface CurrentVersion {
  readonly versionId: string
  readonly locale: string
}

/** Language → version, of one template. */
type Locales = ReadonlyMap<string, string>

interface Loaded {
  readonly defaultLocale: string | undefined
  readonly templates: ReadonlyMap<string, Locales>
}

/** How long a publication made in another process may stay unseen here. Its own process sees it at once. */
export const STALE_MS = 5_000
const BUILT_INS = ''

/**
 * Remembers what is current, a whole organization at a time: one query per organization in use and `STALE_MS`, none per
 * message. Published versions never change, so only this pointer can be behind, by at most `STALE_MS`.
 */
export function createCurrentVersions({ db, clock }: { db: Pick<Database, 'run'>; clock: Clock }) {
  const loaded = createRemembered({ load, clock, staleMs: STALE_MS })

  async function load(owner: string): Promise<Loaded> {
    const rows =
      owner === BUILT_INS
        ? await db.run<CurrentRow>('templates.current_built_in', CURRENT_BUILT_INS, [])
        : await db.run<Partial<CurrentRow> & { default_locale: string }>(
            'templates.current_of_organization',
            CURRENT_OF_ORGANIZATION,
            [owner],
          )
    const templates = new Map<string, Map<string, string>>()
    for (const row of rows) {
      if (!row.key || row.channel === undefined || !row.locale || !row.version_id) continue
      const name = nameOf(row.key, row.channel)
      const locales = templates.get(name) ?? new Map<string, string>()
      templates.set(name, locales.set(row.locale, row.version_id))
    }
    const [first] = rows
    const defaultLocale = first && 'default_locale' in first ? (first.default_locale as string) : undefined
    return { defaultLocale, templates }
  }

  return {
    /**
     * The version for a contact who reads `locale`: that language as exactly as there is, then the organization's, then
     * English, then any. In each language the organization's own words go before the built-in ones, however exact those are.
     */
    async find(
      organizationId: string,
      key: string,
      channel: Channel,
      locale: string,
    ): Promise<CurrentVersion | undefined> {
      const both = [loaded.of(organizationId), loaded.of(BUILT_INS)] as const
      const [own, builtIn] = both.some((one) => one instanceof Promise)
        ? await Promise.all(both)
        : (both as [Loaded, Loaded])
      const name = nameOf(key, channelCode(channel))
      return choose(own.templates.get(name), builtIn.templates.get(name), locale, own.defaultLocale)
    },

    /** The channels a key has words for, in any language. */
    async channelsOf(organizationId: string, key: string): Promise<Channel[]> {
      const both = await Promise.all([loaded.of(organizationId), loaded.of(BUILT_INS)])
      return CHANNELS.filter((channel) =>
        both.some(({ templates }) => templates.has(nameOf(key, channelCode(channel)))),
      )
    },

    /** Something was published or rolled back: the next look reads again. Null: a built-in template. */
    forget(organizationId: string | null): void {
      loaded.forget(organizationId ?? BUILT_INS)
    },
  }
}

const nameOf = (key: string, channel: number) => `${channel} ${key}`

function choose(
  own: Locales | undefined,
  builtIn: Locales | undefined,
  asked: string,
  byDefault: string | undefined,
): CurrentVersion | undefined {
  for (const language of [narrowing(asked), byDefault ? narrowing(byDefault) : [], ['en']])
    for (const locales of [own, builtIn])
      for (const locale of language) {
        const versionId = locales?.get(locale)
        if (versionId) return { versionId, locale }
      }
  for (const locales of [own, builtIn]) {
    const [first] = [...(locales ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
    if (first) return { locale: first[0], versionId: first[1] }
  }
  return undefined
}

/** `fr-CA` → `fr-CA`, `fr`. */
function narrowing(locale: string): string[] {
  const parts = locale.split('-')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
}
