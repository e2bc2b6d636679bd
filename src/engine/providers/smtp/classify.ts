import { mailReason } from '../../channels/mail-reason.ts'
import type { ErrorClass, SendResult } from '../../channels/send-result.ts'
import type { Delivery } from './pool.ts'
import type { Reply } from './reply.ts'
import type { Stage } from './session.ts'

/** RFC 7505 and RFC 7372: the domain says itself that it takes no mail. */
const NULL_MX = new Set(['5.1.10', '5.7.27'])
const LONGEST_WAIT_MS = 60 * 60 * 1000

/** What a final (5yz) refusal for this reason means. Everything not named here is `permanent`: this mail, not the address. */
const FINAL: Readonly<Record<string, ErrorClass>> = {
  userunknown: 'suppress',
  hostunknown: 'suppress',
  hasmoved: 'suppress',
  // The server this account sends through is not liked; another one may be.
  blocked: 'other_provider',
  requireptr: 'other_provider',
  authfailure: 'other_provider',
  toomanyconn: 'other_provider',
  norelaying: 'configuration',
  badsender: 'configuration',
  notsignedin: 'configuration',
}

/** A passing (4yz) refusal for this reason is about our pace, or takes longer than a moment to pass. */
const SLOW_DOWN = new Set(['blocked', 'toomanyconn', 'systemfull', 'mailboxfull', 'greylisted', 'ratelimited'])

/** What relays say to an account that sends too fast, after any command. Words that could be about one recipient are not here. */
const OUR_PACE = /throttl|(sending|message) (rate|quota|limit)/i

/** What became of a mail, in the engine's words. `hide` takes addresses and contents out of the server's words. */
export function toSendResult(delivery: Delivery, messageIdHeader: string, hide: (text: string) => string): SendResult {
  switch (delivery.kind) {
    case 'accepted':
      return { outcome: 'sent', providerMessageId: queueId(delivery.reply.text) ?? messageIdHeader }
    case 'misconfigured':
      return {
        outcome: 'refused',
        class: 'configuration',
        code: delivery.code,
        detail: delivery.detail,
        about: 'account',
      }
    case 'notTried':
      return {
        outcome: 'refused',
        class: 'retry',
        code: delivery.code,
        detail: NOT_TRIED[delivery.code],
        ...(delivery.code === 'ECLOSED' ? {} : { about: 'account' }),
      }
    case 'lost':
      return delivery.mayHaveArrived
        ? {
            outcome: 'uncertain',
            code: delivery.code,
            detail: 'The connection was lost after the whole mail was sent and before the server answered',
          }
        : {
            outcome: 'refused',
            class: 'retry',
            code: delivery.code,
            detail: LOST[delivery.code] ?? 'The connection to the mail server was lost',
            about: 'account',
          }
    case 'refused':
      return refusal(delivery.stage, delivery.reply, hide)
  }
}

const NOT_TRIED = {
  EBUSY: 'Every connection to the mail server was busy for too long',
  ETIMEDOUT: 'The mail server did not answer in time',
  ECLOSED: 'The account was being closed',
}

const LOST: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing answers on that port',
  ECONNRESET: 'The mail server closed the connection',
  ETIMEDOUT: 'The mail server did not answer in time',
  ENOTFOUND: 'The mail server has no address in the DNS',
  EDNS: 'The mail server could not be looked up in the DNS',
  EPROTOCOL: 'The server did not speak SMTP',
}

function refusal(stage: Stage, reply: Reply, hide: (text: string) => string): SendResult {
  const { code, enhanced } = reply
  const retryAfterMs = waitAskedFor(reply.text)
  const meaning = errorClass(stage, reply, retryAfterMs !== undefined)
  return {
    outcome: 'refused',
    class: meaning,
    code: enhanced ? `${code} ${enhanced}` : `${code}`,
    detail: hide(reply.text) || 'The mail server gave no reason',
    ...(retryAfterMs !== undefined && code < 500 ? { retryAfterMs } : {}),
    ...(meaning === 'configuration' || meetsAnyMail(stage, reply) ? { about: 'account' } : {}),
  }
}

/** Whether any other mail would have met this answer: nothing of this one had been told yet, or it is about our pace. */
function meetsAnyMail(stage: Stage, reply: Reply): boolean {
  if (reply.code === 421 || stage === 'connect' || stage === 'auth') return true
  if (stage === 'mail') return !isAboutSize(reply)
  return reply.code < 500 && OUR_PACE.test(reply.text)
}

function errorClass(stage: Stage, reply: Reply, namesAWait: boolean): ErrorClass {
  const { code, enhanced } = reply
  if (code === 421) return 'retry_later'
  if (code >= 500 && (stage === 'auth' || code === 530 || code === 534 || code === 535 || code === 538))
    return 'configuration'
  const reason = mailReason(reply)
  if (code < 500) {
    const isRate = enhanced?.startsWith('4.7.') && (code === 450 || code === 451 || code === 421)
    return isRate || namesAWait || SLOW_DOWN.has(reason) ? 'retry_later' : 'retry'
  }
  // 503: the server lost count of the dialogue, not of the mail.
  if (code === 503 && stage !== 'auth') return 'retry'
  if (stage === 'connect') return reason === 'blocked' ? 'other_provider' : 'retry_later'
  if (enhanced && NULL_MX.has(enhanced)) return 'suppress'
  // A sender that is refused before any recipient was named is refused for every mail of the account.
  if (stage === 'mail' && !isAboutSize(reply))
    return FINAL[reason] === 'other_provider' ? 'other_provider' : 'configuration'
  const final = FINAL[reason] ?? 'permanent'
  // Only an answer about the recipient is about the recipient.
  return final === 'suppress' && stage !== 'rcpt' && stage !== 'content' ? 'permanent' : final
}

/** MAIL FROM tells the size of the mail, and how its addresses are written (555). */
const isAboutSize = (reply: Reply): boolean =>
  reply.code === 552 ||
  reply.code === 555 ||
  reply.enhanced?.endsWith('.3.4') === true ||
  mailReason(reply) === 'mesgtoobig'

/** "try again in 300 seconds", "retry after 5 minutes". */
function waitAskedFor(text: string): number | undefined {
  const found =
    /(?:again|retry|wait|after|come back)\D{0,30}?(\d{1,5})\s*(s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?)\b/i.exec(text)
  if (!found) return undefined
  const seconds = Number(found[1]) * (found[2]!.toLowerCase().startsWith('m') ? 60 : 1)
  return Math.min(seconds * 1000, LONGEST_WAIT_MS)
}

/** The server's own name for the mail, for whoever looks into its log: Postfix, Exim, Amazon SES, Exchange. */
function queueId(text: string): string | undefined {
  const found =
    /queued (?:mail )?(?:for delivery )?as ([\w.@-]{4,200})/i.exec(text) ??
    /\bid=([\w.-]{4,100})/i.exec(text) ??
    /^(?:\d\.\d\.\d )?Ok:? ([0-9a-f]{16}-[0-9a-f-]{20,80})$/i.exec(text)
  return found?.[1]
}
