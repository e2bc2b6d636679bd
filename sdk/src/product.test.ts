import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../test/app.ts'
import { type Client, createClient, type RealtimeEvent } from './client.ts'

let product: TestApp
let baseUrl: string
let carillon: Client

beforeAll(async () => {
  product = await startTestApp()
  baseUrl = await product.app.http.listen({ port: 0, host: '127.0.0.1' })
  carillon = createClient({ baseUrl, apiKey: product.key })
})
afterAll(() => product.stop())

const hello = (subject: string) => ({
  type: 'message.custom',
  to: { email: 'someone@example.com', name: 'Sample Person' },
  channels: ['email' as const],
  payload: { subject, body: 'Ça marche : 42 €' },
})

test('a notification is sent, followed to its end, and read in the sandbox with its attachment', async () => {
  const content = randomBytes(10_000)
  const sent = await carillon.notifications.send({
    ...hello('Bonjour'),
    attachments: [{ filename: 'é.bin', contentType: 'application/octet-stream', content: content.toString('base64') }],
  })
  expect(sent).toMatchObject({
    status: 'accepted',
    duplicate: false,
    messages: [{ channel: 'email', status: 'queued' }],
  })
  await product.settled()

  const notification = await carillon.notifications.get(sent.id)
  expect(notification.messages[0]!.timeline.map((entry) => entry.kind)).toContain('sent')
  const message = await carillon.messages.get(sent.messages[0]!.id)
  expect(message).toMatchObject({ address: 'someone@example.com', content: { subject: 'Bonjour' } })

  const [mail] = (await carillon.sandbox.list({ channel: 'email' })).items
  expect(mail).toMatchObject({ messageId: message.id, subject: 'Bonjour', copies: 1 })
  const read = await carillon.sandbox.get(mail!.id)
  const file = await carillon.sandbox.attachment(mail!.id, read.attachments[0]!.index)
  expect(read.attachments[0]!.filename).toBe('é.bin')
  expect(sha256(new Uint8Array(file))).toBe(sha256(content))
})

test('a send repeated with its Idempotency-Key is one; the same key for something else is refused', async () => {
  const first = await carillon.notifications.send(hello('Once'), { idempotencyKey: 'once-1' })
  const again = await carillon.notifications.send(hello('Once'), { idempotencyKey: 'once-1' })
  expect(again).toEqual({ ...first, duplicate: true })
  await expect(carillon.notifications.send(hello('Other'), { idempotencyKey: 'once-1' })).rejects.toMatchObject({
    code: 'idempotency_key_reused',
    status: 409,
  })
})

test('a batch answers item by item', async () => {
  const { results } = await carillon.notifications.batch([
    hello('1'),
    { type: 'no.such.type', to: { email: 'a@example.com' } },
    hello('3'),
  ])
  expect(results).toMatchObject([
    { index: 0, status: 'accepted' },
    { index: 1, error: { code: 'unknown_type' } },
    { index: 2, status: 'accepted' },
  ])
})

test('contacts are made, changed, walked and removed', async () => {
  const made = []
  for (const name of ['a', 'b', 'c']) {
    made.push(await carillon.contacts.create({ name, externalId: `walk-${name}`, email: `${name}@example.org` }))
  }
  await carillon.contacts.update(made[0]!.id, { name: 'A' })
  const names: (string | null)[] = []
  for await (const contact of carillon.contacts.each({ limit: 1 }))
    if (contact.externalId?.startsWith('walk-')) names.push(contact.name)
  expect(names).toEqual(['c', 'b', 'A'])
  await carillon.contacts.remove(made[1]!.id)
  await expect(carillon.contacts.get(made[1]!.id)).rejects.toMatchObject({ code: 'not_found' })
  await expect(carillon.contacts.create({ email: 'not an address' })).rejects.toMatchObject({
    code: 'invalid_address',
    errors: [{ path: 'email' }],
  })
})

test('a service is priced, sold, and kept for professionals; what is not an account is refused', async () => {
  const { bookings } = carillon
  await expect(
    bookings.serviceTypes.create({ key: 'cleaning', label: { fr: 'Ménage', en: 'Cleaning' }, pricing: { rules: [] } }),
  ).rejects.toMatchObject({ code: 'validation_failed', errors: [{ path: 'pricing.rules' }] })
  const service = await bookings.serviceTypes.create({
    key: 'cleaning',
    label: { fr: 'Ménage', en: 'Cleaning' },
    pricing: { rules: [{ kind: 'per_unit', label: { fr: 'Heures', en: 'Hours' }, input: 'hours', amount: 3_000 }] },
  })
  expect((await bookings.serviceTypes.list()).items).toEqual([service])
  await expect(bookings.price({ service: 'cleaning', inputs: {} })).rejects.toMatchObject({
    code: 'validation_failed',
    errors: [{ path: 'inputs.hours' }],
  })
  expect(await bookings.price({ service: 'cleaning', inputs: { hours: 3 }, locale: 'en' })).toEqual({
    amount: 9_000,
    currency: 'EUR',
    lines: [{ label: 'Hours', amount: 9_000 }],
  })
  const quote = await bookings.quote({
    service: 'cleaning',
    inputs: { hours: 3 },
    address: { line: '1 rue de l’Exemple', postalCode: '69000', city: 'Lyon' },
    wishedAt: new Date(Date.now() + 20 * 86_400_000).toISOString(),
  })
  expect(await bookings.getQuote(quote.temporaryId)).toEqual(quote)
  expect(quote).toMatchObject({ amount: 9_000, status: 'open' })

  const { id } = await bookings.professionals.create({
    company: 'Sample Cleaners',
    email: 'cleaners@example.org',
    skills: ['cleaning'],
  })
  expect(await bookings.professionals.update(id, { radiusKm: 40 })).toMatchObject({ radiusKm: 40, available: true })
  await bookings.professionals.remove(id)
  expect((await bookings.professionals.list()).items).toEqual([])

  expect(await bookings.settings.update({ radiusKm: 60 })).toMatchObject({ radiusKm: 60, widenedRadiusKm: 300 })
  await expect(bookings.paymentAccount.set({ secretKey: 'no key', webhookSecret: 'no secret' })).rejects.toMatchObject({
    code: 'validation_failed',
  })
  expect(await bookings.paymentAccount.get()).toMatchObject({ kind: 'sandbox', keyEnd: null })
  expect(await bookings.seller.update({ legalName: 'Sample SAS' })).toMatchObject({
    details: { legalName: 'Sample SAS' },
  })
  expect((await bookings.list()).items).toEqual([])
  expect((await bookings.payments.list({ settled: 'false' })).items).toEqual([])
  await expect(bookings.payments.get(crypto.randomUUID())).rejects.toMatchObject({ code: 'not_found' })
})

test('an end client follows their own feed live, with a token, and marks it read', async () => {
  const contact = await carillon.contacts.create({ name: 'Follower', email: 'follower@example.org' })
  const { token } = await carillon.contacts.token(contact.id)
  const own = createClient({ baseUrl, token })
  const heard: RealtimeEvent[] = []
  let live = false
  const connection = own.connectRealtime({
    onEvent: (event) => heard.push(event),
    onState: (state) => {
      live = state === 'live'
    },
  })
  await expect.poll(() => live).toBe(true)

  const payload = { subject: 'For you', body: 'Only' }
  await carillon.notifications.send({
    type: 'message.custom',
    to: { contactId: contact.id },
    channels: ['in_app'],
    payload,
  })
  await carillon.notifications.send(hello('For somebody else'))
  await expect
    .poll(() => heard.some((event) => event.type === 'message.status' && event.data.status === 'delivered'), {
      timeout: 10_000,
    })
    .toBe(true)
  expect(new Set(heard.map((event) => event.data && 'contactId' in event.data && event.data.contactId))).toEqual(
    new Set([contact.id]),
  )
  connection.close()

  const [item] = (await own.inApp.list()).items
  expect(item).toMatchObject({ title: 'For you', readAt: null })
  expect(await own.inApp.unreadCount()).toEqual({ unread: 1, unseen: 1 })
  expect((await own.inApp.markRead(item!.id)).readAt).not.toBeNull()
  expect(await own.inApp.unreadCount()).toMatchObject({ unread: 0 })
  await expect(own.contacts.list()).rejects.toMatchObject({ code: 'forbidden' })
})

test('a program follows everything live with its key, and goes on from a cursor', async () => {
  const heard: RealtimeEvent[] = []
  const first = carillon.connectRealtime({ onEvent: (event) => heard.push(event) })
  await expect.poll(() => first.cursor).toBeDefined()
  const cursor = first.cursor!
  first.close()

  const { id } = await carillon.notifications.send(hello('While away'))
  const second = carillon.connectRealtime({ cursor, onEvent: (event) => heard.push(event) })
  await expect
    .poll(() => heard.some((event) => event.type === 'notification.created' && event.data.id === id), {
      timeout: 10_000,
    })
    .toBe(true)
  second.close()
})

test('a key that was revoked, and one of another organization, see nothing', async () => {
  const { id } = await carillon.notifications.send(hello('Mine'))
  const other = createClient({ baseUrl, apiKey: (await product.otherOrganization()).key })
  await expect(other.notifications.get(id)).rejects.toMatchObject({ code: 'not_found', status: 404 })

  const made = await carillon.apiKeys.create({ name: 'Short-lived', scopes: ['read'] })
  const reader = createClient({ baseUrl, apiKey: made.key })
  await reader.notifications.get(id)
  await expect(reader.notifications.send(hello('x'))).rejects.toMatchObject({ code: 'forbidden' })
  await carillon.apiKeys.revoke(made.id)
  await expect(reader.notifications.get(id)).rejects.toMatchObject({ code: 'unauthenticated', status: 401 })
})

test('the example of the README runs', async () => {
  const example = fileURLToPath(new URL('../../examples/send-first-message.ts', import.meta.url))
  const env = { ...process.env, CARILLON_URL: baseUrl, CARILLON_API_KEY: product.key }
  const { stdout } = await promisify(execFile)(process.execPath, [example, 'reader@example.org'], { env })
  expect(stdout).toMatch(/^accepted [0-9a-f-]{36}\n(sent|delivered|opened)\n$/)
})

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
