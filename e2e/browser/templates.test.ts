import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

test('a template is found, written, tried, published, compared and brought back', async () => {
  const page = await dashboard.visit('/templates')
  await page.getByRole('searchbox').fill('message.custom')
  await page.waitForURL('**/templates?search=message.custom')
  await page.goto('/templates/message.custom/sms/en')
  const text = page.getByRole('textbox', { name: 'Text' })
  const publish = page.getByRole('button', { name: 'Publish', exact: true })

  await text.fill('Hello {{nope}}')
  await page.getByRole('button', { name: /Text, line 1, column 9/ }).click()
  expect(await text.evaluate((input: { selectionStart: number }) => input.selectionStart)).toBe(8)
  expect(await publish.isDisabled()).toBe(true)

  for (const [words, version] of [
    ['First: {{subject}}', 1],
    ['Second: {{subject}}', 2],
  ] as const) {
    await text.fill(words)
    await page.getByText(`${words.split(':')[0]}: Nos horaires changent`).waitFor()
    await publish.click()
    await page.getByRole('dialog').getByRole('button', { name: 'Publish' }).click()
    await page.getByText(`Version ${version} is live.`).waitFor()
  }
  const versions = page.getByRole('list', { name: 'Versions' })
  await versions.getByText('Version 2', { exact: true }).waitFor()
  const first = versions.getByRole('listitem').filter({ hasText: 'Version 1' })
  await first.getByRole('button', { name: 'Compare' }).click()
  await page.getByRole('dialog').getByText('Second: {{subject}}').waitFor()
  await page.keyboard.press('Escape')

  await first.getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
  await versions.getByText('Version 3', { exact: true }).waitFor()
  expect(await text.inputValue()).toBe('First: {{subject}}')
  expect(dashboard.complaints).toEqual([])
})

test('the list has a row for each event, which opens to its templates, and keeps what is open in its address', async () => {
  await dashboard.product.call('PUT', '/v1/templates/order.confirmed.customer/email/fr/draft', {
    source: { subject: 'A draft', body: '<mj-text>Words</mj-text>' },
    revision: 0,
  })
  const page = await dashboard.visit('/templates')
  const rows = page.getByRole('heading', { level: 2 })
  await rows.first().waitFor()
  const count = await rows.count()
  expect(count).toBeGreaterThan(70)
  expect(count).toBeLessThan(100)
  await page.getByRole('combobox', { name: 'Pack' }).click()
  await page.getByRole('option', { name: 'Shop' }).click()
  await expect.poll(() => rows.count()).toBeLessThan(20)
  const row = page.getByRole('button', { name: /Order confirmed/ })
  expect(await row.innerText()).toContain('1 draft')
  await row.click()
  const table = page.getByRole('table', { name: 'Order confirmed' })
  await table.getByText('Draft').waitFor()
  expect(new URL(page.url()).searchParams.get('open')).toBe('order.confirmed')
  await page.reload()
  await table.getByRole('link', { name: 'E-mail' }).first().click()
  await page.waitForURL('**/templates/order.confirmed.customer/email/**')
  await page.goto('/templates?search=cart.abandoned')
  await page.getByRole('table', { name: 'Abandoned cart' }).waitFor()
  await page.getByRole('searchbox').fill('abandoned c')
  await page.getByRole('table', { name: 'Abandoned cart' }).waitFor()
  await page.getByRole('searchbox').fill('nothing of the sort')
  await page.getByText('No template matches').waitFor()
  expect(dashboard.complaints).toEqual([])
})

test('a draft is kept, sent as a test and thrown away', async () => {
  const page = await dashboard.visit('/templates/message.custom/email/en', { viewport: PHONE })
  const subject = page.getByRole('textbox', { name: 'Subject' })
  const before = await subject.inputValue()
  await subject.fill('A draft of {{subject}}')
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByText('The draft is saved.').waitFor()
  await page.reload()
  expect(await subject.inputValue()).toBe('A draft of {{subject}}')

  await page.getByRole('button', { name: 'Test', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send test' }).click()
  await page.getByRole('link', { name: 'Look at it' }).click()
  await page.getByText('How each channel was decided').waitFor()
  await page.goBack()

  await page.getByRole('button', { name: 'Throw draft away' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Throw away' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expect.poll(() => subject.inputValue()).toBe(before)
  expect(dashboard.complaints).toEqual([])
})

test('an event is switched off and given other channels', async () => {
  const page = await dashboard.visit('/catalogue')
  const toggle = page.getByRole('switch', { name: 'Message of your own for the contact' })
  await toggle.click({ force: true })
  const entry = async () => {
    const { body } = await dashboard.product.call<{ items: { type: string; enabled: boolean; channels: object }[] }>(
      'GET',
      '/v1/catalogue',
    )
    return body.items.find(({ type }) => type === 'message.custom')!
  }
  await expect.poll(async () => (await entry()).enabled).toBe(false)

  await page.getByRole('button', { name: 'Change Message of your own for the contact' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Go on without news after (minutes)').fill('30')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect((await entry()).channels).toEqual({
    firstOf: ['email', 'whatsapp', 'sms', 'in_app'],
    ifNoReportWithinMinutes: 30,
  })
  await page.getByText('your choice').waitFor()
  expect(dashboard.complaints).toEqual([])
})
