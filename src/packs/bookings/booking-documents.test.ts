import { createHash } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime, { type Email } from 'postal-mime'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { allWorkedOff, openMoverWithStripe } from '../../../test/mover.ts'
import { readPdf } from '../../../test/pdf.ts'
import { type PretendedStripe, pretendStripe } from '../../../test/pretended-stripe.ts'
import { type PretendServer, startPretendServer } from '../../engine/providers/smtp/pretend-server.ts'
import { createFolderStorage } from '../../platform/storage/folder-storage.ts'
import { seller } from './documents/samples.ts'

let app: TestApp
let mails: PretendServer
let stripe: PretendedStripe
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
beforeAll(async () => {
  mails = await startPretendServer()
  stripe = await pretendStripe()
  app = await startTestApp({
    vendors: { stripe: { baseUrl: stripe.url } },
    smtp: {
      host: '127.0.0.1',
      port: mails.port,
      from: 'Sample <hello@example.org>',
      secure: false,
      user: undefined,
      password: undefined,
    },
  })
})
afterAll(async () => {
  await app.stop()
  await mails.stop()
  await stripe.close()
})

/** A company of its own for every test, with an owner and one of the staff. */
let owner: string
let staff: string
beforeEach(async () => {
  const other = await app.otherOrganization()
  mover = await openMoverWithStripe(app, other)
  owner = `owner-${other.organizationId.slice(-8)}@example.org`
  staff = owner.replace('owner', 'staff')
  await app.signedIn(owner, { organizationId: other.organizationId })
  await app.signedIn(staff, { role: 'staff', organizationId: other.organizationId })
})

let n = 0
const someone = (more: object = {}) => ({
  name: 'Camille Exemple',
  email: `buyer-${++n}@example.com`,
  phone: '+33639980001',
  locale: 'fr',
  ...more,
})
const complete = () => mover.call('PATCH', '/seller', seller)
const booked = async (more: object = {}, event: object = {}) => {
  const quote = await mover.quote(more)
  await mover.deliver(mover.event(quote, event))
  return app.eventually(async () => {
    const { body } = await mover.call('GET', `/quotes/${quote.temporaryId}`)
    return body.bookingId ? (await mover.call('GET', `/${body.bookingId}`)).body : undefined
  })
}

/** Each mail is read once, however often somebody looks for one: they hold PDFs, and the server is in this process. */
const read: Promise<Email>[] = []

/** The mail to an address whose subject holds some words. */
const mailTo = (email: string, about: string | RegExp): Promise<Email> =>
  app.eventually(async () => {
    for (const mail of mails.mails.slice(read.length)) read.push(PostalMime.parse(mail))
    return (await Promise.all(read)).find(
      ({ to, subject = '' }) =>
        to?.some(({ address }) => address === email) &&
        (about instanceof RegExp ? about.test(subject) : subject.includes(about)),
    )
  })
const bytesOf = (mail: Email, name: string): Buffer => {
  const file = mail.attachments.find(({ filename }) => filename?.startsWith(name))
  if (!file)
    throw new Error(`No ${name} among ${mail.attachments.map(({ filename }) => filename).join(', ') || 'none'}`)
  return Buffer.from(file.content as ArrayBuffer)
}
const namesIn = (mail: Email) => mail.attachments.map(({ filename }) => filename)
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const rowsOf = (bookingId: string) =>
  app.database.query<{
    id: string
    kind: string
    number: string | null
    storage_key: string
    sha256: string | null
    refused: { path: string; message: string }[] | null
  }>('select id, kind, number, storage_key, sha256, refused from booking_document where booking_id = $1 order by id', [
    bookingId,
  ])

describe('from a payment', () => {
  test('client and staff are mailed the confirmation and the invoice, each in their language, the invoice once', async () => {
    await complete()
    const customer = someone({ locale: 'en' })
    const booking = await booked({ customer, inputs: { volume: 20, packing: true }, notes: 'Interphone 12' })
    const { reference } = booking

    const toClient = await mailTo(customer.email, reference)
    expect(namesIn(toClient)).toEqual([`confirmation-${reference}.pdf`, `invoice-${reference}.pdf`])
    const confirmation = await readPdf(bytesOf(toClient, 'confirmation'))
    for (const words of [
      'Booking confirmation',
      reference,
      'Camille Exemple',
      '12 rue de l’Exemple',
      'Packing Yes',
      'Interphone 12',
      '€650.00',
    ])
      expect(confirmation.text).toContain(words)

    const toStaff = await mailTo(owner, /payée|Paid/)
    expect(namesIn(toStaff)).toEqual([`confirmation-${reference}.pdf`, `invoice-${reference}.pdf`])
    expect((await readPdf(bytesOf(toStaff, 'confirmation'))).text).toContain('Confirmation de réservation')
    expect(sha256(bytesOf(toStaff, 'invoice'))).toBe(sha256(bytesOf(toClient, 'invoice')))

    const invoice = await readPdf(bytesOf(toClient, 'invoice'))
    const number = /F-\d{4}-000001/.exec(invoice.text)?.[0]
    expect(number).toBeDefined()
    for (const words of [
      'Packing 1 €75.00 20% €75.00',
      'VAT 20% on €541.67 €108.33',
      'Total incl. VAT €650.00',
      'Paid in full',
    ])
      expect(invoice.text).toContain(words)
    expect(invoice.files['factur-x.xml']).toContain(`<ram:ID>${number}</ram:ID>`)
    expect(invoice.files['factur-x.xml']).toContain('<ram:GrandTotalAmount>650.00</ram:GrandTotalAmount>')
    const issued = (await rowsOf(booking.id)).find(({ kind }) => kind === 'invoice')
    expect([issued?.number, issued?.sha256]).toEqual([number, sha256(bytesOf(toClient, 'invoice'))])
  })

  test('fifty that are paid at once are numbered without gaps', async () => {
    await complete()
    const quotes = await Promise.all(Array.from({ length: 50 }, () => mover.quote({ customer: {} })))
    await Promise.all(
      quotes.map((quote) =>
        mover.deliver(
          mover.event(quote, {
            metadata: { temporary_id: quote.temporaryId, email: someone().email, name: 'Camille' },
          }),
        ),
      ),
    )
    const numbers = await app.eventually(async () => {
      const rows = await app.database.query<{ number: string }>(
        `select d.number from booking_document d join quote q on q.id = d.quote_id where q.temporary_id = any($1) and d.kind = 'invoice'`,
        [quotes.map(({ temporaryId }) => temporaryId)],
      )
      return rows.length === 50 && rows.map(({ number }) => Number(number.slice(-6))).sort((a, b) => a - b)
    })
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
  })

  test('what a service’s own rate of VAT is, and insurance with it', async () => {
    await complete()
    expect((await mover.call('PATCH', `/service-types/${mover.serviceTypeId}`, { vatRate: 10 })).body.vatRate).toBe(10)
    expect((await mover.call('PATCH', `/service-types/${mover.serviceTypeId}`, { vatRate: 120 })).status).toBe(422)
    const customer = someone()
    const { reference } = await booked({ customer, insurance: true })
    const { files, text } = await readPdf(bytesOf(await mailTo(customer.email, reference), 'facture'))
    expect(text).toContain('Assurance')
    expect([...new Set(files['factur-x.xml']!.match(/<ram:RateApplicablePercent>[^<]+/g))]).toEqual([
      '<ram:RateApplicablePercent>10.00',
    ])
  })

  test('in the franchise there is no VAT, and the mention says why', async () => {
    const { vatId: _, ...small } = seller
    await mover.call('PATCH', '/seller', { ...small, vatScheme: 'franchise' })
    const customer = someone()
    const { reference } = await booked({ customer })
    const { text } = await readPdf(bytesOf(await mailTo(customer.email, reference), 'facture'))
    expect(text).toContain('TVA non applicable, art. 293 B du CGI')
    expect(text).not.toContain('20 %')
  })

  test('another amount than was agreed: the invoice is of what was agreed, and says what is still due', async () => {
    await complete()
    const customer = someone()
    const quote = await mover.quote({ customer })
    await mover.deliver(mover.event(quote, { amount: quote.amount - 1_000 }))
    const mail = await mailTo(customer.email, /BK-/)
    expect((await readPdf(bytesOf(mail, 'facture'))).text).toMatch(/Reste à payer 10,00 €/)
  })
})

describe('when it cannot be made', () => {
  test('a seller that is incomplete: the mail leaves without an invoice', async () => {
    const customer = someone()
    const booking = await booked({ customer })
    const mail = await mailTo(customer.email, booking.reference)
    expect(namesIn(mail)).toEqual([`confirmation-${booking.reference}.pdf`])
    expect(mail.text).toContain('la facture suivra')
    expect((await mailTo(owner, /payée/)).text).toContain('la facture n’a pas pu être émise')
    const refused = (await rowsOf(booking.id)).find(({ kind }) => kind === 'invoice')
    expect(refused).toMatchObject({
      number: null,
      refused: expect.arrayContaining([{ path: 'seller.legalName', message: expect.any(String) }]),
    })
  })

  test('one that can never be made: the mail leaves without it, the row says why, and a later try sends it', async () => {
    await complete()
    // What a later version of the product might refuse to draw.
    await app.database.query(`
      create function spoil() returns trigger language plpgsql as $$ begin
        new.data = jsonb_set(new.data, '{document,reference}', '""'); return new; end $$;
      create trigger spoil before insert on booking_document for each row when (new.kind = 'booking_confirmation') execute function spoil()`)
    const customer = someone()
    const booking = await booked({ customer })
    await app.database.query('drop trigger spoil on booking_document; drop function spoil()')
    expect(namesIn(await mailTo(customer.email, booking.reference))).toEqual([`facture-${booking.reference}.pdf`])
    const spoiled = (await rowsOf(booking.id)).find(({ kind }) => kind === 'booking_confirmation')!
    expect(spoiled.refused).toEqual([{ path: 'document', message: expect.stringContaining('reference') }])
    await app.database.query(
      `update booking_document set data = jsonb_set(data, '{document,reference}', '"BK-1"') where id = $1`,
      [spoiled.id],
    )
    expect((await mover.call('POST', `/documents/${spoiled.id}/retry`)).status).toBe(200)
    const later = await mailTo(customer.email, /^Confirmation de réservation : /)
    expect(namesIn(later)).toEqual([`confirmation-${booking.reference}.pdf`])
  })

  test('a file that was lost is made again, and is the same', async () => {
    await complete()
    const customer = someone()
    const booking = await booked({ customer })
    await mailTo(customer.email, booking.reference)
    await app.settled()
    const rows = (await rowsOf(booking.id)).filter(({ sha256: made }) => made)
    expect(rows).toHaveLength(2)
    await rm(join(app.dataFolder, 'files'), { recursive: true })
    for (const { id, sha256: before } of rows) {
      const { statusCode, rawPayload } = await app.app.http.inject({
        method: 'GET',
        url: `/v1/bookings/documents/${id}`,
        headers: { authorization: `Bearer ${mover.key}` },
      })
      expect([statusCode, sha256(rawPayload)]).toEqual([200, before])
    }
  })
})

describe('professionals', () => {
  const SECRETS = [
    'Exemple',
    'secret-client',
    '+33639980001',
    '39980001',
    '12 rue',
    'rue de l',
    'Interphone',
    '650.00',
    '650,00',
    '69000',
  ]

  test('each gets a proposal of their own, in their language, that says nothing of the client but J. Doe and the town', async () => {
    await complete()
    await mover.call('PATCH', '/seller', {
      legalName: 'Sample Movers',
      address: { ...seller.address, lines: ['1 place X'] },
    })
    const french = await mover.professional({ locale: 'fr', email: `pro-${++n}@example.net` })
    const english = await mover.professional({ locale: 'en', email: `pro-${++n}@example.net` })
    const customer = someone({ email: `secret-client-${++n}@example.com` })
    const { reference } = await booked({ customer, inputs: { volume: 20, packing: true }, notes: 'Interphone 12' })
    for (const [pro, title, measure] of [
      [french, 'Proposition de mission', 'Volume 20'],
      [english, 'Mission proposal', 'Packing Yes'],
    ] as const) {
      const mail = await mailTo(pro.email, /Lyon/)
      expect(mail.attachments).toHaveLength(1)
      const bytes = bytesOf(mail, pro === french ? 'proposition' : 'mission-proposal')
      const { text, title: inside } = await readPdf(bytes)
      for (const words of [title, 'C. Exempl', 'Lyon', measure, pro.company, reference, '390'])
        expect(text).toContain(words)
      expect(inside).toContain(title)
      const open = text.replaceAll('C. Exemple', '')
      for (const secret of SECRETS)
        expect([secret, open.includes(secret), bytes.includes(Buffer.from(secret))]).toEqual([secret, false, false])
    }
  })

  test('whoever accepts gets the order with who, where and how; staff do not; a move brings a new one', async () => {
    await complete()
    const pro = await mover.professional({ locale: 'en', email: `pro-${++n}@example.net` })
    const customer = someone()
    const booking = await booked({ customer, notes: 'Interphone 12' })
    const proposal = await mailTo(pro.email, /Lyon/)
    const link = /\/m\/[\w.~-]+/.exec(proposal.text ?? '')![0]
    const pressed = await app.app.http.inject({
      method: 'POST',
      url: link,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'answer=accept',
    })
    expect(pressed.statusCode).toBe(200)
    const accepted = await mailTo(pro.email, /yours|à vous/)
    const order = await readPdf(bytesOf(accepted, 'mission-order'))
    for (const words of [
      'Camille Exemple',
      '12 rue de l’Exemple',
      '+33639980001',
      customer.email,
      'Interphone 12',
      pro.company,
    ])
      expect(order.text).toContain(words)
    expect((await mailTo(staff, /prise par|accepted/)).attachments).toEqual([])

    const before = await rowsOf(booking.id)
    await mover.call('POST', `/${booking.id}/move`, { startsAt: mover.inDays(31).toISOString() })
    const moved = await mailTo(customer.email, /déplacée|reportée|nouvelle date/i)
    expect(namesIn(moved)).toEqual([`confirmation-${booking.reference}.pdf`])
    const day = new Intl.DateTimeFormat('fr', { day: 'numeric', month: 'long' }).format(mover.inDays(31))
    expect((await readPdf(bytesOf(moved, 'confirmation'))).text).toContain(day.replace(/^1 /, '1er '))
    expect(namesIn(await mailTo(pro.email, /moved/i))).toEqual([`mission-order-${booking.reference}.pdf`])
    const after = await rowsOf(booking.id)
    expect(after.filter(({ kind }) => kind === 'invoice')).toEqual(before.filter(({ kind }) => kind === 'invoice'))
  })
})

describe('later', () => {
  const documentsOf = async (id: string) => (await mover.call('GET', `/${id}/documents`)).body.items
  const ofKind = async (id: string, kind: string) =>
    (await documentsOf(id)).filter((document: { kind: string }) => document.kind === kind)

  test('the seller is completed: the invoice is issued once, and mailed to the client', async () => {
    const customer = someone()
    const booking = await booked({ customer })
    await mailTo(customer.email, booking.reference)
    const [refused] = await ofKind(booking.id, 'invoice')
    expect(refused).toMatchObject({ state: 'refused', number: null, problems: expect.any(Array) })
    const early = await mover.call('POST', `/documents/${refused.id}/retry`)
    expect([early.status, early.body.errors.map(({ path }: { path: string }) => path)]).toEqual([
      422,
      expect.arrayContaining(['seller.legalName', 'seller.vatScheme']),
    ])
    await complete()
    const tries = await Promise.all([1, 2, 3].map(() => mover.call('POST', `/documents/${refused.id}/retry`)))
    expect(tries.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    const mail = await mailTo(customer.email, /^Facture F-\d{4}-000001/)
    expect((await readPdf(bytesOf(mail, 'facture'))).files['factur-x.xml']).toContain('CrossIndustryInvoice')
    await app.settled()
    const [told] = await app.database.query<{ n: number }>(
      `select count(*)::int as n from message where address = $1 and notification_id in (select id from notification where type = 'booking.document_ready')`,
      [customer.email],
    )
    expect(told!.n).toBe(1)
  })

  test('cancelled with money back: a credit note that names the invoice follows when it has gone back', async () => {
    await complete()
    const customer = someone()
    const booking = await booked({ customer })
    await mover.call('POST', `/${booking.id}/cancel`, { refund: 'full' })
    expect(namesIn(await mailTo(customer.email, /annulée/))).toEqual([])
    const mail = await mailTo(customer.email, /^Avoir/)
    const note = await readPdf(bytesOf(mail, 'avoir'))
    const [invoice] = await ofKind(booking.id, 'invoice')
    expect(note.text).toContain(invoice.number)
    expect(note.text).toContain('Avoir')
    expect(note.files['factur-x.xml']).toContain('<ram:TypeCode>381</ram:TypeCode>')
    expect(await ofKind(booking.id, 'credit_note')).toMatchObject([
      { amount: invoice.amount, number: expect.stringMatching(/-000002$/) },
    ])
  })

  test('money that does not go back is not credited, and asked for again it is credited once', async () => {
    await complete()
    const customer = someone()
    const booking = await booked({ customer })
    const [payment] = booking.payments
    const give = async () => (await mover.call('POST', `/payments/${payment.id}/refund`, { amount: 1_000 })).body.id
    const ended = (id: string, status: string) =>
      app.eventually(async () => (await mover.call('GET', `/payments/${id}`)).body.status === status)
    stripe.refusing = { status: 400, error: { type: 'invalid_request_error', code: 'insufficient_funds' } }
    await ended(await give(), 'failed')
    stripe.refusing = undefined
    expect((await mailTo(owner, /Remboursement échoué/)).text).toContain('insufficient_funds')
    expect(await ofKind(booking.id, 'credit_note')).toEqual([])
    await ended(await give(), 'completed')
    await mailTo(customer.email, /^Avoir F-\d{4}-000002/)
    expect(await ofKind(booking.id, 'credit_note')).toMatchObject([{ amount: 1_000 }])
  })

  test('told before its payment, a refund is credited once there is an invoice', async () => {
    await complete()
    const customer = someone()
    const quote = await mover.quote({ customer })
    const session = `cs_early_${n}`
    const early = {
      id: `evt_early_${n}`,
      object: 'event',
      type: 'refund.created',
      created: Math.floor(app.clock.now().getTime() / 1_000),
      data: {
        object: {
          id: `re_early_${n}`,
          object: 'refund',
          amount: 500,
          currency: 'eur',
          status: 'succeeded',
          payment_intent: `pi_${session}`,
        },
      },
    }
    await mover.deliver(early)
    await allWorkedOff(app)
    await mover.deliver(mover.event(quote, { session }))
    const note = await readPdf(bytesOf(await mailTo(customer.email, /^Avoir F-\d{4}-000002/), 'avoir'))
    expect(note.text).toContain('5,00 €')
  })

  test('a credit note that cannot be issued is tried again in its own row, with what has gone back since', async () => {
    await complete()
    const customer = someone()
    const booking = await booked({ customer })
    const [payment] = booking.payments
    // What a later version of the product might refuse to issue.
    await app.database.query(`
      create function spoil() returns trigger language plpgsql as $$ begin
        new.data = null; new.amount = null; new.refused = '[{"path":"lines","message":"are odd"}]'; return new; end $$;
      create trigger spoil before insert or update on booking_document for each row when (new.kind = 'credit_note') execute function spoil()`)
    const give = async (amount: number) => {
      const { body } = await mover.call('POST', `/payments/${payment.id}/refund`, { amount })
      await app.eventually(async () => (await mover.call('GET', `/payments/${body.id}`)).body.status === 'completed')
    }
    await give(1_000)
    await give(250)
    await app.database.query('drop trigger spoil on booking_document; drop function spoil()')
    const notes = await ofKind(booking.id, 'credit_note')
    expect(notes).toMatchObject([{ state: 'refused', number: null }])
    expect((await mover.call('POST', `/documents/${notes[0].id}/retry`)).status).toBe(200)
    await mailTo(customer.email, /^Avoir F-\d{4}-000002/)
    expect(await ofKind(booking.id, 'credit_note')).toMatchObject([{ id: notes[0].id, amount: 1_250 }])
    expect((await mover.call('POST', `/documents/${notes[0].id}/retry`)).status).toBe(409)
  })

  test('refunds, asked for here or made at Stripe: a credit note for each, never more than was invoiced', async () => {
    await complete()
    const customer = someone()
    const booking = await booked({ customer })
    const [payment] = booking.payments
    await mover.call('POST', `/payments/${payment.id}/refund`, { amount: 1_000 })
    expect(namesIn(await mailTo(customer.email, /^Avoir F-\d{4}-000002/))).toEqual([`avoir-${booking.reference}.pdf`])
    const charge = {
      id: `evt_charge_${booking.id.slice(-8)}`,
      object: 'event',
      type: 'charge.refunded',
      created: Math.floor(app.clock.now().getTime() / 1_000),
      data: {
        object: {
          id: 'ch_sample',
          object: 'charge',
          amount_refunded: booking.paid,
          currency: 'eur',
          payment_intent: payment.paymentIntent,
        },
      },
    }
    for (const event of [charge, charge, { ...charge, id: `${charge.id}_again` }])
      expect(await mover.deliver(event)).toBe(204)
    await mailTo(customer.email, /^Avoir F-\d{4}-000003/)
    await allWorkedOff(app)
    const notes = await ofKind(booking.id, 'credit_note')
    expect(notes.map(({ amount }: { amount: number }) => amount)).toEqual([booking.paid - 1_000, 1_000])
  })
})

describe('who may have a document', () => {
  test('neither another organization nor somebody without a key; whoever looks is written down', async () => {
    await complete()
    const { id } = await booked({ customer: someone() })
    const [{ id: documentId }] = (await mover.call('GET', `/${id}/documents`)).body.items
    const stranger = await app.otherOrganization()
    for (const path of [`documents/${documentId}`, `${id}/documents`])
      expect((await app.call('GET', `/v1/bookings/${path}`, undefined, { key: stranger.key })).status).toBe(404)
    const retried = await app.call('POST', `/v1/bookings/documents/${documentId}/retry`, undefined, {
      key: stranger.key,
    })
    expect(retried.status).toBe(404)
    expect((await app.call('GET', `/v1/bookings/documents/${documentId}`, undefined, { key: null })).status).toBe(401)
    const read = await app.app.http.inject({
      url: `/v1/bookings/documents/${documentId}`,
      headers: { authorization: `Bearer ${mover.key}` },
    })
    expect(read.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': expect.stringMatching(/^attachment; filename="[\w-]+\.pdf"$/),
    })
    const audited = await app.call('GET', '/v1/audit?act=booking_document.read', undefined, { key: mover.key })
    expect(audited.body.items[0].subjects).toContain(documentId)
  })

  test('what was issued can be neither changed nor deleted', async () => {
    await complete()
    const { id } = await booked({ customer: someone() })
    for (const change of [
      "update booking_document set amount = 1 where kind = 'invoice' and booking_id = $1",
      "update booking_document set data = data || '{}' || '{\"logoKey\": \"x\"}' where kind = 'invoice' and booking_id = $1",
      "delete from booking_document where kind = 'invoice' and booking_id = $1",
    ])
      await expect(app.database.query(change, [id])).rejects.toThrow('has been issued and stays as it is')
  })
})

describe('a quote', () => {
  const open = (path: string) => app.app.http.inject({ url: path })

  test('goes with its mail and is on its page, the same as long as nothing in it changes; neither is there once it is booked', async () => {
    await complete()
    const customer = someone()
    const quote = await mover.quote({ customer })
    const mail = await mailTo(customer.email, /devis/i)
    const inMail = bytesOf(mail, 'devis-DV-')
    const { text } = await readPdf(inMail)
    for (const words of ['Devis', 'Camille Exemple', '560,00 €', 'TVA 20 %']) expect(text).toContain(words)
    const { pathname } = new URL(quote.url)
    expect((await open(pathname)).body).toContain(`${pathname}/quote.pdf`)
    const read = await open(`${pathname}/quote.pdf`)
    expect([read.statusCode, read.headers['content-type'], sha256(read.rawPayload)]).toEqual([
      200,
      'application/pdf',
      sha256(inMail),
    ])
    await mover.checkout(quote.temporaryId, { insurance: true })
    const insured = await readPdf((await open(`${pathname}/quote.pdf`)).rawPayload)
    expect(insured.text).toContain('588,00 €')
    await mover.deliver(mover.event({ ...quote, amount: 58_800 }))
    await app.eventually(async () => (await open(`${pathname}/quote.pdf`)).statusCode === 404)
    expect((await open('/q/quote_doesnotexistdoesnotexist/quote.pdf')).statusCode).toBe(404)
  })
})

describe('who was erased', () => {
  test('their documents are emptied and their files deleted; invoices stay, as the law wants', async () => {
    await complete()
    const pro = await mover.professional({ email: `pro-${++n}@example.net` })
    const customer = someone()
    const booking = await booked({ customer })
    await mailTo(pro.email, /Lyon/)
    await mailTo(customer.email, booking.reference)
    await app.settled()
    const { key } = mover
    const post = async (path: string) => (await app.call('POST', path, undefined, { key })).body
    const done = (path: string) =>
      app.eventually(async () => (await app.call('GET', path, undefined, { key })).body.status === 'done')
    const exported = await post(`/v1/contacts/${booking.contactId}/export`)
    await done(`/v1/contacts/${booking.contactId}/exports/${exported.id}`)
    const zip = await app.app.http.inject({
      url: `/v1/contacts/${booking.contactId}/exports/${exported.id}/download`,
      headers: { authorization: `Bearer ${key}` },
    })
    for (const name of ['documents.ndjson', `facture-${booking.reference}.pdf`])
      expect([name, zip.rawPayload.includes(Buffer.from(name))]).toEqual([name, true])

    const erasure = await post(`/v1/contacts/${booking.contactId}/erase`)
    await done(`/v1/contacts/${booking.contactId}/erasures/${erasure.id}`)
    const left = (await mover.call('GET', `/${booking.id}/documents`)).body.items
    const states = Object.fromEntries(left.map(({ kind, state }: { kind: string; state: string }) => [kind, state]))
    expect(states).toEqual({
      invoice: 'made',
      booking_confirmation: 'erased',
      mission_proposal: 'erased',
      quote: 'erased',
    })
    for (const { id, kind } of left) {
      const { statusCode, rawPayload } = await app.app.http.inject({
        url: `/v1/bookings/documents/${id}`,
        headers: { authorization: `Bearer ${key}` },
      })
      if (kind === 'invoice') expect((await readPdf(rawPayload)).text).toContain('Camille Exemple')
      else expect([kind, statusCode]).toEqual([kind, 409])
    }
    const kept = await app.database.query<{ storage_key: string }>(
      `select storage_key from booking_document where booking_id = $1 and kind <> 'invoice'`,
      [booking.id],
    )
    const files = createFolderStorage(join(app.dataFolder, 'files'))
    for (const { storage_key } of kept) expect(await files.exists(storage_key)).toBe(false)
  })
})
