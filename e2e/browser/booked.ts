import type { Page } from 'playwright-core'
import { expect, vi } from 'vitest'
import type { Dashboard } from './browser.ts'

export interface Quote {
  readonly temporaryId: string
  readonly url: string
  readonly bookingId: string | null
}

const DAY = 86_400_000
/** Nine in the morning, so many days ahead: no quiet hour anywhere near. */
export const ahead = (days: number) => new Date(Math.ceil(Date.now() / DAY + days) * DAY + 9 * 3_600_000).toISOString()

/** Does at the test checkout what the named button does. */
export async function pay(page: Page, button = 'Pay'): Promise<void> {
  await page.getByRole('button', { name: 'Pay', exact: true }).click()
  await page.getByRole('heading', { name: 'Test payment' }).waitFor()
  await page.getByRole('button', { name: button, exact: true }).click()
  await page.getByRole('heading', { name: /^Your (quote|booking)$/ }).waitFor()
}

/** Quotes of the demo organization, paid as its visitors pay them. */
export function openBookings(dashboard: () => Dashboard) {
  let made = 0

  const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await dashboard().product.call<T>(method as 'POST', `/v1/bookings${path}`, body)
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
    return answer.body
  }

  const quote = (more: object = {}) =>
    call<Quote>('POST', '/quotes', {
      service: 'moving',
      inputs: { volume: 20, distance: 10 },
      address: { line: '12 rue de l’Exemple', postalCode: '75004', city: 'Paris' },
      coordinates: { latitude: 48.8566, longitude: 2.3522 },
      wishedAt: ahead(20),
      customer: { name: 'Sample Client', email: `client-${++made}@example.com`, locale: 'en' },
      ...more,
    })

  return {
    call,
    quote,

    /** The id of a booking whose quote was just paid. */
    async booked(button?: string): Promise<string> {
      const { url, temporaryId } = await quote()
      const page = await dashboard().visit(url, { signedIn: false })
      await pay(page, button)
      await page.close()
      return until(async () => (await call<Quote>('GET', `/quotes/${temporaryId}`)).bookingId)
    },

    /** Pays one quote twice: the second payment fits nothing. Its id. */
    async orphan(): Promise<string> {
      const known = new Set((await orphans()).map(({ id }) => id))
      const { url } = await quote()
      const first = await dashboard().visit(url, { signedIn: false })
      await first.getByRole('button', { name: 'Pay', exact: true }).click()
      const second = await dashboard().visit(url, { signedIn: false })
      // Another amount: with insurance, it is another checkout.
      await second.getByRole('checkbox').check()
      await second.getByRole('button', { name: 'Pay', exact: true }).click()
      for (const visitor of [first, second]) {
        await visitor.getByRole('heading', { name: 'Test payment' }).waitFor()
        await visitor.getByRole('button', { name: 'Pay', exact: true }).click()
        await visitor.getByRole('heading', { name: /^Your (quote|booking)$/ }).waitFor()
        await visitor.close()
      }
      return until(async () => (await orphans()).find(({ id }) => !known.has(id))?.id)
    },
  }

  async function orphans() {
    return (await call<{ items: { id: string }[] }>('GET', '/payments?status=orphaned')).items
  }
}

/** Looks until there is something. */
const until = <T>(look: () => Promise<T | null | undefined>): Promise<T> =>
  vi.waitFor(
    async () => {
      const found = await look()
      if (found == null) throw new Error('Nothing came of what was paid')
      return found
    },
    { timeout: 20_000, interval: 200 },
  )
