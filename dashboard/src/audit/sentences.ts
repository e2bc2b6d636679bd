import i18next from 'i18next'
import { useTranslation } from 'react-i18next'
import type english from '../locales/en.json'

type Sentences = typeof english.auditAct

/** What can have been done, in words, by the act's name: `contact.read`. */
export function useSentences(): [act: string, sentence: string][] {
  const { t } = useTranslation()
  const sentences = t('auditAct', { returnObjects: true }) as unknown as Sentences
  return Object.entries(sentences).map(([key, sentence]) => [key.replace('__', '.'), sentence])
}

/** An act in words; one that this page does not know yet, by its name. A dot would be a level of the texts. */
export function inWords(act: string): string {
  const key = `auditAct.${act.replace('.', '__')}`
  return i18next.exists(key) ? i18next.t(key as 'auditAct.contact__read') : act
}
