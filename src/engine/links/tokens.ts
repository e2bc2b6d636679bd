import type { Crypto } from '../../platform/crypto.ts'
import { CATEGORIES, type Category } from '../catalogue/event.ts'

/** What the link to a contact's choices says: whose they are, and which news it came with. */
export interface PreferenceLink {
  readonly contactId: string
  readonly category: Category
  /** The message that carried the link; it may be gone by now. */
  readonly messageId: string
}

export interface ClickLink {
  readonly messageId: string
  /** An http or https address; null for the link nobody sees. */
  readonly target: string | null
}

export type LinkTokens = ReturnType<typeof createLinkTokens>

/** The first byte of every token: the format in the high four bits, what it is for in the low ones. */
const FORMAT = 1
const PURPOSES = ['open', 'click', 'preferences', 'consent'] as const
type Purpose = (typeof PURPOSES)[number]

const ID_BYTES = 16
const STAMP_BYTES = 16
const NO_STAMP = Buffer.alloc(STAMP_BYTES)
/** Longer addresses are left as they are: with the token around it a link must stay under what browsers and scanners take (2 kB). */
const LONGEST_TARGET_BYTES = 1_400

/**
 * The tokens in our links: base64url of the format and purpose, ids, for a click its target, and 16 bytes of HMAC-SHA256
 * under a key of that purpose alone. A token carries all that following it needs, so links work as long as the secret
 * (or as an old one) is known, whatever became of the message; and a target nobody stamped leads nowhere.
 */
export function createLinkTokens(crypto: Pick<Crypto, 'stamp' | 'isStamp'>) {
  return {
    /** 44 characters. */
    open: (messageId: string): string => made('open', idBytes(messageId)),

    /** For the link nobody sees: 44 characters. */
    trap: (messageId: string): string => made('click', idBytes(messageId)),

    /** Undefined when the target is not an http or https address, or too long to be carried. */
    click(messageId: string, target: string): string | undefined {
      if (!isWebAddress(target)) return undefined
      const bytes = Buffer.from(target)
      return bytes.length > LONGEST_TARGET_BYTES ? undefined : made('click', idBytes(messageId), bytes)
    },

    /** 67 characters. */
    preferences: ({ contactId, category, messageId }: PreferenceLink): string =>
      made('preferences', Buffer.of(CATEGORIES.indexOf(category)), idBytes(contactId), idBytes(messageId)),

    /** Of a request that a person is to confirm: 44 characters. */
    consent: (requestId: string): string => made('consent', idBytes(requestId)),

    readConsent(token: string): string | undefined {
      const content = read('consent', token)
      return content?.length === ID_BYTES ? idText(content) : undefined
    },

    /** The message that was opened; undefined for what is not our token. */
    readOpen(token: string): string | undefined {
      const content = read('open', token)
      return content?.length === ID_BYTES ? idText(content) : undefined
    },

    readClick(token: string): ClickLink | undefined {
      const content = read('click', token)
      if (!content || content.length < ID_BYTES) return undefined
      const target = content.toString('utf8', ID_BYTES)
      if (target !== '' && !isWebAddress(target)) return undefined
      return { messageId: idText(content), target: target === '' ? null : target }
    },

    readPreferences(token: string): PreferenceLink | undefined {
      const content = read('preferences', token)
      const category = CATEGORIES[content?.[0] ?? -1]
      if (!content || !category || content.length !== 1 + 2 * ID_BYTES) return undefined
      return {
        category,
        contactId: idText(content.subarray(1)),
        messageId: idText(content.subarray(1 + ID_BYTES)),
      }
    },
  }

  function made(purpose: Purpose, ...parts: readonly Buffer[]): string {
    const token = Buffer.concat([headOf(purpose), ...parts, NO_STAMP])
    const stampAt = token.length - STAMP_BYTES
    crypto.stamp(`link/${purpose}`, token.subarray(0, stampAt)).copy(token, stampAt)
    return token.toString('base64url')
  }

  /** What stands between the first byte and the stamp. */
  function read(purpose: Purpose, token: string): Buffer | undefined {
    const bytes = Buffer.from(token, 'base64url')
    const stampAt = Math.max(0, bytes.length - STAMP_BYTES)
    const content = bytes.subarray(0, stampAt)
    if (!crypto.isStamp(`link/${purpose}`, content, bytes.subarray(stampAt))) return undefined
    // One content has one token: other spellings of the same bytes are not ours.
    if (content[0] !== headOf(purpose)[0] || bytes.toString('base64url') !== token) return undefined
    return content.subarray(1)
  }
}

const HEADS = new Map(PURPOSES.map((purpose, index) => [purpose, Buffer.of((FORMAT << 4) | (index + 1))]))
const headOf = (purpose: Purpose): Buffer => HEADS.get(purpose)!

/** The links of a mail are made one after the other, for the same message. */
let lastId = ''
let lastBytes: Buffer = Buffer.alloc(0)
function idBytes(id: string): Buffer {
  if (id !== lastId) {
    lastBytes = Buffer.from(id.replaceAll('-', ''), 'hex')
    lastId = id
  }
  return lastBytes
}

function idText(bytes: Buffer): string {
  const hex = bytes.toString('hex', 0, ID_BYTES)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

const PLAIN_ADDRESS = /^https?:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?(?:[/?#][!-[\]-~]*)?$/i

/** An address a browser may be sent to. No name and password in it: they serve to disguise where a link leads. */
function isWebAddress(address: string): boolean {
  // Nearly all are this plain, and reading one as a URL costs as much as signing it.
  if (PLAIN_ADDRESS.test(address)) return true
  if (!/^https?:\/\/[^\s\p{Cc}\\]+$/iu.test(address) || !address.isWellFormed()) return false
  const url = URL.parse(address)
  return url !== null && url.username === '' && url.password === ''
}
