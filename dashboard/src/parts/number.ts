import { useFormat } from '../language.ts'

/** A number as the reader's language writes it. */
export function useNumber(): (value: number) => string {
  const format = useFormat()
  return (value) => new Intl.NumberFormat(format).format(value)
}
