import { z } from 'zod'
import { bounceMailbox, smtpSettings } from '../engine/providers/smtp/settings.ts'
import type { BoxSettings } from '../engine/tracking/bounces/box.ts'
import type { ListenerSettings } from '../engine/tracking/bounces/listener.ts'
import { hostName, port, type Setting, url } from './checks.ts'

/** Where undeliverable mail comes back to, and how it is taken in. All of it is optional. */
export interface BounceConfig {
  /** What mails through the platform's own mail servers give as their envelope sender; undefined: their `from`. */
  readonly bounceTo: { readonly bounceDomain: string } | { readonly bounceAddress: string } | undefined
  /** Undefined: no mail is taken in. */
  readonly bounceListener: ListenerSettings | undefined
  /** Undefined: no mailbox is read. */
  readonly bounceBox: BoxSettings | undefined
}

const pem = z.string().refine((text) => text.includes('-----BEGIN '))

export const BOUNCE_SETTINGS = {
  /** Mails through SMTP_HOST and SMTP_BACKUP_HOST give b+<token>@ this domain as their sender; its MX leads to the listener. */
  BOUNCE_DOMAIN: [smtpSettings.shape.bounceDomain, 'a domain'],
  /** Instead of BOUNCE_DOMAIN: a mailbox that takes plus addresses, read by BOUNCE_IMAP_URL. */
  BOUNCE_ADDRESS: [bounceMailbox.optional(), 'an address with at most 11 letters before the @'],
  /** Workers listen here for bounces; 25 where the MX leads to them. */
  BOUNCE_SMTP_PORT: [port.optional(), 'a port from 1 to 65535'],
  BOUNCE_SMTP_HOST: [hostName.default('0.0.0.0'), 'a host name or IP address'],
  /** With both, STARTTLS is offered. */
  BOUNCE_SMTP_CERT: [pem.optional(), 'a certificate as PEM'],
  BOUNCE_SMTP_KEY: [pem.optional(), 'a private key as PEM'],
  /** A mailbox that one worker reads: imaps://user:password@host/Folder. */
  BOUNCE_IMAP_URL: [url('imap:', 'imaps:').optional(), 'an imaps:// address with user and password'],
  /** Where mails go that were taken over; they stay, marked as read, unless set. */
  BOUNCE_IMAP_DONE: [z.string().min(1).max(200).optional(), 'a folder of that mailbox'],
} as const satisfies Record<string, Setting>

type Settings = { [N in keyof typeof BOUNCE_SETTINGS]: z.output<(typeof BOUNCE_SETTINGS)[N][0]> }

export const BOUNCE_SECRETS = ['BOUNCE_SMTP_CERT', 'BOUNCE_SMTP_KEY', 'BOUNCE_IMAP_URL'] as const

export function bounces(s: Settings, faults: string[]): BounceConfig {
  if (s.BOUNCE_DOMAIN && s.BOUNCE_ADDRESS) faults.push('BOUNCE_DOMAIN and BOUNCE_ADDRESS are both set: keep one')
  return {
    bounceTo: s.BOUNCE_DOMAIN
      ? { bounceDomain: s.BOUNCE_DOMAIN }
      : s.BOUNCE_ADDRESS
        ? { bounceAddress: s.BOUNCE_ADDRESS }
        : undefined,
    bounceListener: listener(s, faults),
    bounceBox: box(s, faults),
  }
}

function listener(s: Settings, faults: string[]): ListenerSettings | undefined {
  const { BOUNCE_SMTP_PORT: at, BOUNCE_SMTP_CERT: cert, BOUNCE_SMTP_KEY: key } = s
  if (!!cert !== !!key) faults.push('BOUNCE_SMTP_CERT and BOUNCE_SMTP_KEY are needed together')
  if (cert && at === undefined) faults.push('BOUNCE_SMTP_CERT is set without BOUNCE_SMTP_PORT')
  if (at === undefined) return undefined
  return { host: s.BOUNCE_SMTP_HOST, port: at, tls: cert && key ? { cert, key } : undefined }
}

function box(s: Settings, faults: string[]): BoxSettings | undefined {
  if (!s.BOUNCE_IMAP_URL) {
    if (s.BOUNCE_IMAP_DONE) faults.push('BOUNCE_IMAP_DONE is set without BOUNCE_IMAP_URL')
    return undefined
  }
  const { protocol, hostname, port: at, username, password, pathname } = new URL(s.BOUNCE_IMAP_URL)
  if (!hostname || !username || !password) {
    faults.push('BOUNCE_IMAP_URL needs a host, a user and a password')
    return undefined
  }
  const secure = protocol === 'imaps:'
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: at ? Number(at) : secure ? 993 : 143,
    secure,
    user: plain(username),
    password: plain(password),
    folder: plain(pathname.replace(/^\/+/, '')) || 'INBOX',
    doneFolder: s.BOUNCE_IMAP_DONE,
  }
}

/** `%40` in the user of an address stands for the @. */
function plain(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
