import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { AppError } from '../../errors.ts'
import type { Channel } from '../channels/channel.ts'
import { fact, facts } from './blocks.ts'
import { compileTemplate } from './compile.ts'
import { readCompiled } from './compiled.ts'
import { createCompiler } from './compiler.ts'
import { loadParser } from './syntax.ts'

const compiler = createCompiler()
afterAll(() => compiler.close())

const subject = {
  payload: z.strictObject({
    name: z.string(),
    note: z.string().optional(),
    link: z.url().optional(),
    total: z.int(),
    currency: z.string(),
    items: z.array(z.strictObject({ label: z.string(), parts: z.array(z.string()) })),
    prices: z.record(z.string(), z.number()),
  }),
  sample: { name: 'A', total: 100, currency: 'EUR', items: [{ label: 'B', parts: ['C'] }], prices: { D: 1 } },
  htmlField: undefined,
}

const compile = (channel: Channel, source: unknown) => compileTemplate(channel, source, 'fr', subject, compiler)
const email = (body: string, more: object = {}) => compile('email', { subject: 'Hello', body, ...more })

async function faultsOf(work: Promise<unknown>): Promise<string[]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw error ?? new Error('It was published')
  expect(error.code).toBe('template_invalid')
  return (error.errors ?? []).map(({ path, message }) => `${path}: ${message}`)
}

describe('a template that would go wrong is refused with the place of its mistake', () => {
  test.each<[string, string, string]>([
    ['an unknown variable', 'Dear {{nane}}', 'line 1, column 8: there is no nane here; there is name, note'],
    ['one inside a block', '{{#if note}}\n  {{nope}}{{/if}}', 'line 2, column 5: there is no nope here'],
    ['one that a block asks about', 'a {{#if nope}}b{{/if}}', 'line 1, column 9: there is no nope here'],
    ['one that a loop goes through', '{{#each nope}}b{{/each}}', 'line 1, column 9: there is no nope here'],
    [
      'one of the outer level inside a loop',
      '{{#each items}}{{name}}{{/each}}',
      'there is no name here; there is label, parts',
    ],
    ['a level above the top', '{{../name}}', 'there is no ../name here'],
    ['one inside a helper', '{{money total curency}}', 'line 1, column 15: there is no curency here'],
    ['a prototype', '{{name.constructor}}', 'there is no name.constructor here'],
    ['a prototype of a free record', '{{prices.__proto__}}', 'there is no prices.__proto__ here'],
    ['a prototype in brackets', '{{#with prices}}{{this.[constructor]}}{{/with}}', 'there is no this.constructor here'],
    ['everything at once', '{{this}}', 'there is no this here'],
    ['a list printed', '{{items}}', 'items is a list: go through it with {{#each items}}'],
    ['an object printed', '{{organization}}', 'organization is not a text; it has name, brand'],
    ['a loop over a word', '{{#each name}}x{{/each}}', 'name is not a list'],
    ['an unknown helper', '{{lookup prices name}}', 'there is no helper lookup'],
    ['a helper with too few values', '{{money total}}', 'money takes 2 values'],
    ['a helper with a style it does not know', '{{date name "roman"}}', 'is one of "long", "day", "short"'],
    ['a helper with a named value it does not know', '{{time name tz="UTC"}}', 'time has no tz='],
    ['an unknown block', '{{#repeat 3}}x{{/repeat}}', 'there is no block {{#repeat}}'],
    ['a block with two values', '{{#if name note}}x{{/if}}', '{{#if …}} takes exactly one value'],
    ['a partial', '{{> header}}', 'partials ({{> …}}) are not available'],
    ['a decorator', '{{* name}}', 'decorators ({{* …}}) are not available'],
    ['raw output', 'Hello {{{name}}}', 'line 1, column 7: unescaped output is not available'],
    [
      'a tag that is not closed',
      'Hello\n{{name',
      'line 2, column 3: is not valid Handlebars: this tag is not closed, or holds a character it may not',
    ],
    [
      'a block that is not closed',
      'Hello {{#if name}} you',
      'is not valid Handlebars: a {{#block}} or a tag is not closed',
    ],
    ['a block closed by another', '{{#if name}}x{{/each}}', "line 1, column 4: if doesn't match each"],
    ['a word that is no tag', 'one\ntwo {{na me!}}', 'line 2, column'],
    [
      'blocks without end inside each other',
      '{{#if name}}'.repeat(40) + '{{/if}}'.repeat(40),
      'stands more than 30 blocks or calls deep',
    ],
    [
      'calls without end inside each other',
      `{{not ${'(not '.repeat(40)}name${')'.repeat(40)}}}`,
      'stands more than 30 blocks or calls deep',
    ],
  ])('%s', async (_, text, message) => {
    const faults = await faultsOf(compile('whatsapp', { text }))
    expect(faults.join('\n')).toContain(message)
    expect(faults.every((fault) => /^source\.text: line \d+, column \d+: /.test(fault))).toBe(true)
  })

  test('five hundred tags and one', async () => {
    expect(await faultsOf(email(`<mj-text>${'{{name}}'.repeat(501)}</mj-text>`))).toEqual([
      expect.stringContaining('stands after 500 other tags'),
    ])
  })

  test('several at once, in every field', async () => {
    const faults = await faultsOf(compile('in_app', { title: '{{a}} {{b}}', body: '{{c}}', actionUrl: '{{d}}' }))
    expect(faults.map((fault) => fault.split(': ')[0])).toEqual([
      'source.title',
      'source.title',
      'source.body',
      'source.actionUrl',
    ])
  })

  test('a source of another channel', async () => {
    expect(await faultsOf(compile('email', { text: 'x' }))).toEqual(
      expect.arrayContaining([expect.stringContaining('source.subject'), expect.stringContaining('source.body')]),
    )
    expect(await faultsOf(compile('sms', null))).toHaveLength(1)
  })

  test('a ready-made tree in place of text, which Handlebars itself would run', async () => {
    await faultsOf(compile('sms', { text: { type: 'Program', body: [] } }))
  })

  test('an SMS nobody wants to pay for', async () => {
    expect(await faultsOf(compile('sms', { text: 'word '.repeat(120) }))).toEqual([
      expect.stringContaining('takes 4 SMS with the sample payload'),
    ])
  })

  test('a loop that never ends in a reasonable time', async () => {
    const items = Array.from({ length: 200 }, () => ({ label: 'x', parts: Array.from({ length: 200 }, () => 'y') }))
    const text = '{{#each items}}{{#each parts}}{{this}}{{/each}}{{/each}}'
    const work = compileTemplate(
      'whatsapp',
      { text },
      'fr',
      { ...subject, sample: { ...subject.sample, items } },
      compiler,
    )
    expect(await faultsOf(work)).toEqual([expect.stringContaining('loops take more than 20000 turns')])
  })
})

describe('a mail that would be unsafe is refused with the place of its mistake', () => {
  test.each<[string, string, string]>([
    [
      'a script',
      '<mj-text>Hi</mj-text>\n<mj-raw><script>x</script></mj-raw>',
      'line 2, column 9: <script>: is not allowed',
    ],
    ['a frame', '<mj-text><iframe src="https://example.com"></iframe></mj-text>', '<iframe>: is not allowed'],
    ['a form', '<mj-text><form action="https://example.com"></form></mj-text>', '<form>: is not allowed'],
    ['a drawing', '<mj-text><svg onload="x"></svg></mj-text>', '<svg>: is not allowed'],
    ['a style sheet', '<mj-raw><style>a{}</style></mj-raw>', '<style>: is not allowed'],
    ['a file of the server', '<mj-include path="/etc/passwd" />', '<mj-include>: is not allowed'],
    ['a head of its own', '<mj-head></mj-head>', '<mj-head>: is not allowed'],
    [
      'an event handler',
      '<mj-text><a href="https://example.com" onclick="x()">a</a></mj-text>',
      'onclick= is not allowed',
    ],
    [
      'an event handler in capitals',
      '<mj-text><img SRC="https://example.com/a.png" ONERROR="x"></mj-text>',
      'onerror= is not allowed',
    ],
    ['a link that runs', '<mj-button href="javascript:alert(1)">Go</mj-button>', 'href= takes an https address'],
    [
      'a link that runs, hidden',
      '<mj-text><a href="java&#115;cript:alert(1)">Go</a></mj-text>',
      'href= takes an https address',
    ],
    ['a link made of data', '<mj-text><a href="data:text/html,x">Go</a></mj-text>', 'href= takes an https address'],
    ['a link into our own pages', '<mj-text><a href="/orders/5">Go</a></mj-text>', 'href= takes an https address'],
    ['a link without a scheme', '<mj-text><a href="www.example.com">Go</a></mj-text>', 'href= takes an https address'],
    [
      'a link that leads nowhere',
      '<mj-text>a</mj-text>\n<mj-button href=" ">Go</mj-button>',
      'line 2, column 1: <mj-button>: href= leads nowhere',
    ],
    ['a link without a site', '<mj-text><a href="https://">Go</a></mj-text>', 'no address that a browser could open'],
    [
      'a link to a site there cannot be',
      '<mj-text><a href="https://exa[mple.com/{{name}}">Go</a></mj-text>',
      'no address that a browser could open',
    ],
    ['a value as a whole link', '<mj-button href="{{link}}">Go</mj-button>', 'or {{url …}} around a value'],
    ['a value as a host', '<mj-button href="https://{{name}}">Go</mj-button>', 'or {{url …}} around a value'],
    [
      'a value as a style',
      '<mj-text><b style="color:{{name}}">x</b></mj-text>',
      'style= takes no tags but {{color …}}',
    ],
    [
      'a value without quotes',
      '<mj-text><img alt={{name}} src="https://example.com/a.png"></mj-text>',
      'alt= holds a value and needs quotes',
    ],
    ['a value as an attribute', '<mj-text><b {{name}}>x</b></mj-text>', 'are not allowed between attributes'],
    ['a value as an element', '<mj-text><{{name}}></mj-text>', 'a lone < must be written &lt;'],
    ['a value in a comment', '<mj-text>a</mj-text><!-- {{name}} -->', 'a comment may hold neither tags nor conditions'],
    [
      'a condition for Outlook',
      '<mj-text>a</mj-text><!--[if mso]><b>x</b><![endif]-->',
      'a comment may hold neither tags nor conditions',
    ],
    ['character data', '<mj-text><![CDATA[x]]></mj-text>', 'CDATA is not allowed'],
    [
      'a style that loads',
      '<mj-text><b style="background:url(https://example.com)">x</b></mj-text>',
      'holds a style that is not allowed',
    ],
    ['an element that is not closed', '<mj-text>a', '<mj-text> is not closed'],
    [
      'a width from a value',
      '<mj-image width="{{total}}px" src="https://example.com/a.png" />',
      'width= takes no tags',
    ],
  ])('%s', async (_, body, message) => {
    expect((await faultsOf(email(body))).join('\n')).toContain(message)
  })

  test('a value that MJML would drop without a word', async () => {
    expect(await faultsOf(email('<mj-text>a</mj-text>\n  {{name}}\n<mj-text>b</mj-text>'))).toEqual([
      'source.body: line 2, column 3: {{name}} stands where MJML cannot keep it: put it inside an <mj-text>, or a block in <mj-raw>',
    ])
  })

  test('a mail that mailboxes would cut off', async () => {
    const cell = `<td>${'x'.repeat(500)}</td>`
    const body = `<mj-table><tr>${cell.repeat(190)}</tr></mj-table>`
    expect(await faultsOf(email(body))).toEqual([
      expect.stringMatching(/makes a mail of \d+ kB .* cut it off after 102 kB/),
    ])
  })

  test('an action in the app that leads nowhere', async () => {
    const source = (actionUrl: string) => ({ title: 'x', body: 'y', actionUrl })
    for (const link of ['orders/5', 'javascript:alert(1)', '//elsewhere.example.com', 'www.example.com'])
      expect(await faultsOf(compile('in_app', source(link)))).toEqual([expect.stringContaining('source.actionUrl')])
    await compile('in_app', source('/orders/5'))
    await compile('in_app', source('{{link}}'))
  })

  test("MJML's own complaints come at the author's lines", async () => {
    expect(await faultsOf(email('<mj-text>a</mj-text>\n\n  <mj-text colour="#ffffff">b</mj-text>'))).toEqual([
      expect.stringMatching(/^source\.body: line 3, column 3: .*colour/),
    ])
  })
})

describe('a source made to keep the server busy is refused in the end', () => {
  test.each([
    ['blocks in blocks', '{{#if name}}'.repeat(4_000) + '{{/if}}'.repeat(4_000)],
    ['blocks after blocks, else by else', `{{#if name}}${'{{else if note}}'.repeat(400)}{{/if}}`],
    ['calls in calls', `{{not ${'(not '.repeat(9_000)}name${')'.repeat(9_000)}}}`],
    ['elements in elements', `<mj-text>${'<div>'.repeat(9_000)}${'</div>'.repeat(9_000)}</mj-text>`],
    ['elements never closed', '<mj-text>'.repeat(9_000)],
    ['brackets', '<'.repeat(90_000)],
  ])('%s', async (_, body) => {
    expect((await faultsOf(email(body))).length).toBeLessThanOrEqual(50)
  })

  test('and the next one is compiled', async () => {
    expect(await email('<mj-text>{{name}}</mj-text>')).toMatchObject({ channel: 'email' })
  })
})

describe('what is allowed works', () => {
  const variables = (payload: object) => ({
    payload: { ...subject.sample, ...payload },
    contact: { name: null },
    organization: { name: 'Maison & Co', brand: { color: 'red;}', address: '1 rue\n<b>', logoUrl: 'javascript:x' } },
    locale: 'fr-FR',
    timeZone: 'Europe/Paris',
  })
  const render = async (channel: Channel, source: unknown, payload: object = {}) =>
    readCompiled(await compile(channel, source), await loadParser()).render(variables(payload)) as unknown as Record<
      string,
      string
    >

  test('blocks stand between elements, sections and rows alike', async () => {
    const body = `{{#if note}}
<mj-text>With {{note}}</mj-text>
{{else}}
<mj-text>Without</mj-text>
{{/if}}
{{#each items}}
<mj-text>{{@index}} {{label}}{{#each parts}} {{this}}/{{../label}}/{{@root.name}}{{/each}}</mj-text>
{{/each}}
<mj-table>{{#each prices as |price name|}}<tr><td>{{name}}</td><td>{{price}}</td></tr>{{/each}}</mj-table>`
    const { html, text } = await render('email', { subject: 'S', body })
    expect(html).toContain('Without')
    expect(html).not.toContain('With ')
    expect(html).toContain('0 B C/B/A')
    expect(text).toBe('Without\n\n0 B C/B/A\n\nD 1\n\n--\nMaison & Co\n1 rue\n<b>\n')
  })

  test('elements closed in themselves', async () => {
    const body = '<mj-text>a</mj-text><mj-divider /><mj-image src="https://shop.example/a.png" alt="A" /><mj-spacer/>'
    expect((await render('email', { subject: 's', body })).html).toContain('https://shop.example/a.png')
  })

  test('whole sections replace the one the layout would make', async () => {
    const body =
      '<mj-section><mj-column><mj-text>{{name}}</mj-text></mj-column></mj-section>{{#if note}}<mj-section><mj-column><mj-text>{{note}}</mj-text></mj-column></mj-section>{{/if}}'
    expect((await render('email', { subject: 'S', body }, { note: 'Nota' })).html).toContain('Nota')
    expect((await render('email', { subject: 'S', body, layout: 'plain' })).html).not.toContain('Nota')
  })

  test('a value never leaves its place: markup, links, colours, logo, address', async () => {
    const body =
      '<mj-text>{{name}} <a href="{{url link}}" title="{{name}}">x</a></mj-text>\n{{#if link}}\n<mj-button href="https://example.com/?q={{name}}">Go</mj-button>\n{{/if}}'
    const { html, subject } = await render(
      'email',
      { subject: '{{name}}', body, preheader: '{{name}}' },
      { name: '"><script>\r\nBcc: x', link: 'javascript:alert(1)' },
    )
    expect(subject).toBe('"><script> Bcc: x')
    expect(html).not.toMatch(/<script|javascript:|red;/)
    expect(html).toContain('href="" title="&quot;&gt;&lt;script&gt;')
    expect(html).toContain('1 rue<br>&lt;b&gt;')
    expect(html).toContain('border-top:4px solid #1f2937')
  })

  test('the preview line is hidden in the mail and stays out of its text', async () => {
    const { html, text } = await render('email', {
      subject: 'S',
      body: '<mj-text>Body</mj-text>',
      preheader: 'For {{name}}',
    })
    expect(html).toMatch(/display:none[^>]*>For A/)
    expect(text).not.toContain('For A')
  })

  test('in the text part a fact has a colon, a line of a bill none, and an address ends before the full stop', async () => {
    const body = `${facts(fact('When', '{{name}}'))}<mj-table><tr><td>1 × Tea</td><td>3 €</td></tr></mj-table><mj-text>Read <a href="https://example.com/a">more</a>.</mj-text>`
    const { text } = (await render('email', { subject: 'S', body })) as { text: string }
    expect(text).toContain('When : A')
    expect(text).toContain('1 × Tea 3 €')
    expect(text).toContain('more (https://example.com/a).')
    const english = await compileTemplate('email', { subject: 'S', body }, 'en', subject, compiler)
    expect((english as { text: string }).text).toContain('When: {{name}}')
  })

  test('the text part an author writes is used as it is', async () => {
    expect(
      (await render('email', { subject: 'S', body: '<mj-text>HTML</mj-text>', text: 'TEXT {{name}} {{note}}' })).text,
    ).toBe('TEXT A\n\n--\nMaison & Co\n1 rue\n<b>\n')
  })

  test('a subject of any form goes into the title of the mail and breaks nothing', async () => {
    const subject = '</title><script>1</script> "A" & {{#if note}}{{note}}{{else}}{{default note "-"}}{{/if}}'
    const made = await render('email', { subject, body: '<mj-text>{{#if note}}a{{/if}}</mj-text>' }, { note: '<i>' })
    expect(made.subject).toBe('</title><script>1</script> "A" & <i>')
    expect(made.html).toContain(
      '<title>&lt;/title&gt;&lt;script&gt;1&lt;/script&gt; &quot;A&quot; &amp; &lt;i&gt;</title>',
    )
    expect(made.html).not.toMatch(/<script|<i>|%title%|%mark%/)
  })

  test('a body that speaks our place marks in its own words', async () => {
    const made = await render('email', { subject: 'S', body: '<mj-text>%title% %body% $& $1 {{name}}</mj-text>' })
    for (const part of [made.html, made.text]) expect(part).toContain('%title% %body% $& $1 A')
  })

  test('an empty {{^}} and many blocks beside each other', async () => {
    const text = '{{#if note}}a{{^}}b{{/if}}'.repeat(60)
    expect((await render('whatsapp', { text })).text).toBe('b'.repeat(60))
  })

  test('a <pre> keeps its spaces', async () => {
    expect((await render('email', { subject: 'S', body: '<mj-text><pre>a\n   b</pre></mj-text>' })).html).toContain(
      '<pre>a\n   b</pre>',
    )
  })

  test('an action in the app may stay inside the host, and never leaves by a trick', async () => {
    const link = async (to: string) =>
      (await render('in_app', { title: 'T', body: 'B', actionUrl: '{{note}}' }, { note: to })).actionUrl
    expect(await link('/orders/42')).toBe('/orders/42')
    expect(await link('https://example.com/a?b=1&c=2')).toBe('https://example.com/a?b=1&c=2')
    for (const bad of ['//evil.example', '/\\evil.example', 'javascript:alert(1)', ' ', 'orders', 'https://a b'])
      expect(await link(bad)).toBeUndefined()
  })
})
