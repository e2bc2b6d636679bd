import type { Channel } from '../channels/channel.ts'
import { compileTemplate, contentHash, type TemplateSubject } from './compile.ts'
import type { Compiler } from './compiler.ts'
import { BUILT_IN_LOCALES, type BuiltInTemplates, type TemplateSource } from './source.ts'
import type { NewVersion } from './store.ts'

/** The built-in wording of one template key, and what it is about. */
export interface BuiltIn extends TemplateSubject {
  readonly templateKey: string
  readonly templates: BuiltInTemplates
}

export interface BuiltInSource {
  readonly key: string
  readonly channel: Channel
  readonly locale: string
  readonly source: TemplateSource
  readonly contentHash: string
  readonly subject: TemplateSubject
}

export function builtInSources(builtIns: readonly BuiltIn[]): BuiltInSource[] {
  const byKey = new Map(builtIns.map((builtIn) => [builtIn.templateKey, builtIn]))
  return [...byKey.values()].flatMap((builtIn) =>
    BUILT_IN_LOCALES.flatMap((locale) =>
      (Object.entries(builtIn.templates[locale]) as [Channel, TemplateSource][]).map(([channel, source]) => ({
        key: builtIn.templateKey,
        channel,
        locale,
        source,
        contentHash: contentHash(channel, source),
        subject: builtIn,
      })),
    ),
  )
}

/** Compiles a built-in source; a mistake in one is ours, so it names the template. */
export async function compileBuiltIn(
  { key, channel, locale, source, contentHash, subject }: BuiltInSource,
  compiler: Compiler,
): Promise<NewVersion> {
  try {
    const compiled = await compileTemplate(channel, source, locale, subject, compiler)
    return { organizationId: null, key, channel, locale, source, compiled, contentHash }
  } catch (error) {
    throw new Error(`The built-in template ${key} (${channel}, ${locale}) cannot be published: ${reason(error)}`, {
      cause: error,
    })
  }
}

const reason = (error: unknown): string => {
  const { message, errors } = error as { message: string; errors?: readonly { path: string; message: string }[] }
  return errors?.length ? errors.map((one) => `${one.path} ${one.message}`).join('; ') : message
}
