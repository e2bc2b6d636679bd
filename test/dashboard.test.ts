import { describe, expect, test } from 'vitest'
import type { z } from 'zod'
import en from '../dashboard/src/locales/en.json' with { type: 'json' }
import { FORMS, type Form } from '../dashboard/src/providers/forms.ts'
import { createCarriers } from '../src/carriers.ts'
import { withoutSecrets } from '../src/engine/accounts/settings.ts'
import { EVENT_KINDS } from '../src/engine/messages/status.ts'

/** Nothing is asked of these: providers are only looked at. */
const { providers } = createCarriers({ smtp: undefined }, { secret: 'sample', feed: {} } as Parameters<
  typeof createCarriers
>[1])
const forms: readonly Form[] = Object.values(FORMS)
const kept = providers.filter(({ name }) => name !== 'sandbox')
const titles = kept.map(({ name, channel }) => `${name} ${channel}`)

test('every provider has its form, and every form its provider', () => {
  expect(forms.map(({ provider, channel }) => `${provider} ${channel}`).sort()).toEqual(titles.sort())
})

describe.each(forms)('the form for $provider, $channel', ({ provider: name, channel, fields, webhook }) => {
  const provider = kept.find((one) => one.name === name && one.channel === channel)!
  /** What the server says against settings in which every field of the form is of the wrong kind. */
  const refused = (given: object): z.core.$ZodIssue[] => provider.settings.safeParse(given).error?.issues ?? []

  test('asks for all that is needed, and marks it', () => {
    const needed = refused({}).flatMap(({ path }) => (path.length > 0 ? [path.join('.')] : []))
    expect(needed.sort()).toEqual(
      fields
        .filter(({ optional }) => !optional)
        .map((field) => field.name)
        .sort(),
    )
  })

  test('asks for nothing that the server does not know', () => {
    const given = Object.fromEntries(fields.filter(({ as }) => as !== 'security').map((field) => [field.name, null]))
    expect(refused(given).filter(({ code }) => code === 'unrecognized_keys')).toEqual([])
  })

  test('hides what is a secret, and nothing else', () => {
    const given = Object.fromEntries(fields.map((field) => [field.name, 'sample']))
    const { secrets } = withoutSecrets(provider, given)
    expect(secrets.sort()).toEqual(
      fields
        .filter(({ secret }) => secret)
        .map((field) => field.name)
        .sort(),
    )
  })

  test('says what the carrier does with our address where it calls', () => {
    expect(webhook !== undefined).toBe(provider.receive !== undefined)
  })
})

test('every entry of a timeline has its words', () => {
  const words = { ...en.status, ...en.event }
  expect(Object.keys(EVENT_KINDS).filter((kind) => !Object.hasOwn(words, kind))).toEqual([])
})
