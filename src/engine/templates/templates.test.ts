import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { AppError } from '../../errors.ts'
import { enginePack } from '../../packs/engine/events.ts'
import { createMovableClock, type MovableClock } from '../../platform/clock.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { createCatalogue } from '../catalogue/catalogue.ts'
import type { Channel } from '../channels/channel.ts'
import { createCompiler } from './compiler.ts'
import { STALE_MS } from './current.ts'
import { createTemplates, type Templates } from './templates.ts'

const KEY = 'message.custom'
// One event, eight templates: four channels in two languages.
const catalogue = createCatalogue([{ ...enginePack, events: enginePack.events.slice(0, 1) }])
let database: TestDatabase
let db: Database
let clock: MovableClock
let templates: Templates
/** One for the file: each would take half a second to start. */
const compiler = createCompiler()

/** A process of its own on the same database. */
const startTemplates = (entries = catalogue.entries): Templates => createTemplates({ db, clock, compiler, entries })

beforeAll(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url })
})
afterAll(async () => {
  await compiler.close()
  await db.close()
  await database.close()
})
beforeEach(async () => {
  await database.empty()
  clock = createMovableClock()
  templates = startTemplates()
})

async function organization(locale = 'fr'): Promise<string> {
  const id = newId(clock.now())
  await database.query('insert into organization (id, name, locale, created_at) values ($1, $2, $3, now())', [
    id,
    'O',
    locale,
  ])
  return id
}

const SMS_FR = { key: KEY, channel: 'sms' as Channel, locale: 'fr' }
const sms = (locale: string, text: string) => ({ key: KEY, channel: 'sms' as Channel, locale, source: { text } })
const variables = {
  payload: { subject: 'Été', body: 'Un\n\n<Deux>' },
  contact: { name: 'Camille Exemple' },
  organization: { name: 'Maison & Fils' },
  locale: 'fr',
  timeZone: 'Europe/Paris',
}

/** What a message accepted now for this contact would say. */
async function said(
  organizationId: string,
  locale: string,
  by = templates,
  channel: Channel = 'sms',
): Promise<string | undefined> {
  const pinned = await by.resolve(organizationId, KEY, channel, locale)
  return pinned && rendered(pinned.versionId, by)
}
async function rendered(versionId: string, by = templates): Promise<string | undefined> {
  const content = (await by.load([versionId])).get(versionId)?.render(variables)
  return content && ('text' in content ? content.text : content.title)
}
const refused = async (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof AppError) return error.code
      throw error
    },
  )
const versionCount = async () =>
  (await database.query<{ n: number }>('select count(*)::int as n from template_version'))[0]?.n

describe('built-in templates', () => {
  test('are published at the first start, found, loaded and filled in', async () => {
    expect(await templates.syncBuiltIns()).toBe(8)
    expect(await said(await organization(), 'fr', templates, 'email')).toBe('Un\n\n<Deux>\n\n--\nMaison & Fils\n')
    expect(await said(await organization(), 'fr', templates, 'in_app')).toBe('Été')
  })

  test('are published once, by however many processes start at the same time', async () => {
    await Promise.all([templates, startTemplates(), startTemplates()].map((process) => process.syncBuiltIns()))
    expect(await versionCount()).toBe(8)
  })

  test('are left alone when nothing changed, without starting the compiler', async () => {
    await templates.syncBuiltIns()
    const refuse = () => Promise.reject(new Error('The compiler was started'))
    const idle = { compile: refuse, prepare: () => {}, close: async () => {} }
    expect(await createTemplates({ db, clock, compiler: idle, entries: catalogue.entries }).syncBuiltIns()).toBe(0)
  })

  test('are published anew when their source changed, and messages that pinned the old words keep them', async () => {
    await templates.syncBuiltIns()
    const tenant = await organization()
    const before = await templates.resolve(tenant, KEY, 'sms', 'en')
    const entries = catalogue.entries.map((entry) => ({
      ...entry,
      templates: { ...entry.templates, en: { ...entry.templates.en, sms: { text: 'NEW {{body}}' } } },
    }))
    const upgraded = startTemplates(entries)
    expect(await upgraded.syncBuiltIns()).toBe(1)
    expect(await said(tenant, 'en', upgraded)).toContain('NEW')
    expect(await rendered(before!.versionId, upgraded)).toBe('Un\n\n<Deux>')

    expect(await templates.syncBuiltIns()).toBe(1)
    expect((await startTemplates().resolve(tenant, KEY, 'sms', 'en'))?.versionId).toBe(before!.versionId)
    expect(await versionCount()).toBe(9)
  })

  test('a mistake in one names it and publishes none', async () => {
    const entries = catalogue.entries.map((entry) => ({
      ...entry,
      templates: { ...entry.templates, fr: { ...entry.templates.fr, sms: { text: '{{nope}}' } } },
    }))
    await expect(startTemplates(entries).syncBuiltIns()).rejects.toThrow(
      'message.custom (sms, fr) cannot be published: source.text line 1, column 3: there is no nope here',
    )
    expect(await versionCount()).toBe(0)
  })
})

describe('the language of a message', () => {
  beforeEach(async () => {
    await templates.syncBuiltIns()
  })

  test("is the contact's as exactly as there is, then the organization's, then English, then any", async () => {
    const tenant = await organization('de-AT')
    const locale = async (asked: string, channel: Channel = 'sms') =>
      (await startTemplates().resolve(tenant, KEY, channel, asked))?.locale
    expect(await locale('fr-CA')).toBe('fr')
    expect(await locale('fr-Latn-CA')).toBe('fr')
    expect(await locale('it')).toBe('en')
    await templates.publish(tenant, sms('de', 'Deutsch {{body}}'))
    expect(await locale('it')).toBe('de')
    await templates.publish(tenant, sms('fr-CA', 'Québec {{body}}'))
    expect(await locale('fr-CA')).toBe('fr-CA')
    expect(await locale('fr-BE')).toBe('fr')
    await database.query("delete from template_current where locale in ('en', 'fr')")
    expect(await locale('it', 'email')).toBeUndefined()
    await database.query("delete from template_current where locale = 'de'")
    expect(await locale('it')).toBe('fr-CA')
  })

  test("in each, the organization's own words go before the built-in ones, but never before the contact's language", async () => {
    const tenant = await organization('fr')
    await templates.publish(tenant, sms('fr', 'À NOUS {{body}}'))
    expect(await said(tenant, 'fr-CH')).toContain('A NOUS')
    expect(await said(tenant, 'en')).not.toContain('A NOUS')
    expect(await said(await organization('fr'), 'fr')).not.toContain('A NOUS')
  })

  test('however exact the built-in words are, those of the organization in the same language go before', async () => {
    const tenant = await organization('en')
    await templates.publish(tenant, sms('fr', 'À NOUS {{body}}'))
    await database.query("update template_current set locale = 'fr-CA' where organization_id is null and locale = 'fr'")
    expect(await said(tenant, 'fr-CA', startTemplates())).toContain('A NOUS')
    expect(await said(await organization('en'), 'fr-CA', startTemplates())).toBe('Un\n\n<Deux>')
  })

  test('a key or channel without a template is nobody’s', async () => {
    const tenant = await organization()
    expect(await templates.resolve(tenant, 'order.imagined', 'sms', 'fr')).toBeUndefined()
    expect(await templates.resolve(newId(clock.now()), KEY, 'sms', 'fr')).toMatchObject({ locale: 'fr' })
  })
})

describe('publishing', () => {
  test('changes what comes next and never what was accepted before', async () => {
    const tenant = await organization()
    const first = await templates.publish(tenant, sms('fr', 'ONE {{body}}'))
    const pinned = await templates.resolve(tenant, KEY, 'sms', 'fr')
    const second = await templates.publish(tenant, sms('fr', 'TWO {{body}}'))
    expect([first.number, second.number]).toEqual([1, 2])
    expect(await said(tenant, 'fr')).toMatch(/^TWO/)
    for (const process of [templates, startTemplates()])
      expect(await rendered(pinned!.versionId, process)).toMatch(/^ONE/)
  })

  test('is seen at once by its own process and within five seconds by others', async () => {
    const tenant = await organization()
    const other = startTemplates()
    await templates.publish(tenant, sms('fr', 'ONE {{body}}'))
    expect(await said(tenant, 'fr', other)).toMatch(/^ONE/)
    await templates.publish(tenant, sms('fr', 'TWO {{body}}'))
    expect(await said(tenant, 'fr')).toMatch(/^TWO/)
    clock.advance(STALE_MS + 1)
    expect(await said(tenant, 'fr', other)).toMatch(/^TWO/)
  })

  test('is seen by a look-up that was under way', async () => {
    const tenant = await organization()
    await templates.publish(tenant, sms('fr', 'ONE {{body}}'))
    clock.advance(STALE_MS + 1)
    const looking = templates.resolve(tenant, KEY, 'sms', 'fr')
    await templates.publish(tenant, sms('fr', 'TWO {{body}}'))
    await looking
    expect(await said(tenant, 'fr')).toMatch(/^TWO/)
  })

  test('what is current already is not published twice; earlier words are a new version', async () => {
    const tenant = await organization()
    const first = await templates.publish(tenant, sms('fr', 'ONE {{body}}'))
    expect(await templates.publish(tenant, sms('fr', '  ONE {{body}} '))).toEqual(first)
    await templates.publish(tenant, sms('fr', 'TWO {{body}}'))
    expect((await templates.publish(tenant, sms('fr', 'ONE {{body}}'))).number).toBe(3)
    expect(await said(tenant, 'fr')).toMatch(/^ONE/)
  })

  test('twenty at once are twenty versions in a row, and the last one is current', async () => {
    const tenant = await organization()
    const texts = Array.from({ length: 20 }, (_, index) => `N${index} {{body}}`)
    const published = await Promise.all(texts.map((text) => templates.publish(tenant, sms('fr', text))))
    expect(published.map(({ number }) => number).sort((a, b) => a - b)).toEqual(texts.map((_, index) => index + 1))
    const last = published.find(({ number }) => number === 20)
    expect((await templates.resolve(tenant, KEY, 'sms', 'fr'))?.versionId).toBe(last?.versionId)
  })

  test('what cannot be sent is refused before anything is stored', async () => {
    const tenant = await organization()
    expect(await refused(templates.publish(tenant, sms('fr', '{{nope}}')))).toBe('template_invalid')
    expect(await refused(templates.publish(tenant, { ...sms('fr', 'x'), key: 'order.imagined' }))).toBe('not_found')
    expect(await refused(templates.publish(tenant, sms('french!', 'x')))).toBe('validation_failed')
    expect(await refused(templates.publish(tenant, { ...sms('fr', 'x'), channel: 'pigeon' as Channel }))).toBe(
      'validation_failed',
    )
    expect(await versionCount()).toBe(0)
  })
})

describe('going back', () => {
  test('publishes the words of an earlier version anew', async () => {
    const tenant = await organization()
    const first = await templates.publish(tenant, sms('fr', 'ONE {{body}}'))
    await templates.publish(tenant, sms('fr', 'TWO {{body}}'))
    const back = await templates.rollback(tenant, SMS_FR, first.versionId)
    expect([back.number, back.versionId === first.versionId]).toEqual([3, false])
    expect(await said(tenant, 'fr')).toMatch(/^ONE/)
    expect((await templates.publish(tenant, sms('fr', 'THREE {{body}}'))).number).toBe(4)
  })

  test('to words that do not fit their event any more is refused with their faults', async () => {
    const tenant = await organization()
    const first = await templates.publish(tenant, sms('fr', 'ONE {{actionLabel}}x'))
    await templates.publish(tenant, sms('fr', 'TWO {{body}}'))
    const later = startTemplates(
      catalogue.entries.map((entry) => {
        const { actionLabel: _, ...sample } = entry.sample
        return { ...entry, sample, payload: entry.payload.omit({ actionLabel: true }) }
      }),
    )
    expect(await refused(later.rollback(tenant, SMS_FR, first.versionId))).toBe('template_invalid')
    expect(await said(tenant, 'fr')).toMatch(/^TWO/)
  })

  test("to another organization's version, a built-in one or none is refused", async () => {
    await templates.syncBuiltIns()
    const [mine, theirs] = [await organization(), await organization()]
    const { versionId } = await templates.publish(theirs, sms('fr', 'THEIRS {{body}}'))
    const builtIn = await templates.resolve(mine, KEY, 'sms', 'fr')
    for (const id of [versionId, builtIn!.versionId, newId(clock.now())])
      expect(await refused(templates.rollback(mine, SMS_FR, id))).toBe('not_found')
  })

  test('to the built-in words', async () => {
    await templates.syncBuiltIns()
    const tenant = await organization()
    await templates.publish(tenant, sms('fr', 'ONE {{body}}'))
    expect(await templates.reset(tenant, SMS_FR)).toBe(true)
    expect(await said(tenant, 'fr')).not.toMatch(/^ONE/)
    expect(await templates.reset(tenant, SMS_FR)).toBe(false)
  })
})

test('a version that does not exist, or is no id of ours, is absent', async () => {
  await templates.syncBuiltIns()
  expect((await templates.load([newId(clock.now())])).size).toBe(0)
  expect((await templates.load([])).size).toBe(0)
})

test('while the database is away nothing is resolved, and once it is back everything is', async () => {
  await templates.syncBuiltIns()
  const tenant = await organization()
  let isAway = true
  const flaky: Database = {
    ...db,
    run: (name, text, values) => (isAway ? Promise.reject(new Error('away')) : db.run(name, text, values)),
  }
  const process = createTemplates({ db: flaky, clock, compiler, entries: catalogue.entries })
  await expect(process.resolve(tenant, KEY, 'sms', 'fr')).rejects.toThrow('away')
  isAway = false
  expect(await process.resolve(tenant, KEY, 'sms', 'fr')).toMatchObject({ locale: 'fr' })
})
