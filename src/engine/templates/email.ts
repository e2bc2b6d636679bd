import { randomUUID } from 'node:crypto'
import { checkPiece, GENERATED_TAG_LIMIT } from './check.ts'
import type { Workshop } from './compile-source.ts'
import type { CompiledSource } from './compiled.ts'
import { findLinks, type HtmlLink } from './html-links.ts'
import { PREVIEW_PADDING, unsubscribeWords } from './layouts/layout.ts'
import { LAYOUTS } from './layouts/layouts.ts'
import { checkMarkup } from './markup.ts'
import { loadMjml } from './mjml.ts'
import { plainTextOf } from './plain-text.ts'
import type { EmailSource } from './source.ts'
import { type Parse, placeOf, type TemplateFault, tagsOf } from './syntax.ts'

/** Body, layout and preheader through MJML once, so that sending only fills in values. */
export async function compileEmail(
  source: EmailSource,
  locale: string,
  htmlField: string | undefined,
  { parse, shape, faults }: Workshop,
): Promise<CompiledSource | undefined> {
  for (const field of ['subject', 'preheader', 'body', 'text'] as const) {
    const piece = source[field]
    if (piece !== undefined) faults.push(...checkPiece(field, piece, parse, shape))
  }
  faults.push(...checkMarkup('body', source.body))
  if (source.preheader) faults.push(...checkMarkup('preheader', source.preheader))
  if (faults.length) return undefined

  const mark = `%${randomUUID()}%`
  const document = documentOf(source, mark)
  // No fonts: MJML would have every reader's mail program fetch Roboto from Google.
  const made = await loadMjml()(document, {
    validationLevel: 'soft',
    keepComments: false,
    ignoreIncludes: true,
    fonts: {},
  })
  faults.push(...mjmlFaults(made.errors, document, source.body))
  const [before, body, after] = made.html.split(mark)
  if (before === undefined || body === undefined || after === undefined) throw new Error('MJML lost the body')
  faults.push(...lostTags(source.body, body))
  if (faults.length) return undefined

  const layout = LAYOUTS[source.layout ?? 'branded']
  const titled = before.replaceAll('%title%', () => inMarkup(source.subject))
  const saying = (words: string) => words.replaceAll('%unsubscribe%', unsubscribeWords(locale))
  const html = minify(`${titled}${body}${saying(after)}`)
  const text = `${source.text ?? (await plainTextOf(source.body, locale))}\n\n${saying(layout.textFooter)}`
  faults.push(...checkPiece('body', html, parse, shape, GENERATED_TAG_LIMIT))
  faults.push(...checkPiece('text', text, parse, shape, GENERATED_TAG_LIMIT))
  if (faults.length) return undefined
  return {
    format: 1,
    channel: 'email',
    subject: source.subject,
    html,
    text,
    ...(htmlField ? { htmlField } : {}),
    links: findLinks(html).filter((link) => isWhole(link, html, parse)),
  }
}

/** Whether an address is the same when its entities are decoded, but for them: no tag in it is made, changed or cut in two by that. */
function isWhole({ start, end, url }: HtmlLink, html: string, parse: Parse): boolean {
  const tags = (text: string) => JSON.stringify([...tagsOf(text)].map(({ tag }) => tag))
  if (url.includes('\\') || tags(url) !== tags(html.slice(start, end))) return false
  try {
    parse(url)
    return true
  } catch {
    return false
  }
}

/**
 * The layout with its places filled, but for the title; `mark` stands where the author's body begins and ends. A body
 * without sections of its own goes into one.
 */
function documentOf(source: EmailSource, mark: string): string {
  const layout = LAYOUTS[source.layout ?? 'branded']
  const marked = `<mj-raw>${mark}</mj-raw>`
  const body = `${marked}${wrapBlocks(source.body)}${marked}`
  const hasSections = /<mj-(?:section|wrapper|hero)\b/.test(body)
  const fill: Record<string, string> = {
    preview: source.preheader ? `<mj-preview>${source.preheader}${PREVIEW_PADDING}</mj-preview>` : '',
    body: hasSections ? body : `${layout.section}<mj-column>${body}</mj-column></mj-section>`,
  }
  return layout.mjml.replace(/%(preview|body)%/g, (_, name: string) => fill[name] ?? '')
}

/** A subject as it may stand in a title and in a quoted attribute: its own characters escaped, its tags as they are. */
function inMarkup(subject: string): string {
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
  let out = ''
  let from = 0
  for (const { offset, tag } of tagsOf(subject)) {
    out += escaped(subject.slice(from, offset)) + tag
    from = offset + tag.length
  }
  return out + escaped(subject.slice(from))
}

/** MJML elements whose inside is HTML, where a tag may stand anywhere. */
const HTML_INSIDE =
  /<(mj-(?:text|button|table|raw|social-element|navbar-link|accordion-title|accordion-text))\b[\s\S]*?<\/\1\s*>/g
const BLOCK_TAG = /\{\{[#/^][^{}]*\}\}|\{\{\s*else\b[^{}]*\}\}/g

/** MJML knows no `data-track` on its own elements, but passes `rel` on. */
const UNTRACKED = /(<mj-(?:button|image|navbar-link|social-element)\b[^>]*\s)data-track=(["'])off\2/gi

/** MJML drops a bare `{{#if}}` between its elements without a word; inside `<mj-raw>` it keeps it. */
function wrapBlocks(source: string): string {
  const body = source.replace(UNTRACKED, '$1rel="untracked"')
  let out = ''
  let from = 0
  const wrapped = (between: string) => between.replace(BLOCK_TAG, '<mj-raw>$&</mj-raw>')
  for (const match of body.matchAll(HTML_INSIDE)) {
    out += wrapped(body.slice(from, match.index)) + match[0]
    from = match.index + match[0].length
  }
  return out + wrapped(body.slice(from))
}

const isBlockTag = (tag: string) => /^\{\{~?\s*(?:[#/^]|else\b)/.test(tag)

/** Tags that MJML swallowed. It may repeat a value (a button's colour stands in three places), never a block. */
function lostTags(source: string, made: string): TemplateFault[] {
  const counts = (text: string) => {
    const found = new Map<string, { offset: number; count: number }>()
    for (const { offset, tag } of tagsOf(text)) {
      const known = found.get(tag)
      if (known) known.count++
      else found.set(tag, { offset, count: 1 })
    }
    return found
  }
  const after = counts(made)
  return [...counts(source)].flatMap(([tag, { offset, count }]) => {
    const kept = after.get(tag)?.count ?? 0
    if (isBlockTag(tag) ? kept === count : kept >= count) return []
    const message = `${tag} stands where MJML cannot keep it: put it inside an <mj-text>, or a block in <mj-raw>`
    return [{ field: 'body', ...placeOf(source, offset), message }]
  })
}

interface MjmlError {
  readonly line: number
  readonly message: string
  readonly tagName: string
}

/** MJML's own complaints, at the author's lines. Its complaint about a tag in a colour is not one: it passes. */
function mjmlFaults(errors: readonly MjmlError[], document: string, body: string): TemplateFault[] {
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
