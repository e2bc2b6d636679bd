import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'
import vectors from '../channels/fixtures/sms-segments.json' with { type: 'json' }

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const preview = (body: object) => app.post('/v1/sms/preview', body)

describe('what cannot be previewed is refused', () => {
  test.each([[{}], [{ text: 5 }], [{ text: 'a'.repeat(5_001) }], [{ text: 'a', fold: 'yes' }], [{ text: 'a', x: 1 }]])(
    '%#',
    async (body) => expect(await preview(body)).toMatchObject({ status: 422, body: { code: 'validation_failed' } }),
  )
  test('and nobody is shown anything without a key', async () =>
    expect((await app.call('POST', '/v1/sms/preview', { text: 'a' }, { key: null })).status).toBe(401))
})

test('every text of the vectors is counted as carriers count it', async () => {
  for (const { text, encoding, segments } of vectors.vectors)
    expect((await preview({ text })).body).toMatchObject({ encoding, segments })
})

test('a text with accents shows what it costs, what makes it so, and what it is sent as', async () => {
  expect((await preview({ text: 'Cœur prêt, à 5 €' })).body).toEqual({
    encoding: 'UCS-2',
    segments: 1,
    units: 16,
    folded: { text: 'Coeur pret, à 5 €', encoding: 'GSM-7', segments: 1, units: 18 },
    forcesUcs2: [
      { character: 'œ', positions: [1] },
      { character: 'ê', positions: [7] },
    ],
    fold: true,
    warning: null,
  })
})

test('it warns of what would be sent, folded or not', async () => {
  const text = 'ê'.repeat(100)
  expect((await preview({ text })).body).toMatchObject({ segments: 2, folded: { segments: 1 }, warning: null })
  expect((await preview({ text, fold: false })).body.warning).toBe('It is sent, and billed, as 2 SMS')
  expect((await preview({ text: `${text}👍` })).body).toMatchObject({
    folded: { text: `${text}👍`, encoding: 'UCS-2' },
    warning: expect.stringContaining('2 SMS'),
  })
})

test('an organization chooses whether its SMS are folded, and from how many parts it is warned', async () => {
  const { key } = await app.otherOrganization()
  const ask = async (method: 'GET' | 'POST' | 'PATCH', url: string, body?: object) =>
    (await app.call(method, url, body, { key })).body
  const body = 'Votre fenêtre est prête'
  const sendNow = async () => {
    const accepted = await ask('POST', '/v1/notifications', {
      type: 'message.custom',
      to: { phone: '+33639980001' },
      channels: ['sms'],
      payload: { subject: 's', body },
      allowRepeat: true,
    })
    const id = accepted.messages[0].id
    const sent = await app.eventually(async () => {
      const { items } = await ask('GET', '/v1/sandbox/messages')
      return items.find((item: { messageId: string }) => item.messageId === id)
    })
    return [sent.text, (await ask('GET', `/v1/messages/${id}`)).content.text]
  }

  expect(await sendNow()).toEqual(['Votre fenetre est prete', 'Votre fenetre est prete'])
  await ask('PATCH', '/v1/delivery-settings', { sms: { fold: false, warnAboveSegments: 2 } })
  expect(await ask('POST', '/v1/sms/preview', { text: 'ê'.repeat(100) })).toMatchObject({ fold: false, warning: null })
  // What is known of an organization is kept for some seconds.
  await app.eventually(async () => (await sendNow()).every((text) => text === body))
})
