import type { Report } from '../../channels/report.ts'
import { createRedactor } from '../redact.ts'
import type { Envelope } from './sns.ts'

type Json = Readonly<Record<string, unknown>>
type Told = Pick<Report, 'status'> & Partial<Pick<Report, 'suppress' | 'automatic' | 'link' | 'code' | 'detail'>>

/** Our message's id as a tag of the mail. SES gives tags back in what a configuration set publishes. */
export const MESSAGE_TAG = 'carillon_message_id'

/**
 * SES's events in our words, from what it publishes by configuration sets (`eventType`) and what it notifies of by identity
 * (`notificationType`): see SOURCE.md. Each with the name of the object that tells more. Null: nothing of ours follows.
 */
const EVENTS: Readonly<Record<string, readonly [object: string, (said: Json, hide: Hide) => Told | null]>> = {
  Send: ['send', () => ({ status: 'sent' })],
  Delivery: ['delivery', () => ({ status: 'delivered' })],
  DeliveryDelay: [
    'deliveryDelay',
    (said, hide) => ({ status: 'deferred', ...reason(said, 'delayedRecipients', text(said.delayType), hide) }),
  ],
  Bounce: ['bounce', bounce],
  Complaint: ['complaint', complaint],
  Reject: [
    'reject',
    (said, hide) => ({
      status: 'failed',
      code: 'Reject',
      detail: `SES refused the content: ${hide(text(said.reason)) || 'no reason given'}`,
    }),
  ],
  'Rendering Failure': [
    'failure',
    (said, hide) => ({
      status: 'failed',
      code: 'Rendering Failure',
      detail: hide(text(said.errorMessage)) || 'SES could not render the mail',
    }),
  ],
  // Apple's proxy fetches every picture, and calls itself by no more than this.
  Open: [
    'open',
    ({ userAgent }) => ({ status: 'opened', ...(userAgent === 'Mozilla/5.0' ? { automatic: true } : {}) }),
  ],
  Click: ['click', ({ link }) => ({ status: 'clicked', ...(typeof link === 'string' && link ? { link } : {}) })],
  Subscription: [
    'subscription',
    ({ newTopicPreferences }) =>
      objectIn(newTopicPreferences).unsubscribeAll === true
        ? { status: 'delivered', suppress: 'opted_out', code: 'Subscription' }
        : null,
  ],
}

type Hide = (text: string) => string

/** Permanent ones are for good; what is transient or undetermined says nothing against the address. */
function bounce(said: Json, hide: Hide): Told {
  const [type, subType] = [text(said.bounceType), text(said.bounceSubType)]
  const why = reason(said, 'bouncedRecipients', [type, subType].filter(Boolean).join(' '), hide)
  if (type === 'Permanent')
    return { status: 'bounced', ...why, suppress: subType === 'UnsubscribedRecipient' ? 'opted_out' : 'hard_bounce' }
  // Answers like “out of office” come as transient bounces that name no failure: the mail has arrived.
  const failed = listIn(said.bouncedRecipients).some(({ action, status }) => action === 'failed' || text(status) !== '')
  return { status: type === 'Transient' && subType === 'General' && !failed ? 'deferred' : 'bounced', ...why }
}

/** Whoever complains has got the mail, unless SES held it back because they had complained before. */
function complaint({ complaintSubType, complaintFeedbackType }: Json): Told {
  if (complaintFeedbackType === 'not-spam') return { status: 'delivered' }
  const heldBack = complaintSubType === 'OnAccountSuppressionList'
  return {
    status: heldBack ? 'failed' : 'delivered',
    suppress: 'complaint',
    code: text(complaintFeedbackType) || 'Complaint',
  }
}

function reason(said: Json, recipients: string, otherwise: string, hide: Hide) {
  const [first] = listIn(said[recipients])
  const status = text(first?.status)
  const detail = hide(text(first?.diagnosticCode))
  return {
    code: /^[245]\.\d{1,3}\.\d{1,3}$/.test(status) ? status : otherwise.slice(0, 60) || 'unknown',
    ...(detail ? { detail } : {}),
  }
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/** What a notification reports, nothing, or what it is that this version does not know. */
export function readNotification(envelope: Envelope, receivedAt: Date): { report?: Report; unknown?: string } {
  // What SES says when a topic is set up: "Successfully validated SNS topic for Amazon SES event publishing."
  if (/^Successfully validated SNS topic/.test(envelope.Message)) return {}
  const event = objectIn(parse(envelope.Message))
  const name = text(event.eventType) || text(event.notificationType)
  const known = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined
  if (!known) return { unknown: `event ${name.replace(/[^\w -]+/g, ' ').slice(0, 40) || 'without a name'}` }

  const mail = objectIn(event.mail)
  const said = objectIn(event[known[0]])
  const told = known[1](said, hiderFor(mail))
  if (!told) return {}
  const messageId = ourId(mail)
  const providerMessageId = text(mail.messageId)
  return {
    report: {
      eventId: envelope.MessageId,
      ...(messageId ? { messageId } : {}),
      ...(providerMessageId ? { providerMessageId } : {}),
      at:
        timeIn(said.timestamp) ??
        timeIn(name === 'Send' ? mail.timestamp : undefined) ??
        timeIn(envelope.Timestamp) ??
        receivedAt,
      ...told,
    },
  }
}

/** From the tag; else from the Message-ID we gave, which SES replaces in the mail and repeats in notifications with headers. */
function ourId(mail: Json): string | undefined {
  const tags = objectIn(mail.tags)[MESSAGE_TAG]
  const tag: unknown = Array.isArray(tags) ? tags[0] : undefined
  const header = listIn(mail.headers).find(({ name }) => text(name).toLowerCase() === 'message-id')
  return [text(tag), text(header?.value)].map((value) => UUID.exec(value)?.[0]).find((id) => id !== undefined)
}

function hiderFor(mail: Json): Hide {
  const addresses = Array.isArray(mail.destination) ? mail.destination.map(text) : []
  return createRedactor(addresses.map((address) => address.slice(0, Math.max(0, address.lastIndexOf('@')))))
}

function timeIn(value: unknown): Date | undefined {
  const at = new Date(text(value))
  return Number.isNaN(at.getTime()) ? undefined : at
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message)
  } catch {
    return undefined
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const objectIn = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {})
const listIn = (value: unknown): Json[] => (Array.isArray(value) ? value.map(objectIn) : [])
