import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, fits, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

const text = (digits: number) =>
  dashboard.product.call<{ id: string; messages: { status: string }[] }>('POST', '/v1/notifications', {
    type: 'message.custom',
    to: { phone: `+26377234${digits}` },
    channels: ['sms'],
    payload: { subject: 'A sample', body: `Its words ${digits}.` },
  })

test('an unusual country is let through from its alert, and what was refused says why', async () => {
  await dashboard.product.call('PATCH', '/v1/delivery-settings', { phoneCountries: { perDay: 1 } })
  await text(1001)
  const { body } = await text(1002)
  expect(body.messages).toMatchObject([{ status: 'suppressed' }])

  const page = await dashboard.visit('/automations')
  await page.getByText('Unusual country').waitFor()
  await page.getByText('Zimbabwe').waitFor()
  await fits(page, 'Automations')
  await page.getByRole('button', { name: 'Let through' }).click()
  await page.getByText('Always let through').waitFor()
  expect((await text(1003)).body.messages).not.toMatchObject([{ status: 'suppressed' }])

  await page.getByRole('button', { name: 'Countries', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Countries' })
  await dialog.getByText('Zimbabwe').waitFor()
  await dialog.getByPlaceholder('Add a country').fill('Kenya')
  await page.getByRole('option', { name: 'Kenya' }).click()
  await dialog.getByRole('combobox', { name: 'What goes to Kenya' }).click()
  await page.getByRole('option', { name: 'Closed' }).click()
  await dialog.getByRole('button', { name: 'No more decision about Zimbabwe' }).click()
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'detached' })
  const settings = await dashboard.product.call<{ phoneCountries: object }>('GET', '/v1/delivery-settings')
  expect(settings.body.phoneCountries).toMatchObject({ perDay: 1, own: { KE: 'blocked' } })

  const message = await dashboard.visit(`/notifications/${body.id}`, { viewport: PHONE })
  await message.waitForLoadState('networkidle')
  expect(dashboard.complaints).toEqual([])
})

test('limits name what is silent', async () => {
  const page = await dashboard.visit('/automations', { language: 'fr' })
  await page.getByRole('button', { name: 'Limites' }).click()
  await page.getByText('Plus aucune réponse', { exact: true }).waitFor()
  await page.getByText('Rappels non partis', { exact: true }).scrollIntoViewIfNeeded()
})
