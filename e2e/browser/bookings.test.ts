import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readPdf } from '../../test/pdf.ts'
import { type Dashboard, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())
beforeEach(async () => void (await dashboard.product.call('DELETE', '/v1/sandbox/clock')))

const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
  const answer = await dashboard.product.call<T>(method as 'POST', `/v1/bookings${path}`, body)
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
  return answer.body
}

interface Quote {
  temporaryId: string
  url: string
  bookingId: string | null
}
const DAY = 86_400_000
/** Nine in the morning, so many days ahead: no quiet hour anywhere near. */
const ahead = (days: number) => new Date(Math.ceil(Date.now() / DAY + days) * DAY + 9 * 3_600_000).toISOString()
let made = 0
const quote = (more: object = {}) =>
  call<Quote>('POST', '/quotes', {
    service: 'moving',
    inputs: { volume: 20, distance: 10 },
    address: { line: '12 rue de l’Exemple', postalCode: '75004', city: 'Paris' },
    coordinates: { latitude: 48.8566, longitude: 2.3522 },
    wishedAt: ahead(20),
    customer: { name: 'Sample Client', email: `client-${++made}@example.com`, locale: 'en' },
    ...more,
  })

/** Does at the test checkout what the named button does. */
async function pay(page: Page, button = 'Pay'): Promise<void> {
  await page.getByRole('button', { name: 'Pay', exact: true }).click()
  await page.getByRole('heading', { name: 'Test payment' }).waitFor()
  await page.getByRole('button', { name: button, exact: true }).click()
  await page.getByRole('heading', { name: /^Your (quote|booking)$/ }).waitFor()
}

async function booked(button?: string): Promise<string> {
  const { url, temporaryId } = await quote()
  const page = await dashboard.visit(url, { signedIn: false })
  await pay(page, button)
  await page.close()
  await expect
    .poll(async () => (await call<Quote>('GET', `/quotes/${temporaryId}`)).bookingId, { timeout: 20_000 })
    .not.toBeNull()
  return (await call<Quote>('GET', `/quotes/${temporaryId}`)).bookingId!
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
  const invoice = await download(/^Download Invoice F-\d{4}-\d{6}$/)
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
  await documents.getByText(/^Invoice F-\d{4}-\d{6}/).waitFor()
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
  await page.getByText('Paid', { exact: true }).first().waitFor()
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
  await page.getByRole('button', { name: 'Change' }).click()
  await page.getByRole('menuitem', { name: 'Cancel the booking' }).click()
  await page.getByRole('dialog', { name: 'Cancel this booking?' }).getByRole('button', { name: 'Cancel it' }).click()
  await page.getByRole('button', { name: 'Change' }).waitFor({ state: 'hidden' })
  await page.getByText('Cancelled', { exact: true }).first().waitFor()
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

test('a payment that came twice is an orphan that cannot be overlooked', async () => {
  const { url } = await quote()
  const first = await dashboard.visit(url, { signedIn: false })
  await first.getByRole('button', { name: 'Pay', exact: true }).click()
  const second = await dashboard.visit(url, { signedIn: false })
  // Another amount: with insurance, it is another checkout.
  await second.getByRole('checkbox').check()
  await second.getByRole('button', { name: 'Pay', exact: true }).click()
  for (const visitor of [first, second]) {
    await visitor.getByRole('heading', { name: 'Test payment' }).waitFor()
    await visitor.getByRole('button', { name: 'Pay', exact: true }).click()
    await visitor.getByRole('heading', { name: /^Your (quote|booking)$/ }).waitFor()
  }
  const page = await dashboard.visit('/bookings')
  await page.getByText(/fits? no booking/).waitFor()
  await page.getByRole('link', { name: 'Look at them' }).click()
  await page.getByRole('row').filter({ hasText: 'Its quote was paid already' }).getByRole('link').click()
  await page.getByRole('alert').getByText('Its quote was paid already').waitFor()
  await page.getByRole('textbox', { name: 'Or say what it was' }).fill('Paid twice; given back.')
  await page.getByRole('button', { name: 'Mark as dealt with' }).click()
  await page.getByText('Dealt with', { exact: true }).waitFor()
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

test('professionals come from a file; each line that is refused says why', async () => {
  const page = await dashboard.visit('/bookings/professionals')
  await page.getByRole('button', { name: 'Import CSV' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import CSV' })
  await dialog.locator('input[type="file"]').setInputFiles({
    name: 'professionals.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(
      'company,email,latitude,longitude,radiusKm,skills\nFile Movers,file@example.com,48.9,2.3,40,moving\nNo Address,nothing,48.9,2.3,40,moving\n',
    ),
  })
  await dialog.getByText('1 of 2 added, 1 refused.').waitFor()
  await dialog.getByRole('listitem').filter({ hasText: 'email' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByText('File Movers').waitFor()
})

test('it fits a phone, in French', async () => {
  const id = await booked()
  for (const path of [
    '/bookings',
    `/bookings/${id}`,
    '/bookings/payments',
    '/bookings/professionals',
    '/bookings/quotes/new',
    '/bookings/settings?part=missions',
    '/bookings/settings?part=payment',
    '/bookings/settings?part=seller',
  ]) {
    const page = await dashboard.visit(path, { language: 'fr', viewport: PHONE })
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle')
    expect([path, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([path, true])
  }
})

test('nothing was complained about', () => {
  expect(dashboard.complaints.filter((complaint) => !complaint.includes('about:srcdoc'))).toEqual([])
})
