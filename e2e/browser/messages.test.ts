import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

interface Accepted {
  id: string
  messages: { id: string; channel: string }[]
}

async function send(to: object, more: object = {}): Promise<{ notificationId: string; messageId: string }> {
  const { status, body } = await dashboard.product.call<Accepted>('POST', '/v1/notifications', {
    type: 'message.custom',
    to,
    payload: { subject: 'A sample', body: 'Its words.' },
    channels: ['email'],
    ...more,
  })
  expect(status, JSON.stringify(body)).toBe(202)
  return { notificationId: body.id, messageId: body.messages[0]!.id }
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

test('a reference that does not exist is said to be missing', async () => {
  const page = await dashboard.visit('/messages/019a9f00-0000-7000-8000-000000000001')
  expect(await page.getByRole('alert').innerText()).toContain('It does not exist')
})

test('while the server cannot be reached the page says so, and tries again when asked', async () => {
  let reachable = false
  const page = await dashboard.visit('/messages', {
    prepare: (page) => page.route('**/v1/messages?*', (route) => (reachable ? route.continue() : route.abort())),
  })
  const alert = page.getByRole('alert').filter({ hasText: 'cannot be reached' })
  await alert.waitFor()
  reachable = true
  await alert.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('table', { name: 'List of messages' }).waitFor()
})

test('the timeline follows a message to its end, live', async () => {
  const { messageId } = await send({ email: 'busy@example.com' })
  const page = await dashboard.visit(`/messages/${messageId}`)
  await page.evaluate('window.sameDocument = true')
  const timeline = page.getByRole('list', { name: 'Timeline' })
  await timeline.getByText('Accepted').waitFor()
  await timeline.getByText('Delivered').waitFor()
  expect(await timeline.getByText('Put off').count()).toBe(2)
  await page.getByText('Try 3').waitFor()
  await page.getByText('asked to wait').first().waitFor()
  expect(await page.evaluate('window.sameDocument')).toBe(true)
})

test('a scheduled message can be cancelled, after being asked', async () => {
  const { messageId } = await send({ email: 'later@example.com' }, { sendAt: inAnHour() })
  const page = await dashboard.visit(`/messages/${messageId}`)
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click()
  await page.getByText('1 message will not be sent').waitFor()
  await page.getByRole('list', { name: 'Timeline' }).getByText('Cancelled').waitFor()
  await page.getByRole('button', { name: 'Cancel', exact: true }).waitFor({ state: 'detached' })
})

test('a scheduled message is given another time, or leaves at once', async () => {
  const { messageId } = await send({ email: 'moved@example.com' }, { sendAt: inAnHour() })
  const page = await dashboard.visit(`/messages/${messageId}`)
  await page.getByText('it was asked for').waitFor()
  await page.getByRole('button', { name: 'Reschedule' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Time zone: Europe/Paris').waitFor()
  await dialog.getByLabel('Date and time').fill('2027-01-02T09:30')
  await dialog.getByRole('button', { name: 'Reschedule' }).click()
  await page.getByText('It leaves 2 Jan 2027, 09:30:00 CET.').waitFor()
  await page.getByRole('list', { name: 'Timeline' }).getByText('Given another time').waitFor()
  await dialog.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Reschedule' }).click()
  await dialog.getByRole('button', { name: 'Send now' }).click()
  await page.getByText('It leaves now.').waitFor()
  await page.getByRole('list', { name: 'Timeline' }).getByText('Delivered').waitFor()
})

test('a message says which channel follows it, and leads there', async () => {
  const { messageId } = await send(
    { email: 'fail+chain@example.com', phone: '+33639980009' },
    { channels: { firstOf: ['email', 'sms'] } },
  )
  const page = await dashboard.visit(`/messages/${messageId}`)
  await page.getByText('The provider refused it: 554.').waitFor()
  const timeline = page.getByRole('list', { name: 'Timeline' })
  await timeline.getByText('Next channel').waitFor()
  await timeline.getByRole('link', { name: 'See that message' }).click()
  await page.getByText('chosen: E-mail failed').waitFor()
  await page.getByText('Sandbox').first().waitFor()
})

test('a cancel that comes too late says so', async () => {
  const { notificationId, messageId } = await send({ email: 'late@example.com' }, { sendAt: inAnHour() })
  const page = await dashboard.visit(`/messages/${messageId}`, {
    // Without live news the page still offers what is no longer possible.
    prepare: (page) => page.routeWebSocket('**/v1/realtime*', () => {}),
  })
  await page.getByRole('button', { name: 'Cancel', exact: true }).click()
  await dashboard.product.call('POST', `/v1/notifications/${notificationId}/cancel`)
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel it' }).click()
  await page.getByText('Too late').waitFor()
  await page.getByRole('list', { name: 'Timeline' }).getByText('Cancelled').waitFor()
})

test('sending again makes a new message and opens it', async () => {
  const { messageId } = await send({ email: 'again@example.com' })
  const page = await dashboard.visit(`/messages/${messageId}`)
  await page.getByRole('list', { name: 'Timeline' }).getByText('Delivered').waitFor()
  await page.getByRole('button', { name: 'Send again' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click()
  await page.waitForURL((url) => url.pathname.startsWith('/messages/') && !url.pathname.endsWith(messageId))
  await page.getByRole('list', { name: 'Timeline' }).getByText('Delivered').waitFor()
})

test('a refused message shows the answer of the carrier and why it was tried', async () => {
  const { messageId } = await send({ email: 'fail@example.com' })
  const page = await dashboard.visit(`/messages/${messageId}`)
  await page.getByRole('heading', { name: 'Why was this not sent?' }).waitFor()
  await page.getByText('The provider refused it: 554.').waitFor()
  await page.getByText('the request asked for it').waitFor()
  await page.getByText('will never go').waitFor()
})

test('new messages and their states show on the list as they happen', async () => {
  const page = await dashboard.visit('/messages?address=live@example.com')
  await page.getByText('Nothing matches').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await send({ email: 'live@example.com', name: 'Sample Live' })
  await send({ email: 'elsewhere-not-shown@example.com', name: 'Sample Other' })
  const row = page.getByRole('row', { name: /Sample Live/ })
  await row.getByText('Delivered').waitFor()
  expect(await page.getByText('Sample Other').count()).toBe(0)
})

test('filters stand in the address, and the back button takes them back', async () => {
  await send({ email: 'fail@example.com' }, { allowRepeat: true })
  const page = await dashboard.visit('/messages')
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Failed' }).click()
  await page.waitForURL('**/messages?status=failed')
  await page.getByRole('table').getByText('Delivered').first().waitFor({ state: 'detached' })
  expect(await page.getByRole('table').getByText('Failed').count()).toBeGreaterThan(0)

  await page.goBack()
  await page.getByRole('table').getByText('Delivered').first().waitFor()
  expect(new URL(page.url()).search).toBe('')
})

test('the search understands phones as they are written, types and references', async () => {
  const { notificationId, messageId } = await send({ phone: '+33639980042' }, { channels: ['sms'] })
  const page = await dashboard.visit('/messages')
  const search = page.getByRole('searchbox', { name: 'Search' })
  await search.fill('+33 6 39 98 00 42')
  await search.press('Enter')
  await page.waitForURL(/address=/)
  await page.getByRole('row', { name: /\+33639980042/ }).waitFor()

  await search.fill('appointment.confirmed')
  await search.press('Enter')
  await page.waitForURL(/type=appointment\.confirmed/)

  await search.fill(messageId)
  await search.press('Enter')
  await page.waitForURL(`**/messages/${messageId}`)

  await page.goBack()
  await search.fill(notificationId)
  await search.press('Enter')
  await page.waitForURL(`**/notifications/${notificationId}`)
  await page.getByText('"subject": "A sample"').waitFor()
})

test('a long list is read page by page, each message once', async () => {
  const notifications = Array.from({ length: 70 }, (_, n) => ({
    type: 'message.custom',
    to: { email: `paged-${n}@example.com`, name: `Paged ${n}` },
    payload: { subject: 'Paged', body: 'Paged' },
    channels: ['in_app'],
  }))
  const { body } = await dashboard.product.call<{ results: { error?: object }[] }>('POST', '/v1/notifications/batch', {
    notifications,
  })
  expect(body.results.filter(({ error }) => error)).toEqual([])
  const page = await dashboard.visit('/messages?channel=in_app')
  const rows = page.getByRole('table').getByRole('row')
  await page.getByText('30 messages shown').waitFor()
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByText('60 messages shown').waitFor()
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByText('70 messages', { exact: true }).waitFor()
  const names = await rows.getByRole('link').allInnerTexts()
  expect(new Set(names).size).toBe(70)
})

test('on a phone the list folds without scrolling sideways', async () => {
  const page = await dashboard.visit('/messages', { viewport: PHONE })
  await page.getByRole('table').waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await page.getByRole('button', { name: 'Menu' }).click()
  await page.getByRole('link', { name: 'Overview' }).click()
  await page.getByRole('heading', { name: /^Welcome/ }).waitFor()
})

test('the bell rings for the member, and reading it is remembered', async () => {
  const page = await dashboard.visit('/')
  await page.getByText('Live', { exact: true }).waitFor()
  const { body } = await dashboard.product.call<{ items: { type: string; sample: object }[] }>('GET', '/v1/catalogue')
  const { sample } = body.items.find(({ type }) => type === 'payment.received')!
  await dashboard.product.call('POST', '/v1/events', { type: 'payment.received', payload: sample })

  await page.getByRole('button', { name: 'Notifications, 1 unread' }).click()
  const feed = page.getByRole('dialog', { name: 'Notifications' })
  await feed.getByText('Paiement reçu').waitFor()
  await feed.getByRole('button', { name: 'Mark as read' }).click()
  await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
  await page.reload()
  await page.getByRole('button', { name: 'Notifications', exact: true }).waitFor()
})

test('while the server is away the page says so; when it is back nothing is missing', async () => {
  const page = await dashboard.visit('/messages?address=away@example.com')
  await page.getByText('Nothing matches').waitFor()
  await page.getByText('Live', { exact: true }).waitFor()
  await page.evaluate('window.sameDocument = true')
  await dashboard.product.processes.get('all')?.stop()
  await page.getByText('Offline', { exact: true }).waitFor()

  dashboard.product.restart('all')
  await dashboard.product.ready()
  await send({ email: 'away@example.com', name: 'Sample Away' })
  await page.getByText('Live', { exact: true }).waitFor({ timeout: 60_000 })
  await page
    .getByRole('row', { name: /Sample Away/ })
    .getByText('Delivered')
    .waitFor()
  expect(await page.evaluate('window.sameDocument')).toBe(true)
})

test('no page wrote an error to the console', () => {
  const expected = /net::ERR_(?:FAILED|CONNECTION_REFUSED)|WebSocket/
  expect(dashboard.complaints.filter((complaint) => !expected.test(complaint))).toEqual([])
})
