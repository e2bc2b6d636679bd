import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** A token that somebody writes into the webhook addresses they set up at the carrier. */
export const webhookTokenSetting = z
  .string()
  .regex(/^[A-Za-z0-9_-]{12,64}$/, 'Write 12 to 64 letters, digits, - or _')
  .meta({ secret: true })

/** 72 bits: out of reach of guessing over HTTP, and short enough for carriers that limit an address to 100 characters. */
const LENGTH = 12

/**
 * The token of an account's webhook address, for carriers that do not sign: whoever has not seen the address cannot
 * report. Made from the account's own secret where nobody has chosen one, so every process knows it and nothing is stored.
 */
export const tokenOf = ({ chosen, secret }: { chosen?: string | undefined; secret: string }): string =>
  chosen ?? createHmac('sha256', secret).update('webhook token').digest('base64url').slice(0, LENGTH)

/** In constant time, whatever the lengths. */
export const isToken = (given: string | undefined, token: string): boolean =>
  given !== undefined && timingSafeEqual(digest(given), digest(token))

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
