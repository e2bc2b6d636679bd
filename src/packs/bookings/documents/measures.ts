import type { Fact } from './blocks.ts'
import type { Formats } from './format.ts'
import type { Measure } from './restricted.ts'
import type { Words } from './words.ts'

/** 25 m³, oui. */
export const measureText =
  (formats: Formats, say: Words) =>
  ({ label, value, unit }: Measure): Fact => ({
    label,
    value:
      typeof value === 'boolean'
        ? value
          ? say.yes
          : say.no
        : `${formats.quantity(Math.round(value * 1_000))}${unit ? `\u00a0${say.units[unit]}` : ''}`,
  })
