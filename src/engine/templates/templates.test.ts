import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { enginePack } from '../../packs/engine/events.ts'
import { createMovableClock, type MovableClock } from '../../platform/clock.ts'
import { type Database, openDatabase } from '../../platform/database/database.ts'
import { newId } from '../../platform/ids.ts'
import { createCatalogue } from '../catalogue/catalogue.ts'
import { createMjml } from './mjml.ts'
import { createTemplates, type Templates } from './templates.ts'

const catalogue = createCatalogue([enginePack])
let test_: TestDatabase
let db: Database
let clock: MovableClock
let templates: Templates

/** Another process on the same database. */
const startTemplates = () => createTemplates({ db, clock, mjml: createMjml(), entries: catalogue.entries })

beforeAll(async () => {
  test_ = await testDatabase()
  db = openDatabase({ url: test_.url })
})
afterAll(async () => {
  await db.close()
  await test_.close()
})
beforeEach(async () => {
  await test_.empty()
  clock = createMovableClock()
  templates = startTemplates()
  return () => templates.close()
})

async function organization(locale = 'fr'): Promise<string> {
  const id = newId(clock.now())
  await test_.query('insert into organization (id, name, locale, created_at) values ($1, $2, $3, now())', [
    id,
    'Atelier Noël & Fils',
    locale,
  ])
  return id
}

test('a built-in template is found, loaded and filled in', async () => {
  expect(await templates.syncBuiltIns()).toBe(8)
  const found = await templates.resolve(await organization(), 'message.custom', 'email', 'fr-CA')
  expect(found).toMatchObject({ locale: 'fr' })
  const compiled = (await templates.load([found!.versionId])).get(found!.versionId)
  const content = compiled!.render({
    payload: { subject: 'Été & hiver', body: 'Un\n\n<Deux>' },
    contact: { name: 'Client exemple' },
    organization: { name: 'Atelier Noël & Fils' },
    locale: 'fr',
    timeZone: 'Europe/Paris',
  })
  expect(content).toMatchObject({
    channel: 'email',
    subject: 'Été & hiver',
    text: 'Un\n\n<Deux>\n\n--\nAtelier Noël & Fils\n',
  })
  expect(content).toHaveProperty('html', expect.stringContaining('&lt;Deux&gt;'))
})

test('built-in templates are published once, by however many processes start at the same time', async () => {
  const others = [startTemplates(), startTemplates()]
  await Promise.all([templates, ...others].map((each) => each.syncBuiltIns()))
  expect(await templates.syncBuiltIns()).toBe(0)
  const [count] = await test_.query<{ n: number }>('select count(*)::int as n from template_version')
  expect(count?.n).toBe(8)
  await Promise.all(others.map((each) => each.close()))
})
