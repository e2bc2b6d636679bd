import type { ErrorWord } from '../../channels/error-class.ts'

/**
 * Meta's error codes: what to do, and what it means where Meta itself says nothing. From its table
 * (developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes, May 2026), which says to go by
 * the code and never by the HTTP status or the title. SOURCE.md says which copy.
 */
export const CODES: Readonly<Record<number, readonly [ErrorWord, string]>> = {
  0: ['config', 'The access token is not valid, or has run out'],
  1: ['retry', 'Meta could not serve the request and does not say why'],
  2: ['retry', 'Meta is down or overloaded'],
  3: ['config', 'The access token lacks a capability or permission'],
  4: ['retry_later', 'Too many calls of this app'],
  10: ['config', 'The access token lacks a permission'],
  33: ['config', 'The phone number is no longer there'],
  100: ['permanent_content', 'The request has a parameter that is not valid'],
  190: ['config', 'The access token has run out'],
  368: ['config', 'The business is blocked for a while for breaking a policy'],
  80007: ['retry_later', 'Too many calls of this WhatsApp Business Account'],
  130429: ['retry_later', 'Too fast for this number'],
  130472: ['permanent_message', 'The person is part of an experiment of Meta and was not sent it'],
  130497: ['permanent_recipient', 'The business may not write to that country'],
  131000: ['retry', 'Meta could not send it and does not say why'],
  131005: ['config', 'The access token may not do this'],
  131008: ['permanent_content', 'The request lacks a parameter'],
  131009: ['permanent_content', 'The request has a value that is not valid'],
  131016: ['retry', 'A service of Meta is away'],
  131021: ['permanent_content', 'The recipient is the sender'],
  131026: ['permanent_recipient', 'The person cannot be reached on WhatsApp; Meta does not say why'],
  131030: ['config', 'A test number only writes to the numbers on its list'],
  131031: ['pause_channel', 'The business account is locked'],
  131037: ['config', 'The name of the number is not approved yet'],
  131042: ['config', 'The payment method of the business account has a problem'],
  131045: ['config', 'The number is not registered properly'],
  131047: ['window_closed', 'The person last wrote more than 24 hours ago: only an approved template may go'],
  131048: ['pause_channel', 'The number is restricted: too many people blocked or reported it'],
  131049: ['retry_after_24h', 'Meta held it back: the person has had enough of such messages for now'],
  131050: ['suppress_marketing', 'The person wants no marketing from this business'],
  131051: ['permanent_content', 'Meta does not know this type of message'],
  131053: ['permanent_content', 'The file could not be taken: wrong type, too large, or its address did not answer'],
  131056: ['retry_later_recipient', 'Too many messages to this person in a short time'],
  131057: ['retry_later', 'The number is in maintenance for about a minute'],
  131062: ['permanent_content', 'This message cannot go to a user id: it needs a phone number'],
  131063: ['config', 'Marketing templates are switched off for this business'],
  131064: ['pause_channel', 'The limit is reached after templates were filed under wrong categories'],
  132000: ['permanent_content', 'The template has another number of gaps'],
  132001: ['permanent_content', 'There is no approved template of that name and language'],
  132005: ['permanent_content', 'The template is too long when filled in'],
  132007: ['permanent_content', "The template breaks WhatsApp's policy"],
  132008: ['permanent_content', "A template's value has the wrong form"],
  132012: ['permanent_content', "A template's value has the wrong form"],
  132015: ['pause_template', 'The template is paused for low quality'],
  132016: ['pause_template', 'The template is disabled for good'],
  132068: ['permanent_content', 'The flow is blocked'],
  132069: ['retry_later', 'The flow was sent too often this hour'],
  133004: ['retry', 'Meta is away for a moment'],
  133010: ['config', 'The number is not registered with the Cloud API'],
  133016: ['config', 'The number was registered too often'],
  135000: ['permanent_content', 'Meta could not send it because of its parameters'],
  137000: ['permanent_message', "The person's identity has changed"],
}

/** What a code is, permissions (200–299) included. */
export const meaningOf = (code: number): readonly [ErrorWord, string] | undefined =>
  CODES[code] ?? (code >= 200 && code <= 299 ? ['config', 'The access token lacks a permission'] : undefined)

/** Of those that pass by themselves: about Meta or the number, so they would have met any message. */
export const ABOUT_THE_ACCOUNT: ReadonlySet<number> = new Set([1, 2, 131016, 133004])
