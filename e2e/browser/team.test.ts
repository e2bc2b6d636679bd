import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

const linkTo = async (email: string) => `/invitation#${await dashboard.invitationOf(email)}`

test('somebody is invited, joins with a password of their own, and sees what their role may', async () => {
  const owner = await dashboard.visit('/team')
  await owner.getByRole('button', { name: 'Invite' }).click()
  const dialog = owner.getByRole('dialog')
  await dialog.getByLabel('E-mail').fill('new.colleague@example.com')
  await dialog.getByLabel('Role').selectOption('practitioner')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  const invitations = owner.getByRole('list', { name: 'Invitations' })
  await invitations.getByText('new.colleague@example.com').waitFor()

  const link = await linkTo('new.colleague@example.com')
  const guest = await dashboard.visit(link, { signedIn: false, viewport: PHONE })
  await guest.getByLabel('Your name').fill('New Colleague')
  await guest.getByLabel('Choose a password').fill('a long enough password')
  await guest.getByRole('button', { name: 'Accept the invitation' }).click()
  await guest.getByRole('heading', { name: 'Messages', level: 1 }).waitFor()
  await guest.getByRole('button', { name: 'Menu' }).click()
  const pages = await guest.getByRole('navigation', { name: 'Main navigation' }).getByRole('link').allInnerTexts()
  expect(pages).toEqual([
    'Messages',
    'Reminders',
    'Failed',
    'Contacts',
    'Templates',
    'Automations',
    'Providers',
    'Team',
    'Sandbox',
  ])

  const again = await dashboard.visit(link, { signedIn: false })
  await again.getByText('This invitation was used').waitFor()

  await owner.reload()
  const role = owner.getByRole('combobox', { name: 'Role of New Colleague' })
  const changed = owner.waitForResponse((answer) => answer.request().method() === 'PATCH')
  await role.selectOption('accounting')
  await changed
  await guest.reload()
  await guest.getByRole('button', { name: 'Menu' }).click()
  await guest.getByRole('link', { name: 'Overview' }).waitFor()

  await owner.getByRole('button', { name: 'More for New Colleague' }).click()
  await owner.getByRole('menuitem', { name: 'Remove' }).click()
  await owner.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await role.waitFor({ state: 'detached' })
  await guest.reload()
  await guest.waitForURL('**/sign-in**')
})

test('somebody signed in as another person is asked to sign out first', async () => {
  await dashboard.product.call('POST', '/v1/invitations', { email: 'other.person@example.com', role: 'staff' })
  const page = await dashboard.visit(await linkTo('other.person@example.com'))
  await page.getByText('Sign out to go on').waitFor()
  expect(await page.getByRole('button', { name: 'Accept the invitation' }).count()).toBe(0)
})

test('the last owner is told why they cannot step down', async () => {
  const page = await dashboard.visit('/team')
  await page.getByRole('combobox', { name: 'Role of Sample Owner' }).selectOption('staff')
  await page.getByText('This is the last owner').waitFor()
  expect(await page.getByRole('combobox', { name: 'Role of Sample Owner' }).inputValue()).toBe('owner')
})

test('what a role may do is changed, and put back as it was', async () => {
  const page = await dashboard.visit('/team')
  await page.getByRole('button', { name: /^Assistant/ }).click()
  const box = page.getByRole('region', { name: /^Assistant/ }).getByLabel('See the numbers')
  await box.check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: /^Assistant.*changed/ }).waitFor()
  await page.getByRole('button', { name: 'As it was' }).click()
  await page.getByRole('button', { name: /^Assistant.*changed/ }).waitFor({ state: 'detached' })
})

test('support is let in, and out again', async () => {
  const page = await dashboard.visit('/team')
  await page.getByLabel('What should they look at?').fill('A message that did not arrive')
  await page.getByRole('button', { name: 'Let them look in' }).click()
  await page.getByText('Open, ends').waitFor()
  await page.getByRole('button', { name: 'Close now' }).click()
  await page.getByText('Closed').first().waitFor()
})
