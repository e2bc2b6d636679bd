import fc from 'fast-check'
import { Parser } from 'htmlparser2'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createCrypto } from '../../platform/crypto.ts'
import { compileTemplate } from '../templates/compile.ts'
import { type CompiledTemplate, readCompiled } from '../templates/compiled.ts'
import { createCompiler } from '../templates/compiler.ts'
import { loadParser } from '../templates/syntax.ts'
import type { TemplateVariables } from '../templates/variables.ts'
import { createMessageLinks } from './message-links.ts'
import { createLinkTokens } from './tokens.ts'

const compiler = createCompiler()
afterAll(() => compiler.close())

const PUBLIC_URL = 'https://mail.example'
const MESSAGE = '019a9f00-0000-7000-8000-000000000001'
const tokens = createLinkTokens(createCrypto('a sample secret of at least 32 characters'))
const links = createMessageLinks({ tokens, publicUrl: PUBLIC_URL })
const about = { messageId: MESSAGE, contactId: '019a9f00-0000-7000-8000-000000000002', category: 'mkt' } as const

const subject = {
  payload: z.strictObject({ html: z.string().optional(), link: z.string().optional(), id: z.string().optional() }),
  sample: { link: 'https://shop.example/', id: '1' },
  htmlField: 'html',
}
const published = async (body: string): Promise<CompiledTemplate> =>
  readCompiled(await compileTemplate('email', { subject: 'Hello', body }, 'fr', subject, compiler), await loadParser())
const own = await published('<mj-text>nothing</mj-text>')

const variables = (payload: Record<string, unknown>): TemplateVariables => ({
  payload,
  contact: { name: 'Reader' },
  organization: { name: 'Shop', brand: { website: 'https://shop.example/?a=1&b=2' } },
  locale: 'fr',
  timeZone: 'Europe/Paris',
  links: links.of(about),
})

/** The mail as it leaves, and as it would leave uncounted. */
function both(template: CompiledTemplate, payload: Record<string, unknown>) {
  const html = (counted: { opens: boolean; clicks: boolean }) =>
    (template.render(variables(payload), { tracking: links.tracking(about, counted) }) as { html: string }).html
  return { counted: html({ opens: true, clicks: true }), plain: html({ opens: false, clicks: false }) }
}

/** What a reader's program makes of it: every tag, attribute, text and comment. Our links are followed, our own two elements left out. */
function readAs(html: string, ours: boolean): unknown[] {
  const seen: unknown[] = []
  const parser = new Parser({
    onopentag: (name, { ...attributes }) => {
      const address = attributes.href ?? ''
      const token = /^https:\/\/mail\.example\/t\/c\/(.+)$/.exec(address)?.[1]
      if (ours && token) {
        const click = tokens.readClick(token)
        expect(click?.messageId).toBe(MESSAGE)
        attributes.href = click?.target ?? 'trap'
      }
      if (attributes.href !== undefined) attributes.href = attributes.href.trim()
      seen.push(['open', name, attributes])
    },
    onclosetag: (name) => seen.push(['close', name]),
    ontext: (text) => {
      const last = seen.at(-1)
      if (Array.isArray(last) && last[0] === 'text') last[1] += text
      else seen.push(['text', text])
    },
    oncomment: (text) => seen.push(['comment', text]),
  })
  parser.end(html)
  if (!ours) return seen
  const trap = seen.findIndex((one) => Array.isArray(one) && one[2]?.href === 'trap')
  expect(seen[trap + 2]).toMatchObject(['open', 'img', { width: '1', height: '1', alt: '' }])
  seen.splice(trap, 4)
  return joined(seen)
}

/** Text that our elements had parted is one text again. */
function joined(seen: unknown[]): unknown[] {
  const out: unknown[] = []
  for (const one of seen) {
    const last = out.at(-1)
    if (Array.isArray(one) && one[0] === 'text' && Array.isArray(last) && last[0] === 'text') last[1] += one[1]
    else out.push(one)
  }
  return out
}

const expectSame = ({ counted, plain }: { counted: string; plain: string }) =>
  expect(readAs(counted, true)).toEqual(readAs(plain, false))
const clicks = (html: string) =>
  [...html.matchAll(/\/t\/c\/([\w-]+)/g)].map(([, token]) => tokens.readClick(token!)?.target)

describe('a mail whose links are counted is the same mail', () => {
  test('through every way a template can hold a link', async () => {
    const template = await published(`<mj-text>
      <a href="https://shop.example/a?x=1&amp;y=2#z">a</a> <a href='https://shop.example/{{id}}?q={{link}}'>b</a>
      <a href="{{url link}}">c</a> <a href="mailto:a@example.org">d</a> <a href="tel:+33639980001">e</a>
      <a href="https://shop.example/{{#if id}}with/{{id}}{{else}}without{{/if}}">f</a>
      <a href="https://shop.example/off" data-track="off">g</a> <a href="#top">h</a>
      <a href="https://shop.example/caf&eacute;&quot;&lt;">i</a></mj-text>
      <mj-button href="https://shop.example/button?a=1&b=2">j</mj-button>
      <mj-button data-track="off" href="https://shop.example/secret">k</mj-button>
      <mj-image src="https://shop.example/i.png" href="https://shop.example/image" alt="l"></mj-image>`)
    const mail = both(template, { id: 'é"&<', link: 'https://other.example/?a=1&b="2"' })
    expectSame(mail)
    expect(clicks(mail.counted)).toEqual([
      'https://shop.example/a?x=1&y=2#z',
      'https://shop.example/é"&<?q=https://other.example/?a=1&b="2"',
      'https://other.example/?a=1&b="2"',
      'https://shop.example/with/é"&<',
      'https://shop.example/café"<',
      'https://shop.example/button?a=1&b=2',
      'https://shop.example/image',
      'https://shop.example/?a=1&b=2',
      null,
    ])
  })

  test('when a value turns out not to be a web address', async () => {
    const template = await published('<mj-text><a href="{{url link}}">a</a></mj-text>')
    for (const link of [undefined, 'javascript:alert(1)', 'mailto:a@example.org', '/relative'])
      expect(clicks(both(template, { link }).counted)).toEqual(['https://shop.example/?a=1&b=2', null])
  })

  test('when the caller brought the HTML', () => {
    const html = `<!doctype html><HTML><BODY>
      <!--[if mso]><a href="https://shop.example/mso">x</a><![endif]--><script>'<a href="https://shop.example/no">'</script>
      <A HREF=https://shop.example/plain?a=1&amp;b=2>1</A><a class=x href = ' https://shop.example/{{braces}} '>2</a>
      <a href="https://shop.example/first" href="https://shop.example/second">3</a><a href>4</a><a>5</a>
      <a data-track=off href="https://shop.example/off">6</a><a href="https://user:pw@shop.example/">7</a>
      <a href="https://mail.example/u/abc">8</a></BODY></HTML>`
    const mail = both(own, { html })
    expectSame(mail)
    expect(clicks(mail.counted)).toEqual([
      'https://shop.example/plain?a=1&b=2',
      'https://shop.example/{{braces}}',
      'https://shop.example/first',
      null,
    ])
  })

  test('whatever that HTML is', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '<a ',
        'href=',
        '"',
        "'",
        '>',
        '</a>',
        '<!--',
        '-->',
        '<script>',
        '</script>',
        '&amp;',
        '=',
        '/',
        ' data-track="off" ',
      ),
      fc.constantFrom(
        'https://shop.example/',
        'http://x.example?a=1&b=2',
        'mailto:x@example.org',
        '<p>',
        '<br/>',
        '</body>',
        '<a href="https://y.example/ü">',
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        const html = `<a href="https://first.example/">1</a>${pieces.join('')}`
        const { counted, plain } = both(own, { html })
        const rewritten = counted.replace(/<a href="[^"]+" rel="nofollow" aria-hidden[^>]+><\/a><img [^>]+>/, '')
        expect(followed(rewritten)).toEqual(followed(plain))
      }),
      { numRuns: 300 },
    )
  })

  test('a tag that says it is too long, or not whole, is left alone', () => {
    const long = `https://shop.example/${'a'.repeat(2_000)}`
    expect(clicks(both(own, { html: `<a href="${long}">1</a><a href="https://shop.example/` }).counted)).toEqual([null])
  })
})

function followed(html: string): unknown[] {
  const seen: unknown[] = []
  const parser = new Parser({
    onopentag: (name, { ...attributes }) => {
      const token = name === 'a' ? /^https:\/\/mail\.example\/t\/c\/(.+)$/.exec(attributes.href ?? '')?.[1] : undefined
      if (token) attributes.href = tokens.readClick(token)?.target ?? ''
      if (name === 'a' && attributes.href !== undefined) attributes.href = attributes.href.trim()
      seen.push([name, attributes])
    },
    ontext: (text) => seen.push(text),
  })
  parser.end(html)
  return [seen.filter((one) => typeof one !== 'string'), seen.filter((one) => typeof one === 'string').join('')]
}

describe('what is counted', () => {
  const html = '<body><a href="https://shop.example/">1</a></body>'
  const mail = (counted: { opens: boolean; clicks: boolean }) =>
    (own.render(variables({ html }), { tracking: links.tracking(about, counted) }) as { html: string }).html

  test('nothing: the mail is as it was written', () => {
    expect(mail({ opens: false, clicks: false })).toBe(html)
  })

  test('opens alone, or clicks alone', () => {
    expect(mail({ opens: true, clicks: false })).toMatch(
      /^<body><a href="https:\/\/shop\.example\/">1<\/a><img src="https:\/\/mail\.example\/t\/o\/[\w-]{44}"[^>]+><\/body>$/,
    )
    expect(mail({ opens: false, clicks: true })).not.toContain('<img')
  })
})

describe('unsubscribing', () => {
  test('has both headers, each on one line, for what one may say no to', () => {
    const headers = links.headers(links.of(about))!
    expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click')
    const token = /^<https:\/\/mail\.example\/u\/([\w-]+)>$/.exec(headers['List-Unsubscribe']!)?.[1]
    expect(tokens.readPreferences(token!)).toEqual(about)
    expect(links.headers(links.of({ ...about, category: 'tx' }))).toBeUndefined()
    expect(links.headers(links.of({ ...about, category: 'ops' }))).toBeUndefined()
  })

  test('stands at the end of the mail, in its language, in both parts, and is not counted', async () => {
    const template = await published('<mj-text>Hello</mj-text>')
    const { html, text } = template.render(variables({}), {
      tracking: links.tracking(about, { opens: true, clicks: true }),
    }) as {
      html: string
      text: string
    }
    const url = links.of(about).unsubscribeUrl!
    expect(html).toContain(`<a href="${url}" data-track="off"`)
    expect(html).toContain('Se désabonner ou choisir mes messages')
    expect(text.trimEnd().endsWith(`Se désabonner ou choisir mes messages\n${url}`)).toBe(true)

    const without = { ...variables({}), links: links.of({ ...about, category: 'tx' }) }
    expect(JSON.stringify(template.render(without))).not.toContain('/u/')
  })

  test('a template may name its page anywhere', async () => {
    const template = await published('<mj-text><a href="{{url links.preferencesUrl}}">x</a></mj-text>')
    const of = links.of({ ...about, category: 'tx' })
    expect((template.render({ ...variables({}), links: of }) as { html: string }).html).toContain(of.preferencesUrl)
  })
})
