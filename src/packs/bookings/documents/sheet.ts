import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import { openFonts, type Weight } from './fonts.ts'
import { logoFault } from './logo.ts'
import { type Palette, paletteOf } from './palette.ts'
import type { Brand } from './parties.ts'
import { printable } from './printable.ts'
import { escapeXml } from './xml.ts'

export interface Style {
  readonly size: number
  readonly weight?: Weight
  readonly color?: string
  readonly align?: 'left' | 'right'
  /** Digits of one width, for columns of numbers. */
  readonly tabular?: boolean
}

export interface AttachedFile {
  readonly name: string
  readonly type: string
  readonly description: string
  readonly content: Buffer
  /** What the XMP says about it: the extension schema and its values. */
  readonly xmp: string
}

export interface SheetSettings {
  readonly title: string
  readonly language: 'fr' | 'en'
  /** The document’s own time: the same input gives the same bytes. */
  readonly madeAt: string
  readonly brand: Brand
  /** A sample: every page says so. */
  readonly specimen?: true | undefined
  /** At the top of every page but the first. */
  readonly runningHead: string
  /** At the foot of every page: who the business is. */
  readonly foot: string
  readonly page: (number: number, of: number) => string
  readonly attached?: AttachedFile | undefined
}

export interface Made {
  readonly bytes: Buffer
  readonly pages: number
  /** Characters the font lacks, which something else was printed for. */
  readonly replaced: readonly string[]
}

const PAGE = { width: 595.28, height: 841.89 }
const SIDE = 48
const TOP = 46
/** Above the foot. */
const BOTTOM = PAGE.height - 78
const LEADING = 1.42
const SPECIMEN = {
  fr: { word: 'SPÉCIMEN', says: 'Spécimen, sans valeur : paiement d’essai, aucun argent n’a circulé.' },
  en: { word: 'SAMPLE', says: 'A sample, without value: a test payment, no money has moved.' },
}

/** A4 pages that are written from top to bottom. All lengths are points. */
export interface Sheet {
  readonly left: number
  readonly right: number
  readonly width: number
  /** Where the next block begins. */
  y: number
  readonly palette: Palette
  heightOf(text: string, width: number, style: Style): number
  widthOf(text: string, style: Style): number
  /** Writes in a column, at a height of its own; gives the height it took. */
  put(text: string, x: number, y: number, width: number, style: Style): number
  box(x: number, y: number, width: number, height: number, color: string, radius?: number): void
  rule(x: number, y: number, width: number, color?: string): void
  /** The logo within a frame; false where there is none or it cannot be read. */
  logo(x: number, y: number, width: number, height: number): boolean
  /** Begins a page where less than `height` is left. Says whether it did. */
  ensure(height: number): boolean
  finish(): Promise<Made>
}

export function createSheet(settings: SheetSettings): Sheet {
  const { brand, language } = settings
  const palette = paletteOf(brand.color)
  const doc = new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    pdfVersion: '1.7',
    subset: 'PDF/A-3b',
    lang: language,
    displayTitle: true,
    // No standard font: PDF/A wants every font embedded.
    font: null as unknown as string,
    // Title and author are left to the XMP below: pdfkit 0.20 would write them there unescaped.
    info: { Producer: 'Carillon', Creator: 'Carillon', CreationDate: new Date(settings.madeAt) },
  })
  const output = buffer(doc)
  // Whoever gives up half-way must not leave an unhandled rejection behind.
  output.catch(() => {})
  const fonts = openFonts()
  for (const [weight, font] of Object.entries(fonts)) doc.registerFont(weight, font as unknown as string)
  doc.appendXML(titleOf(settings.title))
  attach(doc, settings)

  const replaced = new Set<string>()
  const clean = (text: string): string =>
    printable(
      text,
      (codePoint) => fonts.regular.hasGlyphForCodePoint(codePoint),
      (character) => replaced.add(character),
    )
  const use = ({ size, weight = 'regular' }: Style) => doc.font(weight).fontSize(size)
  const features = ({ tabular }: Style) =>
    tabular ? { features: ['kern', 'tnum'] as PDFKit.Mixins.OpenTypeFeatures[] } : {}
  const measure = (text: string, style: Style): number => use(style).widthOfString(text, features(style))

  function wrapped(text: string, width: number, style: Style): string[] {
    return clean(text)
      .split('\n')
      .flatMap((paragraph) => wrap(paragraph, width, (part) => measure(part, style)))
  }

  function write(text: string, x: number, y: number, style: Style): void {
    if (text === '') return
    use(style)
      .fillColor(style.color ?? palette.ink)
      .text(text, x, y, { lineBreak: false, ...features(style) })
  }

  const sheet: Sheet = {
    left: SIDE,
    right: PAGE.width - SIDE,
    width: PAGE.width - 2 * SIDE,
    y: TOP,
    palette,
    heightOf: (text, width, style) => wrapped(text, width, style).length * style.size * LEADING,
    widthOf: (text, style) => measure(clean(text), style),
    put(text, x, y, width, style) {
      const lines = wrapped(text, width, style)
      const step = style.size * LEADING
      lines.forEach((line, index) => {
        const start = style.align === 'right' ? x + width - measure(line, style) : x
        write(line, start, y + index * step, style)
      })
      return lines.length * step
    },
    box(x, y, width, height, color, radius = 6) {
      doc.roundedRect(x, y, width, height, radius).fill(color)
    },
    rule(x, y, width, color = palette.hairline) {
      doc
        .moveTo(x, y)
        .lineTo(x + width, y)
        .lineWidth(0.75)
        .stroke(color)
    },
    logo(x, y, width, height) {
      if (!brand.logo || logoFault(brand.logo) !== undefined) return false
      try {
        doc.image(Buffer.from(brand.logo), x, y, { fit: [width, height] })
        return true
      } catch {
        return false
      }
    },
    ensure(height) {
      if (sheet.y + height <= BOTTOM) return false
      doc.addPage()
      sheet.put(settings.runningHead, SIDE, 30, sheet.width, { size: 8, color: palette.muted })
      sheet.rule(SIDE, 48, sheet.width)
      sheet.y = 64
      mark()
      return true
    },
    async finish() {
      const { count } = doc.bufferedPageRange()
      for (let index = 0; index < count; index++) {
        doc.switchToPage(index)
        foot(index + 1, count)
      }
      doc.end()
      return { bytes: await output, pages: count, replaced: [...replaced] }
    },
  }

  /** Below all that is written: it hides nothing. */
  function mark(): void {
    if (!settings.specimen) return
    const { word, says } = SPECIMEN[language]
    const style: Style = { size: 96, weight: 'semibold', color: '#ececec' }
    doc.save()
    doc.rotate(-45, { origin: [PAGE.width / 2, PAGE.height / 2] })
    write(word, (PAGE.width - measure(word, style)) / 2, PAGE.height / 2 - style.size / 2, style)
    doc.restore()
    sheet.put(says, SIDE, 14, sheet.width, { size: 8, weight: 'semibold', color: palette.muted })
  }

  function foot(number: number, count: number): void {
    const style = { size: 7, color: palette.muted }
    doc.rect(0, 0, PAGE.width, number === 1 ? 5 : 2.5).fill(palette.brand)
    sheet.rule(SIDE, PAGE.height - 58, sheet.width)
    sheet.put(settings.foot, SIDE, PAGE.height - 50, sheet.width - 90, style)
    sheet.put(settings.page(number, count), sheet.right - 80, PAGE.height - 50, 80, { ...style, align: 'right' })
  }

  mark()
  return sheet
}

/** Breaks at spaces, and within a word only where it alone is wider than the column. */
function wrap(paragraph: string, width: number, measure: (text: string) => number): string[] {
  if (paragraph.length < 200 && measure(paragraph) <= width) return [paragraph]
  const space = measure(' ')
  const lines: string[] = []
  let line = ''
  let taken = 0
  for (const word of paragraph.split(' ').flatMap((each) => pieces(each, width, measure))) {
    const wide = measure(word)
    if (line !== '' && taken + space + wide > width) {
      lines.push(line)
      line = word
      taken = wide
    } else {
      taken += (line === '' ? 0 : space) + wide
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}

function pieces(word: string, width: number, measure: (text: string) => number): string[] {
  if (measure(word) <= width) return [word]
  const parts: string[] = []
  let part = ''
  for (const character of word) {
    if (part !== '' && measure(part + character) > width) {
      parts.push(part)
      part = ''
    }
    part += character
  }
  return [...parts, part]
}

const titleOf = (title: string): string => `
        <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">${escapeXml(title)}</rdf:li></rdf:Alt></dc:title>
        </rdf:Description>`

function attach(doc: PDFKit.PDFDocument, { attached, madeAt }: SheetSettings): void {
  if (!attached) return
  const { name, type, description, content, xmp } = attached
  const at = new Date(madeAt)
  doc.file(content, {
    name,
    type,
    description,
    relationship: 'Alternative',
    creationDate: at,
    modifiedDate: at,
  } as PDFKit.Mixins.PDFAttachmentOptions)
  doc.appendXML(xmp)
}
