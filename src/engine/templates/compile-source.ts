import type { Channel } from '../channels/channel.ts'
import { countSegments } from '../channels/segments.ts'
import { checkPiece } from './check.ts'
import { type CompiledSource, readCompiled } from './compiled.ts'
import { compileEmail } from './email.ts'
import { TemplateLimitError } from './program.ts'
import { type JsonSchema, type Shape, shapeOfVariables } from './shape.ts'
import type { EmailSource, InAppSource, TemplateSource, TextSource, WhatsappSource } from './source.ts'
import { loadParser, type Parse, type TemplateFault } from './syntax.ts'
import { SAMPLE_CONTACT } from './variables.ts'
import { piecesOf, whatsappFaults } from './whatsapp.ts'

/** What the compiling process is handed: plain data. */
export interface CompileJob {
  readonly channel: Channel
  readonly source: TemplateSource
  readonly locale: string
  /** The payload as JSON Schema. */
  readonly payload: JsonSchema
  readonly sample: Readonly<Record<string, unknown>>
  readonly htmlField: string | undefined
}

export type CompileResult = { readonly compiled: CompiledSource } | { readonly faults: readonly TemplateFault[] }

/** What the steps of one compilation share. */
export interface Workshop {
  readonly parse: Parse
  /** What the template may name. */
  readonly shape: Shape
  /** Everything found wrong so far. */
  readonly faults: TemplateFault[]
}

const MOST_FAULTS = 50
/** An SMS is paid for by the part. */
const MOST_SMS_SEGMENTS = 3
/** Gmail shows the first 102 kB of a mail's HTML and hides the rest, the way to unsubscribe with it. */
const MOST_HTML_BYTES = 102 * 1024

/** Loads what a mail needs, and makes one, so that the next is made at once. */
export async function loadAll(): Promise<CompileResult> {
  const sample = { subject: 'S', body: '<mj-text>Text</mj-text><mj-button href="https://example.com">Link</mj-button>' }
  return compileSource({
    channel: 'email',
    source: sample,
    locale: 'fr',
    payload: { type: 'object' },
    sample: {},
    htmlField: undefined,
  })
}

/** Checks a source, makes it ready to send and tries it once with the sample. Never throws: whatever stops it is a fault of the source. */
export async function compileSource(job: CompileJob): Promise<CompileResult> {
  const workshop: Workshop = { parse: await loadParser(), shape: shapeOfVariables(job.payload), faults: [] }
  try {
    const compiled = await compileChannel(job, workshop)
    if (compiled && workshop.faults.length === 0) {
      workshop.faults.push(...tryOut(compiled, workshop.parse, job))
      if (workshop.faults.length === 0) return { compiled }
    }
  } catch (error) {
    workshop.faults.push(place(mainField(job.channel), `cannot be compiled: ${(error as Error).message}`))
  }
  return { faults: workshop.faults.slice(0, MOST_FAULTS) }
}

async function compileChannel(job: CompileJob, workshop: Workshop): Promise<CompiledSource | undefined> {
  const { channel, source } = job
  if (channel === 'email') return compileEmail(source as EmailSource, job.locale, job.htmlField, workshop)
  const { parse, shape, faults } = workshop
  if (channel === 'in_app') {
    const { title, body, actionUrl } = source as InAppSource
    for (const [field, piece] of Object.entries({ title, body, actionUrl }))
      if (piece !== undefined) faults.push(...checkPiece(field, piece, parse, shape))
    return { format: 1, channel, title, body, ...(actionUrl === undefined ? {} : { actionUrl }) }
  }
  const { text } = source as TextSource
  faults.push(...checkPiece('text', text, parse, shape))
  if (channel === 'sms') return { format: 1, channel, text }
  const { template, buttons } = source as WhatsappSource
  const extras = { ...(template ? { template } : {}), ...(buttons ? { buttons } : {}) }
  for (const [field, piece] of piecesOf(extras)) faults.push(...checkPiece(field, piece, parse, shape))
  return { format: 1, channel, text, ...extras }
}

/** Fills it in once, as it would be sent: what nobody would want to receive is refused now. */
function tryOut(compiled: CompiledSource, parse: Parse, { sample, locale }: CompileJob): TemplateFault[] {
  try {
    const content = readCompiled(compiled, parse).render({
      payload: sample,
      contact: SAMPLE_CONTACT,
      organization: { name: 'Organisation', brand: {} },
      locale,
      timeZone: 'Europe/Paris',
      links: { preferencesUrl: 'https://example.com/u/sample', unsubscribeUrl: 'https://example.com/u/sample' },
    })
    const [field, words] =
      content.channel === 'email'
        ? (['subject', content.subject] as const)
        : content.channel === 'in_app'
          ? (['title', content.title] as const)
          : (['text', content.text] as const)
    if (!words) return [place(field, 'is empty with the sample payload')]
    if (content.channel === 'email') return sizeFaults(content.html)
    if (content.channel === 'in_app') return linkFaults(compiled, content.actionUrl)
    if (content.channel === 'whatsapp') return whatsappFaults(content).map(([where, message]) => place(where, message))
    const { segments } = countSegments(words)
    if (content.channel !== 'sms' || segments <= MOST_SMS_SEGMENTS) return []
    return [place(field, `takes ${segments} SMS with the sample payload; at most ${MOST_SMS_SEGMENTS} are allowed`)]
  } catch (error) {
    if (error instanceof TemplateLimitError) return [place(mainField(compiled.channel), error.message)]
    throw error
  }
}

function sizeFaults(html: string): TemplateFault[] {
  const bytes = Buffer.byteLength(html)
  if (bytes <= MOST_HTML_BYTES) return []
  const kB = (size: number) => Math.ceil(size / 1024)
  return [
    place(
      'body',
      `makes a mail of ${kB(bytes)} kB with the sample payload; mailboxes cut it off after ${kB(MOST_HTML_BYTES)} kB`,
    ),
  ]
}

/** An address without values is always the same one. */
function linkFaults(compiled: CompiledSource, shown: string | undefined): TemplateFault[] {
  const written = compiled.channel === 'in_app' ? compiled.actionUrl : undefined
  if (written === undefined || written.includes('{{') || shown !== undefined) return []
  return [place('actionUrl', 'is neither an https address nor a path of your own pages, such as /orders')]
}

const mainField = (channel: Channel): string => (channel === 'email' || channel === 'in_app' ? 'body' : 'text')

const place = (field: string, message: string): TemplateFault => ({ field, line: 1, column: 1, message })
