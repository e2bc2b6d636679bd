import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

test('an operator who is signed out comes to the queues by signing in', async () => {
  const page = await dashboard.visit('/ops/queues', { signedIn: false })
  await page.waitForURL('**/sign-in**')
  await page.getByText('Its account is filled in').waitFor()
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('link', { name: 'carillon.deliver-email-urgent' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/ops/queues')
})

test('the queues are one click from the account menu, and the page asks no other server for anything', async () => {
  const asked: string[] = []
  const page = await dashboard.visit('/', {
    prepare: async (page) => void page.on('request', (request) => asked.push(request.url())),
  })
  await page.getByRole('button', { name: /^Account of/ }).click()
  await page.getByRole('menuitem', { name: 'Queues' }).click()
  await page.getByText('deliver-email-urgent').first().waitFor()
  const { origin } = dashboard.product
  expect(asked.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual([])
  expect(dashboard.complaints).toEqual([])
})

test('a queue is paused and resumed there', async () => {
  const page = await dashboard.visit('/ops/queues/queue/carillon.deliver-sms-patient')
  const isPaused = async () => {
    const answer = await page.request.get('/ops/queues/api/queues')
    const { queues } = (await answer.json()) as { queues: { displayName: string; isPaused: boolean }[] }
    return queues.find(({ displayName }) => displayName === 'deliver-sms-patient')?.isPaused
  }
  for (const [deed, paused] of [
    ['Pause', true],
    ['Resume', false],
  ] as const) {
    await page.getByText('No latest jobs').waitFor()
    // The library gives the queue's menu no name; it stands last.
    await page.getByRole('button').last().click()
    await page.getByRole('menuitem', { name: new RegExp(`^${deed}`) }).click()
    await page.getByRole('button', { name: 'Confirm' }).click()
    await expect.poll(isPaused, { timeout: 20_000 }).toBe(paused)
    await page.getByRole('button', { name: 'Confirm' }).waitFor({ state: 'detached' })
  }
})
