import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { MARK, payloads } from '../../test/payloads.ts'
import { EMPTY, faultsIn, TRACES, unbalanced, words } from '../../test/rendered.ts'
import { type CatalogueEntry, createCatalogue } from '../engine/catalogue/catalogue.ts'
import { plannedChannels } from '../engine/catalogue/event.ts'
import { countSegments } from '../engine/channels/segments.ts'
import { builtInSources, compileBuiltIn } from '../engine/templates/built-ins.ts'
import { readCompiled } from '../engine/templates/compiled.ts'
import { createCompiler } from '../engine/templates/compiler.ts'
import { loadParser } from '../engine/templates/syntax.ts'
import { packs } from './packs.ts'

const catalogue = createCatalogue(packs)
const compiler = createCompiler()
const parse = await loadParser()
afterAll(() => compiler.close())

const sources = builtInSources(catalogue.entries).map((source) => ({
  ...source,
  entry: catalogue.entries.find((entry) => entry.templateKey === source.key) as CatalogueEntry,
}))

const brands = {
  branded: {
    name: 'Maison & Associés',
    brand: { color: '#0f766e', website: 'https://example.com', address: '12 rue de l’Exemple\n69000 Lyon' },
  },
  bare: { name: 'Maison & Associés', brand: {} },
}

const PAYLOADS_PER_TEMPLATE = 30

/** Only what the payload cannot do without. */
function least(entry: CatalogueEntry): Record<string, unknown> {
  const needed = Object.entries(entry.payload.shape).filter(([, field]) => !field.safeParse(undefined).success)
  return entry.payload.parse(Object.fromEntries(needed.map(([name]) => [name, entry.sample[name]])))
}

test('every channel an entry names has words in every language', () => {
  const built = new Set(sources.map(({ key, channel, locale }) => `${key} ${channel} ${locale}`))
  for (const entry of catalogue.entries)
    for (const locale of ['fr', 'en'])
      for (const channel of [...plannedChannels(entry.channels), 'in_app'])
        expect(built).toContain(`${entry.templateKey} ${channel} ${locale}`)
})

const tried = new Set<string>()

describe.each(sources)('$key by $channel in $locale', (source) => {
  const compiled = compileBuiltIn(source, compiler)

  test.each([
    ['its sample', source.entry.payload.parse(source.entry.sample), 'branded', 'Camille Exemple'],
    ['as little as it may have', least(source.entry), 'bare', undefined],
  ] as const)('reads well with %s', async (_, payload, organization, name) => {
    const content = readCompiled((await compiled).compiled, parse).render({
      payload,
      contact: { name: name ?? null },
      organization: brands[organization],
      locale: source.locale,
      timeZone: 'Europe/Paris',
    })
    expect(content.channel).toBe(source.channel)
    for (const piece of words(content)) {
      expect(piece.trim()).not.toBe('')
      expect(piece).not.toMatch(TRACES)
      expect(piece).not.toMatch(/\{\{|\}\}/)
      expect(piece).not.toMatch(EMPTY)
    }
    for (const piece of words(content).slice(0, 2))
      expect(piece).not.toMatch(/ [,.]|, *,|\( *\)|[^\S\n]{2}|&(?:amp|nbsp|#39|quot);|<(?!b>)\/?\w/)
    if (content.channel === 'email') {
      expect(unbalanced(content.html)).toEqual([])
      expect(content.html).toContain(`<html lang="${source.locale}"`)
      expect(content.html.length).toBeLessThan(30_000)
    }
    if (content.channel === 'sms') expect(countSegments(content.text)).toMatchObject({ encoding: 'GSM-7', segments: 1 })
  })

  test('holds with any payload', async () => {
    const template = readCompiled((await compiled).compiled, parse)
    fc.assert(
      fc.property(payloads(source.entry.payload), fc.boolean(), (given, isNamed) => {
        const payload = source.entry.payload.parse(given)
        tried.add(JSON.stringify(payload))
        const content = template.render({
          payload,
          contact: { name: isNamed ? `Zoé ${MARK}` : null },
          organization: brands[isNamed ? 'branded' : 'bare'],
          locale: source.locale,
          timeZone: 'Europe/Paris',
        })
        expect(faultsIn(content, Boolean(source.entry.htmlField && payload[source.entry.htmlField]))).toEqual([])
      }),
      { numRuns: PAYLOADS_PER_TEMPLATE },
    )
  })
})

/** What bookings' own links look like where the installation's address has 35 characters: `sms.test.ts` holds them to it. */
const BOOKING_LINKS: Readonly<Record<string, string>> = {
  bookingUrl: 'https://demenagement-lyon-3.example/q/7Kd92hQxWm3RtZ8bVc5YsA',
  missionUrl: 'https://demenagement-lyon-3.example/m/7Kd92hQx_m3RtZ8b-c5YsA',
}

/**
 * The longest that real life brings: a business of 30 characters, a person of 35, a service of 30, an address of 36, a
 * link of 34 (a host's own short one) or ours of bookings, a Wednesday in September.
 */
function longest(entry: CatalogueEntry): Record<string, unknown> {
  const isBookings = /^(?:booking|mission)\./.test(entry.templateKey)
  const long = (name: string, sample: unknown): unknown => {
    if (/Url$/.test(name)) return (isBookings && BOOKING_LINKS[name]) || 'https://rdv.example.com/a/7Kd92hQx'
    if (/(?:At|Until|since)$/.test(name)) return '2027-09-22T12:30:00Z'
    if (/^(?:reference|mission)$/.test(name)) return 'CMD-2027-000123'
    if (/Name$|^practitioner$/.test(name)) return 'François-Xavier de La Rochefoucauld'
    if (name === 'service') return 'Séance de rééducation du genou'
    if (/^(?:place|pickupPlace|address)$/.test(name)) return '112 rue de la République, 69002 Lyon'
    if (name === 'city') return 'Saint-Rémy-lès-Chevreuse'
    if (name === 'paymentReference') return 'pi_3OaBcDeFgHiJkLmNoPqRsTuV'
    if (/^(?:title|component|measured)$/.test(name)) return 'la file d’attente des messages entrants'
    if (/Phone$/.test(name)) return '+33 6 39 98 00 01'
    if (typeof sample === 'number') return 1_234_567
    return sample
  }
  return Object.fromEntries(
    Object.entries(entry.payload.parse(entry.sample)).map(([name, value]) => [name, long(name, value)]),
  )
}

const sms = sources.filter(({ channel, key }) => channel === 'sms' && !/^(?:message\.custom|digest\.ready)/.test(key))

test.each(sms)('$key as an SMS in $locale is one part with the longest values of real life', async (source) => {
  const content = readCompiled((await compileBuiltIn(source, compiler)).compiled, parse).render({
    payload: longest(source.entry),
    contact: { name: 'François-Xavier de La Rochefoucauld' },
    organization: { name: 'Cabinet de kinésithérapie Nord' },
    locale: source.locale,
    timeZone: 'Europe/Paris',
  })
  if (!('text' in content)) throw new Error('Not an SMS')
  expect({ text: content.text, ...countSegments(content.text) }).toMatchObject({ encoding: 'GSM-7', segments: 1 })
})

test('hostile values stay values in every built-in mail', async () => {
  const hostile = '"><script>alert(1)</script>{{organization.name}}'
  for (const source of sources.filter(({ channel }) => channel === 'email')) {
    const payload = Object.fromEntries(
      Object.entries(source.entry.sample).map(([name, value]) => [
        name,
        typeof value === 'string' && !/Url$|At$|On$/.test(name) ? hostile : value,
      ]),
    )
    const content = readCompiled((await compileBuiltIn(source, compiler)).compiled, parse).render({
      payload,
      contact: { name: hostile },
      organization: { name: hostile, brand: { color: hostile, logoUrl: hostile, website: hostile, address: hostile } },
      locale: source.locale,
      timeZone: 'Europe/Paris',
    })
    if (content.channel !== 'email') throw new Error('Not a mail')
    expect(content.html).not.toContain('<script')
    expect(unbalanced(content.html)).toEqual([])
  }
})

test("a host's own HTML replaces the HTML part and nothing else", async () => {
  const source = sources.find(({ key, channel }) => key === 'message.custom' && channel === 'email')
  if (!source) throw new Error('There is no message.custom')
  const template = readCompiled((await compileBuiltIn(source, compiler)).compiled, parse)
  const base = { contact: {}, organization: brands.bare, locale: 'fr', timeZone: 'Europe/Paris' }
  const own = template.render({ ...base, payload: { subject: 'S', body: 'Body', html: '<p>{{body}} & own</p>' } })
  expect(own).toMatchObject({ subject: 'S', html: '<p>{{body}} & own</p>', text: 'Body\n\n--\nMaison & Associés\n' })
  expect(template.render({ ...base, payload: { subject: 'S', body: 'Body', html: '' } })).toHaveProperty(
    'html',
    expect.stringContaining('Body'),
  )
})

test('ten thousand different payloads were tried', () => {
  expect(tried.size).toBeGreaterThan(10_000)
})
