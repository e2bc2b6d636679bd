import { AppError, invalid, notFound } from '../../errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/database.ts'
import { CHANNELS, type Channel, channelCode } from '../channels/channel.ts'
import { type BuiltIn, builtInSources, compileBuiltIn } from './built-ins.ts'
import { compileTemplate, contentHash } from './compile.ts'
import { type CompiledTemplate, type RenderedContent, readCompiled } from './compiled.ts'
import type { Compiler } from './compiler.ts'
import { type CurrentVersion, createCurrentVersions } from './current.ts'
import { SOURCES, type TemplateSource } from './source.ts'
import {
  CURRENT_BUILT_INS,
  type CurrentRow,
  dropCurrent,
  findPublished,
  listVersions,
  makeCurrent,
  type VersionRow,
  writeVersion,
} from './store.ts'
import { loadParser } from './syntax.ts'
import type { TemplateVariables } from './variables.ts'
import { createReadyVersions } from './versions.ts'

export type { CompiledTemplate, RenderedContent }

export interface PublishRequest {
  readonly key: string
  readonly channel: Channel
  readonly locale: string
  readonly source: TemplateSource
}

export interface Templates {
  /** The version a new message pins, or nothing when this key has no template on this channel. What another process published is seen within five seconds. */
  resolve(organizationId: string, key: string, channel: Channel, locale: string): Promise<CurrentVersion | undefined>
  /** Pinned versions, ready to render; those that do not exist are absent. */
  load(versionIds: readonly string[]): Promise<Map<string, CompiledTemplate>>
  /** Compiles and makes current. Throws `template_invalid` with every fault, or `not_found` for a key no entry has. The same source again is the same version. */
  publish(organizationId: string, request: PublishRequest): Promise<{ versionId: string; number: number }>
  /** Makes an earlier version of the organization's own the current one again. Messages already accepted keep theirs. */
  rollback(organizationId: string, versionId: string): Promise<{ versionId: string; number: number }>
  /** Back to the built-in wording in this language; false when the organization had none of its own. */
  reset(organizationId: string, key: string, channel: Channel, locale: string): Promise<boolean>
  /** The organization's own versions and the built-in ones, newest first in each language. */
  versions(organizationId: string, key: string, channel: Channel): Promise<{ own: VersionRow[]; builtIn: VersionRow[] }>
  /** Renders a source without storing it, with the entry's sample payload unless another is given. */
  preview(
    request: PublishRequest,
    variables: Omit<TemplateVariables, 'payload' | 'locale'> & { payload?: Record<string, unknown> },
  ): Promise<RenderedContent>
  /** Publishes every built-in template whose source changed, and says how many. Safe in any number of processes at once. */
  syncBuiltIns(): Promise<number>
  close(): Promise<void>
}

interface Deps {
  readonly db: Pick<Database, 'engine' | 'as' | 'run'>
  readonly clock: Clock
  readonly compiler: Compiler
  /** Every template key there is. */
  readonly entries: readonly BuiltIn[]
}

/** An organization's words: found when a message is accepted, filled in when it is sent, changed by publishing. */
export function createTemplates({ db, clock, compiler, entries }: Deps): Templates {
  const current = createCurrentVersions({ db, clock })
  const ready = createReadyVersions({ db })
  const byKey = new Map(entries.map((entry) => [entry.templateKey, entry]))

  return {
    resolve: current.find,
    load: ready.load,

    async publish(organizationId, { key, channel, locale, source }) {
      const { compiled, read } = await compiledOf({ key, channel, locale, source })
      const version = {
        organizationId,
        key,
        channel,
        locale,
        source: read,
        compiled,
        contentHash: contentHash(channel, read),
      }
      const { id, number } = await db.as(organizationId, (tx) => writeVersion(tx, version, clock.now()))
      current.forget(organizationId)
      return { versionId: id, number }
    },

    async rollback(organizationId, versionId) {
      const { id, number } = await db.as(organizationId, async (tx) => {
        const version = await findPublished(tx, organizationId, versionId)
        if (!version) throw notFound('Template version', versionId)
        await makeCurrent(tx, version.template_id, { organizationId, locale: version.locale }, version.id)
        return version
      })
      current.forget(organizationId)
      return { versionId: id, number }
    },

    async reset(organizationId, key, channel, locale) {
      const dropped = await db.as(organizationId, (tx) => dropCurrent(tx, organizationId, key, channel, locale))
      current.forget(organizationId)
      return dropped
    },

    versions: (organizationId, key, channel) =>
      db.as(organizationId, async (tx) => ({
        own: await listVersions(tx, { organizationId, key, channel }),
        builtIn: await listVersions(tx, { organizationId: null, key, channel }),
      })),

    async preview(request, { payload, ...variables }) {
      const { compiled, entry } = await compiledOf(request)
      const filled = payload ? entry.payload.safeParse(payload) : undefined
      if (filled?.error) {
        const errors = filled.error.issues.map((issue) => ({
          path: ['payload', ...issue.path].join('.'),
          message: issue.message,
        }))
        throw new AppError('validation_failed', 'The payload does not fit this template', { errors })
      }
      const template = readCompiled(compiled, await loadParser())
      return template.render({ ...variables, locale: request.locale, payload: filled?.data ?? entry.sample })
    },

    async syncBuiltIns() {
      const rows = await db.run<CurrentRow>('templates.current_built_in', CURRENT_BUILT_INS, [])
      const published = new Map(rows.map((row) => [`${row.key} ${row.channel} ${row.locale}`, row.content_hash]))
      const changed = builtInSources(entries).filter(
        ({ key, channel, locale, contentHash }) =>
          published.get(`${key} ${channelCode(channel)} ${locale}`) !== contentHash,
      )
      if (changed.length === 0) return 0
      const versions = await Promise.all(changed.map((source) => compileBuiltIn(source, compiler)))
      // In one order everywhere: two processes that start together wait for each other instead of deadlocking.
      versions.sort((a, b) => (`${a.key} ${a.channel} ${a.locale}` < `${b.key} ${b.channel} ${b.locale}` ? -1 : 1))
      await db.engine.transaction().execute(async (tx) => {
        for (const version of versions) await writeVersion(tx, version, clock.now())
      })
      current.forget(null)
      return versions.length
    },

    close: () => compiler.close(),
  }

  async function compiledOf({ key, channel, locale, source }: PublishRequest) {
    const entry = byKey.get(key)
    if (!entry) throw notFound('Template', key)
    if (!CHANNELS.includes(channel)) throw invalid('channel', `is one of ${CHANNELS.join(', ')}`)
    if (!isLocale(locale)) throw invalid('locale', 'is a language tag such as fr or fr-CA')
    const compiled = await compileTemplate(channel, source, locale, entry, compiler)
    return { entry, compiled, read: SOURCES[channel].parse(source) }
  }
}

function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale)[0] === locale
  } catch {
    return false
  }
}
