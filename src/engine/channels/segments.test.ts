import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import vectors from './fixtures/sms-segments.json' with { type: 'json' }
import { countSegments, outsideGsm7 } from './segments.ts'

describe('an SMS is counted like the carrier counts it', () => {
  for (const vector of vectors.vectors) {
    test(vector.name, () => {
      const counted = countSegments(vector.text)
      expect(counted).toMatchObject({ encoding: vector.encoding, segments: vector.segments })
      expect(counted.units * (counted.encoding === 'GSM-7' ? 7 : 16)).toBe(vector.messageSizeBits)
    })
  }

  test('a euro sign that would straddle two parts moves to the second whole', () => {
    expect(countSegments(`${'a'.repeat(152)}€${'a'.repeat(152)}`)).toEqual({
      encoding: 'GSM-7',
      segments: 3,
      units: 306,
    })
  })

  test('an emoji that would straddle two parts moves to the second whole', () => {
    expect(countSegments(`${'ê'.repeat(66)}😀${'ê'.repeat(66)}`)).toEqual({
      encoding: 'UCS-2',
      segments: 3,
      units: 134,
    })
  })
})

describe('what makes a text UCS-2', () => {
  test('is named with its places, emoji whole', () =>
    expect([...outsideGsm7('Fenêtre 👍 en fête 👍')]).toEqual([
      ['ê', [3, 15]],
      ['👍', [8, 19]],
    ]))
  test('is there exactly when the text is UCS-2, at the places it names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const found = outsideGsm7(text)
        expect(found.size > 0).toBe(countSegments(text).encoding === 'UCS-2')
        expect([...found].every(([character, places]) => places.every((at) => text.startsWith(character, at)))).toBe(
          true,
        )
      }),
    )
  })
})
