import { describe, expect, test } from 'vitest'
import { NOT_A_REFUSAL, REMEDIES, type Remedy } from './error-class.ts'
import words from './fixtures/error-words.json' with { type: 'json' }

const remedies: Readonly<Record<string, Remedy>> = REMEDIES
const notRefusals: readonly string[] = NOT_A_REFUSAL

describe('every word of the carriers’ tables has one meaning here', () => {
  for (const [word, carriers] of Object.entries(words))
    test(`${word} (${carriers.join(', ')})`, () => expect(word in remedies).toBe(!notRefusals.includes(word)))
})

test('what an operator must act on is about the account, and what is about the message never stops one', () => {
  for (const [word, remedy] of Object.entries(remedies)) {
    if (remedy.class === 'configuration') expect(remedy.about, word).toBe('account')
    if (remedy.class === 'permanent' || remedy.class === 'suppress') expect(remedy.about, word).toBeUndefined()
  }
})

test('a wait is at least a second and at most a day', () => {
  for (const { retryAfterMs, class: errorClass } of Object.values(remedies)) {
    if (retryAfterMs === undefined) continue
    expect(errorClass).toBe('retry_later')
    expect(retryAfterMs >= 1_000 && retryAfterMs <= 86_400_000).toBe(true)
  }
})
