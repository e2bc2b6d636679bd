import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
let contactId: string
beforeAll(async () => {
  dashboard = await startDashboard()
  const { product } = dashboard
  contactId = (await product.call<{ id: string }>('POST', '/v1/contacts', { name: 'Sample Client' })).body.id
  const { body: account } = await product.call<{ id: string }>('POST', '/v1/providers', {
    provider: 'sandbox',
    channel: 'sms',
    name: 'Ours',
    enabled: false,
  })
  await product.call('PATCH', `/v1/providers/${account.id}`, { weight: 50 })
  await product.call('PATCH', `/v1/contacts/${contactId}`, { locale: 'en' })
})
afterAll(() => dashboard?.close())

test('says who did what, from what to what, and that all of it is there', async () => {
  const page = await dashboard.visit('/audit')
  await page.getByText(/Complete and unchanged: \d+ entries/).waitFor()
  const row = page.getByRole('row').filter({ hasText: 'changed a provider account' })
  await row.getByText('weight: 100 → 50').waitFor()
  expect(await row.innerText()).toContain('API key')
  expect(await page.getByRole('row').filter({ hasText: 'signed in' }).count()).toBeGreaterThan(0)
})

test('the address keeps what is looked for, and the file holds the same', async () => {
  const page = await dashboard.visit('/audit', { acceptDownloads: true })
  await page.getByRole('combobox', { name: 'What was done' }).fill('changed a contact')
  await page.getByRole('option', { name: 'changed a contact', exact: true }).click()
  await page.waitForURL('**/audit?act=contact.updated')
  const rows = page.getByRole('table', { name: 'Audit log' }).locator('tbody tr')
  await expect.poll(() => rows.count()).toBe(1)
  await rows
    .first()
    .getByRole('link', { name: `…${contactId.slice(-12)}` })
    .click()
  await page.waitForURL(`**/audit?act=contact.updated&subject=${contactId}`)
  await page.reload()
  await expect.poll(() => rows.count()).toBe(1)

  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'As a table (CSV)' }).click(),
  ])
  const lines = readFileSync(await download.path(), 'utf8')
    .trimEnd()
    .split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain(contactId)
})

test('in French, on a phone, nothing is wider than the screen', async () => {
  const page = await dashboard.visit('/audit', { language: 'fr', viewport: PHONE })
  await page.getByText('Complet et inchangé').waitFor()
  await page.getByText('a modifié un contact').first().waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(PHONE.width)
})

test('no page complained', () => {
  expect(dashboard.complaints).toEqual([])
})
