import type { Category } from '../catalogue/event.ts'
import type { MailTracking } from '../templates/compiled.ts'
import type { RecipientLinks } from '../templates/variables.ts'
import type { LinkTokens } from './tokens.ts'

/** The message its links are for. */
interface About {
  readonly messageId: string
  readonly contactId: string
  readonly category: Category
}

/** What of a mail is counted. */
export interface Counted {
  readonly opens: boolean
  readonly clicks: boolean
}

/** News one may say no to: not what a person's own dealings bring about, nor what staff need for their work. */
export const OPTIONAL_CATEGORIES = ['rem', 'mkt'] as const satisfies readonly Category[]
export type OptionalCategory = (typeof OPTIONAL_CATEGORIES)[number]
export const isOptional = (category: Category): category is OptionalCategory =>
  (OPTIONAL_CATEGORIES as readonly Category[]).includes(category)

/** Puts our own links into messages. The same message always gets the same ones, on every try. */
export interface MessageLinks {
  /** What templates see as `links`. */
  of(about: About): RecipientLinks
  /** The same for showing a message to somebody else: they look alike and open nothing. */
  shown(category: Category): RecipientLinks
  /** RFC 2369 and RFC 8058: both or neither. Each is one line: some signing servers break a folded one. */
  headers(links: RecipientLinks): Readonly<Record<string, string>> | undefined
  /** Undefined when nothing is counted. */
  tracking(about: About, counted: Counted): MailTracking | undefined
}

export function createMessageLinks({
  tokens,
  publicUrl,
}: {
  tokens: LinkTokens
  /** Base of the addresses, without a slash at the end. */
  publicUrl: string
}): MessageLinks {
  const choicesUrl = (about: About) => `${publicUrl}/u/${tokens.preferences(about)}`
  const own = `${publicUrl}/u/`

  return {
    of(about) {
      let known: string | undefined
      const url = () => {
        known ??= choicesUrl(about)
        return known
      }
      // Read only by the templates that name them: a token takes a few microseconds.
      const links = {
        get preferencesUrl() {
          return url()
        },
      }
      if (isOptional(about.category)) Object.defineProperty(links, 'unsubscribeUrl', { get: url, enumerable: true })
      return links
    },

    shown: (category) => ({
      preferencesUrl: `${own}preview`,
      ...(isOptional(category) && { unsubscribeUrl: `${own}preview` }),
    }),

    headers: ({ unsubscribeUrl }) =>
      unsubscribeUrl === undefined
        ? undefined
        : { 'List-Unsubscribe': `<${unsubscribeUrl}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },

    tracking({ messageId }, { opens, clicks }) {
      if (!opens && !clicks) return undefined
      const pixel = opens
        ? `<img src="${publicUrl}/t/o/${tokens.open(messageId)}" width="1" height="1" alt="" style="display:block;border:0;width:1px;height:1px">`
        : ''
      if (!clicks) return { atEnd: pixel }
      // A mail often has an address twice, in a button and in a line below it.
      const known = new Map<string, string>()
      return {
        rewrite: (address) => {
          let rewritten = known.get(address)
          if (rewritten === undefined) {
            // What leads to our own pages must not depend on being counted.
            const token = address.startsWith(own) ? undefined : tokens.click(messageId, address)
            rewritten = token === undefined ? address : `${publicUrl}/t/c/${token}`
            known.set(address, rewritten)
          }
          return rewritten
        },
        atEnd: `${trap(tokens.trap(messageId))}${pixel}`,
      }
    },
  }

  /** A link that no person finds, by eye, ear or keyboard: whoever follows it follows everything. */
  function trap(token: string): string {
    return `<a href="${publicUrl}/t/c/${token}" rel="nofollow" aria-hidden="true" tabindex="-1" style="display:none;mso-hide:all"></a>`
  }
}
