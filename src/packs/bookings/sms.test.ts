import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import { openMoverWithStripe } from '../../../test/mover.ts'
import { countSegments } from '../../engine/channels/segments.ts'

/** 35 characters, as a business with a name of its own has. */
const PUBLIC_URL = 'https://demenagement-lyon-3.example'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({ publicUrl: PUBLIC_URL })
})
afterAll(() => app.stop())

test.each(['fr', 'en'] as const)(
  'every SMS about a booking is one part with the links we make, in %s',
  async (locale) => {
    expect(PUBLIC_URL).toHaveLength(35)
    const other = await app.otherOrganization()
    await app.database.query('update organization set name = $2, locale = $3 where id = $1', [
      other.organizationId,
      'Cabinet de kinésithérapie Nord',
      locale,
    ])
    const mover = await openMoverWithStripe(app, other)
    await mover.call('PATCH', `/service-types/${mover.serviceTypeId}`, {
      label: { fr: 'Séance de rééducation du genou', en: 'Knee rehabilitation, 45 minute' },
    })
    const person = { name: 'François-Xavier de La Rochefoucauld', locale }
    const pro = await mover.professional({ ...person, phone: '+33639980002' })
    const quote = await mover.quote({
      address: { line: '112 rue de la République', postalCode: '69002', city: 'Saint-Rémy-lès-Chevreuse' },
      customer: { ...person, email: `${locale}@example.com`, phone: '+33639980001' },
      wishedAt: '2027-09-22T12:30:00Z',
    })
    expect(quote.url).toMatch(/^.{35}\/q\/\w{22}$/)
    await mover.deliver(mover.event(quote))
    const id = await app.eventually(
      async () => (await mover.call('GET', `/quotes/${quote.temporaryId}`)).body.bookingId as string | undefined,
    )
    const url = await app.eventually(async () => {
      const [row] = await app.database.query<{ url: string }>(
        `select payload->>'acceptUrl' as url from notification where type = 'mission.proposed' and contact_id = $1`,
        [pro.contactId],
      )
      return row?.url
    })
    expect(url).toMatch(/^.{35}\/m\/[\w-]{22}$/)
    await app.app.http.inject({
      method: 'POST',
      url: new URL(url).pathname,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'answer=accept',
    })
    await mover.call('POST', `/${id}/move`, { startsAt: '2027-09-29T12:30:00Z', reason: 'À votre demande.' })
    await mover.call('POST', `/${id}/cancel`, { reason: 'À votre demande.' })

    const texts = await app.eventually(async () => {
      const { body } = await app.call('GET', '/v1/sandbox/messages?channel=sms&limit=100', undefined, {
        key: mover.key,
      })
      return body.items.length === 6 && (body.items as { text: string }[]).map(({ text }) => text)
    })
    // Confirmed, moved and cancelled to the client; accepted, moved and cancelled to the professional.
    for (const text of texts)
      expect({ text, ...countSegments(text) }).toMatchObject({
        encoding: 'GSM-7',
        segments: 1,
      })
    // All but the one that tells the professional not to come.
    expect(texts.filter((text) => / https:\/\/\S+\/[qm]\/[\w-]{22}$/.test(text))).toHaveLength(5)
  },
)
