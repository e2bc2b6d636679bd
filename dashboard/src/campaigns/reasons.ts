import i18next from 'i18next'

/** Why somebody is not written to, or waits, in the reader's language where we know the word. */
export const useReasonText = () => (reason: string) => {
  for (const key of [`refusal.${reason}`, `reason.${reason}`])
    if (i18next.exists(key)) return i18next.t(key as 'refusal.no_consent')
  return reason.replaceAll('_', ' ')
}
