const LONGEST_DETAIL = 300
const ADDRESS = /<?[^\s<>"'(),;:=]+@[^\s<>"'(),;]+>?/g
/** As carriers write phone numbers: with the plus. */
const PHONE = /\+\d{6,15}/g
const URL = /\bhttps?:\/\/\S+/gi

/**
 * Makes a hiding function for one message: the carrier's words on one line, without addresses, phone numbers, links, or
 * the given private words (local part, name, text, account) that some repeat.
 */
export function createRedactor(secrets: readonly (string | undefined)[]): (text: string) => string {
  const words = secrets.filter((secret): secret is string => secret !== undefined && secret.length >= 3)
  return (text) => {
    let out = text
      .replace(/\p{C}+/gu, ' ')
      .replace(URL, '[link]')
      .replace(ADDRESS, '[address]')
      .replace(PHONE, '[number]')
    for (const word of words) out = out.replaceAll(word, '[hidden]')
    out = out.replace(/\s+/g, ' ').trim()
    return out.length > LONGEST_DETAIL ? `${out.slice(0, LONGEST_DETAIL - 1)}…` : out
  }
}
