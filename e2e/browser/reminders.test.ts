import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Dashboard, fits, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

const DAY = 86_400_000
const CLOCK = '/v1/sandbox/clock'
/** At 14:00 UTC on a day this far ahead: no quiet hour anywhere near. */
const ahead = (days: number) => new Date(Math.ceil(Date.now() / DAY + days) * DAY + 14 * 3_600_000)

async function plan(subject: string, at: Date, to: object, offsets = ['-PT24H']) {
  const { status, body } = await dashboard.product.call('PUT', `/v1/reminders/${subject}`, {
    at: at.toISOString(),
    timeZone: 'Europe/Paris',
    to,
    payload: { subject: 'Until soon', body: `See you about ${subject}.` },
    reminders: offsets.map((offset) => ({ offset, type: 'message.custom', channels: ['sms'] })),
  })
  expect(status, JSON.stringify(body)).toBe(200)
}

const clockOf = (page: Page) => page.getByRole('region', { name: 'Clock' })
const row = (page: Page, name: string) => page.getByRole('row', { name: new RegExp(name) })

beforeEach(async () => void (await dashboard.product.call('DELETE', CLOCK)))

test('a reminder is planned, the clock jumps, and it is on the phone; back to now, the banner is gone', async () => {
  await plan('appointment-1', ahead(20), { phone: '+33639980201', name: 'Sample Reminded', locale: 'en' })
  const page = await dashboard.visit('/sandbox')
  const clock = clockOf(page)
  await clock.getByText('The true time', { exact: true }).waitFor()
  await clock.getByRole('button', { name: '+1 h' }).click()
  await clock.getByText(/^The true time is/).waitFor()
  const banner = page.getByText('clock was moved')
  await banner.waitFor()

  await clock.getByRole('button', { name: 'Before…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Jump to before something' })
  await dialog.getByRole('combobox', { name: 'How long before' }).click()
  await page.getByRole('option', { name: '2 days before' }).click()
  await dialog.getByRole('button', { name: 'Jump' }).click()
  await dialog.waitFor({ state: 'hidden' })
  const thread = page.getByRole('region', { name: 'Phones: SMS' }).getByRole('log')
  // What is due is taken up twice a second: nothing of it is.
  const { body: before } = await dashboard.product.call<{ reminders: { status: string }[] }>(
    'GET',
    '/v1/reminders/appointment-1',
  )
  expect(before.reminders.map(({ status }) => status)).toEqual(['planned'])

  await clock.getByRole('button', { name: 'Next reminder' }).click()
  await thread.getByText('See you about appointment-1.').waitFor()
  await thread.getByText('Today').first().waitFor()
  await page.goto('/reminders')
  await banner.waitFor()
  await row(page, 'appointment-1').getByText('Sent').waitFor()

  await page.goto('/sandbox')
  await clock.getByRole('button', { name: 'Back to now' }).click()
  await clock.getByText('The true time', { exact: true }).waitFor()
  await banner.waitFor({ state: 'hidden' })
})

test('the list shows what is ahead, the soonest first, with what became of each reminder, and is narrowed', async () => {
  await plan('delivery-far', ahead(30), { phone: '+33639980202', name: 'Far Away' })
  await plan('delivery-soon', ahead(2), { phone: '+33639980203', name: 'Coming Soon' }, ['-PT24H', '-P7D'])
  await plan('delivery-off', ahead(3), { phone: '+33639980204', name: 'Called Off' })
  await dashboard.product.call('DELETE', '/v1/reminders/delivery-off')
  const page = await dashboard.visit('/reminders')
  await row(page, 'delivery-far').waitFor()
  const names = (await page.getByRole('row').allInnerTexts()).map((text) => /delivery-\w+/.exec(text)?.[0])
  expect(names.filter(Boolean)).toEqual(['delivery-soon', 'delivery-off', 'delivery-far'])
  const soon = await row(page, 'delivery-soon').innerText()
  expect(soon).toContain('24 hours before')
  expect(soon).toContain('7 days before')
  expect(soon).toContain('its time had passed when it was planned')

  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Cancelled' }).click()
  await row(page, 'delivery-far').waitFor({ state: 'hidden' })
  await row(page, 'delivery-off').waitFor()
  expect(new URL(page.url()).search).toContain('status=cancelled')
  await page.reload()
  await row(page, 'delivery-off').waitFor()
  expect(await row(page, 'delivery-far').isVisible()).toBe(false)
})

test('one subject is cancelled after asking, and its sent reminder leads to its notification', async () => {
  await plan('visit-1', ahead(10), { phone: '+33639980205', name: 'Sample Visited' }, ['-P7D', '-PT24H'])
  const page = await dashboard.visit('/reminders')
  await page.getByRole('link', { name: 'visit-1' }).click()
  await page.getByRole('heading', { name: 'visit-1' }).waitFor()
  await row(page, '7 days before').getByText('Planned').waitFor()
  await dashboard.product.call('POST', CLOCK, { before: { subject: 'visit-1', offset: 'P7D' } })
  // As it happens, without a reload.
  await row(page, '7 days before').getByText('Sent').waitFor()
  await page.getByRole('button', { name: 'Cancel the reminders' }).click()
  const dialog = page.getByRole('dialog', { name: 'Cancel these reminders?' })
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await page.getByRole('button', { name: 'Cancel the reminders' }).click()
  await dialog.getByRole('button', { name: 'Cancel them' }).click()
  await row(page, '24 hours before').getByText('the subject was cancelled').waitFor()
  expect(await page.getByRole('button', { name: 'Cancel the reminders' }).isVisible()).toBe(false)
  await page.getByRole('link', { name: '7 days before' }).click()
  await page.getByRole('heading', { name: 'To Sample Visited' }).waitFor()
})

test('it fits a phone, in French', async () => {
  await plan('visit-2', ahead(10), { phone: '+33639980206', name: 'Sample Visited' })
  for (const [path, heading] of [
    ['/reminders', 'Rappels'],
    ['/reminders/visit-2', 'visit-2'],
    ['/sandbox', /./],
  ] as const) {
    const page = await dashboard.visit(path, { language: 'fr', viewport: PHONE })
    await fits(page, heading)
    await page.close()
  }
})

test('a subject that nothing is planned for says so', async () => {
  const page = await dashboard.visit('/reminders/nothing-of-the-kind')
  await page.getByRole('alert').waitFor()
})

test('nobody is asked to move a clock where there is none to move', async () => {
  let asked = 0
  const page = await dashboard.visit('/sandbox', {
    prepare: (page) =>
      page.route('**/v1/sandbox/clock', (route) => {
        asked++
        return route.fulfill({
          json: { now: new Date(), aheadMs: 0, movable: false, reason: 'live_accounts', nextReminderAt: null },
        })
      }),
  })
  await page.getByRole('region', { name: 'Mailbox' }).waitFor()
  // The clock has been told of, as the page has come to rest.
  await page.waitForLoadState('networkidle')
  expect(asked).toBeGreaterThan(0)
  expect(await clockOf(page).count()).toBe(0)
})

test('nothing was complained about', () => {
  expect(dashboard.complaints.filter((complaint) => !complaint.includes('about:srcdoc'))).toEqual([])
})
