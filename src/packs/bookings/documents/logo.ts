import { crc32, inflateSync } from 'node:zlib'

/**
 * Why a picture cannot be a logo; undefined when it can. What draws it would crash on a damaged PNG, and PDF/A takes no
 * CMYK on RGB pages: so it is looked at as a whole before, when it is saved and again when it is drawn.
 */
export function logoFault(bytes: Uint8Array): string | undefined {
  const picture = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (picture.subarray(0, 8).equals(PNG)) return pngFault(picture)
  if (picture[0] === 0xff && picture[1] === 0xd8 && picture[2] === 0xff) return jpegFault(picture)
  return 'is not a PNG or JPEG'
}

const PNG = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
const LARGEST_SIDE = 4_000
const DAMAGED = 'is damaged'
const TOO_LARGE = `is more than ${LARGEST_SIDE} pixels wide or high`
/** Samples of a pixel, by colour type. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

function pngFault(png: Buffer): string | undefined {
  const parts: Buffer[] = []
  let header: Buffer | undefined
  let hasPalette = false
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at)
    const end = at + 8 + length
    if (end + 4 > png.length || crc32(png.subarray(at + 4, end)) !== png.readUInt32BE(end)) return DAMAGED
    const type = png.toString('latin1', at + 4, at + 8)
    const content = png.subarray(at + 8, end)
    if (type === 'IHDR' && length === 13) header = content
    if (type === 'PLTE') hasPalette = true
    if (type === 'IDAT') parts.push(content)
    if (type === 'IEND') break
    at = end + 4
  }
  if (!header) return DAMAGED
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const [depth = 0, color = -1, , , interlace] = header.subarray(8)
  const samples = SAMPLES[color]
  if (samples === undefined || width === 0 || height === 0 || (color === 3 && !hasPalette)) return DAMAGED
  if (width > LARGEST_SIDE || height > LARGEST_SIDE) return TOO_LARGE
  if (interlace !== 0) return 'is interlaced; save it without'
  if (depth > 8) return 'has more than 8 bits per colour; save it with 8'
  const row = 1 + Math.ceil((width * samples * depth) / 8)
  try {
    const pixels = inflateSync(Buffer.concat(parts), { maxOutputLength: row * height })
    if (pixels.length !== row * height) return DAMAGED
    for (let at = 0; at < pixels.length; at += row) if (pixels[at]! > 4) return DAMAGED
    return undefined
  } catch {
    return DAMAGED
  }
}

/** Markers without a length of their own. */
const STANDALONE = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)
/** Start of frame: baseline, extended, progressive. Others are arithmetic, lossless or hierarchical, which readers lack. */
const FRAMES = new Set([0xc0, 0xc1, 0xc2])

function jpegFault(jpeg: Buffer): string | undefined {
  if (jpeg.lastIndexOf(Buffer.from([0xff, 0xd9])) < 4) return DAMAGED
  for (let at = 2; at + 4 <= jpeg.length; ) {
    if (jpeg[at] !== 0xff) return DAMAGED
    const marker = jpeg[at + 1]!
    if (marker === 0xff || STANDALONE(marker)) {
      at += marker === 0xff ? 1 : 2
      continue
    }
    const length = jpeg.readUInt16BE(at + 2)
    if (FRAMES.has(marker) && at + 10 <= jpeg.length) {
      const [height, width, components] = [jpeg.readUInt16BE(at + 5), jpeg.readUInt16BE(at + 7), jpeg[at + 9]]
      if (jpeg[at + 4] !== 8 || width === 0 || height === 0) return DAMAGED
      if (width > LARGEST_SIDE || height > LARGEST_SIDE) return TOO_LARGE
      return components === 1 || components === 3 ? undefined : 'is in CMYK; save it in RGB'
    }
    if (marker === 0xda || length < 2) return DAMAGED
    at += 2 + length
  }
  return DAMAGED
}
