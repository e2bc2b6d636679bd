import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
  const { status } = await dashboard.product.call('PUT', '/v1/prices', {
    prices: [{ provider: 'sandbox', channel: 'sms', country: 'FR', micros: 45_000, currency: 'EUR' }],
  })
  expect(status).toBe(200)
})
afterAll(() => dashboard?.close())

async function send(to: object, channel: string): Promise<string> {
  const { status, body } = await dashboard.product.call<{ messages: { id: string }[] }>('POST', '/v1/notifications', {
    type: 'message.custom',
    to,
    payload: { subject: 'A sample', body: 'Its words.' },
    channels: [channel],
  })
  expect(status, JSON.stringify(body)).toBe(202)
  return body.messages[0]!.id
}

test('who has sent nothing is told what to do next', async () => {
  const nothing = { body: JSON.stringify({ items: [], nextCursor: null }), contentType: 'application/json' }
  const page = await dashboard.visit('/', {
    async prepare(page) {
      await page.route('**/v1/messages?*', (route) => route.fulfill(nothing))
      await page.route('**/v1/stats/overview?*', async (route) => {
        const answer = await route.fetch()
        const body = (await answer.json()) as { total: object }
        await route.fulfill({ json: { ...body, total: { ...body.total, accepted: 0, sent: 0 }, series: [] } })
      })
    },
  })
  await page.getByText('Nothing sent yet').waitFor()
  await page.getByRole('link', { name: 'Open the sandbox' }).waitFor()
})

test('numbers grow while they are looked at', async () => {
  const page = await dashboard.visit('/?period=today')
  await page.getByText('Live', { exact: true }).waitFor()
  const email = page.getByRole('table', { name: 'By channel' }).getByRole('row', { name: /E-mail/ })
  const sent = email.getByRole('cell').first()
  const before = Number(await sent.innerText())
  await page.evaluate('window.sameDocument = true')
  for (const name of ['ann', 'bob', 'silent']) await send({ email: `${name}@example.com` }, 'email')
  await send({ email: 'fail@example.com' }, 'email')
  await expect.poll(() => sent.innerText(), { timeout: 30_000 }).toBe(String(before + 3))
  expect(await page.evaluate('window.sameDocument')).toBe(true)

  await page.getByText('As a table').click()
  const lost = page.getByRole('table', { name: 'By hour' }).locator('tbody td:nth-child(4)')
  const sum = async () => (await lost.allInnerTexts()).reduce((total, text) => total + Number(text), 0)
  await expect.poll(sum, { timeout: 30_000 }).toBe(1)
})

test('what an SMS has cost is told of the message, and summed up', async () => {
  const id = await send({ phone: '+33639980042' }, 'sms')
  const message = await dashboard.visit(`/messages/${id}`)
  await message.getByText('€0.045 (estimated)').waitFor()
  await message.getByText('Parts', { exact: true }).waitFor()

  const page = await dashboard.visit('/', { language: 'fr' })
  // The demo has sent one too, at what the sandbox says it costs.
  const sms = page.getByRole('table', { name: 'Par canal' }).getByRole('row', { name: /SMS/ })
  await expect.poll(() => sms.getByRole('cell').first().innerText(), { timeout: 30_000 }).toBe('2')
  await expect.poll(() => sms.getByRole('cell').last().innerText(), { timeout: 30_000 }).toMatch(/^0,09\s€$/)
  await page.getByText(/messages? sans prix connu/).waitFor()
})

test('the period stands in the address, and a phone need not scroll sideways', async () => {
  const page = await dashboard.visit('/', { viewport: PHONE })
  await page.getByText('By day').waitFor()
  await page.getByText('Today', { exact: true }).click()
  await page.waitForURL('**/?period=today')
  await page.getByText('By hour').waitFor()
  await page.getByRole('table', { name: 'By channel' }).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  expect(dashboard.complaints).toEqual([])
})
