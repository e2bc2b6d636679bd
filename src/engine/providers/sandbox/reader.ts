import { Parser } from 'htmlparser2'
import PostalMime from 'postal-mime'
import type { Visit } from './magic.ts'

/** Gets one of our own addresses; the status of the answer. Rejects when there is none. */
export type Get = (path: string, headers: Record<string, string>) => Promise<number>

interface Deps {
  /** Base of our own addresses: nothing else is ever fetched. */
  readonly publicUrl: string
  readonly get: Get
}

/** What of a mail leads to us. */
interface Found {
  readonly pictures: readonly string[]
  /** Those that a person sees. */
  readonly links: readonly string[]
  readonly hidden: readonly string[]
}

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
/** What a mail may have a scanner fetch. */
const MOST_FETCHED = 20

/** Somebody at the other end, who reads the mail they got: opens and clicks come in as they do from real mailboxes, by the picture and the links in it. */
export const createReader = ({ publicUrl, get }: Deps) => ({
  /** Nothing in the mail to fetch: nothing happens. Rejects when this server does not answer. */
  async visit(visit: Visit, mime: Buffer): Promise<void> {
    const { html } = await PostalMime.parse(mime)
    for (const path of pathsFor(visit, ownAddresses(html ?? '', publicUrl)))
      await get(path, { 'user-agent': BROWSER, accept: visit === 'open' ? 'image/*' : 'text/html' })
  },
})

/** A person looks at pictures, or follows the first link; a scanner takes what there is. */
function pathsFor(visit: Visit, { pictures, links, hidden }: Found): readonly string[] {
  if (visit === 'open') return pictures.slice(0, 1)
  if (visit === 'click') return links.slice(0, 1)
  return [...pictures, ...hidden, ...links].slice(0, MOST_FETCHED)
}

/** Paths of the pictures and links that are counted. */
function ownAddresses(html: string, publicUrl: string): Found {
  const pictures: string[] = []
  const links: string[] = []
  const hidden: string[] = []
  const note = (address: string | undefined, kind: 'o' | 'c', to: string[]) => {
    if (address?.startsWith(`${publicUrl}/t/${kind}/`)) to.push(new URL(address).pathname)
  }
  const parser = new Parser({
    onopentag(name, { src, href, ...attributes }) {
      if (name === 'img') note(src, 'o', pictures)
      if (name === 'a') note(href, 'c', attributes['aria-hidden'] === 'true' ? hidden : links)
    },
  })
  parser.end(html)
  return { pictures, links, hidden }
}
