import { z } from 'zod'
import { type Setting, url } from './checks.ts'

export const STRIPE_SETTINGS = {
  /** The platform's Stripe account, for organizations without their own; the sandbox checkout otherwise. */
  STRIPE_SECRET_KEY: [
    z
      .string()
      .regex(/^(sk|rk)_\S{8,300}$/)
      .optional(),
    'a secret key as Stripe shows it: sk_… or rk_…',
  ],
  /** What Stripe signs its webhooks with. */
  STRIPE_WEBHOOK_SECRET: [
    z
      .string()
      .regex(/^whsec_\S{8,300}$/)
      .optional(),
    'a signing secret as Stripe shows it: whsec_…',
  ],
  /** A test server, for the platform's account and everybody's. */
  STRIPE_BASE_URL: [url('http:', 'https:').optional(), 'an http:// or https:// address'],
} as const satisfies Record<string, Setting>

export const STRIPE_SECRETS = ['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'] as const

type Settings = { [N in keyof typeof STRIPE_SETTINGS]: z.output<(typeof STRIPE_SETTINGS)[N][0]> }

/** What the bookings pack is told of Stripe. */
export function stripe(
  { STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_BASE_URL }: Settings,
  faults: string[],
): Readonly<Record<string, string>> | undefined {
  if (STRIPE_SECRET_KEY && !STRIPE_WEBHOOK_SECRET) faults.push('STRIPE_WEBHOOK_SECRET is needed with STRIPE_SECRET_KEY')
  if (STRIPE_WEBHOOK_SECRET && !STRIPE_SECRET_KEY) faults.push('STRIPE_WEBHOOK_SECRET is set without STRIPE_SECRET_KEY')
  const given = {
    ...(STRIPE_SECRET_KEY && { secretKey: STRIPE_SECRET_KEY }),
    ...(STRIPE_WEBHOOK_SECRET && { webhookSecret: STRIPE_WEBHOOK_SECRET }),
    ...(STRIPE_BASE_URL && { baseUrl: STRIPE_BASE_URL }),
  }
  return Object.keys(given).length > 0 ? given : undefined
}
