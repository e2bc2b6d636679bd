import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openBookings } from './booked.ts'
import { type Dashboard, DESKTOP, PHONE, startDashboard } from './browser.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
/** Compressed, for the first page: what somebody on a slow line waits for. */
const FIRST_SCRIPTS_LIMIT_BYTES = 300_000

let dashboard: Dashboard
let messageId: string
let notificationId: string
let laterId: string
let invitationToken: string
let contactId: string
let campaignId: string
let startedId: string
let quoteId: string
let bookingId: string
let orphanId: string
const bookings = openBookings(() => dashboard)
beforeAll(async () => {
  dashboard = await startDashboard()
  const { body } = await dashboard.product.call<{ id: string; messages: { id: string }[] }>(
    'POST',
    '/v1/notifications',
    {
      type: 'message.custom',
      to: { email: 'bounce@example.com', name: 'Sample Recipient' },
      payload: { subject: 'A sample', body: 'Its words.' },
      channels: ['email'],
    },
  )
  const later = await dashboard.product.call<{ messages: { id: string }[] }>('POST', '/v1/notifications', {
    type: 'message.custom',
    to: { email: 'later@example.com' },
    payload: { subject: 'A sample', body: 'Its words.' },
    channels: ['email'],
    sendAt: new Date(Date.now() + 3_600_000).toISOString(),
  })
  laterId = later.body.messages[0]!.id
  await dashboard.product.call('PUT', '/v1/reminders/appointment-1', {
    at: new Date(Date.now() + 20 * 86_400_000).toISOString(),
    to: { email: 'reminded@example.com', name: 'Sample Reminded' },
    payload: { subject: 'Until soon', body: 'See you.' },
    reminders: ['-P7D', '-PT24H', '-P30D'].map((offset) => ({ offset, type: 'message.custom', channels: ['email'] })),
  })
  const contact = await dashboard.product.call<{ id: string }>('POST', '/v1/contacts', {
    name: 'Sample Contact',
    email: 'contact@example.com',
    phone: '+33639980042',
    attributes: { vip: true },
  })
  contactId = contact.body.id
  await dashboard.product.call('POST', `/v1/contacts/${contactId}/consents`, {
    channel: 'email',
    source: 'form',
    wording: 'I would like to hear of offers.',
  })
  const segment = await dashboard.product.call<{ id: string }>('POST', '/v1/segments', { name: 'A list' })
  const campaign = await dashboard.product.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'A sample',
    segmentId: segment.body.id,
    channels: ['email'],
    variants: [{ payload: { subject: 'A sample', body: 'Its words.' } }],
  })
  campaignId = campaign.body.id
  const readers = await dashboard.product.call<{ id: string }>('POST', '/v1/segments', { name: 'Readers' })
  await dashboard.product.call('POST', `/v1/segments/${readers.body.id}/contacts`, { contactIds: [contactId] })
  const started = await dashboard.product.call<{ id: string }>('POST', '/v1/campaigns', {
    name: 'A sample that goes',
    segmentId: readers.body.id,
    channels: ['email'],
    variants: [{ payload: { subject: 'A sample', body: 'Its words.' } }],
  })
  startedId = started.body.id
  const start = await dashboard.product.call('POST', `/v1/campaigns/${startedId}/start`)
  expect(start.status, JSON.stringify(start.body)).toBe(200)
  bookingId = await bookings.booked()
  orphanId = await bookings.orphan()
  quoteId = (await bookings.quote()).temporaryId
  await dashboard.product.call('POST', '/v1/suppressions', {
    channel: 'email',
    address: 'complained@example.com',
    reason: 'complaint',
  })
  for (const email of ['fail@example.com', 'unknown@example.com'])
    await dashboard.product.call('POST', '/v1/notifications', {
      type: 'message.custom',
      to: { email },
      payload: { subject: 'A sample', body: 'Its words.' },
      channels: ['email'],
    })
  // The demo's first messages may still be on their way.
  for (const channel of ['sms', 'whatsapp']) {
    const answer = { channel, from: '+33639980001', text: 'Stop' }
    await vi.waitFor(
      async () => expect((await dashboard.product.call('POST', '/v1/sandbox/inbound', answer)).status).toBe(202),
      { timeout: 30_000, interval: 200 },
    )
  }
  await dashboard.product.call('POST', '/v1/providers', {
    provider: 'twilio',
    channel: 'sms',
    name: 'Sample Twilio',
    settings: { accountSid: `AC${'0'.repeat(32)}`, authToken: 'sample-token', from: 'Atelier' },
    limits: { perSecond: 5, perDay: 100 },
  })
  await dashboard.product.call('POST', '/v1/invitations', { email: 'invited@example.com', role: 'staff' })
  invitationToken = await dashboard.invitationOf('invited@example.com')
  notificationId = body.id
  messageId = body.messages[0]!.id
  await dashboard.product.call('POST', '/v1/events', {
    type: 'payment.received',
    payload: { amount: 4500, currency: 'EUR' },
  })
})
afterAll(() => dashboard?.close())

interface Place {
  name: string
  path: () => string
  signedIn?: boolean
  /** Brings the page to the state that is looked at. */
  reach: (page: Page) => Promise<unknown>
}

/** At a new campaign's words, of two versions. */
async function writing(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Name' }).fill('A sample')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('textbox', { name: 'Subject' }).fill('A sample')
  await page.getByRole('textbox', { name: 'Message' }).fill('Its words.')
  await page.getByRole('switch', { name: 'Compare two versions (A/B)' }).click({ force: true })
  await page.getByText('Version B').waitFor()
}

const places: Place[] = [
  {
    name: 'sign-in',
    path: () => '/sign-in',
    signedIn: false,
    reach: (page) => page.getByText('account is filled in').waitFor(),
  },
  {
    name: 'forgot password',
    path: () => '/forgot-password',
    signedIn: false,
    reach: (page) => page.getByRole('button', { name: 'Send me a link' }).waitFor(),
  },
  {
    name: 'a new password, refused',
    path: () => '/reset-password#nothing',
    signedIn: false,
    async reach(page) {
      await page.getByLabel('Choose a password').fill('tuesday lemon ferry')
      await page.getByRole('button', { name: 'Keep this password' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'sign-in link',
    path: () => '/sign-in-link#nothing',
    signedIn: false,
    reach: (page) => page.getByText('Press the button').waitFor(),
  },
  {
    name: 'my account',
    path: () => '/account',
    reach: (page) => page.getByText('Chrome on Linux').first().waitFor(),
  },
  {
    name: 'a second factor',
    path: () => '/account',
    async reach(page) {
      const { body } = await dashboard.product.call<{ password: string }>('GET', '/v1/demo')
      await page.getByRole('button', { name: 'Set up a second factor' }).click()
      await page.getByRole('dialog').getByLabel('Current password').fill(body.password)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
    },
  },
  {
    name: 'overview',
    path: () => '/',
    async reach(page) {
      await page.getByRole('table', { name: 'By channel' }).waitFor()
      await page.getByRole('table', { name: 'Latest messages' }).waitFor()
    },
  },
  {
    name: 'today, as a table',
    path: () => '/?period=today',
    async reach(page) {
      await page.getByText('As a table').click()
      await page.getByRole('table', { name: 'By hour' }).waitFor()
    },
  },
  { name: 'messages', path: () => '/messages', reach: (page) => page.getByRole('table').waitFor() },
  {
    name: 'no messages',
    path: () => '/messages?address=nobody@example.com&status=failed',
    reach: (page) => page.getByText('Nothing matches').waitFor(),
  },
  {
    name: 'one message',
    path: () => `/messages/${messageId}`,
    reach: (page) => page.getByRole('list', { name: 'Timeline' }).getByText('Bounced').waitFor(),
  },
  {
    name: 'send again',
    path: () => `/messages/${messageId}`,
    async reach(page) {
      await page.getByRole('button', { name: 'Send again' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'notification',
    path: () => `/notifications/${notificationId}`,
    reach: (page) => page.getByText('How each channel was decided').waitFor(),
  },
  {
    name: 'another time',
    path: () => `/messages/${laterId}`,
    async reach(page) {
      await page.getByRole('button', { name: 'Reschedule' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'reminders',
    path: () => '/reminders',
    reach: (page) => page.getByRole('table').waitFor(),
  },
  {
    name: 'the reminders of one subject',
    path: () => '/reminders/appointment-1',
    reach: (page) => page.getByRole('table').waitFor(),
  },
  {
    name: 'jumping to before something',
    path: () => '/sandbox',
    async reach(page) {
      // Accounts of other pages hold the real one still.
      await page.route('**/v1/sandbox/clock', (route) =>
        route.fulfill({
          json: { now: new Date(), aheadMs: 7_200_000, movable: true, reason: null, nextReminderAt: null },
        }),
      )
      await page.reload()
      await page.getByRole('button', { name: 'Before…' }).click()
      await page.getByRole('dialog').getByRole('combobox', { name: 'Before what' }).waitFor()
    },
  },
  {
    name: 'failed',
    path: () => '/failed',
    reach: (page) => page.getByRole('table').waitFor(),
  },
  {
    name: 'failed, by reason',
    path: () => '/failed?reason=suppressed',
    reach: (page) => page.getByText('it is no longer used').waitFor(),
  },
  {
    name: 'send what failed again',
    path: () => '/failed',
    async reach(page) {
      await page.getByRole('button', { name: 'Send again' }).click()
      await page.getByRole('dialog').getByText('sent once more').waitFor()
    },
  },
  { name: 'contacts', path: () => '/contacts', reach: (page) => page.getByRole('table').waitFor() },
  {
    name: 'a contact to add',
    path: () => '/contacts',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Add a contact' }).click()
      await page.getByRole('dialog').getByRole('textbox', { name: 'Phone' }).waitFor()
    },
  },
  {
    name: 'a payment to give back',
    path: () => `/bookings/payments/${orphanId}`,
    reach: async (page) => {
      await page.getByRole('button', { name: 'Refund…' }).click()
      await page.getByRole('dialog').getByText('At most').waitFor()
    },
  },
  {
    name: 'no contacts',
    path: () => '/contacts?search=zzzz',
    reach: (page) => page.getByText('Nobody matches').waitFor(),
  },
  {
    name: 'one contact',
    path: () => `/contacts/${contactId}`,
    reach: (page) => page.getByText('I would like to hear of offers.').waitFor(),
  },
  {
    name: 'erase a contact',
    path: () => `/contacts/${contactId}`,
    async reach(page) {
      await page.getByRole('button', { name: 'Erase' }).click()
      await page.getByRole('dialog').getByText('This cannot be undone').waitFor()
    },
  },
  { name: 'suppressions', path: () => '/suppressions', reach: (page) => page.getByRole('table').waitFor() },
  {
    name: 'remove a suppression',
    path: () => '/suppressions',
    async reach(page) {
      await page.getByRole('button', { name: 'Remove complained@example.com' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'bookings',
    path: () => '/bookings',
    reach: (page) => page.getByRole('table', { name: 'Bookings' }).waitFor(),
  },
  {
    name: 'no bookings',
    path: () => '/bookings?status=completed',
    reach: (page) => page.getByText('No booking matches these filters').waitFor(),
  },
  {
    name: 'one booking',
    path: () => `/bookings/${bookingId}`,
    reach: (page) => page.getByRole('list', { name: 'Answers' }).waitFor(),
  },
  {
    name: 'moving a booking',
    path: () => `/bookings/${bookingId}`,
    async reach(page) {
      await page.getByRole('button', { name: 'Change' }).click()
      await page.getByRole('menuitem', { name: 'Move to another time' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'quotes',
    path: () => '/bookings/quotes',
    reach: (page) => page.getByRole('table', { name: 'Quotes' }).waitFor(),
  },
  {
    name: 'one quote',
    path: () => `/bookings/quotes/${quoteId}`,
    reach: (page) => page.getByRole('heading', { name: 'Link to pay' }).waitFor(),
  },
  {
    name: 'a new quote',
    path: () => '/bookings/quotes/new',
    reach: (page) => page.getByRole('button', { name: 'Make the quote' }).waitFor(),
  },
  {
    name: 'payments of bookings',
    path: () => '/bookings/payments',
    reach: (page) => page.getByRole('table', { name: 'Payments' }).waitFor(),
  },
  {
    name: 'no payments',
    path: () => '/bookings/payments?status=failed',
    reach: (page) => page.getByText('No such payment').waitFor(),
  },
  {
    name: 'a payment that fits no booking',
    path: () => `/bookings/payments/${orphanId}`,
    reach: (page) => page.getByRole('button', { name: 'Mark as dealt with' }).waitFor(),
  },
  {
    name: 'professionals',
    path: () => '/bookings/professionals',
    reach: (page) => page.getByRole('list', { name: 'Professionals' }).waitFor(),
  },
  {
    name: 'importing professionals',
    path: () => '/bookings/professionals',
    async reach(page) {
      await page.getByRole('button', { name: 'Import CSV' }).click()
      await page
        .getByRole('dialog')
        .locator('input[type="file"]')
        .setInputFiles({
          name: 'professionals.csv',
          mimeType: 'text/csv',
          buffer: Buffer.from('company,email,skills\nA,nothing,moving\n'),
        })
      await page.getByRole('dialog').getByText('0 of 1 added, 1 refused.').waitFor()
    },
  },
  {
    name: 'adding a professional',
    path: () => '/bookings/professionals',
    async reach(page) {
      await page.getByRole('button', { name: 'Add', exact: true }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'price rules',
    path: () => '/bookings/settings',
    async reach(page) {
      await page
        .getByRole('button', { name: /^Edit / })
        .first()
        .click()
      await page.getByRole('dialog').getByText('Per unit').first().waitFor()
    },
  },
  {
    name: 'how missions go',
    path: () => '/bookings/settings?part=missions',
    reach: (page) => page.getByRole('textbox', { name: 'Widened radius' }).waitFor(),
  },
  {
    name: 'adding a service',
    path: () => '/bookings/settings',
    reach: async (page) => {
      await page.getByRole('button', { name: 'Add a service' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).waitFor()
    },
  },
  {
    name: 'where money comes in',
    path: () => '/bookings/settings?part=payment',
    reach: (page) => page.getByRole('heading', { name: 'Connect Stripe' }).waitFor(),
  },
  { name: 'campaigns', path: () => '/campaigns', reach: (page) => page.getByRole('table').waitFor() },
  {
    name: 'a campaign',
    path: () => `/campaigns/${campaignId}`,
    reach: (page) => page.getByText('Nobody would be sent this', { exact: false }).first().waitFor(),
  },
  {
    name: 'a new campaign',
    path: () => '/campaigns/new',
    reach: (page) => page.getByRole('textbox', { name: 'Name' }).waitFor(),
  },
  { name: 'what a campaign says', path: () => '/campaigns/new', reach: (page) => writing(page) },
  {
    name: 'when a campaign goes',
    path: () => '/campaigns/new',
    async reach(page) {
      await writing(page)
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByRole('radio', { name: 'At a time' }).check()
      await page.getByRole('checkbox', { name: 'Spread it over time' }).check({ force: true })
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByText('Say the day and the time.').waitFor()
    },
  },
  {
    name: 'what a campaign would come to',
    path: () => '/campaigns/new',
    async reach(page) {
      await writing(page)
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByRole('button', { name: 'Next' }).click()
      await page.getByText('Would be sent').waitFor()
    },
  },
  {
    name: 'the recipients of a campaign',
    path: () => `/campaigns/${startedId}`,
    reach: (page) => page.getByRole('table', { name: 'Recipients' }).waitFor(),
  },
  {
    name: 'no campaigns',
    path: () => '/campaigns?status=paused',
    reach: (page) => page.getByText('No campaign is in this state.').waitFor(),
  },
  { name: 'segments', path: () => '/segments', reach: (page) => page.getByRole('table').waitFor() },
  {
    name: 'a new segment',
    path: () => '/segments',
    async reach(page) {
      await page.getByRole('button', { name: 'New segment' }).click()
      await page.getByRole('dialog').getByText('Finds', { exact: false }).waitFor()
    },
  },
  {
    name: 'templates',
    path: () => '/templates?open=order.confirmed',
    reach: (page) => page.getByRole('table').waitFor(),
  },
  {
    name: 'no templates',
    path: () => '/templates?search=zzzz',
    reach: (page) => page.getByText('No template matches').waitFor(),
  },
  {
    name: 'one template',
    path: () => '/templates/message.custom/email/en',
    reach: (page) => page.locator('iframe').waitFor(),
  },
  {
    name: 'a template with mistakes',
    path: () => '/templates/message.custom/sms/en',
    async reach(page) {
      await page.getByRole('textbox', { name: 'Text' }).fill('Hello {{nope}}')
      await page.getByText('One mistake').waitFor()
    },
  },
  { name: 'events', path: () => '/catalogue', reach: (page) => page.getByRole('list', { name: 'Events' }).waitFor() },
  {
    name: 'changing an event',
    path: () => '/catalogue',
    async reach(page) {
      await page.getByRole('button', { name: 'Change Message of your own for the contact' }).click()
      await page.getByRole('dialog').getByText('In the order you choose them.').waitFor()
    },
  },
  {
    name: 'automations',
    path: () => '/automations',
    async reach(page) {
      await page.getByRole('button', { name: 'Dry run' }).first().click()
      await page.getByRole('button', { name: 'History' }).first().click()
      await page.getByRole('table', { name: 'History' }).waitFor()
    },
  },
  {
    name: 'providers',
    path: () => '/providers',
    reach: (page) => page.getByText('0 of 100 in 24 hours').waitFor(),
  },
  {
    name: 'audit',
    path: () => '/audit',
    async reach(page) {
      await page.getByText('Complete and unchanged').waitFor()
      await page.getByRole('table', { name: 'Audit log' }).waitFor()
    },
  },
  {
    name: 'no audit entries',
    path: () => '/audit?act=contact.removed',
    reach: (page) => page.getByText('No entry fits').waitFor(),
  },
  {
    name: 'a new provider account',
    path: () => '/providers',
    async reach(page) {
      await page.getByRole('button', { name: 'Add an account' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
      await page.getByText('This is needed.').first().waitFor()
    },
  },
  {
    name: 'a new account with a webhook',
    path: () => '/providers',
    async reach(page) {
      await page.getByRole('button', { name: 'Add an account' }).click()
      await page.getByRole('dialog').getByLabel('Provider').selectOption('whatsapp')
      await page.getByText('give this address and the verify token').waitFor()
    },
  },
  {
    name: 'team',
    path: () => '/team',
    async reach(page) {
      await page.getByText('invited@example.com').waitFor()
      await page.getByRole('button', { name: /^Assistant/ }).click()
      await page.getByRole('region', { name: /^Assistant/ }).waitFor()
    },
  },
  {
    name: 'inviting',
    path: () => '/team',
    async reach(page) {
      await page.getByRole('button', { name: 'Invite', exact: true }).click()
      await page.getByRole('dialog').getByLabel('Role').waitFor()
    },
  },
  {
    name: 'platform',
    path: () => '/platform',
    reach: (page) => page.getByText('sent in 30 days').waitFor(),
  },
  {
    name: 'an invitation',
    path: () => `/invitation#${invitationToken}`,
    signedIn: false,
    reach: (page) => page.getByLabel('Your name').waitFor(),
  },
  {
    name: 'an invitation that is gone',
    path: () => '/invitation#inv_gone',
    signedIn: false,
    reach: (page) => page.getByText('Ask for a new one').waitFor(),
  },
  {
    name: 'sandbox',
    path: () => '/sandbox',
    async reach(page) {
      await page
        .getByRole('region', { name: 'Mailbox' })
        .getByRole('button', { name: /A sample/ })
        .first()
        .click()
      await page.locator('iframe').waitFor()
    },
  },
  {
    name: 'a phone that was answered',
    path: () => '/sandbox',
    async reach(page) {
      const mailbox = page.getByRole('region', { name: 'Mailbox' })
      await mailbox.waitFor()
      // Where there is room for one of them only, it is the mailbox until another is asked for.
      const turn = page.getByRole('radiogroup', { name: 'What to show' }).getByText('WhatsApp')
      if (await turn.isVisible()) await turn.click()
      const place = page.getByRole('region', { name: 'Phones: WhatsApp' })
      await place.getByText('Opted out').waitFor()
      await place.getByRole('textbox', { name: /^Answer by/ }).fill('Another answer')
    },
  },
  {
    name: 'send a sample',
    path: () => '/sandbox',
    async reach(page) {
      await page.getByRole('button', { name: 'Send a sample' }).click()
      await page.getByLabel('Data (JSON)').waitFor()
    },
  },
  {
    name: 'bell',
    path: () => '/',
    async reach(page) {
      await page.getByRole('button', { name: /^Notifications/ }).click()
      await page.getByRole('button', { name: 'Mark all as read' }).waitFor()
    },
  },
  {
    name: 'account menu',
    path: () => '/',
    async reach(page) {
      await page.getByRole('button', { name: /^Account of/ }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    },
  },
]

async function faults(page: Page): Promise<string[]> {
  // Colours are judged where they come to rest.
  await page.evaluate('Promise.all(document.getAnimations().map((one) => one.finished.catch(() => {})))')
  await page.evaluate(AXE)
  const results = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ['violations'] })`,
  )
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} ${target.join(' ')}: ${failureSummary}`),
    )
}

test.each(places)('$name can be used by everyone: in light, in dark, on a phone', async (place) => {
  const { path, reach, signedIn = true } = place
  const page = await dashboard.visit(path(), { colorScheme: 'light', viewport: DESKTOP, signedIn })
  await reach(page)
  const looks = [
    { colorScheme: 'light', viewport: DESKTOP },
    { colorScheme: 'dark', viewport: DESKTOP },
    { colorScheme: 'light', viewport: PHONE },
  ] as const
  for (const { colorScheme, viewport } of looks) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor()
    expect({ colorScheme, viewport, faults: await faults(page) }).toEqual({ colorScheme, viewport, faults: [] })
  }
  await page.context().close()
})

test('the keyboard skips the menus, and comes back from a dialog to where it was', async () => {
  const page = await dashboard.visit('/sandbox')
  await page.getByRole('heading', { name: 'Sandbox' }).waitFor()
  const focused = () => page.evaluate<string>('document.activeElement.textContent')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Skip to the content')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')
  expect(await focused()).toBe('Send a sample')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await expect.poll(focused, { timeout: 10_000 }).toBe('Send a sample')
})

test('the first page needs little script', async () => {
  const page = await dashboard.visit('/')
  await page.getByRole('table', { name: 'By channel' }).waitFor()
  const sizes = await page.evaluate<number[]>(
    `performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.js')).map(({ encodedBodySize }) => encodedBodySize)`,
  )
  const bytes = sizes.reduce((sum, size) => sum + size, 0)
  expect(bytes).toBeGreaterThan(50_000)
  expect(bytes).toBeLessThan(FIRST_SCRIPTS_LIMIT_BYTES)
})
