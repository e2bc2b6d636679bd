import { Parser } from 'htmlparser2'
import type { RenderedContent } from '../src/engine/templates/compiled.ts'

/** What nobody may ever read: traces of a value that was not there, tags that were not filled in. */
export const TRACES = /undefined|\bnull\b|NaN|\[object|Invalid|%(?:title|preview|body)%/
/** What a value that was not there would leave behind. */
export const EMPTY = /<(strong|em|h1|h2|a|p)\b[^>]*>(?:\s|&nbsp;)*<\/\1>|href=""|\(\s*\)|«\s*»|“\s*”/

export const words = (content: RenderedContent): string[] => {
  if (content.channel === 'email') return [content.subject, content.text, content.html]
  return content.channel === 'in_app' ? [content.title, content.body] : [content.text]
}

/** Elements left open or closed twice, as a mail program would meet them. */
export function unbalanced(html: string): string[] {
  const faults: string[] = []
  const parser = new Parser({
    onclosetag: (name, isImplied) => {
      if (isImplied && !['meta', 'img', 'br', 'hr', 'link'].includes(name)) faults.push(name)
    },
  })
  parser.end(html)
  return faults
}

/** What is wrong with a built-in template that was filled in with whatever a payload may hold. `ownHtml`: the HTML is the host's. */
export function faultsIn(content: RenderedContent, ownHtml: boolean): string[] {
  const faults: string[] = []
  for (const piece of words(content)) {
    if (piece.trim() === '') faults.push('nothing is left of a piece')
    const trace = TRACES.exec(piece)
    if (trace) faults.push(`it says ${trace[0]}`)
  }
  if (content.channel !== 'email' || ownHtml) return faults
  const { html } = content
  if (html.includes('<b>')) faults.push('a value became markup')
  if (/&(?:["']|amp;quot)/.test(html)) faults.push('a value is escaped twice, or not')
  const empty = EMPTY.exec(html)
  if (empty) faults.push(`it holds ${empty[0]}`)
  const open = unbalanced(html)
  if (open.length > 0) faults.push(`${open.join(', ')} left open`)
  return faults
}
