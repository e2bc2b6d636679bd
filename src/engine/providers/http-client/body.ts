import type { Body } from './client.ts'

/** Fields as HTML forms send them; a lone surrogate becomes the replacement character instead of an exception. */
export const formBody = (fields: Readonly<Record<string, string>>): Body => ({
  type: 'application/x-www-form-urlencoded',
  text: encodeFields(fields),
})

/** `a=1&b=2`, for a form or a query. */
export const encodeFields = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&')

export const jsonBody = (value: object): Body => ({ type: 'application/json', text: JSON.stringify(value) })

/** An answer that must be a JSON object. Undefined: it is something else, or nothing. */
export function readJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
