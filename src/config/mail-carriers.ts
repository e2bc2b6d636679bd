import { z } from 'zod'
import { sendgridSettings } from '../engine/providers/sendgrid/settings.ts'
import { sesSettings } from '../engine/providers/ses/settings.ts'
import type { Setting } from './checks.ts'

const sendgrid = sendgridSettings.shape
const ses = sesSettings.shape

/** What the platform's own SendGrid and SES accounts need, as their providers check it. */
export type SendgridSettings = z.input<typeof sendgridSettings>
export type SesSettings = z.input<typeof sesSettings>

const smtpUrl = z.string().refine((value) => {
  const url = URL.parse(value)
  if (!url || !/^smtps?:$/.test(url.protocol)) return false
  return url.hostname !== '' && !url.username && !url.password && /^\/?$/.test(url.pathname) && !url.search && !url.hash
})

export const MAIL_SETTINGS = {
  /** SendGrid for organizations without their own carrier; behind SMTP_HOST where both are set. */
  SENDGRID_API_KEY: [sendgrid.apiKey.optional(), 'an API key as SendGrid shows it'],
  /** A verified sender; by default SMTP_FROM. */
  SENDGRID_FROM: [sendgrid.from.optional(), 'an address, or Name <address>'],
  /** The verification key of the signed event webhook. Without it SendGrid's reports are refused. */
  SENDGRID_WEBHOOK_KEY: [sendgrid.webhookKey, 'the verification key as SendGrid shows it'],
  /** https://api.eu.sendgrid.com, or a test server. */
  SENDGRID_BASE_URL: [
    sendgrid.baseUrl.unwrap().optional(),
    'an http:// or https:// address without a user, query or fragment',
  ],
  /** Amazon SES for organizations without their own carrier; behind the others where several are set. */
  SES_REGION: [ses.region.optional(), 'a region of Amazon: eu-west-3'],
  /** SMTP credentials of SES, which are not an access key. */
  SES_USER: [ses.user.optional(), 'a user name'],
  SES_PASSWORD: [ses.password.optional(), 'a password'],
  /** At a verified domain; by default SMTP_FROM. */
  SES_FROM: [ses.from.optional(), 'an address, or Name <address>'],
  SES_CONFIGURATION_SET: [ses.configurationSet, 'the name of a configuration set'],
  /** The SNS topic whose reports are believed. */
  SES_TOPIC_ARN: [ses.topicArn, 'the ARN of an SNS topic'],
  /** Another endpoint, or (without encryption) a test server. */
  SES_BASE_URL: [smtpUrl.optional(), 'smtps://host:port, or smtp://host:port for a test server'],
} as const satisfies Record<string, Setting>

type Settings = { [N in keyof typeof MAIL_SETTINGS]: z.output<(typeof MAIL_SETTINGS)[N][0]> }

export const MAIL_SECRETS = ['SENDGRID_API_KEY', 'SES_USER', 'SES_PASSWORD'] as const

/** What the names of these settings begin with. */
export const MAIL_PREFIXES: readonly string[] = ['SENDGRID_', 'SES_']

export function sendgridCarrier(s: Settings, from: string | undefined, faults: string[]): SendgridSettings | undefined {
  const { SENDGRID_API_KEY: apiKey, SENDGRID_WEBHOOK_KEY: webhookKey, SENDGRID_BASE_URL: baseUrl } = s
  if (apiKey === undefined) {
    alone(s, 'SENDGRID_', 'SENDGRID_API_KEY', faults)
    return undefined
  }
  const sender = s.SENDGRID_FROM ?? from
  if (sender === undefined) {
    faults.push('SENDGRID_FROM is needed with SENDGRID_API_KEY')
    return undefined
  }
  return { apiKey, from: sender, ...(webhookKey ? { webhookKey } : {}), ...(baseUrl ? { baseUrl } : {}) }
}

export function sesCarrier(s: Settings, from: string | undefined, faults: string[]): SesSettings | undefined {
  const { SES_REGION: region, SES_USER: user, SES_PASSWORD: password } = s
  if (region === undefined) {
    alone(s, 'SES_', 'SES_REGION', faults)
    return undefined
  }
  const sender = s.SES_FROM ?? from
  if (user === undefined) faults.push('SES_USER is needed with SES_REGION')
  if (password === undefined) faults.push('SES_PASSWORD is needed with SES_REGION')
  if (sender === undefined) faults.push('SES_FROM is needed with SES_REGION')
  if (user === undefined || password === undefined || sender === undefined) return undefined
  return {
    region,
    user,
    password,
    from: sender,
    ...(s.SES_CONFIGURATION_SET ? { configurationSet: s.SES_CONFIGURATION_SET } : {}),
    ...(s.SES_TOPIC_ARN ? { topicArn: s.SES_TOPIC_ARN } : {}),
    ...(s.SES_BASE_URL ? endpointAt(s.SES_BASE_URL) : {}),
  }
}

function endpointAt(address: string): Partial<SesSettings> {
  const { protocol, hostname, port } = new URL(address)
  const secure = protocol === 'smtps:'
  return {
    host: hostname.replace(/[[\]]/g, ''),
    port: Number(port || (secure ? 465 : 587)),
    secure,
    ignoreTls: !secure,
  }
}

/** One fault for each setting of a carrier that is not switched on. */
function alone(s: Settings, prefix: string, needed: string, faults: string[]): void {
  for (const name of Object.keys(MAIL_SETTINGS) as (keyof Settings)[])
    if (name.startsWith(prefix) && s[name] !== undefined) faults.push(`${name} is set without ${needed}`)
}
