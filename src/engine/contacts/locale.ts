import { invalid } from '../../errors.ts'

const MOST_REMEMBERED = 1_000
const locales = new Map<string, string | undefined>()
const zones = new Map<string, boolean>()

/** A BCP 47 tag, in its canonical spelling. */
export function checkedLocale(locale: string, path = 'locale'): string {
  const canonical = remembered(locales, locale, () => Intl.getCanonicalLocales(locale)[0])
  if (canonical === undefined) throw invalid(path, 'is not a language tag such as fr or en-GB')
  return canonical
}

/** An IANA zone this machine knows. */
export function checkedZone(zone: string, path = 'timeZone'): string {
  if (!remembered(zones, zone, () => Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))))
    throw invalid(path, 'is not a time zone such as Europe/Paris')
  return zone
}

/** Asking Intl costs tens of microseconds, and the same few values come with every request. */
function remembered<T>(known: Map<string, T | undefined>, key: string, ask: () => T): T | undefined {
  if (known.has(key)) return known.get(key)
  if (known.size >= MOST_REMEMBERED) known.clear()
  let value: T | undefined
  try {
    value = ask()
  } catch {
    value = undefined
  }
  known.set(key, value)
  return value
}
