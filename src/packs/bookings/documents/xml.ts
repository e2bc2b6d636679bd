/** An element with its attributes and what is in it; undefined children are left out. */
export type Xml = string

/** Control characters that no XML 1.0 document may hold, and halves of surrogate pairs. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escapeXml = (text: string): string =>
  text.replace(FORBIDDEN, '').replace(/[&<>"]/g, (character) => ENTITIES[character]!)

/** An element that holds text. */
export const leaf = (name: string, text: string | number, attributes: Record<string, string> = {}): Xml =>
  `<${name}${written(attributes)}>${escapeXml(String(text))}</${name}>`

/** An element that holds elements; without any of them, nothing. */
export function node(name: string, ...children: readonly (Xml | readonly Xml[] | undefined)[]): Xml {
  const inner = children.flat().filter((child) => child !== undefined && child !== '')
  return inner.length === 0 ? '' : `<${name}>${inner.join('')}</${name}>`
}

const written = (attributes: Record<string, string>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
    .join('')
