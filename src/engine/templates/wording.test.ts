import { describe, expect, test } from 'vitest'
import { dateText, dateTimeText, moneyText, numberText, pluralForm, timeText } from './wording.ts'

describe('a time is told where its reader is', () => {
  test.each([
    ['fr', 'Europe/Paris', 'jeudi 4 mars à 14:30'],
    ['fr-CA', 'America/Montreal', 'jeudi 4 mars à 08 h 30'],
    ['en', 'America/New_York', 'Thursday, March 4 at 8:30 AM'],
    ['en', 'Europe/Paris', 'Thursday 4 March at 14:30'],
    ['en-US', 'Europe/Paris', 'Thursday, March 4 at 2:30 PM'],
    ['en-GB', 'Europe/London', 'Thursday 4 March at 13:30'],
    ['de', 'Asia/Tokyo', 'Donnerstag, 4. März, 22:30'],
  ])('%s in %s', (locale, zone, words) => {
    expect(dateTimeText('2027-03-04T13:30:00Z', locale, zone)).toBe(words)
  })

  test('across both changes of the clock, and past midnight', () => {
    expect(timeText('2027-03-28T00:59:00Z', 'fr', 'Europe/Paris')).toBe('01:59')
    expect(timeText('2027-03-28T01:00:00Z', 'fr', 'Europe/Paris')).toBe('03:00')
    expect(timeText('2027-10-31T00:30:00Z', 'fr', 'Europe/Paris')).toBe('02:30')
    expect(timeText('2027-10-31T01:30:00Z', 'fr', 'Europe/Paris')).toBe('02:30')
    expect(dateText('2027-12-31T23:30:00Z', 'long', 'fr', 'Europe/Paris')).toBe('samedi 1er janvier 2028')
  })

  test('an offset is understood, and a date without a time is the same day everywhere', () => {
    expect(timeText('2027-03-04T14:30:00+05:30', 'fr', 'UTC')).toBe('09:00')
    for (const zone of ['Pacific/Honolulu', 'Pacific/Auckland'])
      expect(dateText('2027-03-04', 'short', 'fr', zone)).toBe('4 mars 2027')
  })

  test('the first of a month is an ordinal in French, and no other day is', () => {
    expect(dateText('2027-03-01', 'day', 'fr', 'UTC')).toBe('lundi 1er mars')
    expect(dateText('2027-03-01', 'short', 'fr-CA', 'UTC')).toBe('1er mars 2027')
    expect(dateText('2027-03-21', 'day', 'fr', 'UTC')).toBe('dimanche 21 mars')
    expect(dateTimeText('2027-04-01T01:05:00Z', 'fr-CA', 'UTC')).toBe('jeudi 1er avril à 01 h 05')
    expect(dateText('2027-03-01', 'day', 'en', 'UTC')).toBe('Monday 1 March')
  })

  test('an unknown zone or language still tells the time', () => {
    expect(timeText('2027-03-04T13:30:00Z', 'fr', 'Mars/Olympus')).toBe('13:30')
    expect(timeText('2027-03-04T13:30:00Z', 'not a locale', 'Europe/Paris')).toBe('14:30')
    expect(timeText('2027-03-04T13:30:00Z', '!!', 'Mars/Olympus')).toBe('13:30')
  })

  test('what is no time is nothing', () => {
    for (const at of [undefined, null, 12, '', 'tomorrow', {}]) expect(dateTimeText(at, 'fr', 'UTC')).toBe('')
  })
})

describe('an amount is minor units of its currency', () => {
  test.each([
    [123450, 'EUR', 'fr', '1 234,50 €'],
    [-5, 'EUR', 'fr', '-0,05 €'],
    [1234, 'JPY', 'en', '¥1,234'],
    [1234, 'TND', 'fr', '1,234 TND'],
    [990, 'usd', 'en', '$9.90'],
  ])('%d %s in %s', (amount, currency, locale, words) => {
    expect(moneyText(amount, currency, locale, false)).toBe(words)
  })

  test('in HTML it stays on one line', () => {
    expect(moneyText(123450, 'EUR', 'fr', true)).toBe('1\u00a0234,50\u00a0€')
    expect(numberText(1234567, 'fr', true)).toBe('1\u00a0234\u00a0567')
  })

  test('what is no amount or no currency is nothing', () => {
    for (const [amount, currency] of [
      [undefined, 'EUR'],
      ['5', 'EUR'],
      [5, 'euro'],
      [5, undefined],
    ])
      expect(moneyText(amount, currency, 'fr', false)).toBe('')
    expect(numberText('5', 'fr', false)).toBe('')
  })
})

test('plurals follow the language', () => {
  expect([0, 1, 2].map((count) => pluralForm(count, 'fr'))).toEqual(['one', 'one', 'other'])
  expect([0, 1, 2].map((count) => pluralForm(count, 'en'))).toEqual(['other', 'one', 'other'])
  expect(pluralForm(undefined, 'fr')).toBe('other')
})
