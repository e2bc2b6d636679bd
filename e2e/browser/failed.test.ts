import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
  for (let n = 0; n < 4; n++) await send(`fail+${n}@example.com`)
  await send('unknown@example.com')
})
afterAll(() => dashboard?.close())

async function send(email: string): Promise<void> {
  const { status } = await dashboard.product.call('POST', '/v1/notifications', {
    type: 'message.custom',
    to: { email, name: `Sample of ${email}` },
    payload: { subject: 'A sample', body: `Its words to ${email}.` },
    channels: ['email'],
  })
  expect(status).toBe(202)
}

test('what failed is there by its reason, and the address keeps the choice', async () => {
  const page = await dashboard.visit('/failed')
  await page.getByRole('button', { name: 'No such address 1' }).click()
  await page.getByText('it is no longer used').waitFor()
  const rows = page.getByRole('table', { name: 'Failed messages' }).locator('tbody tr')
  await expect.poll(() => rows.count()).toBe(1)
  expect(await rows.first().innerText()).toContain('550')
  expect(new URL(page.url()).search).toBe('?reason=suppressed')
  await page.reload()
  await expect.poll(() => rows.count()).toBe(1)
  await rows.first().getByRole('link').click()
  await page.getByText('The provider refused it: 550.').waitFor()
})

test('what fails while somebody looks appears by itself', async () => {
  const page = await dashboard.visit('/failed')
  await page.getByRole('button', { name: 'All 5' }).waitFor()
  await send('fail+now@example.com')
  await page.getByText('Sample of fail+now@example.com').waitFor()
  await page.getByRole('button', { name: 'All 6' }).waitFor()
})

test('sending again tells how many first, then what came of it', async () => {
  const page = await dashboard.visit('/failed')
  await page.getByRole('button', { name: 'Send again' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('6 messages are sent once more').waitFor()
  await dialog.getByText('Refused for good: 5').waitFor()
  await dialog.getByText('Back').click()
  await dialog.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Send again' }).click()
  await dialog.getByRole('button', { name: 'Send again' }).click()
  const outcome = page.getByRole('status').filter({ hasText: 'were sent again' })
  await outcome.waitFor()
  expect(await outcome.innerText()).toContain('1 was left out (address no longer used: 1)')
})

test('a filter that matches nothing says so, and nothing can be sent', async () => {
  const page = await dashboard.visit('/failed?reason=render&type=no.such')
  await page.getByText('Nothing matches').waitFor()
  expect(await page.getByRole('button', { name: 'Send again' }).count()).toBe(0)
})
