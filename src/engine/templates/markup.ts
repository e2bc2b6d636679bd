import { Parser } from 'htmlparser2'
import { placeOf, type TemplateFault } from './syntax.ts'

const MJML = [
  'mj-section mj-wrapper mj-group mj-column mj-hero mj-text mj-button mj-image mj-divider mj-spacer mj-table mj-raw',
  'mj-social mj-social-element mj-navbar mj-navbar-link mj-accordion mj-accordion-element mj-accordion-title mj-accordion-text',
]
const HTML = [
  'a abbr b blockquote br center code dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre s small span',
  'strike strong sub sup table caption colgroup col tbody thead tfoot tr td th u ul',
]
/** What a message's body is made of. No scripts, frames, forms, styles, SVG: mail programs drop them, and they are how markup attacks. */
const ELEMENTS = new Set([...MJML, ...HTML].flatMap((names) => names.split(' ')))

const LINKS = new Set(['href', 'src', 'background', 'background-url'])
const WORDS = new Set(['alt', 'title', 'aria-label'])

/** A fixed address; one the `url` helper has made safe; or a fixed site with values after its name. */
const FIXED_LINK = /^(?:https?:\/\/|mailto:|tel:|cid:|#)[^\s{}]*$/i
const HELPED_LINK = /^\{\{\s*url\s[^{}]+\}\}$/
const LINK_WITH_VALUES = /^(?:https?:\/\/[^\s{}/?#]+[/?#]|mailto:[^\s{}?]+\?)/i
const ONLY_COLORS = /^(?:[^{}]|\{\{\s*color(?:On)?\s[^{}]+\}\})*$/
const ACTIVE_STYLE = /javascript:|expression\s*\(|behavior\s*:|-moz-binding|@import|url\s*\(/i

/**
 * Finds unsafe markup in the body its author wrote (MJML with HTML in it, Handlebars tags still there). Values are escaped
 * when they are printed; that holds only in text and in quoted attributes, so tags are refused everywhere else.
 */
export function checkMarkup(field: string, source: string): TemplateFault[] {
  const faults: TemplateFault[] = []
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        const fault = (message: string) =>
          faults.push({ field, ...placeOf(source, parser.startIndex), message: `<${name}>: ${message}` })
        if (!ELEMENTS.has(name)) return void fault('is not allowed in a message')
        for (const [attribute, value] of Object.entries(attributes)) {
          const problem = attributeProblem(attribute, value)
          if (problem) fault(problem)
        }
      },
      onclosetag: (name, isImplied) => {
        // An element closed in itself (`<mj-divider />`) comes here, too.
        const isWhole = source.slice(parser.startIndex, parser.endIndex + 1).endsWith('/>')
        if (isImplied && !isWhole && name.startsWith('mj-'))
          faults.push({ field, ...placeOf(source, parser.startIndex), message: `<${name}> is not closed` })
      },
      onattribute: (name, value, quote) => {
        if (!quote && value.includes('{{'))
          faults.push({
            field,
            ...placeOf(source, parser.startIndex),
            message: `${name}= holds a value and needs quotes around it`,
          })
      },
      ontext: (text) => {
        if (text.includes('<'))
          faults.push({ field, ...placeOf(source, parser.startIndex), message: 'a lone < must be written &lt;' })
      },
      oncomment: (text) => {
        if (text.includes('{{') || /^\s*\[/.test(text))
          faults.push({
            field,
            ...placeOf(source, parser.startIndex),
            message: 'a comment may hold neither tags nor conditions',
          })
      },
      onprocessinginstruction: () =>
        faults.push({
          field,
          ...placeOf(source, parser.startIndex),
          message: '<! and <? are not allowed in a message',
        }),
      oncdatastart: () =>
        faults.push({ field, ...placeOf(source, parser.startIndex), message: 'CDATA is not allowed in a message' }),
    },
    {
      decodeEntities: false,
      lowerCaseTags: true,
      lowerCaseAttributeNames: true,
      recognizeSelfClosing: true,
      recognizeCDATA: true,
    },
  )
  parser.end(source)
  return faults
}

/** Whether an address of the web names a site; what values it holds makes no difference to that. */
function isWhole(link: string): boolean {
  const site = /^https?:\/\/[^/?#{]*/i.exec(link)?.[0]
  return site === undefined || URL.canParse(site)
}

function attributeProblem(name: string, value: string): string | undefined {
  if (/[^a-z0-9:_-]/.test(name))
    return `tags and stray characters (${name.slice(0, 20)}) are not allowed between attributes`
  if (name.startsWith('on') || name === 'srcdoc' || name === 'srcset') return `${name}= is not allowed in a message`
  if (LINKS.has(name)) {
    if (name === 'href' && value.trim() === '') return 'href= leads nowhere'
    const isSafe = value === '' || FIXED_LINK.test(value) || HELPED_LINK.test(value) || LINK_WITH_VALUES.test(value)
    if (!isSafe) return `${name}= takes an https address, or {{url …}} around a value`
    return isWhole(value) ? undefined : `${name}= is no address that a browser could open`
  }
  if (ACTIVE_STYLE.test(value)) return `${name}= holds a style that is not allowed in a message`
  if (WORDS.has(name) || ONLY_COLORS.test(value)) return undefined
  return `${name}= takes no tags but {{color …}}`
}
