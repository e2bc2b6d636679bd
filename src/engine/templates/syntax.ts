/// <reference types="handlebars" />
import { createRequire } from 'node:module'

/** A mistake in a template's source, where its author will look for it. Line and column count from 1. */
export interface TemplateFault {
  /** The field of the source: `subject`, `body`, `text`, … */
  readonly field: string
  readonly line: number
  readonly column: number
  readonly message: string
}

export type Parse = (source: string) => hbs.AST.Program

/**
 * Handlebars' own parser, loaded when a template is first needed. Nothing else of Handlebars runs (see `program.ts`), nor is
 * it loaded: the rest takes three times as long.
 */
export async function loadParser(): Promise<Parse> {
  const handlebars: { parse: Parse } = createRequire(import.meta.url)('handlebars/dist/cjs/handlebars/compiler/base.js')
  return (source) => {
    // Handlebars takes a ready-made tree in place of text; only text may come from outside.
    if (typeof source !== 'string') throw new TypeError('A template is text')
    return handlebars.parse(source)
  }
}

/** Every `{{…}}` and where it begins. */
export function* tagsOf(text: string): Generator<{ offset: number; tag: string }> {
  let offset = text.indexOf('{{')
  while (offset >= 0) {
    const end = text.indexOf('}}', offset)
    if (end < 0) return
    const tag = text.slice(offset, text.startsWith('}}}', end) ? end + 3 : end + 2)
    yield { offset, tag }
    offset = text.indexOf('{{', offset + tag.length)
  }
}

/** The place of an offset in `text`. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, offset))
  return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') }
}

/**
 * Reads where a parse error is. Handlebars says it only in its message: the line, then up to twenty characters on either
 * side of the error with line ends left out, then dashes up to it and a caret.
 */
export function parseFault(field: string, source: string, error: unknown): TemplateFault {
  const known = error as { message?: string; lineNumber?: number; column?: number }
  const message = known.message ?? 'cannot be read'
  if (known.lineNumber)
    return { field, line: known.lineNumber, column: (known.column ?? 0) + 1, message: firstLine(message) }

  const [first = '', shown = '', caret = '', expecting = ''] = message.split('\n')
  const line = Number(/ on line (\d+)/.exec(first)?.[1] ?? 1)
  const seen = shown.slice(0, caret.indexOf('^')).replace(/^\.\.\./, '')
  const lines = source.split('\n')
  const end = lines.slice(0, line).join('\n').length
  const at = seen ? flat(source.slice(0, end)).lastIndexOf(seen) : -1
  const place = at < 0 ? { line, column: 1 } : placeOf(source, unflat(source, at + seen.length))
  return {
    field,
    ...place,
    message: `is not valid Handlebars: ${expecting.startsWith('Expecting') ? explain(expecting) : firstLine(first)}`,
  }
}

const flat = (text: string) => text.replaceAll('\n', '')

/** The offset in `text` of the nth character that is not a line end. */
function unflat(text: string, nth: number): number {
  let seen = 0
  for (let offset = 0; offset < text.length; offset++) {
    if (seen === nth) return offset
    if (text[offset] !== '\n') seen++
  }
  return text.length
}

/** "Expecting 'ID', 'STRING', got 'INVALID'" in fewer words. */
const explain = (expecting: string) => {
  const got = /got '(\w+)'/.exec(expecting)?.[1]
  if (got === 'EOF') return 'a {{#block}} or a tag is not closed'
  if (got === 'INVALID') return 'this tag is not closed, or holds a character it may not'
  if (got === 'OPEN_ENDBLOCK') return 'a block is closed that was not opened'
  return got ? `unexpected ${got.toLowerCase().replaceAll('_', ' ')} here` : 'unexpected text here'
}

const firstLine = (message: string) => message.split('\n')[0]?.replace(/ - \d+:\d+$/, '') ?? message
