import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

/** A contact with something to its name. */
async function contact(name: string): Promise<string> {
  const { product } = dashboard
  const { body } = await product.call<{ id: string }>('POST', '/v1/contacts', {
    name,
    email: `${name.toLowerCase()}@example.com`,
    phone: '+33639980042',
  })
  await product.call('POST', `/v1/contacts/${body.id}/consents`, {
    channel: 'email',
    source: 'form',
    wording: 'I would like to hear of offers.',
  })
  await product.call('POST', '/v1/notifications', {
    type: 'message.custom',
    to: { contactId: body.id },
    channels: ['email'],
    payload: { subject: 'A sample', body: 'Its words.' },
  })
  return body.id
}

test('a contact is found, exported, and erased after saying what that takes', async () => {
  await contact('Findable')
  const page = await dashboard.visit('/contacts', { acceptDownloads: true })
  await page.getByRole('searchbox').fill('findab')
  await page.waitForURL('**/contacts?search=findab')
  await page.getByRole('link', { name: 'Findable' }).click()
  await page.getByRole('heading', { level: 1, name: 'Findable' }).waitFor()
  await page.getByText('I would like to hear of offers.').waitFor()
  await page.getByRole('table', { name: 'Messages' }).waitFor()

  await page.getByRole('button', { name: 'Export' }).click()
  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toMatch(/^contact-[\w-]+\.zip$/)

  await page.getByRole('button', { name: 'Erase' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Messages: 1').waitFor()
  await dialog.getByRole('button', { name: 'Erase for good' }).click()
  await page.getByRole('heading', { level: 1, name: 'An erased contact' }).waitFor()
  expect(dashboard.complaints).toEqual([])
})

test('a contact is added, refused where an address is none, changed, and others come from a file', async () => {
  const page = await dashboard.visit('/contacts')
  await page.getByRole('button', { name: 'Add a contact' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add a contact' })
  const add = dialog.getByRole('button', { name: 'Add a contact' })
  expect(await add.isDisabled()).toBe(true)
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Written Down')
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('nobody')
  await dialog.getByRole('textbox', { name: 'Phone' }).fill('12')
  await add.click()
  await dialog.getByText('This is no e-mail address.').waitFor()
  await dialog.getByRole('textbox', { name: 'E-mail' }).fill('written@example.com')
  await dialog.getByRole('textbox', { name: 'Phone' }).fill('')
  await add.click()
  await page.getByRole('heading', { level: 1, name: 'Written Down' }).waitFor()

  await page.getByRole('button', { name: 'Change', exact: true }).click()
  const change = page.getByRole('dialog', { name: 'Change' })
  await change.getByRole('textbox', { name: 'Name' }).fill('Written Anew')
  await change.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { level: 1, name: 'Written Anew' }).waitFor()

  await page.goto('/contacts')
  await page.getByRole('button', { name: 'Import CSV' }).click()
  const file = page.getByRole('dialog', { name: 'Import CSV' })
  await file.locator('input[type=file]').setInputFiles({
    name: 'fair.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('Mail;Nom\r\nfair@example.com;From The Fair\r\n'),
  })
  await file.getByRole('button', { name: 'Import', exact: true }).click()
  await file.getByText('The file is imported').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'From The Fair' }).waitFor()
  expect(dashboard.complaints).toEqual([])
})

test('a yes is written down, what they wrote is read, and an address is taken out of use', async () => {
  const { product } = dashboard
  const id = await contact('Wordy')
  await product.call('POST', '/v1/notifications', {
    type: 'message.custom',
    to: { contactId: id },
    channels: ['sms'],
    payload: { subject: 'A sample', body: 'Reply to this.' },
  })
  const page = await dashboard.visit(`/contacts/${id}`)
  await page.getByRole('button', { name: 'Record' }).click()
  const consent = page.getByRole('dialog')
  await consent.getByLabel('Channel').selectOption('sms')
  await consent.getByLabel('In which words').fill('Yes, text me your offers.')
  await consent.getByRole('button', { name: 'Record' }).click()
  await consent.waitFor({ state: 'hidden' })
  await page.getByText('Yes, text me your offers.').waitFor()

  await product.call('POST', '/v1/sandbox/inbound', { channel: 'sms', from: '+33639980042', text: 'Until what time?' })
  await page.reload()
  await page.getByRole('heading', { name: 'Written by them' }).waitFor()
  await page.getByText('Until what time?').waitFor()

  await page.goto(page.url().replace(/contacts\/.*/, 'suppressions'))
  await page.getByRole('button', { name: 'Add an address' }).click()
  const add = page.getByRole('dialog')
  await add.getByLabel('Address').fill('stop@example.com')
  await add.getByLabel('Note').fill('Asked at the counter')
  await add.getByRole('button', { name: 'Add an address' }).click()
  await add.waitFor({ state: 'hidden' })
  await page.getByText('Asked at the counter').waitFor()
  expect(dashboard.complaints).toEqual([])
})

test('a list of suppressions is imported, with the lines that were refused, and one is removed with a reason', async () => {
  const page = await dashboard.visit('/suppressions')
  await page.locator('input[type=file]').setInputFiles({
    name: 'list.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('address\ngone@example.com\nnonsense@\n'),
  })
  await page.getByText('Line 3: has no valid e-mail address').waitFor()
  await page.getByText('New: 1, Refused: 1').waitFor()
  await page.getByRole('button', { name: 'Remove gone@example.com' }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByRole('button', { name: 'Remove', exact: true }).isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill('Asked by phone')
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: 'Remove gone@example.com' }).waitFor({ state: 'detached' })
  expect(dashboard.complaints).toEqual([])
})

test('an automation is tried, run, and its history read, on a phone and in French', async () => {
  const page = await dashboard.visit('/automations', { viewport: PHONE, language: 'fr' })
  await page.getByRole('button', { name: 'Essai à blanc' }).first().click()
  await page.getByRole('button', { name: 'Lancer' }).first().click()
  await page.getByRole('dialog').getByRole('button', { name: 'Lancer' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'Historique' }).first().click()
  await page.getByRole('table', { name: 'Historique' }).getByText('Terminé').first().waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  expect(dashboard.complaints).toEqual([])
})
