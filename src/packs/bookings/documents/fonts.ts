import { readFileSync } from 'node:fs'
import { create, type Font } from 'fontkit'

/**
 * Inter 4.1 (OFL, fonts/OFL.txt): Latin, Greek, Cyrillic, punctuation, arrows and signs of its static TTFs, with the features
 * kern, tnum, ccmp, mark and mkmk, unhinted. How they were cut out is in docs/documents.md.
 */
const FILES = { regular: 'Inter-Regular.ttf', medium: 'Inter-Medium.ttf', semibold: 'Inter-SemiBold.ttf' } as const
export type Weight = keyof typeof FILES
export type Fonts = Readonly<Record<Weight, Font>>

const opened = new Map<string, Font>()

/**
 * For one document. A font is opened once in a thread, since reading its tables costs 40 ms, but each document gets a view
 * of it with a memory for glyphs of its own: fontkit remembers of a glyph the character it was first asked for by, and once
 * a subset was written of a letter that another is composed of (A in À) none, so that the next document could not be
 * searched or copied from.
 */
export const openFonts = (): Fonts => ({
  regular: viewOf(FILES.regular),
  medium: viewOf(FILES.medium),
  semibold: viewOf(FILES.semibold),
})

function viewOf(name: string): Font {
  let font = opened.get(name)
  if (!font) {
    font = create(readFileSync(new URL(`./fonts/${name}`, import.meta.url)))
    opened.set(name, font)
  }
  return Object.create(font, { _glyphs: { value: {} } })
}
