import { plainWords } from '../../channels/mail-words.ts'
import { type ParsedMail, valuesOf } from './parsed-mail.ts'

const SUBJECT =
  /^(re: |aw: |tr: |sv: )?\W{0,3}(auto(matic|matisch\w*|mated|-?mat\w*)?[ -]*(repl|respon|antwort|reponse|svar|answer|acknowl)|auto-?(reply|response)|out of (the )?office|on (vacation|holiday|leave)|away from|vacation|reponse automatique|message d.absence|absent|absence|en conge|automatische antwort|abwesen|ich bin (nicht|im)|respuesta automatica|fuera de (la )?oficina|ausente|risposta automatica|fuori (sede|ufficio)|resposta automatica|ausencia|automatisch antwoord|afwezig|自動(応答|返信)|不在|автоответ)/

/** Written by a machine: an automatic reply (RFC 3834), a receipt (RFC 8098), a report, a list's own mail. */
export function isAutomatic(mail: ParsedMail, fromNobody: boolean): boolean {
  return isAutoReply(mail) || fromNobody || isReport(mail) || isBulk(mail)
}

/** An answer that no person wrote: away, received, please confirm that you are human. */
export function isAutoReply(mail: ParsedMail): boolean {
  const says = valuesOf(mail, 'auto-submitted')[0]?.trim().toLowerCase()
  if (says && !/^no\b/.test(says)) return true
  for (const name of [
    'x-autoreply',
    'x-autorespond',
    'x-auto-response-suppress',
    'x-autoresponder',
    'x-autoreply-from',
  ])
    if (valuesOf(mail, name).length > 0) return true
  if (/auto[-_ ]?reply/i.test(valuesOf(mail, 'precedence')[0] ?? '')) return true
  return SUBJECT.test(plainWords(mail.subject))
}

/** Reports to postmasters: DMARC (RFC 7489), TLS (RFC 8460), receipts (RFC 8098). */
function isReport(mail: ParsedMail): boolean {
  const type = valuesOf(mail, 'content-type')[0] ?? ''
  if (/report-type="?(tlsrpt|disposition-notification)|multipart\/report/i.test(type)) return true
  if (mail.parts.some((part) => /^message\/disposition-notification|^application\/tlsrpt/.test(part.type))) return true
  return /^(\[\w+\] ?)?report domain:/i.test(mail.subject) || valuesOf(mail, 'tls-report-domain').length > 0
}

const isBulk = (mail: ParsedMail): boolean =>
  valuesOf(mail, 'list-id').length > 0 || /^(bulk|junk|list)\b/i.test(valuesOf(mail, 'precedence')[0]?.trim() ?? '')
