import { expect, test } from 'vitest'
import { failureText, reasonDetail } from './why.ts'

test('what the engine says of a failure is taken apart', () => {
  expect(failureText('ECONNREFUSED after 6 tries')).toEqual({
    key: 'failedWith.tries',
    code: 'ECONNREFUSED',
    tries: 6,
  })
  expect(failureText('421 until the deadline')).toEqual({ key: 'failedWith.deadlineAfter', code: '421' })
  expect(failureText('uncertain: lost')).toEqual({ key: 'failedWith.uncertain', code: 'lost' })
  expect(failureText('render')).toEqual({ key: 'failedWith.render' })
})

test('a carrier’s own answer is shown as it is, whatever it is called', () => {
  for (const code of ['554', '21211', 'constructor', 'after tries', ''])
    expect(failureText(code)).toEqual({ key: 'failedWith.answer', code })
})

test('a decision’s detail is a time, a channel, a number, or words', () => {
  expect(reasonDetail('2026-11-20T08:00:00.000Z')).toEqual({ time: '2026-11-20T08:00:00.000Z' })
  expect(reasonDetail('after whatsapp')).toEqual({ channel: 'whatsapp' })
  expect(reasonDetail('after in_app, or 15 min without a report')).toEqual({ channel: 'in_app', minutes: 15 })
  expect(reasonDetail('sms')).toEqual({ channel: 'sms' })
  expect(reasonDetail('more than 100 in an hour')).toEqual({ count: 100 })
  expect(reasonDetail('something else')).toEqual({ other: 'something else' })
  expect(reasonDetail(undefined)).toEqual({})
})
