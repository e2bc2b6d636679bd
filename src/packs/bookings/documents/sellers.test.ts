import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../../../../test/app.ts'
import { seller } from './samples.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app.stop())

const url = '/v1/bookings/seller'
const RED_PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=='
const patch = (body: object, key?: string) => app.call('PATCH', url, body, key === undefined ? {} : { key })

describe('what is no registration, account or picture is refused with the field, and nothing is kept', () => {
  test.each<[string, object]>([
    ['siren', { siren: '303265046' }],
    ['siret', { siret: '30326504500012' }],
    ['vatId', { vatId: 'FR41303265045' }],
    ['iban', { iban: 'FR7630006000011234567890188' }],
    ['bic', { bic: 'AGRI' }],
    ['vatScheme', { vatScheme: 'none' }],
    ['address.country', { address: { ...seller.address, country: 'France' } }],
    ['logo', { logo: Buffer.from('<svg/>').toString('base64') }],
    ['logo', { logo: 'not base64!' }],
    ['nickname', { nickname: 'x' }],
  ])('%s', async (path, body) => {
    const refused = await patch(body)
    expect(refused.status).toBe(422)
    expect(refused.body.errors).toEqual([expect.objectContaining({ path })])
    expect((await app.get(url)).body).toMatchObject({ details: {}, hasLogo: false })
  })
})

test('what invoices lack is said field by field, until they lack nothing', async () => {
  const lacking = async () => (await app.get(url)).body.missing.map(({ path }: { path: string }) => path)
  expect(await lacking()).toEqual(['seller.legalName', 'seller.address', 'seller.vatScheme'])
  await patch({ legalName: seller.legalName, address: seller.address, vatScheme: 'standard' })
  expect(await lacking()).toEqual(['seller.siren', 'seller.vatId'])
  await patch({ siret: seller.siret, vatId: seller.vatId })
  expect(await lacking()).toEqual([])
  const taken = await patch({ vatId: null })
  expect(taken.body.details).not.toHaveProperty('vatId')
  expect(await lacking()).toEqual(['seller.vatId'])
})

test('two who change different fields at the same moment both see theirs kept', async () => {
  await Promise.all([patch({ bic: 'AGRIFRPP' }), patch({ iban: seller.iban }), patch({ register: 'RCS Lyon' })])
  expect((await app.get(url)).body.details).toMatchObject({ bic: 'AGRIFRPP', iban: seller.iban, register: 'RCS Lyon' })
})

test('a logo is kept until it is taken away, and is nobody else’s', async () => {
  const png = Buffer.from(RED_PIXEL, 'base64')
  expect((await patch({ logo: png.toString('base64') })).body.hasLogo).toBe(true)
  const other = await app.otherOrganization()
  const theirs = await app.call('GET', url, undefined, { key: other.key })
  expect(theirs.body).toMatchObject({ details: {}, hasLogo: false })
  expect((await patch({ tradingName: 'Exemple' })).body.hasLogo).toBe(true)
  expect((await patch({ logo: null })).body.hasLogo).toBe(false)
})
