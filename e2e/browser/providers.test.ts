import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, startDashboard } from './browser.ts'

let dashboard: Dashboard
let refusing: Server
let port: number
beforeAll(async () => {
  dashboard = await startDashboard()
  // A mail server that lets nobody in.
  refusing = createServer((socket) => {
    socket.on('error', () => {})
    socket.end('554 No entry\r\n')
  })
  await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', resolve))
  port = (refusing.address() as { port: number }).port
})
afterAll(async () => {
  refusing?.close()
  await dashboard?.close()
})

test('without accounts of its own an organization sees the platform’s, and can only try them', async () => {
  const page = await dashboard.visit('/providers')
  const card = page.getByRole('region', { name: 'E-mail' }).getByRole('article', { name: 'Sandbox' })
  await card.getByText('shared by the platform').waitFor()
  await card.getByText('Works').waitFor()
  expect(await card.getByRole('switch').count()).toBe(0)
})

test('what is missing or wrong is told at its field; what was typed stays', async () => {
  const page = await dashboard.visit('/providers')
  await page.getByRole('button', { name: 'Add an account' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Not whole')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => dialog.getByText('This is needed.').count()).toBe(2)
  await dialog.getByLabel('Per 24 hours').fill('0')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('must be 1 or more').waitFor()
  expect(await dialog.getByLabel('Name').inputValue()).toBe('Not whole')
})

test('a mail server is added, tested, seen out of service, used again, switched off and removed', async () => {
  const page = await dashboard.visit('/providers')
  await page.getByRole('button', { name: 'Add an account' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Our server')
  await dialog.getByLabel('Host').fill('127.0.0.1')
  await dialog.getByLabel('Port').fill(String(port))
  await dialog.getByLabel('Encryption').selectOption('none')
  await dialog.getByLabel('User').fill('sample')
  await dialog.getByLabel('Password', { exact: true }).fill('canary-password')
  await dialog.getByLabel('Sender').fill('Atelier <hello@example.org>')
  await dialog.getByLabel('Per 24 hours').fill('500')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Our server is saved.').waitFor()

  const card = page.getByRole('article', { name: 'Our server' })
  await card.getByText('0 of 500 in 24 hours').waitFor()
  await card.getByRole('button', { name: 'Test' }).click()
  await page.getByText('No entry').waitFor()

  for (let n = 0; n < 12; n++)
    await dashboard.product.call('POST', '/v1/notifications', {
      type: 'message.custom',
      to: { email: `waits${n}@example.com` },
      payload: { subject: 'A sample', body: 'Its words.' },
      channels: ['email'],
    })
  await card.getByText('Out of service').waitFor({ timeout: 60_000 })
  await card.getByRole('button', { name: 'Use again now' }).click()

  await card.getByRole('button', { name: 'More for Our server' }).click()
  await card.getByRole('menuitem', { name: 'Change' }).click()
  const password = dialog.getByLabel('Password', { exact: true })
  expect([await password.inputValue(), await password.getAttribute('placeholder')]).toEqual([
    '',
    'Saved. Type to replace it.',
  ])
  expect(await page.content()).not.toContain('canary-password')
  await dialog.getByLabel('Name').fill('Our old server')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const renamed = page.getByRole('article', { name: 'Our old server' })
  await renamed.waitFor()

  await renamed.getByRole('switch').press('Space')
  await renamed.getByText('Off', { exact: true }).waitFor()
  // Without one that is switched on, the platform's serves again.
  await page.getByRole('region', { name: 'E-mail' }).getByRole('article', { name: 'Sandbox' }).waitFor()

  await renamed.getByRole('button', { name: 'More for Our old server' }).click()
  await renamed.getByRole('menuitem', { name: 'Remove' }).click()
  await dialog.getByRole('button', { name: 'Remove' }).click()
  await renamed.waitFor({ state: 'detached' })
})

test('a Twilio account shows the address its reports go to', async () => {
  const page = await dashboard.visit('/providers')
  await page.getByRole('button', { name: 'Add an account' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Provider').selectOption('twilio')
  await dialog.getByLabel('Name').fill('Sample Twilio')
  await dialog.getByLabel('Account SID').fill(`AC${'0'.repeat(32)}`)
  await dialog.getByLabel('Auth token').fill('sample-token')
  await dialog.getByLabel('Sender').fill('Atelier')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const card = page.getByRole('article', { name: 'Sample Twilio' })
  await card.getByText('/webhooks/twilio/').waitFor()
  await card.getByText('The carrier has not called yet').waitFor()
  const url = await card.getByText('/webhooks/twilio/').innerText()
  expect((await fetch(url.trim(), { method: 'POST', body: 'SmsSid=SM1' })).status).toBeGreaterThanOrEqual(400)
  await page.reload()
  await card.getByText('Call refused').waitFor()
  expect(dashboard.complaints).toEqual([])
})

test('a WhatsApp number is added, and its form tells what to do at Meta with the address', async () => {
  const page = await dashboard.visit('/providers')
  await page.getByRole('button', { name: 'Add an account' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Provider').selectOption('whatsapp')
  await dialog.getByLabel('Name').fill('Our number')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => dialog.getByText('This is needed.').count()).toBe(3)
  await dialog.getByLabel('Phone number ID').fill('106540352242922')
  await dialog.getByLabel('Access token').fill('canary-access-token')
  await dialog.getByLabel('App secret').fill('canary-app-secret')
  await dialog.getByLabel('People written to first').selectOption('2000')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const card = page.getByRole('region', { name: 'WhatsApp' }).getByRole('article', { name: 'Our number' })
  await card.getByText('/webhooks/whatsapp/').waitFor()

  await card.getByRole('button', { name: 'More for Our number' }).click()
  await card.getByRole('menuitem', { name: 'Change' }).click()
  await dialog.getByText('/webhooks/whatsapp/').waitFor()
  await dialog.getByText('subscribe to messages').waitFor()
  expect(await dialog.getByLabel('People written to first').inputValue()).toBe('2000')
  expect(await dialog.getByLabel('Access token').getAttribute('placeholder')).toBe('Saved. Type to replace it.')
  expect(await page.content()).not.toContain('canary')
  expect(dashboard.complaints).toEqual([])
})

test('a Vonage account is added in French; a wrong key is told at its field', async () => {
  const page = await dashboard.visit('/providers', { language: 'fr' })
  await page.getByRole('button', { name: 'Ajouter un compte' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Opérateur').selectOption('vonage')
  await dialog.getByLabel('Nom').fill('Chez Vonage')
  await dialog.getByLabel('Clé d’API').fill('court')
  await dialog.getByLabel('Secret d’API').fill('canary-secret')
  await dialog.getByLabel('Expéditeur').fill('Atelier')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await dialog.getByText('La clé d’API : 8 lettres et chiffres').waitFor()
  await dialog.getByLabel('Clé d’API').fill('abcd1234')
  await dialog.getByRole('button', { name: 'Enregistrer' }).click()
  await page.getByRole('article', { name: 'Chez Vonage' }).getByText('/webhooks/vonage/').waitFor()
  expect(dashboard.complaints).toEqual([])
})
