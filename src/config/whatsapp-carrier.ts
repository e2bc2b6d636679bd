import { z } from 'zod'
import { whatsappSettings } from '../engine/providers/whatsapp/settings.ts'
import type { Setting } from './checks.ts'

const own = whatsappSettings.shape

export const WHATSAPP_SETTINGS = {
  /** A WhatsApp number of Meta's Cloud API for organizations without their own; its settings follow. */
  WHATSAPP_ACCESS_TOKEN: [own.accessToken.optional(), 'the access token as Meta shows it'],
  /** Meta's id of the number, not the number itself. */
  WHATSAPP_PHONE_NUMBER_ID: [own.phoneNumberId.optional(), 'digits: the id of the number, not the number itself'],
  /** Meta signs its webhooks with it. */
  WHATSAPP_APP_SECRET: [own.appSecret.optional(), 'the app secret as Meta shows it'],
  /** A word of your own, for Meta to give back when the webhook's address is set up. */
  WHATSAPP_VERIFY_TOKEN: [own.verifyToken, 'a word without spaces'],
  /** Whose templates are looked at. */
  WHATSAPP_BUSINESS_ACCOUNT_ID: [own.businessAccountId, 'digits: the id of the WhatsApp Business Account'],
  /** To how many the business portfolio may write first in 24 hours; no limit of ours unless set. */
  WHATSAPP_MESSAGING_LIMIT: [
    z.enum(['250', '2000', '10000', '100000', 'unlimited']).optional(),
    '250, 2000, 10000, 100000 or unlimited',
  ],
  WHATSAPP_API_VERSION: [own.apiVersion.unwrap().optional(), 'a version such as v23.0'],
  /** A test server. */
  WHATSAPP_BASE_URL: [
    own.baseUrl.unwrap().optional(),
    'an http:// or https:// address without a user, query or fragment',
  ],
} as const satisfies Record<string, Setting>

type Settings = { [N in keyof typeof WHATSAPP_SETTINGS]: z.output<(typeof WHATSAPP_SETTINGS)[N][0]> }

export const WHATSAPP_SECRETS = ['WHATSAPP_ACCESS_TOKEN', 'WHATSAPP_APP_SECRET', 'WHATSAPP_VERIFY_TOKEN'] as const

/** What the platform's WhatsApp number needs, as its provider checks it. */
export type WhatsappCarrier = z.input<typeof whatsappSettings>

export function whatsappCarrier(s: Settings, faults: string[]): WhatsappCarrier | undefined {
  const {
    WHATSAPP_ACCESS_TOKEN: accessToken,
    WHATSAPP_PHONE_NUMBER_ID: phoneNumberId,
    WHATSAPP_APP_SECRET: appSecret,
    WHATSAPP_VERIFY_TOKEN: verifyToken,
    WHATSAPP_BUSINESS_ACCOUNT_ID: businessAccountId,
    WHATSAPP_MESSAGING_LIMIT: limit,
    WHATSAPP_API_VERSION: apiVersion,
    WHATSAPP_BASE_URL: baseUrl,
  } = s
  if (!accessToken) {
    for (const name of Object.keys(WHATSAPP_SETTINGS) as (keyof Settings)[])
      if (s[name] !== undefined) faults.push(`${name} is set without WHATSAPP_ACCESS_TOKEN`)
    return undefined
  }
  for (const name of ['WHATSAPP_PHONE_NUMBER_ID', 'WHATSAPP_APP_SECRET'] as const)
    if (!s[name]) faults.push(`${name} is needed with WHATSAPP_ACCESS_TOKEN`)
  if (!phoneNumberId || !appSecret) return undefined
  const messagingLimit = own.messagingLimit.parse(limit === undefined || limit === 'unlimited' ? limit : Number(limit))
  return {
    ...{ accessToken, phoneNumberId, appSecret, messagingLimit },
    ...(verifyToken ? { verifyToken } : {}),
    ...(businessAccountId ? { businessAccountId } : {}),
    ...(apiVersion ? { apiVersion } : {}),
    ...(baseUrl ? { baseUrl } : {}),
  }
}
