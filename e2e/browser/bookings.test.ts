import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { signed } from '../../src/packs/bookings/stripe.ts'
import { createCrypto } from '../../src/platform/crypto.ts'
import { readPdf } from '../../test/pdf.ts'
import { ahead, openBookings, pay } from './booked.ts'
import { type Dashboard, fits, PHONE, startDashboard } from './browser.ts'

/** Known, so that the sandbox’s own calls can be signed here. */
const SECRET = 'a secret of this test, which is long enough for a secret'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard({ CARILLON_SECRET: SECRET })
})
afterAll(() => dashboard?.close())
beforeEach(async () => void (await dashboard.product.call('DELETE', '/v1/sandbox/clock')))

const { call, quote, booked, orphan } = openBookings(() => dashboard)

/** What Stripe tells the sandbox’s account of an organization. */
async function asStripe(organizationId: string, type: string, object: object): Promise<void> {
  const purpose = 'bookings/sandbox-checkout'
  const secret = `whsec_${createCrypto(SECRET).stamp(purpose, Buffer.from(organizationId)).toString('hex')}`
  const now = new Date()
  const created = Math.floor(now.getTime() / 1_000)
  const body = JSON.stringify({
    id: `evt_${type}_${created}`,
    object: 'event',
    api_version: '2026-10-28.endive',
    created,
    type,
    data: { object },
  })
  const answer = await fetch(`${dashboard.product.origin}/webhooks/stripe/${organizationId}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signed(body, secret, now) },
    body,
  })
  expect(answer.status).toBe(204)
}

interface Item {
  id: string
  messageId: string
  address: string
}
interface Told {
  payload: { mission?: string }
  messages: { id: string }[]
}

/** The mail to an address that offers a booking's mission. */
async function missionMail(bookingId: string, email: string): Promise<{ id: string; link: string }> {
  const { reference } = await call<{ reference: string }>('GET', `/${bookingId}`)
  const { product } = dashboard
  let found: { id: string; link: string } | undefined
  await expect
    .poll(
      async () => {
        const told = await product.call<{ items: Told[] }>('GET', '/v1/notifications?type=mission.proposed&limit=100')
        const ids = told.body.items
          .filter(({ payload }) => payload.mission === reference)
          .flatMap(({ messages }) => messages.map(({ id }) => id))
        const mails = await product.call<{ items: Item[] }>('GET', '/v1/sandbox/messages?channel=email&limit=100')
        const item = mails.body.items.find(({ messageId, address }) => ids.includes(messageId) && address === email)
        if (!item) return false
        const { body: mail } = await product.call<{ text: string }>('GET', `/v1/sandbox/messages/${item.id}`)
        const link = /https?:\/\/\S+\/m\/[\w.~-]+/.exec(mail.text)?.[0]
        if (link) found = { id: item.id, link }
        return found !== undefined
      },
      { timeout: 20_000 },
    )
    .toBe(true)
  return found!
}

const missionLink = async (bookingId: string, email: string): Promise<string> =>
  (await missionMail(bookingId, email)).link

test('a sample quote is paid, a professional accepts, and the client is reminded as the clock moves', async () => {
  const page = await dashboard.visit('/sandbox')
  const card = page.getByRole('region', { name: 'Pay this quote' })
  await card.getByRole('button', { name: 'Make a sample quote' }).click()
  const url = await card.getByRole('link', { name: 'Pay in the test checkout' }).getAttribute('href')
  const visitor = await dashboard.visit(url!, { signedIn: false })
  await pay(visitor)

  // As it happens, without a reload.
  await card.getByRole('link', { name: 'See the booking' }).click()
  await page.getByRole('heading', { name: /^BK-\d{4}-\d{6}$/ }).waitFor()
  const answers = page.getByRole('list', { name: 'Answers' })
  await answers.getByText('Transports Modèle').waitFor()
  expect(await answers.getByRole('listitem').allInnerTexts()).toHaveLength(3)
  await page.getByText('Waiting for answers').waitFor()

  const id = new URL(page.url()).pathname.split('/').at(-1)!
  await visitor.goto(await missionLink(id, 'transports@demo.example'))
  await visitor.getByRole('button', { name: /^(Accepter|Accept)/ }).click()
  await page.getByText('Assigned', { exact: true }).waitFor()
  await answers.getByText('Taken by another').first().waitFor()
  await page.getByText('24 hours before').waitFor()

  await page.goto('/sandbox')
  const moved = await dashboard.product.call('POST', '/v1/sandbox/clock', {
    before: { subject: `booking-${id}`, offset: 'PT24H' },
  })
  expect(moved.status, JSON.stringify(moved.body)).toBe(200)
  const thread = page.getByRole('region', { name: 'Phones: SMS' }).getByRole('log')
  await thread.getByText(/tomorrow at .*Moving/).waitFor()
  await page.goto(`/bookings/${id}`)
  await page.getByRole('link', { name: '24 hours before' }).waitFor()
})

test('a booking’s documents are there and are read: the invoice with its data, the proposal without the client', async () => {
  const id = await booked()
  const page = await dashboard.visit(`/bookings/${id}`)
  const { reference } = await call<{ reference: string }>('GET', `/${id}`)
  const documents = page.getByRole('list', { name: 'Documents' })
  await documents.getByText('Mission proposal').first().waitFor()
  const download = async (name: RegExp) => {
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      documents.getByRole('link', { name }).first().click(),
    ])
    return { name: file.suggestedFilename(), ...(await readPdf(await readFile(await file.path()))) }
  }
  const confirmation = await download(/^Download Confirmation/)
  expect(confirmation.text).toContain('Sample Client')
  // What was paid in the sandbox takes no number of the legal series.
  const invoice = await download(new RegExp(`^Download Invoice SANDBOX-${reference}$`))
  expect(invoice.name).toBe(`invoice-${reference}.pdf`)
  expect(invoice.files['factur-x.xml']).toContain('CrossIndustryInvoice')
  expect(invoice.text).toContain('12 rue de l’Exemple')

  const mail = await missionMail(id, 'movers@demo.example')
  const attached = await page.request.get(`/v1/sandbox/messages/${mail.id}/attachments/0`)
  const proposal = await readPdf(await attached.body())
  expect(proposal.text).toContain(reference)
  for (const secret of ['Sample Client', '@example.com', '12 rue', '75004'])
    expect([secret, proposal.text.includes(secret)]).toEqual([secret, false])
})

test('an invoice that its seller cannot issue says what is missing, and goes out once that is there', async () => {
  await call('PATCH', '/seller', { siren: null, siret: null })
  const id = await booked()
  const page = await dashboard.visit(`/bookings/${id}`)
  const documents = page.getByRole('list', { name: 'Documents' })
  await documents.getByText('The seller’s SIREN or SIRET is missing.').waitFor()
  await documents.getByRole('link', { name: 'Complete the seller' }).click()
  await page.getByText('Invoices cannot be issued yet').waitFor()
  await page.getByRole('textbox', { name: 'SIRET' }).fill('30326504500011')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Invoices cannot be issued yet').waitFor({ state: 'hidden' })
  await page.goBack()
  await documents.getByRole('button', { name: 'Issue and send it' }).click()
  await documents.getByText(/^Invoice SANDBOX-/).waitFor()
})

test('a mission is taken back after asking, and the others are asked again', async () => {
  const id = await booked()
  const link = await missionLink(id, 'associes@demo.example')
  const visitor = await dashboard.visit(link, { signedIn: false })
  await visitor.getByRole('button', { name: /^(Accepter|Accept)/ }).click()
  const page = await dashboard.visit(`/bookings/${id}`)
  await page.getByRole('button', { name: 'Take back' }).click()
  const dialog = page.getByRole('dialog', { name: 'Take this mission back?' })
  await dialog.getByText('Exemple & Associés is told').waitFor()
  await dialog.getByRole('button', { name: 'Leave it' }).click()
  await page.getByRole('button', { name: 'Take back' }).click()
  await dialog.getByRole('button', { name: 'Take it back' }).click()
  await page.getByRole('heading', { name: 'Earlier missions' }).waitFor()
  const [now, before] = await page.getByRole('list', { name: 'Answers' }).all()
  await before!.getByText('Taken back').waitFor()
  await page.getByText('Waiting for answers').waitFor()
  expect(await now!.innerText()).not.toContain('Exemple & Associés')
  expect(await call('GET', `/${id}`)).toMatchObject({ status: 'payment_completed' })
})

test('a mission is given to somebody who was not near, found by their name', async () => {
  const far = await call<{ id: string }>('POST', '/professionals', {
    company: 'Transports du Bout',
    name: 'Sample Far',
    email: 'far@example.com',
    phone: '+33639980077',
    coordinates: { latitude: 41.9192, longitude: 8.7386 },
    skills: ['moving'],
  })
  const id = await booked()
  const page = await dashboard.visit(`/bookings/${id}`)
  await page.getByText('Waiting for answers').waitFor()
  await page.getByRole('button', { name: 'Assign…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Who does this mission?' })
  const professional = dialog.getByRole('combobox', { name: 'Professional' })
  await professional.fill('nobody of this name')
  await page.getByText('Nobody found').waitFor()
  await professional.fill('bout')
  await page.getByRole('option').filter({ hasText: 'Sample Far · +33639980077' }).click()
  await dialog.getByRole('button', { name: 'Assign the mission' }).click()
  await page.getByText('Given by your team').waitFor()
  const answers = page.getByRole('list', { name: 'Answers' }).first()
  await answers.getByRole('listitem').filter({ hasText: 'Transports du Bout' }).getByText('Accepted').waitFor()
  await answers.getByText('Taken by another').first().waitFor()
  await page.getByRole('button', { name: 'Take back' }).waitFor()
  expect(await page.getByRole('button', { name: 'Assign…' }).count()).toBe(0)
  expect(await call('GET', `/${id}`)).toMatchObject({ status: 'assigned', attributions: [{ winnerId: far.id }] })
  await call('DELETE', `/professionals/${far.id}`)
})

test('what is cancelled elsewhere while somebody is asked cannot be taken back any more', async () => {
  const id = await booked()
  const visitor = await dashboard.visit(await missionLink(id, 'associes@demo.example'), { signedIn: false })
  await visitor.getByRole('button', { name: /^(Accepter|Accept)/ }).click()
  const page = await dashboard.visit(`/bookings/${id}`)
  await page.getByRole('button', { name: 'Take back' }).click()
  const dialog = page.getByRole('dialog', { name: 'Take this mission back?' })
  await dialog.waitFor()
  await call('POST', `/${id}/cancel`, {})
  // As it happens, without a reload.
  await dialog.waitFor({ state: 'hidden' })
  expect(await page.getByRole('button', { name: 'Take back' }).count()).toBe(0)
  expect(await call('GET', `/${id}`)).toMatchObject({ status: 'cancelled' })
})

test('a booking is moved, then cancelled after asking; its reminders go along', async () => {
  const id = await booked()
  const page = await dashboard.visit(`/bookings/${id}`)
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('menuitem', { name: 'Move to another time' }).click()
  const move = page.getByRole('dialog', { name: 'Move this booking?' })
  await move.locator('input[type="datetime-local"]').fill('2020-01-01T09:00')
  await move.getByRole('button', { name: 'Move it' }).click()
  await move.getByRole('alert').waitFor()
  await move.locator('input[type="datetime-local"]').fill(`${ahead(30).slice(0, 10)}T11:30`)
  await move.getByRole('button', { name: 'Move it' }).click()
  await page
    .getByText(/, 11:30$/)
    .first()
    .waitFor()
  const { startsAt } = await call<{ startsAt: string }>('GET', `/${id}`)
  const { body: moved } = await dashboard.product.call<{ at: string }>('GET', `/v1/reminders/booking-${id}`)
  expect([startsAt.slice(0, 10), moved.at]).toEqual([ahead(30).slice(0, 10), startsAt])
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('menuitem', { name: 'Cancel the booking' }).click()
  await page.getByRole('dialog', { name: 'Cancel this booking?' }).getByRole('button', { name: 'Cancel it' }).click()
  await page.getByRole('button', { name: 'Change' }).waitFor({ state: 'hidden' })
  expect(await call('GET', `/${id}`)).toMatchObject({ status: 'cancelled' })
  const { body: plan } = await dashboard.product.call<{ cancelledAt: string | null }>(
    'GET',
    `/v1/reminders/booking-${id}`,
  )
  expect(plan.cancelledAt).not.toBeNull()
})

test('the list marks what is odd about the money, and keeps its filters in the address', async () => {
  await booked('Pay another amount')
  const page = await dashboard.visit('/bookings')
  const odd = page.getByRole('row').filter({ hasText: 'Price differs' })
  await odd.first().waitFor()
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Completed' }).click()
  await page.getByText('No booking matches these filters').waitFor()
  expect(new URL(page.url()).search).toContain('status=completed')
  await page.reload()
  await page.getByText('No booking matches these filters').waitFor()
  await page.getByRole('button', { name: 'Clear' }).click()
  await odd.first().getByRole('link').click()
  await page.getByText(/was paid, .* was due/).waitFor()
})

test('a payment that came twice is an orphan that cannot be overlooked, until somebody has dealt with it', async () => {
  const id = await orphan()
  const page = await dashboard.visit('/bookings')
  await page.getByText('1 payment fits no booking.').waitFor()
  await page.getByRole('link', { name: 'Look at them' }).click()
  await page.getByRole('row').filter({ hasText: 'Its quote was paid already' }).getByRole('link').click()
  await page.waitForURL(`**/bookings/payments/${id}`)
  await page.getByRole('alert').getByText('Its quote was paid already').waitFor()
  await page.getByRole('textbox', { name: 'Quote it was for' }).fill('quote_ofNobodyOfNobodyOfNobody')
  await page.getByRole('button', { name: 'Make the booking' }).click()
  await page.getByText('is no quote of yours').waitFor()
  await page.getByRole('textbox', { name: 'Or say what it was' }).fill('Paid twice; given back.')
  await page.getByRole('button', { name: 'Mark as dealt with' }).click()
  await page.getByText('Dealt with', { exact: true }).waitFor()
  await page.getByText('Paid twice; given back.').waitFor()

  await page.goto('/bookings/payments')
  await page.getByRole('row').filter({ hasText: 'Dealt with' }).waitFor()
  await page.getByRole('combobox', { name: 'Which payments' }).click()
  await page.getByRole('option', { name: 'No booking' }).click()
  await page.getByText('Every payment has its booking').waitFor()
  expect(new URL(page.url()).search).toBe('?status=orphaned')
  await page.goto('/bookings')
  await page.getByRole('table').waitFor()
  expect(await page.getByText('fits no booking').count()).toBe(0)
})

test('a dispute stands before all else, in words and with what to do', async () => {
  const id = await booked()
  const { payments } = await call<{ payments: { paymentIntent: string }[] }>('GET', `/${id}`)
  const page = await dashboard.visit(`/bookings/${id}`)
  const session = (await (await page.request.get('/v1/session')).json()) as { organization: { id: string } }
  const dispute = (status: string) =>
    asStripe(session.organization.id, `charge.dispute.${status === 'lost' ? 'closed' : 'created'}`, {
      id: 'dp_of_this_test',
      object: 'dispute',
      amount: 2_000,
      currency: 'eur',
      reason: 'product_not_received',
      status,
      payment_intent: payments[0]!.paymentIntent,
      evidence_details: { due_by: Date.UTC(2031, 0, 2, 12) / 1_000 },
    })
  await dispute('needs_response')
  const alert = page.getByRole('alert')
  const shown = async () => {
    await page.reload()
    await page.getByText('Who was told').waitFor()
    return (await alert.count()) ? alert.innerText() : ''
  }
  await expect.poll(shown, { timeout: 30_000 }).toContain('not received, the client says')
  await alert.getByText(/Send your evidence to Stripe before Thu,? 2 Jan 2031/).waitFor()
  const list = await dashboard.visit('/bookings')
  const marked = list.getByRole('row').filter({ has: list.locator(`a[href="/bookings/${id}"]`) })
  await marked.getByText('Disputed').waitFor()
  await dispute('lost')
  await expect.poll(shown, { timeout: 30_000 }).toContain('A dispute about this booking was lost')
  await list.reload()
  await marked.getByText('Dispute lost').waitFor()
})

test('a part of a payment is given back, after asking', async () => {
  const id = await booked()
  const page = await dashboard.visit(`/bookings/${id}`)
  await page.getByRole('link', { name: '€560.00' }).click()
  await page.waitForURL('**/bookings/payments/*')
  await page.getByRole('button', { name: 'Refund…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Refund this payment?' })
  const amount = dialog.getByRole('textbox', { name: 'Amount' })
  expect(await amount.inputValue()).toBe('560 EUR')
  await amount.fill('')
  expect(await dialog.getByRole('button', { name: /^Refund/ }).isDisabled()).toBe(true)
  await amount.fill('60.50')
  await dialog.getByRole('button', { name: 'Refund €60.50' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.goto(`/bookings/${id}`)
  await page.getByRole('link', { name: '-€60.50' }).waitFor()
  await page.getByText('Refunded', { exact: true }).waitFor({ timeout: 60_000 })
  await page.getByRole('link', { name: '€560.00', exact: true }).click()
  await page.getByRole('button', { name: 'Refund…' }).click()
  await dialog.getByText('At most €499.50').waitFor()
})

test('a payment that does not exist says so', async () => {
  for (const id of ['nothing', '019a9f00-0000-7000-8000-000000000000']) {
    const page = await dashboard.visit(`/bookings/payments/${id}`)
    await page.getByText('There is no such payment.').waitFor()
  }
})

test('quotes are found again, by where they stand', async () => {
  await booked()
  await quote({ customer: { name: 'Waiting Client', email: 'waiting@example.com' } })
  const page = await dashboard.visit('/bookings')
  await page.getByRole('link', { name: 'Quotes' }).click()
  const table = page.getByRole('table', { name: 'Quotes' })
  await table.getByRole('row').filter({ hasText: 'Waiting Client' }).getByText('Not paid yet').waitFor()
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Paid', exact: true }).click()
  await table.getByRole('row').filter({ hasText: 'Waiting Client' }).waitFor({ state: 'detached' })
  await table.getByRole('row').filter({ hasText: 'Sample Client' }).first().waitFor()
  expect(new URL(page.url()).search).toBe('?status=confirmed')
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Expired' }).click()
  await page.getByText('No quote is in this state.').waitFor()
  await page.getByRole('link', { name: 'Clear' }).click()
  await table.getByRole('link', { name: 'Waiting Client' }).click()
  await page.getByText('waiting@example.com').waitFor()
})

test('a quote is priced while it is filled in, and what is wrong is said at its field', async () => {
  const page = await dashboard.visit('/bookings/quotes/new')
  await page.getByText('Fill in the quantities').waitFor()
  await page.getByRole('textbox', { name: 'Volume' }).fill('10')
  await page.getByRole('textbox', { name: 'Distance' }).fill('20')
  const price = page.getByRole('table', { name: 'Price' })
  await price.getByText('€380.00').waitFor()
  await page.getByRole('checkbox', { name: 'Packing' }).check()
  await price.getByText('€530.00').waitFor()
  await page.getByRole('button', { name: 'Make the quote' }).click()
  await page.getByRole('textbox', { name: 'Street' }).and(page.locator('[aria-invalid="true"]')).waitFor()
  await page.getByRole('textbox', { name: 'Street' }).fill('1 rue de l’Exemple')
  await page.getByRole('textbox', { name: 'Postcode' }).fill('75004')
  await page.getByRole('textbox', { name: 'Town' }).fill('Paris')
  await page.getByRole('button', { name: 'Make the quote' }).click()
  await page.getByRole('heading', { name: 'Link to pay' }).waitFor()
  await page.getByText('€530.00').waitFor()
})

test('a service is refused at the field that is wrong, corrected, and kept', async () => {
  const page = await dashboard.visit('/bookings/settings')
  await page.getByRole('button', { name: 'Add a service' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a service' })
  await dialog.getByRole('textbox', { name: 'Name in French' }).fill('Ménage')
  await dialog.getByRole('textbox', { name: 'Name in English' }).fill('Cleaning')
  await dialog.getByRole('textbox', { name: 'Key' }).fill('cleaning')
  await dialog.getByRole('textbox', { name: 'In French', exact: true }).fill('Forfait')
  await dialog.getByRole('textbox', { name: 'In English', exact: true }).fill('Base')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByRole('textbox', { name: 'Amount' }).and(page.locator('[aria-invalid="true"]')).waitFor()
  await dialog.getByText('1 field is to be corrected.').waitFor()
  await dialog.getByRole('textbox', { name: 'Amount' }).fill('59.90')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByRole('list', { name: 'Services' }).getByText('Cleaning', { exact: true }).waitFor()
  const { items } = await call<{ items: { key: string; pricing: object }[] }>('GET', '/service-types')
  expect(items.find(({ key }) => key === 'cleaning')?.pricing).toMatchObject({ rules: [{ amount: 5_990 }] })
})

test('what is wrong is said at its field, in the reader’s language', async () => {
  const page = await dashboard.visit('/bookings/professionals', { language: 'fr' })
  await page.getByRole('button', { name: 'Ajouter', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Ajouter un professionnel' })
  await dialog.getByLabel('E-mail').fill('personne')
  await dialog.getByLabel('Se déplace à (km)').fill('0')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await dialog.getByText('C’est nécessaire.').first().waitFor()
  await dialog.getByText('Ce n’est pas une adresse e-mail.').waitFor()
  await dialog.getByText('Au moins 1.').waitFor()
})

test('professionals come from a file; each line that is refused says why', async () => {
  const page = await dashboard.visit('/bookings/professionals')
  await page.getByRole('button', { name: 'Import CSV' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import CSV' })
  await dialog.locator('input[type="file"]').setInputFiles({
    name: 'professionals.csv',
    mimeType: 'text/csv',
    // As spreadsheets of Windows write it, with a cell of two lines.
    buffer: Buffer.from(
      'company;email;latitude;longitude;radiusKm;skills\r\n"File Movers\r\n\u00c9t\u00e9";file@example.com;48,9;2,3;40;moving\r\nNo Address;nothing;48,9;2,3;40;moving\r\nFar;far@example.com;48,9;2,3;far;moving\r\nLong;long@example.com;48,9;2,3;40;moving;more\r\n',
      'latin1',
    ),
  })
  await dialog.getByText('1 of 4 added, 3 refused.').waitFor()
  const refused = dialog.getByRole('listitem')
  await refused.filter({ hasText: /^Line 4: email/ }).waitFor()
  await refused.filter({ hasText: /^Line 5: radiusKm is no number: far/ }).waitFor()
  await refused.filter({ hasText: /^Line 6: more cells than columns/ }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('File Movers').waitFor()

  await page.getByRole('searchbox', { name: 'Company, name or e-mail' }).fill('été')
  await page.getByText('Transports Modèle').waitFor({ state: 'detached' })
  await page.getByText('File Movers').waitFor()
  await page.waitForURL('**/bookings/professionals?search=*')
  await page.reload()
  await page.getByText('File Movers').waitFor()
  await page.getByRole('searchbox', { name: 'Company, name or e-mail' }).fill('nobody at all')
  await page.getByText('No professional fits these filters.').waitFor()
})

test('a file that lacks a column, or says nothing, adds nobody', async () => {
  const page = await dashboard.visit('/bookings/professionals')
  await page.getByRole('button', { name: 'Import CSV' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import CSV' })
  const give = (text: string) =>
    dialog
      .locator('input[type="file"]')
      .setInputFiles({ name: 'professionals.csv', mimeType: 'text/csv', buffer: Buffer.from(text) })
  await give('company,mail\nA,a@example.com\n')
  await dialog.getByRole('alert').getByText('Missing columns: email, skills.').waitFor()
  await give('company,email,skills,town\nA,a@example.com,moving,Lyon\n')
  await dialog.getByRole('alert').getByText('Unknown columns: town.').waitFor()
  await give('company,email,skills\n')
  await dialog.getByRole('alert').getByText('There is no line below').waitFor()
  expect(await dialog.getByRole('status').count()).toBe(0)
})

test('it fits a phone, in French', async () => {
  const id = await booked()
  const { temporaryId } = await quote()
  const { payments } = await call<{ payments: { id: string }[] }>('GET', `/${id}`)
  for (const [path, heading] of [
    ['/bookings', 'Réservations'],
    [`/bookings/${id}`, /^BK-/],
    ['/bookings/payments?status=all', 'Paiements'],
    [`/bookings/payments/${payments[0]!.id}`, 'Paiement'],
    ['/bookings/professionals', 'Professionnels'],
    ['/bookings/quotes', 'Devis'],
    [`/bookings/quotes/${temporaryId}`, 'Devis'],
    ['/bookings/quotes/new', 'Nouveau devis'],
    ['/bookings/settings?part=services', 'Réglages des réservations'],
    ['/bookings/settings?part=missions', 'Réglages des réservations'],
    ['/bookings/settings?part=payment', 'Réglages des réservations'],
    ['/bookings/settings?part=seller', 'Réglages des réservations'],
  ] as const) {
    const page = await dashboard.visit(path, { language: 'fr', viewport: PHONE })
    await fits(page, heading)
    await page.close()
  }
})

test('nothing was complained about', () => {
  expect(dashboard.complaints.filter((complaint) => !complaint.includes('about:srcdoc'))).toEqual([])
})
