import { crc32, deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { createDocumentMaker } from './document-maker.ts'
import { logoFault } from './logo.ts'
import { quoteDocument } from './samples.ts'

const maker = createDocumentMaker()
afterAll(() => maker.close())

const chunk = (type: string, data: Buffer) => {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
/** Two by two pixels unless said. */
const png = ({ color = 6, depth = 8, interlace = 0, side = 2, data = PIXELS } = {}) =>
  Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk(
      'IHDR',
      Buffer.from([0, 0, side >> 8, side & 255, 0, 0, side >> 8, side & 255, depth, color, 0, 0, interlace]),
    ),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ])
const PIXELS = deflateSync(Buffer.from([0, 255, 0, 0, 128, 0, 255, 0, 128, 0, 255, 0, 0, 128, 0, 255, 0, 128]))
const jpeg = ({ components = 3, frame = 0xc0 } = {}) =>
  Buffer.from([
    0xff,
    0xd8,
    0xff,
    0xe0,
    0,
    4,
    1,
    2,
    0xff,
    frame,
    0,
    11,
    8,
    0,
    2,
    0,
    2,
    components,
    1,
    0x11,
    0,
    0xff,
    0xd9,
  ])

describe('what cannot be a logo is said', () => {
  test.each<[string, Buffer, string]>([
    ['words', Buffer.from('<svg/>'), 'is not a PNG or JPEG'],
    ['pixels that are none', png({ data: Buffer.from('garbage!') }), 'is damaged'],
    ['too few pixels', png({ data: deflateSync(Buffer.from([0, 1])) }), 'is damaged'],
    ['a bomb', png({ data: deflateSync(Buffer.alloc(50_000_000)) }), 'is damaged'],
    ['rows with a wrong filter', png({ data: deflateSync(Buffer.alloc(18, 9)) }), 'is damaged'],
    ['a palette that is missing', png({ color: 3 }), 'is damaged'],
    ['a broken check sum', Buffer.from(png()).fill(7, 45, 46), 'is damaged'],
    ['half a file', png().subarray(0, 40), 'is damaged'],
    ['interlaced', png({ interlace: 1 }), 'is interlaced; save it without'],
    ['sixteen bits', png({ depth: 16 }), 'has more than 8 bits per colour; save it with 8'],
    ['five thousand pixels', png({ side: 5_000 }), 'is more than 4000 pixels wide or high'],
    ['CMYK', jpeg({ components: 4 }), 'is in CMYK; save it in RGB'],
    ['an arithmetic JPEG', jpeg({ frame: 0xc9 }), 'is damaged'],
    ['half a JPEG', jpeg().subarray(0, 12), 'is damaged'],
  ])('%s', (_name, bytes, fault) => {
    expect(logoFault(bytes)).toBe(fault)
  })
})

test('whatever was saved as a logo, documents are made: with it, or with the name', async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.constantFrom(png(), png({ color: 2 }), jpeg()), fc.nat(80), fc.nat(255)).map(([picture, at, value]) => {
      const changed = Buffer.from(picture)
      changed[at % changed.length] = value
      return new Uint8Array(changed)
    }),
  )
  await fc.assert(
    fc.asyncProperty(bytes, async (logo) => {
      const { pages } = await maker.make({ ...quoteDocument, brand: { logo: new Uint8Array(logo) } })
      expect(pages).toBe(1)
    }),
    { numRuns: 60 },
  )
})

test('a sound picture is drawn, with and without transparency', async () => {
  for (const logo of [png(), png({ color: 0, depth: 8, data: deflateSync(Buffer.alloc(6)) }), jpeg()]) {
    expect(logoFault(logo)).toBeUndefined()
    const { bytes } = await maker.make({ ...quoteDocument, brand: { logo: new Uint8Array(logo) } })
    expect(Buffer.from(bytes).includes('/Subtype /Image')).toBe(true)
  }
})
