import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'
import { type PretendedStripe, pretendStripe } from '../../../test/pretended-stripe.ts'

let app: TestApp
let stripe: PretendedStripe
let mover: Awaited<ReturnType<typeof openMoverWithStripe>>
beforeAll(async () => {
  stripe = await pretendStripe()
  app = await startTestApp({ vendors: { stripe: { baseUrl: stripe.url } } })
  mover = await openMoverWithStripe(app)
})
afterAll(async () => {
  await app.stop()
  await stripe.close()
})
beforeEach(() => {
  stripe.refusing = undefined
})

const press = (url: string, fields: Record<string, string>) =>
  app.app.http.inject({
    method: 'POST',
    url: new URL(url).pathname,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(fields).toString(),
  })
const client = { name: 'Camille Exemple', email: 'camille@example.com', phone: '+33639980001' }

describe('paying on a quote’s page', () => {
  test('leads to wherever the vendor has its page, past what browsers hold a form to', async () => {
    const { url } = await mover.quote()
    const reply = await press(url, client)
    // A redirect would be refused by `form-action` everywhere but here.
    expect(reply.statusCode).toBe(200)
    expect(reply.headers['content-security-policy']).toContain("form-action 'self';")
    expect(reply.headers.refresh).toMatch(/^0;url=https:\/\/checkout\.example\.com\/pay\/\d+$/)
    expect(reply.body).toMatch(/<a href="https:\/\/checkout\.example\.com\/pay\/\d+">/)
  })

  test('an address that is none is the visitor’s to mend', async () => {
    const { url } = await mover.quote()
    const reply = await press(url, { ...client, email: 'nobody' })
    expect([reply.statusCode, reply.body]).toEqual([422, expect.stringContaining('Vérifiez votre adresse')])
    expect(reply.body).toContain('value="nobody"')
  })

  test.each([
    ['is down', { status: 500, error: { type: 'api_error', message: 'down' } }, 503, 'ne répond pas'],
    ['is asked too often', { status: 429, error: { type: 'rate_limit_error', message: 'slow' } }, 503, 'ne répond pas'],
    [
      'does not know the key',
      { status: 401, error: { type: 'invalid_request_error', message: 'key' } },
      409,
      'contactez-nous',
    ],
    [
      'refuses the amount',
      { status: 400, error: { type: 'invalid_request_error', code: 'amount_too_small', message: 'small' } },
      409,
      'contactez-nous',
    ],
  ])('a vendor that %s is not the visitor’s fault', async (_, refusing, status, words) => {
    const { url } = await mover.quote()
    stripe.refusing = refusing
    const reply = await press(url, client)
    expect([reply.statusCode, reply.body]).toEqual([status, expect.stringContaining(words)])
    expect(reply.body).not.toContain('Vérifiez votre adresse')
    expect(reply.body).toContain('value="Camille Exemple"')
  })

  test('what was paid meanwhile says so', async () => {
    const quote = await mover.quote()
    await mover.deliver(mover.event(quote))
    await app.eventually(async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.bookingId)
    const reply = await press(quote.url, client)
    expect([reply.statusCode, reply.body]).toEqual([409, expect.stringMatching(/confirmée.*BK-/)])
    expect(reply.body).not.toContain('role="alert"')
  })

  test('insurance says what it adds', async () => {
    const offered = await mover.quote()
    const { body } = await visit(offered.url)
    const cost = /Avec assurance \(\+([\d,]+)\s€\)/.exec(body)?.[1]
    const insured = await mover.quote({ insurance: true })
    expect(Number(cost?.replace(',', '')), body).toBe(insured.amount - offered.amount)
    expect((await visit(insured.url)).body).toContain('dans le total)')
  })
})

const visit = (url: string, query = '') => app.app.http.inject({ method: 'GET', url: new URL(url).pathname + query })

describe('coming back from paying', () => {
  test('before the vendor has told: nobody is asked to pay again, and the page looks again by itself', async () => {
    const { url } = await mover.quote()
    const page = await visit(url, '?paid=1')
    expect(page.body).toContain('Nous attendons la confirmation de votre paiement')
    expect(page.body).not.toContain('<form')
    expect(page.body).toContain('Revenir au devis')
    expect(page.headers.refresh).toBe(`2;url=${url}?paid=2`)
    expect((await visit(url, '?paid=20')).headers.refresh).toMatch(/^10;/)
    expect((await visit(url, '?paid=46')).headers.refresh).toBeUndefined()
    for (const query of ['', '?paid=', '?paid=x', '?paid=0']) expect((await visit(url, query)).body).toContain('<form')
  })

  test('the vendor is told to lead there, and what has arrived is shown', async () => {
    const quote = await mover.quote()
    await press(quote.url, client)
    expect(stripe.asked.at(-1)?.form.get('success_url')).toBe(`${quote.url}?paid=1`)
    await mover.deliver(mover.event(quote))
    await app.eventually(async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.bookingId)
    const page = await visit(quote.url, '?paid=3')
    expect(page.body).toMatch(/confirmée.*BK-/)
    expect(page.headers.refresh).toBeUndefined()
  })

  test('an expired quote says so all the same', async () => {
    const quote = await mover.quote()
    await app.database.query(`update quote set expires_at = now() - interval '1 day' where temporary_id = $1`, [
      quote.temporaryId,
    ])
    expect((await visit(quote.url, '?paid=1')).body).toContain('a expiré')
  })
})
