import i18next from 'i18next'

/** What an event is called; one of a pack that this page does not know, by its type. A dot would be a level of the texts. */
export function eventName(type: string): string {
  const key = `eventName.${type.replaceAll('.', '__')}`
  return i18next.exists(key) ? i18next.t(key as 'eventName.message__custom') : type
}
