import type { ProviderAccount } from '@carillon/client'
import type { Channel } from '../vocabulary.ts'

/** The providers an account can be added for here, and what each asks for. The server checks it all again. */
export const PROVIDERS = {
  smtp: { channel: 'email', fields: ['host', 'port', 'security', 'user', 'password', 'from'] },
  twilio: { channel: 'sms', fields: ['accountSid', 'authToken', 'from', 'messagingServiceSid'] },
} as const satisfies Record<string, { channel: Channel; fields: readonly string[] }>

export type ProviderName = keyof typeof PROVIDERS
export type FieldName = (typeof PROVIDERS)[ProviderName]['fields'][number]
export const isKnown = (provider: string): provider is ProviderName => Object.hasOwn(PROVIDERS, provider)

/** Never shown again once saved; left empty, what is saved stays. */
const SECRETS: readonly string[] = ['password', 'authToken'] satisfies readonly FieldName[]
export const isSecret = (field: string): boolean => SECRETS.includes(field)

/** How a mail server is spoken to. */
export const SECURITIES = {
  starttls: { secure: false, requireTls: false, ignoreTls: false },
  require: { secure: false, requireTls: true, ignoreTls: false },
  tls: { secure: true, requireTls: false, ignoreTls: false },
  none: { secure: false, requireTls: false, ignoreTls: true },
} as const
export type Security = keyof typeof SECURITIES

/** What the form holds: text as it was typed. */
export interface AccountForm {
  readonly provider: ProviderName
  readonly name: string
  readonly settings: Readonly<Partial<Record<FieldName, string>>>
  readonly perSecond: string
  readonly perDay: string
  readonly position: string
  readonly weight: string
}

export const emptyForm = (provider: ProviderName): AccountForm => ({
  provider,
  name: '',
  settings: provider === 'smtp' ? { port: '587', security: 'starttls' } : {},
  perSecond: '',
  perDay: '',
  position: '0',
  weight: '100',
})

/** An account as the form shows it: everything but its secrets. */
export function formOf(account: ProviderAccount, provider: ProviderName): AccountForm {
  const saved = account.settings ?? {}
  const settings: Partial<Record<FieldName, string>> = {}
  for (const field of PROVIDERS[provider].fields) {
    if (field === 'security') settings.security = securityOf(saved)
    else if (saved[field] !== undefined) settings[field] = String(saved[field])
  }
  const { limits, position, weight, name } = account
  const text = (value: number | undefined) => (value === undefined ? '' : String(value))
  return {
    provider,
    name,
    settings,
    perSecond: text(limits.perSecond),
    perDay: text(limits.perDay),
    position: String(position),
    weight: String(weight),
  }
}

function securityOf(saved: Readonly<Record<string, unknown>>): Security {
  if (saved.secure === true) return 'tls'
  if (saved.requireTls === true) return 'require'
  return saved.ignoreTls === true ? 'none' : 'starttls'
}

/**
 * What the form asks the server for. `changing`: an account that is there, where an empty field is emptied (null) and an
 * empty secret stays as it is; a new one just does without them.
 */
export function requestOf(form: AccountForm, changing: boolean) {
  const settings: Record<string, unknown> = {}
  for (const field of PROVIDERS[form.provider].fields) {
    const typed = form.settings[field]?.trim() ?? ''
    if (field === 'security') Object.assign(settings, SECURITIES[(typed || 'starttls') as Security])
    else if (typed !== '') settings[field] = field === 'port' ? numberOf(typed) : typed
    else if (changing && !isSecret(field)) settings[field] = null
  }
  const limit = (typed: string) => (typed.trim() === '' ? (changing ? null : undefined) : numberOf(typed))
  const limits = { perSecond: limit(form.perSecond), perDay: limit(form.perDay) }
  return {
    name: form.name.trim(),
    settings,
    limits: Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined)),
    position: numberOf(form.position),
    weight: numberOf(form.weight),
  }
}

/** What is no number goes to the server as it is, which says so at the field. */
function numberOf(typed: string): number {
  const number = Number(typed.trim().replace(',', '.'))
  return typed.trim() === '' || Number.isNaN(number) ? (typed as unknown as number) : number
}
