import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { readPdf } from '../../../../test/pdf.ts'
import type { FullConfirmation, RestrictedConfirmation } from './confirmation-document.ts'
import { Document, makeDocument } from './document.ts'
import type { MissionProposal } from './mission-documents.ts'
import { areaOf, type Client, type RestrictedClient, restrictedClient, shortNameOf } from './restricted.ts'
import { fullConfirmation, missionProposal, restrictedConfirmation } from './samples.ts'

type Restricted = MissionProposal | RestrictedConfirmation

test('the restricted type has no place for what is private: using or giving it does not compile', () => {
  expectTypeOf<keyof RestrictedClient>().toEqualTypeOf<'shortName'>()
  expectTypeOf<keyof Restricted['area']>().toEqualTypeOf<'town' | 'country'>()
  expectTypeOf<Client>().not.toExtend<RestrictedClient>()
  expectTypeOf<FullConfirmation>().not.toExtend<RestrictedConfirmation>()
  expectTypeOf<Extract<keyof Restricted, 'place' | 'note' | 'details' | 'access' | 'address'>>().toEqualTypeOf<never>()
  // Nothing that somebody wrote about the work: only what is counted.
  expectTypeOf<Restricted['measures'][number]['value']>().toEqualTypeOf<number | boolean>()

  const leaking = (document: Restricted) => [
    // @ts-expect-error a restricted client has no phone
    document.client.phone,
    // @ts-expect-error nor an e-mail
    document.client.email,
    // @ts-expect-error nor a full name
    document.client.name,
    // @ts-expect-error a restricted place has no street
    document.area.lines,
    // @ts-expect-error and no full address stands beside it
    document.place,
  ]
  expect(leaking(missionProposal).filter((value) => value !== undefined)).toEqual([])
  // @ts-expect-error a full client is no restricted one
  const mistaken: Restricted = { ...missionProposal, client: fullConfirmation.client }
  expect(Document.safeParse(mistaken).success).toBe(false)
})

describe('what a caller sends beside it is refused, not left out', () => {
  test.each<[string, object]>([
    ['a phone', { client: { ...missionProposal.client, phone: '06 39 98 00 01' } }],
    ['an e-mail', { client: { ...missionProposal.client, email: 'camille@example.com' } }],
    ['a street', { area: { ...missionProposal.area, lines: ['3 quai de la Rivière'] } }],
    ['a place', { place: fullConfirmation.place }],
    ['a note', { note: 'Code 12A45' }],
    ['words as a measure', { measures: [{ label: 'Accès', value: 'Code 12A45' }] }],
    ['the other audience', { audience: 'full' }],
  ])('%s', (_name, more) => {
    for (const document of [missionProposal, restrictedConfirmation])
      expect(Document.safeParse({ ...document, ...more }).success).toBe(false)
  })
})

test('no restricted document says a full name, phone, e-mail or street, nor anything the client wrote', async () => {
  // Each begins as nothing else on the page does, so that none is found within another.
  const word = (start: string) => fc.stringMatching(/^[a-z]{4,12}$/).map((rest) => start + rest)
  const job = fc.record({
    first: word('Xq'),
    family: word('Zw'),
    user: word('vk'),
    phone: fc.stringMatching(/^0[67]( \d\d){4}$/),
    street: word('Wq'),
    note: word('Kx'),
    city: fc.constantFrom('Lyon', 'Villeurbanne', 'Saint-Priest'),
  })
  await fc.assert(
    fc.asyncProperty(job, async ({ first, family, user, phone, street, note, city }) => {
      const client: Client = {
        name: `${first} ${family}`,
        email: `${user}@mail.example`,
        phone,
        address: { lines: [`4 rue ${street}`], postalCode: '69100', city, country: 'FR' },
      }
      const full: FullConfirmation = { ...fullConfirmation, client, place: client.address!, note }
      const told = { client: restrictedClient(client), area: areaOf(full.place) }
      const secrets = [client.name, first, client.email!, user, phone, phone.replaceAll(' ', ''), street, '69100', note]
      for (const document of [
        { ...missionProposal, ...told },
        { ...restrictedConfirmation, ...told },
      ]) {
        const { bytes } = await makeDocument(document)
        const { text, files } = await readPdf(bytes)
        expect(text).toContain(`${first[0]}. ${family}`)
        expect(text).toContain(city)
        for (const secret of secrets) expect(text).not.toContain(secret)
        expect(files).toEqual({})
        // Nor anywhere else in the file: its metadata is not compressed.
        for (const secret of secrets.slice(0, 6)) expect(bytes.includes(secret)).toBe(false)
      }
      const { text } = await readPdf((await makeDocument(full)).bytes)
      for (const told of [client.name, client.email!, phone, street, note]) expect(text).toContain(told)
    }),
    { numRuns: 12 },
  )
})

test.each([
  ['Jane Doe', 'J. Doe'],
  ['jane doe', 'J. doe'],
  ['Jean-Pierre de La Tour', 'J. de La Tour'],
  ['Ludwig van Beethoven', 'L. van Beethoven'],
  ['Marie Anne Claire Dupont', 'M. Dupont'],
  ['Cher', 'C.'],
  ['  Élodie   Noël ', 'É. Noël'],
  ['06 39 98 00 01', '–.'],
  ['camille@example.com', 'C.'],
])('%s is told as %s', (name, short) => {
  expect(shortNameOf(name)).toBe(short)
})
