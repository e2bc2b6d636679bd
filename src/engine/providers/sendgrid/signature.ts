import { verify } from 'node:crypto'
import type { WebhookCall } from '../../channels/report.ts'
import { readVerificationKey } from './settings.ts'

const SIGNATURE = 'x-twilio-email-event-webhook-signature'
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp'

/**
 * SendGrid tries a call again for up to 24 hours, and does not say whether it signs each try anew. A repeated call tells
 * nothing new: every event has an id of its own.
 */
const OLDEST_MS = 26 * 3_600_000
/** Clocks differ. */
const FURTHEST_AHEAD_MS = 10 * 60_000

const MOST_KEYS = 1_000

/** Keys by their text: reading one takes as long as checking a signature with it, and an account has one for years. */
export function createKeyring(): typeof readVerificationKey {
  const keys = new Map<string, ReturnType<typeof readVerificationKey>>()
  return (text) => {
    if (keys.has(text)) return keys.get(text)
    if (keys.size >= MOST_KEYS) keys.clear()
    const key = readVerificationKey(text)
    keys.set(text, key)
    return key
  }
}

/**
 * Whether a call bears SendGrid's signature: ECDSA on P-256 with SHA-256, over the timestamp and the raw body. Verifying
 * one compares nothing secret, so there is no time to keep constant.
 */
export function checkSignature(
  { headers, body, receivedAt }: WebhookCall,
  webhookKey: string,
  keyOf = readVerificationKey,
): 'signed' | 'forged' | 'stale' {
  const timestamp = headers[TIMESTAMP] ?? ''
  const signature = headers[SIGNATURE] ?? ''
  const key = keyOf(webhookKey)
  if (!key || !/^\d{1,12}$/.test(timestamp) || !/^[A-Za-z0-9+/]{8,200}={0,2}$/.test(signature)) return 'forged'
  const signed = verify('sha256', Buffer.concat([Buffer.from(timestamp), body]), key, Buffer.from(signature, 'base64'))
  if (!signed) return 'forged'
  const ageMs = receivedAt.getTime() - Number(timestamp) * 1000
  return ageMs > OLDEST_MS || ageMs < -FURTHEST_AHEAD_MS ? 'stale' : 'signed'
}
