import i18next from 'i18next'
import { initReactI18next, useTranslation } from 'react-i18next'
import type en from './locales/en.json'

export const LANGUAGES = ['fr', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: typeof en }
  }
}

/** How each language writes dates and numbers: 24-hour clock, day before month. */
const FORMATS: Record<Language, string> = { fr: 'fr-FR', en: 'en-GB' }

const STORED = 'carillon-language'

const texts: Record<Language, () => Promise<{ default: object }>> = {
  fr: async () => ({ default: unbroken((await import('./locales/fr.json')).default) }),
  en: () => import('./locales/en.json'),
}

/** In French no line begins with a sign that belongs to the word before it: «\u00a0Ville\u00a0»\u00a0: 3. */
function unbroken<T>(text: T): T {
  if (typeof text === 'string') return text.replace(/ (?=[:;?!»])/g, '\u00a0').replace(/« /g, '«\u00a0') as T
  return Object.fromEntries(Object.entries(text as object).map(([key, value]) => [key, unbroken(value)])) as T
}

const isLanguage = (value: string | null | undefined): value is Language =>
  LANGUAGES.some((language) => language === value)

/** The visitor's last choice, else the browser's first language we speak, else English. */
export function preferredLanguage(): Language {
  const stored = read()
  if (isLanguage(stored)) return stored
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? 'en'
}

/** Loads one language's texts before the first paint; the other is fetched when it is chosen. */
export async function startLanguage(language: Language): Promise<void> {
  const { default: translation } = await texts[language]()
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation } },
    interpolation: { escapeValue: false },
    returnNull: false,
  })
  document.documentElement.lang = language
}

export async function changeLanguage(language: Language): Promise<void> {
  const { default: translation } = await texts[language]()
  i18next.addResourceBundle(language, 'translation', translation)
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
  try {
    localStorage.setItem(STORED, language)
  } catch {
    // Storage is refused in some private windows: the choice lasts as long as the page.
  }
}

function read(): string | null {
  try {
    return localStorage.getItem(STORED)
  } catch {
    return null
  }
}

/** The language tag dates and numbers are written for, following the language on screen. */
export function useFormat(): string {
  const { i18n } = useTranslation()
  return isLanguage(i18n.language) ? FORMATS[i18n.language] : FORMATS.en
}

/** A language's name in the language on screen: `fr-CA` is “Canadian French”. */
export function useLanguageName(): (tag: string) => string {
  const format = useFormat()
  return (tag) => {
    try {
      return new Intl.DisplayNames(format, { type: 'language' }).of(tag) ?? tag
    } catch {
      return tag
    }
  }
}
