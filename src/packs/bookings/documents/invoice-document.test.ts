import { deflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { wellFormed } from '../../../../test/invoices.ts'
import { readPdf } from '../../../../test/pdf.ts'
import { ciiOf } from './cii.ts'
import type { Invoice } from './invoice.ts'
import { makeInvoice } from './invoice-document.ts'
import { invoice, invoiceDocument } from './samples.ts'

const make = (changes: Partial<Invoice> = {}, settings: Partial<typeof invoiceDocument> = {}) =>
  makeInvoice({ ...invoiceDocument, ...settings, invoice: { ...invoice, ...changes } })
const { vatId: _, iban: __, ...unregistered } = invoice.seller

/** The XMP as it lies in the file: it is never compressed. */
const xmpOf = (bytes: Buffer): string => /<x:xmpmeta[\s\S]*<\/x:xmpmeta>/.exec(bytes.toString('utf8'))![0]

describe('what must not be issued is refused, naming what is missing', () => {
  test.each<[string, Partial<Invoice>, RegExp]>([
    ['VAT without a VAT number', { seller: { ...unregistered } }, /seller\.vatId is needed to charge VAT/],
    [
      'a transfer without an account',
      { seller: { ...unregistered, vatId: 'FR40303265045' } },
      /seller\.iban is needed/,
    ],
    ['VAT in the franchise', { seller: { ...invoice.seller, vatScheme: 'franchise' } }, /franchise must not charge/],
    ['0 % without a reason', { lines: [{ ...invoice.lines[0]!, vatRate: 0 }] }, /exemption says why/],
    ['a credit note about nothing', { type: 'credit_note' }, /corrects names the invoice/],
    ['an invoice that gives back', { lines: [{ ...invoice.lines[0]!, quantity: -1_000 }] }, /that is a credit note/],
  ])('%s', async (_name, changes, message) => {
    await expect(make(changes)).rejects.toThrow(message)
  })
})

test('words that no font has are printed otherwise, and said; never as boxes, never as a failure', async () => {
  const { bytes, replaced } = await make({
    buyer: { ...invoice.buyer, name: '漢字 株式会社 🙂 Łódź\u202fΑθήνα → 3㎥ \u200dمرحبا\u0007' },
  })
  const { text } = await readPdf(bytes)
  expect(text).toContain('HanZi ZhuShiHuiShe Łódź Αθήνα → 3m3 mrhb')
  expect(replaced).toEqual(expect.arrayContaining(['漢', '🙂', '㎥', 'م']))
  expect(replaced).not.toContain('→')
})

test('names with markup in them leave the metadata well-formed, and the title says what it is', async () => {
  const { bytes } = await make({
    number: 'F-1 & <b>"2"</b>',
    seller: { ...invoice.seller, legalName: 'Noël & Fils <SARL>' },
  })
  expect(wellFormed(xmpOf(bytes))).toBe(true)
  expect((await readPdf(bytes)).title).toBe('Facture F-1 &amp; &lt;b&gt;&quot;2&quot;&lt;/b&gt;')
})

test('a logo that cannot be read is left out for the name; one that can is drawn', async () => {
  const broken = await make({}, { brand: { logo: Buffer.from('no picture') } })
  const drawn = await make({}, { brand: { logo: png() } })
  expect(broken.bytes.includes('/Subtype /Image')).toBe(false)
  expect(drawn.bytes.includes('/Subtype /Image')).toBe(true)
})

test('it carries itself as data, byte for byte what the writer made, and says so by the rules of PDF/A-3 and Factur-X', async () => {
  const { bytes } = await make()
  const { files } = await readPdf(bytes)
  expect(files).toEqual({ 'factur-x.xml': ciiOf(invoice, 'fr') })
  const file = bytes.toString('latin1')
  expect(file).toContain('/AFRelationship /Alternative')
  expect(file).toMatch(/\/AF \[/)
  expect(file).toContain('/GTS_PDFA1')
  expect(file.startsWith('%PDF-1.7')).toBe(true)
  // Every font is embedded, and none is one of the fourteen that readers bring.
  expect(file.match(/\/FontFile2 /g)).toHaveLength(file.match(/\/Type \/FontDescriptor/g)!.length)
  expect(file).not.toContain('Helvetica')
  const xmp = xmpOf(bytes)
  expect(wellFormed(xmp)).toBe(true)
  expect(xmp).toMatch(/<pdfaid:part>3<\/pdfaid:part>\s*<pdfaid:conformance>B</)
  expect(xmp).toContain('<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>')
  expect(xmp).toContain('<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#<')
})

test('the same input gives the same bytes, another gives others', async () => {
  const [first, second, other] = [await make(), await make(), await make({ number: 'F-2027-000124' })]
  expect(first.bytes.equals(second.bytes)).toBe(true)
  expect(first.bytes.equals(other.bytes)).toBe(false)
})

test('French: what the law wants is there, and the sums as they are written there', async () => {
  const { text } = await readPdf((await make()).bytes)
  for (const said of [
    'Facture F-2027-000123',
    '1er mars 2027',
    'SARL au capital de 10 000 €',
    'SIRET 303 265 045 00011',
    'RCS Lyon 303 265 045',
    'TVA FR40303265045',
    'Camille Exemple',
    '516,67 €',
    'TVA 20 % sur 752,17 €',
    '902,60 €',
    'Reste à payer 702,60 €',
    'IBAN FR76 3000 6000 0112 3456 7890 189',
    'Pas d’escompte pour paiement anticipé.',
    'Page 1 / 1',
  ])
    expect(text).toContain(said)
})

test('the franchise says so, and shows no VAT', async () => {
  const lines = invoice.lines.map((line) => ({ ...line, vatRate: 0 }))
  const seller = { ...invoice.seller, vatId: undefined, vatScheme: 'franchise' as const }
  const { text } = await readPdf((await make({ seller, lines })).bytes)
  expect(text).toContain('TVA non applicable, art. 293 B du CGI.')
  expect(text).not.toContain('TVA 0')
})

test('English, sixty lines: the head of the table on every page, every line once, pages numbered', async () => {
  const lines = Array.from({ length: 60 }, (_, n) => ({ ...invoice.lines[n % 3]!, label: `Item no. ${n + 1};` }))
  const { bytes, pages } = await make({ lines }, { locale: 'en-GB' })
  const read = await readPdf(bytes)
  expect(pages).toBeGreaterThan(3)
  expect(read.pages).toHaveLength(pages)
  lines.forEach(({ label }) => {
    expect(read.text.split(label)).toHaveLength(2)
  })
  read.pages.forEach((page, index) => {
    expect(page).toContain(`Page ${index + 1} / ${pages}`)
    if (page.includes('Item no.')) expect(page).toContain('Description Quantity Unit price VAT Net total')
  })
  expect(read.text).toContain('1 March 2027')
  expect(read.text).toContain('€516.67')
})

test('names as long as they may be, with and without spaces, stay on the page', async () => {
  const wide = 'W'.repeat(200)
  const { bytes } = await make({
    buyer: { ...invoice.buyer, name: wide },
    lines: [{ ...invoice.lines[0]!, label: wide, detail: 'mot '.repeat(250).trim() }],
  })
  expect((await readPdf(bytes)).text.replaceAll(' ', '').split(wide)).toHaveLength(3)
})

test('a credit note says which invoice it corrects and what was given back', async () => {
  const corrects = { number: 'F-2027-000100', issuedOn: '2027-02-01' }
  const payment = { means: 'card' as const, paid: 90_260, paidOn: '2027-03-02' }
  const { text } = await readPdf((await make({ type: 'credit_note', corrects, payment }, { locale: 'fr' })).bytes)
  expect(text).toContain('Avoir F-2027-000123')
  expect(text).toContain('Facture corrigée')
  expect(text).toContain('F-2027-000100')
  expect(text).toContain('902,60 € remboursés le 2 mars 2027')
  expect(text).not.toContain('escompte')
})

/** One red pixel. */
function png(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    sum.writeUInt32BE(crc(body))
    return Buffer.concat([length, body, sum])
  }
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.from([0, 255, 0, 0]))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function crc(bytes: Buffer): number {
  let sum = 0xffffffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  }
  return (sum ^ 0xffffffff) >>> 0
}
