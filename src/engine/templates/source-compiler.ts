import { invalid, notFound } from '../../errors.ts'
import { CHANNELS, type Channel } from '../channels/channel.ts'
import type { BuiltIn } from './built-ins.ts'
import { compileTemplate, contentHash } from './compile.ts'
import type { CompiledSource } from './compiled.ts'
import type { Compiler } from './compiler.ts'
import { SOURCES, type TemplateSource } from './source.ts'
import type { NewVersion } from './store.ts'

export interface PublishRequest {
  readonly key: string
  readonly channel: Channel
  readonly locale: string
  /** Whatever its author wrote: it is checked. */
  readonly source: unknown
}

export type SourceCompiler<Entry extends BuiltIn = BuiltIn> = ReturnType<typeof createSourceCompiler<Entry>>

/** Sources checked against the template they are for. `entries` are every template there is. */
export function createSourceCompiler<Entry extends BuiltIn>(compiler: Compiler, entries: readonly Entry[]) {
  const byKey = new Map<string, Entry>()
  for (const entry of entries) if (!byKey.has(entry.templateKey)) byKey.set(entry.templateKey, entry)

  /** @throws AppError `not_found` for a key no entry has, `validation_failed` for a channel or language there is not. */
  function entryOf({ key, channel, locale }: Omit<PublishRequest, 'source'>): Entry {
    const entry = byKey.get(key)
    if (!entry) throw notFound('Template', key)
    if (!CHANNELS.includes(channel)) throw invalid('channel', `is one of ${CHANNELS.join(', ')}`)
    if (!isLocale(locale)) throw invalid('locale', 'is a language tag such as fr or fr-CA')
    return entry
  }

  /** @throws AppError as `entryOf`, and `template_invalid` with every fault. */
  async function compiled(
    request: PublishRequest,
  ): Promise<{ entry: Entry; compiled: CompiledSource; read: TemplateSource }> {
    const entry = entryOf(request)
    const { channel, source, locale } = request
    const made = await compileTemplate(channel, source, locale, entry, compiler)
    return { entry, compiled: made, read: SOURCES[channel].parse(source) }
  }

  return {
    entryOf,
    compiled,

    /** What is stored of it. */
    async version(organizationId: string, request: PublishRequest): Promise<NewVersion> {
      const { compiled: made, read } = await compiled(request)
      const { key, channel, locale } = request
      return {
        organizationId,
        key,
        channel,
        locale,
        source: read,
        compiled: made,
        contentHash: contentHash(channel, read),
      }
    },
  }
}

function isLocale(locale: string): boolean {
  try {
    return Intl.getCanonicalLocales(locale)[0] === locale
  } catch {
    return false
  }
}
