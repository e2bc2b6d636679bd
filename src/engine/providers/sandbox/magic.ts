import { createHash } from 'node:crypto'
import type { Outbound } from '../../channels/outbound.ts'
import type { SendResult } from '../../channels/send-result.ts'

/** What the sandbox says later about a message it took, in its own words. */
export type SandboxStatus = 'delivered' | 'read' | 'hard_bounce' | 'soft_bounce' | 'complaint'

/** What a reader of mail does with one, once it is delivered: see `reader.ts`. */
export const VISITS = ['open', 'click', 'scan'] as const
export type Visit = (typeof VISITS)[number]

export interface Behaviour {
  /** What the hand-over answers at this try; undefined: it is taken. */
  answer?(attempt: number): Exclude<SendResult, { outcome: 'sent' }> | undefined
  /** The message is kept even though the answer does not say so. */
  readonly keepsAnyway?: boolean
  /** Said later, in this order; `delivered` (and `read`, on WhatsApp) unless set. */
  readonly reports?: readonly SandboxStatus[]
  /** How much later than usual the first report comes. */
  readonly reportDelayMs?: number
  /** How a mail to this address is read; by nobody unless set. */
  reads?(address: string): readonly Visit[]
}

const refused = (
  errorClass: 'retry' | 'retry_later' | 'permanent' | 'suppress' | 'configuration' | 'other_provider',
  code: string,
  detail: string,
) => ({ outcome: 'refused', class: errorClass, code, detail }) as const

const SLOW_MS = 30_000
const BUSY_MS = 1_000
const BUSY_TRIES = 2
const THROTTLE_MS = 3_000
/** Of a crowd: the share that opens, and the share of all that also follows a link. */
const OPENING = 0.4
const CLICKING = 0.12

/**
 * Addresses that make the sandbox act like a carrier on a bad day, or like a reader: `fail@anything`,
 * `fail+anything@anything`, or (where mail is not meant) a French number kept for fiction that ends in 99 and the two
 * digits given here: +33 6 39 98 99 01, +33 1 99 00 99 01. Every other address is delivered, and read by nobody. A sandbox
 * account with one of these words as its `actsAs` treats every address so.
 */
const MAGIC = {
  /** Refused for good. */
  fail: { digits: '01', answer: () => refused('permanent', '554', 'The sandbox refuses this message') },
  /** Taken, then comes back: the address is suppressed. */
  bounce: { digits: '02', reports: ['hard_bounce'] },
  /** Taken, then comes back, but the address is fine: a full mailbox, a phone switched off for days. */
  softbounce: { digits: '03', reports: ['soft_bounce'] },
  /** Taken, delivered half a minute later. */
  slow: { digits: '04', reportDelayMs: SLOW_MS },
  /** Asks twice to come back in a second, then takes it. */
  busy: {
    digits: '05',
    answer: (attempt) =>
      attempt <= BUSY_TRIES
        ? { ...refused('retry_later', '451', 'The sandbox is busy'), retryAfterMs: BUSY_MS }
        : undefined,
  },
  /** Takes it at the first try without saying so, and recognises the copy at the second. */
  timeout: {
    digits: '06',
    answer: (attempt) =>
      attempt === 1
        ? { outcome: 'uncertain', code: 'ETIMEDOUT', detail: 'The sandbox did not answer in time' }
        : undefined,
    keepsAnyway: true,
  },
  /** Delivered, then reported as spam (or answered with STOP): the address is suppressed. */
  complaint: { digits: '07', reports: ['delivered', 'complaint'] },
  /** The account is refused: an operator must act. */
  config: {
    digits: '08',
    answer: () => ({ ...refused('configuration', '535', 'The sandbox refuses this account'), about: 'account' }),
  },
  /** Nobody has this address: it is suppressed at once. */
  unknown: { digits: '09', answer: () => refused('suppress', '550', 'The sandbox knows no such address') },
  /** Taken, and never heard of again. */
  silent: { digits: '10', reports: [] },
  /** Refused by this carrier; another one may take it. */
  elsewhere: {
    digits: '11',
    answer: () => refused('other_provider', '550', 'The sandbox will not carry this message'),
  },
  /** Out of order, whatever is sent: the account's breaker opens after a few. */
  down: { digits: '12', answer: () => ({ ...refused('retry', '503', 'The sandbox is down'), about: 'account' }) },
  /** Too fast: at the first try it asks the whole account to wait three seconds. */
  throttle: {
    digits: '13',
    answer: (attempt) =>
      attempt === 1
        ? { ...refused('retry_later', '429', 'Too fast for the sandbox'), about: 'account', retryAfterMs: THROTTLE_MS }
        : undefined,
  },
  /** Opens the mail a few seconds later: fetches its picture. */
  opens: { reads: () => ['open'] },
  /** Opens it, then follows its first link. */
  clicks: { reads: () => ['open', 'click'] },
  /** A filter: fetches every picture and link at once, also the one nobody sees. */
  scanner: { reads: () => ['scan'] },
  /** As in life: of many such addresses two in five open and one in eight clicks, always the same ones. */
  crowd: {
    reads: (address) => {
      const place = placeOf(address)
      return place < CLICKING ? ['open', 'click'] : place < OPENING ? ['open'] : []
    },
  },
} as const satisfies Record<string, Behaviour & { digits?: string }>

export const MAGIC_WORDS = Object.keys(MAGIC) as (keyof typeof MAGIC)[]
export type MagicWord = keyof typeof MAGIC

const FICTIONAL = /^\+33(?:19900|26191|35301|46571|53649|63998)99(\d\d)$/
const BY_DIGITS = new Map<string, Behaviour>(
  Object.values(MAGIC).flatMap((behaviour) => ('digits' in behaviour ? [[behaviour.digits, behaviour]] : [])),
)
const BY_WORD = new Map<string, Behaviour>(Object.entries(MAGIC))
const ORDINARY: Behaviour = {}

/** How the sandbox treats a message to this address, by an account that acts as if it were always the same one. */
export function behaviourFor(address: string, actsAs?: MagicWord): Behaviour {
  if (actsAs) return MAGIC[actsAs]
  const at = address.lastIndexOf('@')
  if (at < 0) return BY_DIGITS.get(FICTIONAL.exec(address)?.[1] ?? '') ?? ORDINARY
  const word = /^[a-z]+(?=$|[+._-])/.exec(address.slice(0, at).toLowerCase())?.[0]
  return BY_WORD.get(word ?? '') ?? ORDINARY
}

export const reportsFor = (behaviour: Behaviour, channel: Outbound['channel']): readonly SandboxStatus[] =>
  behaviour.reports ?? (channel === 'whatsapp' ? ['delivered', 'read'] : ['delivered'])

/** From 0 to 1, evenly spread over addresses. */
const placeOf = (address: string): number => createHash('sha256').update(address).digest().readUInt32BE() / 2 ** 32
