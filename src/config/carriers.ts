import { isIP } from 'node:net'
import { z } from 'zod'
import { LEAST_PER_SECOND, MOST_PER_SECOND } from '../engine/accounts/account.ts'
import { smtpSettings, USUAL_PER_SECOND } from '../engine/providers/smtp/settings.ts'
import { flag, hostName, port, type Setting } from './checks.ts'
import {
  MAIL_SECRETS,
  MAIL_SETTINGS,
  type SendgridSettings,
  type SesSettings,
  sendgridCarrier,
  sesCarrier,
} from './mail-carriers.ts'
import { SMS_SECRETS, SMS_SETTINGS, type SmsCarrier, smsCarrier } from './sms-carriers.ts'
import { WHATSAPP_SECRETS, WHATSAPP_SETTINGS, type WhatsappCarrier, whatsappCarrier } from './whatsapp-carrier.ts'

export interface SmtpSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise STARTTLS where the server offers it. */
  readonly secure: boolean
  readonly user: string | undefined
  readonly password: string | undefined
  /** `Name <address>` or an address. */
  readonly from: string
  /** One of these: where bounces come back to, as in the provider's own settings. */
  readonly bounceDomain?: string | undefined
  readonly bounceAddress?: string | undefined
}

/** The platform's own carriers, for organizations without one. */
export interface CarrierConfig {
  /** The platform's own mail server. */
  readonly smtp: SmtpSettings | undefined
  /** A second one, for when the first fails. */
  readonly smtpBackup: SmtpSettings | undefined
  /** Mails a second that each of the two takes; undefined: as many as there are. */
  readonly smtpPerSecond: number | undefined
  readonly sendgrid: SendgridSettings | undefined
  readonly ses: SesSettings | undefined
  /** The platform's own SMS carrier. */
  readonly sms: SmsCarrier | undefined
  /** The platform's own WhatsApp number. */
  readonly whatsapp: WhatsappCarrier | undefined
}

const mail = smtpSettings.shape

const rate = z.union([
  z.literal('off'),
  z
    .string()
    .regex(/^\d{1,5}(\.\d{1,4})?$/)
    .transform(Number)
    .pipe(z.number().min(LEAST_PER_SECOND).max(MOST_PER_SECOND)),
])

export const CARRIER_SETTINGS = {
  /** A mail server for organizations without their own. */
  SMTP_HOST: [hostName.optional(), 'a host name or IP address'],
  /** 465 with SMTP_SECURE, 587 otherwise. */
  SMTP_PORT: [port.optional(), 'a port from 1 to 65535'],
  /** TLS from the first byte; by default only on port 465. */
  SMTP_SECURE: [flag.optional(), '1 or 0'],
  SMTP_USER: [mail.user, 'a user name'],
  SMTP_PASSWORD: [mail.password, 'a password'],
  /** Sender of mail; by default no-reply@ the host of PUBLIC_URL. */
  SMTP_FROM: [mail.from.optional(), 'an address, or Name <address>'],
  /** Mails a second through SMTP_HOST, all processes together, and as many through SMTP_BACKUP_HOST; 10 unless set. */
  SMTP_PER_SECOND: [rate.optional(), `a number from ${LEAST_PER_SECOND} to ${MOST_PER_SECOND}, or off for no limit`],
  /** A second mail server: mail goes by it while the first fails. */
  SMTP_BACKUP_HOST: [hostName.optional(), 'a host name or IP address'],
  SMTP_BACKUP_PORT: [port.optional(), 'a port from 1 to 65535'],
  SMTP_BACKUP_SECURE: [flag.optional(), '1 or 0'],
  SMTP_BACKUP_USER: [mail.user, 'a user name'],
  SMTP_BACKUP_PASSWORD: [mail.password, 'a password'],
  /** By default that of the first. */
  SMTP_BACKUP_FROM: [mail.from.optional(), 'an address, or Name <address>'],
  ...MAIL_SETTINGS,
  ...SMS_SETTINGS,
  ...WHATSAPP_SETTINGS,
} as const satisfies Record<string, Setting>

type Settings = { [N in keyof typeof CARRIER_SETTINGS]: z.output<(typeof CARRIER_SETTINGS)[N][0]> }

export const CARRIER_SECRETS = [
  'SMTP_USER',
  'SMTP_PASSWORD',
  'SMTP_BACKUP_USER',
  'SMTP_BACKUP_PASSWORD',
  ...MAIL_SECRETS,
  ...SMS_SECRETS,
  ...WHATSAPP_SECRETS,
] as const

export function carriers(s: Settings, publicUrl: string, faults: string[]): CarrierConfig {
  if (s.SMTP_BACKUP_HOST && !s.SMTP_HOST) faults.push('SMTP_BACKUP_HOST is set without SMTP_HOST')
  if (s.SMTP_PER_SECOND !== undefined && !s.SMTP_HOST) faults.push('SMTP_PER_SECOND is set without SMTP_HOST')
  return {
    smtp: smtp(s, 'SMTP', publicUrl, faults),
    smtpBackup: smtp(s, 'SMTP_BACKUP', publicUrl, faults),
    smtpPerSecond: s.SMTP_PER_SECOND === 'off' ? undefined : (s.SMTP_PER_SECOND ?? USUAL_PER_SECOND),
    sendgrid: sendgridCarrier(s, s.SMTP_FROM, faults),
    ses: sesCarrier(s, s.SMTP_FROM, faults),
    sms: smsCarrier(s, faults),
    whatsapp: whatsappCarrier(s, faults),
  }
}

function smtp(
  s: Settings,
  prefix: 'SMTP' | 'SMTP_BACKUP',
  publicUrl: string,
  faults: string[],
): SmtpSettings | undefined {
  const host = s[`${prefix}_HOST`]
  const user = s[`${prefix}_USER`]
  const password = s[`${prefix}_PASSWORD`]
  if (!host) {
    for (const part of ['PORT', 'SECURE', 'USER', 'PASSWORD', 'FROM'] as const) {
      if (s[`${prefix}_${part}`] !== undefined) faults.push(`${prefix}_${part} is set without ${prefix}_HOST`)
    }
    return undefined
  }
  if (user && !password) faults.push(`${prefix}_PASSWORD is needed with ${prefix}_USER`)
  if (password && !user) faults.push(`${prefix}_USER is needed with ${prefix}_PASSWORD`)
  const secure = s[`${prefix}_SECURE`] ?? s[`${prefix}_PORT`] === 465
  const { hostname } = new URL(publicUrl)
  return {
    host,
    port: s[`${prefix}_PORT`] ?? (secure ? 465 : 587),
    secure,
    user,
    password,
    from:
      s[`${prefix}_FROM`] ?? s.SMTP_FROM ?? `no-reply@${isIP(hostname.replace(/[[\]]/g, '')) ? 'localhost' : hostname}`,
  }
}
