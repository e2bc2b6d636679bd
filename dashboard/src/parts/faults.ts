import { CarillonError, type FieldError } from '@carillon/client'
import i18next from 'i18next'
import { FRENCH_WORDS } from './server-words.ts'

/** What is wrong with a field: in the reader's language where we know how to say it, else in the server's words. */
export function faultText({ rule, limit, message }: FieldError): string {
  const { language } = i18next
  if (rule) return i18next.t(`fault.${rule}`, { count: limit ?? 0, limit: limit?.toLocaleString(language) })
  return (language === 'fr' && FRENCH_WORDS[message]) || message
}

/** What the server says is wrong with one field, or with anything below it. */
export function faultAt(error: unknown, path: string): string | undefined {
  if (!(error instanceof CarillonError)) return undefined
  const fault = error.errors.find((one) => one.path === path || one.path.startsWith(`${path}.`))
  return fault && faultText(fault)
}
