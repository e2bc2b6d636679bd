import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLinkTokens } from '../../src/engine/links/tokens.ts'
import type { Scope } from '../../src/engine/organizations/organization.ts'
import { createCrypto } from '../../src/platform/crypto.ts'
import { startTestApp, TEST_SECRET, type TestApp } from '../app.ts'
import { testDatabase } from '../database.ts'
import { openMover } from '../mover.ts'
import { type Written, watchWrites } from './written.ts'

export interface CallerHeaders {
  readonly who: string
  readonly headers: Readonly<Record<string, string>>
}

/** A product with one of everything in it, that now only answers: nothing happens there but what requests do. */
export interface World {
  readonly product: TestApp
  readonly written: Written
  readonly callers: readonly CallerHeaders[]
  /** Ids and names there are, by the part of an address that they come after, or by the parameter's name. */
  readonly known: Readonly<Record<string, readonly string[]>>
  /** Ids of another organization. */
  readonly theirs: readonly string[]
  /** How many files there are in its folder. */
  files(): Promise<number>
  stop(): Promise<void>
}

const ADMIN = 'operator@example.org'
const FILE = { filename: 'a.txt', contentType: 'text/plain', content: Buffer.from('sample').toString('base64') }

export async function makeWorld(): Promise<World> {
  const database = await testDatabase()
  const dataFolder = await mkdtemp(join(tmpdir(), 'carillon-any-'))
  const options = { database, dataFolder, admins: [ADMIN] }
  const made = await startTestApp(options)
  const other = await made.otherOrganization()
  const known: Record<string, string[]> = await oneOfEverything(made, made.key)
  const theirs = Object.values(await oneOfEverything(made, other.key)).flat()
  const contactId = known.contacts![0]!
  const token = (await made.post(`/v1/contacts/${contactId}/token`, { seconds: 86_400 })).body.token
  const keyOf = async (...scopes: Scope[]) =>
    (await made.app.apiKeys.create({ organizationId: made.organizationId, name: 'Caller', scopes })).key
  const revoked = await made.app.apiKeys.create({ organizationId: made.organizationId, name: 'Gone', scopes: ['read'] })
  await made.call('DELETE', `/v1/api-keys/${revoked.id}`)
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
  const owner = await made.signedIn('owner@example.org')
  const operator = await made.signedIn(ADMIN, { organizationId: other.organizationId })
  const { body: board } = await made.call('GET', '/ops/queues/api/queues', undefined, { key: null, headers: operator })
  known.queues = board.queues.map(({ name }: { name: string }) => name)
  const links = createLinkTokens(createCrypto(TEST_SECRET))
  const messageId = known.messages![0]!
  known.o = [links.open(messageId)]
  known.c = [links.click(messageId, 'https://example.org/é')!, links.trap(messageId), links.consent(messageId)]
  known.u = [links.preferences({ contactId, category: 'mkt', messageId })]
  known.docs = ['', 'json', 'yaml', 'static']
  const callers: CallerHeaders[] = [
    { who: 'a key for everything', headers: bearer(made.key) },
    { who: 'a key to send', headers: bearer(await keyOf('send')) },
    { who: 'a key to read', headers: bearer(await keyOf('read')) },
    { who: 'a key to manage', headers: bearer(await keyOf('manage')) },
    { who: 'a revoked key', headers: bearer(revoked.key) },
    { who: 'another organization’s key', headers: bearer(other.key) },
    { who: 'an owner', headers: owner },
    { who: 'a practitioner', headers: await made.signedIn('practitioner@example.org', { role: 'practitioner' }) },
    { who: 'an operator of the platform', headers: operator },
    {
      who: 'an owner, from another site',
      headers: { ...owner, origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    },
    { who: 'a subscriber', headers: bearer(token) },
    { who: 'nobody', headers: {} },
  ]
  await made.settled()
  await made.stop()

  // Answers only: no loop of a worker writes while somebody looks what a request has written. Its clock is nobody's to move.
  const product = await startTestApp({ ...options, isSandbox: false, roles: { api: true, worker: false } })
  return {
    product,
    written: await watchWrites(database),
    callers,
    known,
    theirs,
    files: async () => (await readdir(dataFolder, { recursive: true })).length,
    async stop() {
      await product.stop()
      await database.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** Paid at the sandbox's checkout. */
async function oneBooking(app: TestApp, key: string) {
  const mover = await openMover(app, { key })
  const professional = await mover.professional()
  const quote = await mover.quote()
  const { body } = await mover.checkout(quote.temporaryId)
  await app.app.http.inject({
    method: 'POST',
    url: new URL(body.checkoutUrl).pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'act=pay',
  })
  const paid = await app.eventually(async () => {
    const { body: now } = await mover.call('GET', `/quotes/${quote.temporaryId}`)
    return now.bookingId ? now : undefined
  })
  return {
    booking: paid.bookingId as string,
    quote,
    service: mover.serviceTypeId,
    professional: professional.id as string,
  }
}

async function oneOfEverything(app: TestApp, key: string): Promise<Record<string, string[]>> {
  const ask = async (method: 'GET' | 'POST' | 'PUT', url: string, body?: object) => {
    const answer = await app.call(method, url, body, { key })
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
    return answer.body
  }
  const ids = async (url: string): Promise<string[]> =>
    (await ask('GET', url)).items.map(({ id }: { id: string }) => id)
  const contacts = [
    await ask('POST', '/v1/contacts', {
      email: 'one@example.org',
      phone: '+33639980041',
      externalId: 'one',
      name: 'One',
    }),
    await ask('POST', '/v1/contacts', { email: 'two@example.org', phone: '+33639980042', externalId: 'two' }),
    await ask('POST', '/v1/contacts', { email: 'fail@example.org' }),
  ].map(({ id }) => id as string)
  const [first, second, failing] = contacts
  await ask('POST', '/v1/webhook-endpoints', { url: 'http://127.0.0.1:9/hook' })
  const send = (contactId: string | undefined, more: object = {}) =>
    ask('POST', '/v1/notifications', {
      type: 'message.custom',
      to: { contactId },
      channels: ['email', 'in_app'],
      payload: { subject: 'Sample', body: 'Sample' },
      ...more,
    })
  await send(first, { attachments: [FILE] })
  await send(second)
  await send(failing, { channels: ['email'] })
  await send(first, { dedupeKey: 'later', sendAt: new Date(app.clock.now().getTime() + 3_600_000).toISOString() })
  await ask('POST', '/v1/providers', { provider: 'sandbox', channel: 'email', name: 'Second', enabled: false })
  await ask('POST', '/v1/suppressions', { channel: 'email', address: 'gone@example.org' })
  await ask('POST', '/v1/api-keys', { name: 'Known', scopes: ['read'] })
  await ask('POST', '/v1/invitations', { email: 'invited@example.org', role: 'staff' })
  await ask('POST', '/v1/support-windows', { hours: 1, reason: 'Sample' })
  const exported = await ask('POST', `/v1/contacts/${second}/export`)
  const imported = await ask('POST', '/v1/suppressions/import', { rows: [{ address: 'old@example.org' }] })
  await ask('PUT', '/v1/reminders/sample', {
    at: new Date(app.clock.now().getTime() + 9 * 24 * 3_600_000).toISOString(),
    to: { contactId: first },
    payload: { service: 'Sample', startsAt: '2026-12-24T14:00:00Z' },
    reminders: [{ offset: '-PT24H', type: 'appointment.reminder_24h' }],
  })
  const list = await ask('POST', '/v1/segments', { name: 'A list' })
  await ask('POST', `/v1/segments/${list.id}/contacts`, { contactIds: [first] })
  const words = { channels: ['in_app'], variants: [{ payload: { subject: 'Sample', body: 'Sample' } }] }
  await ask('POST', '/v1/campaigns', { name: 'Prepared', segmentId: list.id, ...words })
  const begun = await ask('POST', '/v1/campaigns', { name: 'Begun', segmentId: list.id, ...words })
  await ask('POST', `/v1/campaigns/${begun.id}/start`)
  await app.eventually(async () => (await ask('GET', `/v1/campaigns/${begun.id}`)).status === 'done')
  await ask('PUT', '/v1/roles/assistant', { permissions: ['messages.read'] })
  const { booking, quote, service, professional } = await oneBooking(app, key)
  await app.eventually(async () => (await ids('/v1/dead-letters')).length > 0)
  await app.eventually(async () => (await ids('/v1/sandbox/messages')).length > 1)
  await ask('POST', '/v1/sandbox/inbound', { channel: 'email', from: 'one@example.org', text: 'Hello' })
  await app.eventually(
    async () => (await ask('GET', `/v1/contacts/${second}/exports/${exported.id}`)).status === 'done',
  )
  const endpoints = await ids('/v1/webhook-endpoints')
  return {
    contacts,
    notifications: await ids('/v1/notifications'),
    messages: [...(await ids('/v1/messages')), ...(await ids('/v1/sandbox/messages'))],
    'in-app': await ids(`/v1/in-app?contactId=${first}`),
    providers: await ids('/v1/providers'),
    members: [],
    invitations: await ids('/v1/invitations'),
    suppressions: await ids('/v1/suppressions'),
    imports: [imported.id],
    exports: [exported.id],
    'dead-letters': await ids('/v1/dead-letters'),
    'support-windows': await ids('/v1/support-windows'),
    'webhook-endpoints': endpoints,
    deliveries: await ids(`/v1/webhook-endpoints/${endpoints[0]}/deliveries`),
    automations: (await ask('GET', '/v1/automations')).items.map(({ name }: { name: string }) => name),
    roles: ['staff', 'assistant', 'owner'],
    attachments: ['0', '1'],
    key: ['message.custom', 'webhook.disabled'],
    channel: ['email', 'sms', 'in_app', 'whatsapp'],
    locale: ['fr', 'en'],
    versionId: await ids('/v1/templates/message.custom/email/en/versions'),
    reminders: ['sample'],
    segments: await ids('/v1/segments'),
    campaigns: await ids('/v1/campaigns'),
    catalogue: ['message.custom', 'payment.received', 'appointment.reminder_24h'],
    audience: ['owner', 'client', 'recipient'],
    bookings: [booking],
    documents: (await ask('GET', `/v1/bookings/${booking}/documents`)).items.map(({ id }: { id: string }) => id),
    quotes: [quote.temporaryId],
    q: [quote.temporaryId],
    'service-types': [service],
    professionals: [professional],
    webhooks: ['sandbox', 'smtp', 'twilio', 'whatsapp', 'stripe'],
    'api-keys': (await ask('GET', '/v1/api-keys')).items
      .filter(({ name }: { name: string }) => name === 'Known')
      .map(({ id }: { id: string }) => id),
  }
}
