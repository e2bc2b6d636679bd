import type { ProviderAccount } from '@carillon/client'
import { type Field, type FieldName, FORMS, type FormName } from './forms.ts'

/** How a mail server is spoken to. */
const SECURITIES = {
  starttls: { secure: false, requireTls: false, ignoreTls: false },
  require: { secure: false, requireTls: true, ignoreTls: false },
  tls: { secure: true, requireTls: false, ignoreTls: false },
  none: { secure: false, requireTls: false, ignoreTls: true },
} as const
type Security = keyof typeof SECURITIES

/** What the form holds: text as it was typed. */
export interface AccountForm {
  readonly kind: FormName
  readonly name: string
  readonly settings: Readonly<Partial<Record<FieldName, string>>>
  readonly perSecond: string
  readonly perDay: string
  readonly position: string
  readonly weight: string
}

const fieldsOf = (kind: FormName): readonly Field<FieldName>[] => FORMS[kind].fields

export function emptyForm(kind: FormName): AccountForm {
  const settings: Partial<Record<FieldName, string>> = {}
  for (const { name, usual, choices } of fieldsOf(kind)) {
    const first = usual ?? choices?.[0]
    if (first !== undefined) settings[name] = first
  }
  return { kind, name: '', settings, perSecond: '', perDay: '', position: '0', weight: '100' }
}

/** An account as the form shows it: everything but its secrets. */
export function formOf(account: ProviderAccount, kind: FormName): AccountForm {
  const saved = account.settings ?? {}
  const settings: Partial<Record<FieldName, string>> = {}
  for (const field of fieldsOf(kind)) {
    const value = saved[field.name]
    if (field.as === 'security') settings[field.name] = securityOf(saved)
    else if (value !== undefined) settings[field.name] = String(value)
    else if (field.choices) settings[field.name] = field.choices[0]!
  }
  const { limits, position, weight, name } = account
  const text = (value: number | undefined) => (value === undefined ? '' : String(value))
  return {
    kind,
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
  for (const { name, as, secret } of fieldsOf(form.kind)) {
    const typed = form.settings[name]?.trim() ?? ''
    if (as === 'security') Object.assign(settings, SECURITIES[(typed || 'starttls') as Security])
    else if (typed !== '') settings[name] = as === 'number' ? numberOf(typed) : typed
    else if (changing && !secret) settings[name] = null
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
