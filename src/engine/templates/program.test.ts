import fc from 'fast-check'
import handlebars from 'handlebars'
import { describe, expect, test } from 'vitest'
import { HELPERS } from './helpers.ts'
import { buildProgram, LOOP_BUDGET, OUTPUT_LIMIT, TemplateLimitError } from './program.ts'
import { loadParser } from './syntax.ts'
import type { TemplateVariables } from './variables.ts'

const parse = await loadParser()

const variables = (payload: Record<string, unknown>): TemplateVariables => ({
  payload,
  contact: { name: 'Camille' },
  organization: { name: 'Maison' },
  locale: 'fr-FR',
  timeZone: 'Europe/Paris',
})
const render = (source: string, payload: Record<string, unknown> = {}, html = false) =>
  buildProgram(parse(source), html)(variables(payload))

/** Handlebars' own run time with the same helpers: what ours must say too. */
const original = (() => {
  const own = handlebars.create()
  for (const [name, helper] of Object.entries(HELPERS)) {
    own.registerHelper(name, (...values: unknown[]) => {
      const { hash } = values.pop() as { hash: Record<string, unknown> }
      const made = helper.run(values, hash, { locale: 'fr-FR', timeZone: 'Europe/Paris', html: true })
      return helper.makesHtml ? new handlebars.SafeString(String(made)) : made
    })
  }
  return own
})()
/** Handlebars also escapes = and `, which matter only outside quotes. */
const asWeEscape = (html: string) =>
  html.replaceAll('&#x3D;', '=').replaceAll('&#x60;', '`').replaceAll('&#x27;', '&#39;')

const TEMPLATES = [
  '{{a}} {{b.c}} {{contact.name}} {{organization.name}}',
  '{{#if a}}yes {{a}}{{else if n}}no {{n}}{{else}}neither{{/if}}{{^if list}}none{{/if}}',
  '{{#unless b.c}}empty{{else}}{{b.c}}{{/unless}}',
  '{{#each list}}{{@index}}{{#if @first}}<{{/if}}{{x}}{{#each ys}}({{this}}{{../x}}{{@root.a}}{{@index}}{{@last}}){{else}}-{{/each}}{{#unless @last}}, {{/unless}}{{else}}nothing{{/each}}',
  '{{#each list as |item i|}}{{i}}{{item.x}}{{#each item.ys as |y|}}{{y}}{{item.x}}{{/each}}{{/each}}',
  '{{#each map}}{{@key}}={{this}};{{/each}}',
  '{{#with b}}{{c}}{{../a}}{{else}}without{{/with}}',
  '{{#each list}}\n  {{x}}\n{{/each}}\n  {{#if a}}\n  line\n  {{/if}}\nend',
  '{{~a~}} {{! a comment }} {{!-- {{another}} --}}x',
  '{{#if (and a (not n))}}1{{/if}}{{#if (or b.c (gt n 3))}}2{{/if}}{{#if (eq a "x")}}3{{/if}}',
  '{{default a "none"}} {{paragraphs a}} {{plural n "one" "many"}} {{lookupless}} {{list.length}} {{list.[0].x}}',
]
const word = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom('<b>', '&amp;', '"\'', '{{a}}', '', 'a\n\nb'),
)
/** As JSON makes them. */
const plainObject = { noNullPrototype: true } as const
const payloads = fc.record(
  {
    a: word,
    n: fc.integer({ min: -3, max: 9 }),
    b: fc.record({ c: word }, plainObject),
    list: fc.array(fc.record({ x: word, ys: fc.array(word, { maxLength: 3 }) }, plainObject), { maxLength: 4 }),
    map: fc.dictionary(
      fc.string({ minLength: 1, maxLength: 5 }).filter((key) => key !== '__proto__'),
      word,
      { ...plainObject, maxKeys: 3 },
    ),
  },
  { ...plainObject, requiredKeys: [] },
)

test.each(TEMPLATES)('reads %j as Handlebars does, whatever the payload', (source) => {
  const theirs = original.compile(source)
  const ours = buildProgram(parse(source), true)
  fc.assert(
    fc.property(payloads, (payload) => {
      const all = variables(payload)
      expect(ours(all)).toBe(asWeEscape(theirs({ ...payload, contact: all.contact, organization: all.organization })))
    }),
  )
})

test('no value, whatever it is, brings a tag or ends an attribute', () => {
  const program = buildProgram(parse('<a title="{{v}}">{{paragraphs v}}{{lines v}}{{default v "x"}}</a>'), true)
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), word, fc.anything()), (value) => {
      const html = program(variables({ v: value }))
      const [, attribute] = /^<a title="([^"]*)">/.exec(html) ?? []
      expect(attribute).toBeDefined()
      const rest = html.slice(`<a title="${attribute}">`.length, -'</a>'.length)
      expect(rest.replaceAll(/<p style="margin:(?:0|16px 0 0)">|<\/p>|<br>/g, '')).not.toMatch(/[<>]/)
      if (typeof value !== 'string' || !value.includes('[object')) expect(html).not.toContain('[object')
    }),
  )
})

describe('what is missing is nothing', () => {
  test.each([undefined, null, {}, [], [1, 2], () => 'x', Symbol('x'), Number.NaN])(
    '%s prints nothing of its own',
    (value) => {
      expect(render('[{{v}}{{v.a.b}}{{default v.w "-"}}]', { v: value })).toBe(Number.isNaN(value) ? '[NaN-]' : '[-]')
    },
  )

  test('no helper says undefined', () => {
    for (const [name, { takes }] of Object.entries(HELPERS)) {
      for (const value of [undefined, null, {}, [], 'x', -1, Number.NaN, '2026-02-30T99:00:00Z']) {
        const payload = { v: value }
        expect(render(`{{${name}${' v'.repeat(takes[0])}}}`, payload, true)).not.toMatch(
          /undefined|null|Invalid|\[object/,
        )
      }
    }
  })
})

describe('nothing but the payload can be reached', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'])(
    '%s is not there',
    (name) => {
      const payload = { a: 'x', b: { c: 1 }, list: [{}] }
      expect(
        render(
          `{{${name}}}{{a.${name}}}{{b.${name}}}{{b.c.${name}}}{{list.${name}}}{{contact.${name}}}{{@root.${name}}}`,
          payload,
        ),
      ).toBe('')
      expect(
        render(
          `{{#with b}}{{#with ${name}}}{{name}}{{/with}}{{/with}}{{#each ${name}}}x{{/each}}{{#if ${name}}}x{{/if}}`,
          payload,
        ),
      ).toBe('')
    },
  )

  test('an inherited value stays hidden, an own one of the same name shows', () => {
    const inherited = Object.create({ secret: 'x' }) as Record<string, unknown>
    expect(render('{{o.secret}}', { o: inherited })).toBe('')
    expect(render('{{o.toString}}', { o: { toString: 'own' } })).toBe('own')
    expect(render('{{payload}}{{variables}}{{run}}{{context}}')).toBe('')
  })

  test('a payload that calls itself by our names hides nothing of ours', () => {
    expect(
      render('{{contact.name}} {{organization.name}} {{locale}}', {
        contact: { name: 'x' },
        organization: 'y',
        locale: 'z',
      }),
    ).toBe('Camille Maison fr-FR')
  })
})

describe('a render has limits', () => {
  test('turns are counted over all loops together', () => {
    const list = Array.from({ length: 101 }, () => Array.from({ length: LOOP_BUDGET / 100 - 1 }, () => 1))
    const render2 = () => render('{{#each list}}{{#each this}}{{/each}}{{/each}}', { list })
    expect(render2).toThrow(TemplateLimitError)
    list.pop()
    expect(render2()).toBe('')
  })

  test('output is counted while it is made', () => {
    const big = 'x'.repeat(1_000)
    const payload = { big, list: Array.from({ length: 5_000 }, () => 1) }
    expect(() => render('{{#each list}}{{../big}}{{/each}}', payload)).toThrow(TemplateLimitError)
    expect(() => render(`{{#each list}}${big}{{/each}}`, payload)).toThrow(TemplateLimitError)
    expect(() => render('{{#each list}}{{#if ../big}}{{paragraphs ../big}}{{/if}}{{/each}}', payload)).toThrow(
      TemplateLimitError,
    )
    expect(render('{{#each list}}x{{/each}}', payload)).toHaveLength(5_000)
  })

  test('one render does not use up the next', () => {
    const program = buildProgram(parse('{{#each list}}x{{/each}}'), false)
    const all = variables({ list: Array.from({ length: LOOP_BUDGET }, () => 1) })
    for (let round = 0; round < 3; round++) expect(program(all)).toHaveLength(LOOP_BUDGET)
    expect(program(all).length).toBeLessThan(OUTPUT_LIMIT)
  })
})
