/** The place of a line and column, both from 1, in a text: what a fault points at. */
export function offsetOf(text: string, line: number, column: number): number {
  const lines = text.split('\n')
  const before = lines.slice(0, Math.max(0, line - 1)).reduce((sum, one) => sum + one.length + 1, 0)
  return Math.min(text.length, before + Math.max(0, column - 1))
}

/** `source.template.body.0` is in the field `template`; nothing comes back for what is in none. */
export const fieldOfPath = (path: string): string | undefined => /^source\.(\w+)/.exec(path)?.[1]

/** Without the place, which is said beside it. */
export const wordsOf = (message: string): string => message.replace(/^line \d+, column \d+: /, '')

/** Whether two sources say the same once they are published: edges are trimmed, and a mail has the branded layout by itself. */
export function sayTheSame(one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>): boolean {
  const published = (source: Readonly<Record<string, unknown>>) =>
    JSON.stringify(
      Object.entries(source)
        .map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value] as const)
        .filter(([name, value]) => value !== '' && !(name === 'layout' && value === 'branded'))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    )
  return published(one) === published(other)
}
