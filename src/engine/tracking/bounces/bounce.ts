import { isAutomatic, isAutoReply } from './automatic.ts'
import { complaintOf } from './complaint.ts'
import { type DeliveryStatus, deliveryStatusOf } from './delivery-status.ts'
import { isNotice, noticeEntries, noticeOf, saysStillTrying, stageIn } from './notice.ts'
import { type ParsedMail, valuesOf } from './parsed-mail.ts'
import { serviceNoticeOf } from './service-notice.ts'
import { type Refusal, type Verdict, verdictOf } from './verdict.ts'
import { withoutPersons } from './words.ts'

/** One recipient that a bounce is about. */
export interface Failure extends Verdict {
  readonly recipient: string | undefined
  /** The server's words on one line, without addresses. */
  readonly detail: string
}

export type Bounce =
  /** `hard`: the address is not used again. `soft`: this mail did not arrive. `delayed`: not yet, and nothing follows from it. */
  | { readonly kind: 'hard' | 'soft' | 'delayed'; readonly failures: readonly [Failure, ...Failure[]] }
  /** Somebody called the mail spam, or asked for no more. */
  | { readonly kind: 'complaint' | 'opted_out'; readonly type: string }
  /** Away, received, confirm that you are human (RFC 3834). */
  | { readonly kind: 'auto_reply' }
  /** A receipt, a report, a delivery that worked. */
  | { readonly kind: 'automatic' }
  /** A person wrote it. */
  | { readonly kind: 'reply' }

/**
 * What a mail that came back says. Pure, and in doubt never `hard`. `fromNobody`: its envelope sender was empty, as RFC 5321
 * §4.5.5 wants of notifications. Sources of the rules: RFC 3464, 3834, 5965, and what mail systems are seen to write.
 */
export function readBounce(mail: ParsedMail, fromNobody = hasEmptyReturnPath(mail)): Bounce {
  const complaint = complaintOf(mail)
  if (complaint)
    return complaint.kind === 'report' ? { kind: 'automatic' } : { kind: complaint.kind, type: complaint.type }

  const service = serviceNoticeOf(mail)
  if (service?.kind === 'complaint') return { kind: 'complaint', type: 'abuse' }
  if (service) return together(service.kind === 'bounce' ? service.refusals.map(failureOf) : [])

  const status = deliveryStatusOf(mail)
  if (status) return together(statusFailures(mail, status))

  const isAnswer = isAutoReply(mail)
  if (isNotice(mail, fromNobody)) {
    const action = saysStillTrying(mail) ? 'delayed' : 'failed'
    return together(telling(noticeEntries(mail).map((entry) => failureOf({ ...entry, action }))))
  }
  if (isAnswer) return { kind: 'auto_reply' }
  return { kind: isAutomatic(mail, fromNobody) ? 'automatic' : 'reply' }
}

const hasEmptyReturnPath = (mail: ParsedMail): boolean => valuesOf(mail, 'return-path')[0]?.replace(/\s/g, '') === '<>'

const failureOf = (refusal: Refusal & { readonly recipient: string | undefined }): Failure => ({
  recipient: refusal.recipient,
  detail: withoutPersons(refusal.words),
  ...verdictOf(refusal),
})

/** An address beside which nothing is said is named for another reason, where something is said beside others. */
function telling(all: readonly Failure[]): readonly Failure[] {
  const some = all.filter(({ reason, code }) => reason !== '' || code !== undefined)
  return some.length > 0 ? some : all.slice(0, 1)
}

/** The fields of each recipient, helped by what the notice beside them says where they say little. */
function statusFailures(mail: ParsedMail, { recipients }: DeliveryStatus): Failure[] {
  const notice = noticeEntries(mail)
  const stillTrying = saysStillTrying(mail)
  return recipients.map((one) => {
    const beside = notice.find(({ recipient }) => recipient?.toLowerCase() === one.recipient?.toLowerCase())
    const action = one.action ?? (stillTrying ? 'delayed' : undefined)
    const stage = beside?.stage ?? notice[0]?.stage ?? stageIn(noticeOf(mail))
    const { status } = one
    const byFields = verdictOf({ action, status, words: one.diagnostic, stage })
    const told = { recipient: one.recipient, detail: withoutPersons(one.diagnostic) }
    if (byFields.reason !== '' || byFields.kind === 'none') return { ...told, ...byFields }
    const words = beside?.words ?? (recipients.length === 1 ? (notice[0]?.words ?? '') : '')
    const byNotice = verdictOf({ action, status, words: `${one.diagnostic} ${words}`, stage })
    if (byNotice.reason === '') return { ...told, ...byFields }
    return { ...told, ...byNotice, detail: told.detail || withoutPersons(words) }
  })
}

/** Hard only when every recipient is: a mail of ours has one, and who else it went to is not known to us. */
function together(all: readonly Failure[]): Bounce {
  const [first, ...rest] = all.filter(({ kind }) => kind !== 'none')
  if (!first) return { kind: 'automatic' }
  const kinds = new Set([first, ...rest].map(({ kind }) => kind))
  const kind =
    kinds.size === 1 && all.every((one) => one.kind !== 'none')
      ? (first.kind as 'hard' | 'soft' | 'delayed')
      : kinds.has('soft') || kinds.has('hard')
        ? 'soft'
        : 'delayed'
  return { kind, failures: [first, ...rest] }
}
