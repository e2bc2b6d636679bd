import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Crypto } from '../../platform/crypto.ts'

export interface SubscriberTokens {
  /** For one contact's in-app feed and live socket, for an hour unless told otherwise (a day at most). */
  issue(contact: { organizationId: string; contactId: string }, seconds?: number): { token: string; expiresAt: Date }
  /** Undefined for a token that is not ours, changed or expired. */
  check(token: string): { organizationId: string; contactId: string } | undefined
}

export const DEFAULT_TOKEN_SECONDS = 3600
export const MAX_TOKEN_SECONDS = 24 * 3600
const PURPOSE = 'subscriber'

const Payload = z.tuple([z.uuid(), z.uuid()])

export function createSubscriberTokens({ crypto, clock }: { crypto: Crypto; clock: Clock }): SubscriberTokens {
  return {
    issue({ organizationId, contactId }, seconds = DEFAULT_TOKEN_SECONDS) {
      const expiresAt = new Date(clock.now().getTime() + Math.min(seconds, MAX_TOKEN_SECONDS) * 1000)
      return { token: crypto.sign(PURPOSE, [organizationId, contactId], expiresAt), expiresAt }
    },
    check(token) {
      const payload = Payload.safeParse(crypto.verify(PURPOSE, token, clock.now()))
      return payload.success ? { organizationId: payload.data[0], contactId: payload.data[1] } : undefined
    },
  }
}
