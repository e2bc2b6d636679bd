import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Channel } from '../channels/channel.ts'
import { checkPiece } from './check.ts'
import { compileTemplate } from './compile.ts'
import { type CompiledTemplate, type RenderedContent, readCompiled } from './compiled.ts'
import { createCompiler } from './compiler.ts'
import { buildProgram, LOOP_BUDGET, OUTPUT_LIMIT, TemplateLimitError } from './program.ts'
import { type JsonSchema, shapeOfVariables } from './shape.ts'
import { loadParser } from './syntax.ts'

const parse = await loadParser()
const compiler = createCompiler()
afterAll(() => compiler.close())

const subject = {
  payload: z.strictObject({ v: z.string(), link: z.string(), list: z.array(z.string()) }),
  sample: { v: 'plain', link: 'https://shop.example/plain', list: ['one'] },
  htmlField: undefined,
}
const ready = async (channel: Channel, source: unknown): Promise<CompiledTemplate> =>
  readCompiled(await compileTemplate(channel, source, 'fr', subject, compiler), parse)
const fill = (template: CompiledTemplate, payload: Record<string, unknown>, brand: object = {}, tracked?: string[]) =>
  template.render(
    {
      payload,
      contact: { name: String(payload.v) },
      organization: { name: String(payload.v), brand },
      locale: 'fr',
      timeZone: 'Europe/Paris',
    },
    tracked && {
      tracking: {
        atEnd: '',
        rewrite: (address) => {
          tracked.push(address)
          return `https://track.example/?to=${encodeURIComponent(address)}`
        },
      },
    },
  )

const EVIL = [
  '"><script>alert(1)</script>',
  "' onmouseover='x()",
  '</title><svg onload=x>',
  '--><img src=x onerror=y>',
  '<![endif]-->',
  '{{v}}{{#each list}}',
  'javascript:alert(1)',
  ' javascript:alert(1)',
  'java\nscript:alert(1)',
  'JaVaScRiPt&colon;alert(1)',
  'data:text/html,<b>',
  'vbscript:x',
  '//evil.example',
  'https://evil.example" onclick="x',
  'a\r\nBcc: everybody@example.org',
  'red;background:url(https://evil.example)',
  '\u2028\u0000\u202e',
]
/** Anything, and what attackers write. */
const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(...EVIL),
  fc.tuple(fc.string(), fc.constantFrom(...EVIL), fc.string()).map((parts) => parts.join('')),
)
const payloads = fc.record(
  { v: words, link: words, list: fc.array(words, { maxLength: 3 }) },
  { noNullPrototype: true },
)

/** Every element and the names of its attributes, in order; every address; every style. */
function skeleton(html: string) {
  const elements: string[] = []
  const addresses: string[] = []
  const styles: string[] = []
  const parser = new Parser({
    onopentag: (name, attributes) => {
      elements.push(`${name} ${Object.keys(attributes).join(' ')}`)
      for (const [attribute, value] of Object.entries(attributes)) {
        if (['href', 'src', 'background', 'action'].includes(attribute)) addresses.push(value)
        if (attribute === 'style') styles.push(value)
      }
    },
    oncomment: (text) => elements.push(`! ${text.length}`),
  })
  parser.end(html)
  return { elements, addresses, styles }
}
const email = (content: RenderedContent) => content as Extract<RenderedContent, { channel: 'email' }>

describe('whatever a value is, a mail', async () => {
  const template = await ready('email', {
    subject: 'S {{v}} {{contact.name}}',
    preheader: 'P {{v}}',
    body: `<mj-text><b title="{{v}}">{{v}}</b>{{#each list}}<i title="{{this}}">{{this}}</i>{{/each}}{{paragraphs "x"}}<a href="{{url link}}">{{link}}</a>
      <a href="https://shop.example/find?q={{v}}">find</a> <span style="color:{{color v}}">c</span></mj-text>
      <mj-image alt="{{v}}" src="{{url link}}" /><mj-button href="{{url link}}">{{v}}</mj-button>`,
  })
  const plain = (list: readonly unknown[]) =>
    skeleton(email(fill(template, { ...subject.sample, list: list.map(() => 'x') })).html)

  test('has the elements and attributes its author wrote, no other', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        expect(skeleton(email(fill(template, payload)).html).elements).toEqual(plain(payload.list).elements)
      }),
      { numRuns: 300 },
    )
  })

  test('leads and loads from nowhere that runs, with its links counted or not', () => {
    fc.assert(
      fc.property(payloads, fc.boolean(), (payload, isTracked) => {
        const { addresses, styles } = skeleton(email(fill(template, payload, {}, isTracked ? [] : undefined)).html)
        for (const address of addresses) {
          expect(address).toMatch(/^(?:$|https?:\/\/|mailto:|tel:|cid:|#)/i)
          expect(address).not.toMatch(/^\s*(?:javascript|data|vbscript)\s*:/i)
        }
        for (const style of styles) expect(style).not.toMatch(/url\s*\(|expression|javascript/i)
      }),
      { numRuns: 300 },
    )
  })

  test('has a subject of one line', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        expect(email(fill(template, payload)).subject).not.toMatch(/[\r\n\0]/)
      }),
    )
  })

  test('shows an organization’s colour, logo and site only where they are such', () => {
    const brands = fc.record(
      { color: words, logoUrl: words, website: words, address: words },
      { noNullPrototype: true },
    )
    const all = {
      color: '#336699',
      logoUrl: 'https://shop.example/l.png',
      website: 'https://shop.example',
      address: 'x',
    }
    const known = new Set(skeleton(email(fill(template, subject.sample, all)).html).elements)
    fc.assert(
      fc.property(brands, (brand) => {
        const { elements, addresses, styles } = skeleton(email(fill(template, subject.sample, brand)).html)
        for (const element of elements) expect(known.has(element) || element.startsWith('br')).toBe(true)
        for (const address of addresses) expect(address).not.toMatch(/^\s*(?:javascript|data|vbscript)\s*:/i)
        for (const style of styles) expect(style).not.toMatch(/url\s*\(|expression/i)
      }),
    )
  })
})

test('a link in the app or on WhatsApp never runs, whatever the value', async () => {
  const inApp = await ready('in_app', { title: '{{v}}', body: '{{v}} x', actionUrl: '{{link}}' })
  const whatsapp = await ready('whatsapp', { text: 'x', buttons: { kind: 'link', title: 'x', url: '{{link}}' } })
  fc.assert(
    fc.property(payloads, (payload) => {
      const { actionUrl, title } = fill(inApp, payload) as { actionUrl?: string; title: string }
      if (actionUrl !== undefined) expect(actionUrl).toMatch(/^(?:\/(?!\/)|https?:\/\/|mailto:|tel:|cid:)/i)
      expect(title).not.toMatch(/[\r\n\0]/)
      const { buttons } = fill(whatsapp, payload) as { buttons: { url: string } }
      expect(buttons.url).toMatch(/^(?:$|https?:\/\/|mailto:|tel:|cid:)/i)
    }),
  )
})

test('of any links, those are counted whose author did not say no', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), async (counted) => {
      const body = counted
        .map((on, n) =>
          n % 2
            ? `<mj-button ${on ? '' : 'data-track="off" '}href="https://shop.example/${n}">x</mj-button>`
            : `<mj-text><a href="https://shop.example/${n}"${on ? '' : ' data-track="off"'}>x</a></mj-text>`,
        )
        .join('')
      const tracked: string[] = []
      const template = await ready('email', { subject: 'x', body, layout: 'plain' })
      const { html } = email(fill(template, subject.sample, {}, tracked))
      const expected = counted.flatMap((on, n) => (on ? [`https://shop.example/${n}`] : []))
      expect(tracked.filter((address) => address.startsWith('https://shop.example/'))).toEqual(expected)
      const { addresses } = skeleton(html)
      for (const [n, on] of counted.entries()) expect(addresses.includes(`https://shop.example/${n}`)).toBe(!on)
    }),
    { numRuns: 12 },
  )
})

describe('a template reaches nothing but its payload', () => {
  const NAMES = [
    'a',
    'b',
    'list',
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'valueOf',
    'length',
    'process',
    'secret',
  ]
  class Host {
    a = 'own'
    get secret() {
      return 'SECRET'
    }
  }
  const payload = { a: Object.assign(new Host(), { b: { a: 'deep' } }), b: 'word', list: [{ a: 'item' }] }
  const path = fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 4 })

  const ownOf = (names: readonly string[]): unknown =>
    names.reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      payload,
    )

  test('by any path: own values, or nothing', () => {
    fc.assert(
      fc.property(path, fc.constantFrom('', '@root.'), (names, start) => {
        const said = buildProgram(
          parse(`{{${start}${names.join('.')}}}`),
          false,
        )({
          payload,
          contact: {},
          organization: { name: '' },
          locale: 'fr',
          timeZone: 'UTC',
        })
        const own = ownOf(names)
        expect(said).toBe(typeof own === 'string' || typeof own === 'number' ? String(own) : '')
      }),
      { numRuns: 500 },
    )
  })

  test('and is not published with a path that the event does not have', () => {
    const schema: JsonSchema = z.toJSONSchema(subject.payload) as JsonSchema
    const shape = shapeOfVariables(schema)
    fc.assert(
      fc.property(path, (names) => {
        const known = names[0] === 'list' && names.length === 2 && names[1] === 'length'
        const faults = checkPiece('text', `{{${names.join('.')}}}`, parse, shape)
        if (!known) expect(faults).not.toEqual([])
      }),
    )
  })
})

test('whatever its loops, a render ends: within its turns and its length, or with an error that says so', () => {
  interface Loop {
    readonly inner: readonly Loop[]
    readonly words: string
  }
  // Handlebars' parser takes its time with deep ones; four levels spend the budget as well.
  const loopOf = (depth: number): fc.Arbitrary<Loop> =>
    fc.record({
      inner: depth > 0 ? fc.array(loopOf(depth - 1), { maxLength: 2 }) : fc.constant([]),
      words: fc.constantFrom('', 'x', '{{@index}}', '{{@root.long}}'),
    })
  const written = ({ inner, words }: Loop): string =>
    `{{#each @root.list}}${words}${inner.map(written).join('')}{{/each}}`
  fc.assert(
    fc.property(loopOf(3), fc.integer({ min: 0, max: 200 }), (shape, length) => {
      const list = Array.from({ length }, () => 1)
      let said: string
      try {
        said = buildProgram(
          parse(written(shape)),
          true,
        )({
          payload: { list, long: 'y'.repeat(5_000) },
          contact: {},
          organization: { name: '' },
          locale: 'fr',
          timeZone: 'UTC',
        })
      } catch (error) {
        expect(error).toBeInstanceOf(TemplateLimitError)
        return
      }
      expect(said.length).toBeLessThanOrEqual(OUTPUT_LIMIT)
      const turns = ({ inner }: Loop): number => length * (1 + inner.reduce((sum, one) => sum + turns(one), 0))
      expect(turns(shape)).toBeLessThanOrEqual(LOOP_BUDGET)
    }),
    { numRuns: 200 },
  )
})
