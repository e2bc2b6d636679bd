import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { createCrypto } from '../../platform/crypto.ts'
import type { Category } from '../catalogue/event.ts'
import { createLinkTokens } from '../links/tokens.ts'

const SECRET = 'a sample secret of thirty-two characters'
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ secret: SECRET })
})
afterAll(() => app.stop())

/** As a mail reader or browser would, without following. */
async function follow(
  url: string,
  { method = 'GET', userAgent = BROWSER }: { method?: 'GET' | 'HEAD'; userAgent?: string } = {},
) {
  const { pathname } = new URL(url)
  const reply = await app.app.http.inject({ method, url: pathname, headers: { 'user-agent': userAgent } })
  return { status: reply.statusCode, headers: reply.headers, body: reply.rawPayload }
}

/** A mail that has been delivered, as its reader has it. */
async function mail(html: string, category: Category = 'mkt', address = `reader-${Math.random()}@example.org`) {
  const { id: contactId } = (await app.post('/v1/contacts', { email: address })).body
  await app.post(`/v1/contacts/${contactId}/consents`, { channel: 'email', source: 'form', wording: 'Yes' })
  const { messages } = await app.app.accept.one(
    app.organizationId,
    {
      type: 'message.custom',
      to: { contactId },
      channels: ['email'],
      payload: { subject: 'Sample', body: 'Sample', html },
      allowRepeat: true,
    },
    { category },
  )
  const id = messages[0]!.id
  await reaches(id, 'delivered')
  const item = await app.eventually(async () =>
    (await app.get('/v1/sandbox/messages')).body.items.find((one: { messageId: string }) => one.messageId === id),
  )
  const read = (await app.get(`/v1/sandbox/messages/${item.id}`)).body
  const links = [...read.html.matchAll(/http:\/\/127\.0\.0\.1:1\/t\/c\/[\w-]+/g)].map(String)
  const pixel = /http:\/\/127\.0\.0\.1:1\/t\/o\/[\w-]+/.exec(read.html)?.[0]
  return { id, html: read.html as string, headers: read.headers as { name: string; value: string }[], links, pixel }
}
const message = async (id: string) => (await app.get(`/v1/messages/${id}`)).body
const reaches = (id: string, status: string) =>
  app.eventually(async () => (await message(id)).status === status && (await message(id)))
/** Some time after the mail has left; what comes then is not taken for a filter's. */
const later = (ms = 60_000) => app.clock.advance(ms)
const judged = (id: string, count: number) =>
  app.eventually(async () => {
    const rows = await app.database.query<{ automatic: string | null; link: string | null; user_agent: string }>(
      'select automatic, link, user_agent from message_hit where message_id = $1 and judged_at is not null order by at, id',
      [id],
    )
    return rows.length >= count && rows
  })

const ONE = '<body><a href="https://shop.example/a?person=7#top">A</a></body>'
const TWO = '<body><a href="https://shop.example/a">A</a><a href="https://shop.example/b">B</a></body>'

describe('a link that is not ours leads nowhere', () => {
  test.each([
    '/t/c/',
    '/t/c/x',
    '/t/c/https://elsewhere.example',
    '/t/c/%2F%2Felsewhere.example',
    '/t/o/x',
    `/t/c/${'A'.repeat(3_000)}`,
  ])('%s', async (path) => {
    const reply = await app.app.http.inject({
      method: 'GET',
      url: path,
      headers: { 'accept-language': 'fr-FR,fr;q=0.9' },
    })
    expect(reply.statusCode).toBe(404)
    expect(reply.headers.location).toBeUndefined()
    if (path !== '/t/c/') expect(reply.body).toContain('Ce lien ne mène nulle part')
  })

  test('nor one of another installation, or changed by a character', async () => {
    const theirs = createLinkTokens(createCrypto('another secret of thirty-two characters!!'))
    const ours = createLinkTokens(createCrypto(SECRET))
    const id = '019a9f00-0000-7000-8000-000000000001'
    expect((await follow(`http://x/t/c/${theirs.click(id, 'https://elsewhere.example/')}`)).status).toBe(404)
    const token = ours.click(id, 'https://shop.example/')!
    expect((await follow(`http://x/t/c/${token}`)).headers.location).toBe('https://shop.example/')
    const { status, headers } = await follow(`http://x/t/c/${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)
    expect([status, headers.location]).toEqual([404, undefined])
  })

  test('an open is not a click, nor the other way round', async () => {
    const { links, pixel } = await mail(ONE)
    expect((await follow(pixel!.replace('/t/o/', '/t/c/'))).status).toBe(404)
    expect((await follow(links[0]!.replace('/t/c/', '/t/o/'))).status).toBe(404)
  })
})

describe('a machine is counted apart', () => {
  test('that fetches as soon as the mail is there, or asks with HEAD', async () => {
    const { id, links, pixel } = await mail(TWO)
    await follow(pixel!)
    expect(await follow(links[0]!, { method: 'HEAD' })).toMatchObject({
      status: 302,
      headers: { location: 'https://shop.example/a' },
    })
    later(3_000)
    expect(await judged(id, 2)).toMatchObject([
      { automatic: 'too_soon' },
      { automatic: 'head', link: 'https://shop.example/a' },
    ])
    expect((await message(id)).status).toBe('delivered')
  })

  test('that follows the link nobody sees, and then a real one', async () => {
    const { id, links } = await mail(ONE)
    later()
    const [real, trap] = links as [string, string]
    expect(await follow(trap)).toMatchObject({ status: 204 })
    later(5_000)
    await follow(real)
    later(3_000)
    expect((await judged(id, 2)).map((row) => row.automatic)).toEqual(['trap', 'trap'])
    expect((await message(id)).status).toBe('delivered')
  })

  test('that follows every link at once', async () => {
    const { id, links } = await mail(TWO)
    later()
    await Promise.all([follow(links[0]!), follow(links[1]!)])
    later(3_000)
    expect((await judged(id, 2)).map((row) => row.automatic)).toEqual(['many_links', 'many_links'])
    expect((await message(id)).status).toBe('delivered')
  })

  test('and a flood of them writes little', async () => {
    const { id, links } = await mail(ONE)
    later()
    for (let n = 0; n < 300; n++) expect((await follow(links[0]!)).status).toBe(302)
    later(3_000)
    expect(await judged(id, 1)).toHaveLength(1)
    for (let n = 0; n < 300; n++) await follow(links[0]!, { userAgent: `${BROWSER} ${n}` })
    later(3_000)
    await app.eventually(async () => {
      const [row] = await app.database.query<{ open: number }>(
        'select count(*)::int as open from message_hit where judged_at is null',
        [],
      )
      return row?.open === 0
    })
    const [row] = await app.database.query<{ n: number }>(
      'select count(*)::int as n from message_hit where message_id = $1',
      [id],
    )
    // Counted before each write, so concurrent writes may go a little over.
    expect(row!.n).toBeLessThan(320)
  })
})

describe('a person', () => {
  test('who reads and follows a link moves the message on, and the timeline says which, without what may be personal', async () => {
    const { id, links, pixel } = await mail(ONE)
    later()
    const picture = await follow(pixel!)
    expect(picture).toMatchObject({
      status: 200,
      headers: { 'content-type': 'image/gif', 'cache-control': expect.stringContaining('no-store') },
    })
    expect(picture.body.subarray(0, 6).toString()).toBe('GIF89a')
    later(2_500)
    await reaches(id, 'opened')
    expect(await follow(links[0]!)).toMatchObject({
      status: 302,
      headers: { location: 'https://shop.example/a?person=7#top' },
    })
    later(2_500)
    const { timeline } = await reaches(id, 'clicked')
    expect(timeline.at(-1)).toMatchObject({ kind: 'clicked', detail: { link: 'https://shop.example/a' } })
    expect(JSON.stringify(await judged(id, 2))).not.toMatch(/person=7|Firefox/)
  })

  test('who does not want to be measured is not, also for mail sent before', async () => {
    const { id, links } = await mail(ONE, 'mkt', 'unmeasured@example.org')
    const { contactId } = await message(id)
    expect((await app.call('PATCH', `/v1/contacts/${contactId}/preferences`, { measured: false })).body.measured).toBe(
      false,
    )
    later()
    expect((await follow(links[0]!)).status).toBe(302)
    const other = await mail(ONE)
    later()
    await follow(other.links[0]!)
    later(3_000)
    await judged(other.id, 1)
    expect(await app.database.query('select 1 from message_hit where message_id = $1', [id])).toEqual([])
  })

  test('who was erased still gets where the link leads, and leaves no trace', async () => {
    const { id, links, pixel } = await mail(ONE)
    const { contactId } = await message(id)
    expect((await app.call('DELETE', `/v1/contacts/${contactId}`)).status).toBe(204)
    expect((await follow(links[0]!)).status).toBe(302)
    expect((await follow(pixel!)).status).toBe(200)
    expect(await app.database.query('select 1 from message_hit where message_id = $1', [id])).toEqual([])
  })
})

describe('what is counted is the organization’s choice', () => {
  test('to begin with: everybody’s clicks, and opens of marketing alone', async () => {
    const tx = await mail(ONE, 'tx')
    expect([tx.pixel, tx.links.length]).toEqual([undefined, 2])
    const mkt = await mail(ONE, 'mkt')
    expect([mkt.pixel !== undefined, mkt.links.length]).toEqual([true, 2])
  })

  test('and can be nothing', async () => {
    const off = await app.call('PATCH', '/v1/delivery-settings', { tracking: { opens: false, clicks: ['rem'] } })
    expect(off.body.tracking).toEqual({ opens: false, clicks: ['rem'] })
    const mkt = await mail(ONE)
    expect([mkt.pixel, mkt.links]).toEqual([undefined, []])
    expect((await app.call('PATCH', '/v1/delivery-settings', { tracking: { clicks: ['rum'] } })).status).toBe(422)
    await app.call('PATCH', '/v1/delivery-settings', { tracking: null })
    expect((await mail(ONE)).links).toHaveLength(2)
  })

  test('what the dashboard shows of a message is neither counted nor anybody’s key', async () => {
    const { id } = await mail(ONE)
    const { content } = await message(id)
    expect(content.html).toBe(ONE)
    expect(content.text).toContain('/u/preview')
  })
})
