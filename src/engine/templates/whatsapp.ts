import type { WhatsappContent, WhatsappTemplate } from '../channels/outbound.ts'
import { safeUrl } from './helpers.ts'
import type { Program } from './program.ts'
import type { WhatsappSource } from './source.ts'
import type { TemplateVariables } from './variables.ts'

/** What is taken as it stands: names, kinds, places. */
const PLAIN: ReadonlySet<string> = new Set(['kind', 'name', 'language', 'category', 'contentSid'])
/** Longer ones are refused by WhatsApp: …/interactive-reply-buttons-messages, …/interactive-list-messages. */
const LONGEST: Readonly<Record<string, number>> = { title: 20, label: 20, description: 72 }
const LONGEST_ROW_TITLE = 24
const LINKS: ReadonlySet<string> = new Set(['url', 'link'])

/** What goes with a WhatsApp text: an approved template, and buttons. */
export type WhatsappExtras = Pick<WhatsappSource, 'template' | 'buttons'>
type Extras = Pick<WhatsappContent, 'template' | 'buttons'>

/** Every piece that is filled in, with its place in the source: `template.body.0`. */
export function piecesOf(value: unknown, path = ''): [field: string, piece: string][] {
  if (typeof value === 'string') return [[path, value]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) =>
    PLAIN.has(key) ? [] : piecesOf(part, path ? `${path}.${key}` : key),
  )
}

type Fill = (variables: TemplateVariables) => unknown

/** Parses every piece once; what comes back fills them in. */
export function buildExtras(
  { template, buttons }: WhatsappExtras,
  text: (piece: string) => Program,
): (variables: TemplateVariables) => Extras {
  const fill = part({ ...(template ? { template } : {}), ...(buttons ? { buttons } : {}) }, '', text)
  return (variables) => fill(variables) as Extras
}

function part(value: unknown, key: string, text: (piece: string) => Program): Fill {
  if (typeof value === 'string' && !PLAIN.has(key)) {
    const program = text(value)
    return (variables) => finished(key, program(variables))
  }
  if (Array.isArray(value)) {
    const parts = value.map((one) => part(one, key === 'rows' ? 'row' : '', text))
    return (variables) => parts.map((fill) => fill(variables))
  }
  if (typeof value !== 'object' || value === null) return () => value
  const parts = Object.entries(value).map(
    ([name, one]) => [name, part(one, key === 'row' && name === 'title' ? 'row title' : name, text)] as const,
  )
  return (variables) => Object.fromEntries(parts.map(([name, fill]) => [name, fill(variables)]))
}

/** WhatsApp refuses values with line breaks, tabs or many spaces (132018), and addresses that are none. */
function finished(key: string, words: string): string {
  const line = words.replace(/[\s\p{Cc}]+/gu, ' ').trim()
  if (LINKS.has(key)) return safeUrl(line)
  const longest = key === 'row title' ? LONGEST_ROW_TITLE : LONGEST[key]
  return longest === undefined || line.length <= longest
    ? line
    : `${[...line]
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`
}

/** What WhatsApp would refuse of a message that was filled in: a gap left empty, a text too long for what goes with it. */
export function whatsappFaults({ text, template, buttons }: WhatsappContent): [field: string, message: string][] {
  const longest = buttons ? 1_024 : 4_096
  return [
    ...(text.length > longest
      ? ([
          [
            'text',
            `has ${text.length} characters with the sample payload; at most ${longest} are allowed${buttons ? ' above buttons' : ''}`,
          ],
        ] as [string, string][])
      : []),
    ...piecesOf({ template, buttons })
      .filter(([, words]) => words === '')
      .map(([field]): [string, string] => [field, 'is empty with the sample payload']),
  ]
}

/** The approved template a source names, if it names one. */
export const approvedOf = ({ template }: WhatsappExtras): Pick<WhatsappTemplate, 'name' | 'language'> | undefined =>
  template && { name: template.name, language: template.language }
