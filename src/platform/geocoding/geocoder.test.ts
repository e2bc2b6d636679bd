import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestDatabase, testDatabase } from '../../../test/database.ts'
import { type Pretended, pretend } from '../../../test/pretended.ts'
import { createMovableClock, type MovableClock } from '../clock.ts'
import { createCrypto } from '../crypto.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { createLimits } from '../limits/limits.ts'
import { createGeocoder } from './geocoder.ts'
import { type GeocodingError, normalized } from './geocoding.ts'
import { geoplateforme } from './geoplateforme.ts'
import { nominatim } from './nominatim.ts'

let database: TestDatabase
let db: Database
let clock: MovableClock
let france: Pretended
let osm: Pretended
let errors: Error[]
let asked: { service: string; url: URL; userAgent: string | undefined }[]
let answer: Record<'france' | 'osm', (response: ServerResponse) => void>

const json =
  (body: unknown, status = 200, headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

/** As addok answers, which the service runs. */
const feature = (properties: object = {}, coordinates: unknown = [2.290084, 49.897443]) =>
  json({
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        geometry: { type: 'Point', coordinates },
        properties: { label: '8 Boulevard du Port 80000 Amiens', score: 0.93, type: 'housenumber', ...properties },
      },
    ],
    query: 'x',
  })
const place = (more: object = {}) =>
  json([
    { place_id: 1, lat: '45.7640430', lon: '4.8356590', category: 'place', type: 'house', place_rank: 30, ...more },
  ])

const amiens = { text: '8 boulevard du Port, 80000 Amiens', country: 'FR' }
const HERE = { latitude: 49.897443, longitude: 2.290084 }
const ELSEWHERE = { latitude: 45.764043, longitude: 4.835659 }

beforeAll(async () => {
  database = await testDatabase()
  db = openDatabase({ url: database.url })
  const serve = (service: 'france' | 'osm') => (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://x')
    asked.push({ service, url, userAgent: request.headers['user-agent'] })
    answer[service](response)
  }
  france = await pretend(serve('france'))
  osm = await pretend(serve('osm'))
})
beforeEach(async () => {
  await database.empty()
  clock = createMovableClock()
  errors = []
  asked = []
  answer = { france: feature(), osm: place() }
})
afterEach(() => {
  for (const { message } of errors) expect(message).not.toMatch(/boulevard|Amiens|80000/i)
})
afterAll(async () => {
  await Promise.all([france.close(), osm.close(), db.close()])
  await database.close()
})

const geocoder = (which = ['france', 'osm']) =>
  createGeocoder({
    db,
    clock,
    crypto: createCrypto('a secret of thirty-two characters!'),
    limits: createLimits({ clock, run: db.run }),
    providers: [
      ...(which.includes('france') ? [geoplateforme({ baseUrl: france.url, userAgent: 'Carillon (test)' })] : []),
      ...(which.includes('osm') ? [nominatim({ baseUrl: osm.url, userAgent: 'Carillon (test)' })] : []),
    ],
    onError: (error) => errors.push(error),
  })

describe('what is not good enough is refused, and the next service is asked', () => {
  test.each<[string, (response: ServerResponse) => void]>([
    ['a low score', feature({ score: 0.49 })],
    ['a town', feature({ type: 'municipality', score: 0.95 })],
    ['nothing', json({ type: 'FeatureCollection', features: [] })],
    ['a place that is none', feature({}, [0, 0])],
    ['another form', json({ features: [{ geometry: null }] })],
    ['no JSON', (response) => void response.end('<html>')],
    ['an error', json({ code: 500 }, 500)],
    ['a refusal', json({ code: 400, message: 'Missing parameters' }, 400)],
    ['a redirect', (response) => void response.writeHead(302, { location: `${osm.url}/elsewhere` }).end()],
    ['too much', (response) => void response.end('['.repeat(300_000))],
    ['a broken connection', (response) => void response.destroy()],
  ])('%s', async (_name, bad) => {
    answer.france = bad
    expect(await geocoder().find(amiens)).toMatchObject(ELSEWHERE)
    expect(asked.map(({ service }) => service)).toEqual(['france', 'osm'])
  })

  test('of the other one too', async () => {
    answer.osm = place({ place_rank: 16 })
    expect(await geocoder(['osm']).find(amiens)).toBeUndefined()
  })
})

test('a service that is away is told apart from an address nobody knows: only this is remembered', async () => {
  answer.france = json({}, 503)
  const away = geocoder(['france'])
  await expect(away.find(amiens)).rejects.toMatchObject({ kind: 'temporary' })
  answer.france = json({ features: [] })
  expect(await away.find(amiens)).toBeUndefined()
  answer.france = feature()
  expect(await away.find(amiens)).toBeUndefined()
  clock.advance(86_400_001)
  expect(await away.find(amiens)).toMatchObject(HERE)
})

test('who was asked too often is left alone for as long as it said', async () => {
  answer.france = json({ message: 'blocked' }, 429, { 'retry-after': '5' })
  const one = geocoder(['france'])
  await expect(one.find(amiens)).rejects.toMatchObject({ retryAfterMs: 5_000 })
  answer.france = feature()
  await expect(one.find(amiens)).rejects.toThrow(/left alone/)
  expect(asked).toHaveLength(1)
  clock.advance(5_001)
  expect(await one.find(amiens)).toMatchObject(HERE)
})

test('one that fails five times in a row is not asked a sixth time', async () => {
  answer.france = json({}, 500)
  const one = geocoder(['france'])
  for (let n = 0; n < 8; n++) await one.find({ ...amiens, text: `${n} rue X` }).catch((error: GeocodingError) => error)
  expect(asked).toHaveLength(5)
})

test('Nominatim is asked no more than once a second, in the country alone, and is told who asks', async () => {
  const one = geocoder(['osm'])
  const began = performance.now()
  await Promise.all(['1', '2', '3'].map((n) => one.find({ ...amiens, text: `${n} boulevard du Port` })))
  expect(performance.now() - began).toBeGreaterThan(1_900)
  const { url, userAgent } = asked[0]!
  expect(Object.fromEntries(url.searchParams)).toEqual({
    q: '1 boulevard du Port',
    countrycodes: 'fr',
    format: 'jsonv2',
    limit: '1',
  })
  expect(userAgent).toBe('Carillon (test)')
})

test('an address is asked for once, however it is written and however many ask at the same moment', async () => {
  const one = geocoder(['france'])
  await Promise.all(Array.from({ length: 10 }, () => one.find(amiens)))
  expect(await one.find({ ...amiens, text: '8,  Boulevard du PORT 80000 AMIENS' })).toMatchObject(HERE)
  expect(await geocoder(['france']).find(amiens)).toMatchObject(HERE)
  expect(asked).toHaveLength(1)
  expect(asked[0]!.url.pathname).toBe('/geocodage/search')
  expect(asked[0]!.url.searchParams.get('q')).toBe('8 boulevard du Port, 80000 Amiens')
})

test('what is kept of an address cannot be read back, and is forgotten', async () => {
  const one = geocoder(['france'])
  await one.find(amiens)
  const [row] = await database.query<{ key: Buffer; provider: string }>('select * from geocode')
  expect(row!.key).toHaveLength(16)
  expect(JSON.stringify(row)).not.toMatch(/port|amiens/i)
  clock.advance(181 * 86_400_000)
  await one.sweep()
  expect(await database.query('select from geocode')).toEqual([])
})

test('Germany is not asked of France', async () => {
  expect(await geocoder(['france']).find({ ...amiens, country: 'DE' })).toBeUndefined()
  expect(await geocoder().find({ ...amiens, country: 'DE' })).toMatchObject(ELSEWHERE)
  expect(asked.map(({ service }) => service)).toEqual(['osm'])
})

test('whoever can do without is told nothing instead of an error, and it is said once in the log', async () => {
  answer.france = json({}, 500)
  expect(await geocoder(['france']).lookUp(amiens)).toBeUndefined()
  expect(errors).toHaveLength(1)
  expect(await geocoder([]).lookUp(amiens)).toBeUndefined()
})

test.each([
  ['8, Boulevard  du Port', '8 boulevard du port'],
  ['12 rue de l’Été', '12 rue de l ete'],
  ["12 rue de l'été", '12 rue de l ete'],
])('%s is %s', (text, same) => {
  expect(normalized({ ...amiens, text })).toBe(`${same}|fr`)
})
