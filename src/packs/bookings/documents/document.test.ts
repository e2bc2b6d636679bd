import { describe, expect, test } from 'vitest'
import { readPdf } from '../../../../test/pdf.ts'
import { makeDocument } from './document.ts'
import { fullConfirmation, missionOrder, missionProposal, quoteDocument } from './samples.ts'

const textOf = async (document: Parameters<typeof makeDocument>[0]) =>
  (await readPdf((await makeDocument(document)).bytes)).text

test('the time is the one of the place, in the language of the reader', async () => {
  expect(await textOf(fullConfirmation)).toContain('jeudi 18 mars 2027 à 08:00')
  expect(await textOf({ ...fullConfirmation, locale: 'en-GB' })).toContain('Thursday, 18 March 2027 at 08:00')
  expect(await textOf({ ...fullConfirmation, timeZone: 'America/Martinique' })).toContain('jeudi 18 mars 2027 à 03:00')
})

test('a quote shows prices with VAT and what VAT is in them, to the cent', async () => {
  const text = await textOf(quoteDocument)
  for (const said of ['Devis DV-2027-000456', '620,00 €', 'Total HT 741,67 €', '148,33 €', 'Total TTC 890,00 €'])
    expect(text).toContain(said)
  const odd = await textOf({ ...quoteDocument, lines: [{ label: 'x', amount: 3, vatRate: 2_000 }] })
  expect(odd).toContain('Arrondi')
  expect(odd).toContain('Total TTC 0,03 €')
})

test('the order tells whoever accepted all they need, in both languages', async () => {
  const said = ['Camille Exemple', '06 39 98 00 01', '3 quai de la Rivière', 'code 12A45', 'Transports Modèle']
  const [fr, en] = [await textOf(missionOrder), await textOf({ ...missionOrder, locale: 'en' })]
  for (const each of [...said, 'Ordre de mission', '640,00 €']) expect(fr).toContain(each)
  for (const each of [...said, 'Mission order', '€640.00']) expect(en).toContain(each)
})

test('yen have no cents', async () => {
  expect(await textOf({ ...missionOrder, locale: 'en', currency: 'JPY', pay: 64_000 })).toContain('¥64,000')
})

describe('sixty lines and the longest names stay on their pages, each with its number', () => {
  const label = (n: number) => `Detail ${n};`
  const sixty = Array.from({ length: 60 }, (_, n) => n + 1)
  const long = 'Transports'.repeat(20)
  const details = sixty.map((n) => ({ label: label(n), value: 'x' }))
  const measures = sixty.map((n) => ({ label: label(n), value: n }))
  test.each([
    { ...quoteDocument, client: { ...quoteDocument.client, name: long }, details },
    { ...fullConfirmation, client: { ...fullConfirmation.client, name: long }, details },
    { ...missionProposal, professional: { ...missionProposal.professional, company: long }, measures },
    { ...missionOrder, client: { ...missionOrder.client, name: long }, details },
  ])('$kind', async (document) => {
    const { bytes, pages } = await makeDocument(document)
    const read = await readPdf(bytes)
    expect(pages).toBeGreaterThan(1)
    for (const n of sixty) expect(read.text.split(label(n))).toHaveLength(2)
    read.pages.forEach((page, index) => {
      expect(page).toContain(`Page ${index + 1} / ${pages}`)
      if (index > 0) expect(page).toContain('(suite)')
    })
    expect(read.text.replaceAll(' ', '')).toContain(long)
  })
})
