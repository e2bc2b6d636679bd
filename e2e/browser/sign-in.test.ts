import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeFor } from '../../test/authenticator-app.ts'
import { CLIENT, type OidcProvider, startOidcProvider } from '../../test/oidc-provider.ts'
import { type Dashboard, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
let provider: OidcProvider
beforeAll(async () => {
  provider = await startOidcProvider()
  dashboard = await startDashboard({
    OIDC_ISSUER: provider.issuer,
    OIDC_CLIENT_ID: CLIENT.clientId,
    OIDC_CLIENT_SECRET: CLIENT.clientSecret,
    OIDC_NAME: 'Sample company',
  })
})
afterAll(async () => {
  await dashboard?.close()
  await provider?.stop()
})

test('a stranger is asked to sign in, then lands where they were going', async () => {
  const page = await dashboard.visit('/messages?status=failed', { signedIn: false })
  await page.waitForURL('**/sign-in**')
  await page.getByText('Its account is filled in').waitFor()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor()
  expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe('/messages?status=failed')
})

test('a wrong password is refused in plain words', async () => {
  const page = await dashboard.visit('/sign-in', { signedIn: false })
  await page.getByText('Its account is filled in').waitFor()
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  expect(await page.getByRole('alert').last().innerText()).toContain('do not match an account')
})

test('an address that leads to another site is not followed after signing in', async () => {
  const page = await dashboard.visit('/sign-in?next=//example.com/', { signedIn: false })
  await page.getByText('Its account is filled in').waitFor()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
  expect(new URL(page.url()).origin).toBe(dashboard.product.origin)
})

test('whoever signs out has to sign in again', async () => {
  const page = await dashboard.visit('/sign-in', { signedIn: false })
  await page.getByText('Its account is filled in').waitFor()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
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

describe('somebody of the team', () => {
  const email = 'somebody@example.com'
  const passwords = ['harbour cotton planet', 'tuesday lemon ferry'] as const
  beforeAll(async () => {
    await dashboard.product.call('POST', '/v1/invitations', { email, role: 'staff' })
    const token = await dashboard.invitationOf(email)
    const page = await dashboard.visit(`/invitation#${token}`, { signedIn: false })
    await page.getByLabel('Your name').fill('Sample Somebody')
    await page.getByLabel('Choose a password').fill('password123')
    await page.getByRole('button', { name: 'Accept the invitation' }).click()
    await page.getByText('This password is easy to guess').waitFor()
    await page.getByLabel('Choose a password').fill(passwords[0])
    await page.getByRole('button', { name: 'Accept the invitation' }).click()
    await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
  })

  async function signIn(page: Page, password: string) {
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  }
  const openAccount = async (page: Page) => {
    await page.getByRole('button', { name: /^Account of/ }).click()
    await page.getByRole('menuitem', { name: 'My account' }).click()
    await page.getByRole('heading', { level: 1, name: 'My account' }).waitFor()
  }

  test('forgot the password, and chooses a new one with the link in the mail, on a phone', async () => {
    const page = await dashboard.visit('/sign-in', { signedIn: false, viewport: PHONE })
    await page.getByText('Its account is filled in').waitFor()
    await page.getByRole('link', { name: 'Forgot your password?' }).click()
    // The form before it has a field of the same name.
    await page.getByText('Write your e-mail address').waitFor()
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByText('If somebody@example.com has an account here').waitFor()

    await page.goto(`/reset-password#${await dashboard.tokenIn('/reset-password', email)}`)
    await page.getByLabel('Choose a password').fill('azertyuiop')
    await page.getByRole('button', { name: 'Keep this password' }).click()
    await page.getByText('This password is easy to guess').waitFor()
    await page.getByLabel('Choose a password').fill(passwords[1])
    await page.getByRole('button', { name: 'Keep this password' }).click()
    await page.getByText('Your new password is set').waitFor()
    await signIn(page, passwords[1])
    await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()

    await page.goto(`/reset-password#${await dashboard.tokenIn('/reset-password', email)}`)
    await page.getByLabel('Choose a password').fill('meadow silver engine')
    await page.getByRole('button', { name: 'Keep this password' }).click()
    await page.getByText('This link was used or has expired').waitFor()
  })

  test('signs in by a link, which opening it does not use up', async () => {
    const page = await dashboard.visit('/sign-in', { signedIn: false })
    await page.getByText('Its account is filled in').waitFor()
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Send me a sign-in link' }).click()
    await page.getByText('a link is on its way').waitFor()
    const link = `/sign-in-link#${await dashboard.tokenIn('/sign-in-link', email)}`
    const scanner = await dashboard.visit(link, { signedIn: false })
    await scanner.getByText('Press the button').waitFor()
    await page.goto(link)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
    await scanner.getByRole('button', { name: 'Sign in', exact: true }).click()
    await scanner.getByText('This link was used or has expired').waitFor()
  })

  test('sees where they are signed in, and ends what is elsewhere', async () => {
    const [here, there] = [
      await dashboard.visit('/sign-in', { signedIn: false }),
      await dashboard.visit('/sign-in', { signedIn: false }),
    ]
    for (const page of [here, there]) {
      await page.getByText('Its account is filled in').waitFor()
      await signIn(page, passwords[1])
      await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
    }
    await openAccount(here)
    await here.getByText('Chrome on Linux').first().waitFor()
    await here.getByRole('button', { name: 'Sign out everywhere else' }).click()
    await expect.poll(() => here.getByText('Chrome on Linux').count()).toBe(1)
    // By itself: its socket was closed.
    await there.waitForURL('**/sign-in**')
  })

  test('sets up a second factor, and is asked for it from then on', async () => {
    const page = await dashboard.visit('/sign-in', { signedIn: false })
    await page.getByText('Its account is filled in').waitFor()
    await signIn(page, passwords[1])
    await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
    await openAccount(page)
    await page.getByRole('button', { name: 'Set up a second factor' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Current password').fill('not the password')
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByText('This is not your current password').waitFor()
    await dialog.getByLabel('Current password').fill(passwords[1])
    await dialog.getByRole('button', { name: 'Continue' }).click()
    await dialog.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
    const key = (await dialog.locator('code').getAttribute('title'))!
    await dialog.getByLabel('Code of the app').fill(codeFor(key))
    await dialog.getByRole('button', { name: 'Switch on' }).click()
    await dialog.getByText('Your backup codes').waitFor()
    const [backup] = await dialog.getByRole('listitem').allInnerTexts()
    await dialog.getByLabel('I have put them in a safe place').check()
    await dialog.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: 'Switch off' }).waitFor()

    const elsewhere = await dashboard.visit('/sign-in?next=/account', { signedIn: false })
    await elsewhere.getByText('Its account is filled in').waitFor()
    await signIn(elsewhere, passwords[1])
    await elsewhere.getByLabel('Code of the app').fill('000000')
    await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
    await elsewhere.getByText('This code is not right').waitFor()
    await elsewhere.getByRole('button', { name: 'Use a backup code instead' }).click()
    await elsewhere.getByLabel('Backup code').fill(backup!)
    await elsewhere.getByRole('button', { name: 'Sign in', exact: true }).click()
    await elsewhere.getByRole('heading', { level: 1, name: 'My account' }).waitFor()

    const team = await dashboard.visit('/team')
    await team.getByText('second factor', { exact: true }).waitFor()
  })
})

test('a company’s own sign-in leads in who is a member, and tells all others why not', async () => {
  const claims = { sub: 'sample', email: 'owner@demo.example', email_verified: true }
  const page = await dashboard.visit('/sign-in', { signedIn: false })
  const comeIn = async (who: object) => {
    provider.signedIn = { ...who }
    await page.getByRole('button', { name: 'Sign in with Sample company' }).click()
  }
  await comeIn({ ...claims, email: 'stranger@example.com' })
  await page.getByText('Nobody here has the address you use with Sample company').waitFor()
  await comeIn({ ...claims, email_verified: false })
  await page.getByText('Sample company has not verified your e-mail address').waitFor()
  provider.inToken = { iss: 'https://evil.example' }
  await comeIn(claims)
  await page.getByText('Signing in with Sample company did not work').waitFor()
  provider.inToken = {}
  await comeIn(claims)
  await page.getByRole('heading', { level: 1, name: 'Welcome' }).waitFor()
  expect(page.url()).toBe(`${dashboard.product.origin}/`)
})

test('no page wrote an error to the console', () => {
  // A page whose session was ended elsewhere may try its socket, or ask, once more before it leaves.
  const expected = /ERR_FAILED|net::|HTTP Authentication failed|CarillonError: Nobody is signed in/
  expect(dashboard.complaints.filter((complaint) => !expected.test(complaint))).toEqual([])
})
