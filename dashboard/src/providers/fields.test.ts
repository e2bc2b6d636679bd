import type { ProviderAccount } from '@carillon/client'
import { expect, test } from 'vitest'
import { emptyForm, formOf, requestOf } from './fields.ts'
import { formFor } from './forms.ts'

const ACCOUNT = {
  name: 'Our server',
  provider: 'smtp',
  channel: 'email',
  position: 1,
  weight: 50,
  limits: { perSecond: 2.5 },
  settings: { host: 'mail.example.org', port: 465, secure: true, user: 'sample', from: 'a@example.org' },
  secrets: ['password'],
} as unknown as ProviderAccount

test('an account that is saved as it was shown stays as it is, and no secret goes along', () => {
  expect(requestOf(formOf(ACCOUNT, 'smtp'), true)).toEqual({
    name: 'Our server',
    settings: {
      host: 'mail.example.org',
      port: 465,
      secure: true,
      requireTls: false,
      ignoreTls: false,
      user: 'sample',
      from: 'a@example.org',
    },
    limits: { perSecond: 2.5, perDay: null },
    position: 1,
    weight: 50,
  })
})

test('a field that was emptied is emptied there, a limit taken away, a secret only replaced when one was typed', () => {
  const form = formOf(ACCOUNT, 'smtp')
  const changed = requestOf(
    { ...form, perSecond: ' ', settings: { ...form.settings, user: '', password: 'new one' } },
    true,
  )
  expect(changed.settings).toMatchObject({ user: null, password: 'new one' })
  expect(changed.limits).toEqual({ perSecond: null, perDay: null })
})

test('a new account names only what was typed', () => {
  const form = emptyForm('twilio')
  expect(
    requestOf({ ...form, name: ' Twilio ', settings: { accountSid: 'AC1', authToken: ' t ', from: '' } }, false),
  ).toEqual({
    name: 'Twilio',
    settings: { accountSid: 'AC1', authToken: 't' },
    limits: {},
    position: 0,
    weight: 100,
  })
})

test('what is no number is left to the server to refuse, at its field', () => {
  const form = { ...emptyForm('smtp'), perSecond: 'many', perDay: '1,5' }
  expect(requestOf(form, false).limits).toEqual({ perSecond: 'many', perDay: 1.5 })
  expect(requestOf({ ...form, position: '' }, false).position).toBe('')
})

test('accounts of before, without one of the fields, can be shown', () => {
  expect(formOf({ ...ACCOUNT, settings: null }, 'smtp').settings).toEqual({ security: 'starttls' })
  expect(formOf({ ...ACCOUNT, settings: { ignoreTls: true } }, 'smtp').settings).toEqual({ security: 'none' })
})

test('a choice is sent as the number it is, or as its word', () => {
  const form = emptyForm('whatsapp')
  expect(requestOf(form, false).settings).toEqual({ messagingLimit: 'unlimited' })
  const limited = { ...form, settings: { ...form.settings, messagingLimit: '2000' } }
  expect(requestOf(limited, false).settings).toEqual({ messagingLimit: 2000 })
})

test('one provider may have two channels, each with its own form', () => {
  expect(formFor('twilio', 'sms')).toBe('twilio')
  expect(formFor('twilio', 'whatsapp')).toBe('twilio_whatsapp')
  expect(formFor('sandbox', 'sms')).toBeUndefined()
})
