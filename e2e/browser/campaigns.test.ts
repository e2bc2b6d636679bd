import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Dashboard, fits, PHONE, startDashboard } from './browser.ts'

let dashboard: Dashboard
beforeAll(async () => {
  dashboard = await startDashboard()
})
afterAll(() => dashboard?.close())

const pictures = process.env.PICTURES
const FILE =
  'Mail;Nom;Ville\r\none@campaign.example.com;One;Lyon\r\ntwo@campaign.example.com;Two;Paris\r\nnobody;Three;\r\n'

test('a campaign waits for its file, and goes to nobody until it is in', async () => {
  let arrive = () => {}
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const page = await dashboard.visit('/campaigns/new', {
    prepare: (page) =>
      page.route('**/contacts/import/*', async (route) => {
        if (route.request().method() === 'GET') await arrived
        await route.continue()
      }),
  })
  const next = page.getByRole('button', { name: 'Next' })
  const taking = page.getByRole('switch', { name: 'Take recipients from a CSV file' })
  await page.getByRole('textbox', { name: 'Name' }).fill('Too early')
  await expect.poll(() => next.isEnabled()).toBe(true)
  await taking.click({ force: true })
  await expect.poll(() => next.isEnabled()).toBe(false)
  expect(await page.getByRole('combobox', { name: 'Recipients' }).inputValue()).toBe('')
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'early.csv', mimeType: 'text/csv', buffer: Buffer.from('Mail\r\nearly@example.com\r\n') })
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await expect.poll(() => page.getByRole('combobox', { name: 'Recipients' }).inputValue()).toBe('early')
  expect(await next.isEnabled()).toBe(false)
  expect(await taking.isEnabled()).toBe(false)
  // Whoever leaves and comes back finds the file where it is.
  await page.reload()
  await page.getByRole('textbox', { name: 'Name' }).fill('Too early')
  expect(await taking.isChecked()).toBe(true)
  expect(await next.isEnabled()).toBe(false)
  arrive()
  await page.getByText('The file is imported').waitFor()
  await page.getByText('1 contact', { exact: true }).waitFor()
  await expect.poll(() => next.isEnabled()).toBe(true)
})

test('a file becomes a list, and a campaign goes to those on it', async () => {
  const page = await dashboard.visit('/campaigns')
  await page.getByText('No campaign yet').waitFor()
  await page.getByRole('link', { name: 'New campaign' }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('Spring')
  await page.getByRole('switch', { name: 'Take recipients from a CSV file' }).click({ force: true })
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'fair.csv', mimeType: 'text/csv', buffer: Buffer.from(FILE) })
  const columns = page.getByRole('table', { name: 'Columns of the file' })
  expect(await columns.getByLabel('What Mail becomes').inputValue()).toBe('E-mail address')
  await page.getByText('1 row cannot be taken').waitFor()
  await page.getByRole('checkbox', { name: 'They have agreed to hear from us' }).check({ force: true })
  await page.getByRole('textbox', { name: 'What they agreed to' }).fill('Yes, write to me.')
  if (pictures) await page.screenshot({ path: `${pictures}/wizard-who.png`, fullPage: true })
  await page.getByRole('button', { name: 'Import', exact: true }).click()
  await page.getByText('The file is imported').waitFor()
  await page.getByText('2 contacts').waitFor()

  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('textbox', { name: 'Subject' }).fill('It is spring')
  await page.getByRole('textbox', { name: 'Message' }).fill('Hello {{name}}.')
  if (pictures) await page.screenshot({ path: `${pictures}/wizard-what.png`, fullPage: true })
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('radio', { name: 'When it is started' }).waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/wizard-when.png`, fullPage: true })
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText('2 of 2').waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/wizard-check.png`, fullPage: true })
  await page.getByRole('button', { name: 'Start' }).click()

  await page.waitForURL('**/campaigns/*-*')
  await page.getByText('Done', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'Delivered' }).first().waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/campaign.png`, fullPage: true })
  expect(dashboard.complaints).toEqual([])
})

/** A campaign to this many who agreed, one an hour. */
async function slowly(name: string, many: number): Promise<string> {
  const { call } = dashboard.product
  const { body: list } = await call<{ id: string }>('POST', '/v1/segments', { name })
  const contactIds: string[] = []
  for (let n = 0; n < many; n++) {
    const email = `${name.replace(/\W/g, '-').toLowerCase()}-${n}@example.com`
    const { body: contact } = await call<{ id: string }>('POST', '/v1/contacts', { email, name: `Reader ${n}` })
    await call('POST', `/v1/contacts/${contact.id}/consents`, { channel: 'email', source: 'form', wording: 'Yes.' })
    contactIds.push(contact.id)
  }
  await call('POST', `/v1/segments/${list.id}/contacts`, { contactIds })
  const { status, body } = await call<{ id: string }>('POST', '/v1/campaigns', {
    name,
    segmentId: list.id,
    channels: ['email'],
    throttle: { count: 1, per: 'hour' },
    variants: [{ payload: { subject: 'A sample', body: 'Its words.' } }],
  })
  expect(status, JSON.stringify(body)).toBe(201)
  return body.id
}

test('a campaign is paused, goes on, and is cancelled after asking; its recipients come as a file', async () => {
  const id = await slowly('Slow news', 3)
  const page = await dashboard.visit(`/campaigns/${id}`, { acceptDownloads: true })
  await page.getByRole('button', { name: 'Start' }).click()
  const start = page.getByRole('dialog', { name: 'Start this campaign?' })
  await start.getByRole('button', { name: 'Start' }).click()
  await page.getByText('1 of 3').waitFor()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByText('Paused', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByText('Running', { exact: true }).waitFor()

  await page.getByRole('button', { name: 'Cancel the campaign' }).click()
  const dialog = page.getByRole('dialog', { name: 'Cancel this campaign?' })
  await dialog.getByRole('button', { name: 'Back' }).last().click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('Running', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Cancel the campaign' }).click()
  await dialog.getByRole('button', { name: 'Cancel the campaign' }).click()
  await page.getByText('Cancelled', { exact: true }).first().waitFor()
  const recipients = page.getByRole('table', { name: 'Recipients' })
  await expect.poll(() => recipients.getByRole('row').count()).toBe(4)
  await page.getByRole('combobox', { name: 'Which recipients' }).click()
  await page.getByRole('option', { name: 'Cancelled' }).click()
  await expect.poll(() => recipients.getByRole('row').count()).toBe(3)
  expect(new URL(page.url()).search).toBe('?recipients=cancelled')
  await page.reload()
  await expect.poll(() => recipients.getByRole('row').count()).toBe(3)

  const coming = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Export as CSV' }).click()
  const file = await coming
  expect(file.suggestedFilename()).toBe(`campaign-${id}.csv`)
  const lines = (await readFile((await file.path())!, 'utf8')).trimEnd().split('\r\n')
  expect(lines).toHaveLength(3)
  expect(lines[1]).toMatch(/,Reader \d,slow-news-\d@example.com,,cancelled,/)
})

test('the list of campaigns is narrowed, and keeps that in the address', async () => {
  const { body } = await dashboard.product.call<{ items: { name: string }[] }>('GET', '/v1/campaigns?status=done')
  expect(body.items).not.toEqual([])
  const page = await dashboard.visit('/campaigns?status=cancelled')
  await page.getByRole('link', { name: 'Slow news' }).waitFor()
  expect(await page.getByRole('row').count()).toBe(2)
  await page.getByRole('combobox', { name: 'Status' }).click()
  await page.getByRole('option', { name: 'Paused' }).click()
  await page.getByText('No campaign is in this state.').waitFor()
  await page.getByRole('link', { name: 'Clear' }).click()
  await page.getByRole('link', { name: body.items[0]!.name }).waitFor()
})

test('a draft and a segment are deleted only after asking', async () => {
  const id = await slowly('Thrown away', 1)
  const page = await dashboard.visit(`/campaigns/${id}`)
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete this draft?' })
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await page.waitForURL('**/campaigns')
  expect((await dashboard.product.call('GET', `/v1/campaigns/${id}`)).status).toBe(404)

  await page.goto('/segments')
  const row = page.getByRole('row', { name: /Thrown away/ })
  await row.getByRole('button', { name: 'Delete Thrown away' }).click()
  await page.getByRole('dialog', { name: 'Delete Thrown away?' }).getByRole('button', { name: 'Delete' }).click()
  await row.waitFor({ state: 'detached' })
})

test('a campaign begins at the organization’s time, wherever its writer is', async () => {
  const page = await dashboard.visit('/campaigns/new', { timezoneId: 'Pacific/Auckland' })
  await page.getByRole('textbox', { name: 'Name' }).fill('On time')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('textbox', { name: 'Subject' }).fill('On time')
  await page.getByRole('textbox', { name: 'Message' }).fill('Its words.')
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('radio', { name: 'At a time' }).check()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText('Say the day and the time.').waitFor()
  const session = await page.request.get('/v1/session')
  const { timeZone } = ((await session.json()) as { organization: { timeZone: string } }).organization
  await page.getByText(timeZone, { exact: true }).waitFor()
  const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  await page.getByLabel('Day and time').fill(`${day}T09:30`)
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByRole('button', { name: 'Start' }).waitFor()
  const { body } = await dashboard.product.call<{ items: { name: string; startAt: string }[] }>('GET', '/v1/campaigns')
  const startAt = new Date(body.items.find(({ name }) => name === 'On time')!.startAt)
  expect(startAt.toLocaleString('sv-SE', { timeZone })).toBe(`${day} 09:30:00`)
})

test('a campaign that nobody would be sent cannot be started, and says why', async () => {
  await dashboard.product.call('POST', '/v1/campaigns', {
    name: 'To nobody',
    segmentId: (await dashboard.product.call<{ id: string }>('POST', '/v1/segments', { name: 'Empty' })).body.id,
    channels: ['email'],
    variants: [{ payload: { subject: 'A sample', body: 'Its words.' } }],
  })
  const page = await dashboard.visit('/campaigns', { viewport: PHONE, language: 'fr' })
  if (pictures) await page.screenshot({ path: `${pictures}/list-phone.png`, fullPage: true })
  await page.getByRole('link', { name: 'To nobody' }).click()
  await page.getByText('Personne ne le recevrait : elle ne peut pas être lancée.').waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/draft-phone.png`, fullPage: true })
  await page.getByRole('button', { name: 'Lancer' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Lancer' }).click()
  await page
    .getByRole('alert')
    .getByText('Personne ne le recevrait : les raisons sont sous « Ne recevraient rien ».')
    .waitFor()
  await page.getByText('Brouillon').waitFor()
  expect(dashboard.complaints).toEqual([])
})

test('more segments than a page holds are all there, and all can be chosen', async () => {
  for (let n = 0; n < 35; n++) await dashboard.product.call('POST', '/v1/segments', { name: `Many ${n}` })
  const page = await dashboard.visit('/segments')
  await page.getByRole('row', { name: /Many 34/ }).waitFor()
  expect(await page.getByRole('row', { name: /Many 0\b/ }).count()).toBe(0)
  await page.getByRole('button', { name: 'Show more' }).click()
  await page.getByRole('row', { name: /Many 0\b/ }).waitFor()
  await page.goto('/campaigns/new')
  await page.getByRole('combobox', { name: 'Recipients' }).fill('Many 0')
  await page.getByRole('option', { name: 'Many 0', exact: true }).waitFor()
})

test('it fits a phone, in French', async () => {
  const { body } = await dashboard.product.call<{ items: { id: string }[] }>('GET', '/v1/campaigns?status=cancelled')
  for (const [path, heading] of [
    ['/campaigns', 'Campagnes'],
    [`/campaigns/${body.items[0]!.id}`, 'Slow news'],
    ['/campaigns/new', 'Nouvelle campagne'],
    ['/segments', 'Segments'],
  ] as const) {
    const page = await dashboard.visit(path, { language: 'fr', viewport: PHONE })
    await fits(page, heading)
    await page.close()
  }
})

test('a segment is written, and says whom it finds', async () => {
  const page = await dashboard.visit('/segments', { viewport: PHONE })
  await page.getByRole('button', { name: 'New segment' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill('In Lyon')
  await dialog.getByLabel('Condition', { exact: true }).click()
  await page.getByRole('option', { name: 'an attribute' }).click()
  await dialog.getByLabel('Attribute').fill('Ville')
  await dialog.getByLabel('Value').fill('lyon')
  await dialog.getByText('Finds 1 contact now').waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/segment-phone.png`, fullPage: true })
  await dialog.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('row', { name: /In Lyon/ }).waitFor()
  if (pictures) await page.screenshot({ path: `${pictures}/segments-phone.png`, fullPage: true })
  expect(dashboard.complaints).toEqual([])
})
