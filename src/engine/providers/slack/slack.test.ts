import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../platform/clock.ts'
import { type Doing, startPretendCarrier } from '../http-client/pretend-carrier.ts'
import answers from './fixtures/answers.json' with { type: 'json' }
import { createSlackWebhook, slackText } from './slack.ts'

const SECRET = 'T0000SAMPLE/B0000SAMPLE/sampleWebhookKey'
const opened: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close()
})

async function start(doing: Doing = {}) {
  const server = await startPretendCarrier(() => answers.ok, doing)
  opened.push(server.stop)
  const slack = createSlackWebhook({ webhookUrl: `${server.baseUrl}/services/${SECRET}`, clock: systemClock })
  opened.push(slack.close)
  return { server, slack }
}
const says = (status: number, body: string, headers = {}): Doing => ({ says: { status, body, headers } })

test('the text goes to the whole address, as JSON', async () => {
  const { server, slack } = await start()
  expect(await slack.send('*Urgent*\nLine & more')).toMatchObject({ outcome: 'sent' })
  expect(server.asked).toMatchObject([{ method: 'POST', path: `/services/${SECRET}` }])
  expect(server.asked[0]!.headers['content-type']).toMatch(/^application\/json/)
  expect(JSON.parse(server.asked[0]!.body)).toEqual({ text: '*Urgent*\nLine & more' })
})

describe('every refusal there is', () => {
  const final = new Set(['invalid_payload', 'no_text', 'too_many_attachments'])
  for (const [word, status] of Object.entries(answers.refused))
    test(`${word} (${status})`, async () => {
      const { slack } = await start(says(status, word))
      const expected = final.has(word) ? 'permanent' : word === 'rollup_error' ? 'retry' : 'configuration'
      expect(await slack.send('x')).toMatchObject({ outcome: 'refused', class: expected, code: word })
    })

  const others: [string, Doing, object][] = [
    ['too fast', { says: answers.tooFast }, { class: 'retry_later', retryAfterMs: 30_000 }],
    ['an unknown word', says(404, 'no_such_word'), { class: 'configuration', code: '404' }],
    ['a redirection', says(302, '', { location: 'http://127.0.0.1:1/' }), { class: 'configuration' }],
    ['broken', says(502, '<html>'), { class: 'retry' }],
    ['a page that is somebody else’s', says(200, '<html>Sign in to the Wi-Fi</html>'), { class: 'retry' }],
    ['no answer’s end', { says: 'dies half way' }, { class: 'retry' }],
    ['a connection that dies', { says: 'reset' }, { class: 'retry' }],
  ]
  for (const [what, doing, expected] of others)
    test(what, async () => {
      const { slack } = await start(doing)
      expect(await slack.send('x')).toMatchObject({ outcome: 'refused', ...expected })
    })
})

test('the address is in no result', async () => {
  const { server, slack } = await start()
  for (const status of [200, 302, 400, 403, 404, 429, 500]) {
    server.become(says(status, `no such ${SECRET}`))
    expect(JSON.stringify(await slack.send('x'))).not.toContain('sampleWebhookKey')
  }
})

test('words stay words, and call nobody', () =>
  expect(slackText({ title: '<!channel> a & b', lines: ['<x>'], url: 'https://example.com/a?b&c' })).toBe(
    '*&lt;!channel&gt; a &amp; b*\n&lt;x&gt;\n<https://example.com/a?b&amp;c>',
  ))
