import { readableOn, safeColor } from '../../../engine/templates/helpers.ts'

/** The colours of a document: the mails’ greys, and what the organization’s colour gives. */
export interface Palette {
  readonly ink: string
  readonly muted: string
  readonly hairline: string
  /** The organization’s colour, and words on it. */
  readonly brand: string
  readonly onBrand: string
  /** The same, dark enough to be read on white. */
  readonly brandInk: string
  /** A breath of it, behind facts. */
  readonly tint: string
}

const INK = '#1f2937'

/** The colours of mails (templates/layouts) on paper; without a colour of its own an organization gets their ink. */
export function paletteOf(color: string | undefined): Palette {
  const brand = safeColor(color) ?? INK
  return {
    ink: INK,
    muted: '#6b7280',
    hairline: '#e5e7eb',
    brand,
    onBrand: readableOn(brand),
    brandInk: darkEnough(brand),
    tint: mixed(brand, '#ffffff', 0.94),
  }
}

/** Towards black until it has the 4.5 : 1 on white that WCAG 2 asks of text. */
function darkEnough(color: string): string {
  for (let share = 0; share < 1; share += 0.1) {
    const darker = mixed(color, '#000000', share)
    if (1.05 / (luminance(darker) + 0.05) >= 4.5) return darker
  }
  return INK
}

const channels = (color: string): number[] =>
  [1, 3, 5].map((start) => Number.parseInt(color.slice(start, start + 2), 16))

const mixed = (color: string, other: string, share: number): string =>
  `#${channels(color)
    .map((value, index) => Math.round(value * (1 - share) + channels(other)[index]! * share))
    .map((value) => value.toString(16).padStart(2, '0'))
    .join('')}`

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
