import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Channel } from '../channels/channel.ts'
import { countSegments } from '../channels/segments.ts'
import { checkPiece } from './check.ts'
import { type CompiledSource, readCompiled } from './compiled.ts'
import { compileEmail, type Workshop } from './email.ts'
import { LAYOUTS } from './layouts/layouts.ts'
import type { Mjml } from './mjml.ts'
import { TemplateLimitError } from './program.ts'
import { shapeOfVariables } from './shape.ts'
import { type EmailSource, type InAppSource, SOURCES, type TemplateSource, type TextSource } from './source.ts'
import { loadParser, type Parse, type TemplateFault } from './syntax.ts'

/** What a template is about: the part of a catalogue entry that its versions are checked against. */
export interface TemplateSubject {
  readonly payload: z.ZodObject
  readonly sample: Readonly<Record<string, unknown>>
  readonly htmlField: string | undefined
}

/** Raised when the compiled form of an unchanged source would come out differently: built-in templates are then published anew. */
const COMPILER = 1

/** The same for the same source, layouts and compiler. */
export function contentHash(channel: Channel, source: TemplateSource): string {
  const layout = channel === 'email' ? LAYOUTS[(source as EmailSource).layout ?? 'branded'] : null
  return createHash('sha256')
    .update(JSON.stringify([COMPILER, channel, source, layout]))
    .digest('hex')
}

/**
 * Makes a source ready to send, or throws `template_invalid` with every fault found and its line and column. Takes about
 * 10 ms for a mail, after 0.5 s the first time.
 */
export async function compileTemplate(
  channel: Channel,
  source: unknown,
  locale: string,
  subject: TemplateSubject,
  mjml: Mjml,
): Promise<CompiledSource> {
  const read = SOURCES[channel].safeParse(source)
  if (!read.success) {
    const errors = read.error.issues.map((issue) => ({
      path: ['source', ...issue.path].join('.'),
      message: issue.message,
    }))
    throw new AppError('template_invalid', `This is not the source of a template for ${channel}`, { errors })
  }
  const workshop: Workshop = {
    parse: await loadParser(),
    mjml,
    shape: shapeOfVariables(subject.payload),
    htmlField: subject.htmlField,
  }
  const faults: TemplateFault[] = []
  const compiled = await compileChannel(channel, read.data, workshop, faults)
  if (compiled && faults.length === 0) faults.push(...tryOut(compiled, workshop.parse, subject.sample, locale))
  if (faults.length || !compiled) throw templateInvalid(faults)
  return compiled
}

/** An SMS is paid for by the part. */
const MOST_SMS_SEGMENTS = 3

/** Fills it in once with the sample, as it would be sent: what nobody would want to receive is refused now. */
function tryOut(
  compiled: CompiledSource,
  parse: Parse,
  sample: Readonly<Record<string, unknown>>,
  locale: string,
): TemplateFault[] {
  const fault = (field: string, message: string): TemplateFault[] => [{ field, line: 1, column: 1, message }]
  try {
    const content = readCompiled(compiled, parse).render({
      payload: sample,
      contact: { name: 'Claude Exemple' },
      organization: { name: 'Organisation', brand: {} },
      locale,
      timeZone: 'Europe/Paris',
    })
    if (content.channel === 'email') return content.subject ? [] : fault('subject', 'is empty with the sample payload')
    if (content.channel === 'in_app') return content.title ? [] : fault('title', 'is empty with the sample payload')
    if (!content.text) return fault('text', 'is empty with the sample payload')
    const { segments } = countSegments(content.text)
    if (content.channel === 'whatsapp' || segments <= MOST_SMS_SEGMENTS) return []
    return fault('text', `takes ${segments} SMS with the sample payload; at most ${MOST_SMS_SEGMENTS} are allowed`)
  } catch (error) {
    if (error instanceof TemplateLimitError)
      return fault(compiled.channel === 'email' || compiled.channel === 'in_app' ? 'body' : 'text', error.message)
    throw error
  }
}

async function compileChannel(
  channel: Channel,
  source: TemplateSource,
  workshop: Workshop,
  faults: TemplateFault[],
): Promise<CompiledSource | undefined> {
  if (channel === 'email') return compileEmail(source as EmailSource, workshop, faults)
  if (channel === 'in_app') {
    const { title, body, actionUrl } = source as InAppSource
    for (const [field, piece] of Object.entries({ title, body, actionUrl }))
      if (piece !== undefined) faults.push(...checkPiece(field, piece, workshop.parse, workshop.shape))
    return { format: 1, channel, title, body, ...(actionUrl === undefined ? {} : { actionUrl }) }
  }
  const { text } = source as TextSource
  faults.push(...checkPiece('text', text, workshop.parse, workshop.shape))
  return { format: 1, channel, text }
}

const templateInvalid = (faults: readonly TemplateFault[]): AppError =>
  new AppError(
    'template_invalid',
    faults.length === 1 ? sentence(faults[0] as TemplateFault) : `The template has ${faults.length} mistakes`,
    {
      errors: faults.map((fault) => ({
        path: `source.${fault.field}`,
        message: `line ${fault.line}, column ${fault.column}: ${fault.message}`,
      })),
    },
  )

const sentence = ({ field, line, column, message }: TemplateFault) =>
  `${field}, line ${line}, column ${column}: ${message}`
