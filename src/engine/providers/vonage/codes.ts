import type { ErrorWord } from '../../channels/error-class.ts'
import type { ReportStatus, SuppressionReason } from '../../channels/report.ts'

/**
 * The status of a part in the answer to a send: what to do, and what it means where Vonage itself says nothing. From the
 * SMS API's document (`x-errors`); SOURCE.md says which. One that is not here is final for the message.
 */
export const SEND_STATUSES: Readonly<Record<string, readonly [ErrorWord, string]>> = {
  1: ['retry_later', 'Too fast for the account'],
  2: ['permanent_content', 'A parameter is missing'],
  3: ['permanent_content', 'A parameter is not valid'],
  4: ['config', 'The API key or secret is wrong'],
  5: ['retry', 'An error inside Vonage'],
  6: ['permanent_recipient', 'The number cannot be reached'],
  7: ['suppress', 'The number is barred'],
  8: ['config', 'The account is barred'],
  9: ['config', 'The account has no credit left'],
  10: ['retry_later', 'Too many connections at the same time'],
  11: ['config', 'The account may not use the SMS API over HTTP'],
  12: ['permanent_content', 'The text is too long'],
  14: ['config', 'The signature is wrong'],
  15: ['other_account', 'The sender is not allowed at that destination'],
  17: ['permanent_content', 'Vonage or the operator blocks the message'],
  22: ['permanent_content', 'The network code is not valid'],
  23: ['config', 'Vonage cannot report to the webhook address'],
  29: ['other_account', 'A demo account may only send to numbers on its list'],
  32: ['config', 'A signature and a secret were given together'],
  33: ['permanent_recipient', 'The number is no longer in service'],
}

/** What a delivery receipt's words say in ours. */
export const RECEIPT_STATUSES: ReadonlyMap<string, ReportStatus> = new Map(
  Object.entries({
    accepted: 'sent',
    buffered: 'deferred',
    delivered: 'delivered',
    expired: 'failed',
    failed: 'failed',
    rejected: 'failed',
    /** No final word: the operator did not say. With an error code it is a failure. */
    unknown: 'deferred',
  } as const),
)

/** A receipt's `err-code`, and whether Vonage says that the number must not be used again (its support page on DLR codes). */
export const RECEIPT_ERRORS: ReadonlyMap<string, readonly [string, SuppressionReason?]> = new Map(
  Object.entries({
    1: ['It did not arrive, and the operator does not say why'],
    2: ['The phone was off or out of reach'],
    3: ['The number is no longer in service', 'invalid_address'],
    4: ['The subscriber or the operator bars messages to this number'],
    5: ['The number is being moved between operators'],
    6: ['The operator’s spam filter refused it'],
    7: ['The phone was busy'],
    8: ['An error in the operator’s network'],
    9: ['The person wants no messages of this service', 'opted_out'],
    10: ['A parameter of the message was wrong'],
    11: ['Vonage has no route there'],
    12: ['There is no way to the number'],
    13: ['The subscriber is too young for this message'],
    14: ['The operator blocks messages to this number'],
    15: ['The subscriber has no credit to receive it'],
    16: ['The gateway’s quota is used up'],
    50: ['The sender is not registered in that country'],
    51: ['The sender name is not registered in that country'],
    52: ['The operator’s content filter refused it'],
    53: ['The person has given no consent in the operator’s register'],
    54: ['A rule of that country refuses it'],
    99: ['An error on the way'],
  } as const),
)
