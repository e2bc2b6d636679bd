import { operatorReason, statusReason } from '../../channels/mail-reason.ts'
import { wordsReason } from '../../channels/mail-words.ts'

/** What is known of one refused recipient. */
export interface Refusal {
  readonly action?: string | undefined
  readonly status?: string | undefined
  /** The server's words, codes and all. */
  readonly words: string
  /** What the server answered to. */
  readonly stage?: Stage | undefined
}

/** `before`: the greeting, EHLO or MAIL, when no recipient had been named yet. */
export type Stage = 'before' | 'recipient' | 'content'

export interface Verdict {
  /** `hard`: no mail to this address will arrive. `none`: it was delivered, or handed on. */
  readonly kind: 'hard' | 'soft' | 'delayed' | 'none'
  /** In one word, as in channels/mail-reason.ts; empty when it is not told. */
  readonly reason: string
  /** `550 5.1.1`, `5.1.1` or `550`; undefined when there is none. */
  readonly code: string | undefined
}

/** The only reasons an address is given up for, as for replies to our own session. */
const ABOUT_THE_ADDRESS = new Set(['userunknown', 'hostunknown', 'hasmoved', 'notaccept'])
/** Where a code and words disagree, these words win over a code that says "no such address". */
const SPEAK_AGAINST = new Set([
  'mailboxfull',
  'spamdetected',
  'blocked',
  'authfailure',
  'requireptr',
  'mesgtoobig',
  'norelaying',
  'badsender',
  'greylisted',
  'suspend',
  'rejected',
])
/** Codes that say too little: the words beside them decide. */
const SAYS_LITTLE = new Set(['filtered', 'securityerror', 'systemerror', 'rejected', 'networkerror', 'syntaxerror'])
/** "User unknown" and no word more. */
const BARE_FORMULA = /\b(user|recipient) unknown|unknown (user|recipient)/i
const ENHANCED = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)/
const REPLY = /(?<![\d.\w-])([45]\d\d)(?=[ :,-]|$)/

/** Reads a refusal as carefully as an address deserves: hard only when the server speaks of the address, and for good. */
export function verdictOf({ action, status, words, stage }: Refusal): Verdict {
  const reply = REPLY.exec(words)?.[1]
  const said = ENHANCED.exec(words)?.[1]
  const enhanced = said && !said.endsWith('.0.0') ? said : (status ?? said)
  const code = reply && enhanced ? `${reply} ${enhanced}` : (reply ?? enhanced)
  const reason = reasonOf(enhanced, status, words)
  const verdict = (kind: Verdict['kind']): Verdict => ({ kind, reason, code })
  if (action === 'delivered' || action === 'relayed' || action === 'expanded') return verdict('none')
  if (action === 'delayed') return verdict('delayed')
  if (!action && enhanced?.startsWith('2.') && !reply) return verdict('none')
  if (!ABOUT_THE_ADDRESS.has(reason) || stage === 'before') return verdict('soft')

  const passes = reply ? reply.startsWith('4') : enhanced?.startsWith('4.') === true
  if (reason === 'hostunknown' || reason === 'notaccept') {
    // What the DNS says for good is written with a 4 by servers that went on trying.
    const bySayingSo = wordsReason(words) === reason && reply === undefined
    return verdict(passes && !bySayingSo ? 'soft' : 'hard')
  }
  if (passes) return verdict('soft')
  // A server that knew the recipient before it saw the mail and does not know it after is a filter that says so.
  const isFilter =
    stage === 'content' && !ABOUT_THE_ADDRESS.has(statusMeaning(enhanced, status) ?? '') && BARE_FORMULA.test(words)
  return verdict(isFilter ? 'soft' : 'hard')
}

function reasonOf(enhanced: string | undefined, status: string | undefined, words: string): string {
  const named = operatorReason(words)
  if (named) return named
  const byWords = wordsReason(words)
  const byCode = statusMeaning(enhanced, status)
  if (!byCode) return byWords
  // "No such host" and "the name server is confused" share a code.
  if (byCode === 'hostunknown' && byWords === 'expired') return byWords
  if (ABOUT_THE_ADDRESS.has(byCode)) return SPEAK_AGAINST.has(byWords) ? byWords : byCode
  if (ABOUT_THE_ADDRESS.has(byWords)) return SAYS_LITTLE.has(byCode) ? byWords : byCode
  return SAYS_LITTLE.has(byCode) && byWords ? byWords : byCode
}

function statusMeaning(enhanced: string | undefined, status: string | undefined): string | undefined {
  const meaning = statusReason(enhanced) ?? statusReason(status)
  // 5.3.2 is a server that takes nothing for now (RFC 3463 §3.4), not an address that never will.
  return meaning === 'notaccept' && !/^5\.(1\.10|7\.27)$/.test(enhanced ?? '') ? 'systemerror' : meaning
}
