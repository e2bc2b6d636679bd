import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../test/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

interface Answer {
  readonly id: string
  readonly duplicate: boolean
  readonly messages: readonly { readonly id: string; readonly status: string; readonly reason?: string }[]
}

const wish = fc.record({
  contact: fc.constantFrom('one', 'two'),
  words: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  dedupeKey: fc.option(fc.constantFrom('k1', 'k2'), { nil: undefined, freq: 3 }),
  allowRepeat: fc.boolean(),
  critical: fc.nat(5).map((n) => n === 0),
})

test('whatever comes at once: no words twice, no contact over its cap, one result per key, and the answers are true', async () => {
  let run = 0
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.array(wish, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 }),
      async (cap, callers) => {
        run++
        const { key } = await app.otherOrganization()
        const set = await app.call('PATCH', '/v1/delivery-settings', { contactCapPerHour: cap }, { key })
        expect(set).toMatchObject({ status: 200, body: { contactCapPerHour: cap } })
        const request = ({ contact, words, dedupeKey, allowRepeat, critical }: (typeof callers)[0][0]) => ({
          type: 'message.custom',
          to: { email: `${contact}@run${run}.example.org` },
          channels: ['email'],
          payload: { subject: 'Sample', body: words },
          dedupeKey,
          allowRepeat,
          ...(critical ? { lane: 'critical' } : {}),
        })
        const answers = (
          await Promise.all(
            callers.map(async (wishes) => {
              const notifications = wishes.map(request)
              const alone = wishes.length === 1
              const answer = alone
                ? await app.call('POST', '/v1/notifications', notifications[0], { key })
                : await app.call('POST', '/v1/notifications/batch', { notifications }, { key })
              const results = alone ? [answer.body] : answer.body.results
              const readable = results?.every((one: Partial<Answer>) => one.messages !== undefined)
              if (!readable) throw new Error(`Answered ${answer.status}: ${JSON.stringify(answer.body)}`)
              return results.map((answer: Answer, n: number) => ({ ...answer, wish: wishes[n]! }))
            }),
          )
        ).flat() as (Answer & { wish: (typeof callers)[0][0] })[]

        const first = answers.filter((answer) => !answer.duplicate)
        const goes = first.filter(({ messages }) => messages[0]!.status === 'queued')
        const unusual = first.filter(({ messages }) => messages[0]!.status !== 'queued')
        for (const { messages } of unusual) expect(['contact_cap', 'repeated_content']).toContain(messages[0]!.reason)

        for (const contact of ['one', 'two']) {
          const own = goes.filter(({ wish }) => wish.contact === contact)
          expect(own.filter(({ wish }) => !wish.critical).length).toBeLessThanOrEqual(cap)
          for (const words of ['a', 'b', 'c', 'd', 'e', 'f'])
            expect(own.filter(({ wish }) => wish.words === words && !wish.allowRepeat).length).toBeLessThanOrEqual(1)
          for (const dedupeKey of ['k1', 'k2']) {
            const same = answers.filter(({ wish }) => wish.contact === contact && wish.dedupeKey === dedupeKey)
            expect(new Set(same.map(({ id }) => id)).size).toBe(same.length === 0 ? 0 : 1)
          }
        }
        const stored = await app.database.query<{ id: string; status: number; reason: string | null }>(
          `select m.id, m.status, m.reason from message m where m.notification_id = any($1::uuid[])`,
          [first.map(({ id }) => id)],
        )
        const byId = new Map(stored.map((row) => [row.id, row]))
        expect(stored).toHaveLength(first.length)
        for (const { messages } of unusual) expect(byId.get(messages[0]!.id)!.reason).toBe(messages[0]!.reason)
        for (const { messages } of goes) expect(byId.get(messages[0]!.id)!.reason).toBe(null)
      },
    ),
    { numRuns: 40 },
  )
})
