import { useFormat } from '../language.ts'

/** A number as the reader's language writes it. */
export function useNumber(): (value: number) => string {
  const format = useFormat()
  return (value) => new Intl.NumberFormat(format).format(value)
}

/** A part of one as percent, as the reader's language writes it; a dash where there is nothing to be a part of. */
export function usePercent(): (part: number | null) => string {
  const format = useFormat()
  const percent = new Intl.NumberFormat(format, { style: 'percent', maximumFractionDigits: 1 })
  return (part) => (part === null ? '–' : percent.format(part))
}
