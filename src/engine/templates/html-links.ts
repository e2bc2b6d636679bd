import { Parser } from 'htmlparser2'

/** A link's `href="…"` in an HTML text, from its name to its closing quote, and the address it holds, entities decoded. */
export interface HtmlLink {
  readonly start: number
  readonly end: number
  readonly url: string
}

/** More links than any mail has: bounds what one mail can cost. */
const MOST_LINKS = 500

/**
 * The links of a mail to web addresses, in their order. Left out: `mailto:`, `tel:`, anchors, what stands in a comment
 * (Outlook's own markup), and links whose author says `data-track="off"` (or `rel="untracked"`, as MJML elements that
 * know no such attribute have it).
 */
export function findLinks(html: string): HtmlLink[] {
  const links: HtmlLink[] = []
  let isLink = false
  let found: HtmlLink | undefined
  let isOff = false
  const parser = new Parser({
    onopentagname: (name) => {
      isLink = name === 'a'
      found = undefined
      isOff = false
    },
    onattribute: (name, value) => {
      if (!isLink) return
      if (name === 'href') found ??= { start: parser.startIndex, end: parser.endIndex, url: value.trim() }
      else if (name === 'data-track') isOff ||= value === 'off'
      else if (name === 'rel') isOff ||= /\buntracked\b/.test(value)
    },
    onopentag: () => {
      if (found && !isOff && MAY_BE_WEB.test(found.url) && links.length < MOST_LINKS) links.push(found)
      found = undefined
      isLink = false
    },
  })
  parser.end(html)
  return links
}

/** A web address, or a value that may become one. */
const MAY_BE_WEB = /^(?:https?:\/\/|\{\{)/i
