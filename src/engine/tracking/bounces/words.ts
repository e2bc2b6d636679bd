const LONGEST = 300

/** A server's words on one line, without addresses, links and telephone numbers. */
export function withoutPersons(text: string): string {
  const line = text
    .replace(/\p{C}+/gu, ' ')
    .replace(/\bhttps?:\/\/\S+/gi, '[link]')
    .replace(/<?[^\s<>"'(),;:=]+@[^\s<>"'(),;]+>?/g, '[address]')
    .replace(/\+\d{6,15}/g, '[number]')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line
}
