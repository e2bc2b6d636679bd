import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { compileSource } from './compile-source.ts'
import { readCompiled } from './compiled.ts'
import type { JsonSchema } from './shape.ts'
import { whatsappSource } from './source.ts'
import { loadParser } from './syntax.ts'

const payload = z.object({ number: z.string(), link: z.string(), note: z.string() })
const sample = { number: '42', link: 'https://example.org/42', note: '' }

const compile = (source: object) =>
  compileSource({
    channel: 'whatsapp',
    source: whatsappSource.parse(source),
    locale: 'fr',
    payload: z.toJSONSchema(payload) as JsonSchema,
    sample,
    htmlField: undefined,
  })
async function fill(source: object, values: object = sample) {
  const result = await compile(source)
  if ('faults' in result) throw new Error(JSON.stringify(result.faults))
  return readCompiled(result.compiled, await loadParser()).render({
    payload: { ...values },
    contact: { name: 'Camille' },
    organization: { name: 'Atelier' },
    locale: 'fr',
    timeZone: 'Europe/Paris',
  })
}
const faults = async (source: object) => {
  const result = await compile(source)
  return 'faults' in result ? result.faults.map(({ field }) => field) : []
}
const template = (change: object = {}) => ({ name: 'order_ready', language: 'fr', body: ['{{number}}'], ...change })

test('a text alone is as it was', async () => {
  expect(await fill({ text: 'Commande {{number}}' })).toEqual({ channel: 'whatsapp', text: 'Commande 42' })
})

describe('a template', () => {
  test('has its gaps filled in, each on one line, and its names left alone', async () => {
    const source = {
      text: 'Commande {{number}}',
      template: template({
        category: 'utility',
        header: { kind: 'image', link: '{{link}}' },
        body: ['{{contact.name}}', 'a\n\tb     {{number}}'],
        buttons: [{ kind: 'url', index: 1, value: 'order/{{number}}' }],
        contentSid: `HX${'a'.repeat(32)}`,
      }),
    }
    expect(await fill(source)).toEqual({
      channel: 'whatsapp',
      text: 'Commande 42',
      template: {
        ...source.template,
        header: { kind: 'image', link: 'https://example.org/42' },
        body: ['Camille', 'a b 42'],
        buttons: [{ kind: 'url', index: 1, value: 'order/42' }],
      },
    })
  })
  test('is refused when it names what is not there, or leaves a gap empty', async () => {
    expect(await faults({ text: 'x', template: template({ body: ['{{number}}', '{{nothing}}'] }) })).toEqual([
      'template.body.1',
    ])
    expect(await faults({ text: 'x', template: template({ body: ['{{note}}'] }) })).toEqual(['template.body.0'])
    expect(
      await faults({ text: 'x', template: template({ header: { kind: 'document', link: 'javascript:{{number}}' } }) }),
    ).toEqual(['template.header.link'])
  })
  for (const [what, change] of [
    ['a name with capitals', { name: 'Order ready' }],
    ['a language that is none', { language: 'français' }],
    ['a contentSid of something else', { contentSid: 'SM1' }],
    ['a field nobody knows', { bodyy: [] }],
    ['a button of a kind nobody knows', { buttons: [{ kind: 'call', index: 0, value: 'x' }] }],
  ] as const)
    test(`with ${what} is refused`, () =>
      expect(whatsappSource.safeParse({ text: 'x', template: template(change) }).success).toBe(false))
})

describe('buttons', () => {
  test('are filled in, and titles cut to what WhatsApp shows', async () => {
    const buttons = {
      kind: 'reply',
      buttons: [{ id: 'yes-{{number}}', title: 'Oui, je confirme la commande {{number}}' }],
    }
    expect(await fill({ text: 'x', buttons })).toMatchObject({
      buttons: { kind: 'reply', buttons: [{ id: 'yes-42', title: 'Oui, je confirme la…' }] },
    })
    const rows = [{ id: 'a', title: 'Mardi à neuf heures trente', description: 'x'.repeat(80) }]
    expect(await fill({ text: 'x', buttons: { kind: 'list', label: 'Choisir', rows } })).toMatchObject({
      buttons: { label: 'Choisir', rows: [{ title: 'Mardi à neuf heures tre…', description: `${'x'.repeat(71)}…` }] },
    })
    expect(await fill({ text: 'x', buttons: { kind: 'link', title: 'Voir', url: '{{link}}' } })).toMatchObject({
      buttons: { url: 'https://example.org/42' },
    })
  })
  test('are refused below a text that is too long for them, or without a title', async () => {
    const buttons = { kind: 'reply', buttons: [{ id: 'a', title: '{{note}}' }] }
    expect(await faults({ text: 'x', buttons })).toEqual(['buttons.buttons.0.title'])
    const long = { kind: 'link', title: 'Voir', url: 'https://example.org' }
    expect(await faults({ text: 'x'.repeat(1_025), buttons: long })).toEqual(['text'])
    expect(await faults({ text: 'x'.repeat(1_025) })).toEqual([])
  })
})
