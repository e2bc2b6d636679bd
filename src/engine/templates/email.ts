import { checkPiece } from './check.ts'
import type { CompiledSource } from './compiled.ts'
import { PREVIEW_PADDING } from './layouts/layout.ts'
import { LAYOUTS } from './layouts/layouts.ts'
import { checkMarkup } from './markup.ts'
import type { Mjml, MjmlFault } from './mjml.ts'
import { plainTextOf } from './plain-text.ts'
import type { Shape } from './shape.ts'
import type { EmailSource } from './source.ts'
import { type Parse, placeOf, type TemplateFault } from './syntax.ts'

/** What a compilation leans on. */
export interface Workshop {
  readonly parse: Parse
  readonly mjml: Mjml
  /** What the template may name. */
  readonly shape: Shape
  readonly htmlField: string | undefined
}

/** Body, layout and preheader through MJML once, so that sending only fills in values. */
export async function compileEmail(
  source: EmailSource,
  workshop: Workshop,
  faults: TemplateFault[],
): Promise<CompiledSource | undefined> {
  for (const field of ['subject', 'preheader', 'body', 'text'] as const) {
    const piece = source[field]
    if (piece !== undefined) faults.push(...checkPiece(field, piece, workshop.parse, workshop.shape))
  }
  faults.push(...checkMarkup('body', source.body))
  if (source.preheader) faults.push(...checkMarkup('preheader', source.preheader))
  if (faults.length) return undefined

  const document = documentOf(source)
  const { html, errors } = await workshop.mjml.render(document)
  faults.push(...mjmlFaults(errors, document, source.body))
  if (faults.length === 0) faults.push(...lostTags(document, html, source.body))
  if (faults.length) return undefined

  const compact = minify(html)
  const text = `${source.text ?? (await plainTextOf(source.body))}\n\n${LAYOUTS[source.layout ?? 'branded'].textFooter}`
  faults.push(...checkPiece('body', compact, workshop.parse, workshop.shape))
  faults.push(...checkPiece('text', text, workshop.parse, workshop.shape))
  if (faults.length) return undefined
  return {
    format: 1,
    channel: 'email',
    subject: source.subject,
    html: compact,
    text,
    ...(workshop.htmlField ? { htmlField: workshop.htmlField } : {}),
  }
}

/** The layout with its places filled. A body without sections of its own goes into one. */
function documentOf(source: EmailSource): string {
  const layout = LAYOUTS[source.layout ?? 'branded']
  const body = wrapBlocks(source.body)
  const hasSections = /<mj-(?:section|wrapper|hero)\b/.test(body)
  const fill: Record<string, string> = {
    title: source.subject,
    preview: source.preheader ? `<mj-preview>${source.preheader}${PREVIEW_PADDING}</mj-preview>` : '',
    body: hasSections ? body : `${layout.section}<mj-column>${body}</mj-column></mj-section>`,
  }
  return layout.mjml.replace(/%(title|preview|body)%/g, (_, place: string) => fill[place] ?? '')
}

/** MJML elements whose inside is HTML, where a tag may stand anywhere. */
const HTML_INSIDE =
  /<(mj-(?:text|button|table|raw|social-element|navbar-link|accordion-title|accordion-text))\b[\s\S]*?<\/\1\s*>/g
const BLOCK_TAG = /\{\{[#/^][^{}]*\}\}|\{\{\s*else\b[^{}]*\}\}/g

/** MJML drops a bare `{{#if}}` between its elements without a word; inside `<mj-raw>` it keeps it. */
function wrapBlocks(body: string): string {
  let out = ''
  let from = 0
  const wrapped = (between: string) => between.replace(BLOCK_TAG, '<mj-raw>$&</mj-raw>')
  for (const match of body.matchAll(HTML_INSIDE)) {
    out += wrapped(body.slice(from, match.index)) + match[0]
    from = match.index + match[0].length
  }
  return out + wrapped(body.slice(from))
}

const TAG = /\{\{[\s\S]*?\}\}/g
const isBlockTag = (tag: string) => /^\{\{~?\s*(?:[#/^]|else\b)/.test(tag)
const count = (text: string) => {
  const counts = new Map<string, number>()
  for (const [tag] of text.matchAll(TAG)) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return counts
}

/** Tags that MJML swallowed. It may repeat a value (a button's colour stands in three places), never a block. */
function lostTags(document: string, html: string, body: string): TemplateFault[] {
  const after = count(html)
  const bodyTags = count(body)
  return [...count(document)].flatMap(([tag, before]) => {
    const kept = after.get(tag) ?? 0
    const inAttributesOfHead = !bodyTags.has(tag) && kept === 0
    if (isBlockTag(tag) ? kept === before : kept >= before || inAttributesOfHead || kept >= (bodyTags.get(tag) ?? 0))
      return []
    return [
      {
        field: 'body',
        ...placeOf(body, body.indexOf(tag)),
        message: `${tag} stands where MJML cannot keep it: put it inside an <mj-text>, or a block in <mj-raw>`,
      },
    ]
  })
}

/** MJML's own complaints, at the author's lines. Its complaint about a tag in a colour is not one: it passes. */
function mjmlFaults(errors: readonly MjmlFault[], document: string, body: string): TemplateFault[] {
  const before = document.indexOf(wrapBlocks(body))
  const firstLine = placeOf(document, before).line
  const lines = body.split('\n')
  return errors
    .filter(({ message }) => !/has invalid value: .*\{\{/.test(message))
    .map(({ line, message, tagName }) => {
      const own = Math.min(Math.max(1, line - firstLine + 1), lines.length)
      const column = (lines[own - 1]?.indexOf(`<${tagName}`) ?? -1) + 1
      return { field: 'body', line: own, column: Math.max(1, column), message }
    })
}

/** Indentation and empty lines, except inside a `<pre>`. Comments stay: those left are Outlook's conditions. */
const minify = (html: string): string =>
  html
    .split(/(<pre\b[\s\S]*?<\/pre>)/i)
    .map((part, index) => (index % 2 ? part : withoutIndentation(part)))
    .join('')

const withoutIndentation = (html: string): string =>
  html
    .split('\n')
    .map((line, index, lines) =>
      index === 0 ? line.trimEnd() : index === lines.length - 1 ? line.trimStart() : line.trim(),
    )
    .filter((line, index, lines) => line !== '' || index === 0 || index === lines.length - 1)
    .join('\n')
    .replaceAll('\n>', '>')
