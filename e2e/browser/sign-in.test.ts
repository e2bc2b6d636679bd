import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

test('a stranger is asked to sign in, then lands where they were going', async () => {
  const page = await dashboard.visit('/messages?status=failed', { signedIn: false })
  await page.waitForURL('**/sign-in**')
  await page.getByText('Its account is filled in').waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor()
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/messages?status=failed')
})

test('a wrong password is refused in plain words', async () => {
  const page = await dashboard.visit('/sign-in', { signedIn: false })
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  expect(await page.getByRole('alert').last().innerText()).toContain('do not match an account')
})

test('an address that leads to another site is not followed after signing in', async () => {
  const page = await dashboard.visit('/sign-in?next=//example.com/', { signedIn: false })
  await page.getByText('Its account is filled in').waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
  expect(new URL(page.url()).origin).toBe(dashboard.product.origin)
})

test('whoever signs out has to sign in again', async () => {
  const page = await dashboard.visit('/sign-in', { signedIn: false })
  await page.getByText('Its account is filled in').waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await page.waitForURL('**/sign-in')
  await page.goto('/messages')
  await page.waitForURL('**/sign-in**')
})

test('French is offered to a French browser, and a chosen language is kept', async () => {
  const page = await dashboard.visit('/', { language: 'fr' })
  await page.getByRole('heading', { name: /^Bienvenue/ }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('fr')

  await page.getByRole('button', { name: /^Compte de/ }).click()
  await page.getByRole('menuitem', { name: 'English' }).click()
  await page.getByRole('heading', { name: /^Welcome/ }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: /^Welcome/ }).waitFor()
  expect(await page.locator('html').getAttribute('lang')).toBe('en')
})

test('dark is kept, and is there before the first paint', async () => {
  const page = await dashboard.visit('/', { colorScheme: 'light' })
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Dark' }).click()
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: 'attached' })

  await page.route('**/assets/*.js', (route) => route.abort())
  await page.reload({ waitUntil: 'commit' })
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: 'attached' })
})

test('an address that is no page says so and leads back', async () => {
  const page = await dashboard.visit('/no-such-page')
  await page.getByText('There is no such page.').waitFor()
  await page.getByRole('link', { name: 'Go to the overview' }).click()
  await page.getByRole('heading', { name: /^Welcome/ }).waitFor()
})

test('no page wrote an error to the console', () => {
  const expected = /ERR_FAILED|net::/
  expect(dashboard.complaints.filter((complaint) => !expected.test(complaint))).toEqual([])
})
