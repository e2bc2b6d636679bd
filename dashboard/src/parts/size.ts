/** "820 B", "12.4 kB", "3.1 MB", with the language's decimal mark. */
export function sizeText(bytes: number, language: string): string {
  const units = language.startsWith('fr') ? ['o', 'ko', 'Mo'] : ['B', 'kB', 'MB']
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: unit === 0 ? 0 : 1 }).format(value)} ${units[unit]}`
}
