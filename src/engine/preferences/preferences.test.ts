import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { createCrypto } from '../../platform/crypto.ts'
import type { Category } from '../catalogue/event.ts'
import type { Channel } from '../channels/channel.ts'
import { createLinkTokens } from '../links/tokens.ts'

const SECRET = 'a sample secret of thirty-two characters'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const ONE_CLICK = 'List-Unsubscribe=One-Click'
const tokens = createLinkTokens(createCrypto(SECRET))
let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ secret: SECRET })
})
afterAll(() => app.stop())

let count = 0
const contact = async (over: object = {}) =>
  (
    await app.post('/v1/contacts', {
      email: `reader-${++count}@example.org`,
      phone: `+3363998${1000 + count}`,
      locale: 'fr',
      ...over,
    })
  ).body.id as string
/** One who has agreed to marketing by e-mail and SMS. */
async function reader(over: object = {}): Promise<string> {
  const id = await contact(over)
  for (const channel of ['email', 'sms'])
    await app.post(`/v1/contacts/${id}/consents`, {
      channel,
      source: 'form',
      wording: 'I would like to hear of offers',
    })
  return id
}
const link = (contactId: string, category: Category = 'mkt') =>
  `/u/${tokens.preferences({ contactId, category, messageId: '019a9f00-0000-7000-8000-000000000001' })}`
const send = (contactId: string, category: Category, channels: Channel[], over: object = {}) =>
  app.app.accept.one(
    app.organizationId,
    {
      type: 'message.custom',
      to: { contactId },
      channels,
      payload: { subject: 'Sample', body: `Sample ${++count}` },
      ...over,
    },
    { category },
  )
const statuses = (answer: Awaited<ReturnType<typeof send>>) =>
  Object.fromEntries(answer.messages.map(({ channel, status, reason }) => [channel, reason ?? status]))
const chosen = async (contactId: string) => (await app.get(`/v1/contacts/${contactId}/preferences`)).body
async function web(
  method: 'GET' | 'HEAD' | 'POST',
  url: string,
  body?: string | Buffer,
  headers: Record<string, string> = FORM,
) {
  const reply = await app.app.http.inject({ method, url, ...(body === undefined ? {} : { payload: body, headers }) })
  return { status: reply.statusCode, headers: reply.headers, body: reply.body }
}

describe('a link that is not this contact’s opens nothing', () => {
  test.each(['x', 'preview', 'A'.repeat(67)])('/u/%s', async (token) => {
    for (const method of ['GET', 'POST'] as const) {
      const reply = await web(method, `/u/${token}`, method === 'POST' ? ONE_CLICK : undefined)
      expect([reply.status, reply.body]).toEqual([404, expect.stringContaining('<h1>')])
    }
  })

  test('one of another installation, or changed by a character, neither shows nor changes', async () => {
    const id = await contact()
    const theirs = createLinkTokens(createCrypto('another secret of thirty-two characters!!'))
    const forged = `/u/${theirs.preferences({ contactId: id, category: 'mkt', messageId: id })}`
    const changed = link(id).replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))
    for (const url of [forged, changed]) {
      expect((await web('GET', url)).status).toBe(404)
      expect((await web('POST', url, ONE_CLICK)).status).toBe(404)
    }
    expect((await chosen(id)).channels.mkt.email).toBeNull()
  })

  test('one contact’s link changes nothing for another', async () => {
    const [one, other] = [await contact(), await contact()]
    await web('POST', link(one), ONE_CLICK)
    expect((await chosen(one)).channels.mkt.email).toBe(false)
    expect((await chosen(other)).channels.mkt.email).toBeNull()
  })

  test('of an erased contact, what is asked for is already so', async () => {
    const id = await contact()
    await app.call('DELETE', `/v1/contacts/${id}`)
    expect((await web('GET', link(id))).status).toBe(410)
    expect((await web('POST', link(id), 'save=1')).status).toBe(410)
    expect((await web('POST', link(id), ONE_CLICK)).status).toBe(200)
  })
})

describe('looking changes nothing', () => {
  test('however often, with GET or HEAD, and with the words of one-click in the address', async () => {
    const id = await contact()
    for (let n = 0; n < 20; n++) {
      expect((await web('GET', `${link(id)}?${ONE_CLICK}`)).status).toBe(200)
      expect((await web('HEAD', link(id))).status).toBe(200)
    }
    expect(await chosen(id)).toMatchObject({ channels: { mkt: { email: null } }, optedOut: false })
  })

  test.each([
    ['an empty body', ''],
    ['something else', 'hello=world'],
    ['a kind there is not', 'stop=tx.email'],
    ['JSON', '{"List-Unsubscribe":"One-Click"}'],
  ])('nor does %s', async (_, body) => {
    const id = await contact()
    expect((await web('POST', link(id), body)).status).toBe(400)
    expect((await chosen(id)).channels.mkt.email).toBeNull()
  })

  test('nor a body larger than any such request', async () => {
    const id = await contact()
    expect((await web('POST', link(id), `${ONE_CLICK}&${'a'.repeat(20_000)}`)).status).toBe(413)
    expect((await chosen(id)).channels.mkt.email).toBeNull()
  })

  test('nor one-click on what one cannot say no to', async () => {
    const id = await contact()
    expect((await web('POST', link(id, 'tx'), ONE_CLICK)).status).toBe(422)
    expect((await web('GET', link(id, 'tx'))).status).toBe(200)
  })
})

describe('one-click', () => {
  test.each(['one-click-request.http', 'one-click-request-multipart.http'])(
    '%s unsubscribes from that category by e-mail, at once and for good',
    async (name) => {
      const text = readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'latin1')
      const [head = '', ...rest] = text.split(/\r?\n\r?\n/)
      const id = await reader()
      expect(statuses(await send(id, 'mkt', ['email']))).toEqual({ email: 'queued' })
      const headers = { 'content-type': /^content-type: (.*)$/im.exec(head)![1]! }
      for (let again = 0; again < 3; again++) {
        const reply = await web('POST', link(id), rest.join('\r\n\r\n'), headers)
        expect(reply).toMatchObject({ status: 200 })
        expect([reply.headers.location, reply.headers['set-cookie']]).toEqual([undefined, undefined])
      }
      const answer = await send(id, 'mkt', ['email', 'sms'])
      expect(statuses(answer)).toMatchObject({ email: 'unsubscribed', sms: expect.not.stringMatching('unsubscribed') })
      expect((await app.get(`/v1/notifications/${answer.id}`)).body.reasons).toContainEqual({
        channel: 'email',
        decision: 'refused',
        reason: 'unsubscribed',
      })
      expect(statuses(await send(id, 'rem', ['email']))).toEqual({ email: 'queued' })
    },
  )

  test('also stops what already waits, and nothing else', async () => {
    const id = await reader()
    const sendAt = new Date(app.clock.now().getTime() + 24 * 3_600_000).toISOString()
    const waiting = await send(id, 'mkt', ['email', 'in_app'], { sendAt })
    const others = [
      await send(id, 'tx', ['email'], { sendAt }),
      await send(id, 'mkt', ['email'], { sendAt, lane: 'critical' }),
    ]
    await web('POST', link(id), ONE_CLICK)
    const now = async (notification: string) =>
      Object.fromEntries(
        (await app.get(`/v1/notifications/${notification}`)).body.messages.map(
          (one: { channel: string; status: string; reason: string | null }) => [one.channel, one.reason ?? one.status],
        ),
      )
    expect(await now(waiting.id)).toEqual({ email: 'unsubscribed', in_app: 'scheduled' })
    for (const other of others) expect(await now(other.id)).toEqual({ email: 'scheduled' })
  })

  test('works for a message that is long gone, from many at once', async () => {
    const id = await contact()
    const replies = await Promise.all(Array.from({ length: 10 }, () => web('POST', link(id), ONE_CLICK)))
    expect(replies.map((reply) => reply.status)).toEqual(Array(10).fill(200))
    expect((await chosen(id)).channels.mkt.email).toBe(false)
  })
})

describe('the page', () => {
  test('is the contact’s language, the organization’s name, one form without script, and told to nobody', async () => {
    const id = await contact()
    const { body, headers } = await web('GET', link(id))
    expect(body).toContain('<html lang="fr">')
    expect(body).toContain('Sample organization')
    expect(body).not.toMatch(/<script|\son\w+=|javascript:|tx\.email|in_app/)
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(
        /^default-src 'none'; style-src 'nonce-[^']+'; .*form-action 'self'/,
      ),
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
    })
    expect(headers['set-cookie']).toBeUndefined()
    expect((await web('GET', link(await contact({ locale: 'en-GB' })))).body).toContain('<html lang="en">')
    expect((await web('GET', link(await contact({ externalId: 'app-user' })))).body).toContain('in_app')
  })

  test('saves what is ticked of what it showed, and leaves the rest', async () => {
    const id = await contact()
    await app.call('PATCH', `/v1/contacts/${id}/preferences`, { channels: { mkt: { in_app: false } } })
    const { status, body } = await web('POST', link(id), 'on=rem.email&on=mkt.sms&on=measured&on=tx.email&save=1')
    expect([status, body]).toEqual([200, expect.stringContaining('role="status"')])
    expect(await chosen(id)).toMatchObject({
      channels: {
        rem: { email: true, sms: false, whatsapp: false, in_app: null },
        mkt: { email: false, sms: true, whatsapp: false, in_app: false },
      },
      optedOut: false,
      measured: true,
    })
    expect(body).toMatch(/value="mkt\.sms" checked/)
    expect(body).not.toMatch(/value="mkt\.email" checked/)
  })

  test('unsubscribes from everything but what is needed, and back again', async () => {
    const id = await reader()
    await web('POST', link(id), 'none=1&on=mkt.email')
    expect(await chosen(id)).toMatchObject({ optedOut: true })
    for (const category of ['rem', 'mkt'] as const)
      expect(statuses(await send(id, category, ['email', 'in_app']))).toEqual({
        email: 'unsubscribed',
        in_app: 'unsubscribed',
      })
    expect(statuses(await send(id, 'mkt', ['email'], { lane: 'critical' }))).toEqual({ email: 'no_consent' })
    expect(statuses(await send(id, 'rem', ['email'], { lane: 'critical' }))).toEqual({ email: 'queued' })
    for (const category of ['tx', 'ops'] as const)
      expect(statuses(await send(id, category, ['email']))).toEqual({ email: 'queued' })
    await web('POST', link(id), 'save=1&on=rem.email')
    expect(statuses(await send(id, 'rem', ['email']))).toEqual({ email: 'queued' })
  })

  test('has a button for what the mail was about, until it was pressed', async () => {
    const id = await contact()
    expect((await web('GET', link(id, 'rem'))).body).toContain('name="stop" value="rem.email"')
    const { body } = await web('POST', link(id, 'rem'), 'stop=rem.email')
    expect(body).not.toContain('name="stop"')
    expect((await chosen(id)).channels).toMatchObject({ rem: { email: false }, mkt: { email: null } })
  })

  test('shows a name and address with markup in them as text', async () => {
    const other = await app.app.organizations.create({
      name: '<script>alert(1)</script>',
      country: 'FR',
      locale: 'fr',
      timeZone: 'Europe/Paris',
      brand: { address: '<b>1</b>\nParis', color: 'red;}body{display:none', logoUrl: 'javascript:alert(1)' },
      demo: false,
    })
    const { key } = await app.app.apiKeys.create({ organizationId: other.id, name: 'k', scopes: ['send'] })
    const { body: made } = await app.call('POST', '/v1/contacts', { email: 'a@example.org' }, { key })
    const { body } = await web('GET', link(made.id))
    expect(body).not.toMatch(/<script|<b>|javascript:|display:none/)
    expect(body).toContain('&lt;script&gt;')
  })
})

describe('the API', () => {
  test('another organization’s contact does not exist', async () => {
    const id = await contact()
    const { key } = await app.otherOrganization()
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', {}],
      ['PATCH', { optedOut: true }],
    ] as const)
      expect((await app.call(method, `/v1/contacts/${id}/preferences`, body, { key })).status).toBe(404)
    expect((await chosen(id)).optedOut).toBe(false)
  })

  test.each([
    [{ channels: { tx: { email: false } } }, 'tx'],
    [{ channels: { mkt: { fax: false } } }, 'fax'],
    [{ channels: { mkt: { email: 'no' } } }, 'email'],
    [{ optedOut: null }, 'optedOut'],
    [{ other: 1 }, 'other'],
  ])('%j is refused', async (body, path) => {
    const reply = await app.call('PUT', `/v1/contacts/${await contact()}/preferences`, body)
    expect([reply.status, JSON.stringify(reply.body.errors)]).toEqual([422, expect.stringContaining(path)])
  })

  test('PATCH changes what it names, PUT replaces all', async () => {
    const id = await contact()
    const url = `/v1/contacts/${id}/preferences`
    await app.call('PATCH', url, {
      digest: { mkt: 'weekly' },
      channels: { mkt: { email: false, sms: true } },
      measured: false,
    })
    await app.call('PATCH', url, { channels: { mkt: { sms: null }, rem: { email: false } } })
    expect(await chosen(id)).toMatchObject({
      digest: { mkt: 'weekly' },
      channels: { mkt: { email: false, sms: null }, rem: { email: false } },
      measured: false,
    })
    const { body } = await app.call('PUT', url, { channels: { rem: { sms: false } } })
    expect(body).toMatchObject({
      digest: { mkt: null },
      channels: { mkt: { email: null }, rem: { email: null, sms: false } },
      measured: true,
    })
  })

  test('an organization may leave a kind of news out until a contact asks for it', async () => {
    const id = await reader()
    await app.call('PATCH', '/v1/delivery-settings', { preferences: { mkt: { sms: false } } })
    expect(statuses(await send(id, 'mkt', ['email', 'sms']))).toMatchObject({ email: 'queued', sms: 'unsubscribed' })
    await app.call('PATCH', `/v1/contacts/${id}/preferences`, { channels: { mkt: { sms: true } } })
    expect(statuses(await send(id, 'mkt', ['sms'])).sms).not.toBe('unsubscribed')
    await app.call('PATCH', '/v1/delivery-settings', { preferences: null })
  })
})

test('every yes and no that is new is in the log of consent, once, with where it came from and in which words', async () => {
  const id = await contact({ locale: 'en' })
  const log = () =>
    app.database.query<Record<string, unknown>>(
      'select channel, category, state, source, wording, address from consent_event where contact_id = $1 order by id',
      [id],
    )
  for (let again = 0; again < 3; again++) await web('POST', link(id), ONE_CLICK)
  await web('POST', link(id), 'save=1&on=mkt.email&on=mkt.sms&on=mkt.whatsapp&on=rem.email&on=rem.sms')
  await app.call('PATCH', `/v1/contacts/${id}/preferences`, { channels: { mkt: { email: true, in_app: false } } })
  const { email, phone } = (await app.get(`/v1/contacts/${id}`)).body
  expect(await log()).toEqual([
    {
      channel: 1,
      category: 'mkt',
      state: 'withdrawn',
      source: 'one_click',
      wording: 'List-Unsubscribe=One-Click',
      address: email,
    },
    {
      channel: 3,
      category: 'rem',
      state: 'withdrawn',
      source: 'preference_page',
      wording: 'Reminders (WhatsApp)',
      address: phone,
    },
    {
      channel: 1,
      category: 'mkt',
      state: 'granted',
      source: 'preference_page',
      wording: 'Offers and news (E-mail)',
      address: email,
    },
    ...['SMS', 'WhatsApp'].map((channel, index) => ({
      channel: index + 2,
      category: 'mkt',
      state: 'granted',
      source: 'preference_page',
      wording: `Offers and news (${channel})`,
      address: phone,
    })),
    { channel: 4, category: 'mkt', state: 'withdrawn', source: 'api', wording: null, address: id },
  ])
})

test('what a mail says about unsubscribing is what works', async () => {
  const id = await reader()
  const answer = await send(id, 'mkt', ['email'])
  const item = await app.eventually(async () =>
    (await app.get('/v1/sandbox/messages')).body.items.find(
      (one: { messageId: string }) => one.messageId === answer.messages[0]!.id,
    ),
  )
  const mail = (await app.get(`/v1/sandbox/messages/${item.id}`)).body
  const header = (name: string) => mail.headers.find((one: { name: string }) => one.name.toLowerCase() === name)?.value
  expect(header('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  const url = /^<(.+)>$/.exec(header('list-unsubscribe'))![1]!
  expect(mail.html).toContain(`href="${url}"`)
  expect(mail.text).toContain(url)
  expect((await web('POST', new URL(url).pathname, ONE_CLICK)).status).toBe(200)
  expect(statuses(await send(id, 'mkt', ['email']))).toEqual({ email: 'unsubscribed' })
})
