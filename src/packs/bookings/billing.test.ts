import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { schemaFaults } from '../../../test/invoices.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'
import { readPdf } from '../../../test/pdf.ts'
import { seller } from './documents/samples.ts'

let app: TestApp
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())
beforeEach(async () => {
  mover = await openMoverWithStripe(app, await app.otherOrganization())
  await mover.call('PATCH', '/seller', seller)
})

const company = { name: 'Atelier Exemple SAS', siren: '732829320', vatId: 'FR44732829320' }
const billingAddress = { line: '3 place de l’Exemple', postalCode: '75002', city: 'Paris', country: 'FR' }
const person = { name: 'Camille Exemple', email: 'camille@example.com', locale: 'fr' }
const foreign = {
  company: { name: 'Beispiel GmbH', registration: 'HRB 12345', vatId: 'DE123456789' },
  billingAddress: { line: 'Beispielweg 1', postalCode: '10115', city: 'Berlin', country: 'DE' },
}

const ordered = (customer: object, more: object = {}) =>
  mover.call('POST', '/quotes', {
    service: 'moving',
    inputs: { volume: 20 },
    address: { line: '12 rue de l’Exemple', postalCode: '69000', city: 'Lyon' },
    wishedAt: mover.inDays(20).toISOString(),
    customer: { ...person, ...customer },
    ...more,
  })
const bookedFrom = async (quote: { temporaryId: string; amount: number }, event: object = {}) => {
  const paid = mover.event(quote)
  Object.assign(paid.data.object, event)
  await mover.deliver(paid)
  return app.eventually(async () => {
    const { body } = await mover.call('GET', `/quotes/${quote.temporaryId}`)
    return body.bookingId ? (await mover.call('GET', `/${body.bookingId}`)).body : undefined
  })
}
type Documents = { documents: { id: string; kind: string; state: string; problems: { path: string }[] }[] }
const invoiceOf = ({ documents }: Documents) => documents.find(({ kind }) => kind === 'invoice')!
const readInvoice = async (booking: Documents) => {
  const reply = await app.app.http.inject({
    method: 'GET',
    url: `/v1/bookings/documents/${invoiceOf(booking).id}`,
    headers: { authorization: `Bearer ${mover.key}` },
  })
  const { text, files } = await readPdf(reply.rawPayload)
  const xml = files['factur-x.xml']!
  expect(schemaFaults(xml)).toEqual([])
  return { text, xml }
}

describe('a company is invoiced', () => {
  test.each([
    ['no address', { company }, 'customer.billingAddress'],
    ['no SIREN in France', { company: { name: 'X' }, billingAddress }, 'customer.company.siren'],
    ['a SIREN that is none', { company: { ...company, siren: '732829321' }, billingAddress }, 'customer.company.siren'],
    ['a VAT number that is none', { company: { ...company, vatId: '44' }, billingAddress }, 'customer.company.vatId'],
    [
      'somebody else’s VAT number',
      { company: { ...company, vatId: 'FR40303265045' }, billingAddress },
      'customer.company.vatId',
    ],
    [
      'nothing to know it by elsewhere',
      { company: { name: 'X' }, billingAddress: foreign.billingAddress },
      'customer.company.registration',
    ],
    ['no country', { billingAddress: { ...billingAddress, country: 'France' } }, 'customer.billingAddress.country'],
  ])('not with %s', async (_, customer, path) => {
    const { status, body } = await ordered(customer)
    expect([status, body.errors?.[0]?.path]).toEqual([422, path])
  })

  test('by its SIREN and VAT number at its own address, which the XML and the page say', async () => {
    const quote = (await ordered({ company, billingAddress })).body
    expect(quote.customer).toMatchObject({ name: 'Camille Exemple', company, billingAddress })
    const booking = await bookedFrom(quote)
    expect(booking.customer).toMatchObject({ company, billingAddress })
    const { text, xml } = await readInvoice(booking)
    for (const words of [
      'Atelier Exemple SAS',
      'Camille Exemple',
      '3 place de l’Exemple',
      'SIREN 732 829 320',
      'TVA FR44732829320',
      'Indemnité forfaitaire pour frais de recouvrement en cas de retard de paiement : 40 €.',
      'pénalités au taux de refinancement',
    ])
      expect(text).toContain(words)
    const buyer = /<ram:BuyerTradeParty>.*<\/ram:BuyerTradeParty>/s.exec(xml)![0]
    for (const part of [
      '<ram:Name>Atelier Exemple SAS</ram:Name>', // BT-44
      '<ram:ID schemeID="0002">732829320</ram:ID>', // BT-47
      '<ram:ID schemeID="VA">FR44732829320</ram:ID>', // BT-48
      '<ram:URIID schemeID="0225">732829320</ram:URIID>', // BT-49
      '<ram:PostcodeCode>75002</ram:PostcodeCode><ram:LineOne>3 place de l’Exemple</ram:LineOne>', // BT-50, BT-53
      '<ram:PersonName>Camille Exemple</ram:PersonName>', // BT-56
    ])
      expect(buyer).toContain(part)
    expect(xml).toContain('<ram:SubjectCode>PMT</ram:SubjectCode>')
    // The work is elsewhere: BT-75.
    expect(/<ram:ShipToTradeParty>.*<\/ram:ShipToTradeParty>/s.exec(xml)![0]).toContain('12 rue de l’Exemple')
  })

  test('of another country by the number of that country', async () => {
    const { text, xml } = await readInvoice(await bookedFrom((await ordered({ ...foreign, locale: 'en' })).body))
    expect(text).toContain('Registration no. HRB 12345')
    expect(text).toContain('DE')
    const buyer = /<ram:BuyerTradeParty>.*<\/ram:BuyerTradeParty>/s.exec(xml)![0]
    expect(buyer).toContain('<ram:SpecifiedLegalOrganization><ram:ID>HRB 12345</ram:ID>')
    expect(buyer).toContain('<ram:CountryID>DE</ram:CountryID>')
    expect(buyer).not.toContain('0225')
  })

  test('on a visitor’s page: said when it pays, taken back when it is emptied, explained when it is wrong', async () => {
    const quote = (await ordered({})).body
    const press = (fields: Record<string, string>) =>
      app.app.http.inject({
        method: 'POST',
        url: new URL(quote.url).pathname,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({ name: person.name, email: person.email, ...fields }).toString(),
      })
    await mover.call('DELETE', '/payment-account')
    const written = {
      companyName: company.name,
      siren: '732 829 320',
      vatId: 'fr 44 732829320',
      billingLine: billingAddress.line,
      billingPostalCode: billingAddress.postalCode,
      billingCity: billingAddress.city,
      billingCountry: 'fr',
    }
    const wrong = await press({ ...written, siren: '732 829 321' })
    expect([wrong.statusCode, wrong.body]).toEqual([422, expect.stringContaining('Vérifiez la facturation')])
    expect(wrong.body).toContain('value="732 829 321"')
    expect((await press(written)).statusCode).toBe(200)
    const known = async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.customer
    expect(await known()).toMatchObject({ company, billingAddress })
    expect((await press({ ...written, companyName: '', siren: '', vatId: '' })).statusCode).toBe(200)
    expect(await known()).toMatchObject({ company: null, billingAddress })
  })

  test('and professionals who are only asked are told nothing of it', async () => {
    const pro = await mover.professional()
    await bookedFrom((await ordered({ company, billingAddress }, { coordinates: pro.coordinates })).body)
    const [paper] = await app.eventually(async () => {
      const rows = await app.database.query<{ data: object }>(
        `select data from booking_document where kind = 'mission_proposal' and contact_id = $1`,
        [pro.contactId],
      )
      return rows.length > 0 && rows
    })
    expect(JSON.stringify(paper!.data)).not.toMatch(/Atelier|732829320|75002/)
  })
})

describe('a service that carries no VAT', () => {
  const exempt = (change: object) => mover.call('PATCH', `/service-types/${mover.serviceTypeId}`, change)
  const vatExemption = {
    code: 'VATEX-EU-132-1I',
    reason: {
      fr: 'Exonération de TVA, art. 261-4-4° du CGI',
      en: 'Exempt from VAT, art. 261-4-4° of the French tax code',
    },
  }

  test.each([
    ['a rate of 0 that nothing explains', { vatRate: 0 }, 'vatExemption'],
    ['a reason with another rate', { vatRate: 20, vatExemption }, 'vatExemption'],
    ['a code that is none', { vatRate: 0, vatExemption: { ...vatExemption, code: 'ART 261' } }, 'vatExemption.code'],
    [
      'reverse charge as an exemption',
      { vatRate: 0, vatExemption: { ...vatExemption, code: 'VATEX-EU-AE' } },
      'vatExemption.code',
    ],
  ])('not with %s', async (_, change, path) => {
    const { status, body } = await exempt(change)
    expect([status, body.errors?.[0]?.path]).toEqual([422, path])
  })

  test('is invoiced without, with its reason and code; another rate later takes the reason with it', async () => {
    expect((await exempt({ vatRate: 0, vatExemption })).body).toMatchObject({ vatRate: 0, vatExemption })
    expect((await exempt({ enabled: true })).body).toMatchObject({ vatRate: 0, vatExemption })
    // Whoever charges none need not have a number for it.
    expect((await mover.call('PATCH', '/seller', { vatId: null })).body.missing).toEqual([])
    const quote = (await ordered({})).body
    const { text, xml } = await readInvoice(await bookedFrom(quote))
    expect(text).toContain('Exonération de TVA, art. 261-4-4° du CGI')
    expect(text).not.toContain('20 %')
    expect(xml).toContain('<ram:ExemptionReason>Exonération de TVA, art. 261-4-4° du CGI</ram:ExemptionReason>')
    expect(xml).toContain('<ram:ExemptionReasonCode>VATEX-EU-132-1I</ram:ExemptionReasonCode>')
    expect(new Set(xml.match(/<ram:CategoryCode>\w+/g))).toEqual(new Set(['<ram:CategoryCode>E']))
    expect((await exempt({ vatRate: 10 })).body).toMatchObject({ vatRate: 10, vatExemption: null })
    expect((await mover.call('GET', '/seller')).body.missing).toEqual([
      expect.objectContaining({ path: 'seller.vatId' }),
    ])
  })
})

describe('currencies', () => {
  test.each(['TND', 'KWD', 'ISK', 'HUF', 'DEM', 'ABC', 'XAU'])(
    '%s is none that can be charged here',
    async (currency) => {
      const { status, body } = await mover.call('PATCH', '/settings', { currency })
      expect([status, body.errors?.[0]?.path]).toEqual([422, 'currency'])
    },
  )

  test('one that was set before it was checked can be read, and is not offered in', async () => {
    await app.database.query(
      `insert into booking_settings (organization_id, settings, updated_at) values ($1, '{"currency":"TND"}', now())`,
      [mover.organizationId],
    )
    expect((await mover.call('GET', '/settings')).body.currency).toBe('TND')
    const refused = await ordered({})
    expect([refused.status, refused.body.detail]).toEqual([409, expect.stringContaining('TND')])
    expect((await mover.call('PATCH', '/settings', { currency: 'JPY' })).status).toBe(200)
    expect((await ordered({})).body.currency).toBe('JPY')
  })

  test('paid in another one than agreed: every amount is told in its own', async () => {
    await app.signedIn(`owner-${mover.organizationId.slice(-8)}@example.org`, { organizationId: mover.organizationId })
    const quote = (await ordered({})).body
    const booking = await bookedFrom(quote, { amount_total: 60_000, currency: 'usd' })
    expect(booking).toMatchObject({
      amount: quote.amount,
      currency: 'EUR',
      paid: 60_000,
      paidCurrency: 'USD',
      priceMismatch: true,
    })
    const payloads = await app.database.query<{ type: string; payload: Record<string, unknown> }>(
      `select type, payload from notification where organization_id = $1 and type in ('booking.confirmed', 'booking.price_mismatch')`,
      [mover.organizationId],
    )
    for (const { type, payload } of payloads)
      expect(payload).toMatchObject(
        type === 'booking.confirmed'
          ? { amount: 60_000, currency: 'USD' }
          : { expected: quote.amount, expectedCurrency: 'EUR', paid: 60_000, currency: 'USD' },
      )
    expect(new Set(payloads.map(({ type }) => type)).size).toBe(2)
    await mover.call('POST', `/${booking.id}/cancel`, { refund: 'full' })
    const [cancelled] = await app.database.query<{ payload: Record<string, unknown> }>(
      `select payload from notification where organization_id = $1 and type = 'booking.cancelled'`,
      [mover.organizationId],
    )
    expect(cancelled!.payload).toMatchObject({ refundAmount: 60_000, currency: 'USD' })
  })

  test('an invoice of a French seller with VAT in another one is refused, as it could not say the VAT in euro', async () => {
    await mover.call('PATCH', '/settings', { currency: 'CHF' })
    const { state, problems } = invoiceOf(
      await bookedFrom((await ordered({})).body, { currency: 'chf' }),
    ) as unknown as { state: string; problems: { path: string; message: string }[] }
    expect(state).toBe('refused')
    expect(problems).toEqual([{ path: 'currency', message: expect.stringMatching(/CHF.*EUR.*BT-111/) }])
  })
})
