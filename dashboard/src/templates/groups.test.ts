import type { TemplateItem } from '@carillon/client'
import { expect, test } from 'vitest'
import { groupsOf } from './groups.ts'

const item = (type: string, audience: string, channel: TemplateItem['channel'], locale: string, more = {}) =>
  ({
    key: `${type}.${audience}`,
    type,
    pack: 'shop',
    audiences: [audience],
    channel,
    locale,
    state: 'built_in',
    draft: null,
    builtInChanged: false,
    ...more,
  }) as unknown as TemplateItem

test('templates of one event stand together, and are counted', () => {
  const groups = groupsOf([
    item('order.confirmed', 'staff', 'sms', 'fr'),
    item('cart.abandoned', 'customer', 'email', 'en'),
    item('order.confirmed', 'customer', 'email', 'fr', { state: 'own', builtInChanged: true }),
    item('order.confirmed', 'customer', 'email', 'en', { draft: { revision: 1 } }),
  ])
  expect(groups.map(({ type }) => type)).toEqual(['cart.abandoned', 'order.confirmed'])
  expect(groups[1]).toMatchObject({
    audiences: ['staff', 'customer'],
    channels: ['email', 'sms'],
    locales: ['en', 'fr'],
    own: 1,
    drafts: 1,
    changed: 1,
  })
  expect(groups[1]!.items).toHaveLength(3)
})
