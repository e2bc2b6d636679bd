import { CarillonError, type FieldError } from '@carillon/client'
import i18next from 'i18next'
import { FRENCH_WORDS } from './server-words.ts'

/** What the server says, in French where the reader is French and there is French for it. */
export const serverWords = (message: string): string => (i18next.language === 'fr' && FRENCH_WORDS[message]) || message

/** What is wrong with a field: in the reader's language where we know how to say it, else in the server's words. */
export const faultText = ({ rule, limit, message }: FieldError): string =>
  rule
    ? i18next.t(`fault.${rule}`, { count: limit ?? 0, limit: limit?.toLocaleString(i18next.language) })
    : serverWords(message)

/** Whether a fault is about a field, or about anything below it. */
export const isAt = ({ path }: FieldError, field: string): boolean => path === field || path.startsWith(`${field}.`)

/** What the server says is wrong with one field, or with anything below it. */
export function faultAt(error: unknown, field: string): string | undefined {
  if (!(error instanceof CarillonError)) return undefined
  const fault = error.errors.find((one) => isAt(one, field))
  return fault && faultText(fault)
}
