import { CarillonError } from '@carillon/client'

/** What the server says is wrong with one field, or with anything below it. */
export function faultAt(error: unknown, path: string): string | undefined {
  if (!(error instanceof CarillonError)) return undefined
  return error.errors.find((one) => one.path === path || one.path.startsWith(`${path}.`))?.message
}
