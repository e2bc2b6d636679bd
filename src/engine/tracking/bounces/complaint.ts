import type { ParsedMail } from './parsed-mail.ts'

/** What a mailbox provider says its customer did (RFC 5965, RFC 6430). */
export interface Complaint {
  /** `complaint`: they called it spam. `opted_out`: they want no more of it. `report`: about signatures or policy, not by a person. */
  readonly kind: 'complaint' | 'opted_out' | 'report'
  /** abuse, fraud, auth-failure …; lower case. */
  readonly type: string
  readonly fields: string
}

const KINDS: Readonly<Record<string, Complaint['kind']>> = {
  abuse: 'complaint',
  fraud: 'complaint',
  virus: 'complaint',
  other: 'complaint',
  'opt-out': 'opted_out',
  'opt-out-list': 'opted_out',
}

/** A feedback report; undefined when it is none. One without a type that we know suppresses nobody. */
export function complaintOf(mail: ParsedMail): Complaint | undefined {
  const part = mail.parts.find(({ type }) => type === 'message/feedback-report')
  if (part) {
    const type = /^feedback-type\s*:\s*"?([\w-]+)/im.exec(part.text)?.[1]?.toLowerCase() ?? ''
    return { kind: KINDS[type] ?? 'report', type, fields: part.text }
  }
  // One big provider sends the message back under this subject, without any report.
  const returned = mail.parts.some(({ type }) => type === 'message/rfc822')
  if (returned && /^complaint about message from \S+$/i.test(mail.subject))
    return { kind: 'complaint', type: 'abuse', fields: '' }
  if (/report-type="?feedback-report/i.test(mail.headers.get('content-type')?.[0] ?? ''))
    return { kind: 'report', type: '', fields: '' }
  return undefined
}
