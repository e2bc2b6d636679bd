import { AppError, type FieldError } from '../../errors.ts'
import { countSegments, type Segments } from '../channels/segments.ts'
import type { BuiltIn } from './built-ins.ts'
import { type RenderedContent, type RenderHow, readCompiled } from './compiled.ts'
import { buildProgram, TemplateLimitError } from './program.ts'
import type { PublishRequest, SourceCompiler } from './source-compiler.ts'
import { loadParser } from './syntax.ts'
import type { TemplateVariables } from './variables.ts'

/** What somebody would receive. */
export interface Preview {
  /** Null while the source has faults. */
  readonly content: RenderedContent | null
  /** The line a mailbox shows after the subject. */
  readonly preheader: string | null
  /** What the text comes to as an SMS. */
  readonly sms: (Segments & { readonly costClass: 'one_part' | 'several_parts' }) | null
  readonly faults: readonly FieldError[]
}

type Asked = Omit<TemplateVariables, 'payload' | 'locale'> & {
  /** Instead of the entry's sample. */
  readonly payload?: Record<string, unknown> | undefined
}

/**
 * Fills a source in without storing it. What is wrong with the source is told, not thrown: it is being written.
 *
 * @throws AppError `validation_failed` for a payload that does not fit.
 */
export async function previewOf(
  sources: SourceCompiler,
  request: PublishRequest,
  { payload, ...variables }: Asked,
  how: RenderHow,
): Promise<Preview> {
  const entry = sources.entryOf(request)
  const all = { ...variables, locale: request.locale, payload: payload ? payloadOf(entry, payload) : entry.sample }
  try {
    const { compiled, read } = await sources.compiled(request)
    const parse = await loadParser()
    const content = readCompiled(compiled, parse).render(all, how)
    const line = 'preheader' in read ? read.preheader : undefined
    const preheader = line === undefined ? null : buildProgram(parse(line), false)(all).trim()
    return { content, preheader, sms: content.channel === 'sms' ? measured(content.text) : null, faults: [] }
  } catch (error) {
    const faults = faultsIn(error)
    if (!faults) throw error
    return { content: null, preheader: null, sms: null, faults }
  }
}

function faultsIn(error: unknown): readonly FieldError[] | undefined {
  if (error instanceof TemplateLimitError) return [{ path: 'payload', message: error.message }]
  return error instanceof AppError && error.code === 'template_invalid' ? (error.errors ?? []) : undefined
}

function payloadOf(entry: BuiltIn, payload: Record<string, unknown>): Record<string, unknown> {
  const filled = entry.payload.safeParse(payload)
  if (!filled.error) return filled.data
  const errors = filled.error.issues.map(({ path, message }) => ({ path: ['payload', ...path].join('.'), message }))
  throw new AppError('validation_failed', 'The payload does not fit this template', { errors })
}

function measured(text: string): NonNullable<Preview['sms']> {
  const count = countSegments(text)
  return { ...count, costClass: count.segments > 1 ? 'several_parts' : 'one_part' }
}
