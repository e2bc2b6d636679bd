import type { ErrorWord } from '../../channels/error-class.ts'
import type { ReportStatus } from '../../channels/report.ts'

/** `errorCode` of OVHcloud's API, as its own clients know them (ovh/python-ovh `client.py`). */
export const ERROR_CODES = new Map<string, readonly [ErrorWord, string]>([
  ['INVALID_KEY', ['config', 'The application key is not valid here']],
  ['INVALID_CREDENTIAL', ['config', 'The consumer key is not valid, or no longer']],
  ['NOT_CREDENTIAL', ['config', 'The consumer key is missing or unknown']],
  ['NOT_GRANTED_CALL', ['config', 'The consumer key may not make this call']],
  ['FORBIDDEN', ['config', 'The keys may not do this']],
  ['INVALID_SIGNATURE', ['config', 'The application secret is wrong']],
  ['QUERY_TIME_OUT', ['retry', 'The request took too long to get there, or its time was wrong']],
])

/** A 400 names the field it is about: `[receivers] Given data is not valid`, or `… for value sender`. */
export const FIELDS = new Map<string, ErrorWord>([
  ['receivers', 'permanent_recipient'],
  ['receiver', 'permanent_recipient'],
  ['message', 'permanent_content'],
  ['sender', 'config'],
  ['serviceName', 'config'],
  ['tag', 'config'],
])

/** What a delivery state means. `suppress`: the number is not to be used again. */
export interface State {
  readonly status: ReportStatus
  readonly detail: string
  readonly suppress?: true
}

const failed = (detail: string): State => ({ status: 'failed', detail })

/**
 * `ptt`, the operator's own state of an SMS, from OVHcloud's guide for SMS users, which calls its list not exhaustive.
 * 6 is left out: the operator tells no end, so nothing is known.
 */
export const PTT = new Map<number, State>([
  [1, { status: 'deferred', detail: 'The phone cannot be reached; the operator goes on trying' }],
  [2, { status: 'deferred', detail: 'The operator has a problem and goes on trying' }],
  [3, { status: 'sent', detail: 'The operator has taken it' }],
  [4, { status: 'delivered', detail: 'Delivered' }],
  [5, failed('Not delivered; the operator does not say why')],
  [8, failed('It expired at the operator before it could be delivered')],
  [20, failed('The operator cannot deliver it as it is')],
  [21, failed('The recipient has no credit to receive it')],
  [23, { ...failed('The number is wrong, barred or does not exist'), suppress: true }],
  [24, failed('The phone is off or out of reach')],
  [25, failed('The operator’s network failed for now')],
  [26, failed('The phone could not take it for now')],
  [27, failed('The phone cannot receive such messages')],
  [28, failed('The operator took it for spam')],
  [29, failed('The operator does not allow this content')],
  [33, failed('A parental lock keeps it out')],
  [39, failed('The operator failed')],
  [73, failed('The number was ported and cannot be reached')],
  [74, failed('The phone is roaming')],
  [76, failed('The number was ported to where this account is blocked')],
  [202, failed('The number was ported to where this account is blocked')],
])

/** `deliveryReceipt`, coarser; 0 and 4 say that nothing is known yet. */
export const RECEIPTS = new Map<number, State>([
  [1, { status: 'delivered', detail: 'Delivered' }],
  [2, failed('Not delivered')],
  [8, { status: 'deferred', detail: 'It waits on the way' }],
  [16, failed('It was not sent and not billed')],
])
