import { plainWords } from '../../channels/mail-words.ts'
import { type ParsedMail, valuesOf } from './parsed-mail.ts'
import type { Refusal, Stage } from './verdict.ts'

/** What a mail server wrote for people about one recipient. */
export interface NoticeEntry extends Refusal {
  readonly recipient: string | undefined
}

const LONGEST_NOTICE = 12_000
const LONGEST_WORDS = 3_000
const MOST_ENTRIES = 50

/** Names that mail servers and nobody else write under. */
const SERVER_NAME =
  /mailer-?daemon|\bpostmaster\b|\bpoostmaster\b|mail ?er? (delivery|daemon)|mail (delivery|administrator|system|server)|delivery (sub)?-?system|(system|mail|server) administrator|internet mail|mta|mail-?admin|bounce|non.?remis|zustell/i
const SAYS_SO_IN_SUBJECT =
  /undeliver|(fail|status|problem|notif|notice|report|error).{0,40}deliver|deliver\w*.{0,60}(fail|status|problem|notif|report|error|impossible|delay)|failure notice|returned (mail|to sender)|return(ing|ed) (message|mail) to|mail (error|fail)|not delivered|non.?(remi|distri|deliv)|echec|erreur d.envoi|unzustellbar|zustell|nicht zugestellt|unzustellbarkeit|no (entregad|se (ha )?(pudo|podido))|entrega|devuelto|mancata consegna|consegna|entregue|onbestelbaar|配信|配送|送信|エラー|戻り|недостав|delivery/
/** That a mail did not arrive, in the first lines of a notice. */
const DID_NOT_ARRIVE =
  /(could|can|was|has|have|were|will|did|would|is|are)( ?n.t| ?not) .{0,60}(deliver|reach|sent\b|send\b)|(unable|failed|failure|impossible|error|tried|attempt\w*) .{0,60}(deliver|send\b)|deliver\w* .{0,160}(failed|failure|impossible|error|problem)|undeliver|not delivered|permanent (fatal )?error|fatal errors|address(es)?(\(es\))? (had|failed)|returned to (the )?sender|transcript of session|giving up|message log follows|bounced|automatically rejected|n.a (pas )?(pu|ete) .{0,60}(remis|deliv|distribu|envoy|achemin)|(pas|non) (ete |pu etre )?(remis|delivre|distribue|achemine)|echec de (la )?(remise|livraison|distribution)|impossible (de|d.).{0,40}(remettre|envoyer|distribuer|delivrer|livrer)|(nicht|konnte|konnten) .{0,120}zugestellt|unzustellbar|zustell\w* .{0,80}(fehlgeschlagen|gescheitert|nicht)|no (se )?(ha |pudo |fue |puede |pudieron )?.{0,60}(entreg|envia)|(non|impossibile) .{0,60}(consegn|recapit)|nao (foi |pode )?.{0,60}(entreg)|niet .{0,60}(bezorgd|afgeleverd)|配信(でき|されま|に失敗)|届け(られ|でき)|送信(でき|に失敗)|送達(でき|不)|配送(でき|に失敗)|не (было |может |удалось ).{0,60}доставл/
/** It is still on its way. */
const STILL_TRYING =
  /warning message only|do not need to re-?send|no action is required|(will|we'll) (continue|keep|be retried|retry)|delivery attempts will continue|still (being )?(tried|undelivered)|not yet (been )?deliver|has been delayed|(is|was|been|delivery|message|mail) delayed|temporary (failure )?(report|problem)\b.{0,80}(continue|retry|only)|delay(ed)? (notification|mail|delivery)|retard|(n.est|ne sont|pas) pas encore|wird weiterhin versucht|verzoger|noch nicht zugestellt|retras|demora|ritard|遅延|遅れて/

/** From here on it is the returned message. */
const RETURNED_MESSAGE =
  /^[ \t>|]*(?:[-=_*#]{2,}[^\n]{0,10}(?:copy of|enclosed|below this line|original (?:message|mail|header)|message (?:text|header|body|follows)|returned message|unsent message|header of the original|ursprüngliche|message d.origine|mensaje original|the (?:body|header)s? of)[^\n]{0,60}|(?:original message|message) headers?( follow)?:?|en-?t.tes de message d.origine ?:|original-?nachrichten(?:kopf|zeilen)[^\n]{0,20}|encabezados de mensajes? originales:?|received\s*:\s*(?:from|by|\().{0,200}|return-path\s*:\s*<.{0,200})[ \t]*$/im
/** A line that begins with an address: what follows is about it. */
const ADDRESS_LINE =
  /^[ \t>*|-]{0,12}(?:to:?\s*|recipient:?\s*)?(?:[^\n<>@:]{0,60}[ \t])?[<"'(]?([^\s<>()"',;:|=]{1,64}@[^\s<>()"',;:|]{1,255}?)[>"')]{0,2}(?=[\s:;,<(]|$)/i

/** Whether a mail server wrote this, and it says that a mail did not arrive (yet). People who quote one do not pass. */
export function isNotice(mail: ParsedMail, fromNobody: boolean): boolean {
  const isServer = SERVER_NAME.test(`${mail.from.name} ${mail.from.address}`)
  const namesFailed = valuesOf(mail, 'x-failed-recipients').length > 0
  if (!isServer && !fromNobody && !namesFailed) return false
  const subject = plainWords(mail.subject)
  const begins = plainWords(noticeOf(mail).slice(0, 4_000))
  const says = DID_NOT_ARRIVE.test(begins) || STILL_TRYING.test(begins)
  if (isServer || namesFailed) return says || (SAYS_SO_IN_SUBJECT.test(subject) && begins !== '')
  return says && SAYS_SO_IN_SUBJECT.test(subject)
}

/** It says that it goes on trying, and nowhere that it gave up. */
export function saysStillTrying(mail: ParsedMail): boolean {
  const words = plainWords(`${mail.subject}\n${noticeOf(mail).slice(0, 4_000)}`)
  return (
    STILL_TRYING.test(words) &&
    !/permanent|gave up|given up|giving up|will be deleted|no longer|not (be )?(try|retri)|non.?remi|failed after/.test(
      words,
    )
  )
}

/** What the server wrote, without the message it returned. */
export function noticeOf({ text, body }: ParsedMail): string {
  const all = (text.trim() ? text : body).replace(/\r\n?/g, '\n').slice(0, 4 * LONGEST_NOTICE)
  const end = RETURNED_MESSAGE.exec(all)
  return (end && all.slice(0, end.index).trim() !== '' ? all.slice(0, end.index) : all).slice(0, LONGEST_NOTICE)
}

/** What a notice says of each recipient it names; of nobody in particular when it names none. */
export function noticeEntries(mail: ParsedMail): NoticeEntry[] {
  const text = noticeOf(mail)
  const named = valuesOf(mail, 'x-failed-recipients').flatMap((value) => value.split(',').map((one) => one.trim()))
  const entries: { recipient: string | undefined; lines: string[] }[] = []
  const known = new Map<string, { recipient: string | undefined; lines: string[] }>()
  let current: { recipient: string | undefined; lines: string[] } | undefined
  for (const line of text.split('\n')) {
    const address = ADDRESS_LINE.exec(line)?.[1]?.replace(/[.:]+$/, '')
    if (address && !isOwnLine(line) && known.size < MOST_ENTRIES) {
      const key = address.toLowerCase()
      current = known.get(key) ?? { recipient: address, lines: [] }
      if (!known.has(key)) {
        known.set(key, current)
        entries.push(current)
      }
    }
    current?.lines.push(line)
  }
  const own = new Set(['to', 'delivered-to'].flatMap((name) => valuesOf(mail, name)).map((value) => addressIn(value)))
  const about = entries.filter(({ recipient }) =>
    named.length > 0 ? named.some((one) => same(one, recipient)) : !own.has(recipient?.toLowerCase()),
  )
  if (about.length === 0) return [entryOf(named[0], text)]
  return about.map(({ recipient, lines }) => entryOf(recipient, about.length === 1 ? text : lines.join('\n')))
}

const addressIn = (value: string): string | undefined => /[^\s<>]+@[^\s<>]+/.exec(value)?.[0]?.toLowerCase()
const same = (a: string, b: string | undefined): boolean => a.toLowerCase() === b?.toLowerCase()
/** Addresses of the one who writes, and of the sender, are not recipients. */
const isOwnLine = (line: string): boolean => /^\W*(?:from|cc|reply-to|contact|sender|mail from|de|von)\s*:/i.test(line)

function entryOf(recipient: string | undefined, text: string): NoticeEntry {
  const transcript = answersIn(text)
  return {
    recipient,
    words: transcript?.words ?? fromReply(text).slice(0, LONGEST_WORDS),
    stage: stageIn(text),
  }
}

/** From the server's own answer on, where one with its codes is quoted: what is said around it is advice to people. */
function fromReply(text: string): string {
  const reply =
    /(?<![\w.])#?[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}\b|\b(?:said|returned|error|response)\b[^\n]{0,60}:\s*[45]\d\d[ -]/i.exec(
      text,
    )
  return reply ? text.slice(reply.index) : text
}

/** `<<< 550 …` after `>>> RCPT To:<…>`, as Sendmail and Courier show the session. */
function answersIn(text: string): { words: string; stage: Stage | undefined } | undefined {
  const lines = text.split('\n')
  const first = lines.findIndex((line) => /^\s*<<< ?[45]\d\d/.test(line))
  if (first < 0) return undefined
  const answer = lines.slice(first).filter((line) => /^\s*<<<|^\s*[45]\d\d[ -]/.test(line))
  const before = lines.slice(0, first).findLast((line) => /^\s*>>>/.test(line))
  return {
    words: answer.slice(0, 6).join(' ').replace(/<<</g, ''),
    stage: before === undefined ? undefined : stageOf(before),
  }
}

/** What the server was answering, where a notice says it. */
export function stageIn(text: string): Stage | undefined {
  const transcribed = answersIn(text)
  if (transcribed) return transcribed.stage
  const said =
    /in reply to (?:the )?([a-z ]{2,20}) command|(?:after|during|following|in response to) (?:the )?((?:end of )?data|rcpt to|mail from|ehlo|helo|initial connection|pipelined \w+)|\[(rcpt_to|mail_from|data)\]|\bin (rcpt to|mail from)\b|does not like (recipient|sender)|(failed after I sent|failed on DATA)|((?:sender|my name) was rejected|greeting failed|refused to talk)/i.exec(
      text,
    )
  return said ? stageOf(said[0]) : undefined
}

function stageOf(words: string): Stage | undefined {
  if (/rcpt|recipient/i.test(words)) return 'recipient'
  if (/mail.from|ehlo|helo|initial connection|sender|my name|greeting|refused to talk/i.test(words)) return 'before'
  return /data|I sent/i.test(words) ? 'content' : undefined
}
