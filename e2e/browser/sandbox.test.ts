import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

/** A 1 × 1 picture. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const mail = (page: Page) => page.frameLocator('iframe[title="The e-mail as it was rendered"]')
const phone = (page: Page, channel: 'SMS' | 'WhatsApp') => page.getByRole('region', { name: `Phones: ${channel}` })

async function openForm(page: Page) {
  await page.getByRole('button', { name: 'Send a sample' }).click()
  return page.getByRole('dialog', { name: 'Send a sample' })
}

async function send(to: object, channel: string, payload: object = {}) {
  const { status, body } = await dashboard.product.call<{ messages: { id: string; reason?: string }[] }>(
    'POST',
    '/v1/notifications',
    {
      type: 'message.custom',
      to,
      payload: { subject: 'A sample', body: 'Its words.', ...payload },
      channels: [channel],
      allowRepeat: true,
    },
  )
  expect(status, JSON.stringify(body)).toBe(202)
  return body.messages[0]!
}

test('data that is not JSON is refused before anything is sent', async () => {
  const page = await dashboard.visit('/sandbox')
  const form = await openForm(page)
  await form.getByLabel('Data (JSON)').fill('{ "subject": ')
  await form.getByText('This is not valid JSON.').waitFor()
  await form.getByRole('button', { name: 'Send', exact: true }).click()
  expect(await form.isVisible()).toBe(true)
})

test('what the server refuses is said in the form, field by field', async () => {
  const page = await dashboard.visit('/sandbox')
  const form = await openForm(page)
  await form.getByRole('textbox', { name: 'Phone' }).fill('12')
  await form.getByRole('button', { name: 'Send', exact: true }).click()
  expect(await form.getByRole('alert').innerText()).toContain('phone')
})

test('a sample shows in the mailbox and on the phone as it arrives, without a reload', async () => {
  const page = await dashboard.visit('/sandbox')
  await page.getByText('Live', { exact: true }).waitFor()
  await page.evaluate('window.sameDocument = true')
  const form = await openForm(page)
  await form.getByRole('textbox', { name: 'Name' }).fill('Sample Visitor')
  await form.getByRole('button', { name: 'Send', exact: true }).click()

  const arrived = page.getByRole('region', { name: 'Mailbox' }).getByRole('button', { name: /Sample Visitor/ })
  await arrived.first().waitFor()
  await mail(page).getByText('Dr Exemple').filter({ visible: true }).first().waitFor()
  await phone(page, 'SMS').getByRole('log').getByText('Consultation').first().waitFor()
  expect(await page.evaluate('window.sameDocument')).toBe(true)

  await page.getByRole('tab', { name: 'Headers' }).click()
  await page.getByRole('rowheader', { name: 'Message-ID' }).waitFor()
  await page.getByRole('link', { name: 'Timeline', exact: true }).click()
  await page.getByRole('list', { name: 'Timeline' }).getByText('Delivered').waitFor()
})

test('a WhatsApp message gets its ticks as it is delivered and read', async () => {
  const page = await dashboard.visit('/sandbox')
  await page.getByText('Live', { exact: true }).waitFor()
  await dashboard.product.call('POST', '/v1/notifications', {
    type: 'message.custom',
    to: { phone: '+33639980007' },
    payload: { subject: 'Ticks', body: 'First line\nSecond line https://example.com/a.' },
    channels: ['whatsapp'],
  })
  const thread = phone(page, 'WhatsApp').getByRole('log')
  await thread.getByText('First line').waitFor()
  await thread.getByRole('img', { name: 'Read' }).first().waitFor()
  expect(await thread.getByRole('link', { name: 'https://example.com/a' }).getAttribute('href')).toBe(
    'https://example.com/a',
  )
})

test('a mail runs no script and shows its inline picture; its file can be saved', async () => {
  const file = Buffer.from('A file of several words, é included.')
  await dashboard.product.call('POST', '/v1/notifications', {
    type: 'message.custom',
    to: { email: 'careful@example.com' },
    payload: {
      subject: 'With everything',
      body: 'Text',
      html: '<h1>Rendered</h1><img id="logo" src="cid:logo@sample"><img src="x" onerror="parent.document.title=1"><script>parent.document.title = "taken over"</script>',
    },
    channels: ['email'],
    attachments: [
      { filename: 'pixel.png', contentType: 'image/png', content: PIXEL, contentId: 'logo@sample' },
      { filename: 'notes é.txt', contentType: 'text/plain', content: file.toString('base64') },
    ],
  })
  const page = await dashboard.visit('/sandbox', { acceptDownloads: true })
  await page.getByRole('button', { name: /With everything/ }).click()
  await mail(page).getByRole('heading', { name: 'Rendered' }).waitFor()
  await page.locator('iframe[srcdoc*="data:image/png;base64,"]').waitFor()
  const width = await mail(page)
    .locator('#logo')
    .evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth)
  expect(width).toBe(1)
  expect(await page.title()).toContain('Sandbox')
  expect(await page.locator('iframe[sandbox]').getAttribute('sandbox')).not.toMatch(/allow-(?:scripts|same-origin)/)

  const download = page.waitForEvent('download')
  await page.getByRole('link', { name: /notes é\.txt/ }).click()
  expect(readFileSync(await (await download).path())).toEqual(file)
  expect((await download).suggestedFilename()).toBe('notes é.txt')
})

test('an answer written on a phone stands in its thread as it arrives, and so does one by the API', async () => {
  const number = '+33639980021'
  await send({ phone: number, name: 'Sample Texter' }, 'sms')
  const page = await dashboard.visit('/sandbox')
  await page.getByText('Live', { exact: true }).waitFor()
  await page.evaluate('window.sameDocument = true')
  const sms = phone(page, 'SMS')
  const words = sms.getByRole('textbox', { name: `Answer by SMS as ${number}` })
  await words.waitFor()
  expect(await sms.getByRole('button', { name: 'Send the answer' }).isDisabled()).toBe(true)
  await words.fill('  A question about Saturday  ')
  await words.press('Enter')
  const thread = sms.getByRole('log')
  await thread.getByText('A question about Saturday', { exact: true }).waitFor()
  await expect.poll(() => words.inputValue()).toBe('')

  const byApi = { channel: 'sms', from: number, text: 'Written by a program' }
  expect((await dashboard.product.call('POST', '/v1/sandbox/inbound', byApi)).status).toBe(202)
  await thread.getByText('Written by a program').waitFor()
  expect(await page.evaluate('window.sameDocument')).toBe(true)

  // Who is writing is not turned away by what another number gets.
  await words.fill('Not sent yet')
  await send({ phone: '+33639980022', name: 'Somebody Else' }, 'sms')
  await sms.getByRole('combobox', { name: 'Number of the SMS phone' }).click()
  await page.getByRole('option', { name: /Somebody Else/ }).waitFor()
  expect(await words.inputValue()).toBe('Not sent yet')
})

test('who answers STOP is shown as opted out, and gets no more', async () => {
  const phoneNumber = '+33639980023'
  await send({ phone: phoneNumber }, 'whatsapp')
  const page = await dashboard.visit('/sandbox', { language: 'fr', viewport: PHONE })
  await page.getByText('WhatsApp', { exact: true }).first().click()
  const place = page.getByRole('region', { name: 'Téléphones: WhatsApp' })
  await place.getByRole('textbox', { name: `Répondre par WhatsApp en tant que ${phoneNumber}` }).fill('Stop')
  await place.getByRole('button', { name: 'Envoyer la réponse' }).click()
  await place.getByRole('log').getByText('Désinscrit : plus de WhatsApp à ce numéro.').waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await expect
    .poll(async () => (await send({ phone: phoneNumber }, 'whatsapp')).reason, { timeout: 30_000 })
    .toBe('opted_out')
})

test('an answer that is refused stays where it was written', async () => {
  const page = await dashboard.visit('/sandbox', {
    prepare: (page) =>
      page.route('**/v1/sandbox/inbound', (route) =>
        route.request().method() === 'POST'
          ? route.fulfill({ status: 422, json: { code: 'invalid', title: 'Invalid', detail: 'No such number' } })
          : route.continue(),
      ),
  })
  const words = phone(page, 'SMS').getByRole('textbox', { name: /^Answer by SMS/ })
  await words.fill('Hello')
  await words.press('Enter')
  await page.getByRole('alert').first().waitFor()
  expect(await words.inputValue()).toBe('Hello')
})

test('a mail to somebody who clicks is clicked, and an SMS says what it has cost', async () => {
  const html = '<p>Read on <a href="https://shop.example.com/news">in the shop</a></p>'
  const { id } = await send({ email: 'clicks@example.com' }, 'email', { html })
  const page = await dashboard.visit(`/messages/${id}`)
  await page.getByRole('list', { name: 'Timeline' }).getByText('Clicked').waitFor({ timeout: 60_000 })

  const sms = await send({ phone: '+33639980024' }, 'sms')
  await page.goto(`/messages/${sms.id}`)
  await page.getByText('€0.045 (the provider’s word)').waitFor()
})

test('on a phone the mailbox and the phones take turns', async () => {
  const page = await dashboard.visit('/sandbox', { viewport: PHONE })
  await page.getByRole('region', { name: 'Mailbox' }).waitFor()
  expect(await phone(page, 'WhatsApp').isVisible()).toBe(false)
  await page.getByText('WhatsApp', { exact: true }).first().click()
  await phone(page, 'WhatsApp').waitFor()
  expect(await page.getByRole('region', { name: 'Mailbox' }).isVisible()).toBe(false)
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
})

test('nothing but the blocked scripts of that mail was complained about', () => {
  expect(dashboard.complaints.filter((complaint) => !complaint.includes('about:srcdoc'))).toEqual([])
})
