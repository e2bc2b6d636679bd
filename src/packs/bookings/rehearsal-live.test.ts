import { expect, test } from 'vitest'
import { startTestApp } from '../../../test/app.ts'
import { openMover } from '../../../test/mover.ts'

const smtp = {
  host: '127.0.0.1',
  port: 9,
  from: 'Sample <hello@example.org>',
  secure: false,
  user: undefined,
  password: undefined,
}

test.each([
  [false, 409],
  [true, 201],
])(
  'where the platform sends mail, the sandbox’s checkout is open only if the operator says so (%s: %i)',
  async (sandboxCheckout, status) => {
    const app = await startTestApp({ smtp, sandboxCheckout })
    try {
      const mover = await openMover(app)
      const quote = await mover.quote()
      expect((await mover.checkout(quote.temporaryId)).status).toBe(status)
      const page = await app.call('GET', new URL(quote.url).pathname, undefined, { key: null })
      expect(String(page.body).includes('Le paiement en ligne n’est pas en place')).toBe(status === 409)
      expect((await mover.call('GET', '/payment-account')).body.kind).toBe(sandboxCheckout ? 'sandbox' : 'none')
    } finally {
      await app.stop()
    }
  },
)
